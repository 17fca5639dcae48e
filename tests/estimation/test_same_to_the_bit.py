"""Blocks, their distribution over workers, BLAS threads and sparse input change no bit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from threading import Event, Thread

import numpy as np
import pytest
import scipy.sparse
from threadpoolctl import threadpool_info, threadpool_limits

from estimation import (
    Block,
    BlockYear,
    Collinearity,
    GroupEstimates,
    add_in_tree,
    add_sums,
    estimate_group,
    finish_estimates,
    multiply_influences,
    plan_second_pass,
    sum_block,
)
from estimation.threads import hold_one_thread
from tests.estimation.random_groups import make_group


def assert_same(first: GroupEstimates, second: GroupEstimates) -> None:
    for name in (field.name for field in fields(GroupEstimates)):
        left, right = getattr(first, name), getattr(second, name)
        if isinstance(left, np.ndarray):
            assert left.dtype == right.dtype
            assert left.tobytes() == right.tobytes(), name
        elif name == "collinearities":
            assert [write(part) for part in left] == [write(part) for part in right]
        else:
            assert left == right


def write(part: Collinearity) -> tuple:
    return part.column, part.because, part.cells.tobytes()


@pytest.fixture(scope="module")
def group():
    return make_group(21, n_persons=1500, n_years=2)


@pytest.fixture(scope="module")
def estimates(group):
    return estimate_group(group.blocks(8), group.layout)


def test_two_threads_and_one_give_the_same_bits(group, estimates):
    for threads in (1, 2):
        with threadpool_limits(threads, user_api="blas"):
            assert_same(estimates, estimate_group(group.blocks(8), group.layout))


def test_one_thread_is_held_inside_and_given_back():
    with threadpool_limits(2, user_api="blas"):
        with hold_one_thread():
            assert {library["num_threads"] for library in threadpool_info()} == {1}
        assert {library["num_threads"] for library in threadpool_info()} == {2}


def test_one_thread_is_held_until_the_last_job_leaves():
    """The first job that is done must not give the threads back while another adds."""
    is_in, may_leave = Event(), Event()

    def count() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}

    def job() -> None:
        with hold_one_thread():
            is_in.set()
            may_leave.wait()

    with threadpool_limits(2, user_api="blas"):
        thread = Thread(target=job)
        with hold_one_thread():
            thread.start()
            is_in.wait()
        assert count() == {1}
        may_leave.set()
        thread.join()
        assert count() == {2}


def test_jobs_in_two_threads_give_the_same_bits(group, estimates):
    with threadpool_limits(2, user_api="blas"), ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: estimate_group(group.blocks(8), group.layout), range(2)))
    for found in both:
        assert_same(estimates, found)


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_ranges_of_blocks_done_apart_in_any_order_give_the_same_bits(group, estimates, width):
    layout = group.layout
    blocks = list(group.blocks(8)())
    ranges = [range(start, start + width) for start in range(0, 8, width)]
    order = np.random.default_rng(width).permutation(len(ranges))

    def run(job, add):
        parts = {n: add_in_tree((job(blocks[number]) for number in ranges[n]), add) for n in order}
        return add_in_tree((parts[n] for n in range(len(ranges))), add)

    sums = run(lambda block: sum_block(block, layout), add_sums)
    plan = plan_second_pass(sums, layout)
    products = run(lambda block: multiply_influences(block, layout, plan.fit), np.add)
    assert_same(estimates, finish_estimates(sums, plan, products, layout))


def test_sparse_blocks_give_the_same_bits(group, estimates):
    def make_sparse(block: Block) -> Block:
        def year(t: int) -> BlockYear:
            dense = block.year(t)
            return BlockYear(scipy.sparse.csr_array(dense.outcomes), dense.observed, dense.covered)

        return Block(block.person, block.success, block.levels, scipy.sparse.csr_array(block.baselines), year)

    assert_same(estimates, estimate_group(lambda: map(make_sparse, group.blocks(8)()), group.layout))


def test_what_is_not_covered_is_never_read(group, estimates):
    observed = group.observed[:, :, None] & group.covered[:, :, group.layout.outcome_pattern]
    group_with_noise = make_group(21, n_persons=1500, n_years=2)
    group_with_noise.outcomes[~observed] = np.nan
    noisy = estimate_group(group_with_noise.blocks(8), group.layout)
    assert_same(estimates, noisy)


def test_empty_blocks_change_nothing(group, estimates):
    empty = group.block(slice(0, 0))
    blocks = [part for block in group.blocks(8)() for part in (empty, block)]
    assert_same(estimates, estimate_group(lambda: blocks, group.layout))


def test_a_group_of_nobody_is_not_observed(group):
    nobody = estimate_group(list, group.layout)
    assert (nobody.status == "not_observed").all()
    assert (nobody.n_success == 0).all()


def test_other_blocks_differ_only_in_the_last_bits(group, estimates):
    other = estimate_group(group.blocks(3), group.layout)
    difference = np.abs(other.adjusted_difference - estimates.adjusted_difference)
    assert np.nanmax(difference / estimates.standard_error) < 1e-11
    assert (other.status == estimates.status).all()
    assert (other.n_users_success == estimates.n_users_success).all()

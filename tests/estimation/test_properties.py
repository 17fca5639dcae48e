"""Random awkward groups: every sum against a plain count, every cell against its own regression, any sharing out.

Awkward on purpose: base years that end, municipalities that are not covered, age domains, one row a person or
many, an arm of three persons, outcomes that nobody uses, dummies that repeat each other; pieces of a few rows.
"""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimation import (
    Block,
    BlockYear,
    Layout,
    add_in_tree,
    add_sums,
    estimate_group,
    finish_estimates,
    multiply_influences,
    plan_second_pass,
    sum_block,
)
from estimation.pieces import find_person_starts, list_cuts
from estimation.reference import estimate_one
from tests.estimation.random_groups import RandomGroup, make_group, read_levels
from tests.estimation.test_joint_covariance import stack_influences
from tests.estimation.test_same_to_the_bit import assert_same

# statsmodels takes roots of the variances of all coefficients; with few clusters some are a rounding below 0
pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt")

SETTINGS = settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def groups(draw) -> RandomGroup:
    n_persons = draw(st.integers(12, 80))
    group = make_group(
        draw(st.integers(0, 10_000)),
        n_persons,
        n_years=2,
        n_patterns=draw(st.sampled_from([1, 3, 9])),
        rows_per_person=draw(st.sampled_from([1, 2, 6])),
        success_share=draw(st.sampled_from([0.2, 0.6])),
    )
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    if draw(st.booleans()):
        group.success[:] = np.isin(group.person, rng.choice(n_persons, 3, replace=False))
    group.outcomes[:, :, draw(st.integers(0, 5))] = 0
    group.outcomes[:, :, :2] *= rng.random(group.outcomes[:, :, :2].shape) < 0.2
    group.baselines[:, :2] *= rng.random(group.baselines[:, :2].shape) < 0.2
    municipality = rng.integers(0, 4, n_persons)[group.person]
    group.covered[1, :, -1] = municipality != 0  # not covered in a municipality in the second year
    outside = np.zeros((6, 2), dtype=bool)
    outside[draw(st.integers(0, 5)), 1] = draw(st.booleans())
    n_patterns = group.covered.shape[2]
    pattern = np.linspace(0, n_patterns - 1, 6).astype(int)  # up to the last; some with no outcome
    group.layout = Layout(group.layout.covariates, pattern, outside)
    return group


def small_pieces():
    return patch("estimation.pieces.PIECE_ROWS", 16)


@SETTINGS
@given(groups())
def test_sums_are_those_of_plain_loops(group):
    with small_pieces():
        sums = sum_block(group.block(slice(None)), group.layout)
    person, success = group.person, group.success
    regressors = np.column_stack([np.ones(person.size), group.design, success])
    for outcome, t in np.ndindex(group.layout.outside_ages.shape):
        rows = group.sample(outcome, t + 1)
        pattern = group.layout.outcome_pattern[outcome]
        use, before = group.outcomes[t][rows, outcome], group.baselines[rows, outcome]
        z = regressors[rows]
        assert (sums.gram[t, pattern] == z.T @ z).all()
        for arm in (False, True):
            mine = success[rows] == arm
            assert sums.n_persons[t, pattern, int(arm)] == np.unique(person[rows][mine]).size
            assert sums.n_users[t, outcome, int(arm)] == np.unique(person[rows][mine & (use != 0)]).size
        assert sums.n_persons[t, pattern, 2] == np.unique(person[rows]).size
        pairs = (
            (sums.regressor_outcome[t][:, outcome], z.T @ use, np.abs(use).sum()),
            (sums.regressor_baseline[t][:, outcome], z.T @ before, np.abs(before).sum()),
            (sums.outcome_square[t, outcome], use @ use, use @ use),
            (sums.baseline_square[t, outcome], before @ before, before @ before),
            (sums.outcome_baseline[t, outcome], use @ before, np.abs(use) @ np.abs(before)),
        )
        for found, plain, size in pairs:
            assert np.abs(found - plain).max() <= 1e-13 * size
    assert sums.most_rows[0] == np.bincount(person).max()


@SETTINGS
@given(groups())
def test_sums_of_whole_numbers_are_whole(group):
    whole = [0, 1, 5]  # contacts, days, and the constant
    sums = sum_block(group.block(slice(None)), group.layout)
    for name in ("regressor_outcome", "regressor_baseline", "outcome_square", "outcome_baseline"):
        part = getattr(sums, name)[..., whole]
        assert (part == np.round(part)).all(), name
    assert (sums.gram == np.round(sums.gram)).all()


@SETTINGS
@given(groups())
def test_every_cell_is_its_own_regression(group):
    with small_pieces():
        estimates = estimate_group(group.blocks(3), group.layout)
    assert ((estimates.status == "outside_ages") == group.layout.outside_ages).all()
    for outcome, t in np.argwhere(estimates.status == "estimated"):
        arrays = group.arrays(outcome, t + 1)
        reference = estimate_one(*arrays)
        error = reference.standard_error
        assert abs(estimates.adjusted_difference[outcome, t] - reference.adjusted_difference) < 1e-9 * error
        assert abs(estimates.standard_error[outcome, t] / error - 1) < 1e-9
        assert abs(estimates.raw_difference[outcome, t] - reference.raw_difference) < 1e-9 * error


@SETTINGS
@given(groups())
def test_joint_covariance_is_that_of_regressions_stacked(group):
    with small_pieces():
        estimates = estimate_group(group.blocks(3), group.layout)
    cells = list(zip(*np.nonzero(estimates.position), strict=True))
    stacked = stack_influences(group, cells)
    error = estimates.standard_error[tuple(np.transpose(cells))] if cells else np.zeros(0)
    assert (np.abs(estimates.covariance - stacked.T @ stacked) <= 1e-9 * np.outer(error, error)).all()


@settings(SETTINGS, max_examples=12)
@given(groups(), st.sampled_from([1, 2, 4, 8]), st.randoms(use_true_random=False))
def test_any_sharing_out_of_blocks_gives_the_same_bits(group, width, random):
    layout, blocks = group.layout, list(group.blocks(8)())
    with small_pieces():
        together = estimate_group(lambda: blocks, layout)
        starts = list(range(0, 8, width))
        random.shuffle(starts)

        def run(job, add):
            done = {start: add_in_tree(map(job, blocks[start : start + width]), add) for start in starts}
            return add_in_tree((done[start] for start in sorted(starts)), add)

        sums = run(lambda block: sum_block(block, layout), add_sums)
        plan = plan_second_pass(sums, layout)
        products = run(lambda block: multiply_influences(block, layout, plan.fit), np.add)
    assert_same(together, finish_estimates(sums, plan, products, layout))


@SETTINGS
@given(groups(), st.integers(0, 10_000))
def test_how_use_is_written_changes_no_bit(group, seed):
    """Zeros that are written, entries in any order, other integer types, what is never read."""
    rng = np.random.default_rng(seed)

    def write(table):
        sparse = scipy.sparse.coo_array(table)
        zeros = rng.integers(0, table.shape, (5, 2)) if table.size else np.zeros((0, 2), dtype=int)
        zeros = zeros[table[tuple(zeros.T)] == 0]
        row, column = np.concatenate([np.column_stack(sparse.coords), zeros]).T
        value = np.concatenate([sparse.data, np.zeros(len(zeros))])
        order = rng.permutation(row.size)
        order = order[np.argsort(row[order], kind="stable")]
        pointers = np.searchsorted(row[order], np.arange(table.shape[0] + 1))
        return scipy.sparse.csr_array((value[order], column[order], pointers), shape=table.shape)

    def block(rows):
        plain = group.block(rows)

        def year(t):
            use = group.outcomes[t - 1][rows].copy()
            observed, covered = group.observed[t - 1][rows], group.covered[t - 1][rows]
            use[~(observed[:, None] & covered[:, group.layout.outcome_pattern])] = 17.0
            return BlockYear(write(use), observed, covered)

        levels = read_levels(group.design[rows], group.layout.covariates).astype(np.int32)
        return Block(plain.person, plain.success, levels, write(plain.baselines), year)

    written = estimate_group(lambda: [block(slice(None))], group.layout)
    assert_same(estimate_group(lambda: [group.block(slice(None))], group.layout), written)


@given(st.lists(st.integers(1, 9), max_size=60), st.integers(1, 40))
def test_pieces_cover_all_rows_and_never_cut_a_person(rows_of_person, piece_rows):
    person = np.repeat(np.arange(len(rows_of_person)), rows_of_person)
    cuts = list_cuts(person, piece_rows)
    assert [row for cut in cuts for row in range(cut.start, cut.stop)] == list(range(person.size))
    starts = set(find_person_starts(person).tolist())
    for cut in cuts:
        assert cut.start in starts
        assert cut.stop - cut.start >= piece_rows or cut.stop == person.size
        assert cut.stop - cut.start < piece_rows + 9

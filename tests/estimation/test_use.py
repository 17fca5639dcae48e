"""Use picked by own code is what scipy picks, and its form changes no bit."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
import scipy.sparse

from estimation import Block, Subgroups, multiply_influences, plan_second_pass, read_use, sum_block
from estimation.subgroups import sum_subgroups
from estimation.use import Use
from tests.estimation.random_groups import make_group


def draw_table(rng: np.random.Generator) -> scipy.sparse.csr_array:
    """A table with rows and outcomes without use; at times one without any row."""
    n, m = int(rng.integers(0, 30)), int(rng.integers(1, 6))
    table = rng.poisson(0.7, (n, m)) * rng.random((n, m)) * (rng.random((n, 1)) < 0.6)
    return scipy.sparse.csr_array(table)


def assert_same(use: Use, expected: scipy.sparse.csr_array) -> None:
    assert use.shape == expected.shape
    assert use.outcome.tolist() == expected.indices.tolist()
    assert use.value.tobytes() == expected.data.tobytes()
    assert use.pointers.tolist() == expected.indptr.tolist()
    assert use.toarray().tobytes() == expected.toarray().tobytes()


@pytest.mark.parametrize("seed", range(40))
def test_rows_are_picked_as_scipy_picks_them(seed: int) -> None:
    rng = np.random.default_rng(seed)
    table = draw_table(rng)
    use, n = read_use(table), table.shape[0]
    assert_same(use, table)
    again = rng.integers(0, n, 2 * n) if n else np.zeros(0, dtype=np.int64)
    for rows in (again, np.arange(n), np.sort(again)[::3], np.zeros(0, dtype=np.int64)):
        assert_same(use[rows], table[rows])
    first, last = np.sort(rng.integers(0, n + 1, 2)).tolist()
    assert_same(use.cut(slice(first, last)), table[first:last])
    kept = rng.random(table.nnz) < 0.5
    fewer = table.copy()
    fewer.data[~kept] = 0.0
    fewer.eliminate_zeros()
    assert_same(use.keep(kept), fewer)


@pytest.mark.parametrize("seed", range(5))
def test_entries_are_placed_by_row(seed: int) -> None:
    table = draw_table(np.random.default_rng(seed))
    use, by_row = read_use(table), np.arange(table.shape[0])[::-1].copy()
    flat = np.zeros(table.shape).ravel()
    flat[use.find_places(by_row)] = use.value
    assert (flat.reshape(table.shape) == table.toarray()[::-1]).all()


def test_zeros_and_doubles_of_a_sparse_table_are_taken_out() -> None:
    parts = (np.array([1.0, 2.0, 0.0, 5.0]), np.array([2, 0, 1, 2]), np.array([0, 3, 4]))
    table = scipy.sparse.csr_array(parts, shape=(2, 3))
    table.indices[2] = 2
    assert read_use(table).toarray().tolist() == [[2.0, 0.0, 1.0], [0.0, 0.0, 5.0]]
    assert read_use(table).value.tolist() == [2.0, 1.0, 5.0]


def reshape_use(block: Block, form) -> Block:
    """The block with its use in another form."""

    def year(t: int):
        found = block.year(t)
        return replace(found, outcomes=form(found.outcomes))

    return replace(block, baselines=form(block.baselines), year=year)


@pytest.mark.parametrize("form", [scipy.sparse.csr_array, lambda dense: read_use(dense)], ids=["csr", "use"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_form_of_use_changes_no_bit(seed: int, form) -> None:
    group = make_group(seed)
    dense = group.block(slice(None))
    given = reshape_use(dense, form)
    sums = sum_block(dense, group.layout)
    subgroup = np.arange(dense.person.size) % 2
    pairs = [
        (sums, sum_block(given, group.layout)),
        *zip(*(sum_subgroups(Subgroups(b, subgroup), 2, group.layout) for b in (dense, given)), strict=True),
    ]
    for expected, found in pairs:
        for field in fields(expected):
            assert getattr(expected, field.name).tobytes() == getattr(found, field.name).tobytes()
    fit = plan_second_pass(sums, group.layout).fit
    assert fit.n_cells
    one, other = (multiply_influences(block, group.layout, fit) for block in (dense, given))
    assert one.tobytes() == other.tobytes()

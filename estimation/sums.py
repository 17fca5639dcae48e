"""First pass: the sums over persons that all estimates of a target group are made of.

Belongs here: sums of one block, and adding blocks. Does not belong here: what is solved from them.
Sums of a block depend on that block only; blocks are added in a fixed tree (`tree`), so that any distribution
of the work gives the same result to the bit. Sums of whole numbers are whole.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints, Layout, check_block, check_year
from estimation.samples import (
    Kinds,
    Sample,
    Use,
    find_kinds,
    find_person_starts,
    find_sample,
    read_use,
    restrict_use,
)


@dataclass(frozen=True)
class BlockSums:
    """Sums over rows; T years, P patterns, m outcomes, q = k + 2 regressors (1, covariates, S).

    Parameters
    ----------
    gram : (T, P, q, q) float
        Regressors × regressors over the rows of a pattern's sample: counts of rows.
    regressor_outcome, regressor_baseline : (T, q, m) float
        Regressors × use in year t, and × use in year 0.
    outcome_square, baseline_square, outcome_baseline : (T, m) float
        Sums of squares and of the product, in squared units.
    n_persons : (T, P, 3) int
        Distinct persons with rows among the others, in the success group, and in either.
    n_users : (T, m, 2) int
        Distinct persons with use other than 0 among the others, and in the success group.
    n_followed : (T, P, 2) int
        Covered rows whose base year reaches t, resident or not, by arm; −1 where not given.
    most_rows : (1,) int
        Most rows of one person.
    """

    gram: Floats
    regressor_outcome: Floats
    regressor_baseline: Floats
    outcome_square: Floats
    baseline_square: Floats
    outcome_baseline: Floats
    n_persons: Ints
    n_users: Ints
    n_followed: Ints
    most_rows: Ints


def start_sums(layout: Layout) -> BlockSums:
    """Make sums of nothing.

    Returns
    -------
    BlockSums
        All zero.
    """
    years, patterns, outcomes, q = layout.n_years, layout.n_patterns, layout.n_outcomes, layout.n_columns + 2
    return BlockSums(
        gram=np.zeros((years, patterns, q, q)),
        regressor_outcome=np.zeros((years, q, outcomes)),
        regressor_baseline=np.zeros((years, q, outcomes)),
        outcome_square=np.zeros((years, outcomes)),
        baseline_square=np.zeros((years, outcomes)),
        outcome_baseline=np.zeros((years, outcomes)),
        n_persons=np.zeros((years, patterns, 3), dtype=np.int64),
        n_users=np.zeros((years, outcomes, 2), dtype=np.int64),
        n_followed=np.zeros((years, patterns, 2), dtype=np.int64),
        most_rows=np.zeros(1, dtype=np.int64),
    )


def add_sums(first: BlockSums, second: BlockSums) -> BlockSums:
    """Add the sums of two blocks.

    Returns
    -------
    BlockSums
        New arrays; the order of adding decides the last bits, so leave it to `add_in_tree`.
    """
    total = {name.name: getattr(first, name.name) + getattr(second, name.name) for name in fields(BlockSums)}
    unknown = (first.n_followed < 0) | (second.n_followed < 0)
    total["n_followed"] = np.where(unknown, -1, total["n_followed"])
    total["most_rows"] = np.maximum(first.most_rows, second.most_rows)
    return BlockSums(**total)


def sum_block(block: Block, layout: Layout) -> BlockSums:
    """Sum one block.

    Parameters
    ----------
    block : Block
        All rows of its persons.
    layout : Layout
        Shared by all blocks of the group.

    Returns
    -------
    BlockSums
        The block's part.

    Raises
    ------
    ValueError
        If an array has another shape, a level has no column, or an observed and covered value is not finite.
    """
    check_block(block, layout)
    sums = start_sums(layout)
    n = block.person.shape[0]
    kinds = find_kinds(block, layout)
    sums.most_rows[0] = np.bincount(kinds.person).max(initial=0)
    baselines = csr_array(block.baselines, dtype=np.float64)
    before, before_flat = read_use(baselines), baselines.toarray().ravel()
    n_rows = np.zeros((kinds.n_kinds, layout.n_years, layout.n_patterns))
    for t in range(1, layout.n_years + 1):
        year = block.year(t)
        check_year(year, t, n, layout)
        sample = find_sample(year)
        n_rows[:, t - 1] = _count_rows(kinds, sample)
        y = restrict_use(read_use(year.outcomes), sample, layout.outcome_pattern)
        y0 = restrict_use(before, sample, layout.outcome_pattern)
        sums.regressor_outcome[t - 1] += _sum_by_regressor(y, kinds, layout)
        sums.regressor_baseline[t - 1] += _sum_by_regressor(y0, kinds, layout)
        sums.outcome_square[t - 1] += _sum_by_outcome(y, y.value, layout)
        sums.baseline_square[t - 1] += _sum_by_outcome(y0, y0.value, layout)
        rows = y.find_places(np.arange(n), layout.n_outcomes)
        sums.outcome_baseline[t - 1] += _sum_by_outcome(y, before_flat[rows], layout)
        sums.n_persons[t - 1] += _count_persons(kinds, sample, block.success)
        sums.n_users[t - 1] += _count_users(kinds, y, block.success, layout)
        sums.n_followed[t - 1] += _count_followed(year, sample, block.success)
    sums.gram[:] += _multiply_regressors(kinds, n_rows)
    _check_finite(sums)
    return sums


def _multiply_regressors(kinds: Kinds, n_rows: Floats) -> Floats:
    """Multiply regressors by regressors over the rows of every sample: (T, P, q, q) counts.

    All samples at once: each kind adds its rows to the pairs of regressors that are 1 in it.
    """
    n_kinds, n_years, n_patterns = n_rows.shape
    size = kinds.n_regressors + 1  # the last one stands for no regressor
    first, second = np.triu_indices(kinds.columns.shape[1])
    pairs = kinds.columns[:, first] * size + kinds.columns[:, second]
    pointers = np.arange(n_kinds + 1) * first.size
    pair_of_kind = csr_array((np.ones(pairs.size), pairs.ravel(), pointers), shape=(n_kinds, size * size))
    total = pair_of_kind.T @ n_rows.reshape(n_kinds, n_years * n_patterns)
    upper = total.reshape(size, size, n_years, n_patterns)[:-1, :-1].transpose(2, 3, 0, 1)
    gram: Floats = upper + np.triu(upper, 1).swapaxes(2, 3)
    return gram


def _sum_by_regressor(use: Use, kinds: Kinds, layout: Layout) -> Floats:
    """Multiply regressors by use, summed by kind of row first: (q, m)."""
    m = layout.n_outcomes
    by_kind = np.bincount(
        use.find_places(kinds.number, m), weights=use.value, minlength=kinds.n_kinds * m
    ).reshape(kinds.n_kinds, m)
    total: Floats = kinds.regressors.T @ by_kind
    return total


def _sum_by_outcome(use: Use, other: Floats, layout: Layout) -> Floats:
    """Sum use × another value of each entry, by outcome: (m,)."""
    total = np.bincount(use.outcome, weights=use.value * other, minlength=layout.n_outcomes)
    return np.asarray(total, dtype=np.float64)


def _count_rows(kinds: Kinds, sample: Sample) -> Ints:
    """Count the rows of each kind in the sample of each pattern: (kinds, P)."""
    n_signatures = sample.combinations.shape[0]
    together = (kinds.number * n_signatures + sample.signature)[sample.observed]
    n_rows = np.bincount(together, minlength=kinds.n_kinds * n_signatures)
    counts: Ints = n_rows.reshape(kinds.n_kinds, n_signatures) @ sample.combinations.astype(np.int64)
    return counts


def _count_persons(kinds: Kinds, sample: Sample, success: Bools) -> Ints:
    """Count distinct persons with rows among the others, in the success group, and in either: (P, 3)."""
    n_patterns = sample.combinations.shape[1]
    counts = np.zeros((n_patterns, 3), dtype=np.int64)
    starts = find_person_starts(kinds.person)
    bytes_of = np.packbits(sample.combinations, axis=1)
    for number, rows in enumerate((~success, success, np.ones_like(success)) if starts.size else ()):
        covered = np.where((rows & sample.observed)[:, None], bytes_of[sample.signature], np.uint8(0))
        persons = np.bitwise_or.reduceat(covered, starts, axis=0)
        counts[:, number] = np.unpackbits(persons, axis=1, count=n_patterns).sum(axis=0, dtype=np.int64)
    return counts


def _count_users(kinds: Kinds, use: Use, success: Bools, layout: Layout) -> Ints:
    """Count distinct persons with use among the others, and in the success group: (m, 2)."""
    m = layout.n_outcomes
    arm = success.astype(np.int64)
    of_person = use.find_places(kinds.person * 2 + arm, m)
    entry = np.arange(of_person.size)
    last = np.zeros(2 * m * kinds.n_persons, dtype=np.int64)
    last[of_person] = entry
    is_last = last[of_person] == entry
    return np.bincount(use.find_places(arm, m)[is_last], minlength=2 * m).reshape(2, m).T


def _count_followed(year: BlockYear, sample: Sample, success: Bools) -> Any:
    """Count covered rows whose base year reaches t, by arm: (P, 2); −1 where that is not given."""
    if year.followed is None:
        return -1
    arm = 2 * sample.signature + success
    n_rows = np.bincount(arm[year.followed], minlength=2 * sample.combinations.shape[0])
    counts: Ints = sample.combinations.T.astype(np.int64) @ n_rows.reshape(-1, 2)
    return counts


def _check_finite(sums: BlockSums) -> None:
    """Refuse sums that hold a NaN or an infinity."""
    parts = {"BlockYear.outcomes": sums.outcome_square, "Block.baselines": sums.baseline_square}
    bad = [name for name, array in parts.items() if not np.isfinite(array).all()]
    if bad:
        raise ValueError(
            f"{', '.join(bad)}\n    found:    values that are not finite in observed and covered rows\n"
            "    expected: a number in every observed and covered row\n"
            "    do this:  mark rows without a value as not covered"
        )

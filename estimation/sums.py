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
    find_signatures,
    list_samples,
    take_use,
)
from estimation.threads import hold_one_thread


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
    starts = find_person_starts(block.person)
    sums.most_rows[0] = np.diff(starts, append=block.person.size).max(initial=0)
    with hold_one_thread():
        kinds = find_kinds(block, layout)
        for t in range(1, layout.n_years + 1):
            year = block.year(t)
            check_year(year, t, block.person.shape[0], layout)
            for name, part in _sum_year(block, year, kinds, layout).items():
                getattr(sums, name)[t - 1] += part
    _check_finite(sums)
    return sums


def _sum_year(block: Block, year: BlockYear, kinds: Kinds, layout: Layout) -> dict[str, Any]:
    """Sum one relative year of a block: the fields of `BlockSums` without their first axis."""
    signature, combinations = find_signatures(year.covered)
    sample = find_sample(kinds, year.observed, signature, combinations)
    y = take_use(year.outcomes, sample, layout.outcome_pattern)
    y0 = take_use(block.baselines, sample, layout.outcome_pattern)
    return {
        "gram": _multiply_regressors(sample),
        "regressor_outcome": _sum_use(y, sample),
        "regressor_baseline": _sum_use(y0, sample),
        "outcome_square": _sum_products(y.table, y.table),
        "baseline_square": _sum_products(y0.table, y0.table),
        "outcome_baseline": _sum_products(y.table, y0.table),
        "n_persons": _count_persons(sample),
        "n_users": _count_users(sample, y),
        "n_followed": _count_followed(block, year, signature, combinations),
    }


def _multiply_regressors(sample: Sample) -> Floats:
    """Multiply regressors by regressors in the sample of each pattern: (P, q, q)."""
    q = sample.regressors.shape[1]
    gram = np.zeros((sample.covered.shape[1], q, q))
    n_rows = np.bincount(sample.kind, minlength=sample.regressors.shape[0])
    for patterns, chosen in list_samples(sample.covered):
        regressors = sample.regressors[chosen]
        gram[patterns] = (regressors * n_rows[chosen, None]).T @ regressors
    return gram


def _sum_use(use: Use, sample: Sample) -> Floats:
    """Multiply regressors by use: summed by kind of row first, (q, m)."""
    shape = (sample.regressors.shape[0], use.table.shape[1])
    by_kind = np.bincount(use.place, weights=use.table.data, minlength=shape[0] * shape[1])
    total: Floats = sample.regressors.T @ by_kind.reshape(shape)
    return total


def _sum_products(first: csr_array, second: csr_array) -> Floats:
    """Sum the products of each outcome: (m,)."""
    table = first.multiply(second)
    total = np.bincount(table.indices, weights=table.data, minlength=table.shape[1])
    return np.asarray(total, dtype=np.float64)


def _count_persons(sample: Sample) -> Ints:
    """Count distinct persons with rows among the others, in the success group, and in either: (P, 3)."""
    n_patterns = sample.covered.shape[1]
    starts = find_person_starts(sample.person)
    if not starts.size:
        return np.zeros((n_patterns, 3), dtype=np.int64)
    covered, success = np.packbits(sample.covered, axis=1), sample.success
    counts = []
    for arms in (~success, success, np.ones_like(success)):
        rows = np.where(arms[:, None], covered, np.uint8(0))[sample.kind]
        persons = np.bitwise_or.reduceat(rows, starts, axis=0)
        counts.append(np.unpackbits(persons, axis=1, count=n_patterns).sum(axis=0, dtype=np.int64))
    return np.column_stack(counts)


def _count_users(sample: Sample, use: Use) -> Ints:
    """Count distinct persons with use among the others, and in the success group: (m, 2)."""
    m = use.table.shape[1]
    success = sample.success[sample.kind].astype(np.int64)
    entry_arm = use.spread(success * m) + use.table.indices
    entry_person = use.spread((sample.person * 2 + success) * m) + use.table.indices
    order = np.arange(entry_person.size)
    last = np.zeros(2 * m * (sample.person.max(initial=-1) + 1), dtype=np.int64)
    last[entry_person] = order
    is_last = last[entry_person] == order
    return np.bincount(entry_arm[is_last], minlength=2 * m).reshape(2, m).T


def _count_followed(block: Block, year: BlockYear, signature: Ints, combinations: Bools) -> Any:
    """Count covered rows whose base year reaches t, by arm: (P, 2); −1 where that is not given."""
    if year.followed is None:
        return -1
    arm = 2 * signature + block.success
    n_rows = np.bincount(arm[year.followed], minlength=2 * combinations.shape[0])
    counts: Ints = combinations.T.astype(np.int64) @ n_rows.reshape(-1, 2)
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

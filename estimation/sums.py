"""First pass: the sums over persons that all estimates of a target group are made of.

Belongs here: sums of one block, and adding blocks. Does not belong here: what is solved from them.
Sums of a block depend on that block only; blocks are added in the order given, so that any distribution of
the work gives the same result to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints, Layout, check_block, check_year
from estimation.pieces import (
    build_regressors,
    cut_pieces,
    find_observed,
    find_person_starts,
    list_samples,
    take_rows,
    take_use,
)
from estimation.threads import hold_one_thread


@dataclass(frozen=True)
class BlockSums:
    """Sums over rows; T years, P patterns, m outcomes, q = k + 2 regressors (1, covariates, S).

    Parameters
    ----------
    gram : (T, P, q, q) float
        Regressors × regressors over the rows of a pattern's sample; its first and last column hold counts.
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
    )


def add_sums(first: BlockSums, second: BlockSums) -> BlockSums:
    """Add the sums of two blocks.

    Returns
    -------
    BlockSums
        New arrays; the order of adding decides the last bits, so add blocks in block order.
    """
    total = {name.name: getattr(first, name.name) + getattr(second, name.name) for name in fields(BlockSums)}
    unknown = (first.n_followed < 0) | (second.n_followed < 0)
    total["n_followed"] = np.where(unknown, -1, total["n_followed"])
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
        If an array has another shape, or an observed and covered value is not finite.
    """
    check_block(block, layout)
    sums = start_sums(layout)
    pieces = cut_pieces(block.person)
    with hold_one_thread():
        regressors = [build_regressors(block, rows) for rows in pieces]
        for t in range(1, layout.n_years + 1):
            year = block.year(t)
            check_year(year, t, block.person.shape[0], layout)
            _count_followed(sums, block, year, t)
            for rows, columns in zip(pieces, regressors, strict=True):
                _add_piece(sums, block, year, t, rows, columns, layout)
    _check_finite(sums)
    return sums


def _add_piece(
    sums: BlockSums, block: Block, year: BlockYear, t: int, rows: slice, regressors: Floats, layout: Layout
) -> None:
    """Add one piece of one relative year to the sums, in place."""
    piece = find_observed(year, rows)
    if not piece.covered.size:
        return
    z = regressors[piece.rows]
    y = take_use(take_rows(year.outcomes, rows), piece, layout.outcome_pattern)
    y0 = take_use(take_rows(block.baselines, rows), piece, layout.outcome_pattern)
    sums.regressor_outcome[t - 1] += z.T @ y
    sums.regressor_baseline[t - 1] += z.T @ y0
    sums.outcome_square[t - 1] += np.einsum("ij,ij->j", y, y)
    sums.baseline_square[t - 1] += np.einsum("ij,ij->j", y0, y0)
    sums.outcome_baseline[t - 1] += np.einsum("ij,ij->j", y, y0)
    person, success = block.person[rows][piece.rows], block.success[rows][piece.rows]
    for patterns, sample in list_samples(piece):
        part = z[sample]
        sums.gram[t - 1, patterns] += part.T @ part
        sums.n_persons[t - 1, patterns] += _count_persons(person[sample], success[sample])
    uses = y != 0
    for arm, chosen in enumerate((~success, success)):
        starts = find_person_starts(person[chosen])
        if starts.size:
            used = np.logical_or.reduceat(uses[chosen], starts, axis=0)
            sums.n_users[t - 1, :, arm] += np.count_nonzero(used, axis=0)


def _count_persons(person: Ints, success: Bools) -> Ints:
    """Count distinct persons with rows among the others, in the success group, and in either: (3,)."""
    rows = (person[~success], person[success], person)
    return np.array([find_person_starts(part).size for part in rows], dtype=np.int64)


def _count_followed(sums: BlockSums, block: Block, year: BlockYear, t: int) -> None:
    """Count covered rows whose base year reaches t, by arm, in place; −1 where that is not given."""
    if year.followed is None:
        sums.n_followed[t - 1] = -1
        return
    for arm, rows in enumerate((~block.success, block.success)):
        sums.n_followed[t - 1, :, arm] = np.count_nonzero(year.covered[rows & year.followed], axis=0)


def _check_finite(sums: BlockSums) -> None:
    """Refuse sums that hold a NaN or an infinity."""
    parts = {
        "Block.design": sums.gram,
        "BlockYear.outcomes": sums.outcome_square,
        "Block.baselines": sums.baseline_square,
    }
    bad = [name for name, array in parts.items() if not np.isfinite(array).all()]
    if bad:
        raise ValueError(
            f"{', '.join(bad)}\n    found:    values that are not finite in observed and covered rows\n"
            "    expected: a number in every observed and covered row\n"
            "    do this:  mark rows without a value as not covered"
        )

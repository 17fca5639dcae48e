"""First pass: the sums over persons that all estimates of a target group are made of.

Belongs here: sums of one block, and adding blocks. Does not belong here: what is solved from them.
Sums of a block depend on that block only; blocks are added in a fixed tree (`tree`), so that any distribution
of the work gives the same result to the bit. Sums of whole numbers are whole.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from estimation.blocks import Block, Bools, Floats, Ints, Layout
from estimation.pieces import Piece, PieceYear, cut_pieces
from estimation.samples import (
    BYTE,
    Kinds,
    Sample,
    count_columns,
    find_in_sample,
    find_kinds,
    find_sample,
)
from estimation.use import Use

#: The bits of every byte.
BITS = np.unpackbits(np.arange(BYTE, dtype=np.uint8)[:, None], axis=1).astype(np.int64)


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
    sums = start_sums(layout)
    for piece in cut_pieces(block, layout):
        _add_piece(sums, piece, layout)
    _check_finite(sums)
    return sums


def _add_piece(sums: BlockSums, piece: Piece, layout: Layout) -> None:
    """Add a piece to the sums, in place."""
    m = layout.n_outcomes
    kinds = find_kinds(piece, layout)
    sums.most_rows[0] = max(sums.most_rows[0], np.bincount(kinds.person).max())
    before = piece.before
    before_table = before.toarray().ravel()
    before_halves = _find_half_places(before, kinds)
    users = _Users(kinds, piece.success, m)
    n_rows = np.zeros((kinds.n_kinds, layout.n_years, layout.n_patterns))
    by_half = np.empty((kinds.n_halves, 2, layout.n_years, m))
    for t, year in enumerate(piece.years):
        sample = find_sample(year)
        n_rows[:, t] = _count_rows(kinds, sample)
        y = year.use.keep(find_in_sample(year.use, sample, layout.outcome_pattern))
        y_before = before_table.take(y.places)
        y0 = np.where(find_in_sample(before, sample, layout.outcome_pattern), before.value, 0.0)
        by_half[:, 0, t] = _sum_by_half(_find_half_places(y, kinds), y.value, kinds, m)
        by_half[:, 1, t] = _sum_by_half(before_halves, y0, kinds, m)
        sums.outcome_square[t] += np.bincount(y.outcome, y.value**2, m)
        sums.baseline_square[t] += np.bincount(before.outcome, y0**2, m)
        sums.outcome_baseline[t] += np.bincount(y.outcome, y.value * y_before, m)
        sums.n_persons[t] += _count_persons(kinds, sample, piece.success)
        sums.n_users[t] += users.count(y)
        sums.n_followed[t] += _count_followed(year, sample, piece.success)
    total = kinds.half_regressors.T @ by_half.reshape(kinds.n_halves, -1)
    by_year = total.reshape(-1, 2, layout.n_years, m).transpose(1, 2, 0, 3)
    sums.regressor_outcome[:] += by_year[0]
    sums.regressor_baseline[:] += by_year[1]
    sums.gram[:] += _multiply_regressors(kinds, n_rows)


def _multiply_regressors(kinds: Kinds, n_rows: Floats) -> Floats:
    """Multiply regressors by regressors over the rows of every sample: (T, P, q, q) counts.

    All samples at once: each kind adds its rows to the pairs of regressors that are 1 in it.
    """
    n_kinds, n_years, n_patterns = n_rows.shape
    size = kinds.n_regressors + 1  # the last one stands for no regressor
    first, second = np.triu_indices(kinds.columns.shape[1])
    pairs = count_columns(kinds.columns[:, first] * size + kinds.columns[:, second], size * size)
    total = pairs.T @ n_rows.reshape(n_kinds, n_years * n_patterns)
    upper = total.reshape(size, size, n_years, n_patterns)[:-1, :-1].transpose(2, 3, 0, 1)
    gram: Floats = upper + np.triu(upper, 1).swapaxes(2, 3)
    return gram


def _find_half_places(use: Use, kinds: Kinds) -> list[Ints]:
    """Find where use stands in a flat (halves, m) table, by its first and by its second half."""
    return [use.find_places(half) for half in kinds.row_halves]


def _sum_by_half(places: list[Ints], value: Floats, kinds: Kinds, n_outcomes: int) -> Floats:
    """Sum use by half of a kind: (h, m)."""
    by_half = sum(np.bincount(place, value, kinds.n_halves * n_outcomes) for place in places)
    table: Floats = np.reshape(by_half, (kinds.n_halves, n_outcomes))
    return table


def _count_rows(kinds: Kinds, sample: Sample) -> Floats:
    """Count the rows of each kind in the sample of each pattern: (kinds, P)."""
    n_signatures = sample.combinations.shape[0]
    together = (kinds.number * n_signatures + sample.signature).take(sample.rows)
    n_rows = np.bincount(together, minlength=kinds.n_kinds * n_signatures).astype(np.float64)
    counts: Floats = n_rows.reshape(kinds.n_kinds, n_signatures) @ sample.combinations.astype(np.float64)
    return counts


def _count_persons(kinds: Kinds, sample: Sample, success: Bools) -> Ints:
    """Count distinct persons with rows among the others, in the success group, and in either: (P, 3)."""
    patterns = np.packbits(sample.combinations, axis=1)  # a bit each
    by_signature = np.zeros((2, patterns.shape[0] + 1, 2, patterns.shape[1]), dtype=np.uint8)
    by_signature[0, :-1, 0] = by_signature[1, :-1, 1] = patterns
    arm = success * np.int64(patterns.shape[0] + 1)
    by_arm = by_signature.reshape(-1, 2 * patterns.shape[1]).take(arm + sample.observed_signature, axis=0)
    persons = np.bitwise_or.reduceat(by_arm, kinds.starts, axis=0)
    others, successful = persons[:, : patterns.shape[1]], persons[:, patterns.shape[1] :]
    either = np.concatenate((persons, others | successful), axis=1)
    n_bytes = either.shape[1]
    counts = np.bincount((either + np.arange(n_bytes) * BYTE).ravel(), minlength=n_bytes * BYTE)
    return (counts.reshape(n_bytes, BYTE) @ BITS).reshape(3, -1)[:, : sample.combinations.shape[1]].T


class _Users:
    """Counts distinct persons with use, one relative year after the other."""

    def __init__(self, kinds: Kinds, success: Bools, n_outcomes: int) -> None:
        self.arm = success.astype(np.int64)
        self.person = kinds.person * 2 + self.arm
        self.n_outcomes = n_outcomes
        self.last = np.empty(2 * n_outcomes * kinds.n_persons, dtype=np.int64)  # read where just written only

    def count(self, use: Use) -> Ints:
        """Count distinct persons with use among the others, and in the success group: (m, 2)."""
        of_person = use.find_places(self.person)
        entry = np.arange(of_person.size)
        self.last[of_person] = entry
        is_last = self.last.take(of_person) == entry
        n_users = np.bincount(use.find_places(self.arm)[is_last], minlength=2 * self.n_outcomes)
        return n_users.reshape(2, self.n_outcomes).T


def _count_followed(year: PieceYear, sample: Sample, success: Bools) -> Any:
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

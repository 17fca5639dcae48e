"""Cutting a block into pieces that stay in the cache.

Belongs here: what of a block goes together. Does not belong here: the shapes of the input (`blocks`), which rows are
alike (`samples`), any sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimation.blocks import Block, BlockYear, Bools, Ints, Layout, check_block, check_year
from estimation.use import Use, read_use

#: Rows taken at a time: what is computed of them (rows × outcomes of 8 bytes, a few times) stays near the
#: second-level cache. A constant, for it decides the order in which numbers are added.
PIECE_ROWS = 8192


@dataclass(frozen=True)
class PieceYear:
    """What a piece holds for one relative year; as `BlockYear`.

    Parameters
    ----------
    use : Use
        In year t.
    observed, covered, followed
        As in `BlockYear`.
    """

    use: Use
    observed: Bools
    covered: Bools
    followed: Bools | None


@dataclass(frozen=True)
class Piece:
    """Some persons of a block with all their rows; as `Block`.

    Parameters
    ----------
    person, success, levels
        As in `Block`.
    before : Use
        In year 0.
    years : tuple of T PieceYear
        For relative year 1 … T.
    """

    person: Ints
    success: Bools
    levels: NDArray[np.integer[Any]]
    before: Use
    years: tuple[PieceYear, ...]


def cut_pieces(block: Block, layout: Layout) -> Iterator[Piece]:
    """Check a block and cut it into pieces of about `PIECE_ROWS` rows, never within a person.

    Parameters
    ----------
    block : Block
        All rows of its persons.
    layout : Layout
        Shared by all blocks of the group.

    Yields
    ------
    Piece
        In row order.

    Raises
    ------
    ValueError
        If an array does not fit.
    """
    check_block(block, layout)
    before = read_use(block.baselines)
    years = []
    for t in range(1, layout.n_years + 1):
        year = block.year(t)
        check_year(year, t, block.person.shape[0], layout)
        years.append((year, read_use(year.outcomes)))
    for rows in list_cuts(block.person, PIECE_ROWS):
        yield Piece(
            person=block.person[rows],
            success=block.success[rows],
            levels=block.levels[rows],
            before=before.cut(rows),
            years=tuple(_take_year(year, use, rows) for year, use in years),
        )


def list_cuts(person: Ints, piece_rows: int) -> list[slice]:
    """List the rows of each piece: it ends with the first person that brings it to `piece_rows` rows.

    Returns
    -------
    list of slice
        In row order, covering all rows.
    """
    n = person.shape[0]
    starts = find_person_starts(person)
    cuts = []
    start = 0
    while start < n:
        next_person = int(np.searchsorted(starts, start + piece_rows))
        stop = int(starts[next_person]) if next_person < starts.size else n
        cuts.append(slice(start, stop))
        start = stop
    return cuts


def find_person_starts(person: Ints) -> Ints:
    """Find the first row of each person; rows of a person stand together.

    Returns
    -------
    (persons,) int
        Row numbers; empty for no rows.
    """
    if person.size == 0:
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], person[1:] != person[:-1])))


def _take_year(year: BlockYear, use: Use, rows: slice) -> PieceYear:
    """Take some rows of one relative year."""
    followed = None if year.followed is None else year.followed[rows]
    return PieceYear(use.cut(rows), year.observed[rows], year.covered[rows], followed)

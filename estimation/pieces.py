"""Cutting a block into pieces that stay in the cache.

Belongs here: what of a block goes together, use that is not zero. Does not belong here: the shapes of the input
(`blocks`), which rows are alike (`samples`), any sum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints, Layout, check_block, check_year

#: Rows taken at a time: what is computed of them (rows × outcomes of 8 bytes, a few times) stays near the
#: second-level cache. A constant, for it decides the order in which numbers are added.
PIECE_ROWS = 8192


@dataclass(frozen=True)
class Use:
    """Use other than 0, row by row.

    Parameters
    ----------
    pointers : (n + 1,) int
        First entry of each row.
    outcome : (entries,) int
        Outcome of each entry.
    value : (entries,) float
        In the unit of the outcome.
    """

    pointers: NDArray[np.integer[Any]]
    outcome: NDArray[np.integer[Any]]
    value: Floats

    def find_places(self, by_row: Ints, width: int) -> Ints:
        """Find where each entry stands in a flat table of `width` columns, given the table's row of each row."""
        places: Ints = np.repeat(by_row * width, np.diff(self.pointers)) + self.outcome
        return places

    def keep(self, kept: Bools) -> Use:
        """Keep some entries, (entries,) bool."""
        if kept.all():
            return self
        pointers = np.concatenate(([0], np.cumsum(kept)))[self.pointers]
        return Use(pointers, self.outcome[kept], self.value[kept])

    def take(self, rows: slice) -> Use:
        """Take some rows, start to stop."""
        pointers = self.pointers[rows.start : rows.stop + 1]
        entries = slice(pointers[0], pointers[-1])
        return Use(pointers - pointers[0], self.outcome[entries], self.value[entries])


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
            before=before.take(rows),
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


def read_use(array: Any) -> Use:
    """Read the use of a block's rows.

    Parameters
    ----------
    array : (n, m) sparse or dense array
        As in `Block` and `BlockYear`.

    Returns
    -------
    Use
        Of all rows.
    """
    table = csr_array(array, dtype=np.float64)
    if not table.has_canonical_format:
        table = table.copy()
        table.sum_duplicates()
    use = Use(table.indptr, table.indices, table.data)
    return use.keep(use.value != 0)


def _take_year(year: BlockYear, use: Use, rows: slice) -> PieceYear:
    """Take some rows of one relative year."""
    followed = None if year.followed is None else year.followed[rows]
    return PieceYear(use.take(rows), year.observed[rows], year.covered[rows], followed)

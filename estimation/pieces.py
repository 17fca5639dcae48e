"""Cutting a block into pieces that stay in the cache, and finding the samples in a piece.

Belongs here: which rows go together. Does not belong here: the shapes of the input (`blocks`), any sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints

#: Rows taken at a time: 1,024 rows × 470 cells of 8 bytes is 3.8 MB, near the second-level cache, and long
#: enough for matrix products. A constant, for it decides the order in which numbers are added.
PIECE_ROWS = 1024


@dataclass(frozen=True)
class Piece:
    """Some rows of a block that one relative year observes under at least one pattern.

    Parameters
    ----------
    rows : (r,) int or slice
        Their numbers within the rows the piece was cut from.
    covered : (r, P) bool
        Whether a row is in the sample of a pattern.
    is_complete : bool
        Whether every row is in every sample.
    """

    rows: Any
    covered: Bools
    is_complete: bool


def cut_pieces(person: Ints, piece_rows: int = PIECE_ROWS) -> list[slice]:
    """Cut a block's rows into pieces of about `piece_rows` rows, never within a person.

    Parameters
    ----------
    person : (n,) int
        Person codes, a person's rows together.
    piece_rows : int
        A piece ends with the first person that brings it to this many rows.

    Returns
    -------
    list of slice
        In row order, covering all rows.
    """
    n = person.shape[0]
    starts = find_person_starts(person)
    pieces = []
    start = 0
    while start < n:
        next_person = int(np.searchsorted(starts, start + piece_rows))
        stop = int(starts[next_person]) if next_person < starts.size else n
        pieces.append(slice(start, stop))
        start = stop
    return pieces


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


def build_regressors(block: Block, rows: slice) -> Floats:
    """Lay intercept, covariates and success beside each other.

    Returns
    -------
    (r, k + 2) float
        Columns: 1, the covariates in order, S.
    """
    design = block.design[rows]
    regressors = np.empty((design.shape[0], design.shape[1] + 2))
    regressors[:, 0] = 1.0
    regressors[:, 1:-1] = design
    regressors[:, -1] = block.success[rows]
    return regressors


def take_rows(array: Any, rows: slice) -> Floats:
    """Take some rows of a dense or sparse array as a dense one.

    Returns
    -------
    (r, m) float
    """
    part = array[rows]
    dense = part.toarray() if hasattr(part, "toarray") else part
    return np.asarray(dense, dtype=np.float64)


def find_observed(year: BlockYear, rows: slice) -> Piece:
    """Find the rows of a slice of the block that the year observes under at least one pattern.

    Returns
    -------
    Piece
        Possibly without rows.
    """
    covered = year.observed[rows, None] & year.covered[rows]
    if covered.all():
        return Piece(slice(None), covered, True)
    chosen = np.flatnonzero(covered.any(axis=1))
    covered = covered[chosen]
    return Piece(chosen, covered, bool(covered.all()))


def take_use(use: Floats, piece: Piece, pattern: Ints) -> Floats:
    """Take the use of a piece's rows, with 0 where a row is outside the sample of the outcome.

    Parameters
    ----------
    use : (rows, c) float
        Use in the rows the piece was cut from.
    piece : Piece
        Of those rows.
    pattern : (c,) int
        Pattern of each outcome.

    Returns
    -------
    (r, c) float
    """
    part: Floats = use[piece.rows]
    return part if piece.is_complete else np.where(piece.covered[:, pattern], part, 0.0)


def list_samples(piece: Piece) -> list[tuple[Ints, Any]]:
    """List the distinct samples of a piece: patterns that hold in the same rows share one.

    Returns
    -------
    list of (patterns, rows)
        Patterns (s,) int, in the order of their first; rows a (r,) bool mask, or a slice for all.
    """
    if piece.is_complete:
        return [(np.arange(piece.covered.shape[1]), slice(None))]
    columns = np.ascontiguousarray(piece.covered.T)
    together: dict[bytes, list[int]] = {}
    for number, column in enumerate(columns):
        together.setdefault(column.tobytes(), []).append(number)
    return [(np.array(patterns), columns[patterns[0]]) for patterns in together.values()]

"""Rows of a piece that are alike, and which of them a relative year observes.

Belongs here: kinds of rows, samples. Does not belong here: cutting (`pieces`), any sum.

Covariates have few levels, so many rows are of fewer kinds: the same arm, the same levels. What does not depend
on use is computed once a kind, through sparse dummies; use is mostly zero, and only what is not zero is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

from estimation.blocks import Bools, Ints, Layout
from estimation.pieces import Piece, PieceYear, find_person_starts
from estimation.use import Use

#: Values of one byte.
BYTE = 256


@dataclass(frozen=True)
class Kinds:
    """The rows of a piece by person and kind; a kind has one arm and one level of each covariate.

    A kind is put together from two halves: arm and first covariates, and the other covariates. There are few
    halves, so what adds up over covariates is added up in each half and then over the two.

    Parameters
    ----------
    person : (n,) int
        Person of each row, numbered from 0 within the piece.
    starts : (persons,) int
        First row of each person.
    number : (n,) int
        Kind of each row.
    columns : (kinds, C + 2) int
        Regressors that are 1: the intercept (0), a column of each covariate, S (q − 1); q where there is none.
    halves : (kinds, 2) int
        The halves of each kind.
    half_columns : (h, C + 2) int
        As columns, of each half.
    n_regressors : int
        q: intercept, covariate columns, S.
    """

    person: Ints
    starts: Ints
    number: Ints
    columns: Ints
    halves: Ints
    half_columns: Ints
    n_regressors: int

    @property
    def n_kinds(self) -> int:
        """Number of kinds."""
        return int(self.columns.shape[0])

    @property
    def n_halves(self) -> int:
        """Number of halves, h."""
        return int(self.half_columns.shape[0])

    @property
    def n_persons(self) -> int:
        """Number of persons in the piece."""
        return int(self.starts.size)

    @cached_property
    def row_halves(self) -> Ints:
        """Both halves of each row, (2, n)."""
        return self.halves.T.take(self.number, axis=1)

    @cached_property
    def half_regressors(self) -> csr_array:
        """Regressors of each half, (h, q) sparse."""
        is_one = self.half_columns < self.n_regressors
        pointers = np.append(0, np.cumsum(is_one.sum(axis=1)))
        columns = self.half_columns[is_one]
        return csr_array((np.ones(columns.size), columns, pointers), shape=(self.n_halves, self.n_regressors))


@dataclass(frozen=True)
class Sample:
    """Which rows of a piece one relative year observes, and under which patterns.

    Parameters
    ----------
    observed : (n,) bool
        As in `BlockYear`.
    signature : (n,) int
        Combination of patterns that covers a row.
    combinations : (s, P) bool
        The patterns of each combination.
    """

    observed: Bools
    signature: Ints
    combinations: Bools

    @cached_property
    def rows(self) -> Ints:
        """Rows observed, ascending."""
        return np.flatnonzero(self.observed)

    @cached_property
    def is_complete(self) -> bool:
        """Whether every row is in the sample of every pattern."""
        return bool(self.rows.size == self.observed.size and self.combinations.all())

    @cached_property
    def observed_signature(self) -> Ints:
        """(n,) int: signature, and one more than there are where a row is not observed."""
        return np.where(self.observed, self.signature, self.combinations.shape[0])


def find_kinds(piece: Piece, layout: Layout) -> Kinds:
    """Find the kinds of rows of a piece.

    Returns
    -------
    Kinds
        In an order that depends on the piece only.
    """
    starts = find_person_starts(piece.person)
    person = np.repeat(np.arange(starts.size), np.diff(starts, append=piece.person.size))
    sizes = [covariate.n_columns + 1 for covariate in layout.covariates]
    middle = _find_middle(sizes)
    arm = number_distinct(piece.success.astype(np.int64), 2)
    first, n_first = _number_levels(arm, piece, sizes, range(middle))
    nothing = np.zeros_like(first), int(first.size > 0)
    second, n_second = _number_levels(nothing, piece, sizes, range(middle, len(sizes)))
    kind, n_kinds = _number_levels((first, n_first), piece, sizes, range(middle, len(sizes)))
    row, first_row, second_row = (
        pick_rows(*numbered) for numbered in ((kind, n_kinds), (first, n_first), (second, n_second))
    )
    half_columns = _find_columns(piece, layout, np.concatenate((first_row, second_row)))
    q = layout.n_columns + 2
    half_columns[:n_first, 1 + middle : -1] = q
    half_columns[n_first:, : 1 + middle] = q
    half_columns[n_first:, -1] = q
    halves = np.column_stack((first[row], n_first + second[row]))
    return Kinds(person, starts, kind, _find_columns(piece, layout, row), halves, half_columns, q)


def _find_middle(sizes: list[int]) -> int:
    """Find how many covariates go into the first half, for halves with about as many combinations of levels."""
    combinations = np.cumsum(np.log([2, *sizes]))
    return int(np.searchsorted(combinations, combinations[-1] / 2))


def _number_levels(
    start: tuple[Ints, int], piece: Piece, sizes: list[int], covariates: range
) -> tuple[Ints, int]:
    """Number the distinct combinations of what rows are numbered by and the levels of covariates."""
    number, n_numbers = start
    for covariate in covariates:
        size = sizes[covariate]
        number, n_numbers = number_distinct(number * size + piece.levels[:, covariate], n_numbers * size)
    return number, n_numbers


def _find_columns(piece: Piece, layout: Layout, rows: Ints) -> Ints:
    """Find the regressors that are 1 in some rows, as in `Kinds.columns`: (rows, C + 2)."""
    q = layout.n_columns + 2
    level = piece.levels[rows].astype(np.int64)
    first = np.array([1 + covariate.columns.start for covariate in layout.covariates], dtype=np.int64)
    columns = np.zeros((rows.size, first.size + 2), dtype=np.int64)
    columns[:, 1:-1] = np.where(level > 0, first + level - 1, q)
    columns[:, -1] = np.where(piece.success[rows], q - 1, q)
    return columns


def find_sample(year: PieceYear) -> Sample:
    """Find the sample of a relative year.

    Returns
    -------
    Sample
        With combinations of patterns numbered in an order that depends on the piece only.
    """
    signature = np.zeros(year.covered.shape[0], dtype=np.int64)
    n_signatures = int(signature.size > 0)
    for byte in np.packbits(year.covered, axis=1).T:
        signature, n_signatures = number_distinct(signature * BYTE + byte, n_signatures * BYTE)
    return Sample(year.observed, signature, year.covered[pick_rows(signature, n_signatures)])


def find_in_sample(use: Use, sample: Sample, pattern: Ints) -> Bools:
    """Find the use inside the sample of its outcome.

    Parameters
    ----------
    use : Use
        Of all rows of the piece.
    sample : Sample
        Of the piece in a relative year.
    pattern : (m,) int
        Pattern of each outcome.

    Returns
    -------
    (entries,) bool
    """
    if sample.is_complete:
        return np.ones(use.value.size, dtype=bool)
    n_signatures = sample.combinations.shape[0]
    is_in = np.zeros((n_signatures + 1, pattern.size), dtype=bool)  # the last row is for rows not observed
    is_in[:-1] = sample.combinations[:, pattern]
    found: Bools = is_in.ravel().take(use.find_places(sample.observed_signature))
    return found


def count_columns(columns: Ints, width: int) -> csr_array:
    """Make the sparse table of how often a row lists a column.

    Parameters
    ----------
    columns : (rows, listed) int
        Columns 0 … width − 1.
    width : int
        Number of columns.

    Returns
    -------
    (rows, width) sparse array
    """
    rows, listed = columns.shape
    pointers = np.arange(rows + 1) * listed
    return csr_array((np.ones(columns.size), columns.ravel(), pointers), shape=(rows, width))


def number_distinct(keys: Ints, size: int) -> tuple[Ints, int]:
    """Number the distinct keys of 0 … size − 1 in ascending order.

    Returns
    -------
    (n,) int
        The number of each key.
    int
        How many there are.
    """
    is_there = np.zeros(size, dtype=bool)
    is_there[keys] = True
    number = np.cumsum(is_there)
    number -= 1
    return number.take(keys), int(number[-1]) + 1 if size else 0


def pick_rows(number: Ints, size: int) -> Ints:
    """Pick a row of each number 0 … size − 1.

    Returns
    -------
    (size,) int
    """
    row = np.zeros(size, dtype=np.int64)
    row[number] = np.arange(number.size)
    return row

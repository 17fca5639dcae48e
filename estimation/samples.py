"""Rows of a block that are alike, which of them a relative year observes, and the use in that sample.

Belongs here: kinds of rows, samples, use that is not zero. Does not belong here: the shapes of the input
(`blocks`), any sum.

Covariates have few levels, so a block of many rows has fewer kinds of rows: the same arm, the same levels. What
does not depend on use is computed once a kind, through sparse dummies; use is mostly zero, and only what is not
zero is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints, Layout

#: Values of one byte.
BYTE = 256


@dataclass(frozen=True)
class Kinds:
    """The rows of a block by person and kind; a kind has one arm and one level of each covariate.

    Parameters
    ----------
    person : (n,) int
        Person of each row, numbered from 0 within the block.
    number : (n,) int
        Kind of each row.
    columns : (kinds, C + 2) int
        Regressors that are 1: the intercept (0), a column of each covariate, S (q − 1); q where there is none.
    n_regressors : int
        q: intercept, covariate columns, S.
    """

    person: Ints
    number: Ints
    columns: Ints
    n_regressors: int

    @property
    def n_kinds(self) -> int:
        """Number of kinds."""
        return int(self.columns.shape[0])

    @property
    def n_persons(self) -> int:
        """Number of persons in the block."""
        return int(self.person[-1]) + 1 if self.person.size else 0

    @cached_property
    def regressors(self) -> csr_array:
        """Regressors of each kind, (kinds, q) sparse."""
        is_one = self.columns < self.n_regressors
        pointers = np.concatenate(([0], np.cumsum(is_one.sum(axis=1))))
        columns = self.columns[is_one]
        return csr_array((np.ones(columns.size), columns, pointers), shape=(self.n_kinds, self.n_regressors))


@dataclass(frozen=True)
class Sample:
    """Which rows of a block one relative year observes, and under which patterns.

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
    def is_complete(self) -> bool:
        """Whether every row is in the sample of every pattern."""
        return bool(self.observed.all() and self.combinations.all())

    @cached_property
    def is_in(self) -> Bools:
        """Whether a row is in the sample of a pattern, (n, P) bool."""
        is_in: Bools = self.observed[:, None] & self.combinations[self.signature]
        return is_in


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


def find_kinds(block: Block, layout: Layout) -> Kinds:
    """Find the kinds of rows of a block.

    Returns
    -------
    Kinds
        In an order that depends on the block only.
    """
    starts = find_person_starts(block.person)
    person = np.repeat(np.arange(starts.size), np.diff(starts, append=block.person.size))
    kind, n_kinds = number_distinct(block.success.astype(np.int64), 2)
    for number, covariate in enumerate(layout.covariates):
        size = covariate.n_columns + 1
        kind, n_kinds = number_distinct(kind * size + block.levels[:, number], n_kinds * size)
    row = pick_rows(kind, n_kinds)
    q = layout.n_columns + 2
    first = np.array([1 + covariate.columns.start for covariate in layout.covariates], dtype=np.int64)
    level = block.levels[row].astype(np.int64)
    columns = np.full((n_kinds, len(layout.covariates) + 2), q)
    columns[:, 0] = 0
    columns[:, 1:-1] = np.where(level > 0, first + level - 1, q)
    columns[block.success[row], -1] = q - 1
    return Kinds(person, kind, columns, q)


def find_sample(year: BlockYear) -> Sample:
    """Find the sample of a relative year.

    Returns
    -------
    Sample
        With combinations of patterns numbered in an order that depends on the block only.
    """
    signature = np.zeros(year.covered.shape[0], dtype=np.int64)
    n_signatures = int(signature.size > 0)
    for byte in np.packbits(year.covered, axis=1).T:
        signature, n_signatures = number_distinct(signature * BYTE + byte, n_signatures * BYTE)
    return Sample(year.observed, signature, year.covered[pick_rows(signature, n_signatures)])


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


def restrict_use(use: Use, sample: Sample, pattern: Ints) -> Use:
    """Restrict use to the sample of each outcome.

    Parameters
    ----------
    use : Use
        Of all rows of the block.
    sample : Sample
        Of the block in a relative year.
    pattern : (m,) int
        Pattern of each outcome.

    Returns
    -------
    Use
        Without what stands outside the sample of an outcome, whatever it is.
    """
    if sample.is_complete:
        return use
    n_rows, n_patterns = sample.is_in.shape
    place = np.repeat(np.arange(n_rows) * n_patterns, np.diff(use.pointers)) + pattern[use.outcome]
    return use.keep(sample.is_in.ravel()[place])


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
    number = np.cumsum(is_there) - 1
    return number[keys], int(np.count_nonzero(is_there))


def pick_rows(number: Ints, size: int) -> Ints:
    """Pick a row of each number 0 … size − 1.

    Returns
    -------
    (size,) int
    """
    row = np.zeros(size, dtype=np.int64)
    row[number] = np.arange(number.size)
    return row

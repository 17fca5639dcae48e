"""Rows of a block that are alike, and which of them a relative year observes.

Belongs here: kinds of rows, samples, the use inside a sample. Does not belong here: the shapes of the input
(`blocks`), any sum.

Covariates have few levels, so a block of many rows has few kinds of rows: the same arm, the same levels, the
same coverage. What does not depend on use is computed once a kind; use is mostly zero, and only what is not
zero is touched.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints, Layout

#: Values of one byte.
BYTE = 256


@dataclass(frozen=True)
class Kinds:
    """The kinds of rows of a block: same arm, same levels.

    Parameters
    ----------
    number : (n,) int
        Kind of each row.
    person : (n,) int
        Person of each row, numbered from 0 within the block.
    regressors : (kinds, q) float
        Intercept, covariate columns, S of each kind.
    """

    number: Ints
    person: Ints
    regressors: Floats

    @property
    def n_persons(self) -> int:
        """Number of persons in the block."""
        return int(self.person[-1]) + 1 if self.person.size else 0


@dataclass(frozen=True)
class Sample:
    """The rows of a block that one relative year observes under at least one pattern, and their kinds.

    Parameters
    ----------
    rows : (r,) int or slice
        Row numbers within the block, ascending; a slice for all.
    person : (r,) int
        Person of each row, as in `Kinds`.
    kind : (r,) int
        Kind of each row: same arm, same levels, same patterns.
    regressors : (kinds, q) float
        Of each kind.
    covered : (kinds, P) bool
        Patterns whose sample a kind is in.
    """

    rows: Any
    person: Ints
    kind: Ints
    regressors: Floats
    covered: Bools

    @property
    def success(self) -> Bools:
        """The arm of each kind, (kinds,) bool."""
        arm: Bools = self.regressors[:, -1] > 0
        return arm


@dataclass(frozen=True)
class Use:
    """Use other than 0 in a sample.

    Parameters
    ----------
    table : (r, m) sparse array
        Without entries of 0 or outside the sample of their outcome.
    place : (entries,) int
        Kind of the row × m + outcome: where an entry stands in a flat (kinds, m) table.
    """

    table: csr_array
    place: Ints

    def spread(self, by_row: Ints) -> Ints:
        """Give each entry the value of its row: (r,) to (entries,)."""
        return np.repeat(by_row, np.diff(self.table.indptr))


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
    kind, n_kinds = block.success.astype(np.int64), 2
    for number, covariate in enumerate(layout.covariates):
        size = covariate.columns.stop - covariate.columns.start + 1
        kind, n_kinds = _number_distinct(kind * size + block.levels[:, number], n_kinds * size)
    kind, n_kinds = _number_distinct(kind, n_kinds)
    person = np.repeat(np.arange(starts.size), np.diff(starts, append=block.person.size))
    row = _pick_rows(kind, n_kinds)
    regressors = np.zeros((n_kinds, layout.n_columns + 2))
    regressors[:, 0] = 1.0
    regressors[:, -1] = block.success[row]
    for number, covariate in enumerate(layout.covariates):
        level = block.levels[row, number].astype(np.int64)
        has_column = np.flatnonzero(level)
        regressors[has_column, covariate.columns.start + level[has_column]] = 1.0
    return Kinds(kind, person, regressors)


def find_signatures(covered: Bools) -> tuple[Ints, Bools]:
    """Number the combinations of patterns that rows are covered by.

    Returns
    -------
    signature : (n,) int
        Combination of each row.
    combinations : (s, P) bool
        The patterns of each combination.
    """
    signature, n_signatures = np.zeros(covered.shape[0], dtype=np.int64), 1
    for byte in np.packbits(covered, axis=1).T:
        signature, n_signatures = _number_distinct(signature * BYTE + byte, n_signatures * BYTE)
    return signature, covered[_pick_rows(signature, n_signatures if signature.size else 0)]


def find_sample(kinds: Kinds, observed: Bools, signature: Ints, combinations: Bools) -> Sample:
    """Find the rows that a relative year observes under at least one pattern, and their kinds.

    Parameters
    ----------
    kinds : Kinds
        Of the block.
    observed : (n,) bool
        As in `BlockYear`.
    signature, combinations
        From `find_signatures`.

    Returns
    -------
    Sample
        Possibly without rows.
    """
    is_covered: Bools = np.logical_or.reduce(combinations, axis=1)
    is_in = observed & is_covered[signature]
    rows = slice(None) if is_in.all() else np.flatnonzero(is_in)
    n_combinations = combinations.shape[0]
    together = kinds.number[rows] * n_combinations + signature[rows]
    kind, n_kinds = _number_distinct(together, kinds.regressors.shape[0] * n_combinations)
    row = _pick_rows(kind, n_kinds)
    return Sample(
        rows=rows,
        person=kinds.person[rows],
        kind=kind,
        regressors=kinds.regressors[kinds.number[rows][row]],
        covered=combinations[signature[rows][row]],
    )


def read_sample(kinds: Kinds, year: BlockYear) -> Sample:
    """Find the sample of a relative year; see `find_sample`."""
    return find_sample(kinds, year.observed, *find_signatures(year.covered))


def list_samples(covered: Bools) -> list[tuple[Ints, Ints]]:
    """List the distinct samples among kinds: patterns that hold for the same kinds share one.

    Parameters
    ----------
    covered : (kinds, P) bool
        As in `Sample`.

    Returns
    -------
    list of (patterns, kinds)
        Patterns (s,) int in the order of their first; the kinds in their sample, (j,) int.
    """
    together: dict[bytes, list[int]] = {}
    for number, column in enumerate(np.ascontiguousarray(covered.T)):
        together.setdefault(column.tobytes(), []).append(number)
    return [(np.array(patterns), np.flatnonzero(covered[:, patterns[0]])) for patterns in together.values()]


def take_use(use: Any, sample: Sample, pattern: Ints) -> Use:
    """Take the use of a sample's rows.

    Parameters
    ----------
    use : (n, m) sparse or dense array
        Of all rows of the block.
    sample : Sample
        Of the block.
    pattern : (m,) int
        Pattern of each outcome.

    Returns
    -------
    Use
        Without what stands outside the sample of an outcome, whatever it is.
    """
    table = csr_array(use, dtype=np.float64)
    if not table.has_canonical_format:
        table = table.copy()
        table.sum_duplicates()
    if not isinstance(sample.rows, slice):
        table = table[sample.rows]
    place = np.repeat(sample.kind * table.shape[1], np.diff(table.indptr)) + table.indices
    kept = table.data != 0
    if not sample.covered.all():
        kept &= sample.covered[:, pattern].ravel()[place]
    if kept.all():
        return Use(table, place)
    pointers = np.concatenate(([0], np.cumsum(kept)))[table.indptr]
    return Use(csr_array((table.data[kept], table.indices[kept], pointers), shape=table.shape), place[kept])


def multiply_use(first: Use, second: Use, sample: Sample) -> Use:
    """Multiply the use of two years entry by entry: where both are other than 0."""
    table = first.table.multiply(second.table)
    place = np.repeat(sample.kind * table.shape[1], np.diff(table.indptr)) + table.indices
    return Use(table, place)


def _number_distinct(keys: Ints, size: int) -> tuple[Ints, int]:
    """Number the distinct keys of 0 … size − 1 in ascending order: number of each key, how many there are."""
    is_there = np.zeros(size, dtype=bool)
    is_there[keys] = True
    number = np.cumsum(is_there) - 1
    return number[keys], int(np.count_nonzero(is_there))


def _pick_rows(number: Ints, size: int) -> Ints:
    """Pick a row of each number: (size,) int."""
    row = np.zeros(size, dtype=np.int64)
    row[number] = np.arange(number.size)
    return row

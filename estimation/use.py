"""Use other than zero: most use is zero and is never touched.

Belongs here: reading use, picking rows and entries of it. Does not belong here: which rows go together (`pieces`),
which are alike (`samples`), any sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from estimation.blocks import Bools, Floats, Ints


@dataclass(frozen=True)
class Use:
    """Use other than 0, row by row, each outcome at most once a row.

    Parameters
    ----------
    row : (entries,) int
        Row of each entry, ascending; narrow where a whole block is held.
    outcome : (entries,) int
        Outcome of each entry.
    value : (entries,) float
        In the unit of the outcome.
    shape : tuple of int
        Rows and outcomes, (n, m).
    """

    row: NDArray[np.integer[Any]]
    outcome: NDArray[np.integer[Any]]
    value: Floats
    shape: tuple[int, int]

    @cached_property
    def pointers(self) -> Ints:
        """First entry of each row, and the number of entries: (n + 1,) int."""
        return np.searchsorted(self.row, np.arange(self.shape[0] + 1))

    @cached_property
    def places(self) -> Ints:
        """Where each entry stands in a flat (n, m) table."""
        return self.find_places(np.arange(self.shape[0]))

    def find_places(self, by_row: Ints) -> Ints:
        """Find where each entry stands in a flat table of m columns, given the table's row of each row."""
        places: Ints = by_row.take(self.row)
        places *= self.shape[1]
        places += self.outcome
        return places

    def keep(self, kept: Bools) -> Use:
        """Keep some entries, (entries,) bool."""
        entries = np.flatnonzero(kept)
        if entries.size == kept.size:
            return self
        return Use(self.row.take(entries), self.outcome.take(entries), self.value.take(entries), self.shape)

    def cut(self, rows: slice) -> Use:
        """Cut some rows out, start to stop, with numbers as wide as arithmetic wants them."""
        entries = slice(*np.searchsorted(self.row, (rows.start, rows.stop)).tolist())
        row, outcome = (numbers[entries].astype(np.int64) for numbers in (self.row, self.outcome))
        return Use(row - rows.start, outcome, self.value[entries], (rows.stop - rows.start, self.shape[1]))

    def __getitem__(self, rows: Ints) -> Use:
        """Pick rows in the order given, as from an array."""
        first = self.pointers.take(rows)
        n_entries = self.pointers.take(rows + 1) - first
        row = np.arange(rows.size, dtype=np.int32).repeat(n_entries)
        before = np.cumsum(n_entries) - n_entries
        entries = (first - before).take(row)
        entries += np.arange(row.size)
        return Use(row, self.outcome.take(entries), self.value.take(entries), (rows.size, self.shape[1]))

    def toarray(self) -> Floats:
        """Return the table with its zeros, (n, m)."""
        table = np.zeros(self.shape)
        table.ravel()[self.places] = self.value
        return table


def read_use(array: Any) -> Use:
    """Read the use of rows.

    Parameters
    ----------
    array : (n, m) sparse or dense array, or Use
        As in `Block` and `BlockYear`.

    Returns
    -------
    Use
        Of all rows.
    """
    if isinstance(array, Use):
        return array
    table = csr_array(array, dtype=np.float64)
    if not table.has_canonical_format:
        table = table.copy()
        table.sum_duplicates()
    n, m = table.shape
    row = np.repeat(np.arange(n, dtype=np.int32), np.diff(table.indptr))
    use = Use(row, table.indices.astype(np.int32, copy=False), table.data, (n, m))
    return use.keep(use.value != 0)

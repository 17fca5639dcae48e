"""The 256 leaf buckets of persons, the same for ever, and the ranges of them that a run takes together.

Belongs here: the hash and ranges of leaves. Does not belong here: what is done inside a range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

N_LEAVES = 256
LEAVES_PER_BLOCK = 16
"""Sums of floats are taken over blocks of so many leaves, and added up a tree of blocks."""


@dataclass(frozen=True, order=True)
class LeafRange:
    """Leaves `first` to `last`, both included: a node of the binary tree over all leaves."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 0 <= self.first <= self.last < N_LEAVES:
            raise ValueError(
                f"leaf range {self.first}-{self.last}: expected 0 <= first <= last <= {N_LEAVES - 1}"
            )

    @property
    def width(self) -> int:
        """Number of leaves."""
        return self.last - self.first + 1

    @property
    def parent(self) -> LeafRange:
        """The range twice as wide that this one is a half of."""
        first = self.first - self.first % (2 * self.width)
        return LeafRange(first, first + 2 * self.width - 1)

    @property
    def sibling(self) -> LeafRange | None:
        """The other half of the parent; None for all leaves."""
        if self.width == N_LEAVES:
            return None
        parent = self.parent
        first = parent.first if self.first != parent.first else parent.first + self.width
        return LeafRange(first, first + self.width - 1)

    @property
    def file_name(self) -> str:
        """Name of the Parquet file that holds the range."""
        return f"leaves_{self.first:03d}_{self.last:03d}.parquet"

    def condition(self, column: str = "leaf") -> str:
        """Return the SQL condition of being inside the range."""
        return f"{column} BETWEEN {self.first} AND {self.last}"

    @classmethod
    def of_file(cls, file_name: str) -> LeafRange:
        """Return the range that a file named by `file_name` holds."""
        first, last = file_name.removesuffix(".parquet").split("_")[1:3]
        return cls(int(first), int(last))


ALL_LEAVES = LeafRange(0, N_LEAVES - 1)


def leaf_sql(column: str = "pnr") -> str:
    """Return the SQL of a person's leaf, from a person number, an integer.

    Returns
    -------
    str
        A SMALLINT expression, 0 to 255.
    """
    hashed = f"(CAST({column} AS UBIGINT) % 4294967291) * 2654435761 % 4294967296"
    return f"CAST(({hashed}) // 16777216 AS SMALLINT)"


def leaf_of(pnr: np.ndarray) -> np.ndarray:
    """Return the leaf of each person.

    Parameters
    ----------
    pnr : (N,) int64 array

    Returns
    -------
    (N,) int16 array
        As `leaf_sql` gives it.
    """
    hashed = (pnr.astype(np.uint64) % np.uint64(4294967291)) * np.uint64(2654435761) % np.uint64(4294967296)
    return (hashed >> np.uint64(24)).astype(np.int16)


def split_leaves(n_ranges: int) -> tuple[LeafRange, ...]:
    """Split all leaves into ranges of equal width.

    Parameters
    ----------
    n_ranges : int
        A power of two, 1 to 256.

    Raises
    ------
    ValueError
        When it is no power of two.
    """
    if not 1 <= n_ranges <= N_LEAVES or N_LEAVES % n_ranges:
        raise ValueError(f"{n_ranges} leaf ranges: expected a power of two, 1 to {N_LEAVES}")
    width = N_LEAVES // n_ranges
    return tuple(LeafRange(first, first + width - 1) for first in range(0, N_LEAVES, width))

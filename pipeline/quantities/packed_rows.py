"""Person number, year and small codes packed into one whole number, so that rows are sorted and joined as integers.

Belongs here: the layout of the bits, and what follows from rows being sorted. Does not belong here: what the rows say.

A person number has at most 12 digits (40 bits), a leaf 8 bits, a year 6 bits from 1980; 63 bits stay positive.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

PNR_BITS, YEAR_BITS = 40, 6
YEAR_ZERO = 1980
_YEAR_MASK = (1 << YEAR_BITS) - 1
_PNR_MASK = (1 << PNR_BITS) - 1


def check_fits(codes: Iterable[int], n_bits: int, where: str) -> None:
    """Refuse codes that do not fit into the bits they are packed into.

    Raises
    ------
    ValueError
        When a declared code is too large.
    """
    largest = max(codes, default=0)
    if largest >= 1 << n_bits:
        raise ValueError(f"{where}: code {largest} declared, expected codes below {1 << n_bits}")


def person_year_sql(year: str) -> str:
    """Return the SQL of a BIGINT that sorts as leaf, person, year; `year` from 1980 to 2043."""
    return f"(leaf::BIGINT << {PNR_BITS + YEAR_BITS}) | (pnr << {YEAR_BITS}) | ({year} - {YEAR_ZERO})"


def unpack_person_years(packed: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Take numbers of `person_year_sql` apart.

    Parameters
    ----------
    packed : (N,) int64 array

    Returns
    -------
    leaf : (N,) int16 array
    pnr : (N,) int64 array
    year : (N,) int16 array
    """
    leaf = (packed >> (PNR_BITS + YEAR_BITS)).astype(np.int16)
    year = (packed & _YEAR_MASK).astype(np.int16) + np.int16(YEAR_ZERO)
    return leaf, (packed >> YEAR_BITS) & _PNR_MASK, year


def find_sorted(wanted: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Find numbers among sorted ones.

    Parameters
    ----------
    wanted : (N,) int64 array
        Fastest when sorted too.
    held : (M,) int64 array
        Sorted, each once.

    Returns
    -------
    position : (N,) int64 array
        Where each number is held; any position where it is not.
    is_held : (N,) bool array
    """
    if not len(held):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    position = np.minimum(np.searchsorted(held, wanted), len(held) - 1)
    return position, held[position] == wanted


def check_order(values: np.ndarray, of: str) -> None:
    """Refuse values that are not in order, where what follows would be wrong without a sign of it.

    Parameters
    ----------
    values : (N,) array
    of : str
        What they are of, for the message.

    Raises
    ------
    ValueError
        When a value is smaller than the one before.
    """
    if not (values[1:] >= values[:-1]).all():
        raise ValueError(f"{of}: rows are not in the order of leaf, person and year")


def find_starts(values: np.ndarray) -> np.ndarray:
    """Return where runs of equal values begin.

    Parameters
    ----------
    values : (N,) array

    Returns
    -------
    (R,) int64 array
    """
    is_start = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=is_start[1:])
    return np.flatnonzero(is_start)


def count_runs(starts: np.ndarray, n_rows: int) -> np.ndarray:
    """Return the length of each run that begins at `starts`."""
    return np.diff(starts, append=n_rows)

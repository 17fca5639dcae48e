"""From days a year to spells: when in the year, across which New Year, in how many rows.

Belongs here: placing days so that the declared day rules give back exactly the days of each calendar year.
Does not belong here: which register, or its codes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sample_registers.registers.dates import YEAR_LENGTH, YEAR_START

N_YEARS = len(YEAR_START)
SHARE_OPEN = 0.4
"""Share of spells reaching the last day of the data that have no end yet."""


@dataclass(frozen=True)
class Spells:
    """N spells, days as day numbers, both ends included.

    Attributes
    ----------
    person, first_year, last_year : (N,) int arrays
        Position of the person; positions of the years the spell starts and ends in.
    start, end : (N,) int32 arrays
    is_open : (N,) bool array
        Still running at the end of the data (end is then the last day of the data).
    is_last_row : (N,) bool array
        False on rows that another row of the same spell continues.
    """

    person: np.ndarray
    first_year: np.ndarray
    last_year: np.ndarray
    start: np.ndarray
    end: np.ndarray
    is_open: np.ndarray
    is_last_row: np.ndarray

    def __len__(self) -> int:
        """Number of spells."""
        return len(self.person)

    def take(self, index: np.ndarray) -> Spells:
        """Take spells by index or mask."""
        return Spells(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def place_spells(
    days: np.ndarray,
    rng: np.random.Generator,
    *,
    breaks: np.ndarray | None = None,
    earliest: np.ndarray | None = None,
    room_after: int | np.ndarray = 0,
    may_be_open: np.ndarray | None = None,
) -> Spells:
    """Place each person-year's days as one stretch, joined over New Year in every other pair of years.

    Parameters
    ----------
    days : (P, Y) int array
        Days of use in each calendar year.
    rng : numpy.random.Generator
    breaks : (P, Y - 1) bool array, optional
        True where the spell of a year must not run on into the next.
    earliest : (P, Y) int array, optional
        First day of the year a spell may start on, where the days leave room for it.
    room_after : int or (Y,) int array
        Days kept free at the end of a year when the spell does not run on, so that the next year's is not
        near.
    may_be_open : (P,) bool array, optional
        Persons whose spell may be still running on the last day of the data.

    Returns
    -------
    Spells

    Raises
    ------
    ValueError
        When days do not fit into their year with the room asked for.
    """
    person, year = np.nonzero(days > 0)
    n_days = days[person, year].astype(np.int32)
    length = YEAR_LENGTH[year]
    joined = _choose_joins(person, year, n_days == length, breaks, rng)
    from_before = np.concatenate([[False], joined[:-1]]) if len(joined) else joined
    is_open = np.zeros(len(person), dtype=bool)
    if may_be_open is not None:
        is_open = (year == N_YEARS - 1) & may_be_open[person] & (rng.random(len(person)) < SHARE_OPEN)
        is_open &= ~from_before | (n_days == length)
    room = length - n_days
    kept = np.broadcast_to(room_after, (N_YEARS,))[year]
    followed = np.concatenate([(person[1:] == person[:-1]) & (year[1:] == year[:-1] + 1), [False]])
    too_tight = ~joined & ~is_open & followed[: len(person)] & (room < kept)
    if (room < 0).any() or too_tight.any():
        raise ValueError("days of use do not fit into their calendar year")
    free = np.maximum(room - kept, 0)
    lowest = np.zeros_like(free) if earliest is None else np.minimum(earliest[person, year], free)
    offset = lowest + (rng.random(len(person)) * (free - lowest + 1)).astype(np.int32)
    offset = np.where(joined | is_open, room, np.where(from_before, 0, offset))
    start = (YEAR_START[year] + offset).astype(np.int32)
    heads = np.flatnonzero(~from_before)
    tails = np.flatnonzero(~joined)
    return Spells(
        person[heads], year[heads], year[tails], start[heads], (start + n_days - 1)[tails],
        is_open[tails], np.ones(len(heads), dtype=bool),
    )  # fmt: skip


def _choose_joins(
    person: np.ndarray,
    year: np.ndarray,
    is_full: np.ndarray,
    breaks: np.ndarray | None,
    rng: np.random.Generator,
) -> np.ndarray:
    """Choose which person-years (in order of person and year) run on into the next, (N,) bool."""
    if not len(person):
        return np.zeros(0, dtype=bool)
    parity = rng.integers(0, 2, int(person.max()) + 1)[person]
    follows = (person[1:] == person[:-1]) & (year[1:] == year[:-1] + 1)
    if breaks is not None:
        follows &= ~breaks[person[:-1], np.minimum(year[:-1], N_YEARS - 2)]
    wanted = ((year + parity) % 2 == 0)[:-1] | is_full[:-1] | is_full[1:]
    joined = np.append(follows & wanted, False)
    from_before = np.concatenate([[False], joined[:-1]])
    return joined & (~from_before | is_full)


def split_rows(spells: Spells, rng: np.random.Generator, share: float, gaps: tuple[int, int]) -> Spells:
    """Tell some spells of at least 20 days in two rows.

    Parameters
    ----------
    spells : Spells
    rng : numpy.random.Generator
    share : float
        Share of the long spells to split.
    gaps : (int, int)
        Least and largest distance from the end of the first row to the start of the second: 1 touches, 0 and
        less overlaps, more leaves days between that a rule must count in.

    Returns
    -------
    Spells
        The second rows come after all others.
    """
    length = spells.end - spells.start + 1
    is_split = (length >= 20) & (rng.random(len(spells)) < share)
    cut = (spells.start + 3 + rng.random(len(spells)) * (length - 16)).astype(np.int32)
    distance = rng.integers(gaps[0], gaps[1] + 1, len(spells)).astype(np.int32)
    first = replace(
        spells,
        end=np.where(is_split, cut, spells.end).astype(np.int32),
        is_open=spells.is_open & ~is_split,
        is_last_row=~is_split,
    )
    second = replace(spells, start=(cut + distance).astype(np.int32)).take(is_split)
    return join_spells(first, second)


def join_spells(*parts: Spells) -> Spells:
    """Put spells after one another."""
    return Spells(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Spells.__dataclass_fields__)
    )


def spread_days(
    counts: np.ndarray, rng: np.random.Generator, length: np.ndarray, earliest: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Spread a year's events over different days (or weeks) of the year.

    Parameters
    ----------
    counts : (N,) int array
        Events, at most the length of the year.
    rng : numpy.random.Generator
    length : (N,) int array
        Days (or weeks) in the year.
    earliest : (N,) int array, optional
        First day that may be used, where the count leaves room for it.

    Returns
    -------
    row : (M,) int array
        Which of the N each event belongs to.
    day : (M,) int32 array
        Day (or week) counted from 0; different for the events of one row.

    Raises
    ------
    ValueError
        When there are more events than days.
    """
    if (counts > length).any():
        raise ValueError("more events than different days in their calendar year")
    row = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    lowest = (
        np.zeros(len(counts), dtype=np.int32) if earliest is None else np.minimum(earliest, length - counts)
    )
    width, n = (length - lowest)[row].astype(np.int64), np.maximum(counts, 1)[row]
    first = -(-rank * width // n)
    last = -(-(rank + 1) * width // n)
    return row, (lowest[row] + first + rng.random(len(row)) * (last - first)).astype(np.int32)

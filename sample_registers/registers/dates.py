"""Days, years and weeks of the sample's calendar as plain integers.

Belongs here: day numbers (days since 1 January 1970), the first day and the length of each year, and the
weeks of DREAM. Does not belong here: anything about persons.
"""

from __future__ import annotations

import numpy as np

from sample_registers.latent import FIRST_YEAR, LAST_YEAR, YEARS

NO_DATE = np.int32(np.iinfo(np.int32).min)
"""A missing date among day numbers."""

YEAR_START = np.array([np.datetime64(f"{year}-01-01", "D").astype(int) for year in YEARS], dtype=np.int32)
"""(Y,) day number of 1 January."""

YEAR_LENGTH = np.array(
    [np.datetime64(f"{year + 1}-01-01", "D").astype(int) for year in YEARS], dtype=np.int32
) - YEAR_START  # fmt: skip
"""(Y,) days in the year."""

YEARS_WITH_53_WEEKS = (2004, 2009, 2015, 2020)
N_WEEKS = np.array([53 if year in YEARS_WITH_53_WEEKS else 52 for year in YEARS], dtype=np.int32)
"""(Y,) ISO weeks in the year."""

WEEK_COLUMNS = tuple(
    f"y_{year % 100:02d}{week:02d}"
    for year, n_weeks in zip(range(FIRST_YEAR, LAST_YEAR + 1), N_WEEKS, strict=True)
    for week in range(1, n_weeks + 1)
)
"""The week columns of DREAM, `y_YYWW`, in order of time."""


def find_year(days: np.ndarray) -> np.ndarray:
    """Find the calendar year of day numbers (any shape, none missing), as int16."""
    return (days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970).astype(np.int16)


def to_day_numbers(dates: np.ndarray) -> np.ndarray:
    """Turn datetime64[D] into int32 day numbers, NaT into `NO_DATE`."""
    return np.where(np.isnat(dates), NO_DATE, dates.astype("datetime64[D]").astype(np.int64)).astype(np.int32)

"""What a workbook can hold: nothing is cut off, rounded or moved without a word.

Belongs here: comparing tables with Excel's limits. Does not belong here: writing them.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import polars as pl

from pipeline.declarations.problems import Problems

MOST_ROWS = 1_048_576
MOST_CHARACTERS = 32_767
LARGEST_WHOLE = 2**53
"""A cell holds a float: a whole number beyond this may be another one when read."""
FIRST_DAY = datetime.date(1900, 3, 1)
"""Excel counts a 29 February 1900 that never was."""

_LEAVE_OUT = "leave the table out of the workbook (pipeline/release/workbook/words.toml, left_out)"


def check_limits(tables: Mapping[str, pl.DataFrame], n_head_rows: int) -> None:
    """Check that a workbook can hold every table as it is.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Those that have a sheet.
    n_head_rows : int
        Rows above the first row of a table.

    Raises
    ------
    InputError
        With everything that does not fit, in counts.
    """
    problems = Problems()
    for name, frame in tables.items():
        most = MOST_ROWS - n_head_rows
        if frame.height > most:
            expected = f"at most {most:,} rows in a sheet"
            problems.add(f"knowledge.xlsx, {name}", f"{frame.height:,} rows", expected, _LEAVE_OUT)
        for series in frame.iter_columns():
            _check_column(f"knowledge.xlsx, {name}.{series.name}", series, problems)
    problems.raise_if_any("The workbook cannot hold the tables")


def _check_column(where: str, series: pl.Series, problems: Problems) -> None:
    if isinstance(series.dtype, pl.List):
        series = series.list.join(", ")
    if series.dtype == pl.String:
        n_bad = (series.str.len_chars() > MOST_CHARACTERS).sum()
        expected = f"at most {MOST_CHARACTERS:,} characters in a cell"
    elif series.dtype.is_integer():
        n_bad = (~series.cast(pl.Int64).is_between(-LARGEST_WHOLE, LARGEST_WHOLE)).sum()
        expected = f"whole numbers up to {LARGEST_WHOLE:,}"
    elif series.dtype == pl.Date:
        n_bad, expected = (series < FIRST_DAY).sum(), f"dates from {FIRST_DAY} on"
    else:
        return
    if n_bad:
        problems.add(where, f"{n_bad:,} values beyond that", expected, _LEAVE_OUT)

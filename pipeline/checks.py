"""The blocking check of a freshly written table: its model in `schemas`, on DataFrames.

Belongs here: from files to failures in words. Does not belong here: the models, or rules over several tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from pipeline.flow import Failure
from schemas.checks import TABLES, check_table

ROWS_TOGETHER = 500_000
"""Files are checked together until they hold so many rows: a check costs the same for one row as for thousands."""


def check_written(table: str, folder: Path) -> tuple[Failure, ...]:
    """Check the Parquet files of a table, small ones together; a table without a model is not checked.

    Parameters
    ----------
    table : str
    folder : Path
        Holds the Parquet files.

    Returns
    -------
    tuple of Failure
        Empty when all is well. Counts only, never a row or a value.
    """
    if table not in TABLES:
        return ()
    failures: dict[tuple[str, str], int] = {}
    for frame in _read_together(folder):
        for failure in check_table(table, frame).failures:
            key = (failure.column, failure.check)
            failures[key] = failures.get(key, 0) + failure.n_rows
    return tuple(
        Failure(f"{column}: {expected}", f"{n_rows:,} rows fail" if n_rows else "the column as a whole fails")
        for (column, expected), n_rows in failures.items()
    )


def _read_together(folder: Path) -> Iterator[pl.DataFrame]:
    """Read files one after the other, and give those of one schema together."""
    waiting: list[pl.DataFrame] = []
    for file in sorted(folder.glob("*.parquet")):
        frame = pl.read_parquet(file)
        if waiting and (
            frame.schema != waiting[0].schema or sum(part.height for part in waiting) >= ROWS_TOGETHER
        ):
            yield pl.concat(waiting)
            waiting = []
        waiting.append(frame)
    if waiting:
        yield pl.concat(waiting)

"""The blocking check of a freshly written table: its model in `schemas`, on DataFrames.

Belongs here: from files to failures in words. Does not belong here: the models, or rules over several tables.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.flow import Failure
from schemas.checks import TABLES, check_table


def check_written(table: str, folder: Path) -> tuple[Failure, ...]:
    """Check every Parquet file of a table; a table without a model is not checked.

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
    for file in sorted(folder.glob("*.parquet")):
        for failure in check_table(table, pl.read_parquet(file)).failures:
            key = (failure.column, failure.check)
            failures[key] = failures.get(key, 0) + failure.n_rows
    return tuple(
        Failure(f"{column}: {expected}", f"{n_rows:,} rows fail" if n_rows else "the column as a whole fails")
        for (column, expected), n_rows in failures.items()
    )

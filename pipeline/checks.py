"""The blocking check of a freshly written table: its model in `schemas`, on DataFrames.

Belongs here: from files to failures in words. Does not belong here: the models, or rules over several tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from pipeline.flow import Failure
from pipeline.registers.leaves import LeafRange
from schemas.checks import TABLES, check_table
from schemas.quick_checks import passes_quickly

FILES_AT_A_TIME = 2
ROWS_TOGETHER = 2_000_000
"""Files are checked together up to so many rows: a check costs the same for one row as for thousands."""


def check_written(table: str, folders: Sequence[Path]) -> tuple[Failure, ...]:
    """Check every Parquet file of some partitions of a table; a table without a model is not checked.

    Parameters
    ----------
    table : str
    folders : sequence of Path
        Hold the Parquet files; the key of a table tells its partitions and leaves apart.

    Returns
    -------
    tuple of Failure
        Empty when all is well. Counts only, never a row or a value.
    """
    if table not in TABLES:
        return ()
    failures: dict[tuple[str, str], int] = {}
    written = [file for folder in folders for file in sorted(folder.glob("*.parquet"))]
    with ThreadPoolExecutor(FILES_AT_A_TIME) as pool:
        if all(pool.map(partial(_is_quickly_good, table), written)):
            return ()
    for files in _take_together(written):
        frame = pl.concat([pl.read_parquet(file) for file in files], how="vertical_relaxed")
        for failure in check_table(table, frame).failures:
            key = (failure.column, failure.check)
            failures[key] = failures.get(key, 0) + failure.n_rows
    return tuple(
        Failure(f"{column}: {expected}", f"{n_rows:,} rows fail" if n_rows else "the column as a whole fails")
        for (column, expected), n_rows in failures.items()
    )


def _is_quickly_good(table: str, file: Path) -> bool:
    """Say whether a file passes by itself, and holds no leaf but its own, so that no other can repeat its keys."""
    if not file.name.startswith("leaves_"):
        return False
    leaves, footer = LeafRange.of_file(file.name), pq.ParquetFile(file)
    if "leaf" not in footer.schema_arrow.names:
        return False
    place = footer.schema_arrow.names.index("leaf")
    for number in range(footer.metadata.num_row_groups):
        found = footer.metadata.row_group(number).column(place).statistics
        if found is None or not found.has_min_max or found.min < leaves.first or found.max > leaves.last:
            return False
    return passes_quickly(TABLES[table], file)


def _take_together(files: Sequence[Path]) -> Iterator[list[Path]]:
    """Take files of the same columns together, up to the number of rows checked at a time."""
    batch: list[Path] = []
    columns, n_rows = None, 0
    for file in files:
        footer = pq.ParquetFile(file)
        own = footer.metadata.num_rows
        if batch and (footer.schema_arrow.names != columns or n_rows + own > ROWS_TOGETHER):
            yield batch
            batch, n_rows = [], 0
        batch.append(file)
        columns, n_rows = footer.schema_arrow.names, n_rows + own
    if batch:
        yield batch

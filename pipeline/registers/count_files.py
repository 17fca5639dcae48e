"""Counting what breaks a layout in all files of a delivery, two at a time.

Belongs here: in which parts the files are counted, and that one cannot be read. Does not belong here: what is counted
(`value_checks`) or what a count means (`delivery`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa

from pipeline.declarations.register_layout import Column, RegisterLayouts
from pipeline.registers.delivered_files import DeliveredFile
from pipeline.registers.file_counts import Counts, FileCounts
from pipeline.registers.read_file import read_file
from pipeline.registers.value_checks import ValueCheck, count_unlisted_weeks, list_checks

FILES_AT_A_TIME = 2
WEEKS_AT_A_TIME = 64
UNREADABLE = (
    duckdb.Error,
    pa.ArrowException,
    pl.exceptions.PolarsError,
    pl.exceptions.PanicException,
    OSError,
)

Part = Callable[[duckdb.DuckDBPyConnection], Counts]


def count_files(
    layouts: RegisterLayouts, files: Sequence[DeliveredFile]
) -> dict[DeliveredFile, Counts | None]:
    """Count the faults of every file, the largest files first, so that nothing large is left to the end.

    Parameters
    ----------
    layouts : RegisterLayouts
    files : sequence of DeliveredFile

    Returns
    -------
    dict
        File to rows by (kind, column) in the order of its checks, None when it cannot be read to its end.
    """
    largest_first = sorted(files, key=lambda file: file.path.stat().st_size, reverse=True)
    with (
        duckdb.connect() as con,
        ThreadPoolExecutor(FILES_AT_A_TIME) as pool,
    ):
        con.execute("SET parquet_metadata_cache = true")
        found = {
            file: [pool.submit(_try, part, con.cursor()) for part in _list_parts(layouts, file)]
            for file in largest_first
        }
        return {file: _add(part.result() for part in found[file]) for file in files}


def _list_parts(layouts: RegisterLayouts, file: DeliveredFile) -> list[Part]:
    """Cut the counting of a file: of one with a column a week, so many weeks are a part."""
    layout = layouts[file.register]
    checks = [check for check in list_checks(layout, layouts, file.year) if set(check.needs) <= file.usable]
    texts = [
        column
        for column in layout.columns.values()
        if column.is_read and column.type == "text" and column.name in file.usable
    ]
    weeks = [name for names in layout.week_columns.values() for name in names if name in file.usable]
    cuts = [weeks[first : first + WEEKS_AT_A_TIME] for first in range(0, len(weeks), WEEKS_AT_A_TIME)]
    return [
        partial(count_rows, path=file.path, year=file.year, checks=checks, texts=texts),
        *(partial(count_unlisted_weeks, file=file, layout=layout, weeks=cut) for cut in cuts),
    ]


def count_rows(
    con: duckdb.DuckDBPyConnection,
    path: Path,
    year: int | None,
    checks: Sequence[ValueCheck],
    texts: Sequence[Column] = (),
) -> Counts:
    """Take all counts of one file, each column read once.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    path : Path
    year : int or None
        Of the file; None for a register of one file.
    checks : sequence of ValueCheck
        What is counted.
    texts : sequence of Column
        Columns that must be texts, whatever is counted of them.

    Returns
    -------
    mapping
        (kind, column) to rows, in the order of `checks`.

    Raises
    ------
    duckdb.Error, pyarrow.ArrowException, polars.exceptions.PolarsError, OSError
        When the file cannot be read to its end.
    """
    counts = FileCounts(checks)
    for _ in read_file(path, year, texts, counts):
        pass
    return counts.tell(con, path)


def _try(part: Part, con: duckdb.DuckDBPyConnection) -> Counts | None:
    try:
        return part(con)
    except UNREADABLE:
        return None
    finally:
        con.close()


def _add(parts: Iterable[Counts | None]) -> Counts | None:
    total: Counter[tuple[str, str]] = Counter()
    for counts in list(parts):
        if counts is None:
            return None
        total.update(counts)
    return total

"""Opening built tables for reading: one DuckDB connection with a view a table, or the files of a range of leaves.

Belongs here: connections and where rows are read from. Does not belong here: any query of a stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import duckdb

from pipeline.project import Project
from pipeline.registers.leaves import LeafRange
from pipeline.tables import WHOLE, TableStore

THREADS = 2


@contextmanager
def open_tables(
    project: Project, whole: Iterable[str] = (), of_group: Iterable[str] = (), group: str | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with views of built tables.

    Parameters
    ----------
    project : Project
    whole : iterable of str
        Tables read whole.
    of_group : iterable of str
        Tables of which only the partition of `group` is read.
    group : str, optional
        Key of a target group.

    Yields
    ------
    duckdb.DuckDBPyConnection
        In memory; spills below the outputs, never elsewhere.
    """
    with duckdb.connect(
        config={"threads": THREADS, "temp_directory": str(project.outputs / ".duckdb")}
    ) as con:
        for table in whole:
            con.execute(f"CREATE VIEW {table} AS FROM read_parquet('{project.tables.pattern(table)}')")
        for table in of_group:
            con.execute(f"CREATE VIEW {table} AS FROM read_parquet('{project.tables.pattern(table, group)}')")
        yield con


def select_leaves(
    tables: TableStore, table: str, leaves: LeafRange, partitions: Sequence[str] = (WHOLE,)
) -> str:
    """Return a range of leaves of a built table as a relation to select from.

    Parameters
    ----------
    tables : TableStore
    table : str
    leaves : LeafRange
        Need not be a range the table was written in.
    partitions : sequence of str
        Target groups whose rows are read together; `all` by default.

    Returns
    -------
    str
        A bracketed SELECT.

    Raises
    ------
    FileNotFoundError
        When a partition has no file for the leaves.
    """
    listed: list[str] = []
    is_whole = True
    for partition in partitions:
        folder = tables.folder(table, partition)
        held = [(path, LeafRange.of_file(path.name)) for path in sorted(folder.glob("leaves_*.parquet"))]
        met = [(p, h) for p, h in held if h.first <= leaves.last and leaves.first <= h.last]
        if not met:
            raise FileNotFoundError(f"{table} ({partition}): no file for leaves {leaves.first}-{leaves.last}")
        listed += [f"'{path}'" for path, _ in met]
        is_whole &= all(leaves.first <= h.first and h.last <= leaves.last for _, h in met)
    where = "" if is_whole else f" WHERE {leaves.condition()}"
    return f"(SELECT * FROM read_parquet([{', '.join(listed)}]){where})"

"""Opening built tables for reading: one DuckDB connection with a view a table.

Belongs here: connections. Does not belong here: any query of a stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import duckdb

from pipeline.project import Project

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
        Tables read whole; `<table>_version` is a variable of the connection.
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
            con.execute(f"SET VARIABLE {table}_version = '{project.tables.version(table) or ''}'")
        for table in of_group:
            con.execute(f"CREATE VIEW {table} AS FROM read_parquet('{project.tables.pattern(table, group)}')")
        yield con

"""The tables of a release as files: DuckDB, Parquet and CSV, and reading them back.

Belongs here: writing and reading one table in each format, the same rows in the same order every time. Does not belong
here: which tables a release has (`schemas`), checksums (`manifest`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.checks import POLARS_TYPES
from schemas.database import write_comments, write_create_table
from schemas.release_tables import RELEASE_TABLES
from schemas.tables import Table

_ARROW_TYPES = {
    "text": pa.string(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "texts": pa.list_(pa.string()),
    "floats": pa.list_(pa.float64()),
}


def sort_table(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows in key order, the order of every file."""
    return frame.sort(list(RELEASE_TABLES[table].key), nulls_last=False)


def make_arrow_schema(model: Table, note: str) -> pa.Schema:
    """Make the Arrow schema of a table, with description and unit beside every column."""
    fields = [
        pa.field(
            column.name,
            _ARROW_TYPES[column.type],
            nullable=column.name in model.nullable,
            metadata={"description_da": column.da, "description_en": column.en, "unit": column.unit.en},
        )
        for column in model.columns
    ]
    facts = {
        "description_da": model.da,
        "description_en": model.en,
        "key": ", ".join(model.key),
        "note": note,
    }
    return pa.schema(fields, metadata=facts)


def write_parquet(table: str, frame: pl.DataFrame, file: Path, note: str) -> None:
    """Write a table as Parquet with its descriptions.

    Parameters
    ----------
    table : str
    frame : polars.DataFrame
        Conformed and sorted.
    file : Path
    note : str
        What every copy of the table must say, as that its registers are invented.
    """
    schema = make_arrow_schema(RELEASE_TABLES[table], note)
    arrow = frame.to_arrow().select(schema.names)
    pq.write_table(arrow.cast(schema), file, compression="zstd")


def write_csv(frame: pl.DataFrame, file: Path) -> None:
    """Write a table as CSV: UTF-8, one header, comma, ISO dates, point as decimal, nothing for a missing value."""
    frame.write_csv(file, line_terminator="\n", date_format="%Y-%m-%d")


def write_database(tables: Mapping[str, pl.DataFrame], file: Path, note: str) -> None:
    """Write the knowledge database: every table with its key, and comments on every table and column.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Conformed and sorted.
    file : Path
        Must not exist.
    note : str
        Added to the comment of every table.
    """
    connection = duckdb.connect(str(file))
    try:
        connection.execute("SET threads = 1")
        for name, model in RELEASE_TABLES.items():
            if name not in tables:
                continue
            connection.execute(write_create_table(model))
            connection.register("rows_to_write", tables[name].to_arrow())
            connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM rows_to_write")
            connection.unregister("rows_to_write")
            for statement in write_comments(model, note):
                connection.execute(statement)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()


def read_csv(table: str, file: Path) -> pl.DataFrame:
    """Read a table's CSV file with the types of its model."""
    schema = {column.name: POLARS_TYPES[column.type] for column in RELEASE_TABLES[table].columns}
    return pl.read_csv(file, schema=schema)

"""Where the tables of one range of leaves are read from and written to.

Belongs here: relations over stage-1 registers and stage-2 tables, writing a table whole or not at all, and
counting dropped rows. Does not belong here: what any table says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.declarations.method import Method
from pipeline.declarations.register_layout import RegisterLayout, RegisterLayouts
from pipeline.registers.leaf_files import ROWS_A_GROUP
from pipeline.registers.leaves import ALL_LEAVES, LeafRange

EXACT_DUPLICATE = "exact_duplicate"
END_BEFORE_START = "end_before_start"
AFTER_DEATH = "after_death"
OUTSIDE_YEARS = "outside_years"


@dataclass(frozen=True)
class TableCounts:
    """What was written of a table.

    Attributes
    ----------
    table : str
    rows : int
    drops : mapping of str to int
        Reason to rows of registers (for `person_year_quantities`: of quantities) left out.
    """

    table: str
    rows: int
    drops: Mapping[str, int]


@dataclass(frozen=True)
class LeafTables:
    """Everything a table function of stage 2 needs: where to read, where to write, which leaves, which rules.

    Attributes
    ----------
    con : duckdb.DuckDBPyConnection
    stage_1, stage_2 : Path
        Folders with one folder a register, one folder a table.
    layouts : RegisterLayouts
    method : Method
    leaves : LeafRange
        The leaves read and written.
    """

    con: duckdb.DuckDBPyConnection
    stage_1: Path
    stage_2: Path
    layouts: RegisterLayouts
    method: Method
    leaves: LeafRange = ALL_LEAVES

    def layout(self, register: str) -> RegisterLayout:
        """Return the layout of a register."""
        return self.layouts[register]

    def register_folder(self, name: str) -> Path:
        """Return the folder of a register of stage 1."""
        return self.stage_1 / name

    def table_folder(self, name: str) -> Path:
        """Return the folder a table of stage 2 is read from."""
        return self.stage_2 / name

    def written_folder(self, name: str) -> Path:
        """Return the folder a table of stage 2 is written into."""
        return self.stage_2 / name

    def kept_folder(self, name: str) -> Path:
        """Return the folder of what one range of leaves keeps for the others while a table is built."""
        return self.stage_2 / f".{name}"

    def register(self, name: str) -> str:
        """Return a register of stage 1 as a relation to select from, in these leaves."""
        return self._relation(self.register_folder(name), self.leaves)

    def table(self, name: str) -> str:
        """Return a table of stage 2 as a relation to select from, in these leaves."""
        return self._relation(self.table_folder(name), self.leaves)

    def scan(self, name: str) -> pl.LazyFrame:
        """Return a table of stage 2 to be read by columns, in these leaves, in the order it was written in."""
        files = _list_files(self.table_folder(name), self.leaves)
        rows = pl.scan_parquet([path for path, _ in files], glob=False)
        if all(is_whole for _, is_whole in files):
            return rows
        return rows.filter(pl.col("leaf").is_between(self.leaves.first, self.leaves.last))

    def kind_sql(self, register: str, code_list: str, column: str) -> str:
        """Return the SQL from a code column of a register to its harmonised kind, an enumeration."""
        kinds = self.layout(register).code_lists[code_list]
        return f"({kinds.kind_sql(column)})::{kinds.enumeration}"

    def write(self, name: str, select: str, drops: Mapping[str, int] | None = None) -> TableCounts:
        """Write a table's rows of these leaves to a temporary name, then give it its own.

        Parameters
        ----------
        name : str
        select : str
            DuckDB SELECT, in the order of the rows to write.
        drops : mapping of str to int, optional
            Reason to rows left out; reasons without rows are left out.
        """
        path, hidden = self._paths(name)
        copied = self.con.execute(
            f"COPY ({select}) TO '{hidden}' (FORMAT parquet, COMPRESSION lz4_raw, WRITE_BLOOM_FILTER false)"
        )
        rows = int(copied.fetchone()[0])
        hidden.replace(path)
        return TableCounts(name, rows, _drop_zeros(drops or {}))

    def write_rows(self, name: str, rows: pa.Table, drops: Mapping[str, int] | None = None) -> TableCounts:
        """Write a table's rows of these leaves from memory, in their order.

        Parameters
        ----------
        name : str
        rows : pyarrow.Table
        drops : mapping of str to int, optional
            As in `write`.
        """
        return self.write_groups(name, iter([rows]), drops)

    def write_groups(
        self, name: str, groups: Iterator[pa.Table], drops: Mapping[str, int] | None = None
    ) -> TableCounts:
        """Write a table's rows of these leaves as they are made, in their order.

        Parameters
        ----------
        name : str
        groups : iterator of pyarrow.Table
            At least one, all of the same columns.
        drops : mapping of str to int, optional
            As in `write`.
        """
        path, hidden = self._paths(name)
        n_rows = 0
        first = next(groups)
        with _open_writer(hidden, first.schema) as writer:
            for rows in chain([first], groups):
                writer.write_table(rows, ROWS_A_GROUP)
                n_rows += rows.num_rows
        hidden.replace(path)
        return TableCounts(name, n_rows, _drop_zeros(drops or {}))

    def read_numbers(self, select: str) -> dict[str, np.ndarray]:
        """Read a SELECT of whole numbers, none of them missing, into one array a column."""
        n_rows = self.con.execute(f"SELECT count(*) FROM ({select})").fetchall()[0][0]
        reader = self.con.sql(select).to_arrow_reader(ROWS_A_GROUP)
        columns = {own.name: np.empty(n_rows, own.type.to_pandas_dtype()) for own in reader.schema}
        start = 0
        for batch in reader:
            for name, values in columns.items():
                values[start : start + len(batch)] = batch[name].to_numpy()
            start += len(batch)
        return columns

    def _paths(self, name: str) -> tuple[Path, Path]:
        """Return where the rows of these leaves lie, and where they are while they are written."""
        folder = self.written_folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.leaves.file_name
        return path, folder / f".{path.name}.writing"

    def create(self, name: str, select: str) -> None:
        """Keep the result of a SELECT for the rest of this table, under a temporary name."""
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")

    def drop(self, *names: str) -> None:
        """Let temporary tables go."""
        for name in names:
            self.con.execute(f"DROP TABLE IF EXISTS {name}")

    def count(self, select: str) -> dict[str, int]:
        """Run a SELECT of one row of counts and return column name to count."""
        result = self.con.execute(select)
        names = [column[0] for column in result.description]
        return {name: int(n or 0) for name, n in zip(names, result.fetchone(), strict=True)}

    def _relation(self, folder: Path, leaves: LeafRange) -> str:
        files = _list_files(folder, leaves)
        listed = ", ".join(f"'{path}'" for path, _ in files)
        where = "" if all(is_whole for _, is_whole in files) else f" WHERE {leaves.condition()}"
        return f"(SELECT * FROM read_parquet([{listed}]){where})"


def _list_files(folder: Path, leaves: LeafRange) -> list[tuple[Path, bool]]:
    found = [(path, LeafRange.of_file(path.name)) for path in sorted(folder.glob("leaves_*.parquet"))]
    files = [
        (path, leaves.first <= held.first and held.last <= leaves.last)
        for path, held in found
        if held.first <= leaves.last and leaves.first <= held.last
    ]
    if not files:
        raise FileNotFoundError(f"{folder.name}: no file for leaves {leaves.first}-{leaves.last}")
    return files


def _open_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file that is written fast and read fast: numbers as they are, only the leaf with statistics."""
    texts = [own.name for own in schema if not pa.types.is_primitive(own.type)]
    return pq.ParquetWriter(
        path, schema, compression="lz4", use_dictionary=texts, write_statistics=["leaf"], store_schema=False
    )


def split_groups(rows: np.ndarray) -> Iterator[np.ndarray]:
    """Split an array into row groups; one without rows when it has none."""
    for start in range(0, max(len(rows), 1), ROWS_A_GROUP):
        yield rows[start : start + ROWS_A_GROUP]


def _drop_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    return {reason: n for reason, n in counts.items() if n}


def add_counts(*counts: Mapping[str, int]) -> dict[str, int]:
    """Add up drops of several steps by reason."""
    total: dict[str, int] = {}
    for step in counts:
        for reason, n in step.items():
            total[reason] = total.get(reason, 0) + n
    return total

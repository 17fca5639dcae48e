"""Stage 1: one register read typed and otherwise unchanged, by leaf bucket of persons, as Parquet.

Belongs here: declared names, types and corrections; finding persons through contacts; writing by leaf range.
Does not belong here: dropping quirks, harmonising codes, or anything between registers (pipeline/quantities).
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from pipeline.declarations.problems import InputError, Problem
from pipeline.declarations.register_layout import Column, RegisterLayout, RegisterLayouts
from pipeline.registers.delivered_files import find_file
from pipeline.registers.leaves import ALL_LEAVES, LeafRange, leaf_sql
from pipeline.registers.value_checks import padded_sql

_SQL_TYPES = {"pnr": "BIGINT", "text": "VARCHAR", "date": "DATE", "integer": "INTEGER", "decimal": "DOUBLE"}
NO_CONTACT = "no_contact"


@dataclass(frozen=True)
class ReadCounts:
    """What was read of a register.

    Attributes
    ----------
    register : str
    rows_in, rows : int
        Rows delivered, rows written.
    drops : dict of str to int
        Reason to rows dropped.
    bytes_in : int
        Size of the files read.
    """

    register: str
    rows_in: int
    rows: int
    drops: dict[str, int]
    bytes_in: int


def read_register(
    con: duckdb.DuckDBPyConnection,
    root: Path,
    layouts: RegisterLayouts,
    name: str,
    out_dir: Path,
    leaves: Sequence[LeafRange] = (ALL_LEAVES,),
) -> ReadCounts:
    """Read one register of a checked delivery and write it by leaf range.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Its memory limit bounds what is held.
    root : Path
        The delivery.
    layouts : RegisterLayouts
    name : str
        Register.
    out_dir : Path
        Gets the folder `<name>/` with one file a leaf range; replaced whole, only when all is written.
    leaves : sequence of LeafRange
        The ranges, together all 256 leaves.

    Returns
    -------
    ReadCounts

    Raises
    ------
    InputError
        When more rows than tolerated have no contact to find their person through.
    """
    layout = layouts[name]
    paths = [find_file(root, layout, year) for year in layout.years or (None,)]
    rows_in = sum(pq.ParquetFile(path).metadata.num_rows for path in paths)
    folder, hidden = out_dir / name, out_dir / f".{name}.writing"
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(parents=True)
    rows = _write_by_leaf(con, select_register(root, layouts, name), hidden, leaves)
    n_lost = rows_in - rows
    drops = {NO_CONTACT: n_lost} if layout.person_through else {}
    _check_unmatched(layout, layouts, n_lost, rows_in)
    shutil.rmtree(folder, ignore_errors=True)
    hidden.rename(folder)
    return ReadCounts(name, rows_in, rows, drops, sum(path.stat().st_size for path in paths))


def select_register(root: Path, layouts: RegisterLayouts, name: str) -> str:
    """Return the SELECT of a register as stage 1 gives it: `leaf`, `pnr`, `file_year` and the declared columns.

    Parameters
    ----------
    root : Path
    layouts : RegisterLayouts
    name : str

    Returns
    -------
    str
        DuckDB SQL; `file_year` is left out for a register of one file.
    """
    layout = layouts[name]
    selects = []
    for year in layout.years or (None,):
        columns = [_column_sql(column, column.name_in(year)) for column in layout.columns.values()]
        columns += [_week_sql(week) for weeks in layout.week_columns.values() for week in weeks]
        file_year = [] if year is None else [f"CAST({year} AS SMALLINT) AS file_year"]
        source = f"SELECT {', '.join(file_year + columns)} FROM '{find_file(root, layout, year)}'"
        if layout.person_through:
            source = _join_persons(root, layouts, layout, year, source)
        selects.append(source)
    return f"SELECT {leaf_sql()} AS leaf, * FROM ({' UNION ALL '.join(selects)})"


def _column_sql(column: Column, name: str) -> str:
    return f"CAST({padded_sql(column, name)} AS {_SQL_TYPES[column.type]}) AS {column.name}"


def _week_sql(name: str) -> str:
    return f"TRY_CAST({name} AS SMALLINT) AS {name}"  # codes are checked: only a blank is no number


def _join_persons(
    root: Path, layouts: RegisterLayouts, layout: RegisterLayout, year: int | None, source: str
) -> str:
    """Give rows without a person number that of their contact in the same year's file."""
    through = layout.person_through
    contacts = find_file(root, layouts[through.register], year)
    persons = f"SELECT {through.column}, min(CAST(pnr AS BIGINT)) AS pnr FROM '{contacts}' GROUP BY {through.column}"
    return f"SELECT p.pnr, r.* FROM ({source}) r JOIN ({persons}) p USING ({through.column})"


def _write_by_leaf(
    con: duckdb.DuckDBPyConnection, select: str, folder: Path, leaves: Sequence[LeafRange]
) -> int:
    if len(leaves) == 1:
        return _copy_sorted(con, select, folder / leaves[0].file_name)
    parts = folder / "parts"
    cases = " ".join(
        f"WHEN leaf <= {leaf_range.last} THEN {number}" for number, leaf_range in enumerate(leaves)
    )
    con.execute(
        f"COPY (SELECT *, CASE {cases} END AS part FROM ({select})) TO '{parts}' "
        "(FORMAT parquet, PARTITION_BY (part), COMPRESSION lz4_raw)"
    )
    n_rows = 0
    empty = f"SELECT * FROM ({select}) LIMIT 0"
    for number, leaf_range in enumerate(leaves):
        part = parts / f"part={number}"
        rows = (
            f"SELECT * FROM read_parquet('{part}/*.parquet', hive_partitioning=false)"
            if part.is_dir()
            else empty
        )
        n_rows += _copy_sorted(con, rows, folder / leaf_range.file_name)
        shutil.rmtree(part, ignore_errors=True)
    shutil.rmtree(parts, ignore_errors=True)
    return n_rows


def _copy_sorted(con: duckdb.DuckDBPyConnection, select: str, path: Path) -> int:
    result = con.execute(
        f"COPY (SELECT * FROM ({select}) ORDER BY leaf) TO '{path}' (FORMAT parquet, COMPRESSION lz4_raw)"
    )
    return int(result.fetchone()[0])


def _check_unmatched(layout: RegisterLayout, layouts: RegisterLayouts, n_lost: int, n_rows: int) -> None:
    share = layouts.unmatched_contact_tolerated_share
    if not layout.person_through or n_lost <= max(share * n_rows, layouts.tolerated_rows):
        return
    through = layout.person_through
    problem = Problem(
        where=f"{layout.name}: {through.column}",
        found=f"{n_lost} of {n_rows} rows have no contact in {through.register} of the same year",
        expected=f"at most {share:.1%} of the rows",
        do=f"deliver {layout.name} and {through.register} together, with {through.column} as text",
    )
    raise InputError("Registers that do not fit together", [problem])

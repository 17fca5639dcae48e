"""Stage 1: one register read typed and otherwise unchanged, handed out to ranges of leaves in one pass.

Belongs here: declared names, types and corrections; finding persons through contacts; what was read in all.
Does not belong here: a register with a column a week (`read_weeks`); dropping quirks, harmonising codes, or anything
between registers (pipeline/quantities).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.declarations.problems import InputError, Problem, Problems
from pipeline.declarations.register_layout import Column, RegisterLayout, RegisterLayouts
from pipeline.registers.apply_corrections import check_expected, correct_rows, select_hits
from pipeline.registers.count_files import count_rows
from pipeline.registers.delivered_files import find_file
from pipeline.registers.file_counts import Counts, FileCounts
from pipeline.registers.judge_counts import judge_counts
from pipeline.registers.leaf_files import fill_ranges, hand_out
from pipeline.registers.leaves import ALL_LEAVES, LeafRange
from pipeline.registers.read_file import read_file
from pipeline.registers.read_weeks import read_weeks
from pipeline.registers.register_parts import RegisterPart, list_files, list_parts
from pipeline.registers.row_batches import ROWS_AT_A_TIME, gather_rows
from pipeline.registers.value_checks import UNLISTED_WEEKS, list_checks, padded_sql

_SQL_TYPES = {"text": "VARCHAR", "date": "DATE", "integer": "INTEGER", "decimal": "DOUBLE", "pnr": "BIGINT"}
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
    corrected : dict of str to int
        Declared correction to rows it hit.
    """

    register: str
    rows_in: int
    rows: int
    drops: dict[str, int]
    bytes_in: int
    corrected: dict[str, int]


def read_register(
    con: duckdb.DuckDBPyConnection,
    root: Path,
    layouts: RegisterLayouts,
    name: str,
    out_dir: Path,
    leaves: Sequence[LeafRange] = (ALL_LEAVES,),
) -> ReadCounts:
    """Read one register of a checked delivery part by part and write it by leaf range.

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
        Gets the folder `<name>/`; replaced whole, only when all is written.
    leaves : sequence of LeafRange
        Ranges of equal width, together all 256 leaves.

    Returns
    -------
    ReadCounts

    Raises
    ------
    InputError
        When more rows than tolerated have no contact to find their person through.
    """
    folder, hidden = out_dir / name, out_dir / f".{name}.writing"
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir(parents=True)
    parts = [read_part(con, root, layouts, part, hidden, leaves) for part in list_parts(root, layouts[name])]
    counts = end_register(root, layouts, name, parts, hidden, leaves)
    shutil.rmtree(folder, ignore_errors=True)
    hidden.rename(folder)
    return counts


@dataclass(frozen=True)
class PartRead:
    """What was read of one part of a register.

    Attributes
    ----------
    rows : int
        Rows written.
    counts : dict of (int or None) to Counts
        Year of each file, or of the weeks, to what was counted in it.
    """

    rows: int
    counts: dict[int | None, Counts]


def read_part(
    con: duckdb.DuckDBPyConnection,
    root: Path,
    layouts: RegisterLayouts,
    part: RegisterPart,
    folder: Path,
    leaves: Sequence[LeafRange],
) -> PartRead:
    """Read one part of a register and hand its rows out; done again, it writes the same files.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    root : Path
    layouts : RegisterLayouts
    part : RegisterPart
    folder : Path
        Gets files of ranges that have rows.
    leaves : sequence of LeafRange
        Ranges of equal width, together all 256 leaves.

    Returns
    -------
    PartRead
        What breaks the layout is counted, not judged.
    """
    layout = layouts[part.register]
    counts: dict[int | None, Counts] = {}
    if layout.week is None:
        rows = gather_rows(_read_years(con, root, layouts, part, counts))
    else:
        rows = _read_weeks(con, root, layouts, part, counts)
    return PartRead(hand_out(rows, folder, leaves, part), counts)


def _read_years(
    con: duckdb.DuckDBPyConnection,
    root: Path,
    layouts: RegisterLayouts,
    part: RegisterPart,
    counts: dict[int | None, Counts],
) -> Iterator[pa.RecordBatch]:
    """Read the files of a part one after the other, with corrections and persons; at least one batch a file."""
    layout = layouts[part.register]
    columns = [column for column in layout.columns.values() if column.is_read]
    for year in part.years or (None,):
        path = find_file(root, layout, year)
        found = FileCounts(list_checks(layout, layouts, year))
        select = correct_rows("SELECT * FROM delivered", layout.corrections, year)
        if layout.person_through:
            con.execute(
                f"CREATE OR REPLACE TEMP TABLE persons AS {_select_persons(root, layouts, layout, year)}"
            )
            through = layout.person_through.column
            select = f"SELECT p.pnr, r.* FROM ({select}) r JOIN persons p USING ({through})"
        for rows in read_file(path, year, columns, found):
            delivered = rows if year is None else _add_year(rows, year)
            if not (layout.corrections or layout.person_through):
                yield delivered
                continue
            con.register("delivered", delivered)
            found_rows = con.sql(select).to_arrow_reader(ROWS_AT_A_TIME)
            yield _no_rows(found_rows.schema)
            yield from found_rows
            con.unregister("delivered")
        counts[year] = found.tell(con, path)


def _read_weeks(
    con: duckdb.DuckDBPyConnection,
    root: Path,
    layouts: RegisterLayouts,
    part: RegisterPart,
    counts: dict[int | None, Counts],
) -> Iterator[pa.RecordBatch]:
    """Read the weeks of some years; the columns that are no week are counted with the first year."""
    layout = layouts[part.register]
    rows, n_unlisted = read_weeks(con, root, layouts, part)
    counts[part.years[0]] = {UNLISTED_WEEKS: n_unlisted}
    if part.years[0] == layout.first_year:
        counts[None] = count_rows(
            con, find_file(root, layout, None), None, list_checks(layout, layouts, None)
        )
    return iter(rows.combine_chunks().to_batches(ROWS_AT_A_TIME) or [_no_rows(rows.schema)])


def _no_rows(schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([], schema)


def _add_year(rows: pa.RecordBatch, year: int) -> pa.RecordBatch:
    file_year = pa.array(np.full(rows.num_rows, year, dtype=np.int16))
    schema = rows.schema.insert(0, pa.field("file_year", pa.int16()))
    return pa.record_batch([file_year, *rows.columns], schema=schema)


def judge_register(
    root: Path, layouts: RegisterLayouts, name: str, parts: Sequence[PartRead]
) -> dict[tuple[str, str], int]:
    """Judge what was counted while a register was read.

    Returns
    -------
    dict
        (kind, column) to rows with a declared quirk, within its tolerated share.

    Raises
    ------
    InputError
        With every fault of this register.
    """
    layout, problems = layouts[name], Problems()
    paths = list_files(root, layout, layout.years)
    n_rows = sum(pq.ParquetFile(path).metadata.num_rows for path in paths)
    counted = {year: counts for part in parts for year, counts in part.counts.items()}
    tolerated = judge_counts(layout, layouts, counted, n_rows, problems)
    problems.raise_if_any("The delivery cannot be used")
    return tolerated


def end_register(
    root: Path,
    layouts: RegisterLayouts,
    name: str,
    parts: Sequence[PartRead],
    folder: Path,
    leaves: Sequence[LeafRange],
) -> ReadCounts:
    """Count what the parts of a register have written, and give ranges without rows an empty file.

    Parameters
    ----------
    parts : sequence of PartRead

    Raises
    ------
    InputError
        When more rows than tolerated have no contact to find their person through.
    """
    layout = layouts[name]
    paths, n_rows = list_files(root, layout, layout.years), sum(part.rows for part in parts)
    rows_in = sum(pq.ParquetFile(path).metadata.num_rows for path in paths)
    corrected = count_corrected(root, layouts, name)
    drops = {item.key: corrected[item.key] for item in layout.corrections if not item.set}
    n_lost = rows_in - sum(drops.values()) - n_rows if layout.person_through else 0
    _check_unmatched(layout, layouts, n_lost, rows_in)
    fill_ranges(folder, leaves)
    if layout.person_through:
        drops[NO_CONTACT] = n_lost
    n_bytes = sum(path.stat().st_size for path in paths)
    return ReadCounts(name, rows_in, n_rows, drops, n_bytes, corrected)


def count_corrected(root: Path, layouts: RegisterLayouts, name: str) -> dict[str, int]:
    """Count the rows that each declared correction of a register hits.

    Raises
    ------
    InputError
        When one hits fewer or more rows than declared.
    """
    layout = layouts[name]
    if not layout.corrections:
        return {}
    sources = {year: _select_file(root, layout, year) for year in layout.years or (None,)}
    with duckdb.connect() as con:
        hits = {
            item.key: con.execute(select_hits(sources, layout.corrections, place)).fetchone()[0]
            for place, item in enumerate(layout.corrections)
        }
    check_expected(layout.corrections, hits)
    return hits


def _select_file(root: Path, layout: RegisterLayout, year: int | None) -> str:
    """Return the SELECT of one file's declared columns, typed and not corrected."""
    columns = [
        _column_sql(column, column.name_in(year)) for column in layout.columns.values() if column.is_read
    ]
    file_year = [] if year is None else [f"CAST({year} AS SMALLINT) AS file_year"]
    return f"SELECT {', '.join(file_year + columns)} FROM '{find_file(root, layout, year)}'"


def _column_sql(column: Column, name: str) -> str:
    if column.type == "digits":  # they are checked: what is none belongs to no contact
        return f"TRY_CAST({name} AS BIGINT) AS {column.name}"
    return f"CAST({padded_sql(column, name)} AS {_SQL_TYPES[column.type]}) AS {column.name}"


def _select_persons(root: Path, layouts: RegisterLayouts, layout: RegisterLayout, year: int | None) -> str:
    """Return the SELECT of contacts and their persons from the same year's file of another register."""
    through = layout.person_through
    contacts = layouts[through.register]
    contact = _column_sql(contacts.columns[through.column], through.column)
    rows = f"SELECT {contact}, CAST(pnr AS BIGINT) AS pnr FROM '{find_file(root, contacts, year)}'"
    if contacts.corrections:
        rows = correct_rows(_select_file(root, contacts, year), contacts.corrections, year)
    return f"SELECT {through.column}, min(pnr) AS pnr FROM ({rows}) GROUP BY ALL"


def _check_unmatched(layout: RegisterLayout, layouts: RegisterLayouts, n_lost: int, n_rows: int) -> None:
    share = layouts.unmatched_contact_tolerated_share
    if n_lost <= max(share * n_rows, layouts.tolerated_rows):
        return
    through = layout.person_through
    problem = Problem(
        where=f"{layout.name}: {through.column}",
        found=f"{n_lost} of {n_rows} rows have no contact in {through.register} of the same year",
        expected=f"at most {share:.1%} of the rows",
        do=f"deliver {layout.name} and {through.register} together, with {through.column} as text",
    )
    raise InputError("Registers that do not fit together", [problem])

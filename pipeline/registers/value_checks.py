"""Counting rows that break a layout: one scan a file, counts only, never a row.

Belongs here: which counts a layout asks for and how they are taken. Does not belong here: whether a count is a
fault or a tolerated quirk (`delivery`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.declarations.register_layout import Column, RegisterLayout, RegisterLayouts, quote_all
from pipeline.registers.delivered_files import DeliveredFile

WEEKS_PER_BATCH = 128


@dataclass(frozen=True)
class ValueCheck:
    """One count of rows.

    Attributes
    ----------
    kind : str
        `empty`, `not_pnr`, `repaired_pnr`, `outside_list`, `not_pattern`, `padded`, `end_before_start`,
        `duplicate_key`.
    column : str
        The column it is about, by its newest name.
    sql : str
        A DuckDB aggregate.
    needs : tuple of str
        Columns it reads, by their newest names.
    """

    kind: str
    column: str
    sql: str
    needs: tuple[str, ...]


def list_checks(layout: RegisterLayout, layouts: RegisterLayouts, year: int | None) -> list[ValueCheck]:
    """List the counts a layout asks for in the file of a year (weeks of DREAM apart)."""
    checks = []
    for column in layout.columns.values():
        checks += _list_column_checks(column, column.name_in(year), layouts)
    if layout.spell:
        start, end = layout.spell.start, layout.spell.end
        sql = f"count(*) FILTER ({end} < {start})"
        checks.append(ValueCheck("end_before_start", end, sql, (start, end)))
    if layout.key:
        key = ", ".join(layout.key)
        expression = key if len(layout.key) == 1 else f"({key})"
        sql = f"count(*) - count(DISTINCT {expression})"
        checks.append(ValueCheck("duplicate_key", key, sql, layout.key))
    return checks


def _list_column_checks(column: Column, name: str, layouts: RegisterLayouts) -> list[ValueCheck]:
    def check(kind: str, condition: str) -> ValueCheck:
        return ValueCheck(kind, column.name, f"count(*) FILTER ({condition})", (column.name,))

    checks = []
    if not column.is_nullable:
        checks.append(check("empty", f"{name} IS NULL"))
    if column.type == "pnr":
        full, short = layouts.pnr_digits, layouts.pnr_repaired_digits
        checks.append(check("not_pnr", f"NOT regexp_full_match({name}, '[0-9]{{{short},{full}}}')"))
        checks.append(check("repaired_pnr", f"strlen({name}) = {short}"))
    value = padded_sql(column, name)
    if column.zero_pad:
        checks.append(check("padded", f"length({name}) = {column.zero_pad.digits - 1}"))
    if column.codes:
        if column.first_characters is not None:
            value = f"left({value}, {column.first_characters})"
        is_number = column.type == "integer"
        codes = ", ".join(column.codes) if is_number else quote_all(column.codes)
        checks.append(check("outside_list", f"{value} NOT IN ({codes})"))
    if column.pattern:
        checks.append(
            check("not_pattern", f"NOT regexp_full_match({padded_sql(column, name)}, '{column.pattern}')")
        )
    return checks


def padded_sql(column: Column, name: str) -> str:
    """Return the column with its lost leading zero put back, where that is declared."""
    if column.zero_pad is None:
        return name
    digits = column.zero_pad.digits
    return f"CASE WHEN length({name}) = {digits - 1} THEN '0' || {name} ELSE {name} END"


def count_rows(
    con: duckdb.DuckDBPyConnection, file: DeliveredFile, checks: Sequence[ValueCheck]
) -> dict[tuple[str, str], int]:
    """Take all counts of one file in one scan.

    Returns
    -------
    dict
        (kind, column) to rows.

    Raises
    ------
    duckdb.Error
        When the file cannot be read to its end.
    """
    if not checks:
        return {}
    counts = con.execute(
        f"SELECT {', '.join(check.sql for check in checks)} FROM read_parquet(?)", [str(file.path)]
    ).fetchone()
    return {(check.kind, check.column): n for check, n in zip(checks, counts, strict=True)}


def count_unlisted_weeks(file: DeliveredFile, layout: RegisterLayout) -> int:
    """Count week codes outside the list, reading Parquet dictionaries before any row.

    Parameters
    ----------
    file : DeliveredFile
        The one file of a register with a column a week.
    layout : RegisterLayout

    Returns
    -------
    int
        Codes that are neither blank nor in the list.
    """
    allowed = {*layout.week.codes, "", None}
    weeks = [name for names in layout.week_columns.values() for name in names if name in file.usable]
    n_unlisted = 0
    for start in range(0, len(weeks), WEEKS_PER_BATCH):
        batch = weeks[start : start + WEEKS_PER_BATCH]
        table = pq.read_table(file.path, columns=batch, read_dictionary=batch)
        for column in table.columns:
            for chunk in column.chunks:
                unlisted = [code for code in chunk.dictionary.to_pylist() if code not in allowed]
                if unlisted:
                    decoded = chunk.dictionary_decode()
                    n_unlisted += pc.sum(pc.is_in(decoded, value_set=pa.array(unlisted))).as_py() or 0
    return n_unlisted

"""What of a file is counted because it breaks the layout.

Belongs here: which counts a layout asks for. Does not belong here: taking them (`file_counts`), or whether a count is a
fault or a tolerated quirk (`judge_counts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from pipeline.declarations.register_layout import Column, RegisterLayout, RegisterLayouts, quote_all
from pipeline.declarations.register_layouts import DIGITS, MOST_DIGITS
from pipeline.registers.delivered_files import DeliveredFile
from pipeline.registers.digit_checks import Digits

UNLISTED_WEEKS = ("outside_list", "week columns")
"""What weeks with a code outside the list are counted as."""


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
    condition : str
        SQL of the rows counted; of `duplicate_key` the key, of which further rows are counted.
    needs : tuple of str
        Columns it reads, by their newest names.
    digits : Digits, optional
        The column of digits it is about: then bytes are counted, and SQL only where they do not tell.
    words : str, optional
        Its column's name in the file if it has few distinct values: then each of them is looked at once.
    filled : str, optional
        Its column's name in the file if all that is asked is that it has a value.
    """

    kind: str
    column: str
    condition: str
    needs: tuple[str, ...]
    digits: Digits | None = None
    words: str | None = None
    filled: str | None = None

    @property
    def sql(self) -> str:
        """A DuckDB aggregate over the rows of the file, or over its words with their `n_rows`."""
        if self.kind == "duplicate_key":
            return f"count(*) - count(DISTINCT {self.condition})"
        return f"{'sum(n_rows)' if self.words else 'count(*)'} FILTER ({self.condition})"


def list_checks(layout: RegisterLayout, layouts: RegisterLayouts, year: int | None) -> list[ValueCheck]:
    """List the counts a layout asks for in the file of a year (weeks of DREAM apart)."""
    checks = []
    for column in layout.columns.values():
        digits = _find_digits(column, year, layouts)
        checks += _list_column_checks(column, column.name_in(year), layouts, digits)
    if layout.spell:
        start, end = layout.spell.start, layout.spell.end
        checks.append(ValueCheck("end_before_start", end, f"{end} < {start}", (start, end)))
    if layout.key:
        key = ", ".join(layout.key)
        expression = key if len(layout.key) == 1 else f"({key})"
        digits = _find_digits(layout.columns[key], year, layouts) if key in layout.columns else None
        checks.append(ValueCheck("duplicate_key", key, expression, layout.key, digits))
    return checks


def _find_digits(column: Column, year: int | None, layouts: RegisterLayouts) -> Digits | None:
    """Return the form of a column that holds digits and nothing else is asked of."""
    if column.type == "pnr":
        return Digits(column.name_in(year), layouts.pnr_repaired_digits, layouts.pnr_digits)
    if column.pattern == DIGITS and column.zero_pad is None:
        return Digits(column.name_in(year), 1, MOST_DIGITS)
    return None


def _list_column_checks(
    column: Column, name: str, layouts: RegisterLayouts, digits: Digits | None
) -> list[ValueCheck]:
    words = name if digits is None and (column.codes or column.pattern) else None

    filled = name if digits is None and words is None else None

    def check(kind: str, condition: str) -> ValueCheck:
        return ValueCheck(kind, column.name, condition, (column.name,), digits, words, filled)

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


def count_unlisted_weeks(
    con: duckdb.DuckDBPyConnection, file: DeliveredFile, layout: RegisterLayout, weeks: Sequence[str]
) -> dict[tuple[str, str], int]:
    """Count week codes outside the list: those that are there, less those that are one of an enumeration.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    file : DeliveredFile
        The one file of a register with a column a week.
    layout : RegisterLayout
    weeks : sequence of str
        The columns that are counted.

    Returns
    -------
    dict
        (kind, column) to codes that are neither blank nor in the list.
    """
    listed = quote_all(("", *layout.week.codes))
    counted = ", ".join(f"count({name}) - count(TRY_CAST({name} AS ENUM({listed})))" for name in weeks)
    found = con.execute(f"SELECT {counted} FROM read_parquet(?)", [str(file.path)]).fetchone()
    return {UNLISTED_WEEKS: sum(found)}

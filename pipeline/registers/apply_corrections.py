"""Declared corrections applied to a register while it is read; how many rows each hit, and whether that was expected.

Belongs here: the SQL of a correction and the guard. Does not belong here: what is corrected
(`pipeline/declarations/corrections.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pipeline.declarations.corrections import CORRECTIONS_FILE, Correction, Value
from pipeline.declarations.problems import Problems


def correct_rows(source: str, corrections: Iterable[Correction], year: int | None) -> str:
    """Return the SELECT of a register file with its corrections applied, one after the other as declared.

    Parameters
    ----------
    source : str
        SELECT of the typed columns of one file.
    corrections : iterable of Correction
        Of the register.
    year : int or None
        Year of the file; None for a register of one file.

    Returns
    -------
    str
    """
    for correction in corrections:
        if correction.years and year not in correction.years:
            continue
        hit = _condition(correction)
        if correction.set:
            changed = ", ".join(
                f"CASE WHEN {hit} THEN {_literal(value)} ELSE {name} END AS {name}"
                for name, value in correction.set
            )
            source = f"SELECT * REPLACE ({changed}) FROM ({source})"
        else:
            source = f"SELECT * FROM ({source}) WHERE NOT ({hit})"
    return source


def select_hits(sources: Mapping[int | None, str], corrections: Sequence[Correction], place: int) -> str:
    """Return the SELECT that counts the rows one correction hits, those before it applied.

    Parameters
    ----------
    sources : mapping of int or None to str
        SELECT of the typed, uncorrected columns of each file by its year.
    corrections : sequence of Correction
        Of the register, in declared order.
    place : int
        Which of them.

    Returns
    -------
    str
        One row, one column.
    """
    correction = corrections[place]
    files = [
        f"SELECT count(*) AS n FROM ({correct_rows(source, corrections[:place], year)}) WHERE {_condition(correction)}"
        for year, source in sources.items()
        if not correction.years or year in correction.years
    ]
    return f"SELECT coalesce(sum(n), 0)::BIGINT FROM ({' UNION ALL '.join(files)})"


def check_expected(corrections: Iterable[Correction], hits: Mapping[str, int]) -> None:
    """Refuse a correction that hits fewer or more rows than declared.

    Raises
    ------
    InputError
        With every such correction, in counts.
    """
    problems = Problems()
    for correction in corrections:
        n_rows = hits[correction.key]
        if correction.expect_from <= n_rows <= correction.expect_to:
            continue
        do = "find out what changed in the delivery, then mend where or expect"
        if n_rows < correction.expect_from:
            do = "the source may be mended: if so delete the correction, else mend where or expect"
        expected = f"{correction.expect_from} to {correction.expect_to} rows to correct"
        problems.add(
            f"{CORRECTIONS_FILE}: {correction.key}", f"{n_rows} rows in {correction.register}", expected, do
        )
    problems.raise_if_any("Declared corrections do not fit the delivery")


def _condition(correction: Correction) -> str:
    """Return the condition on the rows hit; never null."""
    return " AND ".join(_is_one_of(column, values) for column, values in correction.where)


def _is_one_of(column: str, values: Sequence[Value]) -> str:
    parts = [f"({column} IS NULL OR CAST({column} AS VARCHAR) = '')"] if "" in values else []
    named = ", ".join(_literal(value) for value in values if value != "")
    if named:
        parts.append(f"coalesce({column} IN ({named}), FALSE)")
    return f"({' OR '.join(parts)})"


def _literal(value: Value) -> str:
    if value == "":
        return "NULL"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)

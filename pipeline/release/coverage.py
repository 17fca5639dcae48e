"""Coverage against the release before: what it held must still be there, unless a declared waiver gives the
reason.

Belongs here: comparing two releases' coverage and reading waivers. Does not belong here: comparing their
numbers.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline.declarations.problems import Problems

_FIELDS = ("covers", "reason_da", "reason_en", "date")

_COVERAGE = """
    SELECT 'registers' AS covers, (year_last - year_first + 1)::BIGINT AS extent FROM {schema}release
    UNION ALL SELECT 'consequence/' || consequence, 1 FROM {schema}consequences
    UNION ALL SELECT target_group, 1 FROM {schema}target_groups
    UNION ALL SELECT target_group || '/' || consequence,
        sum(CASE WHEN status = 'not_observed' THEN 0
            ELSE 1 + coalesce(base_year_last - base_year_first, 0) END)::BIGINT
    FROM {schema}estimates GROUP BY target_group, consequence
"""
"""What a release covers and how far: register years; consequences; target groups; base years over the
observed relative years of every group and consequence."""


@dataclass(frozen=True)
class Waiver:
    """A declared reason why something may be covered less than before.

    Attributes
    ----------
    covers : str
        `registers`, `consequence/<consequence>`, `<target_group>` (with all its consequences) or
        `<target_group>/<consequence>`.
    reason_da, reason_en : str
    date : str
        ISO date of the declaration.
    """

    covers: str
    reason_da: str
    reason_en: str
    date: str

    def applies_to(self, covers: str) -> bool:
        """Whether the waiver holds for a coverage by name."""
        return covers == self.covers or covers.startswith(f"{self.covers}/")


def read_waivers(file: Path | None) -> tuple[Waiver, ...]:
    """Read the waivers of a TOML file with entries `[[waiver]]`.

    Parameters
    ----------
    file : Path or None
        No file, or one that does not exist, is no waiver.

    Raises
    ------
    InputError
        With every entry that lacks a field, has another or gives no reason.
    """
    if file is None or not file.exists():
        return ()
    problems = Problems()
    waivers = []
    for number, entry in enumerate(tomllib.loads(file.read_text("utf-8")).get("waiver", []), 1):
        where = f"{file.name}, waiver {number}"
        for name in sorted(entry.keys() - set(_FIELDS)):
            problems.add_unknown(where, name, _FIELDS, "field")
        for name in _FIELDS:
            if not str(entry.get(name, "")).strip():
                problems.add(
                    where,
                    f"no {name}",
                    "a reason in both languages, a date and what it covers",
                    f"write {name}",
                )
        waivers.append(Waiver(**{name: str(entry.get(name, "")) for name in _FIELDS}))
    problems.raise_if_any("Waivers of coverage")
    return tuple(waivers)


def compare_coverage(
    connection: duckdb.DuckDBPyConnection, previous: Path, waivers: tuple[Waiver, ...]
) -> tuple[pl.DataFrame, tuple[Waiver, ...]]:
    """Compare what the release tables cover with what the release before covered.

    Parameters
    ----------
    connection : duckdb.DuckDBPyConnection
        Holds the new release's tables.
    previous : Path
        Folder of the release before.
    waivers : tuple of Waiver

    Returns
    -------
    polars.DataFrame
        `covers`, `before`, `now`, `holds`: one row for everything the release before covered.
    tuple of Waiver
        The waivers that were needed.
    """
    connection.execute(f"ATTACH '{previous / 'knowledge.duckdb'}' AS previous (READ_ONLY)")
    try:
        frame = connection.sql(f"""
            SELECT b.covers, b.extent AS before, coalesce(n.extent, 0) AS now
            FROM ({_COVERAGE.format(schema="previous.")}) AS b
            LEFT JOIN ({_COVERAGE.format(schema="")}) AS n USING (covers) ORDER BY covers
        """).pl()
    finally:
        connection.execute("DETACH previous")
    lost = frame.filter(pl.col("now") < pl.col("before"))["covers"].to_list()
    used = tuple(waiver for waiver in waivers if any(waiver.applies_to(name) for name in lost))
    waived = [name for name in lost if any(waiver.applies_to(name) for waiver in used)]
    holds = (pl.col("now") >= pl.col("before")) | pl.col("covers").is_in(waived)
    return frame.with_columns(holds=holds), used

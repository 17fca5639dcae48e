"""The members of one target group and their success, by plain SQL over persons and events of the whole country.

Belongs here: residence, age, entry and who can be judged, written out once more; the definition itself is the SQL that
the release publishes. Does not belong here: the build's own cohorts (`pipeline.cohorts`): no query of them is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from pipeline.declarations.problems import InputError, Problem
from pipeline.passports.passport import Row

_ENTRIES = {"every_year": "TRUE", "first": "base_year = min(base_year) OVER (PARTITION BY pnr)"}


@dataclass(frozen=True)
class GroupFrame:
    """What the declared coverage says of a target group.

    Attributes
    ----------
    base_years : tuple of int
    look_back_from : int
        First year in which an earlier entry is looked for.
    excepted : tuple of two frozensets of (int, int)
        Year and municipality in which membership (year 0) and success (year 1) cannot be judged.
    """

    base_years: tuple[int, ...]
    look_back_from: int
    excepted: tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]


def find_members(con: duckdb.DuckDBPyConnection, group: Row, frame: GroupFrame) -> None:
    """Make the table `member` (row, pnr, base_year, is_success, covariates) of assessable members.

    Parameters
    ----------
    con : duckdb connection
        Sees person_years, price_index and the event tables of the group's rules.
    group : Row
        Of the release's `target_groups`.
    frame : GroupFrame

    Raises
    ------
    InputError
        When persons enter in one random year, which is drawn by the build's own rule.
    """
    if group["entry"] not in _ENTRIES:
        problem = Problem(
            group["target_group"],
            f"entry {group['entry']}",
            f"a target group with entry {' or '.join(_ENTRIES)}",
            "a random year is drawn by the build's own rule: see soem explain instead",
        )
        raise InputError("No other path to this number", [problem])
    for name, pairs in zip(("not_judged_0", "not_judged_1"), frame.excepted, strict=True):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (year INTEGER, municipality_code INTEGER)")
        _insert(con, name, sorted(pairs))
    con.execute("CREATE OR REPLACE TEMP TABLE base_years (year INTEGER)")
    _insert(con, "base_years", ((year,) for year in frame.base_years))
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE in_group AS
        SELECT person.*, person.year AS base_year
        FROM person_years AS person
        WHERE person.is_resident AND person.age BETWEEN {group["age_from"]} AND {group["age_to"]}
          AND person.year >= {frame.look_back_from}
          AND (person.pnr, person.year) IN (SELECT pnr, year FROM ({group["membership_sql"]}))"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE entered AS
        SELECT * FROM (SELECT *, {_ENTRIES[group["entry"]]} AS enters FROM in_group)
        WHERE enters AND base_year IN (FROM base_years)
          AND (base_year, municipality_code) NOT IN (SELECT year, municipality_code FROM not_judged_0)"""
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE candidates AS SELECT DISTINCT leaf, pnr, base_year FROM entered"
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE member AS
        SELECT row_number() OVER (ORDER BY entered.pnr, entered.base_year) - 1 AS row,
          entered.*, judged.is_success
        FROM entered
        JOIN ({group["success_sql"]}) AS judged USING (pnr, base_year)
        JOIN person_years AS after ON after.pnr = entered.pnr AND after.year = entered.base_year + 1
        WHERE after.is_resident
          AND (after.year, after.municipality_code) NOT IN (SELECT year, municipality_code FROM not_judged_1)"""
    )


def _insert(con: duckdb.DuckDBPyConnection, table: str, rows: Iterable[tuple[int, ...]]) -> None:
    rows = list(rows)
    if rows:
        con.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)

"""The members of a target group: person-years that meet its definition, each exclusion counted.

Belongs here: from declared definition to rows of `target_group_members`. Does not belong here: who reaches
success (`success`), nor what a definition says (`pipeline/declarations`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from pipeline.cohorts.attrition import Attrition
from pipeline.cohorts.coverage import Coverage, Read
from pipeline.declarations.rule_reads import EventRead
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.vocabulary import EVENT_TABLES

COVARIATE_COLUMNS = (
    "age",
    "sex",
    "municipality_code",
    "origin_code",
    "employment_code",
    "education_code",
    "mother_employment_code",
    "mother_education_code",
    "father_employment_code",
    "father_education_code",
)

_STABLE_HASH = "((CAST(pnr AS UBIGINT) % 4294967291) * 2246822519 % 4294967296 // 65536)"


@dataclass(frozen=True)
class BaseYears:
    """The base years of a target group.

    Attributes
    ----------
    years : tuple of int
        Those in which every register its rules read is covered, and that the registers follow to year 2.
    look_back_from : int
        First year read when a first entry is looked for.
    """

    years: tuple[int, ...]
    look_back_from: int


def find_base_years(group: TargetGroup, reads: Iterable[EventRead], coverage: Coverage) -> BaseYears:
    """Find the base years a group can use.

    Parameters
    ----------
    group : TargetGroup
    reads : iterable of EventRead
        What its membership and success rules read, and how many years after the base year.
    coverage : Coverage

    Returns
    -------
    BaseYears
        Possibly without years.
    """
    method = group.method
    reads = tuple(reads)
    years = tuple(
        year
        for year in range(method.first_base_year, method.last_base_year + 1)
        if year + 2 <= method.last_year
        and all(year + read.relative_year in coverage.covered_years(what_is_read(read)) for read in reads)
    )
    starts = [coverage.look_back_from(what_is_read(read)) for read in reads if read.role == "membership"]
    return BaseYears(years, max(starts, default=method.first_year))


def find_exceptions(
    reads: Iterable[EventRead], relative_year: int, coverage: Coverage
) -> frozenset[tuple[int, int]]:
    """Return (year, municipality code) pairs in which the rules cannot be judged in a relative year."""
    found = [coverage.excepted(what_is_read(read)) for read in reads if read.relative_year == relative_year]
    return frozenset().union(*found)


def what_is_read(read: EventRead) -> Read:
    """Return the rows of its event table that a rule reads, by values of closed attributes."""
    values = {}
    for item in read.where:
        attribute = EVENT_TABLES[read.events].attribute(item.attribute)
        if attribute is None or not attribute.values:
            continue
        kept = [value for value in attribute.values if (value in item.values) != item.is_negated]
        values[item.attribute] = tuple(kept)
    return Read(read.events, values)


def find_members(
    con: duckdb.DuckDBPyConnection,
    group: TargetGroup,
    membership_sql: str,
    base_years: BaseYears,
    excepted: frozenset[tuple[int, int]],
    attrition: Attrition,
) -> None:
    """Make the temporary table `members` (leaf, pnr, base_year, covariates) and count every exclusion.

    Parameters
    ----------
    con : duckdb connection
        With views of `person_years` and the event tables.
    group : TargetGroup
    membership_sql : str
        Gives leaf, pnr, year of the person-years that meet the definition's rules.
    base_years : BaseYears
    excepted : frozenset of (year, municipality code)
        Where a register that the membership rules read is not covered.
    attrition : Attrition
        Counts are added to it, from all persons in the registers to the members.
    """
    years = ", ".join(str(year) for year in base_years.years) or "NULL"
    in_band = f"age BETWEEN {group.age_from} AND {group.age_to}"
    con.execute(f"CREATE OR REPLACE TEMP TABLE meeting AS {membership_sql}")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE candidates_in_band AS
        SELECT person.leaf, person.pnr, person.year AS base_year, {", ".join(COVARIATE_COLUMNS)},
               person.year IN ({years}) AS is_base_year
        FROM meeting JOIN person_years AS person USING (leaf, pnr, year)
        WHERE is_resident AND {in_band} AND year >= {base_years.look_back_from}"""
    )
    _count_population(con, attrition, years, in_band)
    _mark_first_and_covered(con, group, excepted)
    attrition.add_step(con, "definition", "members_before_rules", "is_base_year")
    attrition.add_step(con, "covered", "members_before_rules", "is_base_year AND is_covered")
    attrition.add_step(con, "entry", "members_before_rules", "is_base_year AND is_covered AND is_entry")
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE members AS
        SELECT leaf, pnr, base_year, {", ".join(COVARIATE_COLUMNS)} FROM members_before_rules
        WHERE is_base_year AND is_covered AND is_entry ORDER BY leaf, pnr, base_year"""
    )


def _count_population(con: duckdb.DuckDBPyConnection, attrition: Attrition, years: str, in_band: str) -> None:
    """Count the steps that no rule of the group is needed for."""
    conditions = {
        "registers": "TRUE",
        "base_years": f"year IN ({years})",
        "resident": f"year IN ({years}) AND is_resident",
        "age_band": f"year IN ({years}) AND is_resident AND {in_band}",
    }
    for step, condition in conditions.items():
        attrition.add_remaining(step, *_count_persons(con, condition))


_COUNTED: dict[tuple[str, str], tuple[int, int]] = {}
"""Counts by table version and condition: target groups with the same years and ages share them within a run."""


def _count_persons(con: duckdb.DuckDBPyConnection, condition: str) -> tuple[int, int]:
    """Count persons and person-years under a condition on `person_years`."""
    version = con.execute("SELECT getvariable('person_years_version')").fetchone()[0]
    key = (version or "", condition)
    if not version or key not in _COUNTED:
        _COUNTED[key] = con.execute(
            f"SELECT count(DISTINCT pnr), count(*) FROM person_years WHERE {condition}"
        ).fetchone()
    return _COUNTED[key]


def _mark_first_and_covered(
    con: duckdb.DuckDBPyConnection, group: TargetGroup, excepted: frozenset[tuple[int, int]]
) -> None:
    """Mark each candidate: is the municipality covered, and is it an entry by the group's rule?"""
    pairs = ", ".join(f"({year}, {municipality})" for year, municipality in sorted(excepted))
    is_covered = f"(base_year, municipality_code) NOT IN ({pairs})" if pairs else "TRUE"
    is_entry = {
        "every_year": "TRUE",
        "first": "base_year = min(base_year) OVER person",
        "one_random_year": f"""{_STABLE_HASH} % greatest(1, count(*) FILTER (is_base_year) OVER person)
            = count(*) FILTER (is_base_year) OVER (person ORDER BY base_year) - 1""",
    }[group.entry]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE members_before_rules AS
        SELECT *, {is_covered} AS is_covered, {is_entry} AS is_entry
        FROM candidates_in_band WINDOW person AS (PARTITION BY leaf, pnr)"""
    )

"""Person-year quantities: what every resident used of every consequence, in natural units, without zeros.

Belongs here: events to quantities, by residence, age domain and coverage. Does not belong here: target groups,
prices, or what a consequence is (`pipeline.declarations.consequence`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.declarations.consequence import CALENDAR_COLUMNS, Consequence
from pipeline.declarations.method import PensionAge
from pipeline.quantities.coverage import coverage_attribute, coverage_table
from pipeline.quantities.leaf_tables import LeafTables, TableCounts, add_counts

NOT_RESIDENT = "not_resident"
NOT_COVERED = "not_covered"
OUTSIDE_AGES = "outside_ages"


def build_person_year_quantities(
    tables: LeafTables, consequences: Sequence[Consequence], calendar: pl.DataFrame
) -> TableCounts:
    """Write `person_year_quantities`, all consequences of all residents.

    Parameters
    ----------
    tables : LeafTables
        With `person_years` and every event table written.
    consequences : sequence of Consequence
    calendar : polars.DataFrame
        One row a calendar year with the columns `Consequence.quantity_sql` reads.

    Returns
    -------
    TableCounts
        Drops count rows of events left out: of persons who are not resident that year, of uncovered years and
        municipalities, and outside the age domain of a consequence.
    """
    con = tables.con
    con.register("calendar_years", calendar.to_arrow())
    con.register("coverage_rows", coverage_table(tables.layouts).to_arrow())
    tables.create(
        "residents",
        f"""
        SELECT leaf, pnr, year, age, municipality_code,
               {pension_age_sql(tables.method.pension_ages, "year(birth_date)")} AS pension_age
        FROM {tables.table("person_years")} WHERE is_resident
        """,
    )
    keys = ", ".join(f"'{key}'" for key in sorted(consequence.key for consequence in consequences))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE quantities "
        f"(leaf SMALLINT, pnr BIGINT, year SMALLINT, consequence ENUM({keys}), quantity DOUBLE)"
    )
    by_events: dict[str, list[Consequence]] = {}
    for consequence in consequences:
        by_events.setdefault(consequence.events, []).append(consequence)
    drops = add_counts(*(_add_quantities(tables, events, own) for events, own in by_events.items()))
    counts = tables.write(
        "person_year_quantities", "SELECT * FROM quantities ORDER BY leaf, pnr, year, consequence", drops
    )
    tables.drop("residents", "quantities")
    con.unregister("calendar_years")
    con.unregister("coverage_rows")
    return counts


def pension_age_sql(pension_ages: Sequence[PensionAge], birth_year: str) -> str:
    """Return the SQL of a birth cohort's pension age in whole years."""
    steps = " ".join(f"WHEN {birth_year} <= {step.born_to} THEN {step.age}" for step in pension_ages)
    return f"CASE {steps} END"


def _add_quantities(tables: LeafTables, events: str, consequences: Sequence[Consequence]) -> dict[str, int]:
    """Add the quantities of all consequences of one event table; return what was left out."""
    drops = _create_resident_events(tables, events)
    for consequence in consequences:
        calendar = "".join(f", {column}" for column in consequence.calendar_columns())
        tables.con.execute(
            f"""
            INSERT INTO quantities
            SELECT leaf, pnr, year, '{consequence.key}', {consequence.quantity_sql()} AS quantity
            FROM resident_events
            WHERE is_kept AND {consequence.where_sql()} AND {consequence.age_sql()}
            GROUP BY leaf, pnr, year{calendar}
            HAVING quantity <> 0
            """
        )
    outside = ", ".join(
        f"count(*) FILTER (is_kept AND {consequence.where_sql()} AND NOT ({consequence.age_sql()})) "
        f'AS "{OUTSIDE_AGES}: {consequence.key}"'
        for consequence in consequences
    )
    drops |= tables.count(f"SELECT {outside} FROM resident_events")
    tables.drop("resident_events")
    return drops


def _create_resident_events(tables: LeafTables, events: str) -> dict[str, int]:
    """Keep events with age and calendar, and whether the person is resident and the municipality-year covered."""
    attribute = coverage_attribute(tables.layouts, events)
    same_value = f"AND coverage.attribute_value = events.{attribute}" if attribute else ""
    calendar = ", ".join(f"calendar.{column}" for column in CALENDAR_COLUMNS)
    tables.create(
        "resident_events",
        f"""
        SELECT events.*, residents.age, residents.pension_age, {calendar},
               residents.pnr IS NOT NULL AS is_resident,
               is_resident AND NOT EXISTS (
                   SELECT 1 FROM coverage_rows AS coverage
                   WHERE coverage.event_table = '{events}' AND coverage.year = events.year AND NOT coverage.is_covered
                     AND (coverage.municipality_code IS NULL
                          OR coverage.municipality_code = residents.municipality_code) {same_value}
               ) AS is_kept
        FROM {tables.table(events)} AS events
        JOIN calendar_years AS calendar USING (year)
        LEFT JOIN residents USING (leaf, pnr, year)
        """,
    )
    return tables.count(
        f"""SELECT count(*) FILTER (NOT is_resident) AS "{NOT_RESIDENT}: {events}",
        count(*) FILTER (is_resident AND NOT is_kept) AS "{NOT_COVERED}: {events}" FROM resident_events"""
    )

"""Person-year quantities: what every resident used of every consequence, in natural units, without zeros.

Belongs here: events to quantities, by residence, age domain and coverage. Does not belong here: target groups,
prices, or what a consequence is (`pipeline.declarations.consequence`).

Residents of a range are held in memory in order; each event finds its resident once, and all consequences of an event
table are measured in one pass over it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline.declarations.consequence import CALENDAR_COLUMNS, Consequence
from pipeline.declarations.method import PensionAge
from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.quantities.coverage import coverage_attribute, coverage_table
from pipeline.quantities.leaf_tables import LeafTables, TableCounts, add_counts
from pipeline.quantities.packed_rows import find_sorted, person_year_sql, unpack_person_years

NOT_RESIDENT = "not_resident"
NOT_COVERED = "not_covered"
OUTSIDE_AGES = "outside_ages"
_CONSEQUENCE_BITS = 8


@dataclass(frozen=True)
class _Residents:
    """Residents of a range by year.

    Attributes
    ----------
    person_year : (N,) int64 array
        Sorted; from `person_year_sql`.
    age, pension_age, municipality_code : (N,) int16 array
    """

    person_year: np.ndarray
    age: np.ndarray
    pension_age: np.ndarray
    municipality_code: np.ndarray


def build_person_year_quantities(
    tables: LeafTables, consequences: Sequence[Consequence], calendar: pl.DataFrame
) -> TableCounts:
    """Write `person_year_quantities`, all consequences of all residents.

    Parameters
    ----------
    tables : LeafTables
        With `person_years` and every event table written.
    consequences : sequence of Consequence
        At most 256.
    calendar : polars.DataFrame
        One row a calendar year with the columns `Consequence.quantity_sql` reads.

    Returns
    -------
    TableCounts
        Drops count rows of events left out: of persons who are not resident that year, of uncovered years and
        municipalities, and outside the age domain of a consequence.
    """
    residents = _read_residents(tables)
    keys = sorted(consequence.key for consequence in consequences)
    by_events: dict[str, list[Consequence]] = {}
    for consequence in consequences:
        by_events.setdefault(consequence.events, []).append(consequence)
    cells, quantities, drops = [], [], []
    for events, own in by_events.items():
        tables.con.register("resident_events", _read_resident_events(tables, residents, calendar, events))
        is_kept = f"(is_resident AND {_covered_sql(tables, events)})"
        drops.append(_count_left_out(tables, events, own, is_kept))
        found = tables.con.execute(_select_quantities(own, keys, is_kept)).fetchnumpy()
        cells.append(found["cell"])
        quantities.append(found["quantity"])
        tables.con.unregister("resident_events")
    rows = _sort_rows(residents, np.concatenate(cells), np.concatenate(quantities), keys)
    return tables.write_rows("person_year_quantities", rows, add_counts(*drops))


def pension_age_sql(pension_ages: Sequence[PensionAge], birth_year: str) -> str:
    """Return the SQL of a birth cohort's pension age in whole years."""
    steps = " ".join(f"WHEN {birth_year} <= {step.born_to} THEN {step.age}" for step in pension_ages)
    return f"CASE {steps} END"


def _read_residents(tables: LeafTables) -> _Residents:
    pension_age = pension_age_sql(tables.method.pension_ages, "year(birth_date)")
    rows = tables.con.execute(
        f"""
        SELECT {person_year_sql("year")} AS person_year, age, municipality_code,
               CAST({pension_age} AS SMALLINT) AS pension_age
        FROM {tables.table("person_years")} WHERE is_resident
        UNION ALL SELECT {np.iinfo(np.int64).max}, 0, 0, 0  -- nobody, so that no range is without residents
        ORDER BY person_year
        """
    ).fetchnumpy()
    return _Residents(**{name: np.asarray(values) for name, values in rows.items()})


def _read_resident_events(
    tables: LeafTables, residents: _Residents, calendar: pl.DataFrame, events: str
) -> pa.Table:
    """Read events with the row of their resident, age, municipality and calendar."""
    own = tables.con.sql(
        f"SELECT {person_year_sql('year')} AS person_year, * EXCLUDE (leaf, pnr) FROM {tables.table(events)}"
    ).to_arrow_table()
    row, is_resident = find_sorted(own["person_year"].to_numpy(), residents.person_year)
    in_calendar = own["year"].to_numpy() - calendar["year"][0]
    columns = {
        "row": row,
        "is_resident": is_resident,
        "age": residents.age[row],
        "pension_age": residents.pension_age[row],
        "municipality_code": residents.municipality_code[row],
        **{name: calendar[name].to_numpy()[in_calendar] for name in CALENDAR_COLUMNS},
    }
    for name, values in columns.items():
        own = own.append_column(name, pa.array(values))
    return own.drop_columns("person_year")


def _covered_sql(tables: LeafTables, events: str) -> str:
    """Return the condition that the year of an event is covered, in the person's municipality."""
    attribute = coverage_attribute(tables.layouts, events)
    gaps = coverage_table(tables.layouts).filter(pl.col("event_table") == events, ~pl.col("is_covered"))
    conditions = []
    for (value,), own in gaps.group_by("attribute_value", maintain_order=True):
        years = own.filter(pl.col("municipality_code").is_null())["year"].to_list()
        pairs = own.filter(pl.col("municipality_code").is_not_null())
        where = [f"year IN ({', '.join(map(str, years))})"] if years else []
        if pairs.height:
            codes = (pairs["year"].cast(pl.Int32) * 1000 + pairs["municipality_code"]).to_list()
            where.append(f"year::INTEGER * 1000 + municipality_code IN ({', '.join(map(str, codes))})")
        of_value = f"{attribute} = '{value}' AND " if attribute else ""
        conditions.append(f"{of_value}({' OR '.join(where)})")
    return f"NOT ({' OR '.join(conditions)})" if conditions else "TRUE"


def _count_left_out(
    tables: LeafTables, events: str, consequences: Sequence[Consequence], is_kept: str
) -> dict[str, int]:
    """Count events of persons not resident, of uncovered years, and of each consequence outside its ages."""
    outside = ", ".join(
        f"count(*) FILTER ({is_kept} AND {consequence.where_sql()} AND NOT ({consequence.age_sql()})) "
        f'AS "{OUTSIDE_AGES}: {consequence.key}"'
        for consequence in consequences
    )
    return tables.count(
        f"""SELECT count(*) FILTER (NOT is_resident) AS "{NOT_RESIDENT}: {events}",
        count(*) FILTER (is_resident AND NOT {is_kept}) AS "{NOT_COVERED}: {events}", {outside}
        FROM resident_events"""
    )


def _select_quantities(consequences: Sequence[Consequence], keys: Sequence[str], is_kept: str) -> str:
    """Return the SELECT of `cell` (row of the resident, position of the consequence) and quantity, not 0."""
    selects = []
    for consequence in consequences:
        is_alone = _has_one_row(consequence)
        group = "" if is_alone else ", ".join(["GROUP BY row", *consequence.calendar_columns()])
        selects.append(
            f"""
            SELECT (row << {_CONSEQUENCE_BITS}) | {keys.index(consequence.key)} AS cell,
                   {consequence.quantity_sql(of_one_row=is_alone)} AS quantity
            FROM resident_events
            WHERE {is_kept} AND {consequence.where_sql()} AND {consequence.age_sql()} {group}
            """
        )
    return f"SELECT cell, quantity FROM ({' UNION ALL '.join(selects)}) WHERE quantity <> 0"


def _has_one_row(consequence: Consequence) -> bool:
    """Say whether a person has at most one row a year that counts: every attribute is held at one value."""
    held = {name for name, rule in consequence.where.items() if isinstance(rule, tuple) and len(rule) == 1}
    return held == {attribute.name for attribute in EVENT_TABLES[consequence.events].attributes}


def _sort_rows(
    residents: _Residents, cells: np.ndarray, quantities: np.ndarray, keys: Sequence[str]
) -> pa.Table:
    """Order cells by leaf, person, year and consequence."""
    order = np.argsort(cells)
    cells = cells[order]
    leaf, pnr, year = unpack_person_years(residents.person_year[cells >> _CONSEQUENCE_BITS])
    position = (cells & ((1 << _CONSEQUENCE_BITS) - 1)).astype(np.uint8)
    return pa.table(
        {
            "leaf": leaf,
            "pnr": pnr,
            "year": year,
            "consequence": pa.DictionaryArray.from_arrays(position, keys),
            "quantity": quantities[order],
        }
    )

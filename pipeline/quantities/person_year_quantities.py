"""Person-year quantities: what every resident used of every consequence, in natural units, without zeros.

Belongs here: events to quantities, by residence, age domain and coverage. Does not belong here: target groups,
prices, or what a consequence is (`pipeline.declarations.consequence`).

Residents of a range are held in memory in order; each event finds its resident once. Tables are written in the order of
leaf, person and year, so that every consequence is measured in the order of residents, and nothing is sorted; a table
in another order is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from pipeline.declarations.consequence import Consequence
from pipeline.declarations.method import PensionAge
from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.quantities.coverage import coverage_attribute, coverage_table
from pipeline.quantities.leaf_tables import LeafTables, TableCounts, add_counts
from pipeline.quantities.packed_rows import PNR_BITS, check_order, count_runs, find_sorted, find_starts

NOT_RESIDENT = "not_resident"
NOT_COVERED = "not_covered"
OUTSIDE_AGES = "outside_ages"


@dataclass(frozen=True)
class _Residents:
    """Residents of a range by year.

    Attributes
    ----------
    rows : polars.DataFrame
        leaf, pnr, year, age, pension_age and municipality_code, in the order of leaf, person and year.
    person : (P,) int64 array
        Each person once, sorted; from `_pack_persons`.
    first_year : int
    row : (P + 1, Y) int32 array
        Row of each person, at last of nobody, in each calendar year; -1 where not resident.
    """

    rows: pl.DataFrame
    person: np.ndarray
    first_year: int
    row: np.ndarray


@dataclass(frozen=True)
class _Measured:
    """How much of one consequence residents used.

    Attributes
    ----------
    row : (N,) int32 array
        Of the resident, each once, sorted.
    quantity : (N,) float64 array
        In natural units, never 0.
    """

    row: np.ndarray
    quantity: np.ndarray


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
        One row a calendar year with the columns `Consequence.quantity` reads.

    Returns
    -------
    TableCounts
        Drops count rows of events left out: of persons who are not resident that year, of uncovered years and
        municipalities, and outside the age domain of a consequence.
    """
    residents = _read_residents(tables, calendar)
    keys = sorted(consequence.key for consequence in consequences)
    by_events: dict[str, list[Consequence]] = {}
    for consequence in consequences:
        by_events.setdefault(consequence.events, []).append(consequence)
    found: dict[str, _Measured] = {}
    drops = []
    for events, own in by_events.items():
        kept, left_out = _read_resident_events(tables, residents, events, own)
        drops.append(left_out)
        for consequence in own:
            found[consequence.key], n_outside = _measure(kept, consequence, calendar)
            drops.append({f"{OUTSIDE_AGES}: {consequence.key}": n_outside})
    rows = _order_rows(residents, [found[key] for key in keys], keys)
    return tables.write_rows("person_year_quantities", rows, add_counts(*drops))


def pension_age_sql(pension_ages: Sequence[PensionAge], birth_year: str) -> str:
    """Return the SQL of a birth cohort's pension age in whole years."""
    steps = " ".join(f"WHEN {birth_year} <= {step.born_to} THEN {step.age}" for step in pension_ages)
    return f"CASE {steps} END"


def _read_residents(tables: LeafTables, calendar: pl.DataFrame) -> _Residents:
    pension_age = pl.sql_expr(pension_age_sql(tables.method.pension_ages, "birth_year"))
    rows = (
        tables.scan("person_years")
        .filter("is_resident")
        .with_columns(birth_year=pl.col("birth_date").dt.year())
        .select("leaf", "pnr", "year", "age", "municipality_code", pension_age=pension_age.cast(pl.Int16))
        .collect()
    )
    packed, first_year = _pack_persons(rows), calendar["year"][0]
    check_order(packed, "person_years")
    starts = find_starts(packed)
    of_person = np.repeat(np.arange(len(starts)), count_runs(starts, len(packed)))
    row = np.full((len(starts) + 1, calendar.height), -1, dtype=np.int32)
    row[of_person, rows["year"].to_numpy() - first_year] = np.arange(len(packed), dtype=np.int32)
    check_order(row[row >= 0], "person_years")
    return _Residents(rows, packed[starts], first_year, row)


def _pack_persons(rows: pl.DataFrame) -> np.ndarray:
    """Return whole numbers that sort as leaf and person."""
    leaf: np.ndarray = rows["leaf"].to_numpy().astype(np.int64)
    return (leaf << PNR_BITS) | rows["pnr"].to_numpy()


def _find_rows(residents: _Residents, events: pl.DataFrame) -> np.ndarray:
    """Return the row of each event's resident; -1 for a person who is not resident that year, and outside all years."""
    packed = _pack_persons(events)
    starts = find_starts(packed)
    position, is_held = find_sorted(packed[starts], residents.person)
    position[~is_held] = len(residents.person)
    person = np.repeat(position, count_runs(starts, len(packed)))
    in_calendar = events["year"].to_numpy() - residents.first_year
    last = residents.row.shape[1] - 1
    row = residents.row[person, np.clip(in_calendar, 0, last)]
    return np.where((in_calendar >= 0) & (in_calendar <= last), row, -1)


def _read_resident_events(
    tables: LeafTables, residents: _Residents, events: str, consequences: Sequence[Consequence]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Read the events that are kept, with row, age and municipality of their resident, and count the others."""
    attributes = [attribute.name for attribute in EVENT_TABLES[events].attributes]
    measures = sorted({name for consequence in consequences for name in consequence.measures_read})
    own = tables.scan(events).select("leaf", "pnr", "year", *attributes, *measures).collect()
    of_residents = (
        own.with_columns(row=_find_rows(residents, own)).drop("leaf", "pnr").filter(pl.col("row") >= 0)
    )
    row = of_residents["row"].to_numpy()
    check_order(row, events)
    of_residents = of_residents.with_columns(
        **{name: residents.rows[name].to_numpy()[row] for name in ("age", "pension_age", "municipality_code")}
    )
    kept = of_residents.filter(pl.sql_expr(_covered_sql(tables, events)))
    if kept.select(measures).null_count().sum_horizontal().sum():
        raise ValueError(f"{events}: {', '.join(measures)} are not filled in every row")
    return kept, {
        f"{NOT_RESIDENT}: {events}": own.height - of_residents.height,
        f"{NOT_COVERED}: {events}": of_residents.height - kept.height,
    }


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


def _measure(events: pl.DataFrame, consequence: Consequence, calendar: pl.DataFrame) -> tuple[_Measured, int]:
    """Measure a consequence where it is not 0, and count the events outside its ages."""
    measures = consequence.measures_read
    counted = (
        events.lazy()
        .filter(pl.sql_expr(consequence.where_sql()))
        .select("row", "year", *measures, is_inside=pl.sql_expr(consequence.age_sql()))
        .collect()
    )
    inside = counted.filter("is_inside")
    starts = find_starts(inside["row"].to_numpy())
    sums = {name: np.add.reduceat(inside[name].to_numpy(), starts, dtype=np.int64) for name in measures}
    in_calendar = inside["year"].to_numpy()[starts] - calendar["year"][0]
    of_year = {name: calendar[name].to_numpy()[in_calendar] for name in consequence.calendar_columns()}
    quantity = consequence.quantity(sums, of_year)
    is_used = quantity != 0
    measured = _Measured(inside["row"].to_numpy()[starts][is_used], quantity[is_used])
    return measured, counted.height - inside.height


def _order_rows(residents: _Residents, found: Sequence[_Measured], keys: Sequence[str]) -> pa.Table:
    """Put the quantities of all consequences, in the order of their keys, behind one another by resident."""
    n_rows = np.zeros(residents.rows.height, dtype=np.int32)
    for own in found:
        n_rows[own.row] += 1
    following = np.cumsum(n_rows) - n_rows
    n_quantities = int(n_rows.sum())
    consequence, quantity = np.empty(n_quantities, dtype=np.uint8), np.empty(n_quantities)
    for position, own in enumerate(found):
        place = following[own.row]
        consequence[place], quantity[place] = position, own.quantity
        following[own.row] += 1
    return pa.table(
        {
            **{name: np.repeat(residents.rows[name].to_numpy(), n_rows) for name in ("leaf", "pnr", "year")},
            "consequence": pa.DictionaryArray.from_arrays(consequence, keys),
            "quantity": quantity,
        }
    )

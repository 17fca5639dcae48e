"""Events of a day or a week: contacts with practitioners, medicines, crime, school years, incomes.

Belongs here: one function a table whose register has one date, week or year a row. Does not belong here: spells.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.quantities.leaf_tables import (
    AFTER_DEATH,
    EXACT_DUPLICATE,
    OUTSIDE_YEARS,
    LeafTables,
    TableCounts,
)
from pipeline.quantities.packed_rows import person_year_sql, unpack_person_years
from pipeline.quantities.persons import find_death_years, read_deaths

NO_CONVICTION = "no_conviction"
SAME_DECISION = "same_decision_and_kind"
SAME_CASE = "same_case_and_kind"


def build_dispensings(tables: LeafTables) -> TableCounts:
    """Write `dispensings`: dispensed prescriptions by ATC code."""
    drops = _create_events(tables, "lmdb", keys={"atc": "atc", "eksd": "eksd"}, date="eksd")
    return _write_counted(tables, "dispensings", ("atc",), "n_dispensings", drops)


def build_convictions(tables: LeafTables) -> TableCounts:
    """Write `convictions`: one decision and kind of offence is one conviction, dated by its first row."""
    keys = {
        "journr": "journr",
        "offence_kind": tables.kind_sql("kraf", "offence_kind", "afg_ger7"),
        "is_conviction": f"{tables.kind_sql('kraf', 'decision_kind', 'afg_afgtypko')} = 'conviction'",
    }
    drops = _create_events(
        tables,
        "kraf",
        keys=keys,
        date="first_date",
        measures={"first_date": "min(afg_dato)"},
        extra_drops={NO_CONVICTION: "NOT is_conviction"},
        same=SAME_DECISION,
    )
    return _write_counted(tables, "convictions", ("offence_kind",), "n_convictions", drops)


def build_charges(tables: LeafTables) -> TableCounts:
    """Write `charges`: cases (journr) by charge or suspicion, dated by their first row."""
    keys = {"journr": "journr", "charge_kind": tables.kind_sql("krsi", "charge_kind", "sig_art")}
    first = {"first_date": "min(sig_dato)"}
    drops = _create_events(tables, "krsi", keys=keys, date="first_date", measures=first, same=SAME_CASE)
    return _write_counted(tables, "charges", ("charge_kind",), "n_charges", drops)


def build_victim_events(tables: LeafTables) -> TableCounts:
    """Write `victim_events`: reported offences against the person."""
    keys = {
        "ger7": "ger7",
        "dato": "dato",
        "offence_kind": tables.kind_sql("krof", "offence_kind", "ger7"),
    }
    drops = _create_events(tables, "krof", keys=keys, date="dato")
    return _write_counted(tables, "victim_events", ("offence_kind",), "n_events", drops)


def build_school_years(tables: LeafTables) -> TableCounts:
    """Write `school_years`: the kind of school on 5 September, the first that fits."""
    hours = tables.method.special_support_hours
    kind = f"""CASE
        WHEN {tables.kind_sql("grundskole", "institution_kind", "institutionstype")} = 'special_school'
            THEN 'special_school'
        WHEN {tables.kind_sql("grundskole", "class_kind", "kl_type")} = 'special_class' THEN 'special_class'
        WHEN klassetrin = '10' THEN 'grade_10'
        WHEN specialundervisning >= {hours} THEN 'special_support'
        ELSE 'ordinary' END"""
    drops = _create_events(
        tables,
        "grundskole",
        keys={"school_kind": kind, "file_year": "file_year"},
        date="make_date(file_year, 9, 5)",
    )
    return _write_counted(tables, "school_years", ("school_kind",), "n_records", drops)


def build_incomes(tables: LeafTables) -> TableCounts:
    """Write `incomes`: nominal whole kr., which may be negative; years after the year of death are dropped."""
    measures = {
        "wage_dkk": "loenmv_13",
        "tax_dkk": "skatmvialt_13",
        "taxable_transfers_dkk": "off_overforsel_13",
    }
    listed = ", ".join(f"{column} AS {name}" for name, column in measures.items())
    rows = tables.con.execute(
        f"SELECT {person_year_sql('file_year')} AS person_year, {listed} FROM {tables.register('ind')}"
    ).fetchnumpy()
    order = np.argsort(rows["person_year"])
    leaf, pnr, year = unpack_person_years(rows["person_year"][order])
    is_alive = year <= find_death_years(pnr, *read_deaths(tables))
    columns = {"leaf": leaf, "pnr": pnr, "year": year, **{name: rows[name][order] for name in measures}}
    kept = pa.table({name: values[is_alive] for name, values in columns.items()})
    return tables.write_rows("incomes", kept, {AFTER_DEATH: len(order) - kept.num_rows})


def _create_events(
    tables: LeafTables,
    register: str,
    *,
    keys: Mapping[str, str],
    date: str,
    year: str | None = None,
    extra_drops: Mapping[str, str] | None = None,
    same: str = EXACT_DUPLICATE,
    measures: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Keep a register's events, one row for each value of `keys`, as `events_read`, and count what is dropped.

    Parameters
    ----------
    tables : LeafTables
    register : str
    keys : mapping of str to str
        Column to SQL; rows alike in all of them are one event.
    date : str
        SQL of the event's date over the keys and measures.
    year : str, optional
        SQL of its calendar year; that of `date` when left out.
    extra_drops : mapping of str to str, optional
        Reason to SQL condition over the keys.
    same : str
        Reason under which further rows of an event are counted.
    measures : mapping of str to str, optional
        Column to aggregate.
    """
    layouts = tables.layouts
    reasons = {
        **(extra_drops or {}),
        OUTSIDE_YEARS: f"year NOT BETWEEN {layouts.first_year} AND {layouts.last_year}",
        AFTER_DEATH: "event_date > death_date",
    }
    cases = " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in reasons.items())
    listed = "".join(f"{sql} AS {name}, " for name, sql in {**keys, **(measures or {})}.items())
    tables.create(
        "events_read",
        f"""
        WITH events AS (
            SELECT leaf, pnr, {listed}count(*) AS n_rows FROM {tables.register(register)} GROUP BY ALL
        ),
        dated AS (
            SELECT *, {date} AS event_date, CAST({year or f"year({date})"} AS SMALLINT) AS year FROM events
        )
        SELECT dated.*, CASE {cases} END AS drop_reason
        FROM dated LEFT JOIN {tables.table("person_exits")} AS exits USING (leaf, pnr)
        """,
    )
    found = tables.con.execute(
        "SELECT drop_reason, sum(n_rows), sum(n_rows - 1) FROM events_read GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    drops = {reason: int(n) for reason, n, _ in found if reason is not None}
    drops[same] = sum(int(again) for reason, _, again in found if reason is None)
    return drops


def _write_counted(
    tables: LeafTables, name: str, attributes: tuple[str, ...], measure: str, drops: Mapping[str, int]
) -> TableCounts:
    listed = "".join(f", {column}" for column in attributes)
    counts = tables.write(
        name,
        f"SELECT leaf, pnr, year{listed}, CAST(count(*) AS INTEGER) AS {measure} FROM events_read "
        "WHERE drop_reason IS NULL GROUP BY ALL ORDER BY ALL",
        drops,
    )
    tables.drop("events_read")
    return counts

"""The audit tables of the tiny release: passports of its numbers, and invented sources behind them."""

from __future__ import annotations

import datetime

import duckdb
import polars as pl

from pipeline.passports.tabulate_passports import tabulate_passports
from schemas.checks import POLARS_TYPES
from schemas.release_tables import RELEASE_TABLES

EVENTS = {
    "cash_benefit": ("dream", "benefit_weeks"),
    "tax_employment": ("ind", "incomes"),
    "shelter": ("boform110", "shelter_stays"),
    "school_ordinary": ("grundskole", "school_years: ordinary"),
}
"""Register and events of every tiny consequence."""


def add_audit_tables(tables: dict[str, pl.DataFrame]) -> None:
    """Add the audit tables to tiny tables that have every number."""
    tables["coverage"] = _make("coverage", _list_coverage())
    tables["passport_sources"] = _make("passport_sources", _list_sources(tables))
    tables["price_figures"] = _make(
        "price_figures",
        [
            {"consequence": "shelter", "target_group": group, "figure": "shelter_account"}
            | {"figure_kind": "account", "figure_name": "Udgift til herberger", "konto": "5.38.42"}
            | {"value": 100.0, "figure_unit": "kr. pr. år", "figure_year": 2021, "value_in_price_year": 101.5}
            | {"basis": "placeholder", "source": "Opdigtet"}
            for group in (None, "homeless")
        ],
    )
    tables["corrections"] = _make(
        "corrections",
        [
            {"correction": "doubled_weeks", "register": "dream", "affects": "kilde in (X)", "action": "drop"}
            | {"reason_da": "Leveret to gange", "reason_en": "Delivered twice"}
            | {"reported_to": "Danmarks Statistik", "declared_date": datetime.date(2026, 1, 2)}
            | {"n_rows_expected_from": 10, "n_rows_expected_to": 20, "n_rows_corrected": 12}
        ],
    )
    tables["passports"] = _name_numbers(tables)


def _list_coverage() -> list[dict]:
    rows = []
    for _, events in EVENTS.values():
        table, _, value = events.partition(": ")
        rows += [
            {"event_table": table, "attribute_value": value or None, "year": year}
            | {"is_covered": year > 2004, "reason": None if year > 2004 else "from 2005"}
            for year in range(2003, 2023)
        ]
    return rows


def _list_sources(tables: dict[str, pl.DataFrame]) -> list[dict]:
    rows = []

    def add(kind: str, subject: str, registers: tuple[str, ...], file: str, events: str) -> None:
        found = [("register", name) for name in registers]
        found += [("declaration", file), ("declaration", "method.toml"), ("events", events)]
        rows.extend(
            {"subject_kind": kind, "subject": subject, "source_kind": source_kind, "source": source}
            for source_kind, source in found
        )

    for group in tables["estimates"]["target_group"].unique(maintain_order=True):
        add("target_group", group, ("bef", "boform110"), f"target_groups/{group}.toml", "shelter_stays")
    for consequence, (register, events) in EVENTS.items():
        add("consequence", consequence, ("bef", register), "consequences/health.toml", events)
        price = {"subject_kind": "price", "subject": consequence, "source_kind": "declaration"}
        rows.append(price | {"source": "prices/price_index.toml"})
    return rows


def _name_numbers(tables: dict[str, pl.DataFrame]) -> pl.DataFrame:
    events = [(name, events.partition(": ")[0]) for name, (_, events) in EVENTS.items()]
    schema = dict.fromkeys(("consequence", "events"), pl.String)
    read = {
        name: tables[name]
        for name in ("estimates", "profiles", "unit_prices", "corrections", "passport_sources")
    }
    read["measured"] = pl.DataFrame(events, schema=schema, orient="row")
    read["attrition_by_year"] = tables["attrition"]
    with duckdb.connect() as con:
        for name, frame in read.items():
            con.register(name, frame.to_arrow())
        found = tabulate_passports(con)
    return _make("passports", found.to_dicts())


def _make(table: str, rows: list[dict]) -> pl.DataFrame:
    schema = {column.name: POLARS_TYPES[column.type] for column in RELEASE_TABLES[table].columns}
    return pl.DataFrame(rows, schema=schema, orient="row")

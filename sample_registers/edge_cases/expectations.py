"""What must come out of the edge-case persons, as tables to compare with.

Belongs here: expectations as data frames. Does not belong here: working them out.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from sample_registers.edge_cases.reading import EdgeCase


def expected_quantities(cases: Iterable[EdgeCase]) -> pl.DataFrame:
    """List expected use: case, pnr, year, consequence, quantity (natural units; 0: there must be no row)."""
    rows = [
        (case.name, case.pnr, entry.year, entry.consequence, float(entry.value))
        for case in cases
        for entry in case.quantities
    ]
    columns = {
        "case": pl.String, "pnr": pl.String, "year": pl.Int32, "consequence": pl.String, "quantity":
        pl.Float64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def expected_memberships(cases: Iterable[EdgeCase]) -> pl.DataFrame:
    """List expected memberships: case, pnr, target_group, base_year, status (`not_member`: no row)."""
    rows = [
        (case.name, case.pnr, entry.target_group, entry.base_year, entry.status)
        for case in cases
        for entry in case.memberships
    ]
    columns = {
        "case": pl.String, "pnr": pl.String, "target_group": pl.String, "base_year": pl.Int32, "status":
        pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def expected_events(cases: Iterable[EdgeCase]) -> list[dict[str, object]]:
    """List expected events: case, pnr, events (table), where (attribute values), year, measure, value (0: no
    row).

    A diagnosis or atc among the attributes is a prefix. A measure `rows` counts the rows.
    """
    return [
        {
            "case": case.name,
            "pnr": case.pnr,
            "events": entry.events,
            "where": dict(entry.where),
            "year": entry.year,
            "measure": entry.measure,
            "value": entry.value,
        }
        for case in cases
        for entry in case.events
    ]


def expected_person_years(cases: Iterable[EdgeCase]) -> list[dict[str, object]]:
    """List expected facts of person_years: case, pnr, year, column, value (pnr None: no row)."""
    return [
        {"case": case.name, "pnr": case.pnr, "year": entry.year, "column": entry.column, "value": entry.value}
        for case in cases
        for entry in case.person_years
    ]

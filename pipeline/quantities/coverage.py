"""Which events are covered by registers, in which calendar years and municipalities.

Belongs here: the declared coverage as a table and as questions. Does not belong here: what is done where
nothing is covered.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from pipeline.declarations.register_layout import Cover, RegisterLayout, RegisterLayouts
from pipeline.declarations.vocabulary import EVENT_TABLES

SCHEMA = {
    "event_table": pl.String,
    "attribute_value": pl.String,
    "year": pl.Int16,
    "municipality_code": pl.Int16,
    "is_covered": pl.Boolean,
    "reason": pl.String,
}


def is_covered(layouts: RegisterLayouts, event_table: str, attribute_value: str | None, year: int) -> bool:
    """Return whether a full calendar year of events is covered (municipalities may still be excepted).

    Parameters
    ----------
    layouts : RegisterLayouts
    event_table : str
    attribute_value : str or None
        A value of the attribute that coverage is declared by; None asks for all its values.
    year : int

    Raises
    ------
    KeyError
        When no register covers the table.
    """
    return not find_gap(layouts, event_table, attribute_value, year)


def can_look_back(layouts: RegisterLayouts, event_table: str, attribute_value: str | None, year: int) -> bool:
    """Return whether a year is delivered well enough to look for earlier membership."""
    return all(
        any(
            cover.look_back_from <= year <= cover.last_year and not _missing(layouts, layout, cover, year)
            for layout, cover in covers
        )
        for covers in _covers_by_value(layouts, event_table, attribute_value)
    )


def find_gap(layouts: RegisterLayouts, event_table: str, attribute_value: str | None, year: int) -> str:
    """Return why a year is not covered, in words; empty when it is."""
    for covers in _covers_by_value(layouts, event_table, attribute_value):
        reasons = [_find_reason(layouts, layout, cover, year) for layout, cover in covers]
        if all(reasons):
            return min(reasons, key=len)
    return ""


def coverage_table(layouts: RegisterLayouts) -> pl.DataFrame:
    """Return the table `coverage`.

    Returns
    -------
    polars.DataFrame
        One row an event table (and attribute value, where coverage differs by it) and year with
        `municipality_code` null, and one row a municipality and year excepted, with `is_covered` false.
    """
    rows = []
    for event_table in EVENT_TABLES:
        for value in list_values(layouts, event_table):
            for year in range(layouts.first_year, layouts.last_year + 1):
                gap = find_gap(layouts, event_table, value, year)
                rows.append((event_table, value, year, None, not gap, gap or None))
            rows += _list_exceptions(layouts, event_table, value)
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def list_values(layouts: RegisterLayouts, event_table: str) -> list[str | None]:
    """Return the attribute values an event table's coverage is declared by; [None] when by none."""
    covers = list_covers(layouts, event_table)
    attribute = next((cover.attribute for _, cover in covers if cover.attribute), None)
    if attribute is None:
        return [None]
    return sorted({value for _, cover in covers for value in cover.values})


def coverage_attribute(layouts: RegisterLayouts, event_table: str) -> str | None:
    """Return the attribute an event table's coverage is declared by, or None."""
    return next((cover.attribute for _, cover in list_covers(layouts, event_table) if cover.attribute), None)


def list_covers(layouts: RegisterLayouts, event_table: str) -> list[tuple[RegisterLayout, Cover]]:
    """Return what registers declare to cover of an event table.

    Raises
    ------
    KeyError
        When no register covers it.
    """
    covers = [
        (layout, cover)
        for layout in layouts.registers.values()
        for cover in layout.covers
        if cover.events == event_table
    ]
    if not covers:
        raise KeyError(f"{event_table}: no register declares that it covers this table")
    return covers


def _covers_by_value(
    layouts: RegisterLayouts, event_table: str, attribute_value: str | None
) -> Iterator[list[tuple[RegisterLayout, Cover]]]:
    """Give the covers of each value asked for."""
    covers = list_covers(layouts, event_table)
    values = list_values(layouts, event_table)
    for value in values if attribute_value is None else [attribute_value]:
        yield [
            pair for pair in covers if value is None or pair[1].attribute is None or value in pair[1].values
        ]


def _find_reason(layouts: RegisterLayouts, layout: RegisterLayout, cover: Cover, year: int) -> str:
    if not cover.first_year <= year <= cover.last_year:
        return f"{layout.name} covers {cover.first_year}-{cover.last_year}"
    missing = _missing(layouts, layout, cover, year)
    return f"{missing} has no file for {year}" if missing else ""


def _missing(layouts: RegisterLayouts, layout: RegisterLayout, cover: Cover, year: int) -> str:
    names = [layout.name, *cover.needs]
    return next((name for name in names if not layouts[name].is_delivered(year)), "")


def _list_exceptions(layouts: RegisterLayouts, event_table: str, value: str | None) -> list[tuple]:
    return [
        (event_table, value, exception.year, municipality, False, f"{layout.name}: {exception.reason}")
        for layout, cover in list_covers(layouts, event_table)
        if value is None or cover.attribute is None or value in cover.values
        for exception in cover.exceptions
        for municipality in exception.municipalities
    ]

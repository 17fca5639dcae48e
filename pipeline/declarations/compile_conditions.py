"""One event condition as DuckDB SQL.

Belongs here: filters on attributes, codes and ranges, sums and their bounds. Does not belong here: joining
conditions into rules (`compile_sql`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipeline.declarations.rules import AttributeFilter, EventCondition
from pipeline.declarations.vocabulary import EVENT_TABLES, CodeSystem

NO_CODES: Mapping[str, str] = MappingProxyType({})


def select_events(condition: EventCondition, codes: Mapping[str, str] = NO_CODES) -> str:
    """Give the SELECT of leaf, pnr, year (distinct) where the events of a condition occur.

    Parameters
    ----------
    condition : EventCondition
        A positive condition gives the person-years that meet it; a negative one (`at_most` alone) those that
        exceed its bound, so that the condition is their absence.
    codes : mapping of str to str
        Attribute to a table that holds each of its codes once: its filters are asked of codes, not of every event.

    Returns
    -------
    str
        One SELECT.
    """
    filters = " AND ".join(_ask(item, condition.events, codes) for item in condition.where)
    where = f"\nWHERE {filters}" if filters else ""
    having = _write_having(condition)
    if having is None:
        return f"SELECT DISTINCT leaf, pnr, year\nFROM {condition.events}{where}"
    return (
        f"SELECT leaf, pnr, year\nFROM {condition.events}{where}\nGROUP BY leaf, pnr, year\nHAVING {having}"
    )


def _ask(item: AttributeFilter, events: str, codes: Mapping[str, str]) -> str:
    written = write_filter(item, events)
    if item.attribute not in codes:
        return written
    return f"{item.attribute} IN (SELECT {item.attribute} FROM {codes[item.attribute]} WHERE {written})"


def _write_having(condition: EventCondition) -> str | None:
    if not condition.measures:
        return None
    columns = " + ".join(f"coalesce({measure}, 0)" for measure in condition.measures)
    total = f"sum({columns})"
    if condition.at_least is None:
        return f"{total} > {condition.at_most}"
    if condition.at_most is None:
        return f"{total} >= {condition.at_least}"
    return f"{total} BETWEEN {condition.at_least} AND {condition.at_most}"


def write_filter(item: AttributeFilter, events: str) -> str:
    """Give one attribute filter as a boolean expression over the columns of its event table."""
    attribute = EVENT_TABLES[events].attribute(item.attribute)
    if attribute is not None and attribute.codes is not None and _has_prefixes(item, attribute.codes):
        expression = " OR ".join(_write_code(item.attribute, str(value)) for value in item.values)
        expression = f"({expression})" if len(item.values) > 1 else expression
        return f"NOT {expression}" if item.is_negated else expression
    values = [_write_value(value) for value in item.values]
    if len(values) == 1:
        return f"{item.attribute} {'<>' if item.is_negated else '='} {values[0]}"
    return f"{item.attribute} {'NOT IN' if item.is_negated else 'IN'} ({', '.join(values)})"


def _has_prefixes(item: AttributeFilter, codes: CodeSystem) -> bool:
    return codes.is_prefix or any("-" in str(value) for value in item.values)


def _write_code(column: str, code: str) -> str:
    low, _, high = code.partition("-")
    if high:
        return f"left({column}, {len(low)}) BETWEEN '{low}' AND '{high}'"
    return f"starts_with({column}, '{low}')"


def _write_value(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"

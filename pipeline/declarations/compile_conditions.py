"""One event condition as DuckDB SQL.

Belongs here: filters on attributes, codes and ranges, sums and their bounds. Does not belong here: joining
conditions into rules (`compile_sql`).
"""

from __future__ import annotations

from pipeline.declarations.rules import AttributeFilter, EventCondition
from pipeline.declarations.vocabulary import EVENT_TABLES, CodeSystem


def select_events(condition: EventCondition) -> str:
    """Give the SELECT of leaf, pnr, year (distinct) where the events of a condition occur.

    Parameters
    ----------
    condition : EventCondition
        A positive condition gives the person-years that meet it; a negative one (`at_most` alone) those that
        exceed its bound, so that the condition is their absence.

    Returns
    -------
    str
        One SELECT.
    """
    filters = " AND ".join(write_filter(item, condition.events) for item in condition.where)
    where = f"\nWHERE {filters}" if filters else ""
    having = _write_having(condition)
    if having is None:
        return f"SELECT DISTINCT leaf, pnr, year\nFROM {condition.events}{where}"
    return (
        f"SELECT leaf, pnr, year\nFROM {condition.events}{where}\nGROUP BY leaf, pnr, year\nHAVING {having}"
    )


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

"""What the rules of a target group read: for coverage, and to mark outcomes that are part of the success rule.

Belongs here: event tables, filters and years a rule reads; whether two filters can hold for the same row. Does not
belong here: what is covered (pipeline/declarations/registers) and what follows from it (pipeline/cohorts).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.declarations.functions import FUNCTIONS
from pipeline.declarations.rules import AttributeFilter, EventCondition, FunctionCondition, Rule, walk_rule
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.vocabulary import EVENT_TABLES, Attribute


@dataclass(frozen=True)
class EventRead:
    """One reading of an event table by a rule.

    Attributes
    ----------
    events : str
        Event table.
    where : tuple of AttributeFilter
        Filters of the rule.
    measures : tuple of str
        Measures of the rule; empty: a row exists.
    relative_year : int
        0 the base year, 1 the year after.
    role : str
        'membership' or 'success'.
    """

    events: str
    where: tuple[AttributeFilter, ...]
    measures: tuple[str, ...]
    relative_year: int
    role: str


def list_reads(group: TargetGroup) -> tuple[EventRead, ...]:
    """List everything the group's membership and success rules read from event tables, each once.

    Negative conditions are listed too: that something did not happen can only be said where it is covered.
    A union reads what each of its definitions reads; a group with a literature overview only reads nothing.
    """
    reads: list[EventRead] = []
    for definition in group.definition.union_of or (group.definition,):
        for role, rule in (("membership", definition.membership), ("success", definition.success)):
            if rule is not None:
                reads += _list_rule_reads(rule, role)
    return tuple(dict.fromkeys(reads))


def _list_rule_reads(rule: Rule, role: str) -> list[EventRead]:
    reads = []
    for inner in walk_rule(rule):
        if isinstance(inner, EventCondition):
            reads.append(EventRead(inner.events, inner.where, inner.measures, inner.relative_year, role))
        elif isinstance(inner, FunctionCondition):
            for events, measures, relative_year in FUNCTIONS[inner.function].reads:
                reads.append(EventRead(events, (), measures, relative_year, role))
    return reads


def reads_overlap(
    group: TargetGroup, events: str, where: Mapping[str, Any], measures: Collection[str] = ()
) -> bool:
    """Say whether the group's success rule reads, in year 1, rows that an outcome is measured from.

    Parameters
    ----------
    group : TargetGroup
        Any group; one with a literature overview only gives False.
    events : str
        The outcome's event table.
    where : mapping
        The outcome's filters in the shape of a condition's `where`: a value, a list, or { 'not': [...] }.
    measures : collection of str
        The outcome's measures; they only count in tables whose measures are different things (incomes).
    """
    filters = as_filters(where)
    for read in list_reads(group):
        if read.role != "success" or read.relative_year != 1 or read.events != events:
            continue
        table = EVENT_TABLES[events]
        if (
            table.has_separate_measures
            and measures
            and read.measures
            and not set(measures) & set(read.measures)
        ):
            continue
        if _can_hold_together(events, (*read.where, *filters)):
            return True
    return False


def as_filters(where: Mapping[str, Any]) -> tuple[AttributeFilter, ...]:
    """Give the `where` of a condition as typed filters (its words are checked where it was read)."""
    filters = []
    for name, given in where.items():
        is_negated = isinstance(given, Mapping)
        values = given["not"] if is_negated else given
        values = (values,) if isinstance(values, str | bool) else tuple(values)
        filters.append(AttributeFilter(name, values, is_negated))
    return tuple(filters)


def _can_hold_together(events: str, filters: Collection[AttributeFilter]) -> bool:
    for attribute in EVENT_TABLES[events].attributes:
        own = [item for item in filters if item.attribute == attribute.name]
        if own and not _can_hold_for_one_value(attribute, own):
            return False
    return True


def _can_hold_for_one_value(attribute: Attribute, filters: Collection[AttributeFilter]) -> bool:
    if attribute.codes is None:
        possible = {True, False} if attribute.is_boolean else set(attribute.values)
        for item in filters:
            possible = possible - set(item.values) if item.is_negated else possible & set(item.values)
        return bool(possible)
    spans = [("", "￿")]
    for item in filters:
        if not item.is_negated:
            kept = [_code_span(str(value)) for value in item.values]
            spans = [
                (max(a[0], b[0]), min(a[1], b[1]))
                for a in spans
                for b in kept
                if max(a[0], b[0]) <= min(a[1], b[1])
            ]
    banned = [_code_span(str(value)) for item in filters if item.is_negated for value in item.values]
    return any(not any(b[0] <= low and high <= b[1] for b in banned) for low, high in spans)


def _code_span(code: str) -> tuple[str, str]:
    """Give the first and the last text that a prefix or a range 'F30-F39' stands for."""
    low, _, high = code.partition("-")
    return low, (high or low) + "￿"

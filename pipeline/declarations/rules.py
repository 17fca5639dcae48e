"""The rules of a target group as typed objects: conditions and the words that join them.

Belongs here: the shape of a rule, walking through it, what it reads. Does not belong here: reading TOML
(`parse_rules`), SQL (`compile_sql`), prose (`prose`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class AttributeFilter:
    """One attribute kept to some values (or to all other values).

    Attributes
    ----------
    attribute : str
        Column of the event table.
    values : tuple of str or bool
        Values; for diagnoses, specialities and ATC codes prefixes or ranges 'F30-F39'.
    is_negated : bool
        True for `{ not = [...] }`: every value but these.
    """

    attribute: str
    values: tuple[str | bool, ...]
    is_negated: bool = False


@dataclass(frozen=True)
class EventCondition:
    """Events of one kind in one year, counted.

    Attributes
    ----------
    events : str
        Event table.
    where : tuple of AttributeFilter
        All must hold for a row to count.
    measures : tuple of str
        Columns added up; empty: a row exists.
    at_least, at_most : int or None
        Bounds of the sum; `at_most` alone is a negative condition.
    relative_year : int
        0 the membership year, 1 the year after.
    """

    events: str
    where: tuple[AttributeFilter, ...]
    measures: tuple[str, ...]
    at_least: int | None
    at_most: int | None
    relative_year: int

    @property
    def is_positive(self) -> bool:
        """True if a person without rows does not meet the condition."""
        return self.at_least is not None


@dataclass(frozen=True)
class PersonCondition:
    """A fact about the person on 31 December of a year (`person_years`)."""

    attribute: str
    values: tuple[str, ...]
    is_negated: bool
    relative_year: int


@dataclass(frozen=True)
class FunctionCondition:
    """A named rule the vocabulary cannot say; its SQL and prose are in `functions`."""

    function: str


@dataclass(frozen=True)
class DefinitionReference:
    """The membership rule of another definition file; `rule` is None until all files are read."""

    definition: str
    rule: Rule | None = None


@dataclass(frozen=True)
class AllOf:
    """Every one of the rules holds."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of the rules holds."""

    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class NoneOf:
    """None of the rules holds."""

    rules: tuple[Rule, ...]


Rule = EventCondition | PersonCondition | FunctionCondition | DefinitionReference | AllOf | AnyOf | NoneOf


def walk_rule(rule: Rule) -> Iterator[Rule]:
    """Give the rule and every rule inside it, referenced definitions included, in reading order."""
    yield rule
    if isinstance(rule, AllOf | AnyOf | NoneOf):
        for inner in rule.rules:
            yield from walk_rule(inner)
    elif isinstance(rule, DefinitionReference) and rule.rule is not None:
        yield from walk_rule(rule.rule)


def is_positive_rule(rule: Rule) -> bool:
    """Say whether only persons with at least one event can meet the rule.

    A fact about the person narrows a rule but does not make it positive: everybody has a sex.
    """
    if isinstance(rule, EventCondition):
        return rule.is_positive
    if isinstance(rule, DefinitionReference):
        return rule.rule is None or is_positive_rule(rule.rule)
    if isinstance(rule, AllOf):
        return any(is_positive_rule(inner) for inner in rule.rules)
    if isinstance(rule, AnyOf):
        return all(is_positive_rule(inner) for inner in rule.rules)
    return False

"""From the TOML of one rule to typed conditions, every mistake collected.

Belongs here: the grammar of a rule and what each word may hold. Does not belong here: files and keys outside
`membership` and `success` (`target_groups`), SQL, prose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.declarations.functions import FUNCTIONS
from pipeline.declarations.problems import Problems
from pipeline.declarations.rules import (
    AllOf,
    AnyOf,
    AttributeFilter,
    DefinitionReference,
    EventCondition,
    FunctionCondition,
    NoneOf,
    PersonCondition,
    Rule,
)
from pipeline.declarations.vocabulary import PERSON_ATTRIBUTES, WITHIN, Attribute, CodeSystem, EventTable

_COMBINATORS = {"all_of": AllOf, "any_of": AnyOf, "none_of": NoneOf}
_HEADS = ("events", "person", "function", "definition", *_COMBINATORS)
_EVENT_KEYS = ("where", "measure", "at_least", "at_most", "within")


@dataclass(frozen=True)
class RuleContext:
    """What a rule is read against.

    Attributes
    ----------
    role : str
        'membership' (reads year_0) or 'success' (reads year_1).
    event_tables : mapping of str to EventTable
        The closed vocabulary.
    thresholds : mapping of str to int
        Whole numbers of method.toml (overrides applied) that a bound may name, as `at_most = "max_contacts"`.
    problems : Problems
        Grows.
    """

    role: str
    event_tables: Mapping[str, EventTable]
    thresholds: Mapping[str, int]
    problems: Problems

    @property
    def relative_year(self) -> int:
        """Give the one relative year the rule may read."""
        return 0 if self.role == "membership" else 1


def parse_rule(value: Any, where: str, context: RuleContext) -> Rule | None:
    """Read one rule.

    Parameters
    ----------
    value : dict
        The TOML table.
    where : str
        File and path of the rule, for messages.
    context : RuleContext
        Vocabulary, thresholds and the list of problems.

    Returns
    -------
    Rule or None
        None when the rule could not be understood (its problems are in the list).
    """
    if not isinstance(value, dict):
        context.problems.add(where, f"{value!r}", "a table, as { events = … }", "write a condition")
        return None
    heads = [key for key in value if key in _HEADS]
    if len(heads) != 1:
        _tell_heads(value, heads, where, context)
        return None
    head = heads[0]
    if head in _COMBINATORS:
        return _parse_combinator(head, value, where, context)
    parser = {
        "events": _parse_event,
        "person": _parse_person,
        "function": _parse_function,
        "definition": _parse_definition,
    }[head]
    return parser(value, where, context)


def _tell_heads(value: dict[str, Any], heads: list[str], where: str, context: RuleContext) -> None:
    if heads:
        found, do = (
            f"{' and '.join(heads)} in one condition",
            "write two conditions joined by all_of or any_of",
        )
        context.problems.add(where, found, f"one of {', '.join(_HEADS)}", do)
        return
    unknown = [key for key in value if key not in _EVENT_KEYS and key != "is"]
    if unknown:
        for key in unknown:
            context.problems.add_unknown(where, key, _HEADS, "operator")
    else:
        context.problems.add(
            where, "a condition about nothing", f"one of {', '.join(_HEADS)}", "add what it is about"
        )


def _parse_combinator(head: str, value: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    _tell_unknown_keys(value, (head,), where, context)
    inner = value[head]
    if not isinstance(inner, list) or not inner:
        context.problems.add(
            f"{where}.{head}", f"{inner!r}", "a list of one or more conditions", "write [ {…}, {…} ]"
        )
        return None
    rules = [parse_rule(item, f"{where}.{head}[{n}]", context) for n, item in enumerate(inner)]
    if any(rule is None for rule in rules):
        return None
    return _COMBINATORS[head](tuple(rule for rule in rules if rule is not None))


def _parse_event(value: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    before = len(context.problems.items)
    _tell_unknown_keys(value, ("events", *_EVENT_KEYS), where, context)
    table = context.event_tables.get(value["events"]) if isinstance(value["events"], str) else None
    relative_year = _take_within(value, where, context)
    at_least = _take_bound(value, "at_least", 1, where, context)
    at_most = _take_bound(value, "at_most", 0, where, context)
    if table is None:
        context.problems.add_unknown(
            f"{where}.events", str(value["events"]), context.event_tables, "event table"
        )
        return None
    measures = _take_measures(value, table, where, context)
    filters = _take_filters(value.get("where", {}), table, f"{where}.where", context)
    _check_bounds(at_least, at_most, measures, where, context)
    if len(context.problems.items) > before:
        return None
    at_least = 1 if at_least is None and at_most is None else at_least
    return EventCondition(table.name, filters, measures, at_least, at_most, relative_year)


def _take_within(value: dict[str, Any], where: str, context: RuleContext) -> int:
    expected = f'within = "year_{context.relative_year}"'
    found = value.get("within")
    year = found[5:] if isinstance(found, str) and found.startswith("year_") else ""
    number = int(year) if year.lstrip("-").isdigit() else None
    if found is None:
        context.problems.add(where, "no key 'within'", f"{expected}; there is no default", f"add {expected}")
    elif number is None:
        context.problems.add_unknown(f"{where}.within", str(found), WITHIN, "year")
    elif number != context.relative_year and context.role == "success":
        found = f"{found!r}: " + ("before or together with membership" if number < 1 else "after the split")
        do = f"write {expected}; success is judged in the year after membership"
        context.problems.add(f"{where}.within", found, expected, do)
    elif number != context.relative_year:
        found = f"{found!r}: outside the membership year"
        do = f"write {expected}; membership is judged in the base year alone"
        context.problems.add(f"{where}.within", found, expected, do)
    return context.relative_year


def _take_bound(value: dict[str, Any], key: str, lowest: int, where: str, context: RuleContext) -> int | None:
    bound = value.get(key)
    if bound is None:
        return None
    if isinstance(bound, str):
        if bound not in context.thresholds:
            context.problems.add_unknown(
                f"{where}.{key}", bound, context.thresholds, "whole number of method.toml"
            )
            return None
        return context.thresholds[bound]
    if isinstance(bound, bool) or not isinstance(bound, int) or bound < lowest:
        expected = f"a whole number, {lowest} or more, or the name of one in method.toml"
        do = "write `at_most = 0` for no such event" if key == "at_least" else f"mend {key}"
        context.problems.add(f"{where}.{key}", f"{bound!r}", expected, do)
        return None
    return bound


def _take_measures(
    value: dict[str, Any], table: EventTable, where: str, context: RuleContext
) -> tuple[str, ...]:
    given = value.get("measure", [])
    names = [given] if isinstance(given, str) else given
    if not isinstance(names, list) or ("measure" in value and not names):
        context.problems.add(
            f"{where}.measure", f"{given!r}", "a measure or a list of them", "write a measure's name"
        )
        return ()
    for name in names:
        if name not in table.measures:
            context.problems.add_unknown(
                f"{where}.measure", str(name), table.measures, f"measure of {table.name}"
            )
    if len(names) > 1 and table.has_separate_measures:
        context.problems.add(
            f"{where}.measure",
            "a sum of different things",
            f"one of {', '.join(table.measures)}",
            "keep one measure",
        )
    return tuple(str(name) for name in names)


def _check_bounds(
    at_least: int | None, at_most: int | None, measures: tuple[str, ...], where: str, context: RuleContext
) -> None:
    if at_least is not None and at_most is not None and at_least > at_most:
        context.problems.add(
            where,
            f"at_least {at_least} over at_most {at_most}",
            "at_least <= at_most",
            "mend one of the bounds",
        )
    if not measures and ((at_least or 0) > 1 or (at_most or 0) > 0):
        found = "a bound without saying what is counted"
        context.problems.add(where, found, "a measure", "add measure = the column that is added up")


def _take_filters(
    value: Any, table: EventTable, where: str, context: RuleContext
) -> tuple[AttributeFilter, ...]:
    if not isinstance(value, dict):
        context.problems.add(where, f"{value!r}", "a table of attributes", "write where = { attribute = … }")
        return ()
    filters = []
    for name, given in value.items():
        attribute = table.attribute(name)
        if attribute is None:
            known = [a.name for a in table.attributes]
            if known:
                context.problems.add_unknown(where, name, known, f"attribute of {table.name}")
            else:
                found = f"attribute {name!r}"
                context.problems.add(where, found, f"no `where`: {table.name} has no attributes", "delete it")
            continue
        values, is_negated = _take_values(given, f"{where}.{name}", context)
        for item in values:
            _check_value(item, attribute, f"{where}.{name}", context)
        filters.append(AttributeFilter(name, values, is_negated))
    return tuple(filters)


def _take_values(given: Any, where: str, context: RuleContext) -> tuple[tuple[Any, ...], bool]:
    is_negated = isinstance(given, dict)
    if is_negated:
        _tell_unknown_keys(given, ("not",), where, context)
        given = given.get("not", [])
    values = given if isinstance(given, list) else [given]
    if not values:
        context.problems.add(where, "no values", "a value, a list, or { not = [...] }", "add the values")
    if len(set(map(str, values))) < len(values):
        context.problems.add(where, "the same value twice", "every value once", "delete one of them")
    return tuple(values), is_negated


def _check_value(value: Any, attribute: Attribute, where: str, context: RuleContext) -> None:
    if attribute.is_boolean:
        if not isinstance(value, bool):
            context.problems.add(where, f"{value!r}", "true or false", "write true or false without quotes")
    elif attribute.codes is not None:
        _check_code(value, attribute.codes, where, context)
    elif value not in attribute.values:
        context.problems.add_unknown(where, str(value), attribute.values, f"value of {attribute.name}")


def _check_code(value: Any, codes: CodeSystem, where: str, context: RuleContext) -> None:
    ends = value.split("-") if isinstance(value, str) else []
    do = f"write a prefix or a range, as {codes.example}"
    if not ends or len(ends) > 2 or not all(codes.is_code(end) for end in ends):
        if (
            isinstance(value, str)
            and value.startswith("D")
            and codes.name.startswith("ICD")
            and codes.is_code(value[1:])
        ):
            do = f"did you mean {value[1:]!r}?"
        context.problems.add(where, f"{value!r}", codes.name, do)
    elif len(ends) == 2 and (len(ends[0]) != len(ends[1]) or ends[0] >= ends[1]):
        context.problems.add(where, f"range {value!r}", "two codes of the same length, the lower first", do)


def _parse_person(value: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    before = len(context.problems.items)
    _tell_unknown_keys(value, ("person", "is", "within"), where, context)
    relative_year = _take_within(value, where, context)
    attribute = value["person"]
    if attribute not in PERSON_ATTRIBUTES:
        context.problems.add_unknown(
            f"{where}.person", str(attribute), PERSON_ATTRIBUTES, "fact about a person"
        )
        return None
    if "is" not in value:
        context.problems.add(where, "no key 'is'", f"values of {attribute}", "add is = [...]")
        return None
    values, is_negated = _take_values(value["is"], f"{where}.is", context)
    for item in values:
        if item not in PERSON_ATTRIBUTES[attribute]:
            context.problems.add_unknown(f"{where}.is", str(item), PERSON_ATTRIBUTES[attribute], attribute)
    if len(context.problems.items) > before:
        return None
    return PersonCondition(attribute, values, is_negated, relative_year)


def _parse_function(value: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    _tell_unknown_keys(value, ("function",), where, context)
    name = value["function"]
    if name not in FUNCTIONS:
        context.problems.add_unknown(f"{where}.function", str(name), FUNCTIONS, "function")
        return None
    if context.role == "membership":
        found = f"function {name!r} in membership"
        context.problems.add(
            where, found, "a function only in a success rule", "say it with event conditions"
        )
        return None
    return FunctionCondition(name)


def _parse_definition(value: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    _tell_unknown_keys(value, ("definition",), where, context)
    name = value["definition"]
    if not isinstance(name, str):
        context.problems.add(where, f"{name!r}", "the name of a definition file", "write its name in quotes")
        return None
    if context.role == "success":
        found = f"definition {name!r} in a success rule"
        do = "write the success conditions themselves; a definition is judged in year_0"
        context.problems.add(where, found, "conditions on year_1", do)
        return None
    return DefinitionReference(name)


def _tell_unknown_keys(
    value: dict[str, Any], known: tuple[str, ...], where: str, context: RuleContext
) -> None:
    for key in value:
        if key not in known:
            context.problems.add_unknown(where, key, known, "operator")

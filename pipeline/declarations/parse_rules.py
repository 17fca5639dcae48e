"""From the TOML of one rule to typed conditions, every mistake collected.

Belongs here: the grammar of a rule and what each word may hold. Does not belong here: files and keys outside
`membership` and `success` (`target_groups`), SQL, prose.
"""

from __future__ import annotations

from typing import Any

from pipeline.declarations.functions import FUNCTIONS
from pipeline.declarations.parse_values import (
    RuleContext,
    check_bounds,
    take_bound,
    take_filters,
    take_measures,
    take_values,
    take_within,
    tell_unknown_keys,
)
from pipeline.declarations.rules import (
    AllOf,
    AnyOf,
    DefinitionReference,
    EventCondition,
    FunctionCondition,
    NoneOf,
    PersonCondition,
    Rule,
)
from pipeline.declarations.vocabulary import PERSON_ATTRIBUTES

_COMBINATORS = {"all_of": AllOf, "any_of": AnyOf, "none_of": NoneOf}
_HEADS = ("events", "person", "function", "definition", *_COMBINATORS)
_EVENT_KEYS = ("where", "measure", "at_least", "at_most", "within")


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
    tell_unknown_keys(value, (head,), where, context)
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
    tell_unknown_keys(value, ("events", *_EVENT_KEYS), where, context)
    table = context.event_tables.get(value["events"]) if isinstance(value["events"], str) else None
    relative_year = take_within(value, where, context)
    at_least = take_bound(value, "at_least", 1, where, context)
    at_most = take_bound(value, "at_most", 0, where, context)
    if table is None:
        context.problems.add_unknown(
            f"{where}.events", str(value["events"]), context.event_tables, "event table"
        )
        return None
    measures = take_measures(value, table, where, context)
    filters = take_filters(value.get("where", {}), table, f"{where}.where", context)
    check_bounds(at_least, at_most, measures, where, context)
    if len(context.problems.items) > before:
        return None
    at_least = 1 if at_least is None and at_most is None else at_least
    return EventCondition(table.name, filters, measures, at_least, at_most, relative_year)


def _parse_person(value: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    before = len(context.problems.items)
    tell_unknown_keys(value, ("person", "is", "within"), where, context)
    relative_year = take_within(value, where, context)
    attribute = value["person"]
    if attribute not in PERSON_ATTRIBUTES:
        context.problems.add_unknown(
            f"{where}.person", str(attribute), PERSON_ATTRIBUTES, "fact about a person"
        )
        return None
    if "is" not in value:
        context.problems.add(where, "no key 'is'", f"values of {attribute}", "add is = [...]")
        return None
    values, is_negated = take_values(value["is"], f"{where}.is", context)
    for item in values:
        if item not in PERSON_ATTRIBUTES[attribute]:
            context.problems.add_unknown(f"{where}.is", str(item), PERSON_ATTRIBUTES[attribute], attribute)
    if len(context.problems.items) > before:
        return None
    return PersonCondition(attribute, values, is_negated, relative_year)


def _parse_function(value: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    tell_unknown_keys(value, ("function",), where, context)
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
    tell_unknown_keys(value, ("definition",), where, context)
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

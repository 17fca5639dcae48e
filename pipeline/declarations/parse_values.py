"""The parts of one condition: its year, bounds, measures and values, every mistake collected.

Belongs here: what a word of a condition may hold. Does not belong here: which conditions there are (`parse_rules`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.declarations.problems import Problems
from pipeline.declarations.rules import AttributeFilter
from pipeline.declarations.vocabulary import WITHIN, Attribute, CodeSystem, EventTable


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


def tell_unknown_keys(
    value: dict[str, Any], known: tuple[str, ...], where: str, context: RuleContext
) -> None:
    """Report every key that is not one of the known ones."""
    for key in value:
        if key not in known:
            context.problems.add_unknown(where, key, known, "operator")


def take_within(value: dict[str, Any], where: str, context: RuleContext) -> int:
    """Take the year of a condition; the only year its role may read."""
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


def take_bound(value: dict[str, Any], key: str, lowest: int, where: str, context: RuleContext) -> int | None:
    """Take `at_least` or `at_most`: a whole number, or the name of one in method.toml."""
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


def take_measures(
    value: dict[str, Any], table: EventTable, where: str, context: RuleContext
) -> tuple[str, ...]:
    """Take the columns that are added up."""
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


def check_bounds(
    at_least: int | None, at_most: int | None, measures: tuple[str, ...], where: str, context: RuleContext
) -> None:
    """Check that the bounds fit each other and say what they count."""
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


def take_filters(
    value: Any, table: EventTable, where: str, context: RuleContext
) -> tuple[AttributeFilter, ...]:
    """Take `where` as typed filters."""
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
        values, is_negated = take_values(given, f"{where}.{name}", context)
        for item in values:
            _check_value(item, attribute, f"{where}.{name}", context)
        filters.append(AttributeFilter(name, values, is_negated))
    return tuple(filters)


def take_values(given: Any, where: str, context: RuleContext) -> tuple[tuple[Any, ...], bool]:
    """Take a value, a list, or `{ not = [...] }`; the second result says whether it is negated."""
    is_negated = isinstance(given, dict)
    if is_negated:
        tell_unknown_keys(given, ("not",), where, context)
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

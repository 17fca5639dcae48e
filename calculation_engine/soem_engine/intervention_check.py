"""Checks of an intervention, in the user's words: by itself, and against a release.

Here: what makes an intervention impossible to calculate. Not here: what makes a result doubtful (`caveats`),
how files are read (`record_reading`). A check that needs several inputs keeps quiet where one of them is
already wrong.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Iterator, Mapping

from soem_engine.errors import InputError, ProblemList, show_value, suggest
from soem_engine.amounts import YearAmounts
from soem_engine.cost_inputs import CostLine
from soem_engine.group_inputs import TargetGroupInput
from soem_engine.intervention import Intervention
from soem_engine.release import Release
from soem_engine.release_check import add_release_problems
from soem_engine.texts import Text

_TEXTS = ("name", "own_success_measure", "success_measure_comparison")
_SHARE_TOLERANCE = 1e-9


def check_intervention(intervention: Intervention, release: Release) -> None:
    """Check an intervention against itself and a release.

    Raises
    ------
    InputError
        With every problem found.
    """
    problems = ProblemList()
    add_input_problems(intervention, problems)
    add_release_problems(intervention, release, problems)
    if problems.problems:
        name = intervention.name or "?"
        heading = Text(
            f"Indsatsen »{name}« kan ikke beregnes:", f"The intervention »{name}« cannot be calculated:"
        )
        raise InputError(heading, problems.problems)


def add_input_problems(intervention: Intervention, problems: ProblemList) -> None:
    """Add what is wrong with an intervention whatever the release."""
    for field in _TEXTS:
        _check_filled(getattr(intervention, field), field, problems)
    _check_ranges(intervention, "", problems)
    _check_groups(intervention, problems)
    for n, cost in enumerate(intervention.costs, start=1):
        _check_cost(cost, f"costs[{n}]", intervention, problems)
    if intervention.consequences is not None:
        _check_filled(intervention.consequences.reason, "consequences.reason", problems)
    names = set(list_input_names())
    for n, assumption in enumerate(intervention.assumed, start=1):
        _check_filled(assumption.why, f"assumed[{n}].why", problems)
        if re.sub(r"\[\d+\]", "", assumption.input) not in names:
            expected = Text("navnet på et input", "the name of an input")
            do_this = suggest(assumption.input, names)
            problems.add(f"assumed[{n}].input", show_value(assumption.input), expected, do_this)


def list_input_names() -> Iterator[str]:
    """Yield the names of all inputs, nested ones with a point: `costs`, `costs.amounts_dkk`."""
    nested = {"target_groups": TargetGroupInput, "costs": CostLine}
    for field in dataclasses.fields(Intervention):
        yield field.name
        if field.name in nested:
            yield from (f"{field.name}.{inner.name}" for inner in dataclasses.fields(nested[field.name]))


def _check_filled(text: str, place: str, problems: ProblemList) -> None:
    if not text.strip():
        problems.add(
            place,
            Text("en tom tekst", "an empty text"),
            Text("en tekst; den skrives i resultatet", "a text; it is printed with the result"),
            Text("skriv teksten", "write the text"),
        )


def _check_ranges(record: object, where: str, problems: ProblemList) -> None:
    """Check the numbers of a record and of the records in it against the ranges of its fields."""
    if not dataclasses.is_dataclass(record):
        return
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        place = f"{where}.{field.name}" if where else field.name
        low, high = field.metadata.get("minimum"), field.metadata.get("maximum")
        for number_place, number in _list_numbers(value, place):
            is_low, is_high = low is not None and number < low, high is not None and number > high
            if is_low or is_high or not math.isfinite(number):
                problems.add(
                    number_place, show_value(number), _describe_range(low, high), _ranges_advice(field.name)
                )
        for n, item in enumerate(value if isinstance(value, tuple) else (), start=1):
            _check_ranges(item, f"{place}[{n}]", problems)


def _list_numbers(value: object, place: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield place, value
    elif isinstance(value, Mapping):
        yield from ((f"{place}.{key}", number) for key, number in value.items())
    elif isinstance(value, YearAmounts):
        yield from _list_numbers(value.by_year if value.constant is None else value.constant, place)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type) and hasattr(value, "shares"):
        yield from _list_numbers(value.shares, place)


def _describe_range(low: float | None, high: float | None) -> Text:
    if low is None:
        return Text("et endeligt tal", "a finite number")
    if high is None:
        return Text(f"et tal på mindst {low:g}", f"a number of at least {low:g}")
    return Text(f"et tal fra {low:g} til {high:g}", f"a number from {low:g} to {high:g}")


def _ranges_advice(name: str) -> Text:
    advice = {
        "amounts_dkk": Text(
            "skriv en sparet udgift som et positivt beløb med saved_alternative = true",
            "write a saved cost as a positive amount with saved_alternative = true",
        ),
        "net_success_share": Text("skriv 10 % som 0.10", "write 10 % as 0.10"),
    }
    return advice.get(name, Text("ret tallet", "correct the number"))


def _check_groups(intervention: Intervention, problems: ProblemList) -> None:
    if not intervention.target_groups:
        expected = Text("mindst en målgruppe", "at least one target group")
        problems.add("target_groups", show_value(None), expected, Text("tilføj en", "add one"))
    seen: set[str] = set()
    for n, group in enumerate(intervention.target_groups, start=1):
        where = f"target_groups[{n}]"
        _check_filled(group.net_success_share_reason, f"{where}.net_success_share_reason", problems)
        if group.target_group in seen:
            expected = Text("hver målgruppe en gang", "each target group once")
            do_this = Text("læg deltagerne sammen", "add the participants up")
            problems.add(f"{where}.target_group", show_value(group.target_group), expected, do_this)
        seen.add(group.target_group)
        if not any(number > 0 for number in group.participants.values()):
            problems.add(
                f"{where}.participants",
                Text("ingen deltagere", "no participants"),
                Text("deltagere i mindst et år", "participants in at least one year"),
                Text(
                    "skriv fx participants = { 2026 = 40 }", "write for example participants = { 2026 = 40 }"
                ),
            )
        _check_years(group.participants, f"{where}.participants", intervention, problems)


def _check_years(
    by_year: Mapping[int, float], place: str, intervention: Intervention, problems: ProblemList
) -> None:
    if problems.has_problem_within("first_year") or problems.has_problem_within("horizon_years"):
        return
    first, last = intervention.first_year, intervention.last_year
    for year in by_year:
        if not first <= year <= last:
            problems.add(
                f"{place}.{year}",
                Text(f"et beløb eller antal i {year}", f"an amount or number in {year}"),
                Text(f"et år i beregningen, {first}-{last}", f"a year of the calculation, {first}-{last}"),
                Text(
                    "ret året, first_year eller horizon_years",
                    "correct the year, first_year or horizon_years",
                ),
            )


def _check_cost(cost: CostLine, where: str, intervention: Intervention, problems: ProblemList) -> None:
    _check_filled(cost.name, f"{where}.name", problems)
    if cost.amounts_dkk is None or (cost.amounts_dkk.constant is None) == (not cost.amounts_dkk.by_year):
        problems.add(
            f"{where}.amounts_dkk",
            Text(
                "intet beløb, eller både et fast og et pr. år",
                "no amount, or both a constant and one by year",
            ),
            Text("et beløb, eller en tabel efter år", "an amount, or a table by year"),
            Text("skriv et af dem", "write one of them"),
        )
    _check_years(cost.amounts_dkk.by_year, f"{where}.amounts_dkk", intervention, problems)
    total = sum(cost.payer.shares.values())
    if abs(total - 1.0) > _SHARE_TOLERANCE:
        problems.add(
            f"{where}.payer",
            Text(f"andele, der tilsammen giver {total:g}", f"shares that add up to {total:g}"),
            Text("andele, der tilsammen giver 1", "shares that add up to 1"),
            Text("ret andelene", "correct the shares"),
        )

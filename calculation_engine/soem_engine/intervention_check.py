"""Checks of an intervention, in the user's words: by itself, and against a release.

Here: which checks there are, single numbers and texts, groups. Not here: checks of costs and own data (`part_checks`),
of ranges typed (`range_checks`), against a release (`release_check`), what makes a result doubtful (`caveats`), how
files are read (`record_reading`). A check that needs several inputs keeps quiet where one of them is already wrong.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
import typing
from collections.abc import Iterator, Mapping
from typing import Any

from soem_engine.amounts import CommitteeShares, PayerAmounts, PayerShares, YearAmounts
from soem_engine.errors import InputError, ProblemList, show_value, suggest
from soem_engine.group_inputs import TargetGroupInput
from soem_engine.intervention import Intervention
from soem_engine.part_checks import (
    check_committees,
    check_cost,
    check_filled,
    check_own_data,
    check_years,
)
from soem_engine.range_checks import check_ranges
from soem_engine.release import Release
from soem_engine.release_check import add_release_problems
from soem_engine.texts import Text
from soem_engine.written_number import check_thousands


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
    check_record(intervention, "", problems)
    _check_groups(intervention, problems)
    for n, cost in enumerate(intervention.costs, start=1):
        check_cost(cost, f"costs[{n}]", intervention, problems)
    check_own_data(intervention, problems)
    check_ranges(intervention, problems)
    check_committees(intervention, problems)
    names = find_input_names()
    for n, assumption in enumerate(intervention.assumed, start=1):
        if re.sub(r"\[\d+\]", "", assumption.input) not in names:
            expected = Text("navnet på et input", "the name of an input")
            do_this = suggest(assumption.input, names)
            problems.add(f"assumed[{n}].input", show_value(assumption.input), expected, do_this)


@functools.cache
def find_input_names() -> frozenset[str]:
    """Return the names of all inputs."""
    return frozenset(list_input_names())


def list_input_names(cls: type = Intervention, prefix: str = "") -> Iterator[str]:
    """Yield the names of all inputs, nested ones with a point: `costs`, `costs.amounts_dkk`."""
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        yield prefix + field.name
        for part in (hints[field.name], *typing.get_args(hints[field.name])):
            if dataclasses.is_dataclass(part) and isinstance(part, type) and part not in _LEAVES:
                yield from list_input_names(part, f"{prefix}{field.name}.")


_LEAVES = (YearAmounts, PayerShares, PayerAmounts, CommitteeShares)


def check_record(record: Any, where: str, problems: ProblemList) -> None:
    """Check the numbers of a record and of the records in it against the ranges of its fields, and its texts."""
    kind: Any = type(record)
    for name, is_filled, low, high, is_counted in _list_fields(kind):
        value = getattr(record, name)
        if value is None or isinstance(value, bool) or value == ():
            continue
        place = f"{where}.{name}" if where else name
        if isinstance(value, str):
            if is_filled:
                check_filled(value, place, problems)
            continue
        for number_place, number in _list_numbers(value, place):
            is_low, is_high = low is not None and number < low, high is not None and number > high
            if is_low or is_high or not math.isfinite(number):
                problems.add(
                    number_place, show_value(number), _describe_range(low, high), _ranges_advice(name)
                )
            if is_counted:
                check_thousands(number, number_place, problems)
        for item_place, item in _list_records(value, place):
            check_record(item, item_place, problems)


@functools.cache
def _list_fields(record: Any) -> tuple[tuple[str, bool, float | None, float | None, bool], ...]:
    """Return name, whether its text must be filled, range, and whether it counts kr. or persons, of each field."""
    return tuple(
        (
            f.name,
            bool(f.metadata.get("filled")),
            f.metadata.get("minimum"),
            f.metadata.get("maximum"),
            bool(f.metadata.get("thousands")),
        )
        for f in dataclasses.fields(record)
    )


def _list_records(value: object, place: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, tuple):
        yield from (
            (f"{place}[{n}]", item) for n, item in enumerate(value, start=1) if dataclasses.is_dataclass(item)
        )
    elif dataclasses.is_dataclass(value) and not isinstance(value, _LEAVES):
        yield place, value


def _list_numbers(value: object, place: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, bool):
        return
    if isinstance(value, (int, float)):
        yield place, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _list_numbers(part, f"{place}.{key}")
    elif isinstance(value, YearAmounts):
        yield from _list_numbers(value.by_year if value.constant is None else value.constant, place)
    elif isinstance(value, (PayerShares, CommitteeShares)):
        yield from _list_numbers(value.shares, place)
    elif isinstance(value, PayerAmounts):
        yield from _list_numbers(value.by_payer, place)


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
        "dropout_share": Text("skriv 10 % som 0.10", "write 10 % as 0.10"),
        "discount_rate": Text("skriv 3,5 % som 0.035", "write 3.5 % as 0.035"),
    }
    return advice.get(name, Text("ret tallet", "correct the number"))


def _check_groups(intervention: Intervention, problems: ProblemList) -> None:
    if not intervention.target_groups:
        expected = Text("mindst en målgruppe", "at least one target group")
        problems.add("target_groups", show_value(None), expected, Text("tilføj en", "add one"))
    seen: set[str] = set()
    for n, group in enumerate(intervention.target_groups, start=1):
        where = f"target_groups[{n}]"
        if group.target_group in seen:
            expected = Text("hver målgruppe en gang", "each target group once")
            do_this = Text("læg deltagerne sammen", "add the participants up")
            problems.add(f"{where}.target_group", show_value(group.target_group), expected, do_this)
        seen.add(group.target_group)
        _check_success(group, where, problems)
        _check_participants(group, where, problems)
        for name in ("participants", "starting"):
            check_years(getattr(group, name), f"{where}.{name}", intervention, problems)


def _check_success(group: TargetGroupInput, where: str, problems: ProblemList) -> None:
    place = f"{where}.net_success_share"
    if (group.net_success_share is None) == (group.success_chain is None):
        problems.add(
            place,
            Text("ingen af delene, eller begge dele", "neither, or both"),
            Text("net_success_share eller success_chain", "net_success_share or success_chain"),
            Text("skriv en af dem", "write one of them"),
        )
    if group.net_success_share is not None:
        check_filled(group.net_success_share_reason, f"{where}.net_success_share_reason", problems)
    chain = group.success_chain
    if chain is None:
        return
    if (chain.effect_study is None) == (chain.effect_size is None):
        problems.add(
            f"{where}.success_chain.effect_study",
            Text("ingen effekt, eller både et studie og en effekt", "no effect, or a study and an effect"),
            Text("effect_study eller effect_size", "effect_study or effect_size"),
            Text("skriv en af dem", "write one of them"),
        )
    if chain.base_share is not None:
        base = f"{where}.success_chain.base_share"
        check_filled(chain.base_share_reason, f"{base}_reason", problems)
        if chain.base_share in (0.0, 1.0):
            expected = Text("en andel mellem 0 og 1", "a share between 0 and 1")
            problems.add(
                base, show_value(chain.base_share), expected, Text("ret andelen", "correct the share")
            )


def _check_participants(group: TargetGroupInput, where: str, problems: ProblemList) -> None:
    place = f"{where}.participants"
    if group.participants and group.starting:
        problems.add(
            place,
            Text("både participants og starting", "both participants and starting"),
            Text("en af dem", "one of them"),
            Text("fjern den ene", "take one away"),
        )
    persons = group.starting or group.participants
    if not any(number > 0 for number in persons.values()):
        problems.add(
            place,
            Text("ingen deltagere", "no participants"),
            Text("deltagere i mindst et år", "participants in at least one year"),
            Text("skriv fx participants = { 2026 = 40 }", "write for example participants = { 2026 = 40 }"),
        )
    if group.dropout_share > 0 and not group.starting:
        problems.add(
            f"{where}.dropout_share",
            show_value(group.dropout_share),
            Text("personer, der starter (starting)", "persons who start (starting)"),
            Text(
                "skriv starting i stedet for participants, som er dem, der gennemfører",
                "write starting instead of participants, which are those who complete",
            ),
        )

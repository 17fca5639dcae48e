"""Checks of the ranges a user types for the tornado and Monte Carlo.

Here: what a range can be about, and its ends. Not here: other inputs (`part_checks`).
"""

from __future__ import annotations

import re
from typing import Final

from soem_engine.axis import find_target_group
from soem_engine.consequence_inputs import Range
from soem_engine.errors import ProblemList, show_value, suggest
from soem_engine.intervention import Intervention
from soem_engine.release import Release
from soem_engine.success_share import find_success_share
from soem_engine.texts import Text

MAX_FACTOR: Final = 10.0
_SHARE: Final = (
    Text("en andel fra 0 til 1", "a share from 0 to 1"),
    Text("skriv 10 % som 0.10", "write 10 % as 0.10"),
)
_RATE: Final = (
    Text("en rente fra 0 til 1", "a rate from 0 to 1"),
    Text("skriv 3,5 % som 0.035", "write 3.5 % as 0.035"),
)
_FACTOR: Final = (
    Text(
        f"en faktor på det indtastede, højst {MAX_FACTOR:g}; ikke kr. eller personer",
        f"a factor on what is typed, at most {MAX_FACTOR:g}; not kr. or persons",
    ),
    Text("skriv fx 0.8 og 1.2 for 20 % til hver side", "write for example 0.8 and 1.2 for 20 % either way"),
)
_NO_TOP: Final = Text(
    "en fordeling uden top; andelen følger af en effekt",
    "a distribution without a top; the share follows from an effect",
)
_NORMAL: Final = Text('skriv distribution = "normal"', 'write distribution = "normal"')
RANGE_INPUTS = (
    "target_groups[1].net_success_share",
    "target_groups[1].participants",
    "costs[1].amounts_dkk",
    "discount_rate",
    "prices.KEY",
    "consequences.KEY",
)


def check_ranges(intervention: Intervention, problems: ProblemList) -> None:
    """Check that ranges name an input there is, once, and lie around what is typed."""
    seen: set[str] = set()
    for n, given in enumerate(intervention.ranges, start=1):
        where = f"ranges[{n}]"
        if given.low > given.high:
            expected = Text("low, der ikke er over high", "low not above high")
            do_this = Text("byt om på dem", "swap them")
            problems.add(f"{where}.low", show_value(given.low), expected, do_this)
        if given.input in seen:
            expected = Text("hvert input en gang", "each input once")
            problems.add(
                f"{where}.input", show_value(given.input), expected, Text("fjern den ene", "take one away")
            )
        seen.add(given.input)
        _check_range_input(given.input, f"{where}.input", intervention, problems)
        if not problems.has_problem_within(where):
            _check_ends(given, where, intervention, problems)


def _check_ends(given: Range, where: str, intervention: Intervention, problems: ProblemList) -> None:
    """Check that the ends are of the right size, and lie on either side of what is typed."""
    if given.input == "discount_rate":
        _check_most(given, where, 1.0, _RATE, problems)
        _check_around(given, where, intervention.discount_rate, problems)
    elif _is_share(given.input):
        group = intervention.target_groups[_find_number(given.input) - 1]
        _check_most(given, where, 1.0, _SHARE, problems)
        _check_around(given, where, group.net_success_share, problems)
        if group.net_success_share is None and given.distribution == "triangular":
            problems.add(f"{where}.distribution", show_value(given.distribution), _NO_TOP, _NORMAL)
    else:
        _check_most(given, where, MAX_FACTOR, _FACTOR, problems)
        _check_around(given, where, 1.0, problems)


def _check_most(
    given: Range, where: str, most: float, words: tuple[Text, Text], problems: ProblemList
) -> None:
    if given.high > most:
        problems.add(f"{where}.high", show_value(given.high), *words)


def _check_around(given: Range, where: str, typed: float | None, problems: ProblemList) -> None:
    if typed is None or given.low <= typed <= given.high or problems.has_problem_within(where):
        return
    problems.add(
        where,
        Text(f"fra {given.low:g} til {given.high:g}", f"from {given.low:g} to {given.high:g}"),
        Text(
            f"low og high på hver side af det, der regnes med: {typed:g}",
            f"low and high on either side of what is calculated with: {typed:g}",
        ),
        Text("ret enderne eller det, der regnes med", "correct the ends, or what is calculated with"),
    )


def _is_share(name: str) -> bool:
    return name.startswith("target_groups[") and name.endswith(".net_success_share")


def _find_number(name: str) -> int:
    return int(name[name.index("[") + 1 : name.index("]")])


def check_range_subjects(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    """Check ranges against the release: shares that follow from an effect, prices of a krone.

    Parameters
    ----------
    intervention, release
        What was typed; where it is calculated.
    problems
        Problems are added here.
    """
    for n, given in enumerate(intervention.ranges, start=1):
        where = f"ranges[{n}]"
        if problems.has_problem_within(where):
            continue
        consequence = release.consequences.get(given.input.removeprefix("prices."))
        if given.input.startswith("prices.") and consequence is not None and consequence.is_dkk:
            expected = Text(
                "en pris, der kan variere; en krone er en krone", "a price that varies; a krone is one"
            )
            do_this = Text(f"skriv consequences.{consequence.key}", f"write consequences.{consequence.key}")
            problems.add(f"{where}.input", show_value(given.input), expected, do_this)
        if _is_share(given.input) and not problems.has_problem_within("target_groups"):
            group = intervention.target_groups[_find_number(given.input) - 1]
            if group.success_chain is not None:
                share = find_success_share(group, find_target_group(group, release), release.effect_studies)
                _check_around(given, where, share.share, problems)


def _check_range_input(name: str, place: str, intervention: Intervention, problems: ProblemList) -> None:
    expected = Text(
        "et input, der kan varieres: " + ", ".join(RANGE_INPUTS),
        "an input that can be varied: " + ", ".join(RANGE_INPUTS),
    )
    numbered = re.fullmatch(
        r"(target_groups|costs)\[(\d+)\]\.(net_success_share|participants|amounts_dkk)", name
    )
    if numbered:
        table, number, field = numbered.groups()
        is_right = (table == "costs") == (field == "amounts_dkk")
        if is_right and 1 <= int(number) <= len(getattr(intervention, table)):
            return
    elif name == "discount_rate" or re.fullmatch(r"(prices|consequences)\.\S+", name):
        return
    problems.add(place, show_value(name), expected, suggest(name, RANGE_INPUTS))

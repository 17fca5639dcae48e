"""Checks of the ranges a user types for the tornado and Monte Carlo.

Here: what a range can be about, and its ends. Not here: other inputs (`part_checks`).
"""

from __future__ import annotations

import re

from soem_engine.consequence_inputs import Range
from soem_engine.errors import ProblemList, show_value, suggest
from soem_engine.intervention import Intervention
from soem_engine.texts import Text

RANGE_INPUTS = (
    "target_groups[1].net_success_share",
    "target_groups[1].participants",
    "costs[1].amounts_dkk",
    "discount_rate",
    "prices.KEY",
    "consequences.KEY",
)


def check_ranges(intervention: Intervention, problems: ProblemList) -> None:
    """Check that ranges name an input there is, once, and that low is not above high."""
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
        if given.input.endswith(".net_success_share") and given.high > 1.0:
            expected = Text("en andel fra 0 til 1", "a share from 0 to 1")
            problems.add(
                f"{where}.high", show_value(given.high), expected, Text("ret andelen", "correct the share")
            )
        _check_top(given, where, intervention, problems)


def _check_top(given: Range, where: str, intervention: Intervention, problems: ProblemList) -> None:
    """Check that the top of a triangle, which is the value typed, lies between its ends."""
    is_drawn = given.distribution == "triangular" and given.input != "discount_rate"
    if not is_drawn or problems.has_problem_within(where):
        return
    top: float | None = 1.0
    if given.input.endswith(".net_success_share"):
        number = int(given.input[given.input.index("[") + 1 : given.input.index("]")])
        top = intervention.target_groups[number - 1].net_success_share
    if top is None or not given.low <= top <= given.high:
        problems.add(
            where,
            Text(
                "en trekant, hvis top ikke ligger mellem enderne",
                "a triangle whose top is not between its ends",
            ),
            Text(
                "low og high på hver side af det indtastede", "low and high on either side of what is typed"
            ),
            Text(
                'ret enderne, eller skriv distribution = "normal"',
                'correct them, or write distribution = "normal"',
            ),
        )


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

"""Participants that interventions share: who succeeds twice, and what cannot be.

Here: double successes, and the checks of what a plan says of overlaps. Not here: the plan as typed (`plan`), the sum
(`combination`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.errors import ProblemList, show_value, suggest
from soem_engine.group_part import GroupPart
from soem_engine.knowledge import FloatArray
from soem_engine.number_format import format_plain
from soem_engine.part_checks import check_filled, check_years
from soem_engine.plan import Overlap, Plan
from soem_engine.result import Result
from soem_engine.texts import Text

Place = tuple[int, int]
"""Which intervention, and which of its target groups."""

_ROUNDING = 1e-9


def find_places(
    number: int, plan: Plan, alone: tuple[Result, ...], problems: ProblemList
) -> tuple[Place, Place]:
    """Return where an overlap's first and second are.

    Parameters
    ----------
    number
        Which overlap of the plan, from 0.
    plan, alone
        The plan and the results of its interventions.
    problems
        Unknown names are added here; the place is then (0, 0).
    """
    overlap, where = plan.overlaps[number], f"overlaps[{number + 1}]"
    names = [result.intervention.name for result in alone]
    found = []
    for side, name, group in (
        ("first", overlap.first, overlap.first_group),
        ("second", overlap.second, overlap.second_group),
    ):
        if name not in names:
            expected = Text(
                "navnet på en af planens indsatser", "the name of one of the plan's interventions"
            )
            problems.add(f"{where}.{side}", show_value(name), expected, suggest(name, names))
            found.append((0, 0))
            continue
        i = names.index(name)
        keys = [part.group.key for part in alone[i].parts]
        if (group is None and len(keys) > 1) or (group is not None and group not in keys):
            expected = Text("en af indsatsens målgrupper", "one of the intervention's target groups")
            problems.add(f"{where}.{side}_group", show_value(group), expected, suggest(group or "", keys))
            group = keys[0]
        found.append((i, keys.index(group) if group else 0))
    if overlap.first == overlap.second:
        expected = Text("to forskellige indsatser", "two different interventions")
        problems.add(
            f"{where}.second", show_value(overlap.second), expected, Text("ret navnet", "correct the name")
        )
    return found[0], found[1]


def check_declared(
    plan: Plan, alone: tuple[Result, ...], places: list[tuple[Place, Place]], problems: ProblemList
) -> None:
    """Check that overlaps are possible: each pair once, no more persons than either intervention has.

    Parameters
    ----------
    plan, alone
        The plan and the results of its interventions.
    places
        (overlaps) where their first and second are (`find_places`).
    problems
        Problems are added here.
    """
    if not plan.overlaps:
        check_filled(plan.no_overlap_reason, "no_overlap_reason", problems)
    names = [result.intervention.name for result in alone]
    for name in sorted({name for name in names if names.count(name) > 1}):
        expected = Text("hver indsats sit eget navn", "each intervention its own name")
        problems.add("interventions", show_value(name), expected, Text("ret navnet", "correct the name"))
    if problems.problems:
        return
    seen: set[frozenset[Place]] = set()
    for n, (overlap, pair) in enumerate(zip(plan.overlaps, places, strict=True), start=1):
        place = f"overlaps[{n}]"
        if frozenset(pair) in seen:
            expected = Text("hvert par af indsatser en gang", "each pair of interventions once")
            do_this = Text("læg personerne sammen i et overlap", "add the persons up in one overlap")
            problems.add(place, Text(*2 * (f"{overlap.first} + {overlap.second}",)), expected, do_this)
        seen.add(frozenset(pair))
        check_years(overlap.persons, f"{place}.persons", alone[0].intervention, problems)
        first, second = (alone[i].parts[g] for i, g in pair)
        _check_persons(overlap, first, second, alone[0], f"{place}.persons", problems)
        if overlap.double_success != "none" and min(first.success.share, second.success.share) < 0.0:
            expected = Text("succesandele på mindst 0", "success shares of at least 0")
            do_this = Text('skriv double_success = "none"', 'write double_success = "none"')
            problems.add(f"{place}.double_success", show_value(overlap.double_success), expected, do_this)


def _check_persons(
    overlap: Overlap, first: GroupPart, second: GroupPart, frame: Result, place: str, problems: ProblemList
) -> None:
    do_this = Text("ret antallet", "correct the number")
    for year, persons in overlap.persons.items():
        t = year - int(frame.years[0])
        if 0 <= t < len(second.completing) and persons > second.completing[t] + _ROUNDING:
            most = float(second.completing[t])
            expected = Text(
                f"højst dem, der gennemfører »{overlap.second}«: {format_plain(most, 'da')}",
                f"at most those who complete »{overlap.second}«: {format_plain(most, 'en')}",
            )
            problems.add(f"{place}.{year}", show_value(persons), expected, do_this)
    shared, most = sum(overlap.persons.values()), float(max(first.starting.sum(), first.completing.sum()))
    if shared > most + _ROUNDING and not problems.has_problem_within(place):
        expected = Text(
            f"højst dem, der deltager i »{overlap.first}«: {format_plain(most, 'da')}",
            f"at most those who take part in »{overlap.first}«: {format_plain(most, 'en')}",
        )
        problems.add(place, show_value(shared), expected, do_this)


def find_doubles(plan: Plan, alone: tuple[Result, ...], places: list[tuple[Place, Place]]) -> FloatArray:
    """Return (overlaps, T) persons who succeed in both, by year of completing the second.

    Parameters
    ----------
    plan, alone, places
        As for `check_declared`, which must have found nothing.
    """
    doubles = np.zeros((len(plan.overlaps), len(alone[0].years)))
    for n, (overlap, pair) in enumerate(zip(plan.overlaps, places, strict=True)):
        first, second = (alone[i].parts[g].success.share for i, g in pair)
        share = {"none": 0.0, "independent": first * second, "all": min(first, second)}
        for year, persons in overlap.persons.items():
            doubles[n, year - int(alone[0].years[0])] = persons * share[overlap.double_success]
    return doubles


def check_doubles(
    doubles: FloatArray, alone: tuple[Result, ...], places: list[tuple[Place, Place]], problems: ProblemList
) -> None:
    """Check that no intervention loses more successes than it has, and none is found twice that was not found once.

    Parameters
    ----------
    doubles
        (overlaps, T) as `find_doubles` returns them.
    alone, places
        As for `check_declared`.
    problems
        Problems are added here.
    """
    taken_out: dict[Place, FloatArray] = {}
    for n, (first, second) in enumerate(places):
        taken_out[second] = taken_out.get(second, np.zeros(doubles.shape[1])) + doubles[n]
        successes = [np.maximum(alone[i].parts[g].successes, 0.0) for i, g in (first, second)]
        found, most = float(doubles[n].sum()), float(successes[0].sum())
        if found <= most + _ROUNDING:
            found, most = _find_most_taken(taken_out[second], successes[1])
        if found > most + _ROUNDING:
            shown = [
                (format_plain(round(found, 2), lang), format_plain(round(most, 2), lang))
                for lang in ("da", "en")
            ]
            problems.add(
                f"overlaps[{n + 1}]",
                Text(
                    f"{shown[0][0]} succeser, der tælles to gange", f"{shown[1][0]} successes counted twice"
                ),
                Text(
                    f"højst de succeser, der er: {shown[0][1]}",
                    f"at most the successes there are: {shown[1][1]}",
                ),
                Text(
                    "ret antallet af fælles deltagere eller double_success",
                    "correct the number of persons shared, or double_success",
                ),
            )


def _find_most_taken(taken: FloatArray, successes: FloatArray) -> tuple[float, float]:
    """Return successes taken out and there, of the year in which most of them are taken out."""
    worst = int(np.argmax(taken - successes))
    return float(taken[worst]), float(successes[worst])

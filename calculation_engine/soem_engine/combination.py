"""Several interventions together, each success counted once: the fourth of SØM's four types of analysis.

Here: double successes and the sum. Not here: the plan as typed (`plan`), single results (`calculation`).

Known limitations: overlaps are pairs; persons who take part in three are counted as in two pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from soem_engine.alike_check import check_alike
from soem_engine.calculation import calculate, find_amounts, make_result
from soem_engine.errors import InputError, ProblemList, show_value, suggest
from soem_engine.group_part import GroupPart
from soem_engine.intervention import Intervention
from soem_engine.joint_export import make_joint_dict
from soem_engine.joint_result import JointResult, Term, join_caveats
from soem_engine.knowledge import FloatArray
from soem_engine.notices import Caveat
from soem_engine.number_format import format_plain
from soem_engine.part_checks import check_filled, check_years
from soem_engine.plan import Overlap, Plan
from soem_engine.release import Release
from soem_engine.result import Result
from soem_engine.result_export import make_json
from soem_engine.texts import Text


@dataclass(frozen=True)
class Combination(JointResult):
    """Several interventions together (see `JointResult`).

    Attributes
    ----------
    plan
        What was combined.
    alone
        Each intervention as if it were the only one.
    double_successes
        (overlaps, T) successes taken out of the second intervention of each overlap.
    """

    plan: Plan
    alone: tuple[Result, ...]
    double_successes: FloatArray

    @property
    def counted(self) -> tuple[Result, ...]:
        """Each intervention with double successes taken out; what is added up."""
        return tuple(term.result for term in self.terms)

    @property
    def overlap_dkk(self) -> FloatArray:
        """(P,) discounted net result that would be counted twice."""
        alone = sum(result.net_present_value_by_payer for result in self.alone)
        return np.asarray(alone - self.net_present_value_by_payer)

    def to_dict(self) -> dict[str, Any]:
        """Return the combination as nested plain values, ready for JSON."""
        overlaps = [
            {
                "first": overlap.first,
                "second": overlap.second,
                "reason": overlap.reason,
                "double_success": overlap.double_success,
                "double_successes_by_year": doubles.tolist(),
            }
            for overlap, doubles in zip(self.plan.overlaps, self.double_successes, strict=True)
        ]
        extra = {
            "plan": self.plan.name,
            "overlaps": overlaps,
            "no_overlap_reason": self.plan.no_overlap_reason,
            "overlap_dkk": dict(zip(self.payers, self.overlap_dkk.tolist(), strict=True)),
        }
        return {"analysis": "combination", **make_joint_dict(self), **extra}

    def to_json(self, indent: int | None = 2) -> str:
        """Return the combination as JSON."""
        return make_json(self.to_dict(), indent)


def combine(release: Release, plan: Plan, interventions: tuple[Intervention, ...]) -> Combination:
    """Calculate what several interventions cost and save together.

    Parameters
    ----------
    release
        An open release.
    plan, interventions
        As `load_plan` returns them.

    Raises
    ------
    InputError
        If one of them cannot be calculated, they differ in their frame, or an overlap is impossible.
    """
    heading = Text(
        f"Planen »{plan.name}« kan ikke beregnes:", f"The plan »{plan.name}« cannot be calculated:"
    )
    check_alike(interventions, heading)
    alone = tuple(calculate(release, intervention) for intervention in interventions)
    problems = ProblemList()
    places = [_find_places(n, plan, alone, problems) for n in range(len(plan.overlaps))]
    _check_declared(plan, alone, problems)
    if problems.problems:
        raise InputError(heading, problems.problems)
    doubles = np.zeros((len(plan.overlaps), len(alone[0].years)))
    taken_out: dict[tuple[int, int], FloatArray] = {}
    for n, (overlap, (first, (second, group))) in enumerate(zip(plan.overlaps, places, strict=True)):
        doubles[n] = _find_doubles(
            overlap, alone[first[0]].parts[first[1]], alone[second].parts[group], alone[0]
        )
        taken_out[second, group] = taken_out.get((second, group), 0.0) + doubles[n]
    counted = []
    for i, intervention in enumerate(interventions):
        out = tuple(taken_out.get((i, g)) for g in range(len(intervention.target_groups)))
        is_touched = any(one is not None for one in out)
        counted.append(
            make_result(release, intervention, find_amounts(release, intervention, out))
            if is_touched
            else alone[i]
        )
    terms = tuple(Term(f"{i + 1}", 1.0, result) for i, result in enumerate(counted))
    caveats = join_caveats(_list_caveats(plan, doubles), tuple(counted))
    return Combination(terms, caveats, plan, alone, doubles)


_Place = tuple[int, int]


def _find_places(
    number: int, plan: Plan, alone: tuple[Result, ...], problems: ProblemList
) -> tuple[_Place, _Place]:
    """Return (intervention, group) of an overlap's first and second."""
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


def _check_declared(plan: Plan, alone: tuple[Result, ...], problems: ProblemList) -> None:
    if not plan.overlaps:
        check_filled(plan.no_overlap_reason, "no_overlap_reason", problems)
    names = [result.intervention.name for result in alone]
    for name in sorted({name for name in names if names.count(name) > 1}):
        expected = Text("hver indsats sit eget navn", "each intervention its own name")
        problems.add("interventions", show_value(name), expected, Text("ret navnet", "correct the name"))
    if problems.problems:
        return
    first_year = int(alone[0].years[0])
    for n, overlap in enumerate(plan.overlaps, start=1):
        place = f"overlaps[{n}].persons"
        check_years(overlap.persons, place, alone[0].intervention, problems)
        result = alone[names.index(overlap.second)]
        keys = [part.group.key for part in result.parts]
        part = result.parts[keys.index(overlap.second_group) if overlap.second_group else 0]
        for year, persons in overlap.persons.items():
            t = year - first_year
            if 0 <= t < len(part.completing) and persons > part.completing[t] + 1e-9:
                most = format_plain(float(part.completing[t]), "da")
                expected = Text(f"højst dem, der gennemfører: {most}", f"at most those who complete: {most}")
                do_this = Text("ret antallet", "correct the number")
                problems.add(f"{place}.{year}", show_value(persons), expected, do_this)


def _find_doubles(overlap: Overlap, first: GroupPart, second: GroupPart, frame: Result) -> FloatArray:
    """Return (T,) persons who succeed in both, by year of completing the second."""
    persons = np.zeros(len(frame.years))
    for year, number in overlap.persons.items():
        persons[year - int(frame.years[0])] = number
    share = {
        "none": 0.0,
        "independent": first.success.share * second.success.share,
        "all": min(first.success.share, second.success.share),
    }[overlap.double_success]
    return persons * share


def _list_caveats(plan: Plan, doubles: FloatArray) -> list[Caveat]:
    if not plan.overlaps:
        reason = plan.no_overlap_reason
        text = Text(
            f"Indsatserne regnes uden fælles deltagere: {reason}",
            f"The interventions are taken to share no participants: {reason}",
        )
        return [Caveat("no_overlap", text)]
    out = float(doubles.sum())
    text = Text(
        f"Indsatserne har fælles deltagere: {format_plain(round(out, 2), 'da')} succeser, der ellers ville tælle to "
        "gange, er trukket fra.",
        f"The interventions share participants: {format_plain(round(out, 2), 'en')} successes that would count "
        "twice are taken out.",
    )
    return [Caveat("overlap", text)]

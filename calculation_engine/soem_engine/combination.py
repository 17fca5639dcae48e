"""Several interventions together, each success counted once: the fourth of SØM's four types of analysis.

Here: the sum. Not here: the plan as typed (`plan`), double successes and what cannot be an overlap (`overlap_check`),
single results (`calculation`).

Known limitations: overlaps are pairs; persons who take part in three are counted as in two pairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from soem_engine.alike_check import check_alike
from soem_engine.calculation import calculate, find_amounts, make_result
from soem_engine.errors import InputError, ProblemList
from soem_engine.intervention import Intervention
from soem_engine.joint_export import make_joint_dict
from soem_engine.joint_result import JointResult, Term, join_caveats
from soem_engine.knowledge import FloatArray
from soem_engine.notices import Caveat
from soem_engine.number_format import format_plain
from soem_engine.overlap_check import Place, check_declared, check_doubles, find_doubles, find_places
from soem_engine.plan import Plan
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
    places = [find_places(n, plan, alone, problems) for n in range(len(plan.overlaps))]
    check_declared(plan, alone, places, problems)
    if problems.problems:
        raise InputError(heading, problems.problems)
    doubles = find_doubles(plan, alone, places)
    check_doubles(doubles, alone, places, problems)
    if problems.problems:
        raise InputError(heading, problems.problems)
    taken_out: dict[Place, FloatArray] = {}
    for taken, (_, second) in zip(doubles, places, strict=True):
        taken_out[second] = taken_out.get(second, 0.0) + taken
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

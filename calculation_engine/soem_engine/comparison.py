"""Comparison of a new intervention with an existing one: the third of SØM's four types of analysis.

Here: the incremental result. Not here: single results (`calculation`), uncertainty of the difference (`uncertainty`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from soem_engine.alike_check import check_alike
from soem_engine.calculation import calculate
from soem_engine.intervention import Intervention
from soem_engine.joint_export import make_joint_dict
from soem_engine.joint_result import JointResult, Term, join_caveats
from soem_engine.notices import Caveat
from soem_engine.release import Release
from soem_engine.result import Result
from soem_engine.result_export import make_json
from soem_engine.texts import Text

CANNOT_COMPARE: Final = Text("Indsatserne kan ikke sammenlignes:", "The interventions cannot be compared:")


@dataclass(frozen=True)
class Comparison(JointResult):
    """A new intervention less an existing one; every amount is the difference (see `JointResult`)."""

    @property
    def new(self) -> Result:
        """The new intervention alone."""
        return self.terms[0].result

    @property
    def existing(self) -> Result:
        """The existing intervention alone."""
        return self.terms[1].result

    @property
    def n_extra_successes(self) -> float:
        """Persons more who succeed with the new intervention, over the whole horizon."""
        new, existing = (
            sum(float(part.successes.sum()) for part in term.result.parts) for term in self.terms
        )
        return new - existing

    @property
    def extra_cost_per_extra_success(self) -> float | None:
        """Discounted kr. more cost for each success more; None if there is none more."""
        more = self.n_extra_successes
        return float(self.cost_pv_dkk.sum()) / more if more > 0 else None

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as nested plain values, ready for JSON."""
        extra = {
            "n_extra_successes": self.n_extra_successes,
            "extra_cost_per_extra_success_dkk": self.extra_cost_per_extra_success,
        }
        return {"analysis": "comparison", **make_joint_dict(self), **extra}

    def to_json(self, indent: int | None = 2) -> str:
        """Return the comparison as JSON."""
        return make_json(self.to_dict(), indent)


def compare(release: Release, new: Intervention, existing: Intervention) -> Comparison:
    """Calculate what a new intervention costs and saves more than an existing one.

    Parameters
    ----------
    release
        An open release.
    new, existing
        Two interventions with the same years, price level, rates and switches.

    Raises
    ------
    InputError
        If one of them cannot be calculated, or they differ in what must be the same.
    """
    check_alike((new, existing), CANNOT_COMPARE)
    results = (calculate(release, new), calculate(release, existing))
    terms = (Term("new", 1.0, results[0]), Term("existing", -1.0, results[1]))
    return Comparison(terms, join_caveats(_list_caveats(new, existing), results))


def _list_caveats(new: Intervention, existing: Intervention) -> list[Caveat]:
    mine = {group.target_group for group in new.target_groups}
    theirs = {group.target_group for group in existing.target_groups}
    if mine == theirs:
        return []
    text = Text(
        "De to indsatser er ikke for de samme målgrupper.",
        "The two interventions are not for the same target groups.",
    )
    return [Caveat("different_groups", text)]

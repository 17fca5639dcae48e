"""A plan of several interventions, with the participants they share: the input of a combination.

Here: the input and reading it. Not here: calculating it (`combination`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from soem_engine.amounts import COUNTED, FILLED
from soem_engine.errors import InputError, Problem, ProblemList, show_value
from soem_engine.intervention import Intervention
from soem_engine.intervention_check import check_record
from soem_engine.intervention_file import load_interventions, read_tables
from soem_engine.record_reading import read_record
from soem_engine.release import Release
from soem_engine.texts import Text

DoubleSuccess = Literal["independent", "none", "all"]


@dataclass(frozen=True)
class Overlap:
    """Participants two interventions share. Who succeeds in both is counted once, in the first.

    Parameters
    ----------
    first, second
        Names of the interventions.
    persons
        By calendar year: persons completing the second that year who take part in the first too.
    reason
        Where the number comes from; printed.
    double_success
        Which of them succeed because of both: `independent` (share × share) · `all` (as many as can) · `none`.
    first_group, second_group
        Which target groups; needed where an intervention has several.
    """

    first: str = field(metadata=FILLED)
    second: str = field(metadata=FILLED)
    persons: Mapping[int, float] = field(metadata=COUNTED)
    reason: str = field(metadata=FILLED)
    double_success: DoubleSuccess = "independent"
    first_group: str | None = None
    second_group: str | None = None


@dataclass(frozen=True)
class Plan:
    """Several interventions together.

    Parameters
    ----------
    name
        Name of the plan.
    interventions
        File names, beside the plan's.
    overlaps
        Participants they share.
    no_overlap_reason
        Why there are none; required where `overlaps` is empty.
    """

    name: str = field(metadata=FILLED)
    interventions: tuple[str, ...] = field(metadata={"min_items": 2})
    overlaps: tuple[Overlap, ...] = ()
    no_overlap_reason: str = ""


def load_plan(path: Path | str, release: Release | None = None) -> tuple[Plan, tuple[Intervention, ...]]:
    """Read a plan and its interventions.

    Parameters
    ----------
    path
        A TOML or JSON file.
    release
        With a release, the interventions are also checked against it.

    Raises
    ------
    InputError
        With every problem of all files.
    """
    path = Path(path)
    problems = ProblemList()
    plan = read_record(Plan, read_tables(path), "", problems)
    check_record(plan, "", problems)
    found: list[Problem] = []
    if len(plan.interventions) < 2 and not problems.has_problem_within("interventions"):
        expected = Text("mindst to indsatser", "at least two interventions")
        do_this = Text("tilføj en indsats", "add an intervention")
        problems.add("interventions", show_value(len(plan.interventions)), expected, do_this)
    interventions: list[Intervention] = []
    for name in plan.interventions:
        read, wrong = load_interventions({name: path.parent / name}, release)
        interventions += read
        found += wrong
    if problems.problems or found:
        heading = Text(
            f"Planen i {path.name} kan ikke beregnes:", f"The plan in {path.name} cannot be calculated:"
        )
        raise InputError(heading, [*problems.problems, *found])
    return plan, tuple(interventions)

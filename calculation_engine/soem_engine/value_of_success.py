"""The value of one person reaching success: no cost, one participant, a share of 1.

Here: the intervention that says so. Not here: calculating it (`calculation`).
"""

from __future__ import annotations

from soem_engine.calculation import calculate
from soem_engine.errors import InputError, ProblemList, show_value, suggest
from soem_engine.group_inputs import TargetGroupInput
from soem_engine.intervention import Intervention
from soem_engine.release import Release
from soem_engine.result import Result
from soem_engine.texts import Language, Text


def find_value_of_success(
    release: Release,
    target_group: str,
    first_year: int | None = None,
    horizon_years: int = 10,
    price_year: int | None = None,
    view: str = "soem_classic",
    language: Language = "da",
) -> Result:
    """Return what one person of a target group reaching success saves, by year, payer, area and consequence.

    Parameters
    ----------
    release
        An open release.
    target_group
        Key of the target group.
    first_year, price_year
        Default: the release's price year.
    horizon_years, view
        As in an intervention.
    language
        Language of the intervention's own texts, its name among them.

    Raises
    ------
    InputError
        If the release does not have the group, the view or the years.
    """
    group = release.target_groups.get(target_group)
    if group is None:
        problems = ProblemList()
        expected = Text("en målgruppe i udgivelsen", "a target group of the release")
        names = {known.key: known.name for known in release.target_groups.values()}
        do_this = suggest(target_group, release.target_groups, names)
        problems.add("target_group", show_value(target_group), expected, do_this)
        heading = Text(
            "Værdien af en succes kan ikke beregnes:", "The value of a success cannot be calculated:"
        )
        raise InputError(heading, problems.problems)
    year = first_year or release.info.price_year
    name = Text(f"Værdien af en succes: {group.name.da}", f"The value of a success: {group.name.en}")
    reason = Text(
        "Værdien af, at en person når SØM's succesmål", "The value of one person reaching SØM's criterion"
    )
    return calculate(
        release,
        Intervention(
            name=name.pick(language),
            target_groups=(TargetGroupInput(target_group, {year: 1.0}, 1.0, reason.pick(language)),),
            first_year=year,
            horizon_years=horizon_years,
            price_year=price_year or release.info.price_year,
            own_success_measure=group.success.pick(language),
            success_measure_comparison=Text("Det samme", "The same").pick(language),
            same_success_measure=True,
            view=view,
        ),
    )

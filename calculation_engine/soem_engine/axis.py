"""Which consequences a calculation counts, for which target group, in which order.

Here: the axis C and the user's own consequences and groups as the release would hold them. Not here: their values
(`group_values`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.consequence_inputs import OwnConsequence
from soem_engine.group_inputs import TargetGroupInput
from soem_engine.intervention import Intervention
from soem_engine.knowledge import (
    Consequence,
    EstimateCovariance,
    Profile,
    ProfileWeights,
    TargetGroup,
)
from soem_engine.release import Release
from soem_engine.texts import Text, name_area

TAX_ON_TRANSFERS = "tax_transfers"
TRANSFERS = "income_transfers"


def find_consequences(intervention: Intervention, release: Release) -> dict[str, tuple[str, ...]]:
    """Return the consequences calculated, by target group: those with profiles or own data, less those switched off."""
    chosen: dict[str, tuple[str, ...]] = {}
    for group in intervention.target_groups:
        keys = list(find_profile(group, intervention, release).consequences)
        concerned = [(own.target_group, own.consequence) for own in intervention.own_consequences]
        concerned += [(running.target_group, running.consequence) for running in intervention.while_running]
        for name, key in concerned:
            if name in (None, group.target_group) and key not in keys:
                keys.append(key)
        if intervention.tax_on_transfers == "computed" and TAX_ON_TRANSFERS not in keys:
            known = (release.consequences.get(key) for key in keys)
            if any(consequence is not None and consequence.area == TRANSFERS for consequence in known):
                keys.append(TAX_ON_TRANSFERS)
        chosen[group.target_group] = tuple(key for key in keys if is_on(key, intervention))
    return chosen


def is_on(key: str, intervention: Intervention) -> bool:
    """Return whether the user lets a consequence count."""
    if key == TAX_ON_TRANSFERS and intervention.tax_on_transfers == "none":
        return False
    choice = intervention.consequences
    return choice is None or (key not in choice.without and (not choice.only or key in choice.only))


def list_axis(intervention: Intervention, release: Release, wanted: set[str]) -> list[Consequence]:
    """Return the consequences wanted: the release's in its order, then the user's own."""
    axis = [consequence for key, consequence in release.consequences.items() if key in wanted]
    for key, consequence in find_new_consequences(intervention, release).items():
        if key in wanted:
            axis.append(consequence)
    return axis


def find_new_consequences(intervention: Intervention, release: Release) -> dict[str, Consequence]:
    """Return the consequences the user declares, by key."""
    areas = {consequence.area: consequence.area_name for consequence in release.consequences.values()}
    found: dict[str, Consequence] = {}
    for own in intervention.own_consequences:
        if own.new is not None and own.consequence not in release.consequences:
            found.setdefault(
                own.consequence,
                Consequence(
                    key=own.consequence,
                    name=Text(own.new.name, own.new.name),
                    area=own.new.area,
                    area_name=areas.get(own.new.area, name_area(own.new.area)),
                    unit=Text(own.new.unit, own.new.unit),
                    budget_sign=1 if own.new.budget_sign == "expense" else -1,
                    is_dkk=False,
                    is_own=True,
                ),
            )
    return found


def find_target_group(group: TargetGroupInput, release: Release) -> TargetGroup:
    """Return a group as the release describes it, or as the user declares it."""
    own = group.own_group
    if own is None:
        return release.target_groups[group.target_group]
    return TargetGroup(
        key=group.target_group,
        name=Text(own.name, own.name),
        success=Text(own.success, own.success),
        limitations=Text("", ""),
        kind="own",
        basis_membership="",
        basis_success="",
        population=own.population,
        is_own=True,
    )


def find_profile(group: TargetGroupInput, intervention: Intervention, release: Release) -> Profile:
    """Return a group's profiles; a group of the user's own has none."""
    if group.own_group is None:
        return release.get_profile(group.target_group, intervention.view)
    nothing = np.zeros((0, 0), dtype=bool)
    return Profile(
        (),
        np.zeros((0, 0)),
        nothing,
        np.zeros((0, 0), dtype="U20"),
        nothing,
        nothing,
        nothing,
        np.zeros((0, 0)),
    )


def find_weights(group: TargetGroupInput, intervention: Intervention, release: Release) -> ProfileWeights:
    """Return how a group's profiles rest on estimates; a group of the user's own rests on none."""
    if group.own_group is None:
        return release.get_weights(group.target_group, intervention.view)
    integers = np.zeros(0, dtype=np.int64)
    return ProfileWeights(
        integers, integers.copy(), integers.copy(), np.zeros(0), EstimateCovariance(np.zeros((0, 0))), 0
    )


def list_own(group: TargetGroupInput, intervention: Intervention) -> list[OwnConsequence]:
    """Return the own data that concern a group."""
    return [own for own in intervention.own_consequences if own.target_group in (None, group.target_group)]

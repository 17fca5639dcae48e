"""One target group's part of a calculation: who is where in its profile when, and what that changes.

Here: cohorts against profiles (exposure) and change in use. Not here: sums over groups (`calculation`),
prices (`money`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.group_inputs import TargetGroupInput
from soem_engine.intervention import Intervention
from soem_engine.knowledge import Consequence, FloatArray, Profile
from soem_engine.money import PricesByYear
from soem_engine.release import Release


@dataclass(frozen=True)
class GroupPart:
    """One target group's part of the calculation, on the axis C of all consequences calculated.

    Attributes
    ----------
    group
        Its inputs.
    profile
        Its profiles in the release.
    rows
        (R,) rows of the profile that are calculated.
    columns
        (R,) their place on the axis C.
    exposure
        (T, K) persons completing who are in relative year k in calendar year t.
    prices
        (T, R, P) prices of the rows.
    use_change
        (T, R) change in use, natural units.
    """

    group: TargetGroupInput
    profile: Profile
    rows: list[int]
    columns: list[int]
    exposure: FloatArray
    prices: PricesByYear
    use_change: FloatArray


def find_exposure(
    participants: FloatArray, n_relative_years: int, years_until_first_consequence: int
) -> FloatArray:
    """Return how many persons are in which relative year in which calendar year.

    Parameters
    ----------
    participants
        (T,) persons completing in each calendar year of the horizon.
    n_relative_years
        K, the length of the profiles.
    years_until_first_consequence
        0: relative year 1 is the year of completion; 1: the year after.

    Returns
    -------
    ndarray
        (T, K) persons; what a cohort would meet after the horizon is cut off.
    """
    n_years = len(participants)
    exposure = np.zeros((n_years, n_relative_years))
    for k in range(min(n_relative_years, n_years - years_until_first_consequence)):
        lag = k + years_until_first_consequence
        exposure[lag:, k] = participants[: n_years - lag]
    return exposure


def place_participants(group: TargetGroupInput, intervention: Intervention) -> FloatArray:
    """Return (T,) persons of a group completing in each calendar year of the horizon."""
    participants = np.zeros(intervention.horizon_years)
    for year, number in group.participants.items():
        participants[year - intervention.first_year] = number
    return participants


def make_group_part(
    release: Release,
    intervention: Intervention,
    group: TargetGroupInput,
    chosen: dict[str, tuple[str, ...]],
    consequences: list[Consequence],
) -> GroupPart:
    """Return a target group's part of the calculation.

    Parameters
    ----------
    release, intervention, group
        The release, the intervention and which of its target groups.
    chosen
        By target group, the keys of the consequences calculated.
    consequences
        (C,) all consequences calculated for any group, in the release's order.
    """
    profile = release.get_profile(group.target_group, intervention.view)
    keys = set(chosen[group.target_group])
    columns = [c for c, consequence in enumerate(consequences) if consequence.key in keys]
    rows = [profile.consequences.index(consequences[c].key) for c in columns]
    lag = 0 if intervention.first_consequence_year == "year_of_completion" else 1
    exposure = find_exposure(place_participants(group, intervention), profile.value.shape[1], lag)
    return GroupPart(
        group=group,
        profile=profile,
        rows=rows,
        columns=columns,
        exposure=exposure,
        prices=release.get_prices(
            group.target_group,
            intervention.view,
            range(intervention.first_year, intervention.last_year + 1),
            intervention.price_year,
        ).choose(rows),
        use_change=find_use_change(group.net_success_share, exposure, profile.value[rows]),
    )


def find_use_change(share: float, exposure: FloatArray, value: FloatArray) -> FloatArray:
    """Return (T, R) share · exposure (T, K) · value (R, K); einsum, not BLAS: one order everywhere."""
    return share * np.asarray(np.einsum("tk,ck->tc", exposure, value, optimize=False))

"""The calculation: an intervention and a release become a result.

Here: method §7, from participants and profiles to net result by year, payer, area and consequence. Not here:
prices, price levels and discounting (`money`), costs (`cost_lines`), standard errors (`standard_errors`),
warnings (`caveats`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.caveats import collect_caveats, collect_not_counted
from soem_engine.cost_lines import spread_costs
from soem_engine.group_part import GroupPart, find_use_change, make_group_part, place_participants
from soem_engine.amounts import PAYERS
from soem_engine.intervention import Intervention
from soem_engine.intervention_check import check_intervention
from soem_engine.knowledge import BoolArray, Consequence, FloatArray
from soem_engine.money import (
    choose_grid,
    convert_price_level,
    discount_factors,
    round_to_grid,
)
from soem_engine.release import Release
from soem_engine.release_check import find_consequences, find_rates
from soem_engine.result import MakeUp, Result
from soem_engine.standard_errors import LinearPart
from soem_engine.version import VERSION


def calculate(release: Release, intervention: Intervention) -> Result:
    """Calculate what an intervention costs and saves, for whom, and when.

    Parameters
    ----------
    release
        An open release.
    intervention
        The intervention.

    Returns
    -------
    Result
        With all warnings.

    Raises
    ------
    InputError
        If the intervention cannot be calculated; all problems at once.
    ReleaseError
        If the release is damaged.

    Sources
    -------
    Method §7. consequences = - sum of budget_sign · N · s · b · p · π; net = consequences - cost; net present
    value = sum of d_t · net_t.
    """
    check_intervention(intervention, release)
    chosen = find_consequences(intervention, release)
    wanted = {key for keys in chosen.values() for key in keys}
    consequences = [consequence for key, consequence in release.consequences.items() if key in wanted]
    parts = [
        make_group_part(release, intervention, group, chosen, consequences)
        for group in intervention.target_groups
    ]
    participants = np.stack([place_participants(part.group, intervention) for part in parts])
    use_change, amounts = _place_parts(parts, consequences, intervention.horizon_years)
    factor = convert_price_level(
        release.price_index, intervention.price_year_of_costs, intervention.price_year
    )
    cost = spread_costs(intervention, participants.sum(axis=0), factor)
    rates = find_rates(intervention, release)
    discount = discount_factors(rates, intervention.horizon_years)

    grid = choose_grid([amounts, cost])
    make_up = _find_make_up(parts, intervention.horizon_years)
    return Result(
        intervention=intervention,
        release=release.info,
        engine_version=VERSION,
        target_groups=tuple(release.target_groups[part.group.target_group] for part in parts),
        consequences=tuple(consequences),
        payers=PAYERS,
        years=np.arange(intervention.first_year, intervention.last_year + 1, dtype=np.int64),
        rates=rates,
        participants=participants,
        use_change=use_change,
        consequences_dkk=round_to_grid(amounts, grid),
        cost_dkk=round_to_grid(cost, grid),
        discount_factors=discount,
        consequences_pv_dkk=round_to_grid(amounts * discount[:, None, None], grid),
        cost_pv_dkk=round_to_grid(cost * discount[:, None, None], grid),
        make_up=make_up,
        linear_parts=tuple(_linear_part(release, intervention.view, part, consequences) for part in parts),
        not_counted=collect_not_counted(release, intervention, parts),
        caveats=collect_caveats(release, intervention, parts, consequences, make_up, rates),
    )


def _place_parts(
    parts: list[GroupPart], consequences: list[Consequence], n_years: int
) -> tuple[FloatArray, FloatArray]:
    """Return change in use (G, T, C), natural units, and its value (G, T, C, P), kr.; savings are positive."""
    signs = np.array([consequence.budget_sign for consequence in consequences], dtype=np.float64)
    use_change = np.zeros((len(parts), n_years, len(consequences)))
    amounts = np.zeros((*use_change.shape, len(PAYERS)))
    for g, part in enumerate(parts):
        use_change[g][:, part.columns] = part.use_change
        money = -signs[part.columns, None] * part.use_change[:, :, None] * part.prices.price_dkk
        amounts[g][:, part.columns] = money
    return use_change, amounts


def _find_make_up(parts: list[GroupPart], n_years: int) -> MakeUp:
    """Return how much of the consequences rests on what, in absolute kr. by year."""
    sums = np.zeros((5, n_years))
    for part in parts:
        unit = np.abs(part.prices.price_dkk).sum(axis=2)
        profile = part.profile
        everything = np.ones(len(part.rows), dtype=bool)
        masks: list[tuple[BoolArray, BoolArray]] = [
            (np.ones_like(profile.has_value[part.rows]), everything),
            (profile.is_tapered[part.rows], everything),
            (profile.is_insignificant[part.rows], everything),
            (profile.in_success_rule[part.rows], everything),
            (np.ones_like(profile.has_value[part.rows]), part.prices.is_placeholder),
        ]
        size = np.abs(profile.value[part.rows])
        for n, (cells, rows) in enumerate(masks):
            use = find_use_change(part.group.net_success_share, part.exposure, size * cells * rows[:, None])
            sums[n] += (use * unit).sum(axis=1)
    return MakeUp(*sums)


def _linear_part(release: Release, view: str, part: GroupPart, consequences: list[Consequence]) -> LinearPart:
    return LinearPart(
        rows=part.rows,
        net_success_share=part.group.net_success_share,
        exposure=part.exposure,
        price_dkk=part.prices.price_dkk,
        budget_sign=np.array([consequences[c].budget_sign for c in part.columns], dtype=np.float64),
        weights=release.get_weights(part.group.target_group, view),
    )

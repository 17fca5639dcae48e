"""The calculation: an intervention and a release become a result.

Here: method §7, from participants and profiles to net result by year, payer, area and consequence. Not here: persons
and values of one target group (`group_part`), prices (`prices`), costs (`cost_lines`), standard errors
(`standard_errors`), warnings (`caveats`).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from soem_engine.amounts import PAYERS
from soem_engine.axis import find_consequences, list_axis
from soem_engine.calculated import Amounts
from soem_engine.caveats import collect_caveats
from soem_engine.committees import (
    find_consequence_shares,
    find_cost_shares,
    list_committees,
    split_exactly,
)
from soem_engine.cost_lines import CostBasis, CostRow, list_cost_rows
from soem_engine.group_part import GroupPart, make_group_part
from soem_engine.intervention import Intervention
from soem_engine.intervention_check import check_intervention
from soem_engine.knowledge import FloatArray
from soem_engine.make_up import find_make_up
from soem_engine.money import choose_grid, discount_factors, round_to_grid
from soem_engine.not_counted import collect_not_counted
from soem_engine.participation import find_operation_years
from soem_engine.rates import find_rates
from soem_engine.release import Release
from soem_engine.result import Result
from soem_engine.version import VERSION

MUNICIPALITY = PAYERS.index("municipality")


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
    return make_result(release, intervention, find_amounts(release, intervention))


def find_amounts(
    release: Release,
    intervention: Intervention,
    double_successes: tuple[FloatArray | None, ...] | None = None,
) -> Amounts:
    """Return the numbers of a calculation; the intervention must have been checked.

    Parameters
    ----------
    release, intervention
        As for `calculate`.
    double_successes
        (G,) for each target group (T,) successes that are counted with another intervention, or None.
    """
    chosen = find_consequences(intervention, release)
    axis = list_axis(intervention, release, {key for keys in chosen.values() for key in keys})
    doubles = double_successes or (None,) * len(intervention.target_groups)
    parts = tuple(
        make_group_part(release, intervention, group, chosen, axis, taken_out)
        for group, taken_out in zip(intervention.target_groups, doubles, strict=True)
    )
    signs = np.array([-consequence.budget_sign for consequence in axis], dtype=np.float64)
    success = np.stack([part.find_success_change() for part in parts])
    running = np.stack([part.find_running_change() for part in parts])
    prices = np.stack([part.price_dkk for part in parts]) * signs[:, None]
    cost_detail = _find_costs(release, intervention, parts)
    rates = find_rates(intervention, release)
    return Amounts(
        consequences=tuple(axis),
        parts=parts,
        rates=rates,
        discount=discount_factors(rates, intervention.horizon_years),
        use_change=success + running,
        success_dkk=success[..., None] * prices,
        running_dkk=running[..., None] * prices,
        cost_detail=cost_detail,
        cost_dkk=_sum_costs(cost_detail, intervention.horizon_years),
    )


def _find_costs(
    release: Release, intervention: Intervention, parts: tuple[GroupPart, ...]
) -> tuple[tuple[CostRow, ...], ...]:
    first, n_years = intervention.first_year, intervention.horizon_years
    basis = CostBasis(
        completing=np.stack([part.completing for part in parts]),
        starting=np.stack([part.starting for part in parts]),
        participant_years=np.stack([part.participant_years for part in parts]),
        n_operation_years=max(
            find_operation_years(group, first, n_years) for group in intervention.target_groups
        ),
    )
    return tuple(list_cost_rows(intervention, line, basis, release) for line in intervention.costs)


def _sum_costs(detail: tuple[tuple[CostRow, ...], ...], n_years: int) -> FloatArray:
    cost = np.zeros((n_years, len(detail), len(PAYERS)))
    for number, rows in enumerate(detail):
        for row in rows:
            cost[:, number] += row.dkk
    return cost


def make_result(release: Release, intervention: Intervention, amounts: Amounts) -> Result:
    """Return the result: amounts rounded once, in the finest cell, so that all sums are exact; and the warnings."""
    discount = amounts.discount[:, None, None]
    grid = choose_grid([amounts.success_dkk, amounts.running_dkk, amounts.cost_dkk])
    running = round_to_grid(amounts.running_dkk, grid)
    running_pv = round_to_grid(amounts.running_dkk * discount, grid)
    consequences = round_to_grid(amounts.success_dkk, grid) + running
    consequences_pv = round_to_grid(amounts.success_dkk * discount, grid) + running_pv
    cost = round_to_grid(amounts.cost_dkk, grid)
    cost_pv = round_to_grid(amounts.cost_dkk * discount, grid)
    make_up = find_make_up(amounts.parts, intervention.horizon_years)
    return Result(
        intervention=intervention,
        release=release.info,
        engine_version=VERSION,
        target_groups=tuple(part.group for part in amounts.parts),
        consequences=amounts.consequences,
        payers=PAYERS,
        years=np.arange(intervention.first_year, intervention.last_year + 1, dtype=np.int64),
        rates=amounts.rates,
        price_index=release.price_index,
        parts=amounts.parts,
        use_change=amounts.use_change,
        consequences_dkk=consequences,
        running_dkk=running,
        cost_dkk=cost,
        cost_detail=amounts.cost_detail,
        discount_factors=amounts.discount,
        consequences_pv_dkk=consequences_pv,
        running_pv_dkk=running_pv,
        cost_pv_dkk=cost_pv,
        **_split_by_committee(intervention, amounts, (consequences, cost, consequences_pv, cost_pv), grid),
        make_up=make_up,
        not_counted=collect_not_counted(release, intervention, amounts.parts, amounts.consequences),
        caveats=collect_caveats(release, intervention, amounts, make_up),
    )


def _split_by_committee(
    intervention: Intervention, amounts: Amounts, cells: tuple[FloatArray, ...], grid: float
) -> dict[str, Any]:
    """Return the municipality's part by committee, as fields of the result."""
    consequences, cost, consequences_pv, cost_pv = cells
    structure = intervention.committees
    n_years = intervention.horizon_years
    if structure is None:
        empty_c = np.zeros((0, n_years, len(amounts.consequences)))
        empty_l = np.zeros((0, n_years, len(intervention.costs)))
        return {
            "committees": (),
            "committee_consequences_dkk": empty_c,
            "committee_cost_dkk": empty_l,
            "committee_consequences_pv_dkk": empty_c.copy(),
            "committee_cost_pv_dkk": empty_l.copy(),
        }
    of_consequences = find_consequence_shares(structure, amounts.consequences)
    of_costs = find_cost_shares(structure, intervention.costs)
    return {
        "committees": list_committees(structure),
        "committee_consequences_dkk": split_exactly(
            consequences.sum(axis=0)[..., MUNICIPALITY], of_consequences, grid
        ),
        "committee_cost_dkk": split_exactly(cost[..., MUNICIPALITY], of_costs, grid),
        "committee_consequences_pv_dkk": split_exactly(
            consequences_pv.sum(axis=0)[..., MUNICIPALITY], of_consequences, grid
        ),
        "committee_cost_pv_dkk": split_exactly(cost_pv[..., MUNICIPALITY], of_costs, grid),
    }

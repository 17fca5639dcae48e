"""What must hold for any intervention: exact sums, linearity, no discounting, no success."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soem_engine import CostLine, Intervention, PayerShares, Release, TargetGroupInput, YearAmounts, calculate

YEARS = range(2022, 2030)
_QUICK = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

amounts = st.floats(0, 3e6, allow_nan=False)
persons = st.dictionaries(st.sampled_from(list(YEARS)), st.integers(1, 400).map(float), min_size=1)
shares = st.floats(0, 1, allow_nan=False)


@st.composite
def cost_lines(draw: st.DrawFn) -> CostLine:
    by_year = draw(st.booleans())
    value = (
        YearAmounts(by_year=draw(st.dictionaries(st.sampled_from(list(YEARS)), amounts, min_size=1)))
        if by_year
        else YearAmounts(draw(amounts))
    )
    share = draw(shares)
    return CostLine(
        name="post",
        kind=draw(st.sampled_from(["start_up", "fixed", "per_participant"])),
        amounts_dkk=value,
        payer=PayerShares({"municipality": share, "state": 1.0 - share}),
        saved_alternative=draw(st.booleans()),
    )


@st.composite
def interventions(draw: st.DrawFn) -> Intervention:
    groups = draw(st.lists(st.sampled_from(["adults", "children"]), min_size=1, max_size=2, unique=True))
    return Intervention(
        name="Vilkårlig",
        target_groups=tuple(TargetGroupInput(group, draw(persons), draw(shares), "gæt") for group in groups),
        first_year=YEARS[0],
        horizon_years=draw(st.integers(len(YEARS), 40)),
        price_year=draw(st.sampled_from([2020, 2022, 2024])),
        cost_price_year=draw(st.sampled_from([None, 2021])),
        own_success_measure="a",
        success_measure_comparison="b",
        costs=tuple(draw(st.lists(cost_lines(), max_size=4))),
        view=draw(st.sampled_from(["soem_classic", "all_estimates"])),
        discounting=draw(st.sampled_from(["release", "none"])),
        first_consequence_year=draw(st.sampled_from(["year_of_completion", "year_after_completion"])),
    )


@_QUICK
@given(interventions())
def test_years_payers_areas_and_consequences_add_up_to_the_last_bit(
    release: Release, intervention: Intervention
) -> None:
    result = calculate(release, intervention)
    total = result.net_present_value
    cost = float(result.cost_pv_dkk.sum())
    assert sum(result.net_pv_dkk.sum(axis=1).tolist()) == total
    assert sum(result.net_pv_dkk.sum(axis=0).tolist()) == total
    assert sum(result.net_present_value_by_payer.tolist()) == total
    assert float(result.cumulated_dkk[-1]) == total
    assert sum(result.sum_by_area().sum(axis=(1, 2)).tolist()) - cost == total
    assert sum(result.sum_by_consequence().sum(axis=(1, 2)).tolist()) - cost == total
    order = np.random.default_rng(1).permutation(result.consequences_pv_dkk.size)
    assert float(np.add.reduce(result.consequences_pv_dkk.ravel()[order])) - cost == total


@_QUICK
@given(interventions())
def test_no_success_leaves_minus_the_cost(release: Release, intervention: Intervention) -> None:
    groups = tuple(dataclasses.replace(group, net_success_share=0.0) for group in intervention.target_groups)
    result = calculate(release, dataclasses.replace(intervention, target_groups=groups))
    assert not result.consequences_dkk.any()
    assert result.net_present_value == -float(result.cost_pv_dkk.sum())


@_QUICK
@given(interventions())
def test_no_discounting_is_the_plain_sum(release: Release, intervention: Intervention) -> None:
    result = calculate(release, dataclasses.replace(intervention, discounting="none"))
    assert result.net_present_value == float(result.net_dkk.sum())
    assert np.array_equal(result.discount_factors, np.ones(intervention.horizon_years))


@_QUICK
@given(interventions(), st.floats(0.01, 1))
def test_consequences_are_linear_in_the_success_share(
    release: Release, intervention: Intervention, factor: float
) -> None:
    smaller = tuple(
        dataclasses.replace(group, net_success_share=group.net_success_share * factor)
        for group in intervention.target_groups
    )
    before = calculate(release, intervention).consequences_pv_dkk
    after = calculate(release, dataclasses.replace(intervention, target_groups=smaller)).consequences_pv_dkk
    assert after == pytest.approx(before * factor, rel=1e-9, abs=0.005)


@_QUICK
@given(interventions())
def test_net_result_without_fixed_costs_is_linear_in_participants(
    release: Release, intervention: Intervention
) -> None:
    costs = tuple(cost for cost in intervention.costs if cost.kind == "per_participant")
    single = dataclasses.replace(intervention, costs=costs)
    groups = tuple(
        dataclasses.replace(group, participants={year: 3 * n for year, n in group.participants.items()})
        for group in intervention.target_groups
    )
    before, after = (
        calculate(release, single),
        calculate(release, dataclasses.replace(single, target_groups=groups)),
    )
    assert after.net_pv_dkk == pytest.approx(3 * before.net_pv_dkk, rel=1e-9, abs=0.005)
    assert after.net_present_value_per_participant == pytest.approx(
        before.net_present_value_per_participant, rel=1e-9, abs=0.005
    )


@_QUICK
@given(interventions())
def test_two_groups_together_are_the_sum_of_each_alone(release: Release, intervention: Intervention) -> None:
    without_costs = dataclasses.replace(intervention, costs=())
    together = calculate(release, without_costs).net_pv_dkk
    alone = [
        calculate(release, dataclasses.replace(without_costs, target_groups=(group,))).net_pv_dkk
        for group in intervention.target_groups
    ]
    assert together == pytest.approx(sum(alone), rel=1e-9, abs=0.005)


def test_an_amount_of_a_billion_still_adds_up(release: Release, intervention: Intervention) -> None:
    line = dataclasses.replace(intervention.costs[0], amounts_dkk=YearAmounts(7.123456789e12))
    result = calculate(release, dataclasses.replace(intervention, costs=(line,)))
    assert sum(result.net_pv_dkk.ravel().tolist()) == result.net_present_value
    assert sum(result.net_pv_dkk.sum(axis=0).tolist()) == result.net_present_value

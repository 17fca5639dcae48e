"""What must hold for any intervention: exact sums, linearity, no discounting, no success."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soem_engine import (
    CommitteeShares,
    CommitteeStructure,
    CostLine,
    Intervention,
    OwnConsequence,
    OwnPrice,
    PayerAmounts,
    PayerShares,
    Release,
    TargetGroupInput,
    WhileRunning,
    YearAmounts,
    calculate,
)
from soem_engine.cost_lines import PER_PERSON

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
        kind=draw(st.sampled_from(["start_up", "fixed", *PER_PERSON])),
        amounts_dkk=value,
        payer=PayerShares({"municipality": share, "state": 1.0 - share}),
        saved_alternative=draw(st.booleans()),
    )


@st.composite
def groups(draw: st.DrawFn, key: str) -> TargetGroupInput:
    duration = draw(st.sampled_from([0.0, 6.0, 17.0]))
    if draw(st.booleans()):
        return TargetGroupInput(key, draw(persons), draw(shares), "gæt", duration_months=duration)
    dropout = draw(shares)
    starting = draw(persons)
    return TargetGroupInput(
        key, {}, draw(shares), "gæt", starting=starting, duration_months=duration, dropout_share=dropout
    )


@st.composite
def structures(draw: st.DrawFn) -> CommitteeStructure:
    share = draw(shares)
    split = CommitteeShares({"A": share, "B": 1.0 - share})
    return CommitteeStructure(
        "By", CommitteeShares({"C": 1.0}), {"income_transfers": split}, {}, {"post": split}
    )


@st.composite
def interventions(draw: st.DrawFn) -> Intervention:
    keys = draw(st.lists(st.sampled_from(["adults", "children"]), min_size=1, max_size=2, unique=True))
    typed = tuple(draw(groups(key)) for key in keys)
    numbers = st.floats(-50, 50, allow_nan=False)
    own = OwnConsequence(
        "gp_contacts", draw(st.dictionaries(st.integers(1, 9), numbers, min_size=1)), "egne tal"
    )
    price = OwnPrice("gp_contacts", PayerAmounts({"region": draw(amounts)}), "egen pris")
    may_run = all(group.duration_months > 0 for group in typed)
    running = (WhileRunning("shelter", draw(numbers), "r"),) if may_run and draw(st.booleans()) else ()
    return Intervention(
        name="Vilkårlig",
        target_groups=typed,
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
        own_consequences=draw(st.sampled_from([(), (own,)])),
        own_prices=draw(st.sampled_from([(), (price,)])),
        while_running=running,
        taper=draw(st.sampled_from(["release", "none"])),
        survival_weighting=draw(st.booleans()),
        tax_on_transfers=draw(st.sampled_from(["release", "computed", "none"])),
        committees=draw(st.none() | structures()),
    )


@_QUICK
@given(interventions())
def test_years_payers_areas_and_consequences_add_up_to_the_last_bit(
    rich_release: Release, intervention: Intervention
) -> None:
    result = calculate(rich_release, intervention)
    total = result.net_present_value
    cost = float(result.cost_pv_dkk.sum())
    assert sum(result.net_pv_dkk.sum(axis=1).tolist()) == total
    assert sum(result.net_pv_dkk.sum(axis=0).tolist()) == total
    assert sum(result.net_present_value_by_payer.tolist()) == total
    assert float(result.cumulated_dkk[-1]) == total
    assert sum(result.sum_by_area().sum(axis=(1, 2)).tolist()) - cost == total
    assert sum(result.sum_by_consequence().sum(axis=(1, 2)).tolist()) - cost == total
    if result.committees:
        assert np.array_equal(result.net_by_committee_dkk.sum(axis=0), result.net_dkk[:, 0])
        assert sum(result.net_by_committee_pv_dkk.ravel().tolist()) == result.net_present_value_by_payer[0]
    order = np.random.default_rng(1).permutation(result.consequences_pv_dkk.size)
    assert float(np.add.reduce(result.consequences_pv_dkk.ravel()[order])) - cost == total


@_QUICK
@given(interventions())
def test_no_success_leaves_minus_the_cost(rich_release: Release, intervention: Intervention) -> None:
    groups = tuple(dataclasses.replace(group, net_success_share=0.0) for group in intervention.target_groups)
    result = calculate(rich_release, dataclasses.replace(intervention, target_groups=groups))
    assert np.array_equal(result.consequences_dkk, result.running_dkk)
    assert result.net_present_value == float(result.running_pv_dkk.sum()) - float(result.cost_pv_dkk.sum())
    if not intervention.while_running:
        assert result.net_present_value == -float(result.cost_pv_dkk.sum())


@_QUICK
@given(interventions())
def test_no_discounting_is_the_plain_sum(rich_release: Release, intervention: Intervention) -> None:
    result = calculate(rich_release, dataclasses.replace(intervention, discounting="none"))
    assert result.net_present_value == float(result.net_dkk.sum())
    assert np.array_equal(result.discount_factors, np.ones(intervention.horizon_years))


@_QUICK
@given(interventions(), st.floats(0.01, 1))
def test_consequences_are_linear_in_the_success_share(
    rich_release: Release, intervention: Intervention, factor: float
) -> None:
    smaller = tuple(
        dataclasses.replace(group, net_success_share=(group.net_success_share or 0.0) * factor)
        for group in intervention.target_groups
    )
    before = calculate(rich_release, intervention)
    after = calculate(rich_release, dataclasses.replace(intervention, target_groups=smaller))
    # not to the last bit: above 4 billion kr. the grid is coarser, so another share may round on another grid
    assert after.running_pv_dkk == pytest.approx(before.running_pv_dkk, rel=0, abs=0.005)
    from_success = before.consequences_pv_dkk - before.running_pv_dkk
    assert after.consequences_pv_dkk - after.running_pv_dkk == pytest.approx(
        from_success * factor, rel=1e-9, abs=0.005
    )


@_QUICK
@given(interventions())
def test_net_result_without_fixed_costs_is_linear_in_participants(
    rich_release: Release, intervention: Intervention
) -> None:
    costs = tuple(cost for cost in intervention.costs if cost.kind in PER_PERSON)
    single = dataclasses.replace(intervention, costs=costs)
    groups = tuple(
        dataclasses.replace(
            group,
            participants={year: 3 * n for year, n in group.participants.items()},
            starting={year: 3 * n for year, n in group.starting.items()},
        )
        for group in intervention.target_groups
    )
    before, after = (
        calculate(rich_release, single),
        calculate(rich_release, dataclasses.replace(single, target_groups=groups)),
    )
    assert after.net_pv_dkk == pytest.approx(3 * before.net_pv_dkk, rel=1e-9, abs=0.005)
    if before.n_participants:
        assert after.net_present_value_per_participant == pytest.approx(
            before.net_present_value_per_participant, rel=1e-9, abs=0.005
        )


@_QUICK
@given(interventions())
def test_two_groups_together_are_the_sum_of_each_alone(
    rich_release: Release, intervention: Intervention
) -> None:
    without_costs = dataclasses.replace(intervention, costs=())
    together = calculate(rich_release, without_costs).net_pv_dkk
    alone = [
        calculate(rich_release, dataclasses.replace(without_costs, target_groups=(group,))).net_pv_dkk
        for group in intervention.target_groups
    ]
    assert together == pytest.approx(sum(alone), rel=1e-9, abs=0.005)


def test_an_amount_of_a_billion_still_adds_up(rich_release: Release, intervention: Intervention) -> None:
    line = dataclasses.replace(intervention.costs[0], amounts_dkk=YearAmounts(7.123456789e12))
    result = calculate(rich_release, dataclasses.replace(intervention, costs=(line,)))
    assert sum(result.net_pv_dkk.ravel().tolist()) == result.net_present_value
    assert sum(result.net_pv_dkk.sum(axis=0).tolist()) == result.net_present_value

"""Tornado, tables, break-evens and tipping points: each put back into the calculation."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from soem_engine import (
    CostLine,
    Intervention,
    OwnPrice,
    PayerAmounts,
    PayerShares,
    Range,
    Release,
    Result,
    Sensitivity,
    TargetGroupInput,
    WhileRunning,
    YearAmounts,
    calculate,
    find_sensitivity,
)
from soem_engine.standard_errors import find_gradient
from soem_engine.terminal_analyses import format_sensitivity

HALF_AN_OERE = 0.005


@pytest.fixture
def several(intervention: Intervention) -> Intervention:
    """Two groups, a course with length, consequences while running, costs of every kind, in one price level."""
    groups = (
        TargetGroupInput("adults", {}, 0.2, "r", starting={2024: 10.0, 2025: 6.0}, duration_months=6),
        TargetGroupInput("children", {2024: 5.0}, 0.3, "r", duration_months=3),
    )
    costs = (
        *intervention.costs,
        CostLine("pr. start", "per_starter", YearAmounts(900.0), PayerShares({"region": 1.0})),
        CostLine("pr. år", "per_participant_year", YearAmounts(700.0), PayerShares({"municipality": 1.0})),
    )
    running = WhileRunning("gp_contacts", 2.0, "r")
    return dataclasses.replace(
        intervention,
        target_groups=groups,
        costs=costs,
        while_running=(running,),
        price_year=2022,
        cost_price_year=None,
    )


@pytest.fixture
def sensitivity(release: Release, several: Intervention) -> Sensitivity:
    return find_sensitivity(release, several)


def _set(intervention: Intervention, place: str, value: float) -> Intervention:
    """Return the intervention with one input set, by plain replacement."""
    table, _, field = place.partition(".")
    number = int(table[table.find("[") + 1 : -1]) - 1 if "[" in table else 0
    if field == "amounts_dkk":
        line = intervention.costs[number]
        assert line.amounts_dkk is not None
        scaled = _scale(line.amounts_dkk, value)
        costs = list(intervention.costs)
        costs[number] = dataclasses.replace(line, amounts_dkk=scaled)
        return dataclasses.replace(intervention, costs=tuple(costs))
    groups = list(intervention.target_groups)
    group = groups[number]
    if field == "net_success_share":
        groups[number] = dataclasses.replace(group, net_success_share=value)
    else:
        groups[number] = dataclasses.replace(
            group,
            participants={year: value * n for year, n in group.participants.items()},
            starting={year: value * n for year, n in group.starting.items()},
        )
    return dataclasses.replace(intervention, target_groups=tuple(groups))


def _scale(amounts: YearAmounts, factor: float) -> YearAmounts:
    if amounts.constant is not None:
        return YearAmounts(factor * amounts.constant)
    return YearAmounts(by_year={year: factor * amount for year, amount in amounts.by_year.items()})


def _price(result: Result, key: str, factor: float) -> OwnPrice:
    column = [consequence.key for consequence in result.consequences].index(key)
    prices = factor * next(part.price_dkk[0, column] for part in result.parts if part.is_calculated[column])
    return OwnPrice(key, PayerAmounts(dict(zip(result.payers, prices.tolist(), strict=True))), "r")


def test_every_bar_is_what_a_new_calculation_gives(
    release: Release, several: Intervention, sensitivity: Sensitivity
) -> None:
    checked = set()
    for bar in sensitivity.tornado:
        for value, found in ((bar.low, bar.low_by_payer_dkk), (bar.high, bar.high_by_payer_dkk)):
            table, _, key = bar.input.partition(".")
            if table == "prices":
                changed = dataclasses.replace(several, own_prices=(_price(sensitivity.base, key, value),))
            elif bar.input == "discount_rate" or table == "consequences":
                continue
            else:
                changed = _set(several, bar.input, value)
            again = calculate(release, changed).net_present_value_by_payer
            assert found == pytest.approx(again, abs=HALF_AN_OERE), bar.input
            checked.add(bar.input)
    assert {"target_groups[2].participants", "costs[5].amounts_dkk", "prices.gp_contacts"} <= checked
    swings = [bar.swing_dkk for bar in sensitivity.tornado]
    assert swings == sorted(swings, reverse=True)


def test_ranges_typed_are_used_and_said(release: Release, several: Intervention) -> None:
    ranges = (
        Range("target_groups[1].net_success_share", 0.1, 0.4, "to studier"),
        Range("discount_rate", 0.01, 0.05, "følsomhed"),
    )
    found = find_sensitivity(release, dataclasses.replace(several, ranges=ranges))
    bars = {bar.input: bar for bar in found.tornado}
    share = bars["target_groups[1].net_success_share"]
    assert (share.low, share.high, share.reason.da, share.is_default) == (0.1, 0.4, "to studier", False)
    rate = bars["discount_rate"]
    for value, amount in ((0.01, rate.low_dkk), (0.05, rate.high_dkk)):
        again = calculate(release, dataclasses.replace(several, discount_rate=value))
        assert amount == pytest.approx(again.net_present_value, abs=HALF_AN_OERE)
    assert bars["costs[1].amounts_dkk"].is_default


@pytest.mark.parametrize("payer", [None, "municipality", "region", "state"])
def test_break_evens_put_back_give_zero(
    payer: str | None, release: Release, several: Intervention, sensitivity: Sensitivity
) -> None:
    found = {one.what: one for one in sensitivity.break_evens if one.payer == payer and one.what != "price"}
    share, persons = found["net_success_share"], found["participants"]
    assert share.factor is not None and persons.factor is not None
    by_share, by_persons = several, several
    for n, group in enumerate(several.target_groups, start=1):
        assert group.net_success_share is not None
        by_share = _set(
            by_share, f"target_groups[{n}].net_success_share", group.net_success_share * share.factor
        )
        by_persons = _set(by_persons, f"target_groups[{n}].participants", persons.factor)
    for changed, possible in ((by_share, share.is_possible), (by_persons, persons.is_possible)):
        if possible:
            again = calculate(release, changed)
            net = again.net_present_value_by_payer
            zero = again.net_present_value if payer is None else net[again.payers.index(payer)]
            assert zero == pytest.approx(0.0, abs=HALF_AN_OERE)


def test_some_break_even_is_possible(sensitivity: Sensitivity) -> None:
    assert {one.what for one in sensitivity.break_evens if one.is_possible} >= {
        "net_success_share",
        "participants",
    }


def test_break_even_prices_put_back_give_zero(
    release: Release, several: Intervention, sensitivity: Sensitivity
) -> None:
    prices = [one for one in sensitivity.break_evens if one.what == "price" and one.is_possible]
    assert prices
    for one in prices:
        assert one.factor is not None and one.value == pytest.approx(one.factor * one.base)
        price = _price(sensitivity.base, one.key, one.factor)
        again = calculate(release, dataclasses.replace(several, own_prices=(price,)))
        assert again.net_present_value == pytest.approx(0.0, abs=HALF_AN_OERE)


def test_break_even_cost_per_participant_put_back_gives_zero(
    release: Release, intervention: Intervention
) -> None:
    line = CostLine("pr.", "per_participant", YearAmounts(1000.0), PayerShares({"municipality": 1.0}))
    alone = dataclasses.replace(intervention, costs=(intervention.costs[0], line), cost_price_year=None)
    found = find_sensitivity(release, alone).break_evens
    one = next(one for one in found if one.what == "cost_per_participant" and one.payer is None)
    assert one.base == pytest.approx(1000.0) and one.value is not None
    costs = (alone.costs[0], dataclasses.replace(line, amounts_dkk=YearAmounts(one.value)))
    again = calculate(release, dataclasses.replace(alone, costs=costs))
    assert again.net_present_value == pytest.approx(0.0, abs=HALF_AN_OERE)


def test_a_biggest_bias_turns_the_sign_by_hand(sensitivity: Sensitivity) -> None:
    """Move every estimate by b standard errors against the result's sign: the result is zero."""
    base = sensitivity.base
    for point in sensitivity.tipping_points:
        moved = point.net_present_value
        for part in base.parts:
            gradient = find_gradient(part, base.budget_sign, base.discount_factors).sum(axis=0)
            slope = gradient.sum(axis=0) if point.payer is None else gradient[base.payers.index(point.payer)]
            if point.standard_errors is None:
                assert not slope.any()
                continue
            against = -np.sign(slope) * np.sign(point.net_present_value)
            moved += float((slope * against * point.standard_errors * part.estimates.standard_errors).sum())
        if point.standard_errors is not None:
            assert moved == pytest.approx(0.0, abs=1e-4)


def test_the_share_of_consequences_is_the_break_even_of_the_share(sensitivity: Sensitivity) -> None:
    point = sensitivity.tipping_points[0]
    share = next(
        one for one in sensitivity.break_evens if one.what == "net_success_share" and one.payer is None
    )
    assert point.share_of_consequences is not None and share.factor is not None
    assert 1.0 - point.share_of_consequences == pytest.approx(share.factor)


def test_two_way_tables_are_new_calculations(release: Release, intervention: Intervention) -> None:
    plain = dataclasses.replace(intervention, cost_price_year=None)
    by_persons, by_cost = find_sensitivity(release, plain).two_way
    share, persons = float(by_persons.row_values[3]), float(by_persons.column_values[1])
    changed = _set(plain, "target_groups[1].net_success_share", share)
    again = calculate(release, _set(changed, "target_groups[1].participants", persons / 14.0))
    assert by_persons.net_present_value_dkk[3, 1] == pytest.approx(again.net_present_value, abs=HALF_AN_OERE)
    for n in range(1, 5):
        changed = _set(changed, f"costs[{n}].amounts_dkk", float(by_cost.column_values[4]))
    again = calculate(release, changed)
    assert by_cost.net_present_value_dkk[3, 4] == pytest.approx(again.net_present_value, abs=HALF_AN_OERE)


def test_no_share_above_one_is_shown(release: Release, intervention: Intervention) -> None:
    """Nine of ten succeed: 20 % more would be more than all of them."""
    group = dataclasses.replace(intervention.target_groups[0], net_success_share=0.9)
    found = find_sensitivity(release, dataclasses.replace(intervention, target_groups=(group,)))
    bar = next(bar for bar in found.tornado if bar.input.endswith("net_success_share"))
    assert bar.high == 1.0 and bar.reason.da == "ikke angivet: ±20 %, skåret af ved højest mulige"
    assert bar.low == pytest.approx(0.72)
    for table in found.two_way:
        assert table.row_values.tolist() == pytest.approx([0.45, 0.675, 0.9])


def test_switches_are_new_calculations(
    release: Release, several: Intervention, sensitivity: Sensitivity
) -> None:
    seen = {(switch.input, switch.value): switch for switch in sensitivity.switches}
    tapered = seen["view", "all_estimates + no_taper"]
    again = calculate(release, dataclasses.replace(several, view="all_estimates", taper="none"))
    assert tapered.net_present_value == pytest.approx(again.net_present_value, abs=HALF_AN_OERE)
    assert tapered.by_payer == pytest.approx(again.net_present_value_by_payer, abs=HALF_AN_OERE)
    assert seen["view", "soem_classic + taper"].is_base and not tapered.is_base
    assert ("tax_on_transfers", "computed") not in seen


def test_sensitivity_for_people_and_programs(sensitivity: Sensitivity) -> None:
    data = json.loads(sensitivity.to_json())
    assert data["tornado"][0]["input"] == sensitivity.tornado[0].input
    assert len(data["caveats"]) == len(sensitivity.base.caveats)
    danish, english = format_sensitivity(sensitivity), format_sensitivity(sensitivity, "en")
    assert "Hvor resultatet er nul" in danish and "Where the result is zero" in english
    for caveat in sensitivity.caveats:
        assert " ".join(caveat.text.da.split()) in " ".join(danish.split())

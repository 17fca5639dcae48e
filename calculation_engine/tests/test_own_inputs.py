"""Own data, own groups, consequences while running, own prices, rules by date, tax, taper, survival: each by hand."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from soem_engine import (
    Intervention,
    NewConsequence,
    OwnConsequence,
    OwnGroup,
    OwnPrice,
    PayerAmounts,
    Release,
    Result,
    TargetGroupInput,
    WhileRunning,
    calculate,
    find_value_of_success,
    format_result,
)
from soem_engine.report.build_report import build_report
from soem_engine.report.document import Table

ALL_PAYERS = PayerAmounts({"municipality": 10.0, "region": 20.0, "state": 30.0})


def _adult(**changes: object) -> Intervention:
    base = Intervention(
        name="En voksen",
        target_groups=(TargetGroupInput("adults", {2022: 1.0}, 1.0, "værdien af en succes"),),
        first_year=2022,
        horizon_years=6,
        price_year=2022,
        own_success_measure="det samme",
        success_measure_comparison="det samme",
        discounting="none",
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def _column(result: Result, key: str) -> int:
    return [consequence.key for consequence in result.consequences].index(key)


def _use(result: Result, key: str) -> list[float]:
    return result.use_change[0, :, _column(result, key)].tolist()


def _codes(result: Result) -> set[str]:
    return {caveat.code for caveat in result.caveats}


def test_own_data_replace_the_years_given_and_only_those(rich_release: Release) -> None:
    own = OwnConsequence("cash_benefit", {1: -5.0, 4: 2.0}, "egen opgørelse")
    result = calculate(rich_release, _adult(own_consequences=(own,)))
    assert _use(result, "cash_benefit") == [-5.0, -2.4, -1.7, 2.0, 0.0, 0.0]
    part, column = result.parts[0], _column(result, "cash_benefit")
    assert part.values.status[column].tolist() == ["own", "estimated", "estimated", "own", "tapered"]
    assert "own_data" in _codes(result)
    assert "egen opgørelse" in " ".join(format_result(result).split())


def test_own_data_for_one_group_leave_the_other(rich_release: Release) -> None:
    groups = tuple(TargetGroupInput(key, {2022: 1.0}, 1.0, "r") for key in ("adults", "children"))
    own = OwnConsequence("gp_contacts", {1: -9.0}, "r", target_group="adults")
    result = calculate(rich_release, _adult(target_groups=groups, own_consequences=(own,)))
    column = _column(result, "gp_contacts")
    assert result.use_change[:, 0, column].tolist() == [-9.0, -1.25]


def test_an_unknown_year_of_the_release_is_filled_by_own_data(rich_release: Release) -> None:
    child = (TargetGroupInput("children", {2022: 1.0}, 1.0, "r"),)
    before = calculate(rich_release, _adult(target_groups=child))
    own = OwnConsequence("gp_contacts", {2: -0.75}, "r")
    after = calculate(rich_release, _adult(target_groups=child, own_consequences=(own,)))
    assert any(entry.reason == "not_observed" for entry in before.not_counted)
    assert not any(entry.reason == "not_observed" for entry in after.not_counted)
    assert _use(after, "gp_contacts")[:3] == [-1.25, -0.75, -0.5]


def test_a_consequence_of_ones_own_needs_a_price(rich_release: Release) -> None:
    own = OwnConsequence(
        "health_visits", {1: -4.0}, "r", new=NewConsequence("Sundhedspleje", "health", "besøg", "expense")
    )
    price = OwnPrice("health_visits", ALL_PAYERS, "kommunens regnskab")
    result = calculate(rich_release, _adult(own_consequences=(own,), own_prices=(price,)))
    column = _column(result, "health_visits")
    assert result.consequences_dkk[0, 0, column].tolist() == [40.0, 80.0, 120.0]
    assert result.consequences[column].name.da == "Sundhedspleje"
    assert result.sum_by_area().sum() == result.consequences_pv_dkk.sum()
    with pytest.raises(Exception, match="no unit price"):
        calculate(rich_release, _adult(own_consequences=(own,)))


def test_a_revenue_of_ones_own_is_a_gain_where_it_rises(rich_release: Release) -> None:
    own = OwnConsequence(
        "fees", {1: 2.0}, "r", new=NewConsequence("Egenbetaling", "health", "betalinger", "revenue")
    )
    price = OwnPrice("fees", ALL_PAYERS, "r")
    result = calculate(rich_release, _adult(own_consequences=(own,), own_prices=(price,)))
    assert result.consequences_dkk[0, 0, _column(result, "fees")].tolist() == [20.0, 40.0, 60.0]


def test_a_group_of_ones_own_has_own_numbers_only(rich_release: Release) -> None:
    group = TargetGroupInput("unge", {2022: 2.0}, 0.5, "r", own_group=OwnGroup("Unge", "I job", "adults"))
    own = OwnConsequence("cash_benefit", {1: -10.0, 2: -6.0}, "r", target_group="unge")
    result = calculate(rich_release, _adult(target_groups=(group,), own_consequences=(own,)))
    assert [consequence.key for consequence in result.consequences] == ["cash_benefit"]
    assert _use(result, "cash_benefit")[:3] == [-10.0, -6.0, 0.0]
    assert result.consequences_dkk[0, 0, 0].tolist() == [7000.0, 0.0, 23000.0]
    missing = [entry.relative_years for entry in result.not_counted if entry.consequence == "cash_benefit"]
    assert missing == [(3, 4, 5, 6)]
    assert "own_group" in _codes(result) and result.standard_errors.net_present_value == 0.0


def test_while_running_counts_every_participant_year_and_no_success(rich_release: Release) -> None:
    group = TargetGroupInput(
        "adults", {}, 0.0, "r", starting={2022: 10.0}, duration_months=6, dropout_share=0.2
    )
    running = WhileRunning("shelter", 3.0, "flere døgn under forløbet")
    result = calculate(rich_release, _adult(target_groups=(group,), while_running=(running,)))
    years = np.array([0.8 * 3.75 + 0.2 * (10 * 0.21875), 0.8 * 1.25 + 0.2 * (10 * 0.03125)])
    assert _use(result, "shelter")[:2] == pytest.approx((years * 3.0).tolist())
    assert result.consequences_dkk == pytest.approx(result.running_dkk)
    assert result.running_dkk[0, 0, _column(result, "shelter"), 0] == pytest.approx(
        -years[0] * 3.0 * 800, abs=1e-3
    )


def test_year_one_twice_is_warned_of(rich_release: Release) -> None:
    group = TargetGroupInput("adults", {2022: 1.0}, 1.0, "r", duration_months=6)
    running = WhileRunning("shelter", -3.0, "r")
    twice = _adult(target_groups=(group,), while_running=(running,))
    assert "year_one_twice" in _codes(calculate(rich_release, twice))
    later = dataclasses.replace(twice, first_consequence_year="year_after_completion")
    assert "year_one_twice" not in _codes(calculate(rich_release, later))


def test_own_price_of_one_payer_leaves_the_others(rich_release: Release) -> None:
    price = OwnPrice("cash_benefit", PayerAmounts({"municipality": 100.0}), "egen takst", price_year=2021)
    result = calculate(rich_release, _adult(own_prices=(price,)))
    column = _column(result, "cash_benefit")
    assert result.parts[0].price_dkk[0, column].tolist() == pytest.approx([100 * 100 / 96, 0.0, 2300.0])
    used = result.parts[0].price_sources[column]
    assert used.own is price and "price/cash_benefit/municipality/2022" not in used.number_ids
    assert "price/cash_benefit/state/2022" in used.number_ids
    assert "own_prices" in _codes(result)


def test_prices_past_their_validity_are_split_by_the_rule_in_force(rich_release: Release) -> None:
    result = calculate(rich_release, _adult())
    column, gross = _column(result, "shelter"), 800.0 + 700.25
    prices = result.parts[0].price_dkk[:, column]
    assert prices[1].tolist() == [800.0, 0.0, 700.25]
    assert prices[2].tolist() == pytest.approx([0.7 * gross, 0.0, 0.3 * gross])
    assert "reimbursement_by_date" in _codes(result) and "price_outside_validity" not in _codes(result)
    as_priced = calculate(rich_release, _adult(reimbursement="as_priced"))
    assert as_priced.parts[0].price_dkk[2, column].tolist() == [800.0, 0.0, 700.25]
    assert "price_outside_validity" in _codes(as_priced)
    assert as_priced.net_present_value == pytest.approx(result.net_present_value, abs=1e-3)


def test_every_split_of_a_price_is_told_with_its_years_and_sources(rich_release: Release) -> None:
    """The shelter's price is split 50/50 until autumn 2023, 70/30 after; the other prices never change."""
    result = calculate(rich_release, _adult())
    prices = {price["consequence"]: price for price in result.to_dict()["prices"]}
    before, after = prices["shelter"]["periods"]
    assert (before["first_year"], before["last_year"], before["is_split_by_date"]) == (2022, 2023, False)
    assert (after["first_year"], after["last_year"], after["is_split_by_date"]) == (2024, 2027, True)
    assert before["price_dkk"] == {"municipality": 800.0, "region": 0.0, "state": 700.25}
    assert after["price_dkk"]["municipality"] == pytest.approx(0.7 * 1500.25)
    assert after["rule"] == "section_110" and after["sources"] == ["Serviceloven § 177"]
    assert [(one["first_year"], one["last_year"]) for one in prices["cash_benefit"]["periods"]] == [
        (2022, 2027)
    ]
    document = build_report(result)
    table = next(
        block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, Table) and block.title == "Enhedspriser"
    )
    row = next(row for row in table.rows if row.cells[0].startswith("Herberg"))
    assert row.cells[1] == "Kommune 2022–2023\nStat 2022–2023\nKommune 2024–2027*\nStat 2024–2027*"
    assert row.cells[2] == "800,00\n700,25\n1.050,17\n450,07"
    assert "Serviceloven § 177" in repr(document)


def test_tax_on_transfers_follows_own_data_when_computed(rich_release: Release) -> None:
    own = OwnConsequence("cash_benefit", {1: -10.0}, "r")
    released = calculate(rich_release, _adult(own_consequences=(own,)))
    assert _use(released, "tax_transfers")[0] == 100.0
    assert "tax_not_following" in _codes(released)
    computed = calculate(rich_release, _adult(own_consequences=(own,), tax_on_transfers="computed"))
    assert _use(computed, "tax_transfers")[:2] == pytest.approx([-10 * 3000 * 0.3, -2.4 * 3000 * 0.3])
    column = _column(computed, "tax_transfers")
    assert computed.consequences_dkk[0, 0, column].tolist() == pytest.approx([-6300, 0, -2700])
    without = calculate(rich_release, _adult(tax_on_transfers="none"))
    assert "tax_transfers" not in [consequence.key for consequence in without.consequences]
    assert any(entry.consequence == "tax_transfers" for entry in without.not_counted)


def test_computed_tax_follows_transfers_of_an_own_group_and_while_running(rich_release: Release) -> None:
    group = TargetGroupInput(
        "unge", {2022: 1.0}, 1.0, "r", own_group=OwnGroup("Unge", "I job", "adults"), duration_months=12
    )
    changed = _adult(
        target_groups=(group,),
        own_consequences=(OwnConsequence("cash_benefit", {1: -10.0}, "r"),),
        while_running=(WhileRunning("cash_benefit", 4.0, "r"),),
        tax_on_transfers="computed",
    )
    result = calculate(rich_release, changed)
    assert _use(result, "cash_benefit")[0] == -10.0 + 4.0 * float(result.parts[0].participant_years[0])
    assert _use(result, "tax_transfers")[0] == pytest.approx(_use(result, "cash_benefit")[0] * 3000 * 0.3)
    both = dataclasses.replace(changed, own_consequences=(OwnConsequence("tax_transfers", {1: 1.0}, "r"),))
    with pytest.raises(Exception, match="tax_on_transfers"):
        calculate(rich_release, both)


def test_own_split_of_a_krone_is_in_the_releases_price_level(rich_release: Release) -> None:
    split = OwnPrice("tax_transfers", PayerAmounts({"municipality": 0.6, "region": 0.0, "state": 0.4}), "r")
    same = OwnPrice("tax_transfers", PayerAmounts({"municipality": 0.7, "region": 0.0, "state": 0.3}), "r")
    late = {
        "first_year": 2024,
        "price_year": 2024,
        "target_groups": (TargetGroupInput("adults", {2024: 1.0}, 1.0, "r"),),
    }
    before = calculate(rich_release, _adult(**late))
    for price in (split, same):
        after = calculate(rich_release, _adult(**late, own_prices=(price,)))
        assert after.net_present_value == pytest.approx(before.net_present_value, abs=1e-3)


def test_tax_rate_past_its_validity_is_warned_of(rich_release: Release) -> None:
    late = (TargetGroupInput("adults", {2024: 1.0}, 1.0, "r"),)
    changed = _adult(first_year=2024, target_groups=late, tax_on_transfers="computed")
    assert "value_outside_validity" in _codes(calculate(rich_release, changed))
    computed = calculate(rich_release, _adult(tax_on_transfers="computed"))
    told = {caveat.code: caveat.text.da for caveat in computed.caveats}
    assert "(2024-2025)" in told["value_outside_validity"], "the rate ends in 2023, the taper in 2025"
    short = _adult(tax_on_transfers="computed", horizon_years=2)
    assert "value_outside_validity" not in _codes(calculate(rich_release, short))


def test_computed_tax_moves_with_the_estimates(rich_release: Release) -> None:
    errors = [
        calculate(rich_release, _adult(tax_on_transfers=tax)).standard_errors.net_present_value
        for tax in ("none", "computed")
    ]
    assert errors[1] != errors[0]


def test_taper_can_be_switched_off(rich_release: Release) -> None:
    result = calculate(rich_release, _adult(taper="none"))
    assert _use(result, "cash_benefit") == [-2.9, -2.4, -1.7, 0.0, 0.0, 0.0]
    assert result.make_up.tapered_dkk.sum() == 0.0


def test_survival_weights_are_those_of_the_success_group(rich_release: Release) -> None:
    result = calculate(rich_release, _adult(survival_weighting=True))
    assert _use(result, "cash_benefit")[:5] == pytest.approx([-2.9, -2.4 * 0.9, -1.7 * 0.8, -0.85 * 0.8, 0.0])
    assert "survival_weighting" in _codes(result)
    assert (
        result.standard_errors.net_present_value
        < calculate(rich_release, _adult()).standard_errors.net_present_value
    )


def test_one_rate_of_ones_own(rich_release: Release) -> None:
    result = calculate(rich_release, _adult(discounting="release", discount_rate=0.1))
    assert result.discount_factors[:3].tolist() == pytest.approx([1, 1 / 1.1, 1 / 1.21])
    assert "own_discount_rate" in _codes(result)


def test_the_value_of_one_success(rich_release: Release) -> None:
    value = find_value_of_success(rich_release, "adults", horizon_years=6)
    same = calculate(rich_release, _adult(discounting="release"))
    assert value.net_present_value == same.net_present_value
    assert value.n_participants == 1 and not value.cost_dkk.size
    assert "own_success_measure" not in _codes(value)


def test_benefit_per_krone_and_break_even_by_payer(release: Release, intervention: Intervention) -> None:
    result = calculate(release, intervention)
    assert result.benefit_per_krone == pytest.approx(
        float(result.consequences_pv_dkk.sum()) / float(result.cost_pv_dkk.sum())
    )
    assert result.break_even_year_by_payer[1] is None
    assert sum(result.cumulated_by_payer_dkk[-1].tolist()) == result.net_present_value
    free = dataclasses.replace(intervention, costs=())
    assert calculate(release, free).benefit_per_krone is None

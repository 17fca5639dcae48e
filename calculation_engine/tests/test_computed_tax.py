"""A tax computed from transfers follows them: in break-evens, in the tornado and in the draws."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from soem_engine import (
    ConsequenceChoice,
    Intervention,
    OwnConsequence,
    OwnPrice,
    PayerAmounts,
    Range,
    Release,
    Result,
    TargetGroupInput,
    WhileRunning,
    calculate,
    find_sensitivity,
    run_monte_carlo,
)
from soem_engine.joint_result import Term
from soem_engine.uncertain_terms import make_uncertain_sum

HALF_AN_OERE = 0.005


@pytest.fixture
def computed(intervention: Intervention) -> Intervention:
    """Two groups with transfers, one of them while the course runs, and the tax on them computed."""
    groups = (
        TargetGroupInput("adults", {2024: 10.0, 2025: 6.0}, 0.2, "r", duration_months=6),
        TargetGroupInput("children", {2024: 5.0}, 0.3, "r"),
    )
    return dataclasses.replace(
        intervention,
        target_groups=groups,
        own_consequences=(OwnConsequence("cash_benefit", {1: -4.0}, "r", "children", {1: 1.0}),),
        while_running=(WhileRunning("cash_benefit", 3.0, "r", "adults"),),
        tax_on_transfers="computed",
        price_year=2022,
        cost_price_year=None,
    )


def _put_price(result: Result, key: str, factor: float) -> Intervention:
    column = [consequence.key for consequence in result.consequences].index(key)
    prices = (factor * result.parts[0].price_dkk[0, column]).tolist()
    own = OwnPrice(key, PayerAmounts(dict(zip(result.payers, prices, strict=True))), "r")
    return dataclasses.replace(result.intervention, own_prices=(own,))


def test_a_break_even_price_of_a_transfer_put_back_gives_zero(
    rich_release: Release, computed: Intervention
) -> None:
    transfers = dataclasses.replace(
        computed,
        consequences=ConsequenceChoice("r", only=("cash_benefit", "tax_transfers")),
        while_running=(WhileRunning("cash_benefit", 0.5, "r", "adults"),),
    )
    found = find_sensitivity(rich_release, transfers)
    (price,) = [one for one in found.break_evens if one.what == "price"]
    assert price.key == "cash_benefit" and price.is_possible and price.factor is not None
    again = calculate(rich_release, _put_price(found.base, "cash_benefit", price.factor))
    assert again.net_present_value == pytest.approx(0.0, abs=HALF_AN_OERE)


def test_bars_of_a_transfer_are_what_a_new_calculation_gives(
    rich_release: Release, computed: Intervention
) -> None:
    found = find_sensitivity(rich_release, computed)
    bars = {bar.input: bar for bar in found.tornado}
    price = bars["prices.cash_benefit"]
    for factor, by_payer in ((price.low, price.low_by_payer_dkk), (price.high, price.high_by_payer_dkk)):
        again = calculate(rich_release, _put_price(found.base, "cash_benefit", factor))
        assert by_payer == pytest.approx(again.net_present_value_by_payer, abs=HALF_AN_OERE)
    use = bars["consequences.cash_benefit"]
    own = tuple(
        OwnConsequence(
            "cash_benefit", dict(enumerate((use.low * part.value[0]).tolist(), start=1)), "r", part.group.key
        )
        for part in found.base.parts
    )
    running = (WhileRunning("cash_benefit", 3.0 * use.low, "r", "adults"),)
    again = calculate(
        rich_release, dataclasses.replace(computed, own_consequences=own, while_running=running)
    )
    assert use.low_by_payer_dkk == pytest.approx(again.net_present_value_by_payer, abs=HALF_AN_OERE)


def test_a_krone_of_tax_has_no_other_price(rich_release: Release, computed: Intervention) -> None:
    found = find_sensitivity(rich_release, computed)
    taxes = {"tax_transfers", "tax_employment"}
    assert not taxes & {one.key for one in found.break_evens}
    assert not {f"prices.{key}" for key in taxes} & {bar.input for bar in found.tornado}
    assert {f"consequences.{key}" for key in taxes} <= {bar.input for bar in found.tornado}


def test_an_uncertain_price_of_a_transfer_moves_its_tax_too(
    rich_release: Release, computed: Intervention
) -> None:
    """With the price alone uncertain, the net result is linear in it: two prices say what every draw must be."""
    certain = dataclasses.replace(computed, tax_on_transfers="computed", own_consequences=())
    ranged = dataclasses.replace(certain, ranges=(Range("prices.cash_benefit", 0.5, 1.5, "r", "uniform"),))
    with_price, without = (
        run_monte_carlo(calculate(rich_release, one), 2).analytic_sd_dkk for one in (ranged, certain)
    )
    base = calculate(rich_release, certain)
    dearer = calculate(rich_release, _put_price(base, "cash_benefit", 1.5)).net_present_value
    slope = 2 * (dearer - base.net_present_value)
    expected = (slope**2 / 12 * (1 + _relative_variance(base, slope)) + without**2) ** 0.5
    assert with_price == pytest.approx(expected, rel=0.01)


def test_terms_of_the_draws_add_up_to_the_result(rich_release: Release, computed: Intervention) -> None:
    result = calculate(rich_release, computed)
    terms = make_uncertain_sum((Term("", 1.0, result),)).terms
    assert sum(term.mean_dkk for term in terms) == pytest.approx(result.net_pv_dkk, abs=HALF_AN_OERE)
    drawn = run_monte_carlo(result, 2)
    assert drawn.analytic_sd_dkk == pytest.approx(result.standard_errors.net_present_value)
    assert drawn.analytic_sd_by_payer_dkk == pytest.approx(result.standard_errors.by_payer)


def _relative_variance(result: Result, slope: float) -> float:
    """Return the variance of the transfers with their tax, as a share of their mean squared."""
    part = result.parts[0]
    signs = result.budget_sign
    prices = part.find_signed_prices(signs) + part.find_tax_prices(signs)
    n = len(part.estimates.covariance.matrix)
    gradient = np.zeros(n)
    for c, k, position, weight in zip(
        part.estimates.consequence,
        part.estimates.relative_year,
        part.estimates.position,
        part.estimates.weight,
        strict=True,
    ):
        if result.consequences[c].key == "cash_benefit" and position < n:
            worth = (prices[:, c].sum(axis=1) * part.succeeding[:, k] * result.discount_factors).sum()
            gradient[position] += weight * worth
    return float(gradient @ part.estimates.covariance.matrix @ gradient) / slope**2

"""Draws against the closed form, against a plain loop, and against themselves."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soem_engine import (
    Intervention,
    OwnConsequence,
    Range,
    Release,
    SuccessChain,
    TargetGroupInput,
    calculate,
    compare,
    open_release,
    run_monte_carlo,
)
from soem_engine.factors import Factor, seed_stream
from soem_engine.knowledge import EstimateCovariance
from soem_engine.texts import Text

N = 40_000
RANGES = (
    Range("target_groups[1].net_success_share", 0.05, 0.35, "r"),
    Range("target_groups[2].participants", 0.5, 1.4, "r", "triangular"),
    Range("costs[3].amounts_dkk", 0.7, 1.6, "r", "uniform"),
    Range("prices.shelter", 0.2, 1.6, "r"),
    Range("consequences.cash_benefit", 0.5, 1.5, "r"),
)


@pytest.fixture
def uncertain(intervention: Intervention) -> Intervention:
    group = TargetGroupInput("children", {2024: 20.0}, 0.3, "r")
    own = OwnConsequence("gp_contacts", {1: -2.0, 2: -1.0}, "r", "adults", {1: 1.0})
    return dataclasses.replace(
        intervention,
        target_groups=(*intervention.target_groups, group),
        own_consequences=(own,),
        own_prices=(),
        ranges=RANGES,
        view="all_estimates",
    )


def test_the_closed_form_of_estimates_alone_is_the_standard_error(
    release: Release, intervention: Intervention
) -> None:
    result = calculate(release, intervention)
    drawn = run_monte_carlo(result, 2)
    assert drawn.analytic_sd_dkk == pytest.approx(result.standard_errors.net_present_value)
    assert drawn.analytic_sd_by_payer_dkk == pytest.approx(result.standard_errors.by_payer)


def test_draws_and_closed_form_agree(release: Release, uncertain: Intervention) -> None:
    result = calculate(release, uncertain)
    drawn = run_monte_carlo(result, N)
    assert len(drawn.sources) == 6
    spread = drawn.draws_dkk.std(axis=0, ddof=1)
    assert drawn.sd_dkk == pytest.approx(drawn.analytic_sd_dkk, rel=0.02)
    assert spread == pytest.approx(drawn.analytic_sd_by_payer_dkk, rel=0.02, abs=1.0)
    without = run_monte_carlo(calculate(release, dataclasses.replace(uncertain, ranges=())), N)
    assert without.sd_dkk < 0.7 * drawn.sd_dkk
    assert without.mean_dkk == pytest.approx(result.net_present_value, abs=4 * without.sd_dkk / N**0.5)


@pytest.mark.parametrize(("low", "high", "is_cut"), [(0.1, 0.3, False), (0.0, 0.3, True)])
def test_draws_cut_off_at_the_possible_say_so(
    low: float, high: float, is_cut: bool, release: Release, intervention: Intervention
) -> None:
    given = Range("target_groups[1].net_success_share", low, high, "r")
    drawn = run_monte_carlo(calculate(release, dataclasses.replace(intervention, ranges=(given,))), 2)
    assert any("skåret af ved 0 og 1" in source.da for source in drawn.sources) == is_cut


def test_the_same_draws_in_a_plain_loop(release: Release, intervention: Intervention) -> None:
    """Draw estimates one at a time, carry them through the profile weights, and price every cell by hand."""
    result = calculate(release, intervention)
    drawn = run_monte_carlo(result, 50, seed=7)
    part = result.parts[0]
    factor, weights = part.estimates.covariance.factor, part.estimates
    normals = seed_stream(7, "estimates:adults").standard_normal((50, factor.shape[1]))
    for number in range(50):
        errors = factor @ normals[number]
        value = part.value.copy()
        for c, k, position, weight in zip(
            weights.consequence, weights.relative_year, weights.position, weights.weight, strict=True
        ):
            value[c, k] += weight * errors[position]
        net = -result.cost_pv_dkk.sum(axis=(0, 1))
        for t, factor_t in enumerate(result.discount_factors):
            for c, consequence in enumerate(result.consequences):
                use = sum(part.succeeding[t, k] * value[c, k] for k in range(value.shape[1]))
                net = net - consequence.budget_sign * use * part.price_dkk[t, c] * factor_t
        assert drawn.draws_dkk[number] == pytest.approx(net, abs=0.01)


def test_the_seed_decides_the_draws(release: Release, uncertain: Intervention) -> None:
    result = calculate(release, uncertain)
    first, again, other = (run_monte_carlo(result, 200, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.draws_dkk, again.draws_dkk)
    assert not np.array_equal(first.draws_dkk, other.draws_dkk)
    assert first.to_dict()["seed"] == 3


def test_alternatives_are_drawn_with_the_same_estimates(release: Release, intervention: Intervention) -> None:
    other = dataclasses.replace(intervention, name="den anden", costs=())
    comparison = compare(release, intervention, other)
    drawn = run_monte_carlo(comparison, 500)
    assert drawn.sd_dkk == pytest.approx(0.0, abs=1e-6) and drawn.analytic_sd_dkk == pytest.approx(
        0.0, abs=1e-3
    )
    assert drawn.mean_dkk == pytest.approx(comparison.net_present_value)
    doubled = dataclasses.replace(
        other, target_groups=(dataclasses.replace(intervention.target_groups[0], net_success_share=0.4),)
    )
    more = run_monte_carlo(compare(release, doubled, other), 500)
    alone = run_monte_carlo(calculate(release, other), 500)
    assert more.draws_dkk == pytest.approx(alone.draws_dkk, abs=0.01)


def test_prices_move_together_and_costs_apart(release: Release, intervention: Intervention) -> None:
    price = dataclasses.replace(intervention, ranges=(Range("prices.shelter", 0.5, 1.5, "r"),))
    same = run_monte_carlo(compare(release, price, dataclasses.replace(price, name="igen")), 300)
    assert same.sd_dkk == pytest.approx(0.0, abs=1e-6)
    cost = dataclasses.replace(intervention, ranges=(Range("costs[1].amounts_dkk", 0.5, 1.5, "r"),))
    apart = run_monte_carlo(compare(release, cost, dataclasses.replace(cost, name="igen")), 300)
    one = 25000 * 105 / 100 * 0.5 / 1.96
    assert apart.analytic_sd_dkk == pytest.approx(one * 2**0.5, rel=0.02)


def test_the_chains_uncertainty_is_drawn(rich_release: Release, intervention: Intervention) -> None:
    group = TargetGroupInput("adults", {2024: 10.0}, None, "", success_chain=SuccessChain("r", "s1"))
    drawn = run_monte_carlo(
        calculate(rich_release, dataclasses.replace(intervention, target_groups=(group,))), N
    )
    assert "Nettosuccesandel: Voksne" in [source.da for source in drawn.sources]
    assert drawn.sd_dkk == pytest.approx(drawn.analytic_sd_dkk, rel=0.02)


@pytest.mark.parametrize(
    "factor",
    [
        Factor("a", Text("", ""), "normal", 0.8, 1.2),
        Factor("b", Text("", ""), "normal", 0.0, 1.5, floor=0.0),
        Factor("c", Text("", ""), "normal", 0.5, 1.9, floor=0.4, ceiling=1.3),
        Factor("d", Text("", ""), "triangular", 0.5, 1.8),
        Factor("e", Text("", ""), "uniform", 0.2, 1.1),
        Factor("f", Text("", ""), "uniform", 0.7, 0.7),
    ],
    ids=lambda factor: factor.name,
)
def test_moments_of_each_distribution(factor: Factor) -> None:
    draws = factor.draw(400_000, 5)
    mean, variance = factor.find_moments()
    assert draws.mean() == pytest.approx(mean, abs=0.003)
    assert draws.var() == pytest.approx(variance, rel=0.02, abs=1e-12)
    assert draws.min() >= factor.floor and draws.max() <= factor.ceiling


def test_a_singular_covariance_has_a_factor() -> None:
    rng = np.random.default_rng(1)
    root = rng.normal(size=(12, 4)) * np.logspace(-3, 5, 12)[:, None]
    covariance = EstimateCovariance(root @ root.T)
    factor = covariance.factor
    assert factor.shape == (12, 4)
    scale = covariance.standard_errors
    assert (factor @ factor.T) / np.outer(scale, scale) == pytest.approx(
        covariance.matrix / np.outer(scale, scale), abs=1e-10
    )


def test_an_estimate_without_error_and_an_empty_group(
    make_release: Callable[[Callable[[Any], None]], Path], intervention: Intervention
) -> None:
    def make_certain(tables: Any) -> None:
        columns, rows = tables["estimate_covariance"]
        tables["estimate_covariance"] = (columns, [(*row[:4], [0.0] * len(row[4])) for row in rows])

    with open_release(make_release(make_certain)) as release:
        result = calculate(release, intervention)
        drawn = run_monte_carlo(result, 20)
    assert drawn.net_draws_dkk == pytest.approx(np.full(20, result.net_present_value))


def test_what_the_draws_say(release: Release, uncertain: Intervention) -> None:
    drawn = run_monte_carlo(calculate(release, uncertain), 2000)
    low, high = drawn.interval_dkk
    assert low < drawn.mean_dkk < high
    assert np.all(np.diff(drawn.fan_dkk, axis=0) >= 0)
    assert drawn.cumulated_draws_dkk[:, -1] == pytest.approx(drawn.net_draws_dkk)
    assert drawn.probability_positive == float(drawn.probability_positive_by_year[-1])
    data = json.loads(drawn.to_json())
    assert data["n_draws"] == 2000 and len(data["caveats"]) == len(drawn.caveats) > 0

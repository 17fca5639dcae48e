"""Where a profile falls in calendar time, what is cut off, tapered or unknown, and which price is used."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soem_engine import (
    ConsequenceChoice,
    InputError,
    Intervention,
    Release,
    TargetGroupInput,
    calculate,
    compare,
    open_release,
)
from soem_engine.group_part import find_exposure
from soem_engine.terminal import format_result
from soem_engine.terminal_joint import format_joint

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]
MakeRelease = Callable[[Callable[[Tables], None]], Path]


def _one_child(**changes: object) -> Intervention:
    base = Intervention(
        name="Et barn",
        target_groups=(TargetGroupInput("children", {2022: 1.0}, 1.0, "værdien af en succes"),),
        first_year=2022,
        horizon_years=8,
        price_year=2022,
        own_success_measure="det samme",
        success_measure_comparison="det samme",
        discounting="none",
    )
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def _use(release: Release, intervention: Intervention, key: str) -> list[float]:
    result = calculate(release, intervention)
    column = [consequence.key for consequence in result.consequences].index(key)
    return result.use_change[0, :, column].tolist()


def test_first_relative_year_is_the_year_of_completion(release: Release) -> None:
    assert _use(release, _one_child(), "special_school") == [-3.0, -2.0, 0, 0, 0, 0, 0, 0]


def test_switch_moves_the_profile_a_year(release: Release) -> None:
    later = _one_child(first_consequence_year="year_after_completion")
    assert _use(release, later, "special_school") == [0, -3.0, -2.0, 0, 0, 0, 0, 0]


def test_later_cohorts_are_cut_at_the_horizon() -> None:
    exposure = find_exposure(np.array([5.0, 0.0, 2.0]), 5, 0)
    assert exposure.tolist() == [[5, 0, 0, 0, 0], [0, 5, 0, 0, 0], [2, 0, 5, 0, 0]]
    delayed = find_exposure(np.array([5.0, 0.0, 2.0]), 5, 1)
    assert delayed.tolist() == [[0, 0, 0, 0, 0], [5, 0, 0, 0, 0], [0, 5, 0, 0, 0]]


def test_taper_is_counted_and_named_by_year(release: Release) -> None:
    result = calculate(release, _one_child(view="all_estimates"))
    share = result.make_up.tapered_dkk / np.where(
        result.make_up.absolute_dkk > 0, result.make_up.absolute_dkk, 1
    )
    assert share.tolist() == [0, 0, 0, 1, 0, 0, 0, 0]
    assert result.use_change[0, 3].tolist() == pytest.approx([-0.25, -0.15])
    assert "mostly_taper" not in {caveat.code for caveat in result.caveats}


def test_mostly_taper_warns(make_release: MakeRelease) -> None:
    def make_taper(tables: Tables) -> None:
        columns, rows = tables["profiles"]
        tables["profiles"] = (columns, [(*row[:5], "tapered") for row in rows])

    with open_release(make_release(make_taper)) as release:
        assert "mostly_taper" in {caveat.code for caveat in calculate(release, _one_child()).caveats}


def test_a_null_year_is_left_out_counted_and_listed(release: Release) -> None:
    result = calculate(release, _one_child())
    listed = [entry for entry in result.not_counted if entry.reason == "not_observed"]
    assert [(entry.consequence, entry.relative_years) for entry in listed] == [("gp_contacts", (2,))]
    assert any(
        caveat.text.da.startswith("1 værdier") for caveat in result.caveats if caveat.code == "not_counted"
    )
    assert _use(release, _one_child(), "gp_contacts")[1] == 0.0


def test_a_null_year_beyond_the_horizon_is_not_listed(release: Release) -> None:
    result = calculate(release, _one_child(horizon_years=1))
    assert not [entry for entry in result.not_counted if entry.reason == "not_observed"]


def test_insignificant_years_count_in_the_view_that_keeps_them(release: Release) -> None:
    classic, everything = (
        calculate(release, _one_child()),
        calculate(release, _one_child(view="all_estimates")),
    )
    assert classic.make_up.share(classic.make_up.insignificant_dkk) == 0
    expected = (0.3 + 0.15) * 9000 / ((1.25 + 0.5 + 0.25) * 151.5 + (3 + 2 + 0.3 + 0.15) * 9000)
    assert everything.make_up.share(everything.make_up.insignificant_dkk) == pytest.approx(expected)


def test_consequences_can_be_switched_off_and_are_listed(release: Release) -> None:
    choice = ConsequenceChoice(reason="dobbelt", without=("special_school",))
    result = calculate(release, _one_child(consequences=choice))
    assert [consequence.key for consequence in result.consequences] == ["gp_contacts"]
    assert [entry.consequence for entry in result.not_counted if entry.reason == "switched_off"] == [
        "special_school"
    ]
    only = calculate(release, _one_child(consequences=ConsequenceChoice(reason="x", only=("gp_contacts",))))
    assert np.array_equal(only.net_dkk, result.net_dkk)


def test_a_horizon_past_the_profile_says_so(release: Release) -> None:
    codes = {caveat.code for caveat in calculate(release, _one_child(horizon_years=6)).caveats}
    assert "horizon_past_profile" in codes
    assert "horizon_past_profile" not in {
        caveat.code for caveat in calculate(release, _one_child(horizon_years=5)).caveats
    }


def _add_prices(tables: Tables) -> None:
    columns, rows = tables["unit_prices"]
    group_price = [
        ("special_school", payer, "children", 2022, price, "documented", datetime.date(2015, 1, 1), None)
        for payer, price in (("municipality", 100.0), ("region", 0.0), ("state", 0.0))
    ]
    changing = [
        ("gp_contacts", payer, None, 2022, price, "documented", start, end)
        for start, end, by_payer in (
            (datetime.date(2020, 1, 1), datetime.date(2023, 12, 31), (0.0, 10.0, 0.0)),
            (datetime.date(2024, 1, 1), datetime.date(2024, 12, 31), (0.0, 20.0, 0.0)),
        )
        for payer, price in zip(("municipality", "region", "state"), by_payer, strict=True)
    ]
    kept = [row for row in rows if row[0] != "gp_contacts"]
    tables["unit_prices"] = (columns, kept + group_price + changing)


def test_prices_of_the_group_go_first_and_follow_their_validity(make_release: MakeRelease) -> None:
    with open_release(make_release(_add_prices)) as release:
        result = calculate(release, _one_child(view="all_estimates"))
    school, visits = (
        result.consequences_dkk[0, :, [c.key for c in result.consequences].index(key)].sum(axis=1)
        for key in ("special_school", "gp_contacts")
    )
    assert school[:2].tolist() == [300.0, 200.0]
    assert visits[[0, 2, 3]].tolist() == [12.5, 10.0, 5.0]
    caveats = {caveat.code: caveat.text.da for caveat in result.caveats}
    assert caveats["price_outside_validity"].endswith("gyldighed i 2025: Almen praksis.")
    assert "placeholder_prices" not in caveats


def test_rates_of_the_first_year_of_operation_are_used(release: Release) -> None:
    old = _one_child(first_year=2020, price_year=2020, discounting="release")
    old = dataclasses.replace(old, target_groups=(TargetGroupInput("children", {2020: 1.0}, 1.0, "r"),))
    assert calculate(release, old).discount_factors[1] == 1 / 1.04
    new = dataclasses.replace(old, discount_rates_date=datetime.date(2021, 1, 7))
    factors = calculate(release, new).discount_factors
    assert factors[:4].tolist() == pytest.approx([1, 1 / 1.035, 1 / 1.035**2, 1 / 1.035**2 / 1.025])


def test_no_rate_in_force_is_an_error(release: Release) -> None:
    with pytest.raises(InputError, match="discount_rates_date"):
        calculate(release, _one_child(discounting="release", discount_rates_date=datetime.date(2000, 1, 1)))


def test_break_even_is_the_year_the_sum_stays_positive(release: Release, intervention: Intervention) -> None:
    result = calculate(release, intervention)
    assert result.break_even_year == 2024
    costly = dataclasses.replace(intervention, horizon_years=2, view="soem_classic")
    line = dataclasses.replace(costly.costs[0], amounts_dkk=dataclasses.replace(costly.costs[0].amounts_dkk))
    line = dataclasses.replace(line, amounts_dkk=type(line.amounts_dkk)(150000.0))
    later = calculate(release, dataclasses.replace(costly, costs=(line,)))
    assert later.cumulated_dkk[0] < 0 < later.cumulated_dkk[1] and later.break_even_year == 2025
    line = dataclasses.replace(line, amounts_dkk=type(line.amounts_dkk)(9e6))
    assert calculate(release, dataclasses.replace(costly, costs=(line,))).break_even_year is None


def test_nothing_left_to_calculate_is_an_error(release: Release) -> None:
    choice = ConsequenceChoice(reason="x", only=("shelter",))
    with pytest.raises(InputError, match="no consequences left for children"):
        calculate(release, _one_child(consequences=choice))


def test_a_price_outside_the_index_stops_unless_it_is_switched_off(make_release: MakeRelease) -> None:
    def move(tables: Tables) -> None:
        columns, rows = tables["unit_prices"]
        tables["unit_prices"] = (
            columns,
            [(*row[:3], 2019 if row[0] == "gp_contacts" else row[3], *row[4:]) for row in rows],
        )

    with open_release(make_release(move)) as release:
        with pytest.raises(InputError, match="a price of 2019, outside the index"):
            calculate(release, _one_child())
        without = ConsequenceChoice(reason="prisen kan ikke omregnes", without=("gp_contacts",))
        result = calculate(release, _one_child(consequences=without))
        assert result.net_present_value == pytest.approx(5 * 9000)


def test_results_cannot_be_changed(release: Release) -> None:
    result = calculate(release, _one_child())
    with pytest.raises(ValueError, match="read-only"):
        result.consequences_dkk[0, 0, 0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        release.get_profile("children", "soem_classic").value[0, 0] = 1.0


def test_nothing_to_break_even_on_is_said(release: Release, intervention: Intervention) -> None:
    """No success and no cost: zero in every year is not broken even in the first."""
    group = dataclasses.replace(intervention.target_groups[0], net_success_share=0.0)
    nothing = calculate(release, dataclasses.replace(intervention, target_groups=(group,), costs=()))
    assert nothing.break_even_year is None and set(nothing.break_even_year_by_payer) == {None}
    assert "intet at tjene hjem: nul i alle år" in " ".join(format_result(nothing).split())
    same = compare(release, intervention, dataclasses.replace(intervention, name="igen"))
    assert same.break_even_year is None and "intet at tjene hjem" in format_joint(same)


@pytest.mark.parametrize(
    ("months", "lag", "late"),
    [
        (0, "year_of_completion", None),
        (12, "year_of_completion", "6,4"),
        (12, "year_after_completion", "10,4"),
    ],
)
def test_cohorts_after_the_horizon_are_said(
    months: float, lag: Any, late: str | None, release: Release, intervention: Intervention
) -> None:
    """5 and 8 start, a fifth leaves; who starts a course of a year completes the year after."""
    group = TargetGroupInput(
        "adults", {}, 0.2, "r", starting={2024: 5.0, 2025: 8.0}, duration_months=months, dropout_share=0.2
    )
    short = dataclasses.replace(
        intervention, target_groups=(group,), horizon_years=2, first_consequence_year=lag, costs=()
    )
    caveats = {caveat.code: caveat.text.da for caveat in calculate(release, short).caveats}
    if late is None:
        assert "completing_after_horizon" not in caveats
    else:
        assert (
            f"{late} personers konsekvenser begynder først efter horisonten (2025)"
            in (caveats["completing_after_horizon"])
        )

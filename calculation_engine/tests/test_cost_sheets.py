"""Cost sheets add up to their lines; single cases get the state's refund; kinds per person."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from soem_engine import (
    CostItem,
    CostLine,
    InputError,
    Intervention,
    PayerShares,
    Release,
    SingleCase,
    TargetGroupInput,
    YearAmounts,
    calculate,
)

MUNICIPALITY = PayerShares({"municipality": 1.0})
ITEMS = (
    CostItem("løn", "staff", hours=YearAmounts(100.0), wage_dkk=250.0, overhead_share=0.2),
    CostItem("lokaler", "rent", quantity=YearAmounts(12.0), unit_cost_dkk=1000.0),
    CostItem("kursus", "training", quantity=YearAmounts(by_year={2025: 2.0}), unit_cost_dkk=500.0),
)


def _with(intervention: Intervention, *lines: CostLine) -> Intervention:
    return dataclasses.replace(intervention, costs=lines, cost_price_year=None)


def test_a_sheet_adds_up_to_its_line(release: Release, intervention: Intervention) -> None:
    line = CostLine("drift", "fixed", None, MUNICIPALITY, items=ITEMS)
    result = calculate(release, _with(intervention, line))
    assert result.cost_dkk[:, 0, 0].tolist() == [42000.0, 43000.0, 0.0, 0.0, 0.0]
    assert sum(row.dkk for row in result.cost_detail[0]) == pytest.approx(result.cost_dkk[:, 0])
    assert [row.category for row in result.cost_detail[0]] == ["staff", "rent", "training"]


def test_one_off_and_per_person_sheets(release: Release, intervention: Intervention) -> None:
    once = CostLine("start", "start_up", None, MUNICIPALITY, items=ITEMS[:2])
    each = CostLine("pr.", "per_participant", None, MUNICIPALITY, saved_alternative=True, items=ITEMS[:1])
    result = calculate(release, _with(intervention, once, each))
    assert result.cost_dkk[:, 0, 0].tolist() == [42000.0, 0, 0, 0, 0]
    assert result.cost_dkk[:, 1, 0].tolist() == [-300000.0, -120000.0, 0, 0, 0]


def test_costs_per_starter_and_per_participant_year(release: Release, intervention: Intervention) -> None:
    group = TargetGroupInput("adults", {}, 0.2, "r", starting={2024: 10.0}, duration_months=6)
    lines = [
        CostLine(kind, kind, YearAmounts(100.0), MUNICIPALITY)  # type: ignore[arg-type]
        for kind in ("per_participant", "per_starter", "per_participant_year")
    ]
    result = calculate(release, dataclasses.replace(_with(intervention, *lines), target_groups=(group,)))
    assert result.cost_dkk[:2, :, 0].T.tolist() == [[500, 500], [1000, 0], [375, 125]]
    assert result.n_starting == 10 and result.n_participants == 10


@pytest.mark.parametrize(
    ("cost", "refund"),
    [
        (800_000.0, 0.0),
        (830_000.0, 0.0),
        (1_230_000.0, 0.25 * 400_000),
        (2_000_000.0, 0.25 * 800_000 + 0.5 * 370_000),
    ],
)
def test_a_single_case_by_hand(
    rich_release: Release, intervention: Intervention, cost: float, refund: float
) -> None:
    case = SingleCase("anbringelse", "children", cost, YearAmounts(by_year={2024: 2.0}))
    line = CostLine("sag", "fixed", None, MUNICIPALITY, single_cases=(case,))
    typed = dataclasses.replace(_with(intervention, line), price_year=2020, cost_price_year=2020)
    result = calculate(rich_release, typed)
    assert result.cost_dkk[0, 0].tolist() == pytest.approx([2 * (cost - refund), 0.0, 2 * refund], abs=1e-3)
    assert result.cost_detail[0][0].refund_dkk[0] == pytest.approx(2 * refund)
    assert "value_outside_validity" in {caveat.code for caveat in result.caveats}


def test_thresholds_follow_the_price_index(rich_release: Release, intervention: Intervention) -> None:
    case = SingleCase("sag", "adults", 1_500_000.0, YearAmounts(1.0))
    line = CostLine(
        "sag", "start_up", None, PayerShares({"municipality": 0.5, "region": 0.5}), single_cases=(case,)
    )
    result = calculate(rich_release, _with(intervention, line))
    refund = 0.25 * (1_500_000 - 1_090_000 * 105 / 94)
    rest = (1_500_000 - refund) / 2
    assert result.cost_dkk[0, 0].tolist() == pytest.approx([rest, rest, refund], abs=1e-3)
    assert result.cost_detail[0][0].refund_terms[0, 0] == pytest.approx(1_090_000 * 105 / 94)
    assert np.array_equal(result.cost_dkk[1:], np.zeros((4, 1, 3)))


def test_no_thresholds_in_the_release(release: Release, intervention: Intervention) -> None:
    case = SingleCase("sag", "adults", 1.0, YearAmounts(1.0))
    line = CostLine("sag", "fixed", None, MUNICIPALITY, single_cases=(case,))
    with pytest.raises(InputError, match="no thresholds"):
        calculate(release, _with(intervention, line))

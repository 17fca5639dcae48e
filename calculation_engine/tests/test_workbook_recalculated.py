"""The workbook recalculated: by a formula engine from PyPI and by LibreOffice, it equals the engine to the øre.

Belongs here: formulas against the engine, as written and after changing yellow cells. Not here: what the sheets say
(`test_workbook`).
"""

from __future__ import annotations

import dataclasses
import datetime
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from calculation_engine.tests.recalculation import (
    Cell,
    FormulaEngine,
    Values,
    assert_equal_to_the_oere,
    find,
    is_equal,
    list_formulas,
    read_values,
    recalculate_with_libreoffice,
    write_and_read,
)

from soem_engine import (
    CommitteeShares,
    ConsequenceChoice,
    Intervention,
    OwnConsequence,
    OwnPrice,
    PayerAmounts,
    PayerShares,
    Release,
    Result,
    YearAmounts,
    calculate,
    load_intervention,
    open_release,
    read_intervention,
)
from soem_engine.result_data import describe_no_break_even
from soem_engine.workbook import write_workbook

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]

pytestmark = pytest.mark.xdist_group("workbook")
"""One worker compiles the workbook, once."""

EVERYTHING = Path(__file__).with_name("everything_at_once.toml")


@pytest.fixture(scope="session")
def rich(release: Release) -> Intervention:
    return load_intervention(EVERYTHING, release)


def change_group(intervention: Intervention, number: int = 0, **changes: object) -> Intervention:
    groups = list(intervention.target_groups)
    groups[number] = dataclasses.replace(groups[number], **changes)
    return dataclasses.replace(intervention, target_groups=tuple(groups))


def change_cost(intervention: Intervention, number: int, **changes: object) -> Intervention:
    costs = list(intervention.costs)
    costs[number] = dataclasses.replace(costs[number], **changes)
    return dataclasses.replace(intervention, costs=tuple(costs))


@pytest.fixture(scope="session")
def written(release: Release, rich: Intervention, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "rich.xlsx"
    write_workbook(calculate(release, rich), path)
    return path


@pytest.fixture(scope="session")
def formula_engine(written: Path) -> FormulaEngine:
    return FormulaEngine(written)


def test_values_written_with_the_formulas_are_theirs(written: Path, formula_engine: FormulaEngine) -> None:
    expected = read_values(written, list_formulas(written))
    assert len(expected) > 500
    assert_equal_to_the_oere(formula_engine.recalculate({}), expected)


def _price(intervention: Intervention, price_dkk: float = 8000.25) -> Intervention:
    return dataclasses.replace(
        intervention,
        own_prices=(
            *intervention.own_prices,
            OwnPrice("special_school", PayerAmounts({"municipality": price_dkk}), "prøve"),
        ),
    )


def _own_value(intervention: Intervention) -> Intervention:
    own = OwnConsequence("tax_employment", {2: 2222.75}, "prøve", target_group="adults")
    return dataclasses.replace(intervention, own_consequences=(*intervention.own_consequences, own))


def _item_wage(intervention: Intervention) -> Intervention:
    items = intervention.costs[1].items
    return change_cost(intervention, 1, items=(dataclasses.replace(items[0], wage_dkk=401.1), *items[1:]))


def _committee(intervention: Intervention) -> Intervention:
    assert intervention.committees is not None
    shares = CommitteeShares({"Socialudvalget": 0.6, "Beskæftigelsesudvalget": 0.4})
    changed = dataclasses.replace(intervention.committees, areas={"income_transfers": shares})
    return dataclasses.replace(intervention, committees=changed)


CHANGES: dict[str, tuple[list[tuple[str, str, str, int, object]], Callable[[Intervention], Intervention]]] = {
    "starting": (
        [("Input", "Starter på forløbet", "F", 0, 11.0)],
        lambda typed: change_group(typed, starting={2022: 10, 2023: 11}),
    ),
    "completing": (
        [("Input", "Gennemfører forløbet", "E", 0, 9.0), ("Input", "Gennemfører forløbet", "H", 0, 2.0)],
        lambda typed: change_group(typed, 1, participants={2022: 9, 2024: 3, 2025: 2}),
    ),
    "duration": (
        [("Input", "Forløbets varighed", "D", 0, 27.0), ("Input", "Forløbets varighed", "D", 1, 4.0)],
        lambda typed: change_group(change_group(typed, duration_months=27), 1, duration_months=4),
    ),
    "dropout": (
        [("Input", "Frafald af dem, der starter", "D", 0, 0.45)],
        lambda typed: change_group(typed, dropout_share=0.45),
    ),
    "share": (
        [("Input", "Nettosuccesandel", "D", 0, 0.55)],
        lambda typed: change_group(typed, 1, net_success_share=0.55),
    ),
    "effect_size": (
        [("Input", "Standardiseret effekt", "D", 0, -0.2)],
        lambda typed: change_group(
            typed, success_chain=dataclasses.replace(typed.target_groups[0].success_chain, effect_size=-0.2)
        ),
    ),
    "lag": (
        [("Input", "Konsekvenserne begynder", "D", 0, 1)],
        lambda typed: dataclasses.replace(typed, first_consequence_year="year_after_completion"),
    ),
    "discount_rates": (
        [("Input", "Antal år efter første driftsår", "D", n, 0.06) for n in (0, 1)],
        lambda typed: dataclasses.replace(typed, discount_rate=0.06),
    ),
    "price": ([("Priser", "Specialskole", "F", 0, 8000.25)], _price),
    "profile": ([("Konsekvenser", "Skat fra beskæftigelse", "G", 0, 2222.75)], _own_value),
    "running": (
        [("Konsekvenser", "Almen praksis", "E", 0, -2.5)],
        lambda typed: dataclasses.replace(
            typed, while_running=(dataclasses.replace(typed.while_running[0], change=-2.5),)
        ),
    ),
    "cost": (
        [("Omkostninger", "forløb", "D", 0, 12345.67)],
        lambda typed: change_cost(typed, 2, amounts_dkk=YearAmounts(12345.67)),
    ),
    "cost_share": (
        [("Omkostninger", "ark", "E", 1, 0.1), ("Omkostninger", "ark", "F", 1, 0.9)],
        lambda typed: change_cost(typed, 1, payer=PayerShares({"municipality": 0.1, "region": 0.9})),
    ),
    "wage": ([("Omkostninger", "   timeløn", "D", 0, 401.1)], _item_wage),
    "committee": (
        [("Udvalg", "Kontanthjælp", "B", 0, 0.6), ("Udvalg", "Kontanthjælp", "C", 0, 0.4)],
        _committee,
    ),
}


def _find_all(path: Path, name: str) -> dict[Cell, object]:
    """Return the yellow cells of a change and what is typed into them."""
    found = {
        find(path, sheet, label, column, nth): value for sheet, label, column, nth, value in CHANGES[name][0]
    }
    assert all(read_values(path, list(found))[cell] != value for cell, value in found.items())
    return found


def _keep_calculated(values: Values) -> Values:
    """Return the values of the two sheets whose layout does not depend on the input."""
    return {cell: value for cell, value in values.items() if cell[0] in ("Beregning", "Resultater")}


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES)
def test_changed_yellow_cells_equal_the_engine(
    name: str,
    written: Path,
    formula_engine: FormulaEngine,
    release: Release,
    rich: Intervention,
    tmp_path: Path,
) -> None:
    result = calculate(release, CHANGES[name][1](rich))
    expected = _keep_calculated(write_and_read(result, tmp_path / "changed.xlsx"))
    found = formula_engine.recalculate(_find_all(written, name))
    assert_equal_to_the_oere(found, expected)
    assert {cell: found[cell] for cell in expected} != _keep_calculated(formula_engine.recalculate({}))


TOGETHER = ("starting", "completing", "price", "cost", "share", "running", "lag")


def _change_together(path: Path, typed: Intervention) -> tuple[dict[Cell, object], Intervention]:
    changes: dict[Cell, object] = {}
    for name in TOGETHER:
        changes |= _find_all(path, name)
        typed = CHANGES[name][1](typed)
    return changes, typed


def test_many_yellow_cells_changed_together_equal_the_engine(
    written: Path, formula_engine: FormulaEngine, release: Release, rich: Intervention, tmp_path: Path
) -> None:
    changes, changed = _change_together(written, rich)
    expected = write_and_read(calculate(release, changed), tmp_path / "changed.xlsx")
    assert_equal_to_the_oere(formula_engine.recalculate(changes), _keep_calculated(expected))


def test_single_cases_are_refunded_as_in_the_engine(
    make_release: Callable[[Callable[[Tables], None]], Path], tmp_path: Path
) -> None:
    with open_release(make_release(_add_refund_rules)) as release:
        before, after = (
            calculate(release, read_intervention(_with_single_case(cost), release))
            for cost in (1_500_000, 2_100_000)
        )
    assert before.cost_detail[-1][0].refund_dkk.any()
    path = tmp_path / "single_case.xlsx"
    expected = write_and_read(before, path)
    engine = FormulaEngine(path)
    assert_equal_to_the_oere(engine.recalculate({}), expected)
    cell = find(path, "Omkostninger", "   udgift pr. person og år", "D")
    changed = _keep_calculated(write_and_read(after, tmp_path / "changed.xlsx"))
    assert_equal_to_the_oere(engine.recalculate({cell: 2_100_000}), changed)


def _add_refund_rules(tables: Tables) -> None:
    values = {
        "section_176_adults_threshold_low": 1_090_000.0,
        "section_176_adults_threshold_high": 2_050_000.0,
        "section_176a_children_threshold_low": 830_000.0,
        "section_176a_children_threshold_high": 1_630_000.0,
        "section_176_refund_above_low": 0.25,
        "section_176_refund_above_high": 0.5,
    }
    rows: list[tuple[Any, ...]] = [
        (name, value, datetime.date(2020, 1, 1), datetime.date(2022, 12, 31), "documented")
        for name, value in values.items()
    ]
    tables["parameters"] = (
        "parameter VARCHAR, value DOUBLE, valid_from DATE, valid_to DATE, basis VARCHAR",
        rows,
    )


def _with_single_case(cost_dkk: float) -> dict[str, Any]:
    case = {"name": "anbringelse", "rule": "children", "cost_dkk": cost_dkk, "persons": {2022: 2, 2024: 1}}
    line = {"name": "egne sager", "kind": "fixed", "payer": "municipality", "single_cases": [case]}
    typed = tomllib.loads(EVERYTHING.read_text(encoding="utf-8"))
    return {**typed, "costs": [*typed["costs"], {**line, "saved_alternative": True}]}


def _read_key_figures(result: Result) -> dict[str, float | str]:
    never = describe_no_break_even(result.cumulated_dkk).da
    return {
        "Nettonutidsværdi, kr.": result.net_present_value,
        "Nettonutidsværdi pr. deltager, kr.": result.net_present_value_per_participant,
        "Tjent hjem fra (år)": never if result.break_even_year is None else float(result.break_even_year),
        "Udbytte pr. krone": "-" if result.benefit_per_krone is None else result.benefit_per_krone,
        "Konsekvenser i alt, kr.": float(result.consequences_pv_dkk.sum()),
        "Omkostninger i alt, kr.": float(result.cost_pv_dkk.sum()),
        "Deltagere, der gennemfører": result.n_participants,
    }


def _assert_key_figures(path: Path, found: Values, result: Result) -> None:
    for label, value in _read_key_figures(result).items():
        assert is_equal(found[find(path, "Resultater", label, "B")], value), label
    for column, value in zip("EFG", result.net_present_value_by_payer, strict=True):
        assert is_equal(found[find(path, "Resultater", "Netto", column)], float(value)), column


def test_a_consequence_switched_off_is_not_counted(
    written: Path, formula_engine: FormulaEngine, release: Release, rich: Intervention
) -> None:
    cell = find(written, "Konsekvenser", "Kontanthjælp", "D")
    without = dataclasses.replace(rich, consequences=ConsequenceChoice("prøve", without=("cash_benefit",)))
    without = dataclasses.replace(without, own_prices=())
    _assert_key_figures(written, formula_engine.recalculate({cell: "Nej"}), calculate(release, without))


@pytest.mark.parametrize("years", [3, 4])
def test_a_shorter_horizon_cuts_off(
    years: int, written: Path, formula_engine: FormulaEngine, release: Release, rich: Intervention
) -> None:
    cell = find(written, "Input", "Horisont (1-5)", "D")
    shorter = dataclasses.replace(rich, horizon_years=years)
    _assert_key_figures(written, formula_engine.recalculate({cell: years}), calculate(release, shorter))


def test_break_even_year_follows_the_cells(
    written: Path, formula_engine: FormulaEngine, release: Release, rich: Intervention
) -> None:
    result = calculate(release, _price(rich, 55_000.0))
    assert result.break_even_year not in (None, rich.first_year)
    found = formula_engine.recalculate({find(written, "Priser", "Specialskole", "F"): 55_000.0})
    _assert_key_figures(written, found, result)


def test_price_index_takes_costs_to_the_price_level(
    written: Path, formula_engine: FormulaEngine, release: Release, rich: Intervention
) -> None:
    cell = find(written, "Input", "Indeks for", "D")
    found = formula_engine.recalculate({cell: 80.0})
    cost = find(written, "Resultater", "Omkostninger i alt, kr.", "B")
    expected = float(calculate(release, rich).cost_pv_dkk.sum()) * 96.0 / 80.0
    assert is_equal(found[cost], expected)


def test_shares_that_do_not_add_up_are_told(written: Path, formula_engine: FormulaEngine) -> None:
    check = find(written, "Resultater", "Kontrol af andele", "B")
    assert read_values(written, [check])[check] == "i orden"
    for cell in (find(written, "Omkostninger", "ark", "E", 1), find(written, "Udvalg", "Kontanthjælp", "C")):
        assert formula_engine.recalculate({cell: 0.5})[check] == "andele giver ikke 100 %"


@pytest.mark.outside
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is missing")
@pytest.mark.parametrize("is_changed", [pytest.param(False, marks=pytest.mark.slow), True])
def test_libreoffice_agrees(
    is_changed: bool, written: Path, release: Release, rich: Intervention, tmp_path: Path
) -> None:
    changes, typed = _change_together(written, rich) if is_changed else ({}, rich)
    expected = write_and_read(calculate(release, typed), tmp_path / "changed.xlsx")
    path = Path(shutil.copy(written, tmp_path / "written.xlsx"))
    found = recalculate_with_libreoffice(path, changes)
    assert_equal_to_the_oere(found, _keep_calculated(expected) if is_changed else expected)


@pytest.mark.slow
@pytest.mark.outside
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is missing")
def test_libreoffice_agrees_on_the_hand_worked_case(
    release: Release, intervention: Intervention, tmp_path: Path
) -> None:
    path = tmp_path / "hand.xlsx"
    expected = write_and_read(calculate(release, intervention), path)
    assert_equal_to_the_oere(recalculate_with_libreoffice(path, {}), expected)

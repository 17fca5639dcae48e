"""Outputs for people and programs: warnings everywhere, Danish numbers, JSON and polars that add up."""

from __future__ import annotations

import csv
import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from soem_engine import (
    Assumption,
    InputError,
    Intervention,
    Release,
    TargetGroupInput,
    calculate,
    compare,
    find_sensitivity,
    format_result,
    run_monte_carlo,
)
from soem_engine.csv_export import write_csv
from soem_engine.number_format import format_chance, format_dkk, format_number, format_plain, format_years


@pytest.mark.parametrize(
    ("chance", "decimals", "danish"),
    [
        (1.0, 0, "over 99 %"),
        (0.997, 0, "over 99 %"),
        (0.995, 0, "over 99 %"),
        (0.994, 0, "99 %"),
        (0.005, 0, "under 1 %"),
        (0.9995, 1, "over 99,9 %"),
        (0.9999, 1, "over 99,9 %"),
        (0.0, 0, "under 1 %"),
        (0.5, 0, "50 %"),
    ],
)
def test_draws_make_nothing_certain(chance: float, decimals: int, danish: str) -> None:
    assert format_chance(chance, "da", decimals) == danish


@pytest.mark.parametrize(
    ("value", "decimals", "danish", "english"),
    [
        (1234567.0, 0, "1.234.567", "1,234,567"),
        (-1234.5, 1, "-1.234,5", "-1,234.5"),
        (-0.4, 0, "0", "0"),
        (0.0, 2, "0,00", "0.00"),
        (float("nan"), 0, "-", "-"),
    ],
)
def test_numbers(value: float, decimals: int, danish: str, english: str) -> None:
    assert format_number(value, "da", decimals) == danish
    assert format_number(value, "en", decimals) == english


def test_amounts_and_years() -> None:
    assert (format_dkk(1234.4, "da"), format_dkk(1234.4, "en")) == ("1.234 kr.", "DKK 1,234")
    assert (format_plain(1234.5, "da"), format_plain(40.0, "en")) == ("1.234,5", "40")
    assert format_years([2, 1, 3, 7, 9, 10]) == "1-3, 7, 9-10"
    assert format_years(()) == ""


def _with_assumption(intervention: Intervention) -> Intervention:
    group = TargetGroupInput("children", {2024: 3.0}, 0.5, "skøn")
    return dataclasses.replace(
        intervention,
        target_groups=(*intervention.target_groups, group),
        assumed=(Assumption("target_groups[2].net_success_share", "opdigtet til prøven"),),
    )


def test_warnings_travel_with_every_output(release: Release, intervention: Intervention) -> None:
    result = calculate(release, _with_assumption(intervention))
    codes = [caveat.code for caveat in result.caveats]
    assert codes == [
        "sample_registers",
        "definition_not_documented",
        "limitations",
        "definition_not_documented",
        "own_success_measure",
        "assumed_inputs",
        "placeholder_prices",
        "share_of_taper",
        "in_success_rule",
        "not_counted",
        "not_measured",
        "groups_independent",
        "adjusted_differences",
    ]
    exported = json.loads(result.to_json())["caveats"]
    for language, key in (("da", "da"), ("en", "en")):
        page = " ".join(format_result(result, language).split())
        for caveat, entry in zip(result.caveats, exported, strict=True):
            assert " ".join(caveat.text.pick(language).split()) in page
            assert entry[key] == caveat.text.pick(language)


def test_danish_page_shows_measures_side_by_side_and_what_is_not_counted(
    release: Release, intervention: Intervention
) -> None:
    page = format_result(calculate(release, _with_assumption(intervention)))
    beside = [line for line in page.splitlines() if line.startswith("  Eget succesmål")]
    assert ["SØM's succesmål (Voksne)" in beside[0], "SØM's succesmål (Børn)" in beside[1]] == [True, True]
    assert "Sammenligning af succesmål  ikke det samme" in page
    assert "opdigtet til prøven" in page and "Meget bred gruppe." in page
    assert "Almen praksis, profilens år 2: ikke observeret i registrene" in page
    assert "Sundhedspleje: ingen data" in page
    assert "Nettonutidsværdi" in page and "kr." in page


def test_page_of_the_hand_worked_case(release: Release, intervention: Intervention) -> None:
    page = format_result(calculate(release, intervention))
    assert "Nettonutidsværdi   258.024 kr." in page
    assert "Pr. deltager       18.430 kr." in page
    english = format_result(calculate(release, intervention), "en")
    assert "Net present value  DKK 258,024" in english
    assert max(len(line) for line in page.splitlines()) <= 110


def test_a_page_survives_a_terminal_without_danish_letters(
    release: Release, intervention: Intervention
) -> None:
    page = format_result(calculate(release, intervention))
    page.encode("cp1252")
    page.encode("ascii", errors="replace")


def test_json_adds_up_exactly(release: Release, intervention: Intervention) -> None:
    result = calculate(release, _with_assumption(intervention))
    data = json.loads(result.to_json())
    total = data["totals"]["net_present_value_dkk"]
    assert total == result.net_present_value
    assert sum(data["totals"]["net_present_value_by_payer_dkk"].values()) == total
    assert sum(year["net_total_pv_dkk"] for year in data["by_year"]) == total
    costs = sum(sum(line["cost_pv_dkk"].values()) for line in data["cost_lines"])
    assert sum(area["total_pv_dkk"] for area in data["by_area"]) - costs == total
    assert sum(entry["total_pv_dkk"] for entry in data["by_consequence"]) - costs == total
    cells = (
        np.array(data["cells"]["consequences_dkk"]["values"]).sum()
        - np.array(data["cells"]["cost_dkk"]["values"]).sum()
    )
    assert cells == data["totals"]["net_undiscounted_dkk"]


def test_json_says_what_was_calculated(release: Release, intervention: Intervention) -> None:
    data = json.loads(calculate(release, _with_assumption(intervention)).to_json())
    assert data["release"]["version"] == "2030.1-sample" and data["release"]["is_sample"]
    assert data["intervention"]["assumed"][0]["why"] == "opdigtet til prøven"
    assert data["intervention"]["target_groups"][0]["participants"] == {"2024": 10.0, "2025": 4.0}
    assert data["success_measures"]["own"] == "øget livskvalitet"
    assert data["discount_rates"][0]["valid_from"] == "2021-01-07"
    assert {entry["reason"] for entry in data["not_counted"]} == {"not_observed", "not_measured"}


def test_polars_table_holds_every_cell(release: Release, intervention: Intervention) -> None:
    polars = pytest.importorskip("polars")
    result = calculate(release, intervention)
    frame = result.to_polars()
    assert frame.columns[:5] == ["target_group", "year", "payer", "area", "line"]
    assert frame["net_pv_dkk"].sum() == result.net_present_value
    by_payer = frame.group_by("payer", maintain_order=True).agg(polars.col("net_pv_dkk").sum())
    assert dict(by_payer.iter_rows()) == dict(
        zip(result.payers, result.net_present_value_by_payer, strict=True)
    )


def test_no_costs_gives_the_value_of_a_success(release: Release, intervention: Intervention) -> None:
    alone = dataclasses.replace(
        intervention, costs=(), target_groups=(TargetGroupInput("adults", {2024: 1.0}, 1.0, "en succes"),)
    )
    result = calculate(release, alone)
    assert "no_costs" in {caveat.code for caveat in result.caveats}
    assert result.net_present_value == result.net_present_value_per_participant
    assert result.to_polars()["is_cost"].sum() == 0
    assert format_result(result)


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_files_hold_the_numbers_and_the_warnings(
    release: Release, intervention: Intervention, tmp_path: Path
) -> None:
    result = calculate(release, intervention)
    names = {path.stem for path in write_csv(result, tmp_path / "ny" / "mappe")}
    assert names == {
        *("caveats", "totals", "release", "by_year", "by_area", "not_counted", "consequences", "costs")
    }
    folder = tmp_path / "ny" / "mappe"
    assert [row["code"] for row in _read_csv(folder / "caveats.csv")] == [c.code for c in result.caveats]
    cells = sum(float(row["consequences_pv_dkk"]) for row in _read_csv(folder / "consequences.csv"))
    costs = sum(float(row["cost_pv_dkk"]) for row in _read_csv(folder / "costs.csv"))
    assert cells - costs == result.net_present_value
    totals = {(row["total"], row["payer"]): row["value"] for row in _read_csv(folder / "totals.csv")}
    assert float(totals["net_present_value_dkk", ""]) == result.net_present_value
    by_payer = [float(totals["net_present_value_by_payer_dkk", payer]) for payer in result.payers]
    assert by_payer == result.net_present_value_by_payer.tolist()
    (origin,) = _read_csv(folder / "release.csv")
    assert (origin["release"], origin["is_sample"]) == ("2030.1-sample", "True")
    assert (origin["price_year"], origin["first_year"], origin["view"]) == ("2024", "2024", "soem_classic")
    assert float(_read_csv(folder / "by_year.csv")[-1]["cumulated_pv_dkk"]) == result.net_present_value


def test_csv_files_of_the_analyses(release: Release, intervention: Intervention, tmp_path: Path) -> None:
    sensitivity = find_sensitivity(release, intervention)
    write_csv(sensitivity, tmp_path)
    bars = _read_csv(tmp_path / "tornado.csv")
    assert [row["input"] for row in bars] == [bar.input for bar in sensitivity.tornado]
    assert len(_read_csv(tmp_path / "two_way.csv")) == 50
    drawn = run_monte_carlo(sensitivity.base, 100)
    write_csv(drawn, tmp_path)
    assert len(_read_csv(tmp_path / "draws.csv")) == 100
    assert float(_read_csv(tmp_path / "fan.csv")[-1]["quantile_0.5_dkk"]) == float(drawn.fan_dkk[2, -1])


def test_csv_files_that_cannot_be_written_are_told(
    release: Release, intervention: Intervention, tmp_path: Path
) -> None:
    (tmp_path / "optaget").write_text("en fil", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        write_csv(calculate(release, intervention), tmp_path / "optaget")
    assert "--csv optaget" in raised.value.format("da") and str(tmp_path) not in raised.value.format("da")


def test_csv_files_of_a_comparison_add_up(
    release: Release, intervention: Intervention, tmp_path: Path
) -> None:
    comparison = compare(release, intervention, dataclasses.replace(intervention, name="uden", costs=()))
    write_csv(comparison, tmp_path)
    cells = _read_csv(tmp_path / "by_consequence.csv")
    found = sum(float(row[f"consequences_{payer}_pv_dkk"]) for row in cells for payer in comparison.payers)
    assert found == float(comparison.consequences_pv_dkk.sum())
    totals = {(row["total"], row["payer"]): row["value"] for row in _read_csv(tmp_path / "totals.csv")}
    assert float(totals["net_present_value_dkk", ""]) == comparison.net_present_value


def test_json_says_where_prices_come_from(release: Release, intervention: Intervention) -> None:
    prices = calculate(release, intervention).to_dict()["prices"]
    assert prices[0]["number_ids"][0] == "price/cash_benefit/municipality/2022"
    assert prices[0]["is_placeholder"] and prices[0]["price_first_year_dkk"][0] == pytest.approx(735.0)


def test_a_reader_that_goes_away_is_no_error(release_folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text(
        'name = "a"\nfirst_year = 2022\nhorizon_years = 3\nprice_year = 2022\nown_success_measure = "a"\n'
        'success_measure_comparison = "b"\n[[target_groups]]\ntarget_group = "adults"\n'
        'participants = { 2022 = 1 }\nnet_success_share = 1\nnet_success_share_reason = "r"\n',
        encoding="utf-8",
    )
    arguments = ["run", str(file), "--release", str(release_folder), "--json"]
    command = [sys.executable, "-m", "soem_engine.cli", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()

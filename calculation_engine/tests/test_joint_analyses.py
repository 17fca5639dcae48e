"""Comparison and combination: differences and sums to the last bit, each success counted once."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soem_engine import (
    Assumption,
    CommitteeShares,
    CommitteeStructure,
    CostLine,
    InputError,
    Intervention,
    NewConsequence,
    Overlap,
    OwnConsequence,
    OwnPrice,
    PayerAmounts,
    PayerShares,
    Plan,
    Release,
    SuccessChain,
    TargetGroupInput,
    YearAmounts,
    calculate,
    combine,
    compare,
    load_plan,
)
from soem_engine.cli import main
from soem_engine.terminal_joint import format_joint


@pytest.fixture
def other(intervention: Intervention) -> Intervention:
    """A smaller and cheaper intervention for the same group."""
    return dataclasses.replace(
        intervention,
        name="Den hidtidige",
        analysis="existing",
        target_groups=(TargetGroupInput("adults", {2024: 8.0, 2025: 8.0}, 0.05, "skøn"),),
        costs=(CostLine("drift", "fixed", YearAmounts(5000.0), PayerShares({"municipality": 1.0})),),
    )


def test_a_comparison_is_new_less_existing(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    comparison = compare(release, intervention, other)
    new, existing = calculate(release, intervention), calculate(release, other)
    assert np.array_equal(comparison.net_pv_dkk, new.net_pv_dkk - existing.net_pv_dkk)
    assert comparison.net_present_value == new.net_present_value - existing.net_present_value
    assert comparison.net_present_value == float(comparison.net_present_value_by_payer.sum())
    assert float(comparison.cumulated_dkk[-1]) == comparison.net_present_value
    areas, cost = comparison.sum_by_area().sum(), comparison.cost_pv_dkk.sum()
    assert float(areas - cost) == comparison.net_present_value
    assert comparison.n_extra_successes == pytest.approx(14 * 0.2 - 16 * 0.05)
    extra = float(new.cost_pv_dkk.sum() - existing.cost_pv_dkk.sum()) / comparison.n_extra_successes
    assert comparison.extra_cost_per_extra_success == pytest.approx(extra)


def test_the_same_intervention_twice_makes_no_difference(
    release: Release, intervention: Intervention
) -> None:
    comparison = compare(release, intervention, dataclasses.replace(intervention, name="igen"))
    assert not comparison.net_dkk.any()
    assert comparison.extra_cost_per_extra_success is None


def test_what_differs_in_frame_is_named_all_at_once(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    crooked = dataclasses.replace(other, price_year=2022, horizon_years=7, view="all_estimates")
    with pytest.raises(InputError) as raised:
        compare(release, intervention, crooked)
    places = [problem.where for problem in raised.value.problems]
    assert places == [f"Den hidtidige: {field}" for field in ("horizon_years", "price_year", "view")]


def _overlap(**changes: Any) -> Overlap:
    base: dict[str, Any] = {
        "first": "Håndregnet",
        "second": "Den hidtidige",
        "persons": {2024: 5.0},
        "reason": "optalt",
    }
    return Overlap(**{**base, **changes})


@pytest.mark.parametrize(
    ("double", "successes"), [("independent", 5 * 0.2 * 0.05), ("all", 5 * 0.05), ("none", 0)]
)
def test_double_successes_are_taken_out_of_the_second(
    double: Any, successes: float, release: Release, intervention: Intervention, other: Intervention
) -> None:
    plan = Plan("Begge", ("a", "b"), (_overlap(double_success=double),))
    together = combine(release, plan, (intervention, other))
    assert together.double_successes.tolist() == [[pytest.approx(successes), 0, 0, 0, 0]]
    fewer = 8.0 - successes / 0.05
    group = TargetGroupInput("adults", {2024: fewer, 2025: 8.0}, 0.05, "skøn")
    expected = calculate(release, dataclasses.replace(other, target_groups=(group,)))
    first = calculate(release, intervention)
    assert together.net_present_value == pytest.approx(
        first.net_present_value + expected.net_present_value, abs=0.005
    )
    alone = sum(result.net_present_value for result in together.alone)
    assert float(together.overlap_dkk.sum()) == pytest.approx(alone - together.net_present_value, abs=1e-6)


def test_no_overlap_must_be_said(release: Release, intervention: Intervention, other: Intervention) -> None:
    plan = Plan("Begge", ("a", "b"), no_overlap_reason="forskellige kommuner")
    together = combine(release, plan, (intervention, other))
    assert together.net_present_value == sum(result.net_present_value for result in together.alone)
    assert together.caveats[0].code == "no_overlap" and "forskellige kommuner" in together.caveats[0].text.da
    with pytest.raises(InputError, match="no_overlap_reason"):
        combine(release, dataclasses.replace(plan, no_overlap_reason=""), (intervention, other))


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"second": "Den hidtige"}, "overlaps[1].second"),
        ({"second": "Håndregnet"}, "overlaps[1].second"),
        ({"second_group": "children"}, "overlaps[1].second_group"),
        ({"persons": {2024: 9.0}}, "overlaps[1].persons.2024"),
        ({"persons": {2040: 1.0}}, "overlaps[1].persons.2040"),
    ],
)
def test_what_cannot_be_an_overlap(
    changes: dict[str, Any], place: str, release: Release, intervention: Intervention, other: Intervention
) -> None:
    with pytest.raises(InputError) as raised:
        combine(release, Plan("Begge", ("a", "b"), (_overlap(**changes),)), (intervention, other))
    assert place in [problem.where for problem in raised.value.problems]


def test_no_more_share_an_intervention_than_take_part_in_it(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    """14 persons take part in the first; 8 + 8 complete the second."""
    for last, is_possible in ((6.0, True), (7.0, False)):
        plan = Plan("Begge", ("a", "b"), (_overlap(persons={2024: 8.0, 2025: last}),))
        if is_possible:
            assert combine(release, plan, (intervention, other)).double_successes.sum() > 0
            continue
        with pytest.raises(InputError, match="who take part in »Håndregnet«: 14"):
            combine(release, plan, (intervention, other))


def test_a_pair_is_declared_once(release: Release, intervention: Intervention, other: Intervention) -> None:
    turned = _overlap(first="Den hidtidige", second="Håndregnet")
    with pytest.raises(InputError) as raised:
        combine(release, Plan("Begge", ("a", "b"), (_overlap(), turned)), (intervention, other))
    assert [problem.where for problem in raised.value.problems] == ["overlaps[2]"]


def test_no_intervention_loses_more_successes_than_it_has(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    """All eight of 2024 succeed in either of the two others as well: each could be taken out once, not twice."""
    third = dataclasses.replace(intervention, name="Den tredje")
    overlaps = tuple(
        _overlap(first=name, persons={2024: 8.0}, double_success="all")
        for name in ("Håndregnet", "Den tredje")
    )
    for used in (overlaps[:1], overlaps):
        plan = Plan("Alle", ("a", "b", "c"), used)
        if len(used) == 1:
            together = combine(release, plan, (intervention, other, third))
            assert together.counted[1].parts[0].successes[0] == pytest.approx(0.0, abs=1e-12)
            continue
        with pytest.raises(InputError) as raised:
            combine(release, plan, (intervention, other, third))
        assert [problem.where for problem in raised.value.problems] == ["overlaps[2]"]
        assert "0,8 succeser, der tælles to gange" in raised.value.format("da")


def test_harm_is_no_double_success(
    rich_release: Release, intervention: Intervention, other: Intervention
) -> None:
    chain = SuccessChain("r", effect_size=-0.3)
    group = TargetGroupInput("adults", {2024: 8.0}, None, "", success_chain=chain)
    harmful = dataclasses.replace(other, target_groups=(group,))
    with pytest.raises(InputError) as raised:
        combine(rich_release, Plan("Begge", ("a", "b"), (_overlap(),)), (intervention, harmful))
    assert [problem.where for problem in raised.value.problems] == ["overlaps[1].double_success"]
    for turned in ({}, {"first": "Den hidtidige", "second": "Håndregnet"}):
        plan = Plan("Begge", ("a", "b"), (_overlap(double_success="none", **turned),))
        together = combine(rich_release, plan, (intervention, harmful))
        assert not together.overlap_dkk.any()


def test_own_consequences_with_the_same_key_are_the_same(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    """They are added up by key: hours of support and arrests would cancel out."""

    def own(name: str, unit: str) -> dict[str, Any]:
        new = NewConsequence(name, "health", unit)
        price = OwnPrice(
            "my", PayerAmounts({"municipality": 100.0, "region": 0.0, "state": 0.0}), "skøn", price_year=2022
        )
        return {
            "own_consequences": (OwnConsequence("my", {1: -1.0}, "skøn", new=new),),
            "own_prices": (price,),
        }

    one = dataclasses.replace(intervention, **own("Støttetimer", "timer"))
    with pytest.raises(InputError) as raised:
        compare(release, one, dataclasses.replace(other, **own("Anholdelser", "antal")))
    (problem,) = raised.value.problems
    assert problem.where == "Den hidtidige: own_consequences my" and "Anholdelser" in problem.found.da
    compare(release, one, dataclasses.replace(other, **own("Støttetimer", "timer")))


def test_analyses_for_people_and_programs(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    comparison = compare(release, intervention, other)
    together = combine(release, Plan("Begge", ("a", "b"), (_overlap(),)), (intervention, other))
    for joint in (comparison, together):
        data = json.loads(joint.to_json())
        assert data["totals"]["net_present_value_dkk"] == joint.net_present_value
        assert len(data["results"]) == 2
        for language in ("da", "en"):
            page = " ".join(format_joint(joint, language).split())
            assert all(" ".join(caveat.text.pick(language).split()) in page for caveat in joint.caveats)
    assert "Sammenligning: Håndregnet – Den hidtidige" in format_joint(comparison)


def test_a_warning_says_whose_it_is(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    """Only the first has costs in another price level and no case of its own measure; the sample is common to both."""
    alike = dataclasses.replace(other, same_success_measure=True)
    together = combine(release, Plan("Begge", ("a", "b"), no_overlap_reason="skøn"), (intervention, alike))
    told = {caveat.code: caveat.text for caveat in together.caveats}
    assert told["own_success_measure"].da.startswith("Håndregnet: Indsatsens eget succesmål")
    assert told["own_success_measure"].en.startswith("Håndregnet: The intervention's own")
    assert told["sample_registers"].da.startswith("Udgivelsen er bygget")


def test_consequences_of_several_add_up(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    comparison = compare(release, intervention, other)
    by_consequence = comparison.sum_by_consequence()
    assert np.array_equal(by_consequence.sum(axis=0), comparison.consequences_pv_dkk)
    data = comparison.to_dict()["by_consequence"]
    assert [entry["consequence"] for entry in data] == list(comparison.consequences)
    change = {entry["consequence"]: entry["use_change_total"] for entry in data}
    alone = [calculate(release, one).use_change.sum(axis=(0, 1)) for one in (intervention, other)]
    assert list(change.values()) == pytest.approx((alone[0] - alone[1]).tolist())


def test_the_terminal_says_what_each_intervention_rests_on(
    release: Release, intervention: Intervention, other: Intervention
) -> None:
    """What a warning refers to stands on the same page: success measures side by side, assumptions, committees."""
    structure = CommitteeStructure("x", CommitteeShares({"Socialudvalget": 1.0}))
    assumed = (Assumption("costs", "opdigtet"),)
    first = dataclasses.replace(intervention, committees=structure, assumed=assumed)
    plan = Plan("Begge", ("a", "b"), no_overlap_reason="skøn")
    for second, line in (
        (dataclasses.replace(other, committees=structure), "Socialudvalget"),
        (other, "Vises kun, når alle indsatserne har en udvalgsstruktur."),
    ):
        page = format_joint(combine(release, plan, (first, second)))
        for words in ("1. Håndregnet", "2. Den hidtidige", "Eget succesmål", "Antagelser (opdigtede input)"):
            assert words in page
        assert "Efter konsekvens" in page and "Pr. deltager" in page and line in page
    assert "udvalg" not in format_joint(combine(release, plan, (intervention, other)))


_FILE = """
name = "{name}"
first_year = 2022
horizon_years = 4
price_year = 2022
own_success_measure = "a"
success_measure_comparison = "b"
[[target_groups]]
target_group = "adults"
participants = {{ 2022 = 10 }}
net_success_share = {share}
net_success_share_reason = "r"
"""


def _write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def test_a_plan_is_read_with_its_interventions(
    release: Release, release_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(
        tmp_path,
        a=_FILE.format(name="A", share=0.2),
        b=_FILE.format(name="B", share=0.1),
        plan='name = "P"\ninterventions = ["a.toml", "b.toml"]\n[[overlaps]]\nfirst = "A"\nsecond = "B"\n'
        'persons = { 2022 = 5 }\nreason = "r"\n',
    )
    plan, interventions = load_plan(tmp_path / "plan.toml", release)
    assert combine(release, plan, interventions).double_successes.sum() == pytest.approx(0.1)
    arguments = ["--release", str(release_folder), "--csv", str(tmp_path / "csv")]
    assert main(["combine", str(tmp_path / "plan.toml"), *arguments]) == 0
    assert "Samlet plan: P" in capsys.readouterr().out
    assert main(["compare", str(tmp_path / "a.toml"), str(tmp_path / "b.toml"), *arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["analysis"] == "comparison"
    assert (tmp_path / "csv" / "caveats.csv").is_file()


def test_problems_of_all_files_of_a_plan_come_at_once(release: Release, tmp_path: Path) -> None:
    _write(
        tmp_path,
        a=_FILE.format(name="A", share=2),
        b=_FILE.format(name="", share=0.1),
        plan='name = "P"\ninterventions = ["a.toml", "b.toml", "c.toml"]\noverlap = 3\n',
    )
    with pytest.raises(InputError) as raised:
        load_plan(tmp_path / "plan.toml", release)
    assert [problem.where for problem in raised.value.problems] == [
        "overlap",
        "a.toml: target_groups[1].net_success_share",
        "b.toml: name",
        "c.toml: c.toml",
    ]

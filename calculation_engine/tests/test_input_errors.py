"""Bad input: all problems at once, in the user's words, in four parts, never a traceback."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from soem_engine import (
    InputError,
    Intervention,
    Release,
    TargetGroupInput,
    calculate,
    load_intervention,
    read_intervention,
)


def _tables(**changes: Any) -> dict[str, Any]:
    good: dict[str, Any] = {
        "name": "Prøve",
        "first_year": 2022,
        "horizon_years": 5,
        "price_year": 2022,
        "own_success_measure": "trivsel",
        "success_measure_comparison": "ikke det samme",
        "target_groups": [
            {
                "target_group": "adults",
                "participants": {"2022": 10},
                "net_success_share": 0.1,
                "net_success_share_reason": "gæt",
            }
        ],
        "costs": [{"name": "løn", "kind": "fixed", "amounts_dkk": 1000, "payer": "municipality"}],
    }
    good.update(changes)
    return {key: value for key, value in good.items() if value is not None}


def _group(**changes: Any) -> list[dict[str, Any]]:
    return [{**_tables()["target_groups"][0], **changes}]


def _cost(**changes: Any) -> list[dict[str, Any]]:
    return [{**_tables()["costs"][0], **changes}]


def _places(data: dict[str, Any], release: Release) -> list[str]:
    with pytest.raises(InputError) as raised:
        read_intervention(data, release)
    return [problem.where for problem in raised.value.problems]


def test_good_input_is_read(release: Release) -> None:
    intervention = read_intervention(_tables(), release)
    assert intervention.target_groups[0].participants == {2022: 10.0}
    assert calculate(release, intervention).n_participants == 10


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": None}, "name"),
        ({"name": " "}, "name"),
        ({"name": 7}, "name"),
        ({"own_success_measure": None}, "own_success_measure"),
        ({"success_measure_comparison": ""}, "success_measure_comparison"),
        ({"horizont": 5}, "horizont"),
        ({"horizon_years": 0}, "horizon_years"),
        ({"horizon_years": 2.5}, "horizon_years"),
        ({"horizon_years": True}, "horizon_years"),
        ({"first_year": "2022"}, "first_year"),
        ({"price_year": 2031}, "price_year"),
        ({"cost_price_year": 1999}, "cost_price_year"),
        ({"view": "classic"}, "view"),
        ({"view": "shrunken"}, "view"),
        ({"discounting": "some"}, "discounting"),
        ({"discount_rates_date": "i går"}, "discount_rates_date"),
        ({"discount_rates_date": "1999-01-01"}, "discount_rates_date"),
        ({"first_consequence_year": "never"}, "first_consequence_year"),
        ({"target_groups": []}, "target_groups"),
        ({"target_groups": {}}, "target_groups"),
        ({"target_groups": _group() + _group()}, "target_groups[2].target_group"),
        ({"target_groups": _group(target_group="adult")}, "target_groups[1].target_group"),
        ({"target_groups": _group(target_group="stuttering")}, "target_groups[1].target_group"),
        ({"target_groups": _group(net_success_share=1.2)}, "target_groups[1].net_success_share"),
        ({"target_groups": _group(net_success_share="0,1")}, "target_groups[1].net_success_share"),
        ({"target_groups": _group(net_success_share=float("nan"))}, "target_groups[1].net_success_share"),
        ({"target_groups": _group(net_success_share_reason="")}, "target_groups[1].net_success_share_reason"),
        ({"target_groups": _group(participants={})}, "target_groups[1].participants"),
        ({"target_groups": _group(participants=40)}, "target_groups[1].participants"),
        (
            {"target_groups": _group(participants={"2022": -1, "2023": 1})},
            "target_groups[1].participants.2022",
        ),
        (
            {"target_groups": _group(participants={"2022": float("inf")})},
            "target_groups[1].participants.2022",
        ),
        ({"target_groups": _group(participants={"2030": 4})}, "target_groups[1].participants.2030"),
        ({"target_groups": _group(participants={"næste år": 4})}, "target_groups[1].participants.næste år"),
        ({"costs": _cost(kind="running")}, "costs[1].kind"),
        ({"costs": _cost(amounts_dkk=-5)}, "costs[1].amounts_dkk"),
        ({"costs": _cost(amounts_dkk={"2022": -5})}, "costs[1].amounts_dkk.2022"),
        ({"costs": _cost(amounts_dkk={"2021": 5})}, "costs[1].amounts_dkk.2021"),
        ({"costs": _cost(amounts_dkk={})}, "costs[1].amounts_dkk"),
        ({"costs": _cost(payer="kommune")}, "costs[1].payer"),
        ({"costs": _cost(payer={"region": 0.5, "state": 0.4})}, "costs[1].payer"),
        ({"costs": _cost(payer={"region": 1.5, "state": -0.5})}, "costs[1].payer.region"),
        ({"costs": _cost(payer={"kommune": 1.0})}, "costs[1].payer.kommune"),
        ({"costs": _cost(payer=1)}, "costs[1].payer"),
        ({"costs": _cost(saved_alternative="ja")}, "costs[1].saved_alternative"),
        ({"consequences": {"reason": "", "only": ["shelter"]}}, "consequences.reason"),
        ({"consequences": {"reason": "x", "only": ["sheltr"]}}, "consequences.only[1]"),
        ({"consequences": {"reason": "x", "only": ["shelter"], "without": ["shelter"]}}, "consequences"),
        ({"assumed": [{"input": "cost", "why": "opdigtet"}]}, "assumed[1].input"),
        ({"assumed": [{"input": "costs", "why": ""}]}, "assumed[1].why"),
    ],
)
def test_each_mistake_is_named_once(changes: dict[str, Any], place: str, release: Release) -> None:
    places = _places(_tables(**changes), release)
    assert place in places
    assert len(places) == len(set(places))


def test_all_problems_come_at_once_in_the_users_words(release: Release) -> None:
    data = _tables(
        first_year="i år",
        price_year=2031,
        target_groups=_group(target_group="adulst", net_success_share="0,10", participants={"2050": 3}),
        costs=_cost(payer="komune", beløb=3),
    )
    with pytest.raises(InputError) as raised:
        read_intervention(data, release, name="prøve.toml")
    danish, english = raised.value.format("da"), raised.value.format("en")
    assert [problem.where for problem in raised.value.problems] == [
        "target_groups[1].net_success_share",
        "first_year",
        "costs[1].beløb",
        "costs[1].payer",
        "target_groups[1].target_group",
        "price_year",
    ]
    assert "mente du adults?" in danish and "did you mean adults?" in english
    assert "punktum som decimaltegn" in danish
    assert "2020-2024" in danish and "prøve.toml" in danish
    for part in ("fundet:", "forventet:", "gør dette:"):
        assert danish.count(part) == 6
    assert "Traceback" not in danish


def test_a_calculation_checks_what_was_made_in_python(release: Release, intervention: Intervention) -> None:
    wrong = dataclasses.replace(
        intervention, name="", target_groups=(TargetGroupInput("adults", {2024: 1.0}, -0.5, ""),), view="x"
    )
    with pytest.raises(InputError) as raised:
        calculate(release, wrong)
    assert len(raised.value.problems) == 4


def test_files_toml_and_json_say_the_same(tmp_path: Path, release: Release) -> None:
    as_json = tmp_path / "indsats.json"
    as_json.write_text(json.dumps(_tables(discount_rates_date="2021-02-01")), encoding="utf-8")
    as_toml = tmp_path / "indsats.toml"
    as_toml.write_text(
        """
        name = "Prøve"
        first_year = 2022
        horizon_years = 5
        price_year = 2022
        discount_rates_date = 2021-02-01
        own_success_measure = "trivsel"
        success_measure_comparison = "ikke det samme"
        [[target_groups]]
        target_group = "adults"
        participants = { 2022 = 10 }
        net_success_share = 0.1
        net_success_share_reason = "gæt"
        [[costs]]
        name = "løn"
        kind = "fixed"
        amounts_dkk = 1000
        payer = "municipality"
        """,
        encoding="utf-8",
    )
    assert load_intervention(as_json, release) == load_intervention(as_toml, release)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.toml", b"name = "), ("a.json", b"{"), ("a.toml", b"\xff\xfe\x00"), ("b.json", b"[1]")],
)
def test_unreadable_files_are_an_error_of_input(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError):
        load_intervention(tmp_path / name)


def test_a_missing_file_is_an_error_of_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no file of that name"):
        load_intervention(tmp_path / "findes_ikke.toml")

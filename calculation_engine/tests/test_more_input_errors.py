"""Bad input of the parts beside groups and plain costs: named once, all at once, with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from soem_engine import InputError, Release, read_intervention


def _tables(**changes: Any) -> dict[str, Any]:
    group = {
        "target_group": "adults",
        "starting": {"2022": 10},
        "duration_months": 6,
        "net_success_share": 0.1,
        "net_success_share_reason": "gæt",
    }
    good: dict[str, Any] = {
        "name": "Prøve",
        "first_year": 2022,
        "horizon_years": 5,
        "price_year": 2022,
        "own_success_measure": "trivsel",
        "success_measure_comparison": "ikke det samme",
        "target_groups": [group],
        "costs": [{"name": "løn", "kind": "fixed", "amounts_dkk": 1000, "payer": "municipality"}],
    }
    good.update(changes)
    return good


def _group(**changes: Any) -> list[dict[str, Any]]:
    merged = {**_tables()["target_groups"][0], **changes}
    return [{key: value for key, value in merged.items() if value is not None}]


def _cost(**changes: Any) -> list[dict[str, Any]]:
    merged = {**_tables()["costs"][0], "amounts_dkk": None, **changes}
    return [{key: value for key, value in merged.items() if value is not None}]


def _item(**changes: Any) -> list[dict[str, Any]]:
    return _cost(items=[{"name": "a", "category": "staff", **changes}])


def _own(**changes: Any) -> list[dict[str, Any]]:
    return [{"consequence": "shelter", "values": {"1": -4}, "reason": "r", **changes}]


_NEW = {"name": "X", "area": "health", "unit": "stk."}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"target_groups": _group(participants={"2022": 5})}, "target_groups[1].participants"),
        ({"target_groups": _group(starting=None)}, "target_groups[1].participants"),
        ({"target_groups": _group(starting={"2022": 0})}, "target_groups[1].participants"),
        ({"target_groups": _group(starting={"2021": 5})}, "target_groups[1].starting.2021"),
        (
            {"target_groups": _group(starting=None, participants={"2022": 5}, dropout_share=0.1)},
            "target_groups[1].dropout_share",
        ),
        ({"target_groups": _group(dropout_share=1.1)}, "target_groups[1].dropout_share"),
        ({"target_groups": _group(duration_months=-1)}, "target_groups[1].duration_months"),
        (
            {"target_groups": _group(own_group={"name": "A", "success": "b", "population": "adults"})},
            "target_groups[1].target_group",
        ),
        ({"costs": _cost()}, "costs[1].amounts_dkk"),
        (
            {
                "costs": _cost(
                    amounts_dkk=5,
                    items=[{"name": "a", "category": "rent", "quantity": 1, "unit_cost_dkk": 1}],
                )
            },
            "costs[1].amounts_dkk",
        ),
        ({"costs": _item()}, "costs[1].items[1]"),
        ({"costs": _item(hours=5)}, "costs[1].items[1]"),
        ({"costs": _item(hours=5, wage_dkk=1, quantity=2)}, "costs[1].items[1]"),
        (
            {"costs": _item(quantity=5, unit_cost_dkk=1, overhead_share=0.2)},
            "costs[1].items[1].overhead_share",
        ),
        ({"costs": _item(hours={"2040": 5}, wage_dkk=1)}, "costs[1].items[1].hours.2040"),
        ({"costs": _item(hours=-5, wage_dkk=1)}, "costs[1].items[1].hours"),
        (
            {
                "costs": _cost(
                    kind="per_participant",
                    single_cases=[{"name": "a", "rule": "adults", "cost_dkk": 1, "persons": 1}],
                )
            },
            "costs[1].single_cases[1]",
        ),
        ({"own_consequences": _own(consequence="sheltr")}, "own_consequences[1].consequence"),
        ({"own_consequences": _own(values={})}, "own_consequences[1].values"),
        ({"own_consequences": _own(values={"1": float("nan")})}, "own_consequences[1].values.1"),
        ({"own_consequences": _own(values={"0": 1})}, "own_consequences[1].values.0"),
        ({"own_consequences": _own(reason=" ")}, "own_consequences[1].reason"),
        ({"own_consequences": _own(target_group="children")}, "own_consequences[1].target_group"),
        ({"own_consequences": _own(standard_errors={"2": 1})}, "own_consequences[1].standard_errors.2"),
        ({"own_consequences": _own() + _own()}, "own_consequences[2].consequence"),
        ({"own_consequences": _own(new=_NEW)}, "own_consequences[1].consequence"),
        (
            {"own_consequences": _own(consequence="x", new={**_NEW, "area": "helth"})},
            "own_consequences[1].new.area",
        ),
        ({"own_consequences": _own(consequence="x", new=_NEW)}, "unit_prices.x"),
        (
            {"while_running": [{"consequence": "sheltr", "change": 1, "reason": "r"}]},
            "while_running[1].consequence",
        ),
        (
            {
                "while_running": [{"consequence": "shelter", "change": 1, "reason": "r"}],
                "target_groups": _group(duration_months=0),
            },
            "while_running[1]",
        ),
        (
            {"own_prices": [{"consequence": "shelter", "price_dkk": {}, "reason": "r"}]},
            "own_prices[1].price_dkk",
        ),
        (
            {"own_prices": [{"consequence": "shelter", "price_dkk": {"state": -1}, "reason": "r"}]},
            "own_prices[1].price_dkk.state",
        ),
        (
            {
                "own_prices": [
                    {"consequence": "shelter", "price_dkk": {"state": 1}, "reason": "r", "price_year": 1999}
                ]
            },
            "own_prices[1].price_year",
        ),
        (
            {"own_prices": 2 * [{"consequence": "shelter", "price_dkk": {"state": 1}, "reason": "r"}]},
            "own_prices[2].consequence",
        ),
        ({"ranges": [{"input": "prices.sheltr", "low": 0, "high": 1, "reason": "r"}]}, "ranges[1].input"),
        (
            {"ranges": [{"input": "costs[2].amounts_dkk", "low": 0, "high": 1, "reason": "r"}]},
            "ranges[1].input",
        ),
        ({"ranges": [{"input": "name", "low": 0, "high": 1, "reason": "r"}]}, "ranges[1].input"),
        ({"ranges": [{"input": "prices.shelter", "low": 2, "high": 1, "reason": "r"}]}, "ranges[1].low"),
        (
            {"ranges": 2 * [{"input": "prices.shelter", "low": 0, "high": 1, "reason": "r"}]},
            "ranges[2].input",
        ),
        (
            {"ranges": [{"input": "target_groups[1].net_success_share", "low": 0, "high": 3, "reason": "r"}]},
            "ranges[1].high",
        ),
        (
            {
                "ranges": [
                    {
                        "input": "prices.shelter",
                        "low": 1.1,
                        "high": 2,
                        "reason": "r",
                        "distribution": "triangular",
                    }
                ]
            },
            "ranges[1]",
        ),
        ({"discount_rate": 3.5}, "discount_rate"),
        ({"tax_on_transfers": "computed"}, "tax_on_transfers"),
        ({"committees": "by.toml"}, "committees"),
    ],
)
def test_each_mistake_is_named_once(changes: dict[str, Any], place: str, release: Release) -> None:
    with pytest.raises(InputError) as raised:
        read_intervention(_tables(**changes), release)
    places = [problem.where for problem in raised.value.problems]
    assert place in places
    assert len(places) == len(set(places))
    assert len(places) == 1, places


def test_the_good_input_is_good(release: Release) -> None:
    assert read_intervention(_tables(), release).target_groups[0].starting == {2022: 10.0}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"target_groups": _group(target_group="voksne")}, "adults"),
        ({"own_consequences": _own(consequence="kontanthjælp")}, "cash_benefit"),
        ({"costs": _cost(payer="kommunen", amounts_dkk=1)}, "municipality"),
        ({"costs": _cost(payer={"kommune": 1}, amounts_dkk=1)}, "municipality"),
        ({"costs": _cost(kind="pr. deltager", amounts_dkk=1)}, "per_participant"),
        ({"target_groups": _group(deltagere={"2022": 5})}, "participants"),
        ({"committees": {"name": "x", "default": "y", "areas": {"sundhedsydelser": "z"}}}, "health"),
    ],
)
def test_who_types_the_danish_word_is_told_the_right_one(
    changes: dict[str, Any], word: str, release: Release
) -> None:
    with pytest.raises(InputError) as raised:
        read_intervention(_tables(**changes), release)
    assert f"mente du {word}" in raised.value.format("da")


def test_did_you_mean(release: Release) -> None:
    with pytest.raises(InputError) as raised:
        read_intervention(_tables(own_consequences=_own(consequence="sheltr"), tapper="none"), release)
    danish = raised.value.format("da")
    assert "mente du shelter?" in danish and "mente du taper?" in danish

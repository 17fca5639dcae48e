"""Numbers as people write them: a Danish thousands point, a decimal comma, the wrong size, the wrong brackets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from soem_engine import InputError, Intervention, Release, load_intervention, read_intervention

_FILE = """
name = "Prøve"
first_year = 2022
horizon_years = 5
price_year = 2022
own_success_measure = "trivsel"
success_measure_comparison = "ikke det samme"
{more}
[[target_groups]]
target_group = "adults"
participants = {{ 2022 = {persons} }}
net_success_share = {share}
net_success_share_reason = "gæt"

[[costs]]
name = "løn"
kind = "fixed"
amounts_dkk = {amount}
payer = "municipality"
"""
_Load = Callable[..., Intervention]


@pytest.fixture
def load(tmp_path: Path, release: Release) -> _Load:
    """Return a function that writes a file and reads it."""

    def write_and_load(text: str = "", **changes: str) -> Intervention:
        path = tmp_path / "indsats.toml"
        filled = {"more": "", "persons": "10", "share": "0.1", "amount": "90000", **changes}
        path.write_text(text or _FILE.format(**filled), encoding="utf-8")
        return load_intervention(path, release)

    return write_and_load


def _find_problems(load: _Load, text: str = "", **changes: str) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as raised:
        load(text, **changes)
    return [(problem.where, problem.format("da")) for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"amount": "90.000"}, "costs[1].amounts_dkk"),
        ({"amount": "{ 2022 = 1.250 }"}, "costs[1].amounts_dkk.2022"),
        ({"persons": "1.200"}, "target_groups[1].participants.2022"),
    ],
)
def test_a_thousands_point_is_refused(load: _Load, changes: dict[str, str], place: str) -> None:
    ((where, words),) = _find_problems(load, **changes)
    assert where == place
    assert "tusindtalspunktum" in words


def test_the_advice_on_a_thousands_point_is_read_as_it_says(load: _Load) -> None:
    ((_, words),) = _find_problems(load, amount="90.000")
    assert "skriv 90000, eller 90.0, hvis der menes 90" in words
    ((_, words),) = _find_problems(load, amount="1.125")
    assert "skriv 1125, eller 1.1250, hvis der menes 1.125" in words
    for amount, kr in (("90000", 90000.0), ("90.0", 90.0), ("1.1250", 1.125), ("90_000.000", 90000.0)):
        constant = load(amount=amount).costs[0].amounts_dkk
        assert constant is not None and constant.constant == kr


def test_three_decimals_are_no_thousands_where_they_cannot_be(load: _Load) -> None:
    own = '[[own_consequences]]\nconsequence = "shelter"\nreason = "r"\nvalues = { 1 = -2.125 }\n'
    read = load(share="0.125", persons="0.500", more=own)
    assert read.target_groups[0].net_success_share == 0.125
    assert read.own_consequences[0].values == {1: -2.125}


def test_a_thousands_point_in_kr_of_a_consequence_is_refused(load: _Load) -> None:
    own = '[[own_consequences]]\nconsequence = "tax_employment"\nreason = "r"\nvalues = { 1 = 12.500 }\n'
    ((where, words),) = _find_problems(load, more=own)
    assert where == "own_consequences[1].values.1" and "12500" in words


def test_a_thousands_point_in_json_is_refused(tmp_path: Path, release: Release) -> None:
    text = '{"costs": [{"name": "a", "kind": "fixed", "amounts_dkk": 90.000, "payer": "state"}]}'
    path = tmp_path / "indsats.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_intervention(path, release)
    assert "costs[1].amounts_dkk" in [problem.where for problem in raised.value.problems]
    path.write_text(text.replace("90.000", "12.375"), encoding="utf-8")  # as a program writes it
    with pytest.raises(InputError) as raised:
        load_intervention(path, release)
    assert "costs[1].amounts_dkk" not in [problem.where for problem in raised.value.problems]


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"share": "0,15"}, "decimaltal skrives med punktum"),
        ({"amount": "1.200.000"}, "uden tusindtalspunktum"),
        ({"share": "10 %"}, "10 % skrives 0.10"),
        ({"more": "description = Herberg"}, "tekst i anførselstegn"),
        ({"more": "survival_weighting = ja"}, "skriv true eller false"),
        ({"more": 'committees = { name = "x", default = "y", costs = { løn = "y" } }'}, "æ, ø og å"),
        ({"more": "first_year = 2023"}, "[[costs]]"),
        ({"more": 'description = "Løn, 1,5 årsværk'}, "ret filen på det nævnte sted"),
    ],
)
def test_a_syntax_error_is_told_in_danish_with_its_line(
    load: _Load, changes: dict[str, str], advice: str
) -> None:
    ((where, words),) = _find_problems(load, **changes)
    assert where == "indsats.toml"
    assert "syntaksfejl i linje" in words and advice in words
    assert "Expected" not in words and "Invalid" not in words and "Cannot" not in words


def test_wrong_brackets_are_told(load: _Load) -> None:
    text = _FILE.format(more="", persons="10", share="0.1", amount="90000")
    ((where, words),) = _find_problems(load, text.replace("[[costs]]", "[costs]"))
    assert where == "costs" and "[[costs]] med dobbelte klammer" in words
    ((where, words),) = _find_problems(load, text + '\n[[committees]]\nname = "x"\ndefault = "y"\n')
    assert where == "committees" and "[committees] med enkelte klammer" in words


_RANGES = [
    ("costs[1].amounts_dkk", 80000, 120000, "ranges[1].high"),
    ("target_groups[1].participants", 8, 10, "ranges[1]"),
    ("target_groups[1].participants", 5, 20, "ranges[1].high"),
    ("prices.shelter", 1.1, 1.5, "ranges[1]"),
    ("prices.tax_employment", 0.8, 1.2, "ranges[1].input"),
    ("target_groups[1].net_success_share", 0.2, 0.3, "ranges[1]"),
    ("target_groups[1].net_success_share", 0.0, 10, "ranges[1].high"),
    ("discount_rate", 2, 5, "ranges[1].high"),
]


@pytest.mark.parametrize(("name", "low", "high", "place"), _RANGES)
def test_a_range_of_another_size_is_refused(
    load: _Load, name: str, low: float, high: float, place: str
) -> None:
    more = f'ranges = [{{ input = "{name}", low = {low}, high = {high}, reason = "r" }}]'
    ((where, _),) = _find_problems(load, more=more)
    assert where == place


def test_a_range_of_a_share_from_an_effect_lies_around_it(rich_release: Release) -> None:
    chain = {"effect_size": 0.3, "base_share": 0.4, "base_share_reason": "r", "reason": "r"}
    group = {"target_group": "adults", "participants": {"2022": 10}, "success_chain": chain}
    given = {"input": "target_groups[1].net_success_share", "low": 0.5, "high": 0.6, "reason": "r"}
    data: dict[str, Any] = {
        "name": "Prøve",
        "first_year": 2022,
        "horizon_years": 5,
        "price_year": 2022,
        "own_success_measure": "trivsel",
        "success_measure_comparison": "ikke det samme",
        "target_groups": [group],
        "ranges": [given],
    }
    with pytest.raises(InputError) as raised:
        read_intervention(data, rich_release)
    assert [problem.where for problem in raised.value.problems] == ["ranges[1]"]
    data["ranges"] = [{**given, "low": 0.05}]
    assert read_intervention(data, rich_release)


@pytest.mark.parametrize(
    ("key", "value", "is_possible"),
    [
        ("shelter", -366, True),
        ("shelter", -367, False),
        ("cash_benefit", 53.5, False),
        ("gp_contacts", 400, False),
        ("tax_employment", 250000, True),
    ],
)
def test_own_quantities_fit_into_a_year(load: _Load, key: str, value: float, is_possible: bool) -> None:
    more = f'[[own_consequences]]\nconsequence = "{key}"\nreason = "r"\nvalues = {{ 1 = {value} }}\n'
    if is_possible:
        assert load(more=more).own_consequences[0].values == {1: value}
        return
    ((where, words),) = _find_problems(load, more=more)
    assert where == "own_consequences[1].values.1" and "pr. person om året" in words


@pytest.mark.parametrize(
    ("shares", "place"),
    [
        ("{ municipality = 0.7, region = 0, state = 0.3 }", None),
        ("{ municipality = 70, region = 0, state = 30 }", "own_prices[1].price_dkk.municipality"),
        ("{ municipality = 0.7, region = 0, state = 0.5 }", "own_prices[1].price_dkk"),
        ("{ municipality = 0.9 }", "own_prices[1].price_dkk"),
    ],
)
def test_a_krone_of_tax_is_split_and_no_more(load: _Load, shares: str, place: str | None) -> None:
    more = f'[[own_prices]]\nconsequence = "tax_employment"\nprice_dkk = {shares}\nreason = "r"\n'
    if place is None:
        assert load(more=more)
    else:
        assert place in [where for where, _ in _find_problems(load, more=more)]

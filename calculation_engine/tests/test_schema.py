"""The JSON Schema: every example fits, and it refuses what the reader refuses (types, missing values, ranges)."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import json
import tomllib
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from soem_engine import InputError, Intervention, find_schema, read_intervention
from soem_engine.cli import main
from soem_engine.plan import Plan

ENGINE = Path(__file__).parents[1]
FILES = sorted(
    path
    for folder in ("examples", "soem_engine/gallery", "tests")
    for path in (ENGINE / folder).glob("*.toml")
    if "target_groups" in tomllib.loads(path.read_text(encoding="utf-8"))
)

GOOD: dict[str, Any] = {
    "name": "Prøve",
    "first_year": 2022,
    "horizon_years": 5,
    "price_year": 2022,
    "own_success_measure": "trivsel",
    "success_measure_comparison": "ikke det samme",
    "discount_rates_date": "2021-02-01",
    "committees": {"name": "By", "default": "A", "areas": {"health": {"A": 0.5, "B": 0.5}}},
    "target_groups": [
        {
            "target_group": "adults",
            "starting": {"2022": 10},
            "duration_months": 6,
            "dropout_share": 0.1,
            "success_chain": {"reason": "r", "effect_size": 0.2, "base_share": 0.3, "base_share_reason": "r"},
        },
        {
            "target_group": "unge",
            "participants": {"2022": 1},
            "net_success_share": 0.1,
            "net_success_share_reason": "r",
            "own_group": {"name": "Unge", "success": "job", "population": "adults"},
        },
    ],
    "costs": [
        {"name": "løn", "kind": "fixed", "amounts_dkk": 1000, "payer": "municipality"},
        {
            "name": "ark",
            "kind": "start_up",
            "payer": {"region": 0.5, "state": 0.5},
            "items": [{"name": "a", "category": "staff", "hours": {"2022": 5}, "wage_dkk": 200}],
            "single_cases": [{"name": "b", "rule": "adults", "cost_dkk": 2e6, "persons": 1}],
        },
    ],
    "own_consequences": [
        {
            "consequence": "x",
            "values": {"1": -2.5},
            "reason": "r",
            "standard_errors": {"1": 0.5},
            "new": {"name": "X", "area": "health", "unit": "stk."},
        }
    ],
    "while_running": [{"consequence": "x", "change": -1, "reason": "r"}],
    "own_prices": [{"consequence": "x", "price_dkk": {"municipality": 5}, "reason": "r"}],
    "ranges": [{"input": "prices.x", "low": 0.5, "high": 1.5, "reason": "r"}],
    "assumed": [{"input": "costs", "why": "opdigtet"}],
    "consequences": {"reason": "r", "without": ["shelter"]},
}


def _plain(value: Any) -> Any:
    """TOML dates become texts, as in JSON."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _errors(data: object) -> list[str]:
    validator = jsonschema.Draft202012Validator(find_schema())
    return [error.message for error in validator.iter_errors(data)]


def test_the_schema_is_a_schema() -> None:
    for of in ("intervention", "plan"):
        jsonschema.Draft202012Validator.check_schema(find_schema(of))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_example_fits(path: Path) -> None:
    assert not _errors(_plain(tomllib.loads(path.read_text(encoding="utf-8"))))


def test_there_are_examples() -> None:
    assert len(FILES) >= 3


def test_a_file_with_everything_fits_and_is_read() -> None:
    assert not _errors(GOOD)
    assert read_intervention(GOOD).committees is not None


def _set(place: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        *path, last = place.split("/")
        target: Any = data
        for key in path:
            target = target[int(key)] if isinstance(target, list) else target[key]
        if value is None:
            del target[last]
        else:
            target[last] = value

    return change


WRONG = [
    ("name", None),
    ("name", " "),
    ("name", 7),
    ("first_year", "2022"),
    ("first_year", 1800),
    ("horizon_years", 0),
    ("horizon_years", 2.5),
    ("horizont", 5),
    ("view", 3),
    ("discounting", "some"),
    ("discount_rate", 1.5),
    ("discount_rates_date", "i går"),
    ("taper", "half"),
    ("survival_weighting", "ja"),
    ("target_groups", []),
    ("target_groups", {}),
    ("target_groups/0/starting", None),
    ("target_groups/0/starting/2022", -1),
    ("target_groups/0/starting/næste år", 1),
    ("target_groups/0/dropout_share", 1.2),
    ("target_groups/0/duration_months", 61),
    ("target_groups/0/success_chain", None),
    ("target_groups/0/success_chain/effect_size", None),
    ("target_groups/0/success_chain/reason", ""),
    ("target_groups/0/success_chain/effect_size", 9),
    ("target_groups/1/net_success_share", 1.2),
    ("target_groups/1/net_success_share", "0,1"),
    ("target_groups/1/net_success_share", None),
    ("target_groups/1/net_success_share_reason", None),
    ("target_groups/1/own_group/population", "dogs"),
    ("costs/0/kind", "running"),
    ("costs/0/amounts_dkk", -5),
    ("costs/0/amounts_dkk", {}),
    ("costs/0/amounts_dkk", {"2022": -5}),
    ("costs/0/amounts_dkk", None),
    ("costs/0/payer", None),
    ("costs/0/payer", "kommune"),
    ("costs/0/payer", {"region": 1.5}),
    ("costs/1/items/0/category", "cars"),
    ("costs/1/items/0/wage_dkk", -1),
    ("costs/1/single_cases/0/rule", "all"),
    ("own_consequences/0/values", {"0": 1}),
    ("own_consequences/0/values", {"1": "a"}),
    ("own_consequences/0/reason", ""),
    ("own_consequences/0/standard_errors", {"1": -1}),
    ("own_consequences/0/new/budget_sign", "both"),
    ("while_running/0/change", "mange"),
    ("own_prices/0/price_dkk", {"municipality": -1}),
    ("own_prices/0/price_dkk", {"kommune": 1}),
    ("own_prices/0/price_dkk", 800),
    ("ranges/0/low", -1),
    ("ranges/0/distribution", "poisson"),
    ("assumed/0/why", ""),
    ("committees/default", 3),
    ("committees/default", None),
    ("committees/areas", {"health": {"A": 2}}),
]


@pytest.mark.parametrize(("place", "value"), WRONG, ids=lambda part: str(part)[:40])
def test_both_refuse(place: str, value: object) -> None:
    data = copy.deepcopy(GOOD)
    _set(place, value)(data)
    assert _errors(data)
    with pytest.raises(InputError):
        read_intervention(data)


def test_every_field_of_the_dataclasses_is_in_it() -> None:
    definitions = find_schema()["$defs"] | find_schema("plan")["$defs"]

    def visit(record: type) -> None:
        hints = typing.get_type_hints(record)
        assert set(definitions[record.__name__]["properties"]) == {f.name for f in dataclasses.fields(record)}
        for hint in hints.values():
            for part in (hint, *typing.get_args(hint)):
                if dataclasses.is_dataclass(part) and isinstance(part, type) and part.__name__ in definitions:
                    visit(part)

    visit(Intervention)
    visit(Plan)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == find_schema()
    assert main(["schema", "plan"]) == 0
    assert json.loads(capsys.readouterr().out) == find_schema("plan")

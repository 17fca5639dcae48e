"""The municipality by committee: the most particular rule holds, and it adds up to the last bit."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soem_engine import (
    CommitteeShares,
    CommitteeStructure,
    InputError,
    Intervention,
    Release,
    calculate,
    format_result,
    load_intervention,
)
from soem_engine.committees import split_exactly

STRUCTURE = CommitteeStructure(
    "Prøveby",
    default=CommitteeShares({"Økonomi": 1.0}),
    areas={"social_services": CommitteeShares({"Social": 1.0})},
    consequences={"cash_benefit": CommitteeShares({"Job": 1 / 3, "Social": 2 / 3})},
    costs={"løn": CommitteeShares({"Job": 1.0}), "leje": CommitteeShares({"Social": 0.5, "Økonomi": 0.5})},
)


def test_the_most_particular_rule_holds(release: Release, intervention: Intervention) -> None:
    result = calculate(release, dataclasses.replace(intervention, committees=STRUCTURE))
    keys = [consequence.key for consequence in result.consequences]
    shares = dict(zip(result.committees, result.committee_consequences_dkk, strict=True))
    municipal = result.consequences_dkk.sum(axis=0)[..., 0]
    column = keys.index("cash_benefit")
    assert shares["Social"][0, column] == pytest.approx(municipal[0, column] * 2 / 3, abs=1e-5)
    assert shares["Social"][0, keys.index("shelter")] == municipal[0, keys.index("shelter")]
    assert shares["Økonomi"][0, keys.index("tax_employment")] == municipal[0, keys.index("tax_employment")]
    job = result.committees.index("Job")
    assert result.committee_cost_dkk[job].sum() == 0.0
    page = format_result(result)
    assert "Kommunen efter udvalg" in page and "Prøveby" in page


def test_committees_add_up_to_the_municipality_to_the_last_bit(
    release: Release, intervention: Intervention
) -> None:
    result = calculate(release, dataclasses.replace(intervention, committees=STRUCTURE))
    assert np.array_equal(result.net_by_committee_dkk.sum(axis=0), result.net_dkk[:, 0])
    assert np.array_equal(result.net_by_committee_pv_dkk.sum(axis=0), result.net_pv_dkk[:, 0])
    assert float(result.net_by_committee_pv_dkk.sum()) == float(result.net_present_value_by_payer[0])


def test_a_part_is_never_off_by_more_than_a_step_of_the_grid() -> None:
    grid = 2.0**-20
    amounts = np.rint(np.array([[0.1, -7.77, 1e6]]) / grid) * grid
    shares = np.array([[1 / 3, 0.7, 0.2], [1 / 3, 0.0, 0.2], [1 / 3, 0.3, 0.6]])
    parts = split_exactly(amounts, shares, grid)
    assert np.array_equal(parts.sum(axis=0), amounts)
    assert np.abs(parts - shares[:, None] * amounts).max() <= grid
    assert parts[1, 0, 1] == 0.0


def test_a_slip_in_a_cost_lines_name_is_refused_another_name_is_said(
    release: Release, intervention: Intervention
) -> None:
    """»lejen« would send the rent to the default in silence; »bus« may be of another intervention."""
    for name, is_slip in (("lejen", True), ("bus", False)):
        costs = {"løn": CommitteeShares({"Job": 1.0}), name: CommitteeShares({"Social": 1.0})}
        changed = dataclasses.replace(intervention, committees=dataclasses.replace(STRUCTURE, costs=costs))
        if is_slip:
            with pytest.raises(InputError) as raised:
                calculate(release, changed)
            assert [problem.where for problem in raised.value.problems] == ["committees.costs.lejen"]
            assert "mente du leje?" in raised.value.format("da")
            continue
        told = {caveat.code: caveat.text.da for caveat in calculate(release, changed).caveats}
        assert told["committee_costs_unknown"].endswith("har: bus.")


def _write(folder: Path, committees: object) -> Path:
    tables: dict[str, Any] = {
        "name": "Prøve",
        "first_year": 2022,
        "horizon_years": 3,
        "price_year": 2022,
        "own_success_measure": "a",
        "success_measure_comparison": "b",
        "committees": committees,
        "target_groups": [
            {
                "target_group": "adults",
                "participants": {"2022": 1},
                "net_success_share": 1,
                "net_success_share_reason": "r",
            }
        ],
    }
    path = folder / "indsats.json"
    path.write_text(json.dumps(tables), encoding="utf-8")
    return path


def test_a_structure_is_saved_once_and_used_again(release: Release, tmp_path: Path) -> None:
    (tmp_path / "by.toml").write_text(
        'name = "By"\ndefault = "Økonomi"\n[areas]\nsocial_services = { Social = 0.25, Job = 0.75 }\n',
        encoding="utf-8",
    )
    intervention = load_intervention(_write(tmp_path, "by.toml"), release)
    assert intervention.committees is not None
    assert calculate(release, intervention).committees == ("Økonomi", "Social", "Job")


@pytest.mark.parametrize(
    ("committees", "place"),
    [
        ("findes_ikke.toml", "findes_ikke.toml"),
        ({"name": "x"}, "committees.default"),
        ({"name": "x", "default": {"A": 0.5, "B": 0.4}}, "committees.default"),
        ({"name": "x", "default": "A", "areas": {"helth": "B"}}, "committees.areas.helth"),
        ({"name": "x", "default": "A", "consequences": {"sheltr": "B"}}, "committees.consequences.sheltr"),
        (
            {"name": "x", "default": "A", "areas": {"health": {"B": 1.5, "C": -0.5}}},
            "committees.areas.health.B",
        ),
        ({"name": "x", "default": 3}, "committees.default"),
    ],
)
def test_what_cannot_be_a_structure(committees: object, place: str, release: Release, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        load_intervention(_write(tmp_path, committees), release)
    assert place in [problem.where for problem in raised.value.problems]

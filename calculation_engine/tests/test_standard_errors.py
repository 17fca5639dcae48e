"""Standard errors against the same variance found by brute force: move one estimate at a time and calculate again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from soem_engine import ConsequenceChoice, Intervention, Release, Result, calculate, open_release

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]
MakeRelease = Callable[[Callable[[Tables], None]], Path]

CELLS = [(key, t) for key in ("cash_benefit", "tax_employment", "shelter") for t in (1, 2, 3)]
VALUES = np.array([-2.9, -2.4, -1.7, 1500.0, 2100.5, 900.0, -40.0, -12.5, -4.0])


def _move(tables: Tables, cell: tuple[str, int], step: float) -> None:
    """Move one estimate, and what is tapered from it, in the view that keeps all estimates."""
    columns, rows = tables["profiles"]
    weight = {cell[1]: 1.0} | ({4: 0.5} if cell[1] == 3 else {})
    tables["profiles"] = (
        columns,
        [
            (*row[:4], row[4] + step * weight[row[2]], row[5])
            if row[0] == "adults" and row[1] == cell[0] and row[2] in weight
            else row
            for row in rows
        ],
    )


def _outputs(result: Result) -> np.ndarray:
    return np.concatenate(
        [[result.net_present_value], result.net_present_value_by_payer, result.cumulated_dkk]
    )


def test_delta_method_by_brute_force(
    make_release: MakeRelease, release: Release, intervention: Intervention, tmp_path: Path
) -> None:
    intervention = dataclasses.replace(intervention, view="all_estimates")
    base = calculate(release, intervention)
    slopes = []
    for cell in CELLS:
        folder = make_release(lambda tables, cell=cell: _move(tables, cell, 1000.0))
        with open_release(folder) as moved:
            slopes.append((_outputs(calculate(moved, intervention)) - _outputs(base)) / 1000.0)
        (folder / "knowledge.duckdb").unlink()
        folder.rmdir()
    error = 0.1 * np.abs(VALUES)
    covariance = np.outer(error, error) * (0.5 + 0.5 * np.eye(len(CELLS)))
    slope = np.array(slopes)
    expected = np.sqrt(np.diag(slope.T @ covariance @ slope))
    errors = base.standard_errors
    found = np.concatenate([[errors.net_present_value], errors.by_payer, errors.cumulated])
    assert found == pytest.approx(expected, rel=1e-6, abs=1e-3)
    assert errors.n_weights_outside == 0


def test_filtered_years_carry_no_error(release: Release, intervention: Intervention) -> None:
    only_tax = ConsequenceChoice(reason="en ad gangen", only=("tax_employment",))
    intervention = dataclasses.replace(intervention, consequences=only_tax)
    classic = calculate(release, intervention).standard_errors
    everything = calculate(release, dataclasses.replace(intervention, view="all_estimates")).standard_errors
    assert 0 < classic.net_present_value < everything.net_present_value


def test_no_success_no_error(release: Release, intervention: Intervention) -> None:
    group = dataclasses.replace(intervention.target_groups[0], net_success_share=0.0)
    errors = calculate(release, dataclasses.replace(intervention, target_groups=(group,))).standard_errors
    assert errors.net_present_value == 0.0 and not errors.by_payer.any() and not errors.cumulated.any()

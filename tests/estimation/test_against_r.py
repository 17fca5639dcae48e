"""The same data through R's lm and sandwich::vcovCL: stored output, and R itself where it is installed."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from estimation import Block, BlockYear, CovariateBlock, GroupEstimates, Layout, estimate_group
from tests.estimation.random_groups import read_levels

REFERENCE = Path(__file__).parents[1] / "reference"
OUTCOMES = ("contacts", "days", "dkk", "weeks")
COVARIATES = ("sex", "age", "employment", "education", "education_again", "base_year")


def read_columns(path: Path) -> dict[str, list[str]]:
    with path.open() as file:
        rows = list(csv.DictReader(file))
    return {name: [row[name] for row in rows] for name in rows[0]}


def read_numbers(path: Path) -> dict[str, np.ndarray]:
    columns = read_columns(path)
    columns.pop("outcome", None)
    return {
        name: np.array([np.nan if value == "NA" else float(value) for value in column])
        for name, column in columns.items()
    }


@pytest.fixture(scope="module")
def estimates() -> GroupEstimates:
    data = read_numbers(REFERENCE / "adjusted_differences_data.csv")
    names = [name for name in data if name.rsplit("_", 1)[0] in COVARIATES]
    widths = [sum(name.rsplit("_", 1)[0] == covariate for name in names) for covariate in COVARIATES]
    stops = np.cumsum(widths).tolist()
    covariates = tuple(
        CovariateBlock(covariate, slice(stop - width, stop))
        for covariate, width, stop in zip(COVARIATES, widths, stops, strict=True)
    )
    years = {}
    for t in (1, 2):
        use = np.column_stack([data[f"{outcome}_year_{t}"] for outcome in OUTCOMES])
        years[t] = BlockYear(use, np.ones(use.shape[0], dtype=bool), ~np.isnan(use))
    block = Block(
        person=data["person"].astype(int),
        success=data["success"] == 1,
        levels=read_levels(np.column_stack([data[name] for name in names]), covariates),
        baselines=np.column_stack([data[f"{outcome}_year_0"] for outcome in OUTCOMES]),
        year=years.__getitem__,
    )
    layout = Layout(covariates, np.arange(len(OUTCOMES)), np.zeros((len(OUTCOMES), 2), dtype=bool))
    return estimate_group(lambda: [block], layout)


def assert_equal_to_r(estimates: GroupEstimates, folder: Path) -> None:
    table = read_numbers(folder / "adjusted_differences_R.csv")
    assert (estimates.status == "estimated").all()
    error = table["standard_error"]
    for name in ("adjusted_difference", "ci_low", "ci_high", "raw_difference"):
        assert (np.abs(getattr(estimates, name).ravel() - table[name]) < 1e-9 * error).all(), name
    assert estimates.standard_error.ravel() == pytest.approx(error, rel=1e-9)
    assert estimates.p_value.ravel() == pytest.approx(table["p_value"], rel=1e-9)
    assert (estimates.n_persons.ravel() == table["n_clusters"]).all()
    assert ((estimates.n_success + estimates.n_others).ravel() == table["n"]).all()
    covariance = np.array(list(read_numbers(folder / "adjusted_differences_R_covariance.csv").values()))
    assert (np.abs(estimates.covariance - covariance) < 1e-9 * np.outer(error, error)).all()


def test_equals_stored_output_of_r(estimates):
    assert_equal_to_r(estimates, REFERENCE)


@pytest.mark.outside
def test_equals_r_run_now(estimates, tmp_path):
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed")
    probe = subprocess.run([rscript, "-e", "library(sandwich)"], capture_output=True, check=False)
    if probe.returncode:
        pytest.skip("the R package sandwich is not installed")
    script = REFERENCE / "adjusted_differences.R"
    subprocess.run([rscript, str(script), str(tmp_path)], check=True, capture_output=True)
    assert_equal_to_r(estimates, tmp_path)
    for name in ("adjusted_differences_R.csv", "adjusted_differences_R_covariance.csv"):
        now, stored = read_numbers(tmp_path / name), read_numbers(REFERENCE / name)
        for column, numbers in now.items():
            assert numbers == pytest.approx(stored[column], rel=1e-7, abs=1e-12)

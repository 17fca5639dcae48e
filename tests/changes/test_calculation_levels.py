"""Why a calculation changed: an engine that reads one number from a release stands in for the real one."""

from __future__ import annotations

import zipfile
from pathlib import Path

import polars as pl
import pytest

from pipeline.changes.between import Between
from pipeline.changes.calculation_levels import attribute_calculation
from pipeline.changes.causes import COVARIATES, ENGINE, JOINT, PRICES, SCOPE, UNEXPLAINED
from pipeline.changes.walk_back import State
from pipeline.declarations.problems import InputError
from pipeline.project import Project

ENGINE_OF_TESTS = """
import json, pathlib, sys

def main():
    file = pathlib.Path(sys.argv[sys.argv.index("--release") + 1]) / "state.txt"
    if not file.exists():
        print("no homeless here", file=sys.stderr)
        return 2
    amounts = {"municipality": float(file.read_text()) + EXTRA, "region": 0.0, "state": -10.0}
    print(json.dumps({"totals": {"net_present_value_by_payer_dkk": amounts}}))
    return 0
"""


def write_release(folder: Path, state: float | None, extra: float = 0.0) -> Path:
    (folder / "tables").mkdir(parents=True)
    if state is not None:
        (folder / "state.txt").write_text(str(state), "utf-8")
    with zipfile.ZipFile(folder / "soem_engine-1.whl", "w") as wheel:
        info = zipfile.ZipInfo("soem_engine/cli.py")
        wheel.writestr(info, ENGINE_OF_TESTS.replace("EXTRA", str(extra)))
        wheel.writestr(zipfile.ZipInfo("soem_engine/__init__.py"), "")
    return folder


def attribute(old: Path, new: Path, folder: Path, causes: tuple[str, ...] = ()) -> pl.DataFrame:
    file = folder / "calculation.toml"
    file.write_text("", "utf-8")
    between = Between(old, Project(folder, folder / "outputs", folder), causes, None, ({}, {}), None)
    return attribute_calculation(file, between, new)


def read_chain(links: pl.DataFrame, measure: str = "total") -> list[tuple]:
    return list(links.filter(measure=measure).select("cause", "value_before", "value_after").iter_rows())


def test_a_calculation_on_releases_without_any_difference_is_the_same(tmp_path: Path) -> None:
    old, new = write_release(tmp_path / "2026.1", 30.0), write_release(tmp_path / "2026.2", 30.0)
    assert attribute(old, new, tmp_path).is_empty()


def test_a_calculation_that_moved_without_a_cause_is_unexplained(tmp_path: Path) -> None:
    old, new = write_release(tmp_path / "2026.1", 30.0), write_release(tmp_path / "2026.2", 31.5)
    links = attribute(old, new, tmp_path)
    assert read_chain(links) == [(UNEXPLAINED, 20.0, 21.5)]
    assert set(links["measure"]) == {"total", "municipality"}


def test_another_engine_is_the_first_cause(tmp_path: Path) -> None:
    old, new = write_release(tmp_path / "2026.1", 30.0), write_release(tmp_path / "2026.2", 31.0, 4.0)
    assert read_chain(attribute(old, new, tmp_path)) == [(ENGINE, 20.0, 24.0), (UNEXPLAINED, 24.0, 25.0)]


def test_an_engine_in_the_working_directory_is_not_taken_for_the_releases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "soem_engine").mkdir()
    (tmp_path / "soem_engine" / "__init__.py").write_text("raise SystemExit(9)", "utf-8")
    monkeypatch.chdir(tmp_path)
    old, new = write_release(tmp_path / "2026.1", 30.0), write_release(tmp_path / "2026.2", 31.0)
    assert read_chain(attribute(old, new, tmp_path)) == [(UNEXPLAINED, 20.0, 21.0)]


@pytest.mark.parametrize("refusing", ["2026.1", "2026.2"])
def test_a_refusal_names_the_release_it_belongs_to(tmp_path: Path, refusing: str) -> None:
    old, new = (
        write_release(tmp_path / name, None if name == refusing else 1.0) for name in ("2026.1", "2026.2")
    )
    with pytest.raises(InputError, match=rf"release {refusing} refuses it: no homeless here"):
        attribute(old, new, tmp_path)


def test_a_state_the_engine_refuses_is_a_level_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = write_release(tmp_path / "2026.1", 30.0), write_release(tmp_path / "2026.2", 33.0)
    empty = write_release(tmp_path / "state", None)
    states = [State((), {}), State((PRICES,), {}), State((COVARIATES, PRICES), {}, is_old=True)]
    monkeypatch.setattr("pipeline.changes.calculation_levels.walk_back", lambda *_: iter(states))
    monkeypatch.setattr("pipeline.changes.calculation_levels._write_release", lambda *_: empty)
    links = attribute(old, new, tmp_path, (COVARIATES, PRICES))
    assert read_chain(links) == [(f"{COVARIATES}{JOINT}{PRICES}", 20.0, 23.0)]


def test_a_price_in_one_release_only_is_scope(tmp_path: Path) -> None:
    """Every state between has the new price, so that the first link holds what it did."""
    old, new = write_release(tmp_path / "2026.1", 30.0), write_release(tmp_path / "2026.2", 31.5)
    for release, groups in ((old, [None]), (new, [None, "homeless"])):
        price = {"consequence": "shelter", "payer": "state"}
        rows = pl.DataFrame([{**price, "target_group": group} for group in groups])
        rows.write_parquet(release / "tables" / "unit_prices.parquet")
    assert read_chain(attribute(old, new, tmp_path)) == [(SCOPE, 20.0, 21.5)]
    links = attribute(old, new, tmp_path, (COVARIATES,))
    assert read_chain(links) == [(f"{SCOPE}{JOINT}{COVARIATES}", 20.0, 21.5)]

"""The states between two releases: the new one first, the old one last, and what happens where one cannot be made."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import polars as pl
import pytest

from pipeline.changes.between import Between
from pipeline.changes.build_state import (
    NO_OLD_REGISTERS,
    NOT_BUILT,
    NOT_DELIVERED,
    NOT_LOADED,
    SAID_BY_METHOD,
    Obstacle,
    _describe_state,
    build_state,
)
from pipeline.changes.causes import CODE, COVARIATES, JOINT, PRICES, REGISTER_DATA, REIMBURSEMENT, UNEXPLAINED
from pipeline.changes.mix_declarations import read_declarations
from pipeline.changes.walk_back import State, name_causes, walk_back
from pipeline.changes.workshop import open_workshop
from pipeline.declarations.problems import InputError
from pipeline.executors import DEFAULT_RESOURCES
from pipeline.failures import BuildFailed
from pipeline.leaf_jobs import tell_error
from pipeline.project import DECLARATIONS, Project, load_declarations
from pipeline.stages.in_order import FLOW
from schemas.release_tables import RELEASE_TABLES

CAUSES = (CODE, COVARIATES, PRICES, REIMBURSEMENT)


def make_between(folder: Path, causes: tuple[str, ...]) -> Between:
    (folder / "old" / "tables").mkdir(parents=True, exist_ok=True)
    project = Project(folder, folder / "outputs", DECLARATIONS)
    return Between(folder / "old", project, causes, None, ({}, {}), FLOW)


def walk(
    folder: Path, monkeypatch: pytest.MonkeyPatch, refused: Collection[tuple[str, ...]]
) -> tuple[list[State], list[tuple[str, ...]]]:
    """Walk back over CAUSES where some states cannot be made; return the states and what was tried."""
    tried = []

    def build_or_refuse(between: Between, undone: tuple[str, ...], *_: object) -> dict | Obstacle:
        tried.append(undone)
        return Obstacle(NOT_LOADED) if undone in refused else {}

    monkeypatch.setattr("pipeline.changes.walk_back.build_state", build_or_refuse)
    return list(walk_back(make_between(folder, CAUSES), {})), tried


def test_without_a_cause_both_ends_are_there(tmp_path: Path) -> None:
    states = list(walk_back(make_between(tmp_path, ()), {"release": pl.DataFrame()}))
    assert [(state.undone, set(state.tables), state.is_old) for state in states] == [
        ((), {"release"}, False),
        ((), set(), True),
    ]
    assert name_causes(states) == [UNEXPLAINED, ""]


def test_each_cause_is_undone_in_turn_and_the_first_is_not_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states, tried = walk(tmp_path, monkeypatch, ())
    assert tried == [(REIMBURSEMENT,), (PRICES, REIMBURSEMENT), (COVARIATES, PRICES, REIMBURSEMENT)]
    assert name_causes(states) == [REIMBURSEMENT, PRICES, COVARIATES, CODE, ""]
    assert not any(state.obstacle for state in states)


def test_a_cause_that_cannot_be_undone_is_undone_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    states, _ = walk(tmp_path, monkeypatch, {(PRICES, REIMBURSEMENT)})
    joint = JOINT.join((COVARIATES, PRICES))
    assert name_causes(states) == [REIMBURSEMENT, joint, CODE, ""]
    assert [state.obstacle is not None for state in states] == [False, False, True, False]


def test_a_cause_that_can_never_be_undone_costs_no_other_its_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = {(PRICES, REIMBURSEMENT), (COVARIATES, PRICES, REIMBURSEMENT)}
    states, tried = walk(tmp_path, monkeypatch, refused)
    assert tried[-1] == (COVARIATES, REIMBURSEMENT)
    assert name_causes(states) == [REIMBURSEMENT, COVARIATES, JOINT.join((CODE, PRICES)), ""]
    assert states[-1].obstacle == Obstacle(NOT_LOADED)


def build_with(
    folder: Path, monkeypatch: pytest.MonkeyPatch, undone: tuple[str, ...], **failing: Exception
) -> object:
    """Build a state where a step of it fails."""
    for name in ("check_registers", "build"):

        def fail(*_: object, name: str = name, **__: object) -> None:
            if name in failing:
                raise failing[name]

        monkeypatch.setattr(f"pipeline.changes.build_state.{name}", fail)
    declared = read_declarations(DECLARATIONS)
    between = make_between(folder, CAUSES)
    between = Between(between.old, between.project, CAUSES, None, (declared, declared), FLOW)
    row = pl.DataFrame({"version": ["2027.1"]})
    return build_state(between, undone, {"release": row}, folder / "workshop", DEFAULT_RESOURCES)


def test_an_obstacle_says_of_which_kind_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = InputError("Delivery", [])
    assert build_with(tmp_path, monkeypatch, (REGISTER_DATA,)) == Obstacle(NO_OLD_REGISTERS)
    assert build_with(tmp_path / "a", monkeypatch, (PRICES,), check_registers=refused).kind == NOT_DELIVERED
    failed = BuildFailed("unit_prices: outside its bounds")
    assert build_with(tmp_path / "b", monkeypatch, (PRICES,), build=failed) == Obstacle(
        NOT_BUILT, str(failed)
    )
    assert "unit_prices" in build_with(tmp_path / "c", monkeypatch, (PRICES,))


@pytest.mark.parametrize("error", [OSError(28, "No space left"), MemoryError()])
def test_a_machine_that_fails_is_no_obstacle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with pytest.raises(BuildFailed):
        build_with(tmp_path, monkeypatch, (PRICES,), build=BuildFailed(tell_error(error, "estimates")))


def test_a_state_says_years_and_price_year_of_its_own_method() -> None:
    method = load_declarations(DECLARATIONS).method
    assert set(SAID_BY_METHOD) < {column.name for column in RELEASE_TABLES["release"].columns}
    row = pl.DataFrame({"version": ["2027.1"], "price_year": [2031], "year_last": [2030]})
    own = _describe_state(row, method).row(0, named=True)
    assert own == {"version": "2027.1", "price_year": method.price_year, "year_last": method.last_year}


def test_what_a_process_left_behind_is_removed_and_another_ones_is_not(tmp_path: Path) -> None:
    project = Project(tmp_path, tmp_path / "outputs", DECLARATIONS)
    left = project.outputs / ".undoing-left"
    left.mkdir(parents=True)
    for name in ("table.parquet", "lock"):
        (left / name).write_bytes(b"x")
    with open_workshop(project) as own:
        assert not left.exists()
        with open_workshop(project) as other:
            assert own.is_dir() and other.is_dir()
        assert own.is_dir() and not other.exists()
    assert not list(project.outputs.iterdir())

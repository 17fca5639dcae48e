"""The states between two releases: the new one first, the old one last."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.changes.causes import UNEXPLAINED
from pipeline.changes.walk_back import SAID_BY_METHOD, Between, _describe_state, walk_back
from pipeline.project import DECLARATIONS, Project, load_declarations
from schemas.release_tables import RELEASE_TABLES


def test_without_a_cause_both_ends_are_there(tmp_path: Path) -> None:
    (tmp_path / "old" / "tables").mkdir(parents=True)
    project = Project(tmp_path, tmp_path / "outputs", DECLARATIONS)
    between = Between(tmp_path / "old", project, (), None, ({}, {}), None)
    states = list(walk_back(between, {"release": pl.DataFrame()}))
    assert [(state.cause, state.tables and set(state.tables)) for state in states] == [
        (UNEXPLAINED, {"release"}),
        ("", {}),
    ]


def test_a_state_says_years_and_price_year_of_its_own_method() -> None:
    method = load_declarations(DECLARATIONS).method
    schema = {column.name: column for column in RELEASE_TABLES["release"].columns}
    assert set(SAID_BY_METHOD) < set(schema)
    row = pl.DataFrame({"version": ["2027.1"], "price_year": [2031], "year_last": [2030]})
    own = _describe_state(row, method).row(0, named=True)
    assert own == {"version": "2027.1", "price_year": method.price_year, "year_last": method.last_year}

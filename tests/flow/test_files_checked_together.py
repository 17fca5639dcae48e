"""Files of a table checked together: a bad row in any of them fails, and so does a file of another shape."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline import checks
from pipeline.checks import check_written
from schemas.checks import conform_table
from schemas.intermediate_tables import INTERMEDIATE_TABLES
from tests.flow.small_build import SmallBuild


def give(pnr: int, status: str | None = "other") -> pl.DataFrame:
    rows = {"leaf": [1], "pnr": [pnr], "base_year": [2010], "status": [status], "reason": [None]}
    return conform_table("success_status", pl.DataFrame(rows))


def write(folder: Path, *frames: pl.DataFrame) -> Path:
    for number, frame in enumerate(frames):
        frame.write_parquet(folder / f"leaves_{number:03d}_{number:03d}.parquet")
    return folder


@pytest.mark.parametrize("rows_together", [1, 2, 2_000_000])
def test_a_bad_row_in_any_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows_together: int
) -> None:
    monkeypatch.setattr(checks, "ROWS_TOGETHER", rows_together)
    folder = write(tmp_path, give(1), give(2), give(3, None), give(4))
    (failure,) = check_written("success_status", (folder,))
    assert failure.check.startswith("status")
    assert failure.message == "1 rows fail"


def test_good_files_pass(tmp_path: Path) -> None:
    assert check_written("success_status", (write(tmp_path, give(1), give(2)),)) == ()


def test_a_key_twice_in_two_files_fails(tmp_path: Path) -> None:
    assert check_written("success_status", (write(tmp_path, give(1), give(1)),))


def test_a_file_of_another_shape_fails(tmp_path: Path) -> None:
    folder = write(tmp_path, give(1), give(2).drop("status"), give(3))
    assert [failure.check.split(":")[0] for failure in check_written("success_status", (folder,))] == [
        "status"
    ]


def test_no_table_of_persons_needs_the_slow_check(small: SmallBuild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "check_table", None)
    for table in INTERMEDIATE_TABLES:
        folders = sorted((small.project.outputs / "tables" / table).iterdir())
        files = [file for folder in folders for file in folder.glob("leaves_*.parquet")]
        if files:
            assert check_written(table, folders) == ()

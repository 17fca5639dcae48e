"""A file that passes quickly passes the checks; one that the checks refuse never passes quickly."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.checks import TABLES, check_table
from schemas.quick_checks import passes_quickly

N_ROWS = 12
BACKGROUNDS = [
    f"{prefix}{name}_code" for prefix in ("", "mother_", "father_") for name in ("employment", "education")
]
SOUND = {
    "person_year_quantities": pl.DataFrame(
        {
            "leaf": [1] * 6 + [2] * 6,
            "pnr": [7, 7, 7, 8, 8, 9] * 2,
            "year": [2010, 2010, 2011, 2010, 2011, 2010] * 2,
            "consequence": ["cash_benefit", "shelter", "shelter"] * 4,
            "quantity": [1.0, 2.0, 0.5] * 4,
        }
    ),
    "person_exits": pl.DataFrame(
        {
            "leaf": [3] * N_ROWS,
            "pnr": list(range(N_ROWS)),
            "death_date": [datetime.date(2012, 1, 1), None] * 6,
            "emigration_date": [None] * N_ROWS,
            "return_date": [None] * N_ROWS,
        },
        schema_overrides={"emigration_date": pl.Date, "return_date": pl.Date},
    ),
    "drug_courses": pl.DataFrame(
        {
            "leaf": [5] * N_ROWS,
            "pnr": [1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8],
            "year": [2012] * N_ROWS,
            "treatment_type": ["day", "day", "residential", "residential"] + ["day"] * 8,
            "is_substitution": [False, True, False, True, False, True] + [False] * 6,
            "n_days": list(range(N_ROWS)),
            "n_completed": [0, 1] * 6,
        }
    ),
    "target_group_members": pl.DataFrame(
        {
            "leaf": [5] * N_ROWS,
            "pnr": [1, 1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8],
            "base_year": [2010, 2011, 2012, 2013] * 3,
            "age": [30] * N_ROWS,
            "sex": ["woman", "man"] * 6,
            "municipality_code": [101] * N_ROWS,
            "origin_code": ["danish"] * N_ROWS,
            **{name: ["unknown"] * N_ROWS for name in BACKGROUNDS},
            "definitions_met": [["adhd"], ["adhd", "autism"]] * 6,
            "target_group": ["adhd"] * N_ROWS,
        }
    ),
}
WRONG = (None, -1, 0, 1, 9999, 2012, 70_000, float("nan"), "", "kvinde", "shelter", True)


def write(frame: pl.DataFrame, path: Path, row_group_size: int = 5) -> Path:
    pq.write_table(frame.to_arrow(), path, row_group_size=row_group_size)
    return path


@pytest.mark.parametrize("table", SOUND)
@pytest.mark.parametrize("row_group_size", [1, 5, 100])
def test_sound_rows_pass_both_ways(table: str, row_group_size: int, tmp_path: Path) -> None:
    assert check_table(table, SOUND[table]).passed
    assert passes_quickly(TABLES[table], write(SOUND[table], tmp_path / "rows.parquet", row_group_size))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_passes_quickly_passes_the_checks(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    table = data.draw(st.sampled_from(sorted(SOUND)))
    frame = SOUND[table]
    for _ in range(data.draw(st.integers(1, 2))):
        frame = spoil(frame, data)
    path = write(frame, tmp_path_factory.getbasetemp() / "spoilt.parquet", data.draw(st.integers(1, N_ROWS)))
    if passes_quickly(TABLES[table], path):
        assert check_table(table, pl.read_parquet(path)).passed


def spoil(frame: pl.DataFrame, data: st.DataObject) -> pl.DataFrame:
    """Change one thing: a value, the order, a row twice, a column."""
    change = data.draw(st.sampled_from(["value", "value", "value", "twice", "order", "column", "extra"]))
    row = data.draw(st.integers(0, frame.height - 1))
    if change == "twice":
        return pl.concat([frame[: row + 1], frame[row:]])
    if change == "order":
        return frame.reverse()
    if change == "extra":
        return frame.with_columns(surplus=pl.lit(1))
    column = data.draw(st.sampled_from(frame.columns))
    if change == "column":
        return frame.drop(column)
    values = frame[column].to_list()
    values[row] = data.draw(st.sampled_from(WRONG))
    try:
        return frame.with_columns(pl.Series(column, values, dtype=frame.schema[column]))
    except (TypeError, OverflowError, pl.exceptions.PolarsError):
        return frame.with_columns(pl.Series(column, [str(value) for value in values]))


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("person_year_quantities", "quantity", [0.0] * N_ROWS),
        ("person_year_quantities", "quantity", [float("inf")] * N_ROWS),
        ("person_year_quantities", "consequence", ["Shelter"] * N_ROWS),
        ("person_year_quantities", "leaf", [256] * N_ROWS),
        ("drug_courses", "treatment_type", ["day"] * N_ROWS),
        ("drug_courses", "treatment_type", ["night"] * N_ROWS),
        ("drug_courses", "n_days", [None] * N_ROWS),
        ("person_exits", "pnr", [1] * N_ROWS),
        ("target_group_members", "definitions_met", [None] * N_ROWS),
    ],
)
def test_each_kind_of_fault_is_seen(table: str, column: str, values: list, tmp_path: Path) -> None:
    frame = SOUND[table].with_columns(pl.Series(column, values, dtype=SOUND[table].schema[column]))
    assert not passes_quickly(TABLES[table], write(frame, tmp_path / "rows.parquet"))
    assert not check_table(table, frame).passed

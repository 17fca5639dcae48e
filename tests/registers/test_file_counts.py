"""What is counted while a register is read is what SQL counts in its files, one check at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.declarations.problems import InputError
from pipeline.registers import read_file, row_batches
from pipeline.registers.count_files import count_rows
from pipeline.registers.delivered_files import DeliveredFile, find_file
from pipeline.registers.delivery import check_delivery
from pipeline.registers.leaves import ALL_LEAVES
from pipeline.registers.read_register import PartRead, read_part
from pipeline.registers.register_parts import list_parts
from pipeline.registers.value_checks import UNLISTED_WEEKS, count_unlisted_weeks, list_checks
from tests.registers.small_delivery import PNRS, frame, small_layouts, write_delivery

LAYOUTS = small_layouts()
OF_FILES_A_YEAR = [name for name, layout in LAYOUTS.registers.items() if not layout.is_one_file]
ODD_TEXTS = ("", "0", "x", PNRS[0][1:], PNRS[1], "DX", "DF32", "B", "305", "1660", "80 ", "æ", "1e3")
ODD_WEEKS = ("", None, "130", "998", "1e2", "0130", " 130", "130 ", "+130", "13", "ÆØÅ", "130,998", "130;998")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_delivery(tmp_path / "delivery")


def spoil(rows: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Put odd values into some rows of every column."""
    odd = {
        pl.String: (None, *ODD_TEXTS),
        pl.Int32: (None, 0, 7, 9999),
        pl.Date: (None, date(2000, 1, 1), date(2030, 1, 1)),
        pl.Float64: (None, 1.5),
    }
    columns = []
    for column in rows:
        values = column.to_list()
        for place in rng.choice(len(values), 15, replace=False):
            choices = odd[column.dtype]
            values[place] = choices[rng.integers(len(choices))]
        columns.append(pl.Series(column.name, values, column.dtype))
    return pl.DataFrame(columns)


def count_by_sql(root: Path, name: str, year: int) -> dict[tuple[str, str], int]:
    """Take every count by a query of its own over the whole file."""
    path = find_file(root, LAYOUTS[name], year)
    checks = [replace(check, words=None) for check in list_checks(LAYOUTS[name], LAYOUTS, year)]
    with duckdb.connect() as con:
        return {
            (check.kind, check.column): con.execute(f"SELECT {check.sql} FROM '{path}'").fetchall()[0][0]
            for check in checks
        }


def read(root: Path, name: str, out: Path) -> list[PartRead]:
    out.mkdir(exist_ok=True)
    parts = list_parts(root, LAYOUTS[name], bytes_a_part=1)
    with duckdb.connect() as con:
        return [read_part(con, root, LAYOUTS, part, out, (ALL_LEAVES,)) for part in parts]


@pytest.mark.parametrize("name", OF_FILES_A_YEAR)
@pytest.mark.parametrize("rows_at_a_time", [1 << 21, 7])
def test_counts_of_a_file_are_those_of_sql(
    root: Path, name: str, rows_at_a_time: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (read_file, row_batches):
        monkeypatch.setattr(module, "ROWS_AT_A_TIME", rows_at_a_time)
    rng = np.random.default_rng(3)
    n_found = 0
    for year in LAYOUTS[name].years:
        path = find_file(root, LAYOUTS[name], year)
        spoil(frame(name, year), rng).write_parquet(path, row_group_size=30)
        with duckdb.connect() as con:
            found = count_rows(con, path, year, list_checks(LAYOUTS[name], LAYOUTS, year))
        assert found == count_by_sql(root, name, year)
        n_found += sum(n > 0 for n in found.values())
    assert n_found


@pytest.mark.parametrize("name", OF_FILES_A_YEAR)
def test_a_register_that_is_read_is_counted(root: Path, tmp_path: Path, name: str) -> None:
    layout = LAYOUTS[name]
    texts = [column.name for column in layout.columns.values() if column.pattern or column.is_nullable]
    for year in layout.years:
        rows = frame(name, year)
        emptied = [pl.when(pl.int_range(pl.len()) < 9).then(None).otherwise(own).alias(own) for own in texts]
        pl.concat([rows, rows.with_columns(emptied)]).write_parquet(find_file(root, layout, year))
    counts = {
        year: found for part in read(root, name, tmp_path / "out") for year, found in part.counts.items()
    }
    assert counts == {year: count_by_sql(root, name, year) for year in layout.years}


def test_a_register_without_rows_is_read(root: Path, tmp_path: Path) -> None:
    for name in OF_FILES_A_YEAR:
        for year in LAYOUTS[name].years:
            frame(name, year).clear().write_parquet(find_file(root, LAYOUTS[name], year))
    for name in OF_FILES_A_YEAR:
        parts = read(root, name, tmp_path / name)
        assert [part.rows for part in parts] == [0, 0]
        assert not any(n for part in parts for counts in part.counts.values() for n in counts.values())
        written = pl.read_parquet(tmp_path / name / "*.parquet")
        assert written.height == 0
        assert {"leaf", "pnr", "file_year"} < set(written.columns)


@pytest.mark.parametrize("column", ["slutaarsag", "maalgruppe"])
def test_bytes_that_are_no_text_are_not_read(root: Path, tmp_path: Path, column: str) -> None:
    name = "nab" if column == "slutaarsag" else "handicap"
    path = find_file(root, LAYOUTS[name], 2017)
    table = frame(name, 2017).to_arrow()
    spoiled = pa.array([b"afbrudt\xff"] * table.num_rows, pa.binary()).view(pa.string())
    pq.write_table(table.set_column(table.schema.get_field_index(column), column, spoiled), path)
    with pytest.raises(pa.ArrowException):
        read(root, name, tmp_path / "out")
    with pytest.raises(InputError, match=f"{name}/2017.parquet\n +found: +not readable to its end"):
        check_delivery(root, LAYOUTS)


def test_weeks_with_another_code_are_counted_where_they_are_read(root: Path, tmp_path: Path) -> None:
    layout = LAYOUTS["dream"]
    path, rng = find_file(root, layout, None), np.random.default_rng(5)
    weeks = [name for names in layout.week_columns.values() for name in names]
    rows = pl.read_parquet(path)
    odd = {name: rng.choice(np.array(ODD_WEEKS, dtype=object), rows.height).tolist() for name in weeks}
    rows = rows.with_columns(pl.Series(name, values, pl.String) for name, values in odd.items())
    rows.write_parquet(path, row_group_size=30)
    parts = read(root, "dream", tmp_path / "out")
    found = sum(counts.get(UNLISTED_WEEKS, 0) for part in parts for counts in part.counts.values())
    file = DeliveredFile("dream", None, path, rows.height)
    with duckdb.connect() as con:
        assert {UNLISTED_WEEKS: found} == count_unlisted_weeks(con, file, layout, weeks)
        assert found == sum(values.count(code) for values in odd.values() for code in ODD_WEEKS[4:])
        plain = [part.counts[None] for part in parts if None in part.counts]
        assert plain == [count_rows(con, path, None, list_checks(layout, LAYOUTS, None))]

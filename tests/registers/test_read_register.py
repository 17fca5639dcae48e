"""Stage 1: typed, renamed, repaired, given a leaf, and otherwise as delivered."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.declarations.problems import InputError
from pipeline.registers.leaf_files import fill_ranges
from pipeline.registers.leaves import ALL_LEAVES, LeafRange, leaf_sql, split_leaves
from pipeline.registers.read_register import read_part, read_register
from pipeline.registers.register_parts import list_parts
from tests.registers.small_delivery import ALL, PNRS, frame, small_layouts, write_delivery


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_delivery(tmp_path / "delivery")


def read(root: Path, name: str, out: Path, leaves: tuple[LeafRange, ...] = (ALL_LEAVES,)) -> pl.DataFrame:
    con = duckdb.connect()
    read_register(con, root, small_layouts(), name, out, leaves)
    return con.sql(f"FROM '{out / name}/*.parquet' ORDER BY ALL").pl()


def test_rows_pass_through_with_leaf_and_file_year(root: Path, tmp_path: Path) -> None:
    found = read(root, "bef", tmp_path / "out")
    delivered = pl.concat([frame("bef", 2016), frame("bef", 2017)]).with_columns(
        pl.col("pnr", "mor_id", "far_id").cast(pl.Int64)
    )
    read_columns = [name for name, column in ALL["bef"].columns.items() if column.is_read]
    assert found.columns == ["leaf", "file_year", *read_columns]
    delivered = delivered.select(read_columns)
    assert found.select(delivered.columns).sort("pnr", "mor_id").equals(delivered.sort("pnr", "mor_id"))
    assert found["file_year"].value_counts().sort("file_year").rows() == [(2016, 100), (2017, 100)]


def test_the_leaf_is_the_same_for_ever() -> None:
    persons = [1, 12345678901, 999999999999]
    con = duckdb.connect()
    found = [con.execute(f"SELECT {leaf_sql('?')}", [pnr]).fetchone()[0] for pnr in persons]
    assert found == [(pnr % 4294967291 * 2654435761 % 4294967296) // 16777216 for pnr in persons]
    assert found == [158, 196, 199]


def test_lost_zeros_are_put_back_and_the_leaf_does_not_change(root: Path, tmp_path: Path) -> None:
    whole = read(root, "nab", tmp_path / "whole")
    for year in (2016, 2017):
        short = frame("nab", year).with_columns(pl.col("pnr").str.slice(1))
        short.write_parquet(root / "nab" / f"{year}.parquet")
    assert read(root, "nab", tmp_path / "short").equals(whole)


def test_a_week_of_three_digits_is_padded(root: Path, tmp_path: Path) -> None:
    frame("sssy", 2016).with_columns(honuge=pl.lit("305")).write_parquet(root / "sssy" / "2016.parquet")
    found = read(root, "sssy", tmp_path / "out")
    assert set(found["honuge"]) == {305, 1705}


def test_diagnoses_find_their_person_through_the_contact_of_the_same_year(root: Path, tmp_path: Path) -> None:
    stray = frame("lpr_diag", 2016).head(1).with_columns(recnum=pl.lit("nowhere"))
    twice = frame("lpr_adm", 2016).head(1)
    pl.concat([frame("lpr_diag", 2016), stray]).write_parquet(root / "lpr_diag" / "2016.parquet")
    pl.concat([frame("lpr_adm", 2016), twice]).write_parquet(root / "lpr_adm" / "2016.parquet")
    con = duckdb.connect()
    counts = read_register(con, root, small_layouts(), "lpr_diag", tmp_path / "out")
    assert (counts.rows_in, counts.rows, counts.drops) == (201, 200, {"no_contact": 1})
    found = con.execute(f"SELECT DISTINCT pnr FROM '{tmp_path / 'out'}/lpr_diag/*.parquet'").fetchall()
    assert sorted(pnr for (pnr,) in found) == [int(pnr) for pnr in PNRS]


def test_too_many_rows_without_a_contact_are_refused_and_the_old_files_stay(
    root: Path, tmp_path: Path
) -> None:
    before = read(root, "lpr_diag", tmp_path / "out")
    frame("lpr_diag", 2016).with_columns(recnum=pl.lit("nowhere")).write_parquet(
        root / "lpr_diag" / "2016.parquet"
    )
    with pytest.raises(InputError, match="100 of 200 rows have no contact in lpr_adm"):
        read(root, "lpr_diag", tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "lpr_diag" / "*.parquet").height == before.height


def test_week_columns_are_summed_by_year_and_kind_with_blanks_as_nothing(root: Path, tmp_path: Path) -> None:
    path = root / "dream" / "dream.parquet"
    weeks = pl.read_parquet(path).with_columns(
        y_1601=pl.lit(""), y_1602=pl.lit(None, pl.String), y_1603=pl.lit("998"), y_1704=pl.lit("651")
    )
    weeks.write_parquet(path)
    found = read(root, "dream", tmp_path / "out")
    assert found.columns == ["leaf", "pnr", "year", "benefit_kind", "n_weeks", "n_weeks_after_death"]
    assert found["pnr"].unique().sort().to_list() == [int(pnr) for pnr in PNRS]
    by_kind = (
        found.group_by("year", "benefit_kind", "n_weeks", "n_weeks_after_death").len().sort("year", "n_weeks")
    )
    assert by_kind.rows() == [
        (2016, "cash_benefit", 49, 0, 100),
        (2017, "education_benefit", 1, 0, 100),
        (2017, "cash_benefit", 51, 0, 100),
    ]


@pytest.mark.parametrize("n_ranges", [2, 16])
def test_leaf_ranges_hold_the_same_rows_as_one_file(root: Path, tmp_path: Path, n_ranges: int) -> None:
    leaves = split_leaves(n_ranges)
    found = read(root, "lpr_diag", tmp_path / "many", leaves)
    assert found.equals(read(root, "lpr_diag", tmp_path / "one"))
    files = list((tmp_path / "many" / "lpr_diag").iterdir())
    assert {LeafRange.of_file(path.name) for path in files} == set(leaves)
    for path in files:
        held = LeafRange.of_file(path.name)
        assert pl.read_parquet(path)["leaf"].is_between(held.first, held.last).all()


def test_parts_together_hold_what_one_part_holds(root: Path, tmp_path: Path) -> None:
    layouts, leaves = small_layouts(), split_leaves(4)
    for name in ("bef", "dream", "lpr_bes"):
        parts = list_parts(root, layouts[name], bytes_a_part=1)
        assert [part.years for part in parts] == [(2016,), (2017,)]
        out = tmp_path / name
        out.mkdir()
        for part in (*parts, parts[0]):  # done again, a part writes the same files
            read_part(duckdb.connect(), root, layouts, part, out, leaves)
        fill_ranges(out, leaves)
        found = pl.read_parquet(out / "*.parquet")
        assert found.sort(found.columns).equals(read(root, name, tmp_path / "whole").sort(found.columns))


def test_leaf_ranges_are_nodes_of_a_binary_tree() -> None:
    assert [leaf_range.file_name for leaf_range in split_leaves(2)] == [
        "leaves_000_127.parquet",
        "leaves_128_255.parquet",
    ]
    with pytest.raises(ValueError, match="a power of two"):
        split_leaves(3)
    with pytest.raises(ValueError, match="leaf range 5-4"):
        LeafRange(5, 4)

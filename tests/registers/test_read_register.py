"""Stage 1: typed, renamed, repaired, given a leaf, and otherwise as delivered."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.declarations.problems import InputError
from pipeline.registers.leaves import ALL_LEAVES, LeafRange, leaf_sql, split_leaves
from pipeline.registers.read_register import read_register
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
    assert found.columns == ["leaf", "file_year", *ALL["bef"].columns]
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
    assert set(found["honuge"]) == {"0305", "1705"}


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


def test_dream_stays_wide_and_compact_with_blanks_empty(root: Path, tmp_path: Path) -> None:
    path = root / "dream" / "dream.parquet"
    pl.read_parquet(path).with_columns(y_1601=pl.lit(""), y_1602=pl.lit(None, pl.String)).write_parquet(path)
    found = read(root, "dream", tmp_path / "out")
    assert found.schema["y_1603"] == pl.Int16
    assert found["y_1603"].unique().to_list() == [130]
    assert found["y_1601"].null_count() == found["y_1602"].null_count() == 100
    assert len(found.columns) == 2 + 52 + 52


@pytest.mark.parametrize("n_ranges", [2, 16])
def test_leaf_ranges_hold_the_same_rows_as_one_file(root: Path, tmp_path: Path, n_ranges: int) -> None:
    leaves = split_leaves(n_ranges)
    found = read(root, "lpr_diag", tmp_path / "many", leaves)
    assert found.equals(read(root, "lpr_diag", tmp_path / "one"))
    folder = tmp_path / "many" / "lpr_diag"
    assert {path.name for path in folder.iterdir()} == {leaf_range.file_name for leaf_range in leaves}
    for leaf_range in leaves:
        part = pl.read_parquet(folder / leaf_range.file_name)["leaf"]
        assert part.is_sorted()
        assert part.is_between(leaf_range.first, leaf_range.last).all()


def test_leaf_ranges_are_nodes_of_a_binary_tree() -> None:
    assert [leaf_range.file_name for leaf_range in split_leaves(2)] == [
        "leaves_000_127.parquet",
        "leaves_128_255.parquet",
    ]
    with pytest.raises(ValueError, match="a power of two"):
        split_leaves(3)
    with pytest.raises(ValueError, match="leaf range 5-4"):
        LeafRange(5, 4)

"""Declared corrections: which rows change, that they are counted, and that a mended source is noticed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.declarations.corrections import Correction, attach_corrections
from pipeline.declarations.problems import InputError
from pipeline.declarations.read_toml import Text
from pipeline.registers.read_register import ReadCounts, read_register
from tests.registers.small_delivery import frame, small_layouts, write_delivery

ABORTED = Correction(
    key="aborted_courses",
    register="nab",
    years=(2016,),
    where=(("slutaarsag", ("afbrudt",)),),
    set=(("slutaarsag", "faerdigbehandlet"),),
    reason=Text("Forkert kode", "Wrong code"),
    reported_to="Danmarks Statistik",
    date=date(2026, 1, 2),
    expect_from=90,
    expect_to=110,
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_delivery(tmp_path / "delivery")


def read(
    root: Path, name: str, out: Path, corrections: Sequence[Correction] = ()
) -> tuple[pl.DataFrame, ReadCounts]:
    with duckdb.connect() as con:
        counts = read_register(con, root, attach_corrections(small_layouts(), corrections), name, out)
        return con.sql(f"FROM '{out / name}/*.parquet' ORDER BY ALL").pl(), counts


def test_values_are_set_in_the_declared_year_only(root: Path, tmp_path: Path) -> None:
    before, plain = read(root, "nab", tmp_path / "before")
    after, counts = read(root, "nab", tmp_path / "after", [ABORTED])
    assert counts.corrected == {"aborted_courses": 100} and counts.drops == {} and counts.rows == plain.rows
    assert plain.corrected == {}
    hit = after.filter(file_year=2016)
    assert set(hit["slutaarsag"]) == {"faerdigbehandlet"}
    assert set(after.filter(file_year=2017)["slutaarsag"]) == {"afbrudt"}
    others = [name for name in before.columns if name != "slutaarsag"]
    assert after.select(others).sort(others).equals(before.select(others).sort(others))


def test_rows_are_dropped_and_counted_as_dropped(root: Path, tmp_path: Path) -> None:
    dropped = replace(ABORTED, set=())
    found, counts = read(root, "nab", tmp_path / "out", [dropped])
    assert counts.drops == {"aborted_courses": 100} and counts.rows == found.height == 100
    assert set(found["file_year"]) == {2017}


def test_a_value_can_be_emptied_and_an_empty_one_set(root: Path, tmp_path: Path) -> None:
    emptied = replace(ABORTED, years=(), set=(("slutaarsag", ""),), expect_to=200)
    filled = replace(ABORTED, key="no_reason", where=(("slutaarsag", ("",)), ("start", (date(2016, 3, 1),))))
    found, counts = read(root, "nab", tmp_path / "out", [emptied, filled])
    assert counts.corrected == {"aborted_courses": 200, "no_reason": 100}
    reasons = dict(found.group_by("file_year").agg(pl.col("slutaarsag").first()).iter_rows())
    assert reasons == {2016: "faerdigbehandlet", 2017: None}


def test_a_dropped_contact_loses_its_diagnoses(root: Path, tmp_path: Path) -> None:
    contacts = frame("lpr_adm", 2016).with_columns(
        c_pattype=pl.when(pl.int_range(pl.len()) < 2).then(pl.lit("9")).otherwise("c_pattype")
    )
    contacts.write_parquet(root / "lpr_adm" / "2016.parquet")
    drop = replace(
        ABORTED, register="lpr_adm", where=(("c_pattype", ("9",)),), set=(), expect_from=1, expect_to=5
    )
    _, counts = read(root, "lpr_diag", tmp_path / "out", [drop])
    assert counts.corrected == {} and counts.drops == {"no_contact": 2}
    _, counts = read(root, "lpr_adm", tmp_path / "contacts", [drop])
    assert counts.drops == {"aborted_courses": 2}


def test_a_correction_that_hits_nothing_says_that_the_source_is_mended(root: Path, tmp_path: Path) -> None:
    gone = replace(ABORTED, where=(("slutaarsag", ("ukendt",)),))
    with pytest.raises(InputError, match="0 rows in nab") as refused:
        read(root, "nab", tmp_path / "out", [gone])
    assert "90 to 110 rows" in str(refused.value) and "source may be mended" in str(refused.value)
    assert not (tmp_path / "out" / "nab").exists()


def test_a_correction_that_hits_too_much_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="200 rows in nab"):
        read(root, "nab", tmp_path / "out", [replace(ABORTED, years=())])

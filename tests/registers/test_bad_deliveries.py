"""Deliveries with something wrong: every kind is told, all at once, with counts and without a person."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from pipeline.declarations.problems import InputError
from pipeline.registers.delivery import check_delivery
from tests.registers.small_delivery import PNRS, dream_frame, frame, small_layouts, write_delivery


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write_delivery(tmp_path / "delivery")


def rewrite(root: Path, register: str, year: int, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    change(frame(register, year)).write_parquet(root / register / f"{year}.parquet")


def first_rows(n: int, column: str, value: object) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Give the first n rows another value in a column."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        other = pl.lit(value, dtype=rows.schema[column])
        return rows.with_columns(
            pl.when(pl.int_range(pl.len()) < n).then(other).otherwise(pl.col(column)).alias(column)
        )

    return change


def refuse(root: Path) -> InputError:
    """Check a delivery that must be refused; no person number may be in the message."""
    with pytest.raises(InputError) as caught:
        check_delivery(root, small_layouts())
    message = str(caught.value)
    assert not [pnr for pnr in PNRS if pnr in message or pnr[1:] in message]
    return caught.value


def told(error: InputError, where: str) -> list[str]:
    return [problem.found for problem in error.problems if problem.where == where]


def test_a_sound_delivery_is_counted(root: Path) -> None:
    report = check_delivery(root, small_layouts())
    assert report.n_rows["bef"] == {2016: 100, 2017: 100}
    assert report.n_rows["dream"] == {None: 100}
    assert report.tolerated == {}


def test_a_register_is_missing(root: Path) -> None:
    shutil.rmtree(root / "lpr_adm")
    error = refuse(root)
    assert told(error, "lpr_adm") == ["no such register"]
    assert "lpr_adm: columns, types, codes, keys, dates" in error.not_checked
    assert "lpr_diag: persons found through lpr_adm.recnum in 2016-2017" in error.not_checked
    assert "lpr_bes: persons found through lpr_adm.recnum in 2016-2017" in error.not_checked


def test_the_whole_delivery_is_missing(tmp_path: Path) -> None:
    error = refuse(tmp_path / "nowhere")
    assert len(error.problems) == 8


def test_a_register_nobody_declared(root: Path) -> None:
    (root / "lpr_diagn").mkdir()
    error = refuse(root)
    assert told(error, "lpr_diagn") == ["unknown register 'lpr_diagn'"]
    assert "did you mean 'lpr_diag'" in error.problems[0].do


def test_a_year_is_missing_and_another_unknown(root: Path) -> None:
    (root / "nab" / "2016.parquet").rename(root / "nab" / "2061.parquet")
    error = refuse(root)
    assert told(error, "nab") == ["no file for 2016", "unknown file 2061"]
    assert "nab: everything in 2016" in error.not_checked


def test_a_year_declared_missing_that_is_there(root: Path) -> None:
    from dataclasses import replace

    layouts = small_layouts()
    registers = dict(layouts.registers) | {"nab": replace(layouts["nab"], missing_years=(2016,))}
    with pytest.raises(InputError, match="delete the year from missing_years"):
        check_delivery(root, replace(layouts, registers=registers))


def test_a_column_is_missing(root: Path) -> None:
    rewrite(root, "bef", 2016, lambda rows: rows.drop("kom"))
    error = refuse(root)
    assert told(error, "bef: kom") == ["no such column in 2016"]
    assert "bef: values of kom in 2016" in error.not_checked


def test_a_column_is_renamed(root: Path) -> None:
    rewrite(root, "handicap", 2017, lambda rows: rows.rename({"maalgruppe": "maalgr"}))
    error = refuse(root)
    assert told(error, "handicap: maalgruppe") == ["no such column in 2017"]
    assert told(error, "handicap: maalgr") == ["unknown column in 2017"]
    assert any("declare former_name if 'maalgr' is the same column" in p.do for p in error.problems)


def test_a_column_of_the_wrong_type(root: Path) -> None:
    rewrite(root, "bef", 2016, lambda rows: rows.with_columns(pl.col("pnr").cast(pl.Int64)))
    rewrite(root, "nab", 2016, lambda rows: rows.with_columns(pl.col("start").cast(pl.Datetime)))
    error = refuse(root)
    assert told(error, "bef: pnr") == ["type int64 in 2016"]
    assert told(error, "nab: start")[0].startswith("type timestamp")
    assert "nab: values of start in 2016" in error.not_checked


def test_codes_outside_their_lists(root: Path) -> None:
    rewrite(root, "bef", 2016, first_rows(3, "kom", 999))
    rewrite(root, "nab", 2017, first_rows(2, "slutaarsag", "rask"))
    rewrite(root, "lpr_diag", 2017, first_rows(4, "c_diag", "F32"))
    dream_frame().with_columns(pl.lit("555").alias("y_1701")).write_parquet(root / "dream" / "dream.parquet")
    error = refuse(root)
    assert told(error, "bef: kom") == ["3 of 200 rows in 2016 hold a code outside its list"]
    assert told(error, "nab: slutaarsag") == ["2 of 200 rows in 2017 hold a code outside its list"]
    assert told(error, "lpr_diag: c_diag") == ["4 of 200 rows in 2017 hold a code of another form"]
    assert told(error, "dream: week columns") == ["100 of 100 rows hold a code outside its list"]
    assert "999" not in str(error)


def test_few_ends_before_starts_are_tolerated_and_many_are_not(root: Path) -> None:
    rewrite(root, "nab", 2016, first_rows(2, "slut", date(2016, 1, 1)))
    report = check_delivery(root, small_layouts())
    assert report.tolerated == {("nab", "end_before_start", "slut"): 2}
    rewrite(root, "nab", 2016, first_rows(3, "slut", date(2016, 1, 1)))
    assert told(refuse(root), "nab: slut") == ["3 of 200 rows in 2016 end before they start"]


def test_person_numbers(root: Path) -> None:
    rewrite(root, "bef", 2016, first_rows(1, "pnr", "ABC456789012"))
    rewrite(root, "sssy", 2016, lambda rows: rows.with_columns(pl.col("pnr").str.slice(1)))
    rewrite(root, "nab", 2016, first_rows(1, "pnr", None))
    error = refuse(root)
    assert told(error, "bef: pnr") == ["1 of 200 rows in 2016 are not 12 digits"]
    assert told(error, "sssy: pnr") == ["100 of 200 rows in 2016 have 11 digits"]
    assert told(error, "nab: pnr") == ["1 of 200 rows in 2016 are empty"]
    assert "ABC4" not in str(error)


def test_a_few_short_person_numbers_are_repaired(root: Path) -> None:
    rewrite(root, "nab", 2016, lambda rows: first_rows(5, "pnr", PNRS[0][1:])(rows))
    assert check_delivery(root, small_layouts()).tolerated == {("nab", "repaired_pnr", "pnr"): 5}


def test_keys_are_repeated_and_duplicate_events_are_not_a_fault(root: Path) -> None:
    rewrite(root, "bef", 2016, lambda rows: pl.concat([rows, rows.head(2)]))
    rewrite(root, "nab", 2016, lambda rows: pl.concat([rows, rows.head(2)]))
    error = refuse(root)
    assert told(error, "bef: pnr") == ["2 of 202 rows in 2016 repeat a key"]
    assert len(error.problems) == 1


def test_an_empty_register_and_an_empty_year(root: Path) -> None:
    for year in (2016, 2017):
        rewrite(root, "nab", year, lambda rows: rows.clear())
    rewrite(root, "bef", 2017, lambda rows: rows.clear())
    rewrite(
        root,
        "bef",
        2016,
        lambda rows: pl.concat([rows] * 5).with_columns(
            pnr=pl.int_range(pl.len()).cast(pl.String).str.zfill(12)
        ),
    )
    error = refuse(root)
    assert told(error, "nab") == ["no rows in any file"]
    assert told(error, "bef") == ["no rows in 2017"]
    assert "nab: codes, keys, dates" in error.not_checked


def test_a_truncated_file_and_a_damaged_one(root: Path) -> None:
    path = root / "bef" / "2016.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    damaged = root / "nab" / "2016.parquet"
    content = bytearray(damaged.read_bytes())
    content[4:300] = b"\xff" * 296
    damaged.write_bytes(bytes(content))
    error = refuse(root)
    assert told(error, "bef/2016.parquet") == ["not readable as Parquet"]
    assert told(error, "nab/2016.parquet") == ["not readable to its end"]
    assert "bef/2016.parquet: columns, types, codes, keys, dates" in error.not_checked
    assert "nab/2016.parquet: codes, keys, dates" in error.not_checked


def test_a_correction_whose_source_is_mended_is_refused(root: Path) -> None:
    from dataclasses import replace

    layouts = small_layouts()
    pad = replace(layouts["sssy"].columns["honuge"].zero_pad, expected_in_rows=100)
    columns = dict(layouts["sssy"].columns)
    columns["honuge"] = replace(columns["honuge"], zero_pad=pad)
    registers = dict(layouts.registers) | {"sssy": replace(layouts["sssy"], columns=columns)}
    with pytest.raises(InputError, match="the source is mended: delete zero_pad"):
        check_delivery(root, replace(layouts, registers=registers))


def test_all_problems_stand_in_one_error(root: Path) -> None:
    shutil.rmtree(root / "lpr_bes")
    (root / "nab" / "2017.parquet").unlink()
    rewrite(root, "bef", 2016, first_rows(3, "kom", 999))
    rewrite(root, "bef", 2017, lambda rows: rows.drop("ie_type"))
    rewrite(root, "handicap", 2016, first_rows(50, "slut", date(2016, 1, 1)))
    (root / "sssy" / "2016.parquet").write_bytes(b"PAR1")
    error = refuse(root)
    assert {problem.where for problem in error.problems} == {
        "lpr_bes", "nab", "bef: kom", "bef: ie_type", "handicap: slut", "sssy/2016.parquet",
    }  # fmt: skip
    assert str(error).startswith("The delivery cannot be used: 6 problems")
    assert "Not checked because of these problems:" in str(error)


def test_week_codes_are_counted_in_every_part_of_the_columns(root: Path) -> None:
    weeks = dream_frame().columns[1:]
    some = [weeks[0], weeks[len(weeks) // 2], weeks[-1]]
    other = [pl.lit(text).alias(week) for text, week in zip(["+130", "1e2", "١٣٠"], some, strict=True)]
    dream_frame().with_columns(other).write_parquet(root / "dream" / "dream.parquet")
    assert told(refuse(root), "dream: week columns") == ["300 of 100 rows hold a code outside its list"]
    blank = [pl.lit(text, pl.String).alias(week) for text, week in zip(["", None, "130"], some, strict=True)]
    dream_frame().with_columns(blank).write_parquet(root / "dream" / "dream.parquet")
    assert check_delivery(root, small_layouts()).tolerated == {}
    one_first = pl.when(pl.int_range(pl.len()) == 1).then(pl.lit(" 130")).otherwise(pl.lit("130"))
    dream_frame().with_columns(one_first.alias(some[1])).write_parquet(root / "dream" / "dream.parquet")
    assert told(refuse(root), "dream: week columns") == ["1 of 100 rows hold a code outside its list"]


def test_person_numbers_that_cannot_be_read_are_told(root: Path) -> None:
    path = root / "bef" / "2016.parquet"
    frame("bef", 2016).write_parquet(path, compression="uncompressed", statistics=False)
    content = path.read_bytes()
    length_at = content.index(PNRS[0].encode()) - 4
    path.write_bytes(content[:length_at] + b"\xff" * 40 + content[length_at + 40 :])
    assert told(refuse(root), "bef/2016.parquet") == ["not readable to its end"]

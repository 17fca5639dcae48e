"""Digits counted by their bytes give the counts of the SQL that says what is counted."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.registers.digit_checks import Digits, count_digits

SHORTEST, LONGEST = 3, 4
TEXTS = st.one_of(
    st.none(),
    st.from_regex(r"[0-9]{3,4}", fullmatch=True),
    st.sampled_from(
        ["", "12", "12345", "12a", " 123", "+123", "1e3", "0x1", "1_00", "١٢٣", "12\n", "æ12", "123\n"]
    ),
    st.text(max_size=5),
)
SQL = f"""SELECT count(*) FILTER (pnr IS NULL),
    count(*) FILTER (NOT regexp_full_match(pnr, '[0-9]{{{SHORTEST},{LONGEST}}}')),
    count(*) FILTER (strlen(pnr) = {SHORTEST}), count(*) - count(DISTINCT pnr) FROM read_parquet(?)"""


def count_both(values: pa.Array, path: Path) -> tuple[dict[str, int], dict[str, int]]:
    pq.write_table(pa.table({"pnr": values}), path, row_group_size=4)
    found = count_digits(path, Digits("pnr", SHORTEST, LONGEST), is_key=True)
    with duckdb.connect() as con:
        expected = con.execute(SQL, [str(path)]).fetchone()
    kinds = ("empty", "not_digits", "short", "duplicate_key")
    return found, dict(zip(kinds, expected, strict=True))


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS, max_size=12), st.sampled_from([pa.string(), pa.large_string()]), st.booleans())
def test_bytes_are_counted_as_sql_counts(
    tmp_path_factory: pytest.TempPathFactory, values: list, kind: pa.DataType, is_dictionary: bool
) -> None:
    texts = pa.array(values, kind)
    texts = texts.dictionary_encode() if is_dictionary else texts
    found, expected = count_both(texts, tmp_path_factory.getbasetemp() / "digits.parquet")
    assert found == {name: expected[name] for name in found}
    assert {"empty", "not_digits", "short"} <= set(found)
    assert ("duplicate_key" in found) == (expected["empty"] == expected["not_digits"] == 0)


def test_a_number_with_and_without_its_leading_zero_are_two_values(tmp_path: Path) -> None:
    found, expected = count_both(pa.array(["0123", "123", "123", "4567", "0123"]), tmp_path / "d.parquet")
    assert found["duplicate_key"] == expected["duplicate_key"] == 2

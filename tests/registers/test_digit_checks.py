"""Digits counted by their bytes give the counts of the SQL that says what is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.registers import digit_checks, read_file, row_batches
from pipeline.registers.digit_checks import Digits
from pipeline.registers.file_counts import FileCounts
from pipeline.registers.value_checks import ValueCheck

SHORTEST, LONGEST = 3, 4
TEXTS = st.one_of(
    st.none(),
    st.from_regex(r"[0-9]{3,4}", fullmatch=True),
    st.sampled_from(
        ["", "12", "12345", "12a", " 123", "+123", "1e3", "0x1", "1_00", "١٢٣", "12\n", "æ12", "123\n"]
    ),
    st.text(max_size=5),
)
KINDS = ("empty", "not_digits", "short", "duplicate_key")
SQL = f"""SELECT count(*) FILTER ({{0}} IS NULL),
    count(*) FILTER (NOT regexp_full_match({{0}}, '[0-9]{{{{{SHORTEST},{LONGEST}}}}}')),
    count(*) FILTER (strlen({{0}}) = {SHORTEST}), count(*) - count(DISTINCT {{0}}) FROM read_parquet(?)"""


def count_digits(path: Path, columns: list[Digits]) -> dict[str, dict[str, int]]:
    """Count columns of digits, each as a key, without SQL."""
    kinds = ("empty", "not_pattern", "duplicate_key")
    counts = FileCounts(
        [ValueCheck(kind, own.name, "", (own.name,), own) for own in columns for kind in kinds]
    )
    for _ in read_file.read_file(path, None, (), counts):
        pass
    return {name: tally.tell() for name, tally in counts.digits.items()}


def count_both(path: Path, *columns: pa.Array) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """Write columns and count each by its bytes and by SQL."""
    names = [f"number_{place}" for place in range(len(columns))]
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), path, row_group_size=4)
    found = count_digits(path, [Digits(name, SHORTEST, LONGEST) for name in names])
    with duckdb.connect() as con:
        for name in names:
            expected = con.execute(SQL.format(name), [str(path)]).fetchone()
            yield found[name], dict(zip(KINDS, expected, strict=True))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), max_size=12),
    st.sampled_from([pa.string(), pa.large_string()]),
    st.booleans(),
    st.sampled_from([(1 << 21, 1 << 17), (5, 3)]),
)
def test_bytes_are_counted_as_sql_counts(
    tmp_path_factory: pytest.TempPathFactory,
    values: list,
    kind: pa.DataType,
    is_dictionary: bool,
    at_a_time: tuple[int, int],
) -> None:
    texts = [pa.array([row[place] for row in values], kind) for place in (0, 1)]
    texts = [column.dictionary_encode() for column in texts] if is_dictionary else texts
    with pytest.MonkeyPatch.context() as patch:
        for module in (read_file, row_batches):
            patch.setattr(module, "ROWS_AT_A_TIME", at_a_time[0])
        patch.setattr(digit_checks, "ROWS_JUDGED_AT_A_TIME", at_a_time[1])
        for found, expected in count_both(tmp_path_factory.getbasetemp() / "digits.parquet", *texts):
            assert found == {name: expected[name] for name in found}
            assert {"empty", "not_digits", "short"} <= set(found)
            assert ("duplicate_key" in found) == (expected["empty"] == expected["not_digits"] == 0)


def test_a_number_with_and_without_its_leading_zero_are_two_values(tmp_path: Path) -> None:
    numbers = pa.array(["0123", "123", "123", "4567", "0123"])
    [(found, expected)] = count_both(tmp_path / "d.parquet", numbers)
    assert found["duplicate_key"] == expected["duplicate_key"] == 2


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 300),
    st.lists(st.tuples(st.integers(0, 299), st.one_of(TEXTS, st.from_regex(r"[/-:]{4}", fullmatch=True)))),
    st.integers(0, 5),
)
def test_one_other_value_among_full_numbers_is_found(
    tmp_path_factory: pytest.TempPathFactory, n_rows: int, others: list, n_skipped: int
) -> None:
    numbers = [f"{place * 7 % 10_000:04d}" for place in range(n_rows)]
    for place, other in others[:3]:
        numbers[place % n_rows] = other
    path = tmp_path_factory.getbasetemp() / "full.parquet"
    for found, expected in count_both(path, pa.array(["x"] * n_skipped + numbers, pa.string())[n_skipped:]):
        assert found == {name: expected[name] for name in found}


@pytest.mark.parametrize(
    "other", ["12345678901a", "12345678901", "1234567890123", "١23456789012", "", " 12345678901"]
)
def test_full_person_numbers_are_told_from_any_other(tmp_path: Path, other: str) -> None:
    numbers = [f"{place:012d}" for place in range(200)]
    for place in (0, 63, 64, 199):
        pq.write_table(pa.table({"pnr": [*numbers[:place], other, *numbers[place:]]}), tmp_path / "p.parquet")
        found = count_digits(tmp_path / "p.parquet", [Digits("pnr", 11, 12)])["pnr"]
        is_short = other == "12345678901"
        assert (found["not_digits"], found["short"]) == (int(not is_short), int(len(other.encode()) == 11))
        assert found.get("duplicate_key", 0) == 0

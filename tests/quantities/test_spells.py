"""Spells: merged and cut as day sets say, on random spells and by hand."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.quantities.spells import days_by_year, union_spells

FIRST, LAST = 2003, 2022
START = date(2002, 12, 1)
CON = duckdb.connect()

spells = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 900), st.integers(1, 120)), min_size=1, max_size=25
)


def put(rows: list[tuple[int, int, int]]) -> None:
    frame = pl.DataFrame(
        {
            "pnr": [person for person, _, _ in rows],
            "first_day": [START + timedelta(start) for _, start, _ in rows],
            "after_day": [START + timedelta(start + length) for _, start, length in rows],
        }
    )
    CON.register("spells", frame.to_arrow())


def count_days(rows: list[tuple[int, int, int]], gap: int) -> dict[tuple[int, int], int]:
    """Days of each person and year, one day at a time."""
    counted: dict[tuple[int, int], int] = {}
    for person in {person for person, _, _ in rows}:
        days: set[int] = set()
        for _, start, length in (row for row in rows if row[0] == person):
            days |= set(range(start, start + length))
        if gap:
            ordered = sorted(days)
            for before, after in zip(ordered, ordered[1:], strict=False):
                if after - before <= gap:
                    days |= set(range(before, after))
        for number in days:
            year = (START + timedelta(number)).year
            if FIRST <= year <= LAST:
                counted[person, year] = counted.get((person, year), 0) + 1
    return counted


@settings(max_examples=60, deadline=None)
@given(spells, st.sampled_from([0, 1, 2, 10]))
def test_days_of_merged_spells_are_days_of_the_day_set(rows: list, gap: int) -> None:
    put(rows)
    merged = union_spells("spells", ("pnr",), gap)
    found = CON.execute(days_by_year(f"({merged})", ("pnr",), FIRST, LAST)).fetchall()
    assert {(person, year): days for person, year, days in found} == count_days(rows, gap)


@settings(max_examples=30, deadline=None)
@given(spells)
def test_merged_spells_do_not_touch(rows: list) -> None:
    put(rows)
    merged = CON.execute(f"FROM ({union_spells('spells', ('pnr',))}) ORDER BY ALL").fetchall()
    for before, after in zip(merged, merged[1:], strict=False):
        assert before[0] != after[0] or before[2] < after[1]


def test_a_leap_year_has_366_days() -> None:
    put([(1, 0, 2000)])
    found = CON.execute(days_by_year("spells", ("pnr",), 2003, 2005)).fetchall()
    assert sorted((year, days) for _, year, days in found) == [(2003, 365), (2004, 366), (2005, 365)]

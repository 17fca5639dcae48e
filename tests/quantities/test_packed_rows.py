"""Rows packed into whole numbers come apart as they went in, and sort as their parts."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from pipeline.quantities.packed_rows import (
    check_fits,
    count_runs,
    find_sorted,
    find_starts,
    person_year_sql,
    unpack_person_years,
)
from pipeline.registers.leaves import leaf_of, leaf_sql

RNG = np.random.default_rng(3)
PNR = np.r_[0, 1, 999_999_999_999, RNG.integers(0, 10**12, 500)]
YEAR = RNG.integers(1980, 2044, len(PNR))


def test_person_years_sort_as_leaf_person_and_year() -> None:
    con = duckdb.connect()
    con.register("rows", {"pnr": PNR, "year": YEAR})
    packed = con.execute(
        f"SELECT {person_year_sql('year')} AS packed, leaf, pnr, year "
        f"FROM (SELECT {leaf_sql()} AS leaf, * FROM rows) ORDER BY leaf, pnr, year"
    ).fetchnumpy()
    assert (np.diff(packed["packed"]) > 0).all()
    for name, values in zip(("leaf", "pnr", "year"), unpack_person_years(packed["packed"]), strict=True):
        assert (values == packed[name]).all()


def test_the_leaf_is_the_same_in_numpy_and_in_sql() -> None:
    con = duckdb.connect()
    con.register("rows", {"pnr": PNR})
    assert (con.execute(f"SELECT {leaf_sql()} AS leaf FROM rows").fetchnumpy()["leaf"] == leaf_of(PNR)).all()


def test_finding_among_sorted_numbers() -> None:
    held = np.array([2, 5, 9])
    position, is_held = find_sorted(np.array([1, 2, 9, 10]), held)
    assert is_held.tolist() == [False, True, True, False]
    assert held[position[is_held]].tolist() == [2, 9]
    assert find_sorted(np.array([1]), held[:0])[1].tolist() == [False]


def test_runs() -> None:
    starts = find_starts(np.array([4, 4, 7, 4]))
    assert starts.tolist() == [0, 2, 3]
    assert count_runs(starts, 4).tolist() == [2, 1, 1]
    assert find_starts(np.zeros(0)).tolist() == []


def test_codes_that_do_not_fit_are_refused() -> None:
    check_fits([2047], 11, "sssy: speciale")
    with pytest.raises(ValueError, match="sssy: speciale: code 2048 declared, expected codes below 2048"):
        check_fits([1, 2048], 11, "sssy: speciale")

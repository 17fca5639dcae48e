"""Populations counted from bits of years are those counted row by row."""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cohorts.population import Population, count_populations

YEARS = st.frozensets(st.integers(2000, 2024), max_size=8)
POPULATIONS = st.builds(
    Population,
    years=st.none() | YEARS,
    is_resident=st.booleans(),
    ages=st.none() | st.tuples(st.integers(0, 40), st.integers(20, 90)),
)


def draw_person_years(seed: int, n_rows: int) -> pl.DataFrame:
    """Random person-years; the birth years of some persons are corrected from one year to the next."""
    rng = np.random.default_rng(seed)
    frame = pl.DataFrame(
        {
            "pnr": rng.integers(1, 30, n_rows),
            "year": rng.integers(2001, 2023, n_rows).astype(np.int16),
            "is_resident": rng.random(n_rows) < 0.8,
            "corrected": rng.random(n_rows) < 0.1,
        }
    ).unique(["pnr", "year"], keep="first", maintain_order=True)
    age = pl.col("year") - 1930 - 2 * pl.col("pnr") + pl.col("corrected")
    return frame.with_columns(age.cast(pl.Int16).alias("age"))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 200), st.lists(POPULATIONS, max_size=5))
def test_counts_are_those_of_the_rows(seed: int, n_rows: int, populations: list[Population]) -> None:
    rows = draw_person_years(seed, n_rows)
    with duckdb.connect() as con:
        con.register("rows", rows.to_arrow())
        found = count_populations(con, "rows", populations)
    for population in populations:
        left = rows
        if population.years is not None:
            left = left.filter(pl.col("year").is_in(list(population.years)))
        if population.is_resident:
            left = left.filter("is_resident")
        if population.ages is not None:
            left = left.filter(pl.col("age").is_between(*population.ages))
        assert found[population] == (left["pnr"].n_unique(), left.height)

"""The numbers of a release as one table: each once, with the error it is measured in."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.changes.attribute import KEY
from pipeline.changes.number_levels import list_levels
from tests.release.tiny_tables import make_tiny_tables

CELL = (pl.col("target_group") == "homeless") & (pl.col("consequence") == "shelter")


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return make_tiny_tables()


def test_every_number_is_there_once(tables: dict[str, pl.DataFrame]) -> None:
    levels = list_levels(tables)
    assert levels.height == levels.unique(list(KEY)).height > 100


@pytest.mark.parametrize("shown", [0.0, None])
def test_a_number_set_to_zero_is_measured_in_the_error_of_its_estimate(
    tables: dict[str, pl.DataFrame], shown: float | None
) -> None:
    is_classic = CELL & (pl.col("view") == "soem_classic")
    error = pl.when(is_classic).then(pl.lit(shown, pl.Float64)).otherwise("standard_error")
    levels = list_levels(tables | {"profiles": tables["profiles"].with_columns(standard_error=error)})
    both = levels.filter(CELL, relative_year=1).select("measure", "standard_error")
    errors = dict(both.iter_rows())
    assert errors["soem_classic"] == errors["all_estimates"] > 0

"""The pipeline, reading only register files, gives the generator's latent tables back, person by person."""

from __future__ import annotations

import polars as pl
import pytest

from tests.end_to_end.conftest import SampleBuild
from tests.end_to_end.round_trip import (
    count_differences,
    latent_members,
    latent_person_years,
    latent_quantities,
    quirk_persons,
)


@pytest.fixture(scope="module")
def quirks(sample: SampleBuild) -> list[int]:
    return quirk_persons(sample.project.registers)


def read(sample: SampleBuild, table: str, quirks: list[int]) -> pl.DataFrame:
    frame = pl.read_parquet(sample.project.tables.pattern(table))
    return frame.filter(~pl.col("pnr").is_in(quirks))


def test_quantities_come_back_exactly(sample: SampleBuild, quirks: list[int]) -> None:
    latent = latent_quantities(sample.latent)
    built = read(sample, "person_year_quantities", quirks)
    keys = ["pnr", "year", "consequence"]
    assert latent["consequence"].n_unique() == 47
    differences = count_differences(latent, built.select(latent.columns), keys, "consequence")
    assert differences.height == 0, differences


def test_person_years_come_back_exactly(sample: SampleBuild, quirks: list[int]) -> None:
    latent = latent_person_years(sample.latent)
    built = read(sample, "person_years", quirks).filter("is_resident").select(latent.columns)
    differences = count_differences(latent, built, ["pnr", "year"], "year")
    assert differences.height == 0, differences


def test_members_and_success_come_back_exactly(sample: SampleBuild, quirks: list[int]) -> None:
    latent = latent_members(sample.latent)
    built = pl.concat(
        pl.read_parquet(sample.project.tables.pattern("success_status", group)).select(
            pl.lit(group).alias("target_group"), "pnr", "base_year", "status"
        )
        for group in sample.project.estimated_groups
    ).filter(~pl.col("pnr").is_in(quirks))
    assert latent["target_group"].n_unique() == 44
    keys = ["target_group", "pnr", "base_year"]
    differences = count_differences(latent, built, keys, "target_group")
    assert differences.height == 0, differences


def test_quirk_persons_are_few_and_left_out_for_a_reason(sample: SampleBuild, quirks: list[int]) -> None:
    persons = pl.read_parquet(sample.project.tables.pattern("person_years"))["pnr"].n_unique()
    assert 0 < len(quirks) < 0.01 * persons

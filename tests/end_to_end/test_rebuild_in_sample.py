"""One number of every target group of the sample, made again by soem rebuild."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.rebuild.rebuild_number import rebuild_number
from tests.end_to_end.conftest import SampleBuild


@pytest.mark.slow
def test_a_number_of_every_target_group(sample: SampleBuild) -> None:
    project = sample.project
    estimated = pl.read_parquet(sample.release / "tables" / "estimates.parquet").filter(status="estimated")
    mixed = pl.concat_str("consequence", "relative_year", "target_group").hash(seed=1)
    numbers = estimated.sort(mixed).unique("target_group", keep="first", maintain_order=True)
    assert numbers.height > 40
    for group, consequence, year in numbers.select(
        "target_group", "consequence", "relative_year"
    ).iter_rows():
        number_id = f"{group}/{consequence}/{year}"
        rebuilt = rebuild_number(sample.release, number_id, project.registers, project.outputs)
        apart = [pair for pair in rebuilt.pairs if pair.distance is None or pair.distance > 1e-9]
        assert not apart, (number_id, apart)

"""Stages 1 and 2 give the same rows, in the same order, however leaves are grouped into ranges."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.knowledge import calendar_table
from pipeline.project import Project
from pipeline.quantities.leaf_tables import TableCounts
from pipeline.quantities.stage_2 import build_stage_2
from pipeline.registers.leaves import split_leaves
from pipeline.registers.read_register import ReadCounts, read_register
from sample_registers.edge_cases import edge_case_registers
from sample_registers.write import write_registers

Counts = tuple[dict[str, ReadCounts], dict[str, TableCounts]]


def build_in_ranges(project: Project, n_ranges: int, out: Path) -> Counts:
    """Read all registers and build stage 2, by hand, in so many ranges."""
    declared, leaves = project.declared, split_leaves(n_ranges)
    knowledge, method = declared.knowledge, declared.method
    calendar = calendar_table(
        knowledge.price_index, knowledge.parameters, method.first_year, method.last_year, method.price_year
    )
    with duckdb.connect(config={"threads": 1}) as con:
        read = {
            name: read_register(con, project.registers, declared.layouts, name, out / "stage_1", leaves)
            for name in declared.layouts.registers
        }
        built = build_stage_2(
            con,
            out / "stage_1",
            out / "stage_2",
            declared.layouts,
            method,
            declared.consequences,
            calendar,
            leaves,
        )
    return read, built


def assert_same(project: Project, folder: Path, groupings: tuple[int, ...]) -> None:
    first, *others = groupings
    counts = build_in_ranges(project, first, folder / str(first))
    for n_ranges in others:
        out = folder / str(n_ranges)
        assert build_in_ranges(project, n_ranges, out) == counts
        for table in counts[1]:
            expected = read_rows(folder / str(first) / "stage_2" / table)
            found = read_rows(out / "stage_2" / table)
            assert found.equals(expected), f"{table} in {n_ranges} ranges"


def read_rows(folder: Path) -> pl.DataFrame:
    return pl.concat(pl.read_parquet(file) for file in sorted(folder.glob("leaves_*.parquet")))


def test_edge_case_persons_come_out_the_same_in_one_range_and_in_eight(tmp_path: Path) -> None:
    project = Project(edge_case_registers(tmp_path / "registers"), tmp_path / "outputs")
    assert_same(project, tmp_path, (1, 8))


@pytest.mark.slow
def test_a_sample_comes_out_the_same_in_1_2_16_and_64_ranges(tmp_path: Path) -> None:
    root = write_registers(tmp_path / "registers", persons=3_000, seed=11)
    assert_same(Project(root, tmp_path / "outputs"), tmp_path, (1, 2, 16, 64))

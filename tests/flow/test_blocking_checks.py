"""One bad row stops everything downstream: nothing takes its place, the last good tables stay, no person is told."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipeline.build import build, open_instance
from pipeline.checks import check_written
from pipeline.failures import BuildFailed
from pipeline.flow import Flow, FlowAsset
from pipeline.project import Project
from pipeline.stages.in_order import FLOW
from pipeline.task import Task
from tests.flow.small_build import STAGES, SmallBuild
from tests.flow.test_bad_input import hash_outputs

SECRET = "987654321098"


def spoil_rows(asset: FlowAsset, table: str, change) -> Flow:
    """Return the flow with a building function that changes the rows of one of its tables, and out of date."""

    def build_badly(task: Task) -> None:
        asset.build(task)
        for file in sorted(task.folder(table, task.partitions[0]).glob("*.parquet"))[:1]:
            change(pl.read_parquet(file)).write_parquet(file)

    spoilt = dataclasses.replace(asset, build=build_badly, declarations=lambda *_: "changed")
    return Flow(tuple(spoilt if own is asset else own for own in FLOW.assets))


def list_downstream(table: str) -> set[str]:
    """Return the tables that are built from a table, directly or not."""
    found = {table}
    for asset in FLOW.assets:
        if found & set(asset.inputs):
            found |= set(asset.tables)
    return found - {table}


def fail(project: Project, flow: Flow) -> str:
    with pytest.raises(BuildFailed) as caught:
        build(project, flow, check_written, STAGES)
    message = str(caught.value)
    assert SECRET not in message
    assert not re.search(r"\d{10,}", message)
    return message


def read_events(project: Project) -> tuple[set[str], dict[str, bool], str]:
    """Return the tables Dagster saw built, the checks of the failed ones, and everything it wrote down."""
    built, checks, texts = set(), {}, []
    with open_instance(project.outputs / "dagster") as instance:
        for record in instance.get_run_records():
            for event in instance.all_logs(record.dagster_run.run_id):
                texts.append(str(event))
                inner = event.dagster_event
                if inner and inner.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
                    built.add(inner.asset_key.to_user_string())
                if inner and inner.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                    found = inner.asset_check_evaluation_data
                    checks[found.asset_key.to_user_string()] = found.passed
    return built, checks, "\n".join(texts)


@pytest.fixture
def project(small: SmallBuild, tmp_path: Path) -> Project:
    return small.open(outputs=small.copy_outputs(tmp_path / "outputs"))


def test_one_bad_row_stops_everything_downstream(project: Project) -> None:
    asset = FLOW.by_table["practitioner_contacts"]

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        first = pl.int_range(pl.len()) == 0
        pnr = pl.when(first).then(pl.lit(int(SECRET))).otherwise("pnr").alias("pnr")
        year = pl.when(first).then(pl.lit(1066).cast(frame.schema["year"])).otherwise("year").alias("year")
        return frame.with_columns(pnr, year)

    before = hash_outputs(project.outputs)
    message = fail(project, spoil_rows(asset, "practitioner_contacts", change))
    assert "practitioner_contacts failed 1 check(s) and was left as it was" in message
    assert "year" in message
    assert "1 rows fail" in message
    assert hash_outputs(project.outputs) == before
    built, checks, told = read_events(project)
    assert checks.pop("practitioner_contacts") is False
    assert not built & (list_downstream("practitioner_contacts") | {"practitioner_contacts"})
    assert {"estimates", "profiles", "validation_report"} <= list_downstream("practitioner_contacts")
    assert SECRET not in told


def test_a_bad_table_of_one_target_group_stops_what_reads_it(project: Project) -> None:
    asset = FLOW.by_table["estimates"]
    before = hash_outputs(project.outputs)
    message = fail(
        project,
        spoil_rows(asset, "estimates", lambda frame: pl.concat([frame, frame.head(1)])),
    )
    bad = project.estimated_groups[0]
    assert f"estimates of {bad} " in message
    assert "unique key" in message
    after = hash_outputs(project.outputs)
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed, "target groups that pass are in place"
    assert {name.split("/")[1] for name in changed} == set(asset.tables)
    assert not {name for name in changed if name.split("/")[2] == bad}
    built, checks, _ = read_events(project)
    assert checks["estimates"] is False
    assert not built & {"estimates", "profiles", "validation_report"}


def test_the_text_of_an_unexpected_error_is_not_told(project: Project) -> None:
    def quote_a_row(task: Task) -> None:
        raise ValueError(f"cannot parse the row of {SECRET}")

    asset = FLOW.by_table["dispensings"]
    broken = dataclasses.replace(asset, build=quote_a_row, declarations=lambda *_: "changed")
    before = hash_outputs(project.outputs)
    message = fail(project, Flow(tuple(broken if own is asset else own for own in FLOW.assets)))
    assert "dispensings" in message
    assert "ValueError" in message
    assert hash_outputs(project.outputs) == before
    assert SECRET not in read_events(project)[2]

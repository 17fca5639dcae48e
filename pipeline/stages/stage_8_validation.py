"""Stage 8: the publication gate on all published tables together.

What lies here: the gate's verdict, check by check, in counts. A closed gate stops the build here; what is published
stays as it is.
"""

from __future__ import annotations

import json

import polars as pl

from pipeline.flow import FlowAsset
from pipeline.published_tables import BESIDE, gather_tables, name_draft
from pipeline.release.gate import run_gate
from pipeline.release_context import describe_release
from pipeline.task import Task
from schemas.release_tables import REQUIRED_TABLES

PUBLISHED = tuple(table for name in REQUIRED_TABLES for table in BESIDE.get(name, (name,)))


def build_validation_report(task: Task) -> None:
    """Run the gate; the comparison with the release before comes when a release is published."""
    tables = gather_tables(task.project)
    tables["release"] = name_draft(describe_release(task.project, data_version=""))
    result = run_gate(tables)
    result.raise_if_failed()
    folder = task.folder("validation_report")
    (folder / "gate.json").write_text(json.dumps(result.to_json(), ensure_ascii=False, indent=1), "utf-8")
    task.write("validation_report", pl.DataFrame([vars(check) for check in result.checks]))


ASSETS = (
    FlowAsset(
        tables=("validation_report",),
        stage="stage_8_validation",
        inputs=PUBLISHED,
        code=(
            *("pipeline/release", "schemas", "pipeline/failures.py"),
            *("pipeline/published_tables.py", "pipeline/release_context.py"),
        ),
        declarations=lambda project, _: "",
        build=build_validation_report,
        description="The publication gate: keys, ranges, tapers, prices, texts, floors, on all tables together.",
    ),
)

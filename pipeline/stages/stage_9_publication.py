"""Stage 9: the release: every table, file and check in one folder that appears whole.

What lies here: the record of what was published last. Releases themselves lie in outputs/releases and never change.
"""

from __future__ import annotations

import polars as pl

from pipeline.flow import FlowAsset
from pipeline.publish import NEXT, publish
from pipeline.stages.stage_8_validation import PUBLISHED
from pipeline.task import Task


def build_release(task: Task) -> None:
    """Publish the next version, unless the newest release already holds these very tables."""
    outcome = publish(task.project, task.flow, NEXT)
    task.write("published_release", pl.DataFrame({"version": [outcome.version]}))


ASSETS = (
    FlowAsset(
        tables=("published_release",),
        stage="stage_9_publication",
        inputs=(*PUBLISHED, "validation_report"),
        code=(
            "pipeline/release",
            "schemas",
            "calculation_engine/soem_engine",
            "pipeline/failures.py",
            "pipeline/publish.py",
            "pipeline/published_tables.py",
            "pipeline/release_context.py",
        ),
        declarations=lambda project, _: project.hash_declared_bytes("."),
        build=build_release,
        description="The release: tables, files, checks, declarations and the engine, in one folder.",
    ),
)

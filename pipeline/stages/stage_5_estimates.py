"""Stage 5: adjusted differences of each target group, their joint covariance, and what heterogeneity hides.

What lies here: estimates as published, already withheld below the floor. Every choice is in method.toml; every
statistic in `estimation`.
"""

from __future__ import annotations

from pipeline.flow import FlowAsset
from pipeline.panels.estimate import estimate_target_group
from pipeline.panels.group_panel import read_members
from pipeline.task import Task
from pipeline.views import open_tables

TABLES = ("estimates", "adjustment_by_covariate", "estimate_covariance", "diagnostics")


def build_estimates(task: Task) -> None:
    """Estimate every consequence and relative year of one target group."""
    for group in task.partitions:
        _build_estimates_of(task, group)


def _build_estimates_of(task: Task, partition: str) -> None:
    project = task.project
    group = project.declared.group[partition]
    with open_tables(
        project,
        ("person_years", "person_year_quantities"),
        ("target_group_members", "success_status"),
        partition,
    ) as con:
        frames = estimate_target_group(
            con,
            read_members(con),
            group,
            project.declared.consequences_of(group),
            project.declared.covariates,
            project.coverage,
        )
    for table in TABLES:
        task.write(table, frames[table], partition)


ASSETS = (
    FlowAsset(
        tables=TABLES,
        stage="stage_5_estimates",
        inputs=(
            "person_years",
            "person_year_quantities",
            "coverage",
            "target_group_members",
            "success_status",
        ),
        code=("pipeline/panels", "pipeline/cohorts", "pipeline/declarations", "estimation"),
        declarations=lambda project, group: (
            project.declared.group[group].definition_hash
            + project.hash_declared("consequences", "covariates.toml", "registers")
        ),
        is_by_group=True,
        build=build_estimates,
        description="Adjusted differences with errors and joint covariance, by consequence and relative year.",
    ),
)

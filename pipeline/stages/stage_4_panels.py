"""Stage 4: the panel of each target group: its members followed year by year, and who is lost.

What lies here: attrition by relative year. The panel itself is a shift and a join, made when it is needed and never
stored.
"""

from __future__ import annotations

from pipeline.flow import FlowAsset
from pipeline.panels.follow import count_followed
from pipeline.panels.group_panel import read_members
from pipeline.task import Task
from pipeline.views import open_tables


def build_attrition_by_year(task: Task) -> None:
    """Count who is followed, observed and covered in each relative year."""
    for group in task.partitions:
        _build_attrition_by_year_of(task, group)


def _build_attrition_by_year_of(task: Task, partition: str) -> None:
    project = task.project
    group = project.declared.group[partition]
    with open_tables(
        project,
        ("person_years", "person_exits"),
        ("target_group_members", "success_status"),
        partition,
    ) as con:
        frame = count_followed(
            con, read_members(con), group, project.declared.consequences_of(group), project.coverage
        )
    task.write("attrition_by_year", frame, partition)


ASSETS = (
    FlowAsset(
        tables=("attrition_by_year",),
        stage="stage_4_panels",
        inputs=("person_years", "person_exits", "coverage", "target_group_members", "success_status"),
        code=("pipeline/panels", "pipeline/cohorts", "pipeline/declarations", "estimation"),
        declarations=lambda project, group: (
            project.declared.group[group].definition_hash + project.hash_declared("consequences", "registers")
        ),
        is_by_group=True,
        build=build_attrition_by_year,
        description="Who is still followed, resident and covered in each relative year.",
    ),
)

"""Stage 3: members, success status, attrition up to year 1, and characteristics of each target group.

What lies here: rows of members (never published) and counts. A target group reads its own definition, the
definitions it names and the event tables those read; never another group.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.cohorts.cohort import build_cohort
from pipeline.declarations.rule_reads import list_reads
from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.flow import FlowAsset
from pipeline.knowledge import price_index_table
from pipeline.project import Project
from pipeline.task import Task
from pipeline.views import open_tables

PERSONS = ("person_years", "person_exits", "coverage")


def read_by_rules(project: Project, group: str) -> Iterable[str]:
    """Return the tables that one target group's rules read."""
    events = (read.events for read in list_reads(project.declared.group[group]))
    return tuple(dict.fromkeys((*PERSONS, *events)))


def build_cohorts(task: Task) -> None:
    """Find members, success, attrition and characteristics of one target group."""
    for group in task.partitions:
        _build_cohorts_of(task, group)


def _build_cohorts_of(task: Task, partition: str) -> None:
    project = task.project
    group = project.declared.group[partition]
    with open_tables(project, read_by_rules(project, partition)) as con:
        con.register("price_index", price_index_table(project.declared.knowledge).to_arrow())
        cohort = build_cohort(con, group, project.coverage)
    frames = {
        "target_group_members": cohort.members,
        "success_status": cohort.success_status,
        "attrition": cohort.attrition,
        "target_group_characteristics": cohort.characteristics,
    }
    for table, frame in frames.items():
        task.write(table, frame, partition)
    task.note("target_group_members", partition)["base_years"] = list(cohort.base_years.years)


ASSETS = (
    FlowAsset(
        tables=("target_group_members", "success_status", "attrition", "target_group_characteristics"),
        stage="stage_3_cohorts",
        inputs=(*PERSONS, *EVENT_TABLES),
        inputs_used=read_by_rules,
        code=("pipeline/cohorts", "pipeline/declarations", "pipeline/knowledge"),
        declarations=lambda project, group: (
            project.declared.group[group].definition_hash
            + project.hash_declared("prices/price_index.toml", "registers")
        ),
        is_by_group=True,
        build=build_cohorts,
        description="Who is a member in year 0, who reaches success in year 1, and who is lost on the way.",
    ),
)

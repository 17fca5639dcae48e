"""Stage 3: members, success status, attrition up to year 1, and characteristics of each target group.

What lies here: rows of members (never published) and counts. A target group reads its own definition, the
definitions it names and the event tables those read; never another group.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.cohorts.base_years import find_base_years
from pipeline.cohorts.cohort import find_cohorts, tabulate_cohort
from pipeline.declarations.rule_reads import list_reads
from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.flow import FlowAsset
from pipeline.project import Project
from pipeline.task import Task

PERSONS = ("person_years", "person_exits", "coverage")


def read_by_rules(project: Project, group: str) -> Iterable[str]:
    """Return the tables that one target group's rules read."""
    events = (read.events for read in list_reads(project.declared.group[group]))
    return tuple(dict.fromkeys((*PERSONS, *events)))


def build_cohorts(task: Task) -> None:
    """Find members, success, attrition and characteristics of target groups: all of them in one reading of a range."""
    found = [counts for _, counts in task.map_leaves(find_cohorts)]
    for name in task.partitions:
        group = task.project.declared.group[name]
        parts = [counts[name] for counts in found]
        for table, frame in tabulate_cohort(group, parts).items():
            task.write(table, frame, name)
        for table in ("target_group_members", "success_status"):
            task.note(table, name)["rows"] = sum(part.n_members for part in parts)
        base_years = find_base_years(group, list_reads(group), task.project.coverage)
        task.note("target_group_members", name)["base_years"] = list(base_years.years)


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

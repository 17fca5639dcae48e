"""Stage 4: the panel of each target group: its members followed year by year, and who is lost.

What lies here: attrition by relative year. The panel itself is a shift of its persons' years, made when it is needed
and never stored.
"""

from __future__ import annotations

from pipeline.cohorts.attrition import add_counts, tabulate_attrition
from pipeline.flow import FlowAsset
from pipeline.panels.follow import count_followed
from pipeline.task import Task


def build_attrition_by_year(task: Task) -> None:
    """Count who is followed, observed and covered in each relative year: all target groups in one reading."""
    found = [counts for _, counts in task.map_leaves(count_followed, whole_blocks=True)]
    for name in task.partitions:
        floor = task.project.declared.group[name].method.min_published_count
        counts = add_counts(part[name] for part in found)
        task.write("attrition_by_year", tabulate_attrition(name, counts, floor), name)


ASSETS = (
    FlowAsset(
        tables=("attrition_by_year",),
        stage="stage_4_panels",
        inputs=("person_years", "person_exits", "coverage", "target_group_members", "success_status"),
        code=(
            *("pipeline/panels", "pipeline/cohorts", "pipeline/declarations", "estimation"),
            "pipeline/registers/leaves.py",
        ),
        declarations=lambda project, group: (
            project.declared.group[group].definition_hash + project.hash_declared("consequences", "registers")
        ),
        is_by_group=True,
        build=build_attrition_by_year,
        description="Who is still followed, resident and covered in each relative year.",
    ),
)

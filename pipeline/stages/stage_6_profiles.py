"""Stage 6: profiles to year 20: what a view shows of the estimates, filtered and tapered.

What lies here: profiles in every declared view and the weights that make them from the estimates.
"""

from __future__ import annotations

from pipeline.flow import FlowAsset
from pipeline.panels.group_panel import read_members
from pipeline.panels.profile_tables import tabulate_profiles
from pipeline.task import Task
from pipeline.views import open_tables


def build_profiles(task: Task) -> None:
    """Turn one target group's estimates into profiles."""
    for group in task.partitions:
        _build_profiles_of(task, group)


def _build_profiles_of(task: Task, partition: str) -> None:
    project = task.project
    group = project.declared.group[partition]
    tables = ("target_group_members", "success_status", "estimates", "estimate_covariance")
    with open_tables(project, (), tables, partition) as con:
        profiles, weights = tabulate_profiles(
            con, read_members(con), group, project.declared.consequences_of(group)
        )
    task.write("profiles", profiles, partition)
    task.write("profile_weights", weights, partition)


ASSETS = (
    FlowAsset(
        tables=("profiles", "profile_weights"),
        stage="stage_6_profiles",
        inputs=("target_group_members", "success_status", "estimates", "estimate_covariance"),
        code=("pipeline/panels", "pipeline/cohorts", "pipeline/declarations", "estimation"),
        declarations=lambda project, group: (
            project.declared.group[group].definition_hash + project.hash_declared("consequences")
        ),
        is_by_group=True,
        build=build_profiles,
        description="The adjusted difference of each year to the profile's end, in every view.",
    ),
)

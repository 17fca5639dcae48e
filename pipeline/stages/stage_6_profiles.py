"""Stage 6: profiles to year 20: what a view shows of the estimates, filtered and tapered.

What lies here: profiles in every declared view and the weights that make them from the estimates.
"""

from __future__ import annotations

from functools import reduce
from operator import add

from pipeline.flow import FlowAsset
from pipeline.panels.count_members import count_members
from pipeline.panels.profile_tables import tabulate_profiles
from pipeline.task import Task
from pipeline.views import open_tables


def build_profiles(task: Task) -> None:
    """Turn target groups' estimates into profiles."""
    project = task.project
    counted = [counts for _, counts in task.map_leaves(count_members)]
    for name in task.partitions:
        group = project.declared.group[name]
        by_age = reduce(add, (part[name] for part in counted)).by_age
        with open_tables(project, (), ("estimates", "estimate_covariance"), name) as con:
            profiles, weights = tabulate_profiles(con, by_age, group, project.declared.consequences_of(group))
        task.write("profiles", profiles, name)
        task.write("profile_weights", weights, name)


ASSETS = (
    FlowAsset(
        tables=("profiles", "profile_weights"),
        stage="stage_6_profiles",
        inputs=("target_group_members", "success_status", "estimates", "estimate_covariance"),
        code=(
            *("pipeline/panels", "pipeline/cohorts", "pipeline/declarations", "estimation"),
            "pipeline/registers/leaves.py",
        ),
        declarations=lambda project, group: (
            project.declared.group[group].definition_hash + project.hash_declared("consequences")
        ),
        is_by_group=True,
        build=build_profiles,
        description="The adjusted difference of each year to the profile's end, in every view.",
    ),
)

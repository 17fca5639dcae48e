"""Stage 5: adjusted differences of each target group, their joint covariance, and what heterogeneity hides.

What lies here: estimates as published, already withheld below the floor. Every choice is in method.toml; every
statistic in `estimation`.
"""

from __future__ import annotations

from functools import reduce
from operator import add

from pipeline.flow import FlowAsset
from pipeline.panels.estimate import (
    add_groups,
    multiply_groups,
    plan_groups,
    start_group_products,
    sum_groups,
)
from pipeline.panels.group_layout import lay_out_group
from pipeline.panels.group_tables import tabulate_group
from pipeline.panels.kept_blocks import keep_blocks
from pipeline.task import Task

TABLES = ("estimates", "adjustment_by_covariate", "estimate_covariance", "diagnostics")


def build_estimates(task: Task) -> None:
    """Estimate every consequence and relative year of target groups: each pass goes over all of them at once."""
    project, declared, kept = task.project, task.project.declared, task.records
    counted = [counts for _, counts in task.map_leaves(keep_blocks, kept, whole_blocks=True)]
    counts = {name: reduce(add, (part[name] for part in counted)) for name in task.partitions}
    layouts = {
        name: lay_out_group(
            declared.group[name],
            declared.consequences_of(declared.group[name]),
            declared.covariates,
            project.coverage,
            counts[name],
        )
        for name in task.partitions
    }
    sums, plans = plan_groups(layouts, task.add_leaves(sum_groups, add_groups, (kept, layouts)))
    sent = {name: plan.without_factors() for name, plan in plans.items()}
    products = task.add_leaves(multiply_groups, add_groups, (kept, layouts, sent)) or {}
    for name, layout in layouts.items():
        found = products.get(name) or start_group_products(layout, plans[name])
        frames = tabulate_group(
            declared.group[name], project.declared, layout, counts[name], sums[name], plans[name], found
        )
        for table in TABLES:
            task.write(table, frames[table], name)


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
        code=(
            *("pipeline/panels", "pipeline/cohorts", "pipeline/declarations", "estimation"),
            "pipeline/registers/leaves.py",
        ),
        declarations=lambda project, group: (
            project.declared.group[group].definition_hash
            + project.hash_declared("consequences", "covariates.toml", "registers")
        ),
        is_by_group=True,
        build=build_estimates,
        description="Adjusted differences with errors and joint covariance, by consequence and relative year.",
    ),
)

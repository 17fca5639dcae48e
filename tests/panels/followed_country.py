"""Estimates of a few target groups in a small random country, by any number of ranges of leaves and of threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from pipeline.leaf_jobs import LeafTree
from pipeline.panels.count_members import MemberCounts, count_members
from pipeline.panels.estimate import (
    add_groups,
    multiply_groups,
    plan_groups,
    start_group_products,
    sum_groups,
)
from pipeline.panels.group_layout import GroupLayout, lay_out_group
from pipeline.panels.group_tables import tabulate_group
from pipeline.panels.kept_blocks import keep_blocks
from tests.small_country import SmallCountry

GROUPS = ("homeless", "adhd", "mental_difficulties_0_5")


@dataclass(frozen=True)
class FollowedCountry:
    """A country whose members are found."""

    country: SmallCountry

    def assessable(self, group: str) -> pl.DataFrame:
        """Members whose success could be judged, sorted as in a panel."""
        members = self.country.read("target_group_members", group)
        status = self.country.read("success_status", group).select("pnr", "base_year", "status")
        judged = members.join(status, on=["pnr", "base_year"]).filter(pl.col("status") != "not_assessable")
        return judged.sort("leaf", "pnr", "base_year")

    def count(self, groups: tuple[str, ...] = GROUPS, n_ranges: int = 2) -> dict[str, MemberCounts]:
        """Count members over all leaves."""
        parts = [count_members(job) for job in self.country.jobs(n_ranges, groups)]
        return {name: reduce(add, (part[name] for part in parts)) for name in groups}

    def lay_out(self, groups: tuple[str, ...] = GROUPS) -> dict[str, GroupLayout]:
        """Lay out target groups."""
        project, counts = self.country.project, self.count(groups)
        declared = project.declared
        return {
            name: lay_out_group(
                declared.group[name],
                declared.consequences_of(declared.group[name]),
                declared.covariates,
                project.coverage,
                counts[name],
            )
            for name in groups
        }

    def add_leaves(
        self, function: Callable, payload: Any, n_ranges: int, n_threads: int, groups: tuple[str, ...]
    ) -> Any:
        """Run jobs and add their results in the order they are done."""
        tree = LeafTree(add_groups)
        jobs = self.country.jobs(n_ranges, groups, payload=payload)
        with ThreadPoolExecutor(n_threads) as pool:
            for job, found in zip(reversed(jobs), pool.map(function, reversed(jobs)), strict=True):
                tree.put(job.leaves, found)
        return tree.total

    def estimate(
        self, n_ranges: int, n_threads: int = 1, groups: tuple[str, ...] = GROUPS
    ) -> dict[str, dict[str, pl.DataFrame]]:
        """Estimate target groups: the tables of each."""
        layouts, counts = self.lay_out(groups), self.count(groups)
        with TemporaryDirectory() as folder:
            kept = Path(folder)
            for job in self.country.jobs(n_ranges, groups, payload=kept):
                keep_blocks(job)
            found = self.add_leaves(sum_groups, (kept, layouts), n_ranges, n_threads, groups)
            sums, plans = plan_groups(layouts, found)
            sent = {name: plan.without_factors() for name, plan in plans.items()}
            products = (
                self.add_leaves(multiply_groups, (kept, layouts, sent), n_ranges, n_threads, groups) or {}
            )
        declared = self.country.project.declared
        return {
            name: tabulate_group(
                declared.group[name],
                declared,
                layouts[name],
                counts[name],
                sums[name],
                plans[name],
                products.get(name) or start_group_products(layouts[name], plans[name]),
            )
            for name in groups
        }

"""Estimating target groups: their panels of a block handed to the estimator, in two passes, all groups in one reading.

Belongs here: what a pass does in a range of leaves, how its results are added, and what becomes tables. Does not belong
here: any statistic (`estimation`), reading (`block`, `kept_blocks`).

First pass: sums. Between the passes every group is planned from its sums over all leaves. Second pass: products of
influences. Both are added over blocks of 16 leaves up a fixed tree, so that no bit depends on how leaves are grouped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from estimation import (
    Block,
    BlockSums,
    Layout,
    Plan,
    SubgroupProducts,
    Subgroups,
    Use,
    add_in_tree,
    add_subgroup_products,
    add_subgroup_sums,
    add_sums,
    multiply_influences,
    multiply_subgroups,
    plan_second_pass,
    plan_subgroups,
    read_use,
    start_products,
    start_sums,
    sum_block,
    sum_subgroups,
)
from pipeline.panels.block import LeafBlock
from pipeline.panels.design import find_levels
from pipeline.panels.group_layout import GroupLayout
from pipeline.panels.kept_blocks import open_blocks
from pipeline.panels.panel import Panel, find_covered

if TYPE_CHECKING:
    from pipeline.leaf_jobs import LeafJob

NO_BASE_YEAR = 9999
Part = TypeVar("Part")


@dataclass(frozen=True)
class GroupSums:
    """What the first pass finds of a target group in some blocks; P patterns, T relative years.

    Attributes
    ----------
    sums : BlockSums
    base_years : (2, P, T) int
        First and last base year in the sample of a pattern; `NO_BASE_YEAR` and 0 where it is empty.
    subgroups : tuple of BlockSums
        By subgroup; empty but for unions.
    """

    sums: BlockSums
    base_years: np.ndarray
    subgroups: tuple[BlockSums, ...]


@dataclass(frozen=True)
class GroupPlan:
    """What the second pass needs of a target group.

    Attributes
    ----------
    plan : Plan
    subgroups : tuple of Plan
        By subgroup; empty but for unions.
    """

    plan: Plan
    subgroups: tuple[Plan, ...]

    def without_factors(self) -> GroupPlan:
        """Return what the second pass reads, a quarter of the whole: this is sent to every job."""
        return GroupPlan(
            replace(self.plan, factors=[]), tuple(replace(plan, factors=[]) for plan in self.subgroups)
        )


@dataclass(frozen=True)
class GroupProducts:
    """What the second pass finds of a target group in some blocks.

    Attributes
    ----------
    products : (K, K) float
    subgroups : SubgroupProducts, optional
        None but for unions.
    """

    products: np.ndarray
    subgroups: SubgroupProducts | None


def sum_groups(job: LeafJob) -> dict[str, GroupSums] | None:
    """Do the first pass over a job's leaves.

    Parameters
    ----------
    job : LeafJob
        Over whole blocks of leaves; its payload is the folder of kept blocks, and the `GroupLayout` of each target
        group.

    Returns
    -------
    dict of str to GroupSums, or None
        By target group, those without members left out. Added by `add_groups`.
    """
    kept, layouts = job.payload
    return add_in_tree(_map_blocks(job, kept, layouts, _sum_group), add_groups)


def multiply_groups(job: LeafJob) -> dict[str, GroupProducts] | None:
    """Do the second pass over a job's leaves.

    Parameters
    ----------
    job : LeafJob
        As in `sum_groups`; its payload is the folder of kept blocks, and the `GroupLayout` and the `GroupPlan` of each
        target group.

    Returns
    -------
    dict of str to GroupProducts, or None
        As in `sum_groups`.
    """
    kept, layouts, plans = job.payload

    def multiply(panel: Panel, block: Block, group: GroupLayout) -> GroupProducts:
        return _multiply_group(panel, block, group, plans[group.target_group])

    return add_in_tree(_map_blocks(job, kept, layouts, multiply), add_groups)


def plan_groups(
    layouts: Mapping[str, GroupLayout], found: Mapping[str, GroupSums] | None
) -> tuple[dict[str, GroupSums], dict[str, GroupPlan]]:
    """Plan the second pass from the sums over all leaves.

    Parameters
    ----------
    layouts : mapping of str to GroupLayout
    found : mapping of str to GroupSums, or None
        Groups without any member are absent.

    Returns
    -------
    sums, plans : dict of str to GroupSums, dict of str to GroupPlan
        Of every group.
    """
    sums = {name: (found or {}).get(name) or _start(layouts[name]) for name in layouts}
    plans = {
        name: GroupPlan(
            plan_second_pass(sums[name].sums, group.layout),
            plan_subgroups(sums[name].subgroups, group.layout),
        )
        for name, group in layouts.items()
    }
    return sums, plans


def start_group_products(group: GroupLayout, plan: GroupPlan) -> GroupProducts:
    """Make products of nobody."""
    n_cells = plan.plan.fit.n_cells
    subgroups = start_products(group.layout, plan.subgroups) if group.subgroups else None
    return GroupProducts(np.zeros((n_cells, n_cells)), subgroups)


def add_groups(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Add what was found of target groups in two neighbouring ranges; a group may be in one of them only."""
    names = dict.fromkeys((*first, *second))
    return {
        name: _add_group(first[name], second[name])
        if name in first and name in second
        else first.get(name, second.get(name))
        for name in names
    }


def _add_group(first: Any, second: Any) -> Any:
    if isinstance(first, GroupSums):
        return GroupSums(
            add_sums(first.sums, second.sums),
            np.stack(
                [
                    np.minimum(first.base_years[0], second.base_years[0]),
                    np.maximum(first.base_years[1], second.base_years[1]),
                ]
            ),
            add_subgroup_sums(first.subgroups, second.subgroups),
        )
    subgroups = first.subgroups
    if subgroups is not None:
        subgroups = add_subgroup_products(subgroups, second.subgroups)
    return GroupProducts(first.products + second.products, subgroups)


def _map_blocks(
    job: LeafJob,
    kept: Path,
    layouts: Mapping[str, GroupLayout],
    work: Callable[[Panel, Block, GroupLayout], Part],
) -> Iterator[dict[str, Part] | None]:
    """Do some work on every target group's panel, block by block; None for a block without members."""
    keys = [consequence.key for consequence in job.project.declared.consequences]
    for block in open_blocks(kept, job.leaves):
        shared: dict[tuple[str, ...], tuple[Use, np.ndarray]] = {}
        found = {}
        for name, group in layouts.items():
            if not block.members[name].height:
                continue
            if group.consequences not in shared:
                shared[group.consequences] = _share(block, keys, group)
            use, covered = shared[group.consequences]
            panel = Panel(block, block.members[name], covered)
            levels = find_levels(group.design, panel.members)
            found[name] = work(panel, panel.give_block(levels, use), group)
        yield found or None


def _share(block: LeafBlock, keys: Sequence[str], group: GroupLayout) -> tuple[Use, np.ndarray]:
    """Return what groups with the same consequences share in a block: use of those, and where they are covered."""
    columns = [keys.index(key) for key in group.consequences]
    return read_use(block.use[:, columns]), find_covered(block, group.patterns)


def _sum_group(panel: Panel, block: Block, group: GroupLayout) -> GroupSums:
    subgroups: tuple[BlockSums, ...] = ()
    if group.subgroups:
        part = Subgroups(block, group.find_subgroups(panel.members))
        subgroups = sum_subgroups(part, len(group.subgroups), group.layout)
    return GroupSums(sum_block(block, group.layout), _find_base_years(panel, block, group.layout), subgroups)


def _find_base_years(panel: Panel, block: Block, layout: Layout) -> np.ndarray:
    """Find the first and last base year in the sample of each pattern and relative year."""
    found = np.empty((2, layout.n_patterns, layout.n_years), dtype=np.int64)
    for t in range(1, layout.n_years + 1):
        year = block.year(t)
        sample = year.observed[:, None] & year.covered
        years = panel.base_year[:, None]
        found[0, :, t - 1] = np.where(sample, years, NO_BASE_YEAR).min(axis=0, initial=NO_BASE_YEAR)
        found[1, :, t - 1] = np.where(sample, years, 0).max(axis=0, initial=0)
    return found


def _multiply_group(panel: Panel, block: Block, group: GroupLayout, plan: GroupPlan) -> GroupProducts:
    subgroups = None
    if group.subgroups:
        part = Subgroups(block, group.find_subgroups(panel.members))
        subgroups = multiply_subgroups(part, group.layout, plan.subgroups)
    return GroupProducts(multiply_influences(block, group.layout, plan.plan.fit), subgroups)


def _start(group: GroupLayout) -> GroupSums:
    """Make sums of nobody."""
    shape = (len(group.patterns), group.layout.n_years)
    base_years = np.stack([np.full(shape, NO_BASE_YEAR), np.zeros(shape, dtype=np.int64)])
    return GroupSums(
        start_sums(group.layout), base_years, tuple(start_sums(group.layout) for _ in group.subgroups)
    )

"""Who is followed: attrition of target groups by relative year.

Belongs here: counting persons and person-years who leave the panel, and why. Does not belong here: estimates.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipeline.cohorts.attrition import Place, add_counts
from pipeline.declarations.consequence import Consequence
from pipeline.panels.block import Years, read_blocks
from pipeline.panels.panel import Panel, find_covered
from pipeline.panels.patterns import group_by_pattern

if TYPE_CHECKING:
    from pipeline.leaf_jobs import LeafJob

Counts = dict[Place, tuple[int, int]]


def count_followed(job: LeafJob) -> dict[str, Counts]:
    """Count who is left in each relative year, from the assessable members to each estimation sample.

    Parameters
    ----------
    job : LeafJob
        Over whole blocks of leaves.

    Returns
    -------
    dict of str to Counts
        By target group: per relative year those followed, those who are gone by reason, those observed, and those
        covered, by event tables that share their coverage. Every target group has every place, also without anybody.
    """
    declared = job.project.declared
    groups = [declared.group[name] for name in job.groups]
    years = Years.of_method([group.method for group in groups])
    found: dict[str, list[Counts]] = {name: [] for name in job.groups}
    for block in read_blocks(job, years, with_exits=True):
        covered: dict[bool, tuple[dict[str, int], np.ndarray]] = {}
        for group in groups:
            if group.is_children not in covered:
                consequences = declared.consequences_of(group)
                patterns, pattern_of = group_by_pattern(consequences, job.project.coverage)
                names = _name_patterns(consequences, pattern_of)
                covered[group.is_children] = names, find_covered(block, patterns)
            names, cells = covered[group.is_children]
            panel = Panel(block, block.members[group.target_group], cells)
            found[group.target_group].append(_count_panel(panel, names, group.method.relative_years))
    return {name: add_counts(parts) for name, parts in found.items()}


def _count_panel(panel: Panel, names: Mapping[str, int], n_years: int) -> Counts:
    """Count one target group in a block."""
    counts: Counts = {}

    def count(step: str, reason: str, t: int, rows: np.ndarray, event_table: str | None = None) -> None:
        counts[step, reason, t, event_table] = (panel.count_persons(rows), int(np.count_nonzero(rows)))

    for t in range(1, n_years + 1):
        followed, observed, covered = panel.is_followed(t), panel.is_observed(t), panel.is_covered(t)
        count("followed", "remaining", t, followed)
        for reason, rows in _find_reasons(panel, t, followed & ~observed).items():
            count("observed", reason, t, rows)
        count("observed", "remaining", t, observed)
        for name, pattern in names.items():
            count("estimated", "remaining", t, observed & covered[:, pattern], name)
    return counts


def _name_patterns(consequences: Sequence[Consequence], pattern_of: np.ndarray) -> dict[str, int]:
    """Name the patterns by event table; a table whose consequences differ in coverage is told by consequence."""
    tables: dict[str, set[int]] = {}
    for consequence, pattern in zip(consequences, pattern_of, strict=True):
        tables.setdefault(consequence.events, set()).add(int(pattern))
    names = {}
    for consequence, pattern in zip(consequences, pattern_of, strict=True):
        is_one = len(tables[consequence.events]) == 1
        names[consequence.events if is_one else f"{consequence.events}: {consequence.key}"] = int(pattern)
    return names


def _find_reasons(panel: Panel, t: int, gone: np.ndarray) -> dict[str, np.ndarray]:
    """Find why members are not resident at the end of a relative year, as stage 3 does in year 1."""
    year = panel.base_year + t
    died = panel.block.exits.death[panel.person] <= year
    emigrated = panel.block.exits.emigration[panel.person] <= year
    return {
        "died": gone & died,
        "emigrated": gone & emigrated & ~died,
        "not_in_population": gone & ~died & ~emigrated,
    }

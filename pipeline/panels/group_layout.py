"""What all blocks of a target group have in common when it is estimated: its outcomes, design and subgroups.

Belongs here: putting declarations and the counts of members together. Does not belong here: any panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from estimation import Layout
from pipeline.cohorts.coverage import Coverage
from pipeline.declarations.consequence import Consequence
from pipeline.declarations.covariates import Covariates
from pipeline.declarations.target_group import TargetGroup
from pipeline.panels.age_domains import find_outside_ages
from pipeline.panels.count_members import MemberCounts
from pipeline.panels.design import DesignColumn, lay_out_design, list_blocks
from pipeline.panels.patterns import Pattern, group_by_pattern


@dataclass(frozen=True)
class GroupLayout:
    """One target group as every block of it is laid out.

    Attributes
    ----------
    target_group : str
    consequences : tuple of str
        Keys of its m consequences, in order.
    patterns : tuple of Pattern
        P observation patterns.
    design : tuple of DesignColumn
        Its C covariates, base years last.
    layout : Layout
        What the estimator needs to know of it.
    subgroups : tuple of str
        The sets of definitions that its members meet, where it is a union; otherwise empty.
    """

    target_group: str
    consequences: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    design: tuple[DesignColumn, ...]
    layout: Layout
    subgroups: tuple[str, ...]

    def find_subgroups(self, members: pl.DataFrame) -> np.ndarray:
        """Return the number of every member's subgroup, (n,) int."""
        numbers = list(range(len(self.subgroups)))
        found = members["pattern"].replace_strict(list(self.subgroups), numbers, return_dtype=pl.Int64)
        return found.to_numpy()


def lay_out_group(
    group: TargetGroup,
    consequences: Sequence[Consequence],
    covariates: Covariates,
    coverage: Coverage,
    counts: MemberCounts,
) -> GroupLayout:
    """Lay out one target group.

    Parameters
    ----------
    group : TargetGroup
    consequences : sequence of Consequence
        The m consequences followed.
    covariates : Covariates
    coverage : Coverage
    counts : MemberCounts
        Of all leaves: ages, base years and subgroups that occur.

    Returns
    -------
    GroupLayout
    """
    ages, base_years = ({key[place] for key in counts.by_age} for place in (0, 1))
    chosen = covariates.covariate_set(group.method.covariate_set).of(group.is_children)
    design = lay_out_design(chosen, group.is_children, ages, base_years)
    patterns, pattern_of = group_by_pattern(consequences, coverage)
    return GroupLayout(
        target_group=group.target_group,
        consequences=tuple(consequence.key for consequence in consequences),
        patterns=patterns,
        design=design,
        layout=Layout(
            covariates=list_blocks(design),
            outcome_pattern=pattern_of,
            outside_ages=find_outside_ages(consequences, group, sorted(base_years)),
        ),
        subgroups=tuple(sorted(counts.persons)) if group.union_of else (),
    )

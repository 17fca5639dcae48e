"""Estimating one target group: its panel handed to the estimator, the result as tables.

Belongs here: what is put together from members, panel, covariates and coverage. Does not belong here: any
statistic (`estimation`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from estimation import Layout, estimate_group, withhold
from pipeline.cohorts.coverage import Coverage
from pipeline.declarations.consequence import Consequence
from pipeline.declarations.covariates import Covariates
from pipeline.declarations.rule_reads import reads_overlap
from pipeline.declarations.target_group import TargetGroup
from pipeline.panels.age_domains import find_outside_ages
from pipeline.panels.design import build_design
from pipeline.panels.estimate_tables import (
    find_base_years_used,
    tabulate_adjustments,
    tabulate_covariance,
    tabulate_estimates,
)
from pipeline.panels.panel import Panel, read_panel
from pipeline.panels.patterns import Pattern, group_by_pattern
from pipeline.panels.subgroups import EMPTY_DIAGNOSTICS, compare_definitions


@dataclass(frozen=True)
class GroupPanel:
    """A panel with the design and layout of its estimates.

    Attributes
    ----------
    panel : Panel
    design : (n, C) int array
        Levels of the covariates.
    patterns : tuple of Pattern
        P observation patterns.
    layout : Layout
    """

    panel: Panel
    design: np.ndarray
    patterns: tuple[Pattern, ...]
    layout: Layout


def estimate_target_group(
    con: duckdb.DuckDBPyConnection,
    members: pl.DataFrame,
    group: TargetGroup,
    consequences: Sequence[Consequence],
    covariates: Covariates,
    coverage: Coverage,
) -> dict[str, pl.DataFrame]:
    """Estimate every consequence and relative year of one target group.

    Parameters
    ----------
    con : duckdb connection
        With views of `person_years` and `person_year_quantities`.
    members : polars.DataFrame
        Assessable members, from `read_members`.
    group : TargetGroup
    consequences : sequence of Consequence
        The m consequences followed.
    covariates : Covariates
    coverage : Coverage

    Returns
    -------
    dict of str to polars.DataFrame
        Tables `estimates`, `adjustment_by_covariate`, `estimate_covariance`, `diagnostics`.
    """
    method = group.method
    prepared = prepare_panel(con, members, group, consequences, covariates, coverage)
    panel, layout = prepared.panel, prepared.layout
    blocks = panel.blocks(prepared.design, prepared.patterns)
    withheld = withhold(estimate_group(blocks, layout))
    keys = [consequence.key for consequence in consequences]
    samples = [
        panel.is_observed(t)[:, None] & panel.is_covered(prepared.patterns, t)
        for t in range(1, panel.n_years + 1)
    ]
    in_rule = np.array([reads_overlap(group, c.events, c.where, c.measures_read) for c in consequences])
    return {
        "estimates": tabulate_estimates(
            group.target_group,
            keys,
            withheld,
            find_base_years_used(panel.base_year, samples, layout.outcome_pattern),
            in_rule,
            method.covariate_set,
            method.significance_level,
        ),
        "adjustment_by_covariate": tabulate_adjustments(group.target_group, keys, withheld),
        "estimate_covariance": tabulate_covariance(group.target_group, keys, withheld),
        "diagnostics": compare_definitions(group.target_group, keys, panel, blocks, layout, method)
        if group.union_of
        else EMPTY_DIAGNOSTICS,
    }


def prepare_panel(
    con: duckdb.DuckDBPyConnection,
    members: pl.DataFrame,
    group: TargetGroup,
    consequences: Sequence[Consequence],
    covariates: Covariates,
    coverage: Coverage,
) -> GroupPanel:
    """Read a group's panel and lay out its design; parameters as in `estimate_target_group`."""
    method = group.method
    keys = [consequence.key for consequence in consequences]
    panel = read_panel(con, members, keys, method.relative_years, method.last_year)
    chosen = covariates.covariate_set(method.covariate_set).of(group.is_children)
    design, blocks = build_design(panel.members, chosen, group.is_children)
    patterns, pattern_of = group_by_pattern(consequences, coverage)
    years = [int(year) for year in np.unique(panel.base_year)]
    layout = Layout(
        covariates=blocks,
        outcome_pattern=pattern_of,
        outside_ages=find_outside_ages(consequences, group, years),
    )
    return GroupPanel(panel, design, patterns, layout)

"""The tables of one target group from what both passes found of it.

Belongs here: finishing the estimates of a group and handing them to the tables. Does not belong here: the columns of
those (`estimate_tables`, `subgroups`), any statistic (`estimation`).
"""

from __future__ import annotations

import numpy as np
import polars as pl

from estimation import finish_comparison, finish_estimates, withhold
from pipeline.declarations.rule_reads import reads_overlap
from pipeline.declarations.target_group import TargetGroup
from pipeline.panels.count_members import MemberCounts
from pipeline.panels.diagnostics import tabulate_collinearities
from pipeline.panels.estimate import GroupPlan, GroupProducts, GroupSums
from pipeline.panels.estimate_tables import tabulate_adjustments, tabulate_covariance, tabulate_estimates
from pipeline.panels.group_layout import GroupLayout
from pipeline.panels.subgroups import tabulate_comparison
from pipeline.project import Declared


def tabulate_group(
    group: TargetGroup,
    declared: Declared,
    layout: GroupLayout,
    counts: MemberCounts,
    sums: GroupSums,
    plan: GroupPlan,
    products: GroupProducts,
) -> dict[str, pl.DataFrame]:
    """Finish the estimates of a target group.

    Parameters
    ----------
    group : TargetGroup
    declared : Declared
    layout : GroupLayout
    counts : MemberCounts
    sums, plan, products : GroupSums, GroupPlan, GroupProducts
        Over all leaves.

    Returns
    -------
    dict of str to polars.DataFrame
        Tables `estimates`, `adjustment_by_covariate`, `estimate_covariance`, `diagnostics`, withheld.
    """
    withheld = withhold(finish_estimates(sums.sums, plan.plan, products.products, layout.layout))
    keys, name, method = layout.consequences, group.target_group, group.method
    in_rule = np.array(
        [reads_overlap(group, c.events, c.where, c.measures_read) for c in declared.consequences_of(group)]
    )
    diagnostics = tabulate_collinearities(name, keys, withheld.collinearities)
    if products.subgroups is not None:
        found = finish_comparison(sums.subgroups, plan.subgroups, products.subgroups, layout.layout)
        diagnostics = pl.concat([diagnostics, tabulate_comparison(group, keys, counts, found)])
    return {
        "estimates": tabulate_estimates(
            name,
            keys,
            withheld,
            sums.base_years[:, layout.layout.outcome_pattern],
            in_rule,
            method.covariate_set,
            method.significance_level,
        ),
        "adjustment_by_covariate": tabulate_adjustments(name, keys, withheld),
        "estimate_covariance": tabulate_covariance(name, keys, withheld),
        "diagnostics": diagnostics,
    }

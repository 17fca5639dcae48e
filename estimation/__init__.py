"""The statistics: adjusted differences of a target group, their joint covariance, profiles.

Belongs here: numbers in, numbers out; numpy and scipy (statsmodels in `reference` only). Does not belong
here: files, tables, Dagster, the name of any register, target group or consequence.

A caller hands over a group's assessable person-years as blocks of persons and gets every outcome and relative
year at once:

>>> import numpy as np
>>> rng = np.random.default_rng(1)
>>> n, m, years = 400, 2, 3                           # person-years, outcomes, relative years
>>> person = np.repeat(np.arange(n // 2), 2)          # rows of a person stand together
>>> success = rng.random(n) < 0.5
>>> levels = np.column_stack([rng.integers(0, 2, n), rng.integers(0, 2, n)])       # 0 is the reference
>>> use = rng.poisson(2.0, (years + 1, n, m)).astype(float)       # years 0 … 3
>>> everybody, covered = np.ones(n, dtype=bool), np.ones((n, 1), dtype=bool)
>>> def blocks():                                     # called twice; leaf-block order
...     for rows in (slice(0, n // 2), slice(n // 2, n)):
...         yield Block(
...             person[rows], success[rows], levels[rows], use[0, rows],
...             year=lambda t, rows=rows: BlockYear(use[t, rows], everybody[rows], covered[rows]),
...         )
>>> layout = Layout(
...     covariates=(CovariateBlock("sex", slice(0, 1)), CovariateBlock("base_year", slice(1, 2))),
...     outcome_pattern=np.zeros(m, dtype=int),       # both outcomes are covered alike
...     outside_ages=np.zeros((m, years), dtype=bool),
... )
>>> estimates = withhold(estimate_group(blocks, layout))
>>> estimates.adjusted_difference.shape, estimates.covariance.shape, estimates.position[0]
((2, 3), (6, 6), array([1, 2, 3]))

>>> profile = build_profile(take_profile_input(estimates, 0, share_inside=np.ones(20)), SOEM_CLASSIC)
>>> profile.value.shape, profile.weights.shape
((20,), (20, 3))

Fields are named like the columns of the published table; NaN means null. `pack_lower(estimates.covariance)`
gives the rows of the packed triangle in position order. The two passes can be run elsewhere, block by block
(`sum_block`, then `plan_second_pass`, then `multiply_influences`): add the results with `add_in_tree`, and
`finish_estimates` gives the same bits.
"""

from estimation.blocks import Block, BlockYear, CovariateBlock, Layout
from estimation.collinearity import Collinearity
from estimation.estimates import (
    USE_IN_YEAR_0,
    GroupEstimates,
    Plan,
    estimate_group,
    finish_estimates,
    plan_second_pass,
)
from estimation.heterogeneity import Heterogeneity, compare_subgroups, finish_comparison
from estimation.inference import pack_lower, unpack_lower
from estimation.influence import multiply_influences
from estimation.power import find_minimum_detectable_difference
from estimation.profiles import (
    ALL_ESTIMATES,
    SOEM_CLASSIC,
    Profile,
    ProfileInput,
    ProfileStatus,
    Taper,
    View,
    build_profile,
    take_profile_input,
)
from estimation.publication import withhold
from estimation.status import FEWEST, Reason, Status
from estimation.subgroups import (
    SubgroupProducts,
    Subgroups,
    add_subgroup_products,
    add_subgroup_sums,
    multiply_subgroups,
    plan_subgroups,
    start_products,
    sum_subgroups,
)
from estimation.sums import BlockSums, add_sums, start_sums, sum_block
from estimation.tree import add_in_tree
from estimation.use import Use, read_use

__all__ = [
    "finish_comparison",
    "sum_subgroups",
    "start_products",
    "plan_subgroups",
    "multiply_subgroups",
    "add_subgroup_sums",
    "add_subgroup_products",
    "SubgroupProducts",
    "ALL_ESTIMATES",
    "FEWEST",
    "SOEM_CLASSIC",
    "USE_IN_YEAR_0",
    "Block",
    "BlockSums",
    "BlockYear",
    "Collinearity",
    "CovariateBlock",
    "GroupEstimates",
    "Heterogeneity",
    "Layout",
    "Plan",
    "Profile",
    "ProfileInput",
    "ProfileStatus",
    "Reason",
    "Status",
    "Subgroups",
    "Taper",
    "Use",
    "View",
    "add_in_tree",
    "add_sums",
    "build_profile",
    "compare_subgroups",
    "estimate_group",
    "find_minimum_detectable_difference",
    "finish_estimates",
    "multiply_influences",
    "pack_lower",
    "plan_second_pass",
    "read_use",
    "start_sums",
    "sum_block",
    "take_profile_input",
    "unpack_lower",
    "withhold",
]

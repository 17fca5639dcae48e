"""Are the adjusted differences of subgroups the same? A Wald test with their joint covariance.

Belongs here: groups put together from several definitions, split into subgroups (membership patterns).
Does not belong here: which definitions there are, what a pattern is called, the two passes (`subgroups`).

Each subgroup has a regression of its own, so covariates may act differently in each, as in a model with every
regressor interacted with the subgroup. Subgroups share persons (a child is a member in several base years, and
may meet other definitions in each), so their influences are summed within person before they are multiplied:
the covariance between subgroups is estimated, not set to 0. Cochran's Q sets it to 0, and reads the noise that
subgroups have in common as homogeneity.

The test is Wald's, divided by its degrees of freedom and read in the F distribution with G − 1 degrees of
freedom below, G the persons in any subgroup tested; with many persons that is the chi-square test.

A subgroup where an outcome cannot be estimated or published (fewer than five persons in an arm, 1–4 users in an
arm, collinear …), or where nobody uses it, is left out of its test, and its status says so.

Known limitations: with few persons against many subgroups the covariance is poorly known; a covariance that is
singular beyond the contrasts lowers the degrees of freedom, and `degrees_of_freedom` tells it.

Sources: Wald (1943); joint covariance from influences: White (1982), Weesie (1999), "Seemingly unrelated
estimation and the cluster-adjusted sandwich estimator".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import scipy.stats

from estimation.blocks import Bools, Floats, Ints, Layout
from estimation.estimates import GroupEstimates, Plan, finish_estimates
from estimation.publication import withhold
from estimation.status import Words
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
from estimation.sums import BlockSums, start_sums
from estimation.tree import add_in_tree

#: Eigenvalues of the contrasts' correlation below this are directions without information.
EIGENVALUE_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Heterogeneity:
    """Differences by subgroup and the test that they are equal; H subgroups, m outcomes, T relative years.

    Parameters
    ----------
    by_subgroup : tuple of H GroupEstimates
        Withheld: the differences, counts, statuses and joint covariance of each subgroup as a group of its own.
    covariance : (H, H, m, T) float
        Joint covariance over subgroups of the differences in one cell; NaN where there is none.
    is_tested : (H, m, T) bool
        Whether the subgroup is in the test, which it is where its status is estimated; `status` and `reason`
        say why not.
    statistic : (m, T) float
        Wald statistic; NaN with fewer than two subgroups in the test.
    degrees_of_freedom : (m, T) int
        Of the numerator: subgroups tested − 1, fewer where their covariance is singular; 0 without a test.
    n_persons : (m, T) int
        Distinct persons in the subgroups tested, G.
    p_value : (m, T) float
        statistic / degrees_of_freedom in F(degrees_of_freedom, G − 1); NaN without a test.
    """

    by_subgroup: tuple[GroupEstimates, ...]
    covariance: Floats
    is_tested: Bools
    statistic: Floats
    degrees_of_freedom: Ints
    n_persons: Ints
    p_value: Floats

    @property
    def adjusted_difference(self) -> Floats:
        """By subgroup, (H, m, T) float in the outcome's unit; NaN where there is none or it is withheld."""
        return np.stack([estimates.adjusted_difference for estimates in self.by_subgroup])

    @property
    def standard_error(self) -> Floats:
        """Of the adjusted difference, (H, m, T) float in the outcome's unit."""
        return np.stack([estimates.standard_error for estimates in self.by_subgroup])

    @property
    def status(self) -> Words:
        """Of the subgroup's estimate, (H, m, T) str."""
        return np.stack([estimates.status for estimates in self.by_subgroup])

    @property
    def reason(self) -> Words:
        """Of a subgroup that is not estimable, (H, m, T) str."""
        return np.stack([estimates.reason for estimates in self.by_subgroup])


@dataclass(frozen=True)
class WaldTest:
    """A test that some differences are equal.

    Parameters
    ----------
    statistic : float
        Quadratic form of the contrasts in the inverse of their covariance.
    degrees_of_freedom : int
        Rank of that covariance.
    """

    statistic: float
    degrees_of_freedom: int


def compare_subgroups(
    subgroups: Callable[[], Iterable[Subgroups]], n_subgroups: int, layout: Layout
) -> Heterogeneity:
    """Estimate every outcome and relative year in every subgroup and test that the differences are equal.

    Parameters
    ----------
    subgroups : callable
        Called twice; each time the same blocks in the same order, with the subgroup of each row.
    n_subgroups : int
        H, at most 62.
    layout : Layout
        Of the blocks.

    Returns
    -------
    Heterogeneity
        Withheld by the rule for every estimate.
    """
    parts = (sum_subgroups(part, n_subgroups, layout) for part in subgroups())
    sums = add_in_tree(parts, add_subgroup_sums) or (start_sums(layout),) * n_subgroups
    plans = plan_subgroups(sums, layout)
    multiplied = (multiply_subgroups(part, layout, plans) for part in subgroups())
    products = add_in_tree(multiplied, add_subgroup_products) or start_products(layout, plans)
    return finish_comparison(sums, plans, products, layout)


def finish_comparison(
    sums: tuple[BlockSums, ...], plans: tuple[Plan, ...], products: SubgroupProducts, layout: Layout
) -> Heterogeneity:
    """Turn sums and products of the whole group into the comparison.

    Parameters
    ----------
    sums : tuple of H BlockSums
        From `sum_subgroups`, added over blocks.
    plans : tuple of H Plan
        From `plan_subgroups`.
    products : SubgroupProducts
        From `multiply_subgroups`, added over blocks.
    layout : Layout
        Of the blocks.

    Returns
    -------
    Heterogeneity
        Withheld by the rule for every estimate.
    """
    by_subgroup = tuple(
        withhold(finish_estimates(*parts, layout)) for parts in zip(sums, plans, products.within, strict=True)
    )
    is_tested = np.stack([estimates.position > 0 for estimates in by_subgroup])
    difference = np.stack([estimates.adjusted_difference for estimates in by_subgroup])
    covariance = _join_covariance(by_subgroup, plans, products)
    statistic = np.full(is_tested.shape[1:], np.nan)
    freedom = np.zeros(statistic.shape, dtype=np.int64)
    for outcome, t in np.argwhere(is_tested.sum(axis=0) >= 2):
        chosen = np.flatnonzero(is_tested[:, outcome, t])
        test = check_equal(
            difference[chosen, outcome, t], covariance[:, :, outcome, t][np.ix_(chosen, chosen)]
        )
        statistic[outcome, t], freedom[outcome, t] = test.statistic, test.degrees_of_freedom
    n_persons = _count_persons(products, is_tested, layout)
    with np.errstate(invalid="ignore", divide="ignore"):
        p_value = scipy.stats.f.sf(statistic / freedom, freedom, n_persons - 1)
    return Heterogeneity(by_subgroup, covariance, is_tested, statistic, freedom, n_persons, p_value)


def check_equal(difference: Floats, covariance: Floats) -> WaldTest:
    """Test that differences with a joint covariance are equal.

    Parameters
    ----------
    difference : (h,) float
        At least two, in one unit.
    covariance : (h, h) float
        Joint covariance in that unit squared.

    Returns
    -------
    WaldTest
        The same whichever subgroup the others are held against.
    """
    contrast = np.column_stack([-np.ones(difference.size - 1), np.eye(difference.size - 1)])
    variance = contrast @ covariance @ contrast.T
    scale = np.sqrt(np.diag(variance))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(variance / np.outer(scale, scale))
    kept = values > EIGENVALUE_TOLERANCE
    along = vectors[:, kept].T @ ((contrast @ difference) / scale)
    return WaldTest(float(np.sum(along**2 / values[kept])), int(kept.sum()))


def _join_covariance(
    by_subgroup: tuple[GroupEstimates, ...], plans: tuple[Plan, ...], products: SubgroupProducts
) -> Floats:
    """Joint covariance over subgroups of each cell, each with the factor of its own error: (H, H, m, T)."""
    error = np.stack([estimates.standard_error for estimates in by_subgroup])
    root = np.full(error.shape, np.nan)
    for h, plan in enumerate(plans):
        where = (h, plan.fit.outcome, plan.fit.year)
        square = np.diag(products.within[h])
        root[where] = np.divide(error[where], np.sqrt(square), out=root[where], where=square > 0)
    covariance: Floats = products.between * root[:, None] * root
    for h in range(error.shape[0]):
        covariance[h, h] = error[h] ** 2
    return covariance


def _count_persons(products: SubgroupProducts, is_tested: Bools, layout: Layout) -> Ints:
    """Count the distinct persons in the subgroups tested: (m, T)."""
    counts = np.zeros(is_tested.shape[1:], dtype=np.int64)
    tested = np.tensordot(1 << np.arange(is_tested.shape[0]), is_tested.astype(np.int64), axes=1)
    for (t, pattern, subgroups), n_persons in products.n_persons.items():
        cells = (layout.outcome_pattern == pattern) & ((tested[:, t - 1] & subgroups) > 0)
        counts[cells, t - 1] += n_persons
    return counts

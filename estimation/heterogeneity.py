"""Are the adjusted differences of subgroups the same? A Wald test with their joint covariance.

Belongs here: groups put together from several definitions, split into subgroups (membership patterns).
Does not belong here: which definitions there are, what a pattern is called.

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

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints, Layout
from estimation.estimates import GroupEstimates, estimate_group
from estimation.pieces import find_person_starts
from estimation.publication import withhold
from estimation.status import Words

#: Eigenvalues of the contrasts' correlation below this are directions without information.
EIGENVALUE_TOLERANCE = 1e-10


@dataclass(frozen=True)
class Subgroups:
    """A block and the subgroup of each of its rows.

    Parameters
    ----------
    block : Block
        As for `estimate_group`.
    subgroup : (n,) int
        Number of the membership pattern of each row, 0 … H − 1.
    """

    block: Block
    subgroup: Ints


@dataclass(frozen=True)
class Heterogeneity:
    """Differences by subgroup and the test that they are equal; H subgroups, m outcomes, T relative years.

    Parameters
    ----------
    by_subgroup : GroupEstimates
        Withheld; its H·m rows are all outcomes in subgroup 0, then all outcomes in subgroup 1, and so on: the
        differences, counts, statuses and joint covariance of what each subgroup contributes.
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

    by_subgroup: GroupEstimates
    is_tested: Bools
    statistic: Floats
    degrees_of_freedom: Ints
    n_persons: Ints
    p_value: Floats

    @property
    def adjusted_difference(self) -> Floats:
        """By subgroup, (H, m, T) float in the outcome's unit; NaN where there is none or it is withheld."""
        return self.by_subgroup.adjusted_difference.reshape(self.is_tested.shape)

    @property
    def standard_error(self) -> Floats:
        """Of the adjusted difference, (H, m, T) float in the outcome's unit."""
        return self.by_subgroup.standard_error.reshape(self.is_tested.shape)

    @property
    def status(self) -> Words:
        """Of the subgroup's estimate, (H, m, T) str."""
        return self.by_subgroup.status.reshape(self.is_tested.shape)

    @property
    def reason(self) -> Words:
        """Of a subgroup that is not estimable, (H, m, T) str."""
        return self.by_subgroup.reason.reshape(self.is_tested.shape)


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
        Called three times; each time the same blocks in the same order, with the subgroup of each row.
    n_subgroups : int
        H.
    layout : Layout
        Of the blocks.

    Returns
    -------
    Heterogeneity
        Withheld by the rule for every estimate.
    """
    split = split_layout(layout, n_subgroups)
    estimates = withhold(
        estimate_group(lambda: (split_block(part, n_subgroups) for part in subgroups()), split)
    )
    position = estimates.position.reshape(n_subgroups, layout.n_outcomes, layout.n_years)
    difference = estimates.adjusted_difference.reshape(position.shape)
    is_tested = position > 0
    statistic = np.full((layout.n_outcomes, layout.n_years), np.nan)
    freedom = np.zeros(statistic.shape, dtype=np.int64)
    for outcome, t in np.argwhere(is_tested.sum(axis=0) >= 2):
        chosen = is_tested[:, outcome, t]
        cells = position[chosen, outcome, t] - 1
        test = check_equal(difference[chosen, outcome, t], estimates.covariance[np.ix_(cells, cells)])
        statistic[outcome, t], freedom[outcome, t] = test.statistic, test.degrees_of_freedom
    n_persons = _count_persons(subgroups(), is_tested, layout)
    with np.errstate(invalid="ignore", divide="ignore"):
        p_value = scipy.stats.f.sf(statistic / freedom, freedom, n_persons - 1)
    return Heterogeneity(estimates, is_tested, statistic, freedom, n_persons, p_value)


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


def split_layout(layout: Layout, n_subgroups: int) -> Layout:
    """Repeat the layout for each subgroup: every pattern becomes one a subgroup.

    Returns
    -------
    Layout
        With H·m outcomes (subgroup by subgroup) and H·P patterns.
    """
    number = np.repeat(np.arange(n_subgroups), layout.n_outcomes)
    pattern = number * layout.n_patterns + np.tile(layout.outcome_pattern, n_subgroups)
    return Layout(layout.covariates, pattern, np.tile(layout.outside_ages, (n_subgroups, 1)))


def split_block(part: Subgroups, n_subgroups: int) -> Block:
    """Repeat the outcomes of a block for each subgroup, each covered for the subgroup's own rows only.

    Returns
    -------
    Block
        For `split_layout`.
    """
    block = part.block
    columns = np.tile(np.arange(block.baselines.shape[1]), n_subgroups)
    member = part.subgroup[:, None] == np.arange(n_subgroups)

    def read_year(t: int) -> BlockYear:
        year = block.year(t)
        covered = (member[:, :, None] & year.covered[:, None, :]).reshape(member.shape[0], -1)
        return BlockYear(year.outcomes[:, columns], year.observed, covered, year.followed)

    return Block(block.person, block.success, block.design, block.baselines[:, columns], read_year)


def _count_persons(parts: Iterable[Subgroups], is_tested: Bools, layout: Layout) -> Ints:
    """Count the distinct persons in the subgroups tested: (m, T)."""
    counts = np.zeros(is_tested.shape[1:], dtype=np.int64)
    for part in parts:
        for t in range(1, layout.n_years + 1):
            year = part.block.year(t)
            for outcome in np.flatnonzero(is_tested[:, :, t - 1].any(axis=0)):
                covered = year.covered[:, layout.outcome_pattern[outcome]]
                rows = year.observed & covered & is_tested[part.subgroup, outcome, t - 1]
                counts[outcome, t - 1] += find_person_starts(part.block.person[rows]).size
    return counts

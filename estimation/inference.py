"""Errors, intervals, p and q values, and the joint covariance in its packed form.

Belongs here: what follows from coefficients and the products of influences. Does not belong here: the passes.

Sources: CRV1 and t with G − 1 degrees of freedom: Liang & Zeger (1986), Cameron & Miller (2015);
q values: Benjamini & Hochberg (1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.stats

from estimation.blocks import Bools, Floats, Ints
from estimation.design import RANK_TOLERANCE
from estimation.fit import GroupFit
from estimation.sums import BlockSums

#: Two-sided level of the confidence interval.
CONFIDENCE = 0.95
#: A variance under this share of what independent errors would give counts as none.
VARIATION_TOLERANCE = 1e-18


@dataclass(frozen=True)
class JointErrors:
    """Differences and their joint covariance over the cells that have an error; K cells in position order.

    Parameters
    ----------
    outcome, year : (K,) int
        Outcome and relative year − 1 of each cell: outcome by outcome, year by year within.
    difference : (K,) float
        Adjusted difference in the outcome's unit.
    covariance : (K, K) float
        In the product of the units.
    without_variation : tuple of (j,) int
        Outcome and year − 1 of fitted cells that have no error.
    """

    outcome: Ints
    year: Ints
    difference: Floats
    covariance: Floats
    without_variation: tuple[Ints, Ints]


def scale_products(
    fit: GroupFit, products: Floats, sums: BlockSums, counts: dict[str, Floats]
) -> JointErrors:
    """Scale the products of influences to the joint covariance and bring the cells into position order.

    Parameters
    ----------
    fit : GroupFit
        With K' fitted cells.
    products : (K', K') float
        Σ_person ψ_j ψ_k.
    sums : BlockSums
        Of the whole group.
    counts : dict of (m, T) float
        From `count_cells`.

    Returns
    -------
    JointErrors
        Cov_jk = sqrt(f_j f_k) Σ ψ_j ψ_k with f = G/(G−1) · (n−1)/(n−rank).
    """
    outcome, year = fit.outcome, fit.year
    rank = np.concatenate([part.coefficients.rank for part in fit.years])
    n = (counts["n_success"] + counts["n_others"])[outcome, year]
    clusters = counts["n_persons"][outcome, year]
    varies = (n > rank) & _find_variation(fit, products, sums.outcome_square[year, outcome], n)
    chosen = np.flatnonzero(varies)
    chosen = chosen[np.lexsort((year[chosen], outcome[chosen]))]
    n, clusters, rank = n[chosen], clusters[chosen], rank[chosen]
    root = np.sqrt(clusters / (clusters - 1) * (n - 1) / (n - rank))
    difference = np.concatenate([part.coefficients.slopes[-1] for part in fit.years])
    return JointErrors(
        outcome=outcome[chosen],
        year=year[chosen],
        difference=difference[chosen],
        covariance=products[np.ix_(chosen, chosen)] * np.outer(root, root),
        without_variation=(outcome[~varies], year[~varies]),
    )


def infer(
    difference: Floats, standard_error: Floats, n_clusters: Floats, confidence: float = CONFIDENCE
) -> dict[str, Floats]:
    """Compute intervals and p values by the t distribution with G − 1 degrees of freedom, and q values.

    Parameters
    ----------
    difference, standard_error, n_clusters : any shape, float
        NaN where there is no estimate.
    confidence : float
        Level of the interval, 0–1.

    Returns
    -------
    dict of float arrays
        `ci_low`, `ci_high`, `p_value`, `q_value`; NaN where there is no estimate.
    """
    freedom = np.where(np.isnan(standard_error), np.nan, n_clusters - 1)
    half = scipy.stats.t.ppf(0.5 + confidence / 2, freedom) * standard_error
    p = 2 * scipy.stats.t.sf(np.abs(difference) / standard_error, freedom)
    q = np.full(p.shape, np.nan)
    known = ~np.isnan(p)
    if known.any():
        q[known] = scipy.stats.false_discovery_control(p[known], method="bh")
    return {"ci_low": difference - half, "ci_high": difference + half, "p_value": p, "q_value": q}


def pack_lower(matrix: Floats) -> list[Floats]:
    """Pack a symmetric matrix by rows of its lower triangle.

    Returns
    -------
    list of K float arrays
        Row j holds the covariances with positions 1 … j and, last, its own variance.
    """
    return [matrix[row, : row + 1].copy() for row in range(matrix.shape[0])]


def unpack_lower(rows: list[Floats]) -> Floats:
    """Rebuild the symmetric matrix from the rows of its lower triangle.

    Returns
    -------
    (K, K) float
    """
    matrix = np.zeros((len(rows), len(rows)))
    for number, row in enumerate(rows):
        matrix[number, : number + 1] = row
        matrix[: number + 1, number] = row
    return matrix


def _find_variation(fit: GroupFit, products: Floats, outcome_square: Floats, n: Floats) -> Bools:
    """Whether the residuals of a cell vary, and vary where success does."""
    left = np.concatenate([year.coefficients.residual_square for year in fit.years])
    success = np.concatenate([year.coefficients.success_square for year in fit.years])
    independent = left / (n * success)
    varies: Bools = (left > RANK_TOLERANCE * outcome_square) & (
        np.diag(products) > VARIATION_TOLERANCE * independent
    )
    return varies

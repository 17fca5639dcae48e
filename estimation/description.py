"""Counts, means and the adjustment of every cell, from the sums.

Belongs here: what is told about a sample without any error. Does not belong here: inference, statuses.
"""

from __future__ import annotations

import numpy as np

from estimation.blocks import Floats, Layout
from estimation.fit import GroupFit
from estimation.sums import BlockSums


def count_cells(sums: BlockSums, layout: Layout) -> dict[str, Floats]:
    """Count rows, persons and users of every cell.

    Returns
    -------
    dict of (m, T) float
        Under the names of `GroupEstimates`; shares of 0–1, NaN where nobody was followed.
    """
    pattern = layout.outcome_pattern
    n = sums.gram[:, pattern, 0, 0].T
    n_success = sums.gram[:, pattern, 0, -1].T
    persons = sums.n_persons[:, pattern].transpose(2, 1, 0).astype(np.float64)
    users = sums.n_users.transpose(2, 1, 0).astype(np.float64)
    followed = sums.n_followed[:, pattern].transpose(2, 1, 0).astype(np.float64)
    followed[followed <= 0] = np.nan
    return {
        "n_success": n_success,
        "n_others": n - n_success,
        "n_persons_success": persons[1],
        "n_persons_others": persons[0],
        "n_persons": persons[2],
        "n_users_success": users[1],
        "n_users_others": users[0],
        "share_observed_success": n_success / followed[1],
        "share_observed_others": (n - n_success) / followed[0],
    }


def average_cells(sums: BlockSums, counts: dict[str, Floats]) -> dict[str, Floats]:
    """Average use in year t by arm.

    Returns
    -------
    dict of (m, T) float
        Means and raw difference in the unit of the outcome; NaN where an arm has no rows.
    """
    total, success = sums.regressor_outcome[:, 0].T, sums.regressor_outcome[:, -1].T
    mean_success = success / _none_if_zero(counts["n_success"])
    mean_others = (total - success) / _none_if_zero(counts["n_others"])
    return {
        "mean_success": mean_success,
        "mean_others": mean_others,
        "raw_difference": mean_success - mean_others,
    }


def sum_adjustments(sums: BlockSums, fit: GroupFit, layout: Layout) -> Floats:
    """Compute the adjustment of every fitted cell: gap of the covariates between the arms × coefficient.

    Returns
    -------
    (C, m, T) float
        By covariate of the layout, then use in year 0; NaN for cells that are not fitted.
    """
    parts = np.full((len(layout.covariates) + 1, layout.n_outcomes, layout.n_years), np.nan)
    for t, year in enumerate(fit.years):
        if not year.outcomes.size:
            continue
        gram = sums.gram[t, layout.outcome_pattern[year.outcomes]]
        gaps = _gap(gram[:, 0].T, gram[:, -1].T, gram[:, 0, 0], gram[:, 0, -1])
        products = gaps[1:-1] * year.coefficients.slopes[1:-1]
        for number, covariate in enumerate(layout.covariates):
            parts[number, year.outcomes, t] = products[covariate.columns].sum(axis=0)
        use = sums.regressor_baseline[t][:, year.outcomes]
        gap = _gap(use[0], use[-1], gram[:, 0, 0], gram[:, 0, -1])
        parts[-1, year.outcomes, t] = gap * year.coefficients.baseline_slope
    return parts


def _gap(total: Floats, success: Floats, n: Floats, n_success: Floats) -> Floats:
    """Mean of the success group minus mean of the others, from sums over both and over the success group."""
    gap: Floats = success / n_success - (total - success) / (n - n_success)
    return gap


def _none_if_zero(count: Floats) -> Floats:
    """Put NaN for a count of 0."""
    return np.where(count > 0, count, np.nan)

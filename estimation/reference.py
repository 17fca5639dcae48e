"""One estimate at a time through statsmodels: the other path to every published number.

Belongs here: the plain regression, row by row. Does not belong here: anything the estimator uses; it shares
no code with it, so that the two can check each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimation.blocks import Bools, Floats, Ints


@dataclass(frozen=True)
class ReferenceEstimate:
    """One adjusted difference, by statsmodels.

    Parameters
    ----------
    adjusted_difference, standard_error, ci_low, ci_high : float
        In the outcome's unit.
    p_value : float
        Two-sided, t with G − 1 degrees of freedom.
    n, n_clusters, rank : int
        Rows, persons and estimated coefficients.
    raw_difference : float
        Mean of the success group minus mean of the others.
    """

    adjusted_difference: float
    standard_error: float
    ci_low: float
    ci_high: float
    p_value: float
    n: int
    n_clusters: int
    rank: int
    raw_difference: float


def estimate_one(
    outcome: Floats, baseline: Floats, success: Bools, design: Floats, person: Ints
) -> ReferenceEstimate:
    """Estimate one outcome in one relative year with statsmodels OLS and errors clustered by person.

    Parameters
    ----------
    outcome, baseline : (n,) float
        Use in year t and in year 0 of the rows in the sample, in the outcome's unit.
    success : (n,) bool
        The arm.
    design : (n, k) float
        Covariate columns without intercept; person : (n,) int, the cluster.

    Returns
    -------
    ReferenceEstimate
        With collinear columns left out.
    """
    import statsmodels.api as sm

    size = np.abs(baseline).max(initial=0.0)
    own = baseline / size if size > 0 else baseline
    candidates = np.column_stack([np.ones(outcome.size), success, design, own])
    regressors = candidates[:, find_independent_columns(candidates)]
    options = {"groups": np.unique(person, return_inverse=True)[1]}
    fitted = sm.OLS(outcome, regressors).fit(cov_type="cluster", cov_kwds=options, use_t=True)
    low, high = fitted.conf_int()[1]
    return ReferenceEstimate(
        adjusted_difference=float(fitted.params[1]),
        standard_error=float(fitted.bse[1]),
        ci_low=float(low),
        ci_high=float(high),
        p_value=float(fitted.pvalues[1]),
        n=outcome.size,
        n_clusters=int(options["groups"].max()) + 1,
        rank=regressors.shape[1],
        raw_difference=float(outcome[success].mean() - outcome[~success].mean()),
    )


def find_independent_columns(columns: Floats, tolerance: float = 1e-9) -> Ints:
    """Find columns not explained by those before them, by QR of the columns scaled to length one.

    Parameters
    ----------
    columns : (n, q) float
        Regressors.
    tolerance : float
        Smallest length left of a column that counts.

    Returns
    -------
    (r,) int
        Column numbers, ascending.
    """
    kept: list[int] = []
    basis = np.zeros((columns.shape[0], 0))
    for number in range(columns.shape[1]):
        length = np.linalg.norm(columns[:, number])
        if length == 0:
            continue
        rest = columns[:, number] / length
        for _ in range(2):
            rest = rest - basis @ (basis.T @ rest)
        left = np.linalg.norm(rest)
        if left > tolerance:
            basis = np.column_stack([basis, rest / left])
            kept.append(number)
    return np.array(kept, dtype=np.int64)

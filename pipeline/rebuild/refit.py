"""One adjusted difference by statsmodels, from a plain table of regressors.

Belongs here: dropping explained columns, ordinary least squares with errors clustered by person, the adjustment by
covariate. Does not belong here: who is in the sample (`find_members`, `find_sample`). Nothing of `estimation` is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import scipy.linalg
import statsmodels.api as sm


@dataclass(frozen=True)
class Refit:
    """One cell by statsmodels; n person-years, k regressors.

    Attributes
    ----------
    adjusted_difference, standard_error, ci_low, ci_high, p_value, raw_difference : float
    adjustments : dict of str to float
        Covariate to its part of the adjustment.
    factor : float
        Of the covariance: G/(G−1)·(n−1)/(n−k).
    success : (n,) float array
    others : (n, k − 1) float array
        The other regressors.
    residual : (n,) float array
    person : (n,) array
    """

    adjusted_difference: float
    standard_error: float
    ci_low: float
    ci_high: float
    p_value: float
    raw_difference: float
    adjustments: dict[str, float]
    factor: float
    success: np.ndarray
    others: np.ndarray
    residual: np.ndarray
    person: np.ndarray

    @cached_property
    def influence(self) -> pd.Series:
        """Influence of each person on the difference: success residualised × residual, summed by person."""
        alone = self.success - self.others @ np.linalg.lstsq(self.others, self.success, rcond=None)[0]
        return pd.Series(alone * self.residual / (alone @ alone)).groupby(self.person).sum()


def list_independent(regressors: pd.DataFrame) -> list[str]:
    """Name the columns that those before them do not explain; the first of equals stays."""
    values = regressors.to_numpy()
    length = np.linalg.norm(values, axis=0)
    triangle = scipy.linalg.qr(values / np.where(length > 0, length, 1.0), mode="r")[0][: values.shape[1]]
    kept, basis = [], np.zeros((triangle.shape[0], 0))
    for name, column in zip(regressors.columns, triangle.T, strict=True):
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        if np.linalg.norm(rest) > 1e-6:
            kept.append(name)
            basis = np.column_stack([basis, rest / np.linalg.norm(rest)])
    return kept


def refit(
    outcome: np.ndarray, regressors: pd.DataFrame, person: np.ndarray, covariate_of: Mapping[str, str]
) -> Refit:
    """Estimate one cell.

    Parameters
    ----------
    outcome : (n,) float array
    regressors : (n, k) pandas.DataFrame
        Independent columns, `constant` and `success` among them.
    person : (n,) array
        Whom each row is about.
    covariate_of : mapping of str to str
        Covariate of each column; columns not named are no part of the adjustment.

    Returns
    -------
    Refit

    Notes
    -----
    Clustered errors with small-sample factor, t with G − 1 degrees of freedom (`use_t`: the default is normal).
    """
    values, names = regressors.to_numpy(), list(regressors.columns)
    clusters, persons = pd.factorize(person)
    place = names.index("success")
    options = {"groups": clusters}
    fitted = sm.OLS(outcome, values).fit(method="qr", cov_type="cluster", cov_kwds=options, use_t=True)
    low, high = fitted.conf_int(0.05)[place]
    arm = values[:, place] == 1
    gap = values[arm].mean(axis=0) - values[~arm].mean(axis=0)
    adjustments = dict.fromkeys(covariate_of.values(), 0.0)
    for name, part in zip(names, gap * fitted.params, strict=True):
        if name in covariate_of:
            adjustments[covariate_of[name]] += part
    n, k, n_persons = len(outcome), values.shape[1], len(persons)
    return Refit(
        adjusted_difference=fitted.params[place],
        standard_error=fitted.bse[place],
        ci_low=low,
        ci_high=high,
        p_value=fitted.pvalues[place],
        raw_difference=outcome[arm].mean() - outcome[~arm].mean(),
        adjustments=adjustments,
        factor=n_persons / (n_persons - 1) * (n - 1) / (n - k),
        success=values[:, place],
        others=np.delete(values, place, axis=1),
        residual=fitted.resid,
        person=persons[clusters],
    )

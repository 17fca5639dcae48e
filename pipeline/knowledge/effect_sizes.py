"""Standardised effect sizes from what studies report: Cohen's d and Hedges' g with their variances.

Belongs here: the conversions, as pure functions on arrays. Does not belong here: the table of studies, its checks
and which conversion a row needs (`effect_studies`).

Sign: intervention minus control (after minus before). Whether that is an improvement depends on the measure.

Sources: Borenstein, Hedges, Higgins & Rothstein (2009), Introduction to Meta-Analysis, chapters 4, 5 and 7;
Cochrane Handbook for Systematic Reviews of Interventions, chapter 6 (p-values) and section 10.4.4 (empty cells).

Known limitations: d from t, F and p assumes independent groups with a common standard deviation; d from an odds
ratio assumes a logistic trait behind the two categories; the correlation between before and after is rarely
reported and weighs heavily in the variance of a before-after study.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

CONTINUITY_CORRECTION = 0.5


@dataclass(frozen=True)
class EffectSizes:
    """Effect sizes in standard deviations.

    Attributes
    ----------
    d, d_variance : (n,) arrays
        Cohen's d and its variance.
    g, g_variance : (n,) arrays
        Hedges' g, d corrected for small samples, and its variance.
    p_value : (n,) array
        Two-sided, of no effect.
    """

    d: NDArray[np.float64]
    d_variance: NDArray[np.float64]
    g: NDArray[np.float64]
    g_variance: NDArray[np.float64]
    p_value: NDArray[np.float64]


def correct_small_sample(
    d: ArrayLike, d_variance: ArrayLike, df: ArrayLike, p_value: ArrayLike | None = None
) -> EffectSizes:
    """Add Hedges' g: J·d with J = 1 − 3/(4·df − 1).

    Parameters
    ----------
    d, d_variance : (n,) array
        Cohen's d and its variance.
    df : (n,) array
        Degrees of freedom of the standard deviation; infinite where the correction is not to be made.
    p_value : (n,) array, optional
        The test the study made; a normal test of g when left out.

    Returns
    -------
    EffectSizes

    Notes
    -----
    Borenstein et al. (2009), formulas 4.22–4.24.
    """
    d, d_variance, df = (np.asarray(value, dtype=float) for value in (d, d_variance, df))
    factor = 1 - 3 / (4 * df - 1)
    g, g_variance = factor * d, factor**2 * d_variance
    if p_value is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            p_value = 2 * stats.norm.sf(np.abs(g) / np.sqrt(g_variance))
    return EffectSizes(d, d_variance, g, g_variance, np.asarray(p_value, dtype=float))


def vary_independent(d: ArrayLike, n_intervention: ArrayLike, n_control: ArrayLike) -> NDArray[np.float64]:
    """Return the variance of d from two independent groups (Borenstein et al. 2009, formula 4.20)."""
    d, n1, n2 = (np.asarray(value, dtype=float) for value in (d, n_intervention, n_control))
    return (n1 + n2) / (n1 * n2) + d**2 / (2 * (n1 + n2))


def convert_means(
    mean_intervention: ArrayLike,
    mean_control: ArrayLike,
    sd_intervention: ArrayLike,
    sd_control: ArrayLike,
    n_intervention: ArrayLike,
    n_control: ArrayLike,
) -> EffectSizes:
    """Convert means and standard deviations of two independent groups (formulas 4.18–4.20).

    Parameters
    ----------
    mean_intervention, mean_control : (n,) array
        Means, in the unit of the measure.
    sd_intervention, sd_control : (n,) array
        Standard deviations, in the same unit; above zero.
    n_intervention, n_control : (n,) array
        Persons; 2 or more.

    Returns
    -------
    EffectSizes
    """
    m1, m2, s1, s2, n1, n2 = (
        np.asarray(value, dtype=float)
        for value in (mean_intervention, mean_control, sd_intervention, sd_control, n_intervention, n_control)
    )
    df = n1 + n2 - 2
    pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
    d = (m1 - m2) / pooled
    return correct_small_sample(d, vary_independent(d, n1, n2), df)


def convert_before_after(
    mean_after: ArrayLike,
    mean_before: ArrayLike,
    sd_difference: ArrayLike,
    correlation: ArrayLike,
    n: ArrayLike,
) -> EffectSizes:
    """Convert a before-after comparison of one group (formulas 4.26–4.28).

    Parameters
    ----------
    mean_after, mean_before : (n,) array
        Means of the same persons after and before.
    sd_difference : (n,) array
        Standard deviation of the differences.
    correlation : (n,) array
        Correlation of before and after; below 1.
    n : (n,) array
        Persons.

    Returns
    -------
    EffectSizes
        In standard deviations within a time, so that they compare with those of two groups.
    """
    m2, m1, sd, r, n = (
        np.asarray(value, dtype=float) for value in (mean_after, mean_before, sd_difference, correlation, n)
    )
    d = (m2 - m1) / (sd / np.sqrt(2 * (1 - r)))
    variance = (1 / n + d**2 / (2 * n)) * 2 * (1 - r)
    return correct_small_sample(d, variance, n - 1)


def convert_t(t: ArrayLike, n_intervention: ArrayLike, n_control: ArrayLike) -> EffectSizes:
    """Convert an independent-groups t, with its sign: d = t·√((n1 + n2)/(n1·n2))."""
    t, n1, n2 = (np.asarray(value, dtype=float) for value in (t, n_intervention, n_control))
    df = n1 + n2 - 2
    d = t * np.sqrt((n1 + n2) / (n1 * n2))
    return correct_small_sample(d, vary_independent(d, n1, n2), df, 2 * stats.t.sf(np.abs(t), df))


def convert_f(f: ArrayLike, sign: ArrayLike, n_intervention: ArrayLike, n_control: ArrayLike) -> EffectSizes:
    """Convert a two-group F of one degree of freedom: t = ±√F; the sign must be told apart."""
    return convert_t(np.asarray(sign, dtype=float) * np.sqrt(f), n_intervention, n_control)


def convert_p(p: ArrayLike, sign: ArrayLike, n_intervention: ArrayLike, n_control: ArrayLike) -> EffectSizes:
    """Convert an exact two-sided p of a two-group t-test; the sign must be told apart."""
    df = np.asarray(n_intervention, dtype=float) + np.asarray(n_control, dtype=float) - 2
    t = np.asarray(sign, dtype=float) * stats.t.isf(np.asarray(p, dtype=float) / 2, df)
    return convert_t(t, n_intervention, n_control)


def convert_odds_ratio(odds_ratio: ArrayLike, log_standard_error: ArrayLike) -> EffectSizes:
    """Convert an odds ratio: d = ln(OR)·√3/π, variance V·3/π² (formulas 7.1 and 7.2).

    Parameters
    ----------
    odds_ratio : (n,) array
        Above zero.
    log_standard_error : (n,) array
        Standard error of ln(OR).

    Returns
    -------
    EffectSizes
        g equals d: the correction is for an estimated standard deviation, and there is none here.
    """
    d = np.log(np.asarray(odds_ratio, dtype=float)) * np.sqrt(3) / np.pi
    variance = np.asarray(log_standard_error, dtype=float) ** 2 * 3 / np.pi**2
    return correct_small_sample(d, variance, np.full_like(d, np.inf))


def convert_proportions(
    share_intervention: ArrayLike, share_control: ArrayLike, n_intervention: ArrayLike, n_control: ArrayLike
) -> EffectSizes:
    """Convert two shares through the odds ratio of the 2 × 2 table (formulas 5.8–5.10, 7.1, 7.2).

    Parameters
    ----------
    share_intervention, share_control : (n,) array
        Shares with the outcome, 0–1.
    n_intervention, n_control : (n,) array
        Persons.

    Returns
    -------
    EffectSizes
        Where a cell of the table is empty, 0.5 is added to all four (Cochrane Handbook).
    """
    p1, p2, n1, n2 = (
        np.asarray(value, dtype=float)
        for value in (share_intervention, share_control, n_intervention, n_control)
    )
    cells = np.stack([p1 * n1, (1 - p1) * n1, p2 * n2, (1 - p2) * n2])
    cells = cells + np.where((cells == 0).any(axis=0), CONTINUITY_CORRECTION, 0.0)
    odds_ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    return convert_odds_ratio(odds_ratio, np.sqrt((1 / cells).sum(axis=0)))


def convert_correlation(r: ArrayLike, n: ArrayLike) -> EffectSizes:
    """Convert a correlation: d = 2r/√(1 − r²), variance 4·V_r/(1 − r²)³ (formulas 6.1, 7.5 and 7.6).

    Parameters
    ----------
    r : (n,) array
        Between −1 and 1.
    n : (n,) array
        Persons in all; 4 or more.

    Returns
    -------
    EffectSizes
    """
    r, n = np.asarray(r, dtype=float), np.asarray(n, dtype=float)
    r_variance = (1 - r**2) ** 2 / (n - 1)
    d = 2 * r / np.sqrt(1 - r**2)
    return correct_small_sample(d, 4 * r_variance / (1 - r**2) ** 3, n - 2)


def convert_d(
    d: ArrayLike, n_intervention: ArrayLike, n_control: ArrayLike, standard_error: ArrayLike
) -> EffectSizes:
    """Take a reported Cohen's d; its variance from its standard error, else from the two groups' sizes."""
    d, n1, n2, error = (
        np.asarray(value, dtype=float) for value in (d, n_intervention, n_control, standard_error)
    )
    variance = np.where(np.isnan(error), vary_independent(d, n1, n2), error**2)
    df = np.where(np.isnan(n1 + n2), np.inf, n1 + n2 - 2)
    return correct_small_sample(d, variance, df)


def convert_g(g: ArrayLike, standard_error: ArrayLike) -> EffectSizes:
    """Take a reported Hedges' g with its standard error, as a meta-analysis gives it; nothing is corrected."""
    g = np.asarray(g, dtype=float)
    variance = np.asarray(standard_error, dtype=float) ** 2
    return correct_small_sample(g, variance, np.full_like(g, np.inf))

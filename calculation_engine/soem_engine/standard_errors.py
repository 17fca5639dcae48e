"""Analytic standard errors of the net result.

The net result is linear in the adjusted differences (and in own data), so its variance is g' Σ g with their joint
covariance Σ and the gradient g that runs through prices, persons succeeding, discounting and the profile weights.

Here: the gradient and the variance. Not here: uncertainty of success share, costs and prices
(`uncertain_terms`); all are held fixed, and so are the profile weights (which filter the classic view
picked): that understates the uncertainty of `soem_classic`.

Known limitations: different target groups of one intervention are taken as independent, though they may share
persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.group_part import GroupPart
from soem_engine.group_values import EstimateMap
from soem_engine.knowledge import BoolArray, FloatArray


@dataclass(frozen=True)
class StandardErrors:
    """Standard errors (kr., discounted) from the estimates' joint covariance alone, all else held fixed.

    Attributes
    ----------
    net_present_value
        Of the net present value.
    by_payer
        (P,) of the net present value by payer.
    cumulated
        (T,) of the net result cumulated to each year.
    n_weights_outside
        Weights on estimates without a covariance (taken as 0).
    """

    net_present_value: float
    by_payer: FloatArray
    cumulated: FloatArray
    n_weights_outside: int


def find_standard_errors(
    parts: tuple[GroupPart, ...], budget_sign: FloatArray, discount: FloatArray
) -> StandardErrors:
    """Return the standard errors of the net present value, by payer, and cumulated by year.

    Parameters
    ----------
    parts
        One for each target group.
    budget_sign
        (C,) +1 expense, -1 revenue.
    discount
        (T,) discount factors.
    """
    variance, n_outside = np.zeros(1 + 3 + len(discount)), 0
    for part in parts:
        gradient = find_gradient(part, budget_sign, discount)
        outputs = np.concatenate(
            [
                gradient.sum(axis=(0, 1))[None],
                gradient.sum(axis=0),
                np.cumsum(gradient.sum(axis=1), axis=0),
            ]
        )
        variance += find_variance(outputs, part.estimates)
        n_outside += part.estimates.n_outside
    errors = np.sqrt(np.maximum(variance, 0.0))
    return StandardErrors(float(errors[0]), errors[1:4], errors[4:], n_outside)


def find_gradient(
    part: GroupPart, budget_sign: FloatArray, discount: FloatArray, columns: BoolArray | None = None
) -> FloatArray:
    """Return the discounted net result's change per unit of each estimate and own value, at the prices as they are.

    Parameters
    ----------
    part
        One target group.
    budget_sign, discount
        As for `find_standard_errors`.
    columns
        (C,) only these consequences; default: all.

    Returns
    -------
    ndarray
        (T, P, E) kr. by year, payer and estimate.
    """
    return find_priced_gradient(part, part.find_signed_prices(budget_sign), discount, columns)


def find_priced_gradient(
    part: GroupPart, signed_prices_dkk: FloatArray, discount: FloatArray, columns: BoolArray | None = None
) -> FloatArray:
    """Return the gradient (see `find_gradient`) at other prices than the part's own.

    Parameters
    ----------
    part, discount, columns
        As for `find_gradient`.
    signed_prices_dkk
        (T, C, P) what one unit more of each consequence adds to the net result, kr.

    Returns
    -------
    ndarray
        (T, P, E) kr. by year, payer and estimate.
    """
    estimates = part.estimates
    used = slice(None) if columns is None else columns[estimates.consequence]
    c, k = estimates.consequence[used], estimates.relative_year[used]
    persons = part.succeeding[:, k] * discount[:, None] * estimates.weight[used]
    per_weight = persons[:, None, :] * signed_prices_dkk[:, c, :].transpose(0, 2, 1)
    n_years, n_payers = part.price_dkk.shape[0], part.price_dkk.shape[2]
    gradient = np.zeros((estimates.n_values, n_years * n_payers))
    np.add.at(gradient, estimates.position[used], per_weight.reshape(n_years * n_payers, len(c)).T)
    return np.ascontiguousarray(gradient.T).reshape(n_years, n_payers, estimates.n_values)


def find_variance(gradient: FloatArray, estimates: EstimateMap) -> FloatArray:
    """Return (O,) g' Σ g of each row of a gradient (O, E)."""
    n = len(estimates.covariance.matrix)
    from_estimates = np.einsum("oe,oe->o", gradient[:, :n] @ estimates.covariance.matrix, gradient[:, :n])
    return np.asarray(from_estimates + (gradient[:, n:] ** 2) @ estimates.own_errors**2)

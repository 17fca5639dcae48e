"""Analytic standard errors of the net result.

The net result is linear in the adjusted differences, so its variance is g' Σ g with the estimates' joint
covariance Σ and the gradient g that runs through prices, participants, discounting and the profile weights.

Here: the gradient and the variance. Not here: uncertainty of success share, costs and prices; all are held
fixed, and so are the profile weights (which filter the classic view picked): that understates the uncertainty
of `soem_classic`.

Known limitations: different target groups of one intervention are taken as independent, though they may share
persons.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.knowledge import FloatArray, ProfileWeights


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


@dataclass(frozen=True)
class LinearPart:
    """What makes one target group's consequences linear in its estimates.

    Attributes
    ----------
    rows
        (R,) rows of the group's profile.
    exposure
        (T, K) persons in relative year k in calendar year t.
    price_dkk
        (T, R, P) kr. per unit.
    budget_sign
        (R,) +1 expense, -1 revenue.
    weights
        How the group's profiles rest on its estimates, and the estimates' covariance.
    """

    rows: list[int]
    net_success_share: float
    exposure: FloatArray
    price_dkk: FloatArray
    budget_sign: FloatArray
    weights: ProfileWeights


def find_standard_errors(parts: tuple[LinearPart, ...], discount: FloatArray) -> StandardErrors:
    """Return the standard errors of the net present value, by payer, and cumulated by year.

    Parameters
    ----------
    parts
        One for each target group.
    discount
        (T,) discount factors.
    """
    n_years = len(discount)
    variance, n_outside = np.zeros(1 + 3 + n_years), 0
    for part in parts:
        gradient = _map_to_estimates(_find_gradient(part, discount), part.rows, part.weights)
        variance += np.einsum("oe,oe->o", gradient @ part.weights.covariance, gradient)
        n_outside += part.weights.n_outside
    errors = np.sqrt(np.maximum(variance, 0.0))
    return StandardErrors(float(errors[0]), errors[1:4], errors[4:], n_outside)


def _find_gradient(part: LinearPart, discount: FloatArray) -> FloatArray:
    """Return (1 + P + T, R, K): kr. of each output per unit of each profile value."""
    factor = -part.net_success_share * part.budget_sign
    persons = part.exposure * discount[:, None]
    by_payer = np.einsum("tk,tcp->pck", persons, part.price_dkk) * factor[:, None]
    by_year = np.einsum("tk,tc->tck", persons, part.price_dkk.sum(axis=2)) * factor[:, None]
    return np.concatenate([by_payer.sum(axis=0, keepdims=True), by_payer, np.cumsum(by_year, axis=0)])


def _map_to_estimates(gradient: FloatArray, rows: list[int], weights: ProfileWeights) -> FloatArray:
    """Return (O, E): the gradient by profile value, carried to the estimates through the profile weights."""
    place = np.full(int(max([*rows, *weights.consequence_index.tolist()], default=0)) + 1, -1)
    place[rows] = np.arange(len(rows))
    row = place[weights.consequence_index]
    used = (row >= 0) & (weights.relative_year <= gradient.shape[2])
    per_weight = gradient[:, row[used], weights.relative_year[used] - 1] * weights.weight[used]
    mapped = np.zeros((len(weights.covariance), len(gradient)))
    np.add.at(mapped, weights.position[used], per_weight.T)
    return mapped.T

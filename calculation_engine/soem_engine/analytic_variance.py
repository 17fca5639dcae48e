"""The variance of a net result in closed form.

With independent factors f and estimates of joint covariance Σ, the net result is Σ_i (Π f) X_i, and
Var = Σ_ij E[Π f_i Π f_j] (m_i m_j + Cov(X_i, X_j)) - (Σ_i E[Π f_i] m_i)². Exact, also where factors multiply.

Here: that sum. Not here: the terms (`uncertain_terms`), draws (`uncertainty`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.knowledge import FloatArray
from soem_engine.uncertain_terms import UncertainSum, UncertainTerm


def find_analytic_errors(uncertain: UncertainSum) -> FloatArray:
    """Return (1 + P,) the standard deviation of the discounted net result: all payers, and each."""
    terms = uncertain.terms
    means = np.stack([_reduce(term.mean_dkk) for term in terms])
    moments = {name: factor.find_moments() for name, factor in uncertain.factors.items()}
    n = len(terms)
    expected = np.array([_multiply(term, moments) for term in terms])
    joint = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            joint[i, j] = _multiply_both(terms[i], terms[j], moments)
    products = means[:, None, :] * means[None, :, :] + _find_covariances(terms)
    second = np.einsum("ij,ijo->o", joint, products)
    first = expected @ means
    return np.asarray(np.sqrt(np.maximum(second - first**2, 0.0)))


def _reduce(cells: FloatArray) -> FloatArray:
    """Return (1 + P, …): all payers, and each, over all years."""
    by_payer = cells.sum(axis=0)
    return np.concatenate([by_payer.sum(axis=0, keepdims=True), by_payer])


def _multiply(term: UncertainTerm, moments: dict[str, tuple[float, float]]) -> float:
    product = 1.0
    for name in term.factors:
        product *= moments[name][0]
    return product


def _multiply_both(
    one: UncertainTerm, other: UncertainTerm, moments: dict[str, tuple[float, float]]
) -> float:
    """Return E[Π f_i Π f_j] of independent factors: a factor in both counts with its second moment."""
    product = 1.0
    for name in {*one.factors, *other.factors}:
        mean, variance = moments[name]
        in_both = name in one.factors and name in other.factors
        product *= mean**2 + variance if in_both else mean
    return product


def _find_covariances(terms: tuple[UncertainTerm, ...]) -> FloatArray:
    """Return (n, n, 1 + P): terms of one target group share its estimates, of one result its own values."""
    covariance = np.zeros((len(terms), len(terms), 4))
    for group in dict.fromkeys(term.group for term in terms):
        chosen = [
            (i, term) for i, term in enumerate(terms) if term.group == group and term.gradient is not None
        ]
        if not chosen:
            continue
        numbers = [i for i, _ in chosen]
        estimates = [term.estimates for _, term in chosen]
        first = estimates[0]
        assert first is not None
        n_estimates = len(first.covariance.matrix)
        slopes = [_reduce(term.gradient) for _, term in chosen if term.gradient is not None]
        shared = np.stack([slope[:, :n_estimates] for slope in slopes])
        found = np.einsum("ioe,joe->ijo", shared @ first.covariance.matrix, shared)
        for a, (_, one) in enumerate(chosen):
            for b, (_, other) in enumerate(chosen):
                if one.role == other.role and one.estimates is not None:
                    own = slopes[a][:, n_estimates:] * slopes[b][:, n_estimates:]
                    found[a, b] += own @ one.estimates.own_errors**2
        covariance[np.ix_(numbers, numbers)] = found
    return covariance

"""Solving: coefficients of every outcome from the sums, with one factorisation a design.

Belongs here: rank decisions and least squares from sums. Does not belong here: clusters, statuses.

Columns are scaled to length one and taken in order: intercept, covariates, success, and last the outcome's
own use in year 0, whose part is added in closed form. A column is dropped, as a pseudo-inverse would do,
where the columns before it leave less than `RANK_TOLERANCE` of its squared length unexplained. Success comes
after the covariates, so that a success group told apart by covariates alone is found out.

Known limitations: sums are of values as they are, not of deviations from means. A difference agrees with a
row-by-row regression to a billionth of its error as long as the design leaves a ten-millionth of the squared
length of use in year 0 unexplained; a use in year 0 that varies by less than three millionths of its size counts
as constant.

Sources: Frisch & Waugh (1933); Lovell (1963).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dtrtrs

from estimation.blocks import Bools, Floats, Ints, Layout
from estimation.sums import BlockSums

#: Share of a column's squared length below which it counts as explained by the columns before it.
RANK_TOLERANCE = 1e-11


@dataclass(frozen=True)
class Factor:
    """The factorised design of one pattern in one relative year.

    Parameters
    ----------
    kept : (r,) int
        Regressors that are kept, in order; S (number q − 1) is the last if it is kept.
    dropped : (q,) bool
        Regressors explained by those before them.
    scale : (q,) float
        Length of each regressor.
    lower : (r, r) float
        Lower Cholesky factor of the scaled, kept Gram matrix.
    """

    kept: Ints
    dropped: Bools
    scale: Floats
    lower: Floats

    @property
    def keeps_success(self) -> bool:
        """Whether S has variation of its own."""
        return not bool(self.dropped[-1])


@dataclass(frozen=True)
class Coefficients:
    """Least squares of some cells of one relative year with one design; c cells, q regressors.

    Parameters
    ----------
    slopes : (q, c) float
        Coefficients of 1, covariates, S; 0 where dropped. The last row is the adjusted difference.
    baseline_slope : (c,) float
        Coefficient of use in year 0; 0 where it is dropped.
    residual_slopes : (q, c) float
        Of d̃, S residualised on all others: regressors @ residual_slopes − use in year 0 × residual_baseline.
    residual_baseline : (c,) float
        See residual_slopes.
    success_square : (c,) float
        Sum of squares of the residualised S; 0 where S is collinear.
    rank : (c,) int
        Number of estimated coefficients, the intercept among them.
    residual_square : (c,) float
        Residual sum of squares, squared units.
    is_collinear : (c,) bool
        S is explained by the other regressors: nothing can be estimated.
    drops_baseline : (c,) bool
        Use in year 0 is explained by the design (constant, for one) and dropped.
    """

    slopes: Floats
    baseline_slope: Floats
    residual_slopes: Floats
    residual_baseline: Floats
    success_square: Floats
    rank: Ints
    residual_square: Floats
    is_collinear: Bools
    drops_baseline: Bools


def factor_designs(grams: Floats) -> list[Factor]:
    """Factorise Gram matrices side by side, dropping columns that the columns before them explain.

    Parameters
    ----------
    grams : (g, q, q) float
        Sums of products of 1, covariates, S.

    Returns
    -------
    list of g Factor
        With the kept columns in their order.
    """
    n_designs, q, _ = grams.shape
    length = np.sqrt(np.diagonal(grams, axis1=1, axis2=2))
    scale = np.where(length > 0, length, 1.0)
    rest = grams / (scale[:, :, None] * scale[:, None, :])
    columns = np.zeros((n_designs, q, q))  # column j of the factor is row j
    is_kept = np.zeros((n_designs, q), dtype=bool)
    for j in range(q):
        pivot = rest[:, j, j]
        is_kept[:, j] = pivot > RANK_TOLERANCE
        root = np.sqrt(np.where(is_kept[:, j], pivot, np.inf))  # nothing is taken off by a column dropped
        column = rest[:, j:, j] / root[:, None]
        rest[:, j:, j:] -= column[:, :, None] * column[:, None, :]
        columns[:, j, j:] = column
    return [_pick_kept(*design) for design in zip(columns, is_kept, scale, strict=True)]


def _pick_kept(columns: Floats, is_kept: Bools, scale: Floats) -> Factor:
    """Pick the regressors kept out of the columns of one factor."""
    kept = np.flatnonzero(is_kept)
    return Factor(kept, ~is_kept, scale, columns[is_kept].T[kept])


def solve_cells(factor: Factor, sums: BlockSums, t: int, outcomes: Ints) -> Coefficients:
    """Solve the least squares of outcomes that share a design, each with its own use in year 0.

    Parameters
    ----------
    factor : Factor
        Of the outcomes' pattern in year t; must keep S.
    sums : BlockSums
        Of the whole group.
    t : int
        Relative year, from 1.
    outcomes : (c,) int
        Outcomes of that pattern; the coefficients are in their units.
    """
    lower, pivot = factor.lower, factor.lower[-1, -1]
    u = _substitute(factor, sums.regressor_outcome[t - 1][:, outcomes])
    v, left, drops = _take_out_design(factor, sums, t, outcomes)
    own = left - v[-1] ** 2
    collinear = pivot**2 * np.maximum(own / left, 0.0) <= RANK_TOLERANCE
    own = np.where(collinear, 1.0, own)
    product = sums.outcome_baseline[t - 1, outcomes] - np.einsum("ij,ij->j", u, v)
    slope = np.where(drops | collinear, 0.0, product / own)
    square = sums.outcome_square[t - 1, outcomes] - np.einsum("ij,ij->j", u, u) - slope**2 * own
    share = pivot * v[-1] / left
    return Coefficients(
        slopes=_put_back(_solve_triangular(lower.T, u - slope * v) / factor.scale[factor.kept, None], factor),
        baseline_slope=slope,
        residual_slopes=_residualise_success(factor, v, share),
        residual_baseline=share * factor.scale[-1],
        success_square=np.where(collinear, 0.0, (pivot * factor.scale[-1]) ** 2 * own / left),
        rank=factor.kept.size + (~drops).astype(np.int64),
        residual_square=np.maximum(square, 0.0),
        is_collinear=collinear,
        drops_baseline=drops,
    )


def factor_all(sums: BlockSums, layout: Layout) -> list[list[Factor]]:
    """Factorise the design of every relative year and pattern.

    Returns
    -------
    list of T lists of P Factor
    """
    factors = factor_designs(sums.gram.reshape(-1, *sums.gram.shape[2:]))
    starts = range(0, len(factors), layout.n_patterns)
    return [factors[start : start + layout.n_patterns] for start in starts]


def _substitute(factor: Factor, cross: Floats) -> Floats:
    """Forward substitution of regressor sums (q, c) of the kept, scaled regressors: (r, c)."""
    scaled = cross[factor.kept] / factor.scale[factor.kept, None]
    solved: Floats = _solve_triangular(factor.lower, scaled, lower=True)
    return solved


def _solve_triangular(table: Floats, right: Floats, *, lower: bool = False) -> Floats:
    """Do what scipy's `solve_triangular` does, to the bit, without its checks: designs are many and small.

    Columns that would make the table singular are dropped before (`factor_designs`).
    """
    if not right.size:
        return right
    if table.flags.f_contiguous:
        solved: Floats = dtrtrs(table, right, lower=lower)[0]
    else:
        solved = dtrtrs(table.T, right, lower=not lower, trans=1)[0]
    return solved


def _take_out_design(factor: Factor, sums: BlockSums, t: int, outcomes: Ints) -> tuple[Floats, Floats, Bools]:
    """Take intercept and covariates out of use in year 0.

    Returns
    -------
    v : (r, c) float
        Its forward substitution, 0 where it is dropped.
    left : (c,) float
        Its sum of squares not explained, 1 where it is dropped.
    drops : (c,) bool
        Whether it is explained and dropped.
    """
    square = sums.baseline_square[t - 1, outcomes]
    v = _substitute(factor, sums.regressor_baseline[t - 1][:, outcomes])
    left = square - np.einsum("ij,ij->j", v[:-1], v[:-1])
    drops = left <= RANK_TOLERANCE * square
    return np.where(drops, 0.0, v), np.where(drops, 1.0, left), drops


def _residualise_success(factor: Factor, v: Floats, share: Floats) -> Floats:
    """Coefficients that residualise S on intercept, covariates and use in year 0: (q, c), unscaled."""
    others = factor.lower[:-1, :-1]
    on_design = _solve_triangular(others.T, factor.lower[-1, :-1])
    on_baseline = _solve_triangular(others.T, v[:-1])
    coefficients = np.ones_like(v)
    coefficients[:-1] = (-on_design[:, None] + share * on_baseline) / factor.scale[factor.kept[:-1], None]
    coefficients[:-1] *= factor.scale[-1]
    return _put_back(coefficients, factor)


def _put_back(kept_rows: Floats, factor: Factor) -> Floats:
    """Spread coefficients of kept regressors over all regressors, 0 where dropped."""
    full = np.zeros((factor.scale.size, kept_rows.shape[1]))
    full[factor.kept] = kept_rows
    return full

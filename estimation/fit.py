"""The cells that are fitted: coefficients by relative year, and spread over all cells.

Belongs here: which cells are solved, and their coefficients in the order of cells. Does not belong here: how they are
solved (`design`), influences (`influence`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from estimation.blocks import Bools, Floats, Ints, Layout
from estimation.design import Coefficients, Factor, solve_cells
from estimation.sums import BlockSums
from estimation.threads import hold_one_thread


@dataclass(frozen=True)
class YearFit:
    """Coefficients of all cells to be estimated in one relative year.

    Parameters
    ----------
    outcomes : (c,) int
        The outcomes, ascending.
    coefficients : Coefficients
        Of those cells.
    """

    outcomes: Ints
    coefficients: Coefficients


@dataclass(frozen=True)
class GroupFit:
    """Coefficients of all cells to be estimated; cell numbers run over years, then outcomes.

    Parameters
    ----------
    years : tuple of T YearFit
        For relative year 1 … T.
    first_cell : (T + 1,) int
        Number of the first cell of each year; the last entry is the number of cells, K.
    """

    years: tuple[YearFit, ...]
    first_cell: Ints

    @property
    def n_cells(self) -> int:
        """Number of cells, K."""
        return int(self.first_cell[-1])

    @property
    def outcome(self) -> Ints:
        """Outcome of each cell, (K,) int."""
        return np.concatenate([year.outcomes for year in self.years])

    @property
    def year(self) -> Ints:
        """Relative year − 1 of each cell, (K,) int."""
        return np.repeat(np.arange(len(self.years)), np.diff(self.first_cell))


def fit_cells(sums: BlockSums, factors: list[list[Factor]], wanted: Bools, layout: Layout) -> GroupFit:
    """Solve every wanted cell whose success has variation of its own.

    Parameters
    ----------
    sums : BlockSums
        Of the whole group.
    factors : list of T lists of P Factor
        From `factor_all`.
    wanted : (m, T) bool
        Cells that may be estimated.
    layout : Layout
        Shared by all blocks.

    Returns
    -------
    GroupFit
        Without the cells whose S is collinear with the design or with design and use in year 0.
    """
    years = []
    with hold_one_thread():
        for t in range(1, layout.n_years + 1):
            years.append(_fit_year(sums, factors[t - 1], wanted[:, t - 1], t, layout))
    counts = [year.outcomes.size for year in years]
    return GroupFit(tuple(years), np.concatenate(([0], np.cumsum(counts))).astype(np.int64))


def _fit_year(sums: BlockSums, factors: Sequence[Factor], wanted: Bools, t: int, layout: Layout) -> YearFit:
    """Solve one relative year, pattern by pattern, and bring the cells into outcome order."""
    outcomes, parts = [], []
    for pattern, factor in enumerate(factors):
        mine = np.flatnonzero(wanted & (layout.outcome_pattern == pattern))
        if mine.size and factor.keeps_success:
            solved = solve_cells(factor, sums, t, mine)
            good = ~solved.is_collinear
            outcomes.append(mine[good])
            parts.append(_pick(solved, good))
    if not parts:
        empty = np.zeros((layout.n_columns + 2, 0))
        none, no_flags = np.zeros(0), np.zeros(0, dtype=bool)
        nothing = Coefficients(
            empty, none, empty, none, none, np.zeros(0, dtype=np.int64), none, no_flags, no_flags
        )
        return YearFit(np.zeros(0, dtype=np.int64), nothing)
    order = np.argsort(np.concatenate(outcomes))
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts], axis=-1)
        for name in Coefficients.__dataclass_fields__
    }
    return YearFit(np.concatenate(outcomes)[order], _pick(Coefficients(**joined), order))


def _pick(coefficients: Coefficients, chosen: Bools | Ints) -> Coefficients:
    """Take some cells."""
    return Coefficients(
        **{name: getattr(coefficients, name)[..., chosen] for name in Coefficients.__dataclass_fields__}
    )


@dataclass(frozen=True)
class SpreadFit:
    """Coefficients spread over all T relative years and m outcomes; 0 for cells not fitted.

    Parameters
    ----------
    by_regressor : (q, T·2·m) float
        Slopes of a year, then d̃ / Σd̃² of each regressor, without use in year 0.
    slope, share : (T, m) float
        Coefficient of use in year 0, and what a unit of it takes off d̃ / Σd̃².
    """

    by_regressor: Floats
    slope: Floats
    share: Floats


def spread_fit(fit: GroupFit, layout: Layout) -> SpreadFit:
    """Spread the coefficients of the cells fitted over all relative years and outcomes.

    Returns
    -------
    SpreadFit
    """
    shape = (layout.n_years, layout.n_outcomes)
    by_regressor = np.zeros((layout.n_columns + 2, layout.n_years, 2, layout.n_outcomes))
    slope, share = np.zeros((2, *shape))
    for t, year in enumerate(fit.years):
        cells = year.coefficients
        by_regressor[:, t, 0, year.outcomes] = cells.slopes
        by_regressor[:, t, 1, year.outcomes] = cells.residual_slopes / cells.success_square
        slope[t, year.outcomes] = cells.baseline_slope
        share[t, year.outcomes] = cells.residual_baseline / cells.success_square
    return SpreadFit(by_regressor.reshape(by_regressor.shape[0], -1), slope, share)

"""Second pass: influence of every person on every estimate, and their products.

Belongs here: residuals, influence functions, their cross-products by block. Does not belong here: what is
solved from sums, or how errors are scaled.

The influence of a row on cell j is d̃·e / Σd̃², with d̃ success residualised on all other regressors of the
cell and e the residual of the outcome; a row outside the cell's sample has none. Rows are added within
person, over relative years and base years alike; products over persons are the joint covariance before its
factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from estimation.blocks import Block, Bools, Floats, Ints, Layout
from estimation.design import Coefficients, Factor, solve_cells
from estimation.samples import Sample, Use, find_kinds, multiply_use, read_sample, take_use
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


def multiply_influences(block: Block, layout: Layout, fit: GroupFit) -> Floats:
    """Sum the products of person influences of one block.

    Parameters
    ----------
    block : Block
        All rows of its persons.
    layout : Layout
        Shared by all blocks.
    fit : GroupFit
        Of the whole group.

    Returns
    -------
    (K, K) float
        Σ_person ψ_j ψ_k in the units of outcomes j and k; leave adding blocks to `add_in_tree`.
    """
    with hold_one_thread():
        influence = compute_influences(block, layout, fit)
        products: Floats = influence.T @ influence + 0.0
    return products


def compute_influences(block: Block, layout: Layout, fit: GroupFit) -> Floats:
    """Compute the influence of each person of a block on each cell.

    Parameters
    ----------
    block, layout, fit
        As in `multiply_influences`.

    Returns
    -------
    (persons, K) float
        Persons in the order of the block.
    """
    kinds = find_kinds(block, layout)
    influence = np.zeros((kinds.n_persons, fit.n_cells))
    for t, fitted in enumerate(fit.years):
        if not fitted.outcomes.size:
            continue
        year = block.year(t + 1)
        sample = read_sample(kinds, year)
        y = take_use(year.outcomes, sample, layout.outcome_pattern)
        y0 = take_use(block.baselines, sample, layout.outcome_pattern)
        tables = _tabulate_influence(sample, fitted, layout)
        part = _sum_without_use(tables, sample, kinds.n_persons)
        part += _sum_of_use(tables, sample, y, y0, kinds.n_persons)
        influence[:, fit.first_cell[t] : fit.first_cell[t + 1]] = part[:, fitted.outcomes]
    return influence


@dataclass(frozen=True)
class InfluenceTables:
    """Influence of a row of one relative year, by kind of row: what it is without use, and what use adds to it.

    With y use in year t and y0 use in year 0, the influence is (success − y0·share)·(y − prediction − y0·slope),
    that is −success·prediction + y·success + y0·baseline + y0²·share·slope − y·y0·share.

    Parameters
    ----------
    empty : (kinds, m) float
        −success·prediction: of a row without use in either year; 0 outside the sample and for cells not fitted.
    success : (kinds, m) float
        d̃ / Σd̃² of a row without use in year 0.
    baseline : (kinds, m) float
        share·prediction − success·slope.
    slope, share : (m,) float
        Coefficient of use in year 0, and what a unit of it takes off d̃ / Σd̃²; 0 for cells not fitted.
    """

    empty: Floats
    success: Floats
    baseline: Floats
    slope: Floats
    share: Floats


def _tabulate_influence(sample: Sample, fitted: YearFit, layout: Layout) -> InfluenceTables:
    """Tabulate the influence of the kinds of rows of a sample."""
    cells, m = fitted.coefficients, layout.n_outcomes
    q = sample.regressors.shape[1]
    slopes, residual, slope, share = np.zeros((q, m)), np.zeros((q, m)), np.zeros(m), np.zeros(m)
    slopes[:, fitted.outcomes] = cells.slopes
    residual[:, fitted.outcomes] = cells.residual_slopes / cells.success_square
    slope[fitted.outcomes] = cells.baseline_slope
    share[fitted.outcomes] = cells.residual_baseline / cells.success_square
    prediction, success = sample.regressors @ slopes, sample.regressors @ residual
    empty = -success * prediction
    empty[~sample.covered[:, layout.outcome_pattern]] = 0.0
    return InfluenceTables(empty, success, share * prediction - slope * success, slope, share)


def _sum_without_use(tables: InfluenceTables, sample: Sample, n_persons: int) -> Floats:
    """Sum the influence of rows as if without use, within person: (persons, m)."""
    pointers = np.searchsorted(sample.person, np.arange(n_persons + 1))
    kinds_of_person = csr_array(
        (np.ones(sample.kind.size), sample.kind, pointers), shape=(n_persons, tables.empty.shape[0])
    )
    total: Floats = kinds_of_person @ tables.empty
    return total


def _sum_of_use(tables: InfluenceTables, sample: Sample, y: Use, y0: Use, n_persons: int) -> Floats:
    """Sum what use in both years adds to the influence, within person: (persons, m)."""
    m = tables.slope.size
    both = multiply_use(y, y0, sample)
    before, outcome = y0.table.data, y0.table.indices
    added = (
        y.table.data * tables.success.ravel()[y.place],
        before * (tables.baseline.ravel()[y0.place] + before * (tables.share * tables.slope)[outcome]),
        both.table.data * -tables.share[both.table.indices],
    )
    places = [use.spread(sample.person * m) + use.table.indices for use in (y, y0, both)]
    total = np.bincount(np.concatenate(places), np.concatenate(added), minlength=n_persons * m)
    return np.asarray(total, dtype=np.float64).reshape(n_persons, m)

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
from estimation.samples import (
    Kinds,
    Sample,
    Use,
    find_kinds,
    find_sample,
    number_distinct,
    pick_rows,
    read_use,
    restrict_use,
)
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
    baselines = csr_array(block.baselines, dtype=np.float64)
    before, before_flat = read_use(baselines), baselines.toarray().ravel()
    influence = np.zeros((kinds.n_persons, fit.n_cells))
    for t, fitted in enumerate(fit.years):
        if not fitted.outcomes.size:
            continue
        year = block.year(t + 1)
        sample = find_sample(year)
        y = restrict_use(read_use(year.outcomes), sample, layout.outcome_pattern)
        y0 = restrict_use(before, sample, layout.outcome_pattern)
        y_before = before_flat[y.find_places(np.arange(block.person.size), layout.n_outcomes)]
        tables = _tabulate_influence(kinds, fitted, layout)
        part = _sum_without_use(tables, kinds, sample, layout)
        part += _sum_of_use(tables, kinds, y, y_before, y0)
        influence[:, fit.first_cell[t] : fit.first_cell[t + 1]] = part[:, fitted.outcomes]
    return influence


@dataclass(frozen=True)
class InfluenceTables:
    """What the influence of a row of one relative year is made of; 0 for cells not fitted.

    With y use in year t and y0 use in year 0, the influence is (success − y0·share)·(y − prediction − y0·slope):
    −success·prediction without use, and with use y·(success − y0·share) + y0·(share·prediction − success·slope
    + y0·share·slope) more.

    Parameters
    ----------
    prediction : (kinds, m) float
        Fitted use without use in year 0.
    success : (kinds, m) float
        d̃ / Σd̃² without use in year 0.
    slope, share : (m,) float
        Coefficient of use in year 0, and what a unit of it takes off d̃ / Σd̃².
    """

    prediction: Floats
    success: Floats
    slope: Floats
    share: Floats


def _tabulate_influence(kinds: Kinds, fitted: YearFit, layout: Layout) -> InfluenceTables:
    """Tabulate what the influence of a row is made of, by kind of row."""
    cells = fitted.coefficients
    slopes, residual = np.zeros((2, kinds.n_regressors, layout.n_outcomes))
    slope, share = np.zeros((2, layout.n_outcomes))
    slopes[:, fitted.outcomes] = cells.slopes
    residual[:, fitted.outcomes] = cells.residual_slopes / cells.success_square
    slope[fitted.outcomes] = cells.baseline_slope
    share[fitted.outcomes] = cells.residual_baseline / cells.success_square
    return InfluenceTables(kinds.regressors @ slopes, kinds.regressors @ residual, slope, share)


def _sum_without_use(tables: InfluenceTables, kinds: Kinds, sample: Sample, layout: Layout) -> Floats:
    """Sum the influence of the rows in the sample as if without use, within person: (persons, m)."""
    n_signatures = sample.combinations.shape[0]
    together = (kinds.number * n_signatures + sample.signature)[sample.observed]
    number, n_found = number_distinct(together, kinds.n_kinds * n_signatures)
    row = np.flatnonzero(sample.observed)[pick_rows(number, n_found)]
    kind = kinds.number[row]
    influence = -tables.prediction[kind] * tables.success[kind]
    influence *= sample.combinations[sample.signature[row]][:, layout.outcome_pattern]
    pointers = np.searchsorted(kinds.person[sample.observed], np.arange(kinds.n_persons + 1))
    of_person = csr_array((np.ones(number.size), number, pointers), shape=(kinds.n_persons, n_found))
    total: Floats = of_person @ influence
    return total


def _sum_of_use(tables: InfluenceTables, kinds: Kinds, y: Use, y_before: Floats, y0: Use) -> Floats:
    """Sum what use adds to the influence, within person: (persons, m).

    Parameters
    ----------
    y, y0 : Use
        In year t and in year 0, in the sample.
    y_before : (entries of y,) float
        Use in year 0 where there is use in year t.
    """
    m, slope, share = tables.slope.size, tables.slope, tables.share
    later = y.value * (tables.success.ravel()[y.find_places(kinds.number, m)] - share[y.outcome] * y_before)
    kind, outcome = y0.find_places(kinds.number, m), y0.outcome
    now = y0.value * (
        share[outcome] * (tables.prediction.ravel()[kind] + slope[outcome] * y0.value)
        - slope[outcome] * tables.success.ravel()[kind]
    )
    place = np.concatenate([use.find_places(kinds.person, m) for use in (y, y0)])
    total = np.bincount(place, np.concatenate([later, now]), minlength=kinds.n_persons * m)
    return np.asarray(total, dtype=np.float64).reshape(kinds.n_persons, m)

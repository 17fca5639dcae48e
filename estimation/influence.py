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
from estimation.pieces import Piece, Use, cut_pieces
from estimation.samples import (
    Kinds,
    Sample,
    count_columns,
    find_in_sample,
    find_kinds,
    find_sample,
    number_distinct,
    pick_rows,
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
    products = np.zeros((fit.n_cells, fit.n_cells))
    with hold_one_thread():
        for piece in cut_pieces(block, layout):
            influence = _influence_of_piece(piece, layout, fit)
            products += influence.T @ influence
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
    nobody = np.zeros((0, fit.n_cells))
    pieces = (_influence_of_piece(piece, layout, fit) for piece in cut_pieces(block, layout))
    return np.concatenate([nobody, *pieces])


def _influence_of_piece(piece: Piece, layout: Layout, fit: GroupFit) -> Floats:
    """Compute the influence of each person of a piece on each cell: (persons, K)."""
    n, m = piece.person.size, layout.n_outcomes
    kinds = find_kinds(piece, layout)
    before = piece.before
    before_table = np.zeros(n * m)
    before_table[before.find_places(np.arange(n), m)] = before.value
    before_person = before.find_places(kinds.person, m)
    influence = np.zeros((kinds.n_persons, fit.n_cells))
    for t, (year, fitted) in enumerate(zip(piece.years, fit.years, strict=True)):
        if not (fitted.outcomes.size and year.observed.any()):
            continue
        sample = find_sample(year)
        y = year.use.keep(find_in_sample(year.use, sample, layout.outcome_pattern))
        y_before = before_table.take(y.find_places(np.arange(n), m))
        y0 = np.where(find_in_sample(before, sample, layout.outcome_pattern), before.value, 0.0)
        tables = _tabulate_influence(kinds, sample, fitted, layout)
        added = np.concatenate((_weigh_use(tables, y, y_before), _weigh_use_before(tables, before, y0)))
        places = np.concatenate((y.find_places(kinds.person, m), before_person))
        part = _sum_without_use(tables, kinds, sample)
        part += np.bincount(places, added, kinds.n_persons * m).reshape(kinds.n_persons, m)
        cells = slice(fit.first_cell[t], fit.first_cell[t + 1])
        influence[:, cells] = part if fitted.outcomes.size == m else part[:, fitted.outcomes]
    return influence


@dataclass(frozen=True)
class InfluenceTables:
    """What the influence of a row of one relative year is made of; 0 for cells not fitted.

    With y use in year t and y0 use in year 0, the influence is (success − y0·share)·(y − prediction − y0·slope):
    −success·prediction without use, and with use y·(success − y0·share) + y0·(share·prediction − success·slope
    + y0·share·slope) more.

    Parameters
    ----------
    number : (n,) int
        Kind of row within the sample, by kind and coverage; 0 for rows outside.
    prediction : (kinds, m) float
        Fitted use without use in year 0.
    success : (kinds, m) float
        d̃ / Σd̃² without use in year 0; 0 outside the sample of the outcome.
    slope, share : (m,) float
        Coefficient of use in year 0, and what a unit of it takes off d̃ / Σd̃².
    """

    number: Ints
    prediction: Floats
    success: Floats
    slope: Floats
    share: Floats


def _tabulate_influence(kinds: Kinds, sample: Sample, fitted: YearFit, layout: Layout) -> InfluenceTables:
    """Tabulate what the influence of a row is made of, by kind of row in the sample."""
    cells, m = fitted.coefficients, layout.n_outcomes
    slopes, residual = np.zeros((2, kinds.n_regressors, m))
    slope, share = np.zeros((2, m))
    slopes[:, fitted.outcomes] = cells.slopes
    residual[:, fitted.outcomes] = cells.residual_slopes / cells.success_square
    slope[fitted.outcomes] = cells.baseline_slope
    share[fitted.outcomes] = cells.residual_baseline / cells.success_square
    n_signatures = sample.combinations.shape[0]
    together = (kinds.number * n_signatures + sample.signature)[sample.observed]
    found, n_found = number_distinct(together, kinds.n_kinds * n_signatures)
    row = np.flatnonzero(sample.observed)[pick_rows(found, n_found)]
    number = np.zeros(sample.observed.size, dtype=np.int64)
    number[sample.observed] = found
    halves = count_columns(kinds.halves[kinds.number[row]], kinds.n_halves)
    success: Floats = halves @ (kinds.half_regressors @ residual)
    if not sample.combinations.all():
        is_in = sample.combinations.astype(np.float64).take(layout.outcome_pattern, axis=1)
        success *= is_in.take(sample.signature[row], axis=0)
    return InfluenceTables(number, halves @ (kinds.half_regressors @ slopes), success, slope, share)


def _sum_without_use(tables: InfluenceTables, kinds: Kinds, sample: Sample) -> Floats:
    """Sum the influence of the rows in the sample as if without use, within person: (persons, m)."""
    influence = tables.prediction * tables.success
    number = tables.number[sample.observed]
    pointers = np.searchsorted(kinds.person[sample.observed], np.arange(kinds.n_persons + 1))
    of_person = csr_array(
        (np.full(number.size, -1.0), number, pointers), shape=(kinds.n_persons, influence.shape[0])
    )
    total: Floats = of_person @ influence
    return total


def _weigh_use(tables: InfluenceTables, y: Use, y_before: Floats) -> Floats:
    """What use in year t adds to the influence of its row, given use in year 0 there: (entries,)."""
    success = tables.success.ravel().take(y.find_places(tables.number, tables.slope.size))
    weighed: Floats = y.value * (success - tables.share.take(y.outcome) * y_before)
    return weighed


def _weigh_use_before(tables: InfluenceTables, before: Use, y0: Floats) -> Floats:
    """What use in year 0, 0 outside the sample, adds to the influence of its row: (entries,)."""
    place = before.find_places(tables.number, tables.slope.size)
    slope, share = tables.slope.take(before.outcome), tables.share.take(before.outcome)
    prediction, success = tables.prediction.ravel().take(place), tables.success.ravel().take(place)
    weighed: Floats = y0 * (share * (prediction + slope * y0) - slope * success)
    return weighed

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
import scipy.sparse

from estimation.blocks import Block, BlockYear, Bools, Floats, Ints, Layout
from estimation.design import Coefficients, Factor, solve_cells
from estimation.pieces import build_regressors, cut_pieces, find_observed, find_person_starts, take_rows
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
        Σ_person ψ_j ψ_k in the units of outcomes j and k; blocks are added in block order.
    """
    products = np.zeros((fit.n_cells, fit.n_cells))
    with hold_one_thread():
        years = [block.year(t) for t in range(1, layout.n_years + 1)]
        for rows in cut_pieces(block.person):
            influence = compute_influences(block, years, rows, layout, fit)
            products += influence.T @ influence
    return products


def compute_influences(
    block: Block, years: Sequence[BlockYear], rows: slice, layout: Layout, fit: GroupFit
) -> Floats:
    """Compute the influence of each person of a piece on each cell.

    Parameters
    ----------
    block, layout, fit
        As in `multiply_influences`.
    years : sequence of T BlockYear
        The block's relative years.
    rows : slice
        Rows of the block; all rows of their persons.

    Returns
    -------
    (persons, K) float
    """
    regressors = build_regressors(block, rows)
    baseline = take_rows(block.baselines, rows)
    starts = find_person_starts(block.person[rows])
    person_of_row = np.repeat(np.arange(starts.size), np.diff(starts, append=regressors.shape[0]))
    influence = np.zeros((starts.size, fit.n_cells))
    for t, (year, fitted) in enumerate(zip(years, fit.years, strict=True)):
        piece = find_observed(year, rows)
        if not fitted.outcomes.size or not piece.covered.size:
            continue
        pattern = layout.outcome_pattern[fitted.outcomes]
        part = _influence_of_rows(
            regressors[piece.rows],
            _take_columns(take_rows(year.outcomes, rows), fitted.outcomes)[piece.rows],
            _take_columns(baseline, fitted.outcomes)[piece.rows],
            fitted.coefficients,
        )
        if not piece.is_complete:
            np.copyto(part, 0.0, where=~piece.covered[:, pattern])
        cells = slice(fit.first_cell[t], fit.first_cell[t + 1])
        _add_within_person(influence[:, cells], part, person_of_row[piece.rows])
    return influence


def _take_columns(array: Floats, columns: Ints) -> Floats:
    """Take columns, without a copy where it is all of them; `columns` ascend."""
    return array if columns.size == array.shape[1] else array[:, columns]


def _influence_of_rows(z: Floats, y: Floats, y0: Floats, fitted: Coefficients) -> Floats:
    """Influence of each row on each cell: (r, c)."""
    c = y.shape[1]
    both = z @ np.concatenate((fitted.slopes, fitted.residual_slopes), axis=1)
    residual = y - both[:, :c]
    residual -= y0 * fitted.baseline_slope
    success = both[:, c:]
    success -= y0 * fitted.residual_baseline
    residual *= success
    residual /= fitted.success_square
    return residual


def _add_within_person(influence: Floats, rows: Floats, person: Ints) -> None:
    """Add rows (r, c) to the influence of their persons (persons, c), in place."""
    n_persons, n_rows = influence.shape[0], rows.shape[0]
    if n_rows == n_persons and (np.diff(person) == 1).all():
        influence += rows
        return
    where = (person, np.arange(n_rows))
    adder = scipy.sparse.csr_array((np.ones(n_rows), where), shape=(n_persons, n_rows))
    influence += adder @ rows

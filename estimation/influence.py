"""Second pass: influence of every person on every estimate, and their products.

Belongs here: residuals, influence functions, their cross-products by block. Does not belong here: what is
solved from sums, or how errors are scaled.

The influence of a row on cell j is d̃·e / Σd̃², with d̃ success residualised on all other regressors of the
cell and e the residual of the outcome; a row outside the cell's sample has none. Rows are added within
person, over relative years and base years alike; products over persons are the joint covariance before its
factors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from estimation.blocks import Block, Floats, Ints, Layout
from estimation.fit import GroupFit, SpreadFit, spread_fit
from estimation.pieces import Piece, cut_pieces
from estimation.samples import (
    Kinds,
    Sample,
    find_in_sample,
    find_kinds,
    find_sample,
    number_distinct,
    pick_rows,
)
from estimation.threads import hold_one_thread
from estimation.use import Use


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
    spread = spread_fit(fit, layout)
    with hold_one_thread():
        for piece in cut_pieces(block, layout):
            influence = _influence_of_piece(piece, layout, fit, spread)
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
    spread = spread_fit(fit, layout)
    pieces = (_influence_of_piece(piece, layout, fit, spread) for piece in cut_pieces(block, layout))
    return np.concatenate([nobody, *pieces])


def _influence_of_piece(piece: Piece, layout: Layout, fit: GroupFit, spread: SpreadFit) -> Floats:
    """Compute the influence of each person of a piece on each cell: (persons, K)."""
    m = layout.n_outcomes
    kinds = find_kinds(piece, layout)
    before = piece.before
    before_table = before.toarray().ravel()
    before_person = before.find_places(kinds.person)
    by_half = _add_up_by_half(spread, kinds)
    influence = np.zeros((kinds.n_persons, fit.n_cells))
    for t, (year, fitted) in enumerate(zip(piece.years, fit.years, strict=True)):
        if not (fitted.outcomes.size and year.observed.any()):
            continue
        sample = find_sample(year)
        y = year.use.keep(find_in_sample(year.use, sample, layout.outcome_pattern))
        y_before = before_table.take(y.places)
        y0 = np.where(find_in_sample(before, sample, layout.outcome_pattern), before.value, 0.0)
        tables = _tabulate_influence(kinds, sample, by_half[t], layout)
        slope, share = spread.slope[t], spread.share[t]
        used = _weigh_use(tables, share, y, y_before)
        added = np.concatenate((used, _weigh_use_before(tables, slope, share, before, y0)))
        places = np.concatenate((y.find_places(kinds.person), before_person))
        part = _sum_without_use(tables, kinds, sample)
        part += np.bincount(places, added, kinds.n_persons * m).reshape(kinds.n_persons, m)
        cells = slice(fit.first_cell[t], fit.first_cell[t + 1])
        influence[:, cells] = part if fitted.outcomes.size == m else part[:, fitted.outcomes]
    return influence


@dataclass(frozen=True)
class InfluenceTables:
    """What the influence of a row of one relative year is made of, by kind of row; 0 for cells not fitted.

    With y use in year t, y0 use in year 0, slope and share as in `SpreadFit`, the influence is
    (success − y0·share)·(y − prediction − y0·slope): −success·prediction without use, and with use
    y·(success − y0·share) + y0·(share·prediction − success·slope + y0·share·slope) more.

    Parameters
    ----------
    number : (n,) int
        Kind of row within the sample, by kind and coverage; 0 for rows outside.
    prediction : (kinds, m) float
        Fitted use without use in year 0.
    success : (kinds, m) float
        d̃ / Σd̃² without use in year 0; 0 outside the sample of the outcome.
    """

    number: Ints
    prediction: Floats
    success: Floats


def _add_up_by_half(spread: SpreadFit, kinds: Kinds) -> Floats:
    """Add up prediction and success over the regressors of each half of a kind: (T, 2, h, m)."""
    n_years, n_outcomes = spread.slope.shape
    by_half = kinds.half_regressors @ spread.by_regressor
    return np.ascontiguousarray(by_half.reshape(-1, n_years, 2, n_outcomes).transpose(1, 2, 0, 3))


def _tabulate_influence(kinds: Kinds, sample: Sample, by_half: Floats, layout: Layout) -> InfluenceTables:
    """Tabulate what the influence of a row is made of, by kind of row in the sample."""
    n_signatures = sample.combinations.shape[0]
    together = (kinds.number * n_signatures + sample.signature).take(sample.rows)
    found, n_found = number_distinct(together, kinds.n_kinds * n_signatures)
    row = sample.rows.take(pick_rows(found, n_found))
    number = np.zeros(sample.observed.size, dtype=np.int64)
    number[sample.rows] = found
    first, second = kinds.row_halves.take(row, axis=1)
    prediction, success = by_half.take(first, axis=1) + by_half.take(second, axis=1)
    if not sample.combinations.all():
        is_in = sample.combinations.astype(np.float64).take(layout.outcome_pattern, axis=1)
        success *= is_in.take(sample.signature[row], axis=0)
    return InfluenceTables(number, prediction, success)


def _sum_without_use(tables: InfluenceTables, kinds: Kinds, sample: Sample) -> Floats:
    """Sum the influence of the rows in the sample as if without use, within person: (persons, m)."""
    influence = tables.prediction * tables.success
    number = tables.number.take(sample.rows)
    pointers = np.searchsorted(sample.rows, np.append(kinds.starts, kinds.person.size))
    of_person = csr_array(
        (np.full(number.size, -1.0), number, pointers), shape=(kinds.n_persons, influence.shape[0])
    )
    total: Floats = of_person @ influence
    return total


def _weigh_use(tables: InfluenceTables, share: Floats, y: Use, y_before: Floats) -> Floats:
    """What use in year t adds to the influence of its row, given use in year 0 there: (entries,)."""
    success = tables.success.ravel().take(y.find_places(tables.number))
    weighed: Floats = y.value * (success - share.take(y.outcome) * y_before)
    return weighed


def _weigh_use_before(
    tables: InfluenceTables, slope: Floats, share: Floats, before: Use, y0: Floats
) -> Floats:
    """What use in year 0, 0 outside the sample, adds to the influence of its row: (entries,)."""
    place = before.find_places(tables.number)
    slopes, shares = slope.take(before.outcome), share.take(before.outcome)
    prediction, success = tables.prediction.ravel().take(place), tables.success.ravel().take(place)
    weighed: Floats = y0 * (shares * (prediction + slopes * y0) - slopes * success)
    return weighed

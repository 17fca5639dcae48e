"""The joint covariance against brute force: every regression on its own, influences stacked by person."""

from __future__ import annotations

import numpy as np
import pytest

from estimation import estimate_group, pack_lower, unpack_lower
from estimation.reference import find_independent_columns
from tests.estimation.random_groups import make_group


def stack_influences(group, cells):
    """Influence of each person on each cell, scaled by the square root of the cell's CRV1 factor: (G, K)."""
    stacked = np.zeros((group.person.max() + 1, len(cells)))
    for column, (outcome, t) in enumerate(cells):
        use, baseline, success, design, person = group.arrays(outcome, t + 1)
        scaled = baseline / max(np.abs(baseline).max(), 1.0)
        others = np.column_stack([np.ones(use.size), design, scaled])
        others = others[:, find_independent_columns(others)]
        residual_success = success - others @ np.linalg.lstsq(others, success.astype(float), rcond=None)[0]
        everything = np.column_stack([others, success])
        residual = use - everything @ np.linalg.lstsq(everything, use, rcond=None)[0]
        influence = residual_success * residual / (residual_success @ residual_success)
        n, k, clusters = use.size, everything.shape[1], np.unique(person).size
        factor = clusters / (clusters - 1) * (n - 1) / (n - k)
        np.add.at(stacked[:, column], person, np.sqrt(factor) * influence)
    return stacked


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_equals_brute_force_stacking(seed):
    group = make_group(seed, n_persons=80)
    estimates = estimate_group(group.blocks(), group.layout)
    cells = list(zip(*np.nonzero(estimates.position), strict=True))
    stacked = stack_influences(group, cells)
    brute = stacked.T @ stacked
    scale = np.sqrt(np.outer(np.diag(brute), np.diag(brute)))
    assert (np.abs(estimates.covariance - brute) / scale).max() < 1e-9


def test_positions_run_outcome_by_outcome_over_estimated_cells_only():
    group = make_group(3)
    group.layout.outside_ages[1, 1] = True
    estimates = estimate_group(group.blocks(), group.layout)
    in_order = estimates.position[estimates.position > 0]
    assert in_order.tolist() == list(range(1, estimates.covariance.shape[0] + 1))
    assert ((estimates.position > 0) == (estimates.status == "estimated")).all()


def test_diagonal_is_the_squared_error_and_no_eigenvalue_is_negative():
    estimates = estimate_group((group := make_group(4)).blocks(), group.layout)
    errors = estimates.standard_error[estimates.position > 0]
    assert (np.sqrt(np.diag(estimates.covariance)) == errors).all()
    assert (estimates.covariance == estimates.covariance.T).all()
    correlation = estimates.covariance / np.outer(errors, errors)
    assert np.linalg.eigvalsh(correlation).min() > -1e-12


def test_rank_is_at_most_the_number_of_persons():
    group = make_group(5, n_persons=26, n_years=6, rows_per_person=8, success_share=0.6, kr=1.0)
    estimates = estimate_group(group.blocks(2), group.layout)
    errors = np.sqrt(np.diag(estimates.covariance))
    correlation = estimates.covariance / np.outer(errors, errors)
    assert estimates.covariance.shape[0] >= 20
    assert np.linalg.matrix_rank(correlation) <= estimates.n_persons.max()


def test_packing_and_unpacking_are_inverse():
    estimates = estimate_group((group := make_group(6)).blocks(), group.layout)
    packed = pack_lower(estimates.covariance)
    assert [row.size for row in packed] == list(range(1, len(packed) + 1))
    assert (unpack_lower(packed) == estimates.covariance).all()

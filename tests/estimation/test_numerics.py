"""Hard numbers: large kr., rare and almost equal dummies, heavy tails; and pieces within a block."""

from __future__ import annotations

import numpy as np
import pytest

from estimation import Block, BlockYear, CovariateBlock, Layout, estimate_group
from estimation.design import RANK_TOLERANCE, factor_designs
from estimation.reference import estimate_one
from tests.estimation.random_groups import read_levels


def draw_hard_case(seed: int, offset: float, spread: float, n: int = 3000, n_dummies: int = 30):
    """A kr. outcome that follows its use in year 0; dummies down to one row, two of them almost the same."""
    rng = np.random.default_rng(seed)
    person = np.sort(rng.integers(0, n // 2, n))
    success = rng.random(n) < 0.3
    dummies = (rng.random((n, n_dummies)) < rng.uniform(0.001, 0.5, n_dummies)).astype(float)
    twin = dummies[:, 0].copy()
    twin[7] = 1 - twin[7]
    almost_everybody = np.arange(n) != 11
    design = np.column_stack([dummies, twin, almost_everybody, np.arange(n) == 5]).astype(float)
    before = offset + spread * rng.standard_t(3, n)
    use = offset + 0.9 * (before - offset) + spread * rng.standard_t(3, n) - 0.05 * spread * success
    return person, success, design, before, use


def estimate_case(person, success, design, before, use):
    n = person.size
    everybody = np.ones(n, dtype=bool)
    year = BlockYear(use[:, None], everybody, everybody[:, None])
    covariates = tuple(CovariateBlock(f"x{c}", slice(c, c + 1)) for c in range(design.shape[1]))
    block = Block(person, success, read_levels(design, covariates), before[:, None], lambda t: year)
    layout = Layout(covariates, np.zeros(1, dtype=int), np.zeros((1, 1), dtype=bool))
    return estimate_group(lambda: [block], layout)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("offset", "spread"), [(0.0, 1e7), (1e5, 1e5), (1e6, 1e5), (-4e5, 2e4), (0.0, 1e-3), (3e5, 1e3)]
)
def test_large_kr_agree_to_a_billionth_of_the_error(seed, offset, spread):
    case = draw_hard_case(seed, offset, spread)
    estimates = estimate_case(*case)
    person, success, design, before, use = case
    reference = estimate_one(use, before - before.mean(), success, design, person)
    error = reference.standard_error
    assert abs(estimates.adjusted_difference[0, 0] - reference.adjusted_difference) < 1e-9 * error
    assert estimates.standard_error[0, 0] == pytest.approx(error, rel=1e-9)
    assert estimates.p_value[0, 0] == pytest.approx(reference.p_value, rel=1e-8)
    raw = estimates.adjustment + estimates.adjusted_difference
    assert abs(raw - estimates.raw_difference)[0, 0] < 1e-9 * error


def test_use_in_year_0_that_differs_from_a_constant_for_one_person_is_kept():
    person, success, design, before, use = draw_hard_case(0, 0.0, 1.0)
    before = np.where(np.arange(person.size) == 100, 41.0, 40.0)
    estimates = estimate_case(person, success, design, before, use)
    assert not estimates.dropped_baseline[0, 0]
    reference = estimate_one(use, before - 40, success, design, person)
    gap = estimates.adjusted_difference[0, 0] - reference.adjusted_difference
    assert abs(gap) < 1e-9 * reference.standard_error


@pytest.mark.parametrize("value", [0.0, 7.0, 100_000.37, 1e-3])
def test_constant_use_in_year_0_is_dropped_whatever_its_size(value):
    person, success, design, _, use = draw_hard_case(1, 1e5, 1e5)
    estimates = estimate_case(person, success, design, np.full(person.size, value), use)
    assert estimates.dropped_baseline[0, 0]
    assert estimates.status[0, 0] == "estimated"


def test_use_in_year_0_that_repeats_a_combination_of_dummies_is_dropped():
    person, success, design, _, use = draw_hard_case(2, 1e5, 1e5)
    before = 3e5 + 1e5 * design[:, 1] - 7e4 * design[:, 2]
    estimates = estimate_case(person, success, design, before, use)
    assert estimates.dropped_baseline[0, 0]
    reference = estimate_one(use, np.zeros(person.size), success, design, person)
    gap = estimates.adjusted_difference[0, 0] - reference.adjusted_difference
    assert abs(gap) < 1e-9 * reference.standard_error


def test_first_of_two_equal_columns_is_kept_and_empty_ones_are_dropped():
    columns = np.column_stack(
        [np.ones(10), np.arange(10) < 4, np.zeros(10), np.arange(10) >= 4, np.arange(10) % 2]
    )
    (factor,) = factor_designs((columns.T @ columns)[None])
    assert factor.dropped.tolist() == [False, False, True, True, False]
    kept = columns[:, factor.kept] / factor.scale[factor.kept]
    assert factor.lower @ factor.lower.T == pytest.approx(kept.T @ kept)
    assert RANK_TOLERANCE < 1e-10

"""The adjustment: covariate gaps times coefficients, in total and by covariate."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from estimation import Block, BlockYear, CovariateBlock, Layout, estimate_group
from tests.estimation.random_groups import make_group, read_levels


@pytest.mark.parametrize("seed", range(30, 36))
def test_raw_difference_is_adjustment_plus_adjusted_difference(seed):
    group = make_group(seed)
    estimates = estimate_group(group.blocks(), group.layout)
    gap = estimates.raw_difference - estimates.adjustment - estimates.adjusted_difference
    assert np.nanmax(np.abs(gap) / estimates.standard_error) < 1e-10
    parts = estimates.adjustment_by_covariate.sum(axis=0)
    assert np.array_equal(parts, estimates.adjustment, equal_nan=True)
    assert estimates.covariate_names == (
        "sex", "age", "employment", "education", "education_again", "base_year", "use_in_year_0",
    )  # fmt: skip


def test_parts_are_gaps_times_statsmodels_coefficients():
    rng = np.random.default_rng(7)
    n = 500
    success = rng.random(n) < 0.5
    sex = (rng.random(n) < 0.4 + 0.2 * success).astype(float)
    age = rng.integers(0, 3, n)
    design = np.column_stack([sex, age == 1, age == 2]).astype(float)
    before = rng.poisson(2.0 + success, n).astype(float)
    use = before + sex + rng.poisson(1.0, n)
    person, everybody = np.arange(n), np.ones(n, dtype=bool)
    layout = Layout(
        (CovariateBlock("sex", slice(0, 1)), CovariateBlock("age", slice(1, 3))),
        np.zeros(1, dtype=int),
        np.zeros((1, 1), dtype=bool),
    )
    year = BlockYear(use[:, None], everybody, everybody[:, None])
    block = Block(person, success, read_levels(design, layout.covariates), before[:, None], lambda t: year)
    estimates = estimate_group(lambda: [block], layout)
    fitted = sm.OLS(use, np.column_stack([np.ones(n), success, design, before])).fit()
    columns = np.column_stack([design, before])
    products = (columns[success].mean(axis=0) - columns[~success].mean(axis=0)) * fitted.params[2:]
    expected = [products[0], products[1] + products[2], products[3]]
    assert estimates.adjustment_by_covariate[:, 0, 0] == pytest.approx(expected, abs=1e-12)


def test_constant_use_in_year_0_is_dropped_and_adjusts_nothing():
    group = make_group(2)
    estimates = estimate_group(group.blocks(), group.layout)
    assert estimates.dropped_baseline[5].all()
    assert not estimates.dropped_baseline[:5].any()
    assert (estimates.adjustment_by_covariate[-1, 5] == 0).all()


def test_columns_that_repeat_others_are_named():
    group = make_group(2)
    estimates = estimate_group(group.blocks(), group.layout)
    dropped = np.flatnonzero(estimates.collinear_columns[0, 0])
    assert dropped.tolist() == [10, 12]  # the last employment dummy, and the doubled one

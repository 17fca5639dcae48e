"""Every status and reason, and what may be published of it: hand-made groups of a few dozen persons."""

from __future__ import annotations

import numpy as np
import pytest

from estimation import Block, BlockYear, CovariateBlock, Layout, estimate_group, withhold
from estimation.publication import COUNTS, NUMBERS
from tests.estimation.random_groups import read_levels

N = 60


def estimate_single(
    use=None,
    success=None,
    observed=None,
    design=None,
    before=None,
    person=None,
    outside_ages=False,
    followed=None,
):
    """One outcome, one year, sixty persons with one row each unless said otherwise."""
    rng = np.random.default_rng(0)
    if success is None:
        success = np.arange(N) % 3 == 0
    use = rng.poisson(3.0, N).astype(float) if use is None else np.asarray(use, dtype=float)
    before = rng.poisson(3.0, N).astype(float) if before is None else np.asarray(before, dtype=float)
    design = rng.integers(0, 2, (N, 2)).astype(float) if design is None else design
    observed = np.ones(N, dtype=bool) if observed is None else observed
    person = np.arange(N) if person is None else person
    layout = Layout(
        tuple(CovariateBlock(f"x{c}", slice(c, c + 1)) for c in range(design.shape[1])),
        np.zeros(1, dtype=int),
        np.full((1, 1), outside_ages),
    )
    year = BlockYear(use[:, None], observed, np.ones((N, 1), dtype=bool), followed)
    block = Block(person, success, read_levels(design, layout.covariates), before[:, None], lambda t: year)
    return estimate_group(lambda: [block], layout)


def read(estimates):
    return str(estimates.status[0, 0]), str(estimates.reason[0, 0])


def first(n):
    return np.arange(N) < n


def test_estimated():
    estimates = estimate_single()
    assert read(estimates) == ("estimated", "")
    assert estimates.position[0, 0] == 1
    for name in NUMBERS + COUNTS:
        assert np.isfinite(getattr(estimates, name)[0, 0]), name


def test_nobody_with_use_is_no_use_and_zero_without_error():
    estimates = withhold(estimate_single(use=np.zeros(N)))
    assert read(estimates) == ("no_use", "")
    for name in ("mean_success", "mean_others", "raw_difference", "adjustment", "adjusted_difference"):
        assert getattr(estimates, name)[0, 0] == 0
    assert np.isnan(estimates.standard_error[0, 0])
    assert np.isnan(estimates.p_value[0, 0])
    assert (estimates.adjustment_by_covariate == 0).all()
    assert estimates.covariance.shape == (0, 0)


def test_outside_ages_is_zero_even_where_nobody_is_observed():
    for observed in (None, np.zeros(N, dtype=bool)):
        estimates = withhold(estimate_single(use=np.zeros(N), outside_ages=True, observed=observed))
        assert read(estimates) == ("outside_ages", "")
        assert estimates.adjusted_difference[0, 0] == 0
        assert estimates.position[0, 0] == 0


def test_nobody_observed_is_not_observed_and_null():
    estimates = withhold(estimate_single(observed=np.zeros(N, dtype=bool)))
    assert read(estimates) == ("not_observed", "")
    for name in NUMBERS:
        assert np.isnan(getattr(estimates, name)[0, 0]), name
    assert estimates.n_success[0, 0] == 0


@pytest.mark.parametrize("in_arm", [0, 1, 3, 4])
def test_an_arm_of_fewer_than_five_persons_is_few_clusters(in_arm):
    estimates = withhold(estimate_single(success=first(in_arm)))
    assert read(estimates) == ("not_estimable", "few_clusters")
    for name in NUMBERS:
        assert np.isnan(getattr(estimates, name)[0, 0]), name
    assert np.isnan(estimates.adjustment_by_covariate).all()
    assert estimates.covariance.shape == (0, 0)
    shown = estimates.n_persons_success[0, 0]
    assert shown == 0 if in_arm == 0 else np.isnan(shown)
    assert estimates.n_persons_others[0, 0] == N - in_arm


def test_five_persons_in_an_arm_are_enough():
    assert read(estimate_single(use=np.arange(N) % 7 + 1, success=first(5))) == ("estimated", "")


def test_persons_are_counted_not_rows():
    person = np.where(first(20), np.arange(N) // 5, np.arange(N))  # four persons with five rows each
    estimates = withhold(estimate_single(success=first(20), person=person))
    assert read(estimates) == ("not_estimable", "few_clusters")
    assert estimates.n_success[0, 0] == 20


def test_a_small_arm_is_not_told_apart_by_no_use():
    assert read(estimate_single(use=np.zeros(N), success=first(3))) == ("not_estimable", "few_clusters")


@pytest.mark.parametrize("users", [1, 4])
def test_one_to_four_users_in_an_arm_is_few_users(users):
    success = first(30)
    use = np.where(success, np.arange(N) < users, 1.0)
    estimates = withhold(estimate_single(use=use, success=success, followed=np.ones(N, dtype=bool)))
    assert read(estimates) == ("not_estimable", "few_users")
    for name in NUMBERS:
        assert np.isnan(getattr(estimates, name)[0, 0]), name
    assert np.isnan(estimates.n_users_success[0, 0])
    assert estimates.n_users_others[0, 0] == 30
    assert estimates.share_observed_success[0, 0] == 1


@pytest.mark.parametrize("users", [0, 5])
def test_no_user_or_five_in_an_arm_is_estimated(users):
    success = first(30)
    use = np.where(success, np.arange(N) < users, np.arange(N) % 2)
    assert read(estimate_single(use=use, success=success)) == ("estimated", "")


def test_success_told_apart_by_covariates_is_collinear():
    success = first(30)
    design = np.column_stack([first(10), first(30) & ~first(10)]).astype(float)
    estimates = withhold(estimate_single(success=success, design=design))
    assert read(estimates) == ("not_estimable", "collinear")
    assert np.isnan(estimates.adjusted_difference[0, 0])
    assert np.isfinite(estimates.raw_difference[0, 0])


def test_success_told_apart_by_use_in_year_0_is_collinear():
    success = first(30)
    assert read(estimate_single(success=success, before=7.0 * success)) == ("not_estimable", "collinear")


def test_use_that_never_varies_has_no_residual_variation():
    estimates = withhold(estimate_single(use=np.full(N, 7.0)))
    assert read(estimates) == ("not_estimable", "no_residual_variation")
    assert estimates.mean_success[0, 0] == 7
    assert np.isnan(estimates.adjusted_difference[0, 0])
    assert np.isnan(estimates.adjustment[0, 0])


def test_use_explained_by_use_in_year_0_has_no_residual_variation():
    before = np.arange(N) * 1000.0
    estimates = estimate_single(use=3 * before + 5, before=before)
    assert read(estimates) == ("not_estimable", "no_residual_variation")


def test_residuals_where_success_does_not_vary_give_no_error():
    """Half the persons, of one sex, are all others; only their use varies."""
    sex = first(30)
    success = ~sex & (np.arange(N) % 2 == 0)
    use = np.where(sex, np.arange(N) % 7, 2.0)
    estimates = estimate_single(
        use=use, success=success, design=sex[:, None].astype(float), before=np.zeros(N)
    )
    assert read(estimates) == ("not_estimable", "no_residual_variation")


def test_as_many_coefficients_as_rows_is_no_residual_variation():
    kept = np.arange(N) < 20
    design = np.eye(N)[:, :18]
    success = np.arange(N) % 2 == 0
    use = np.arange(N) % 7 + 1
    estimates = estimate_single(use, observed=kept, design=design, success=success, before=np.zeros(N))
    assert read(estimates) == ("not_estimable", "no_residual_variation")


def test_counts_of_one_to_four_are_withheld_whatever_the_status():
    estimates = withhold(estimate_single(use=np.zeros(N), outside_ages=True, success=first(3)))
    assert read(estimates) == ("outside_ages", "")
    assert np.isnan(estimates.n_success[0, 0])
    assert np.isnan(estimates.n_persons_success[0, 0])
    assert estimates.n_others[0, 0] == 57


def test_withholding_twice_changes_nothing():
    once = withhold(estimate_single(success=first(3)))
    twice = withhold(once)
    for name in NUMBERS + COUNTS:
        assert np.array_equal(getattr(once, name), getattr(twice, name), equal_nan=True)


def test_share_observed_counts_rows_that_were_followed():
    observed = np.arange(N) % 4 != 0
    estimates = estimate_single(observed=observed, followed=np.arange(N) < 48)
    success = np.arange(N) % 3 == 0
    assert estimates.share_observed_success[0, 0] == (observed & success).sum() / (success[:48]).sum()

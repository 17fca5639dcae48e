"""Profiles worked by hand: every branch of filter, taper and age domain."""

from __future__ import annotations

import numpy as np
import pytest

from estimation import estimate_group, withhold
from estimation.profiles import (
    ALL_ESTIMATES,
    SOEM_CLASSIC,
    ProfileInput,
    Taper,
    View,
    build_profile,
    find_last_estimated,
    take_profile_input,
)
from tests.estimation.random_groups import make_group

EST, NO_USE, OUT, NOT_OBS, NOT_EST = "estimated", "no_use", "outside_ages", "not_observed", "not_estimable"


def given(differences, status=None, p=None, share_inside=None, errors=None, horizon=20, correlation=0.5):
    """An input with T years; errors 1 and correlation ½ unless said otherwise."""
    differences = np.array(differences, dtype=float)
    years = differences.size
    errors = np.ones(years) if errors is None else np.array(errors, dtype=float)
    covariance = np.outer(errors, errors) * np.where(np.eye(years), 1.0, correlation)
    return ProfileInput(
        adjusted_difference=differences,
        covariance=covariance,
        status=np.array([EST] * years if status is None else status),
        p_value=np.zeros(years) if p is None else np.array(p, dtype=float),
        share_inside=np.ones(horizon) if share_inside is None else np.array(share_inside, dtype=float),
    )


def test_published_example_is_kept_filtered_and_tapered():
    """Weeks of cash benefit of homeless adults: six years published, the last two set to zero."""
    estimates = given([-2.9, -2.4, -1.7, -1.0, -0.3, -0.2], p=[0, 0, 0, 0.01, 0.2, 0.4])
    profile = build_profile(estimates, SOEM_CLASSIC)
    assert profile.value[:6].tolist() == [-2.9, -2.4, -1.7, -1.0, 0, 0]
    assert profile.status[:6].tolist() == [EST] * 4 + ["set_to_zero"] * 2
    assert (profile.value[6:] == 0).all()  # a filtered L gives a zero tail
    assert (profile.status[6:] == "tapered").all()
    assert profile.standard_error[:6].tolist() == [1, 1, 1, 1, 0, 0]


def test_all_estimates_filters_nothing_and_tapers_linearly_to_zero():
    profile = build_profile(given([-4.0] * 10, p=[0.9] * 10), ALL_ESTIMATES)
    assert profile.value[:10].tolist() == [-4.0] * 10
    assert profile.value[10:] == pytest.approx([-4.0 * left / 10 for left in range(9, -1, -1)])
    assert profile.value[19] == 0
    assert profile.standard_error[10:] == pytest.approx([left / 10 for left in range(9, -1, -1)])
    assert profile.status.tolist() == [EST] * 10 + ["tapered"] * 10


def test_filter_at_the_level_itself_sets_to_zero():
    profile = build_profile(given([-1.0, -1.0], p=[0.05, 0.0499]), SOEM_CLASSIC)
    assert profile.status[:2].tolist() == ["set_to_zero", EST]
    assert profile.value[:3] == pytest.approx([0, -1, -17 / 18])


def test_filter_comes_before_the_taper():
    """The tail starts from the last year even if an earlier year is significant."""
    profile = build_profile(given([-5.0, -1.0], p=[0.001, 0.3]), SOEM_CLASSIC)
    assert profile.value[0] == -5
    assert (profile.value[1:] == 0).all()


def test_a_year_before_the_last_without_an_estimate_is_null_not_zero():
    profile = build_profile(given([-2, np.nan, np.nan, -1], [EST, NOT_EST, NOT_OBS, EST]), ALL_ESTIMATES)
    assert np.isnan(profile.value[1:3]).all()
    assert np.isnan(profile.standard_error[1:3]).all()
    assert profile.status[:4].tolist() == [EST, NOT_EST, NOT_OBS, EST]
    assert profile.value[3:5] == pytest.approx([-1, -15 / 16])


def test_years_after_the_last_estimate_are_tapered_even_if_followed():
    profile = build_profile(given([-2, np.nan, np.nan], [EST, NOT_EST, NOT_OBS]), ALL_ESTIMATES)
    assert profile.status[1:].tolist() == ["tapered"] * 19
    assert profile.value[:3] == pytest.approx([-2, -2 * 18 / 19, -2 * 17 / 19])


def test_no_use_counts_as_the_last_year_and_gives_a_zero_tail():
    profile = build_profile(given([-2, 0, np.nan], [EST, NO_USE, NOT_OBS]), ALL_ESTIMATES)
    assert profile.value[0] == -2
    assert (profile.value[1:] == 0).all()
    assert profile.status[:3].tolist() == [EST, NO_USE, "tapered"]
    assert (profile.standard_error[1:] == 0).all()


def test_without_any_estimate_there_is_no_tail():
    shares = [0.5] * 5 + [0.0] * 15
    profile = build_profile(
        given([np.nan, np.nan, 0], [NOT_EST, NOT_OBS, OUT], share_inside=shares), ALL_ESTIMATES
    )
    assert np.isnan(profile.value[[0, 1, 3, 4]]).all()
    assert profile.status[:5].tolist() == [NOT_EST, NOT_OBS, OUT, NOT_OBS, NOT_OBS]
    assert profile.value[2] == 0
    assert (profile.value[5:] == 0).all()
    assert (profile.status[5:] == OUT).all()
    assert not profile.weights.any()


def test_service_that_ends_at_18_for_members_of_14_to_17():
    """Inside in year 1, 2, 3: three, two, one of the four ages; nobody from year 4. Ten years followed."""
    shares = [0.75, 0.5, 0.25] + [0.0] * 17
    status = [EST, EST, EST] + [OUT] * 7
    profile = build_profile(given([-4, -3, -2] + [0] * 7, status, share_inside=shares), ALL_ESTIMATES)
    assert profile.value.tolist() == [-4, -3, -2] + [0] * 17
    assert profile.status.tolist() == [EST] * 3 + [OUT] * 17
    total = np.abs(profile.value).sum()
    naive = build_profile(given([-4, -3, -2]), ALL_ESTIMATES)
    assert naive.value[3] == pytest.approx(-2 * 16 / 17)
    assert np.abs(naive.value).sum() > 2.5 * total


def test_tail_shrinks_with_the_share_inside():
    """L = 2 with half the members inside: year 3 keeps 17/18 of a half of it, year 4 nothing."""
    shares = [0.75, 0.5, 0.25] + [0.0] * 17
    profile = build_profile(given([-4, -3, np.nan], [EST, EST, NOT_EST], share_inside=shares), ALL_ESTIMATES)
    assert profile.value[:4] == pytest.approx([-4, -3, -3 * 17 / 18 * 0.5, 0])
    assert profile.status[:5].tolist() == [EST, EST, "tapered", OUT, OUT]


def test_tail_never_grows_where_members_grow_into_the_domain():
    shares = [0.2, 0.4, 0.3, 0.6] + [0.8] * 16
    profile = build_profile(given([-1, -2], share_inside=shares), ALL_ESTIMATES)
    expected = [-2 * (20 - t) / 18 * 0.3 / 0.4 for t in range(3, 21)]
    assert profile.value[2:] == pytest.approx(expected)


def test_tail_stays_at_zero_once_nobody_was_inside():
    shares = [0.5, 0.0, 0.5] + [0.5] * 17
    profile = build_profile(given([-1.0], share_inside=shares), ALL_ESTIMATES)
    assert (profile.value[1:] == 0).all()
    assert profile.status[:4].tolist() == [EST, OUT, "tapered", "tapered"]


def test_years_before_members_reach_the_domain_are_zero():
    shares = [0.0, 0.0, 0.5] + [0.5] * 17
    profile = build_profile(given([0, 0, -1], [OUT, OUT, EST], share_inside=shares), ALL_ESTIMATES)
    assert profile.value[:4] == pytest.approx([0, 0, -1, -16 / 17])
    assert profile.status[:4].tolist() == [OUT, OUT, EST, "tapered"]
    assert profile.standard_error[:2].tolist() == [0, 0]


def test_last_year_with_nobody_inside_has_no_tail():
    profile = build_profile(given([0.0], [NO_USE], share_inside=[0.0] * 20), ALL_ESTIMATES)
    assert profile.status[:2].tolist() == [NO_USE, OUT]
    assert (profile.value == 0).all()


def test_taper_none_is_zero_after_the_last_year():
    view = View("all_estimates", None, Taper.NONE)
    profile = build_profile(given([-1, -2]), view)
    assert profile.value.tolist() == [-1, -2] + [0] * 18
    assert (profile.status[2:] == "tapered").all()


def test_horizon_equal_to_the_years_followed_has_no_tail():
    view = View("short", None, Taper.LINEAR, horizon=3)
    profile = build_profile(given([-1, -2, -3], horizon=3), view)
    assert profile.value.tolist() == [-1, -2, -3]


def test_weights_reproduce_values_and_errors():
    rng = np.random.default_rng(3)
    estimates = given(rng.normal(size=10), p=rng.uniform(0, 0.1, 10), errors=rng.uniform(1, 2, 10))
    for view in (SOEM_CLASSIC, ALL_ESTIMATES):
        profile = build_profile(estimates, view)
        years, origins, weights = profile.list_weights()
        assert (weights != 0).all()
        summed = np.zeros(20)
        np.add.at(summed, years - 1, weights * estimates.adjusted_difference[origins - 1])
        assert summed == pytest.approx(profile.value)
        covariance = profile.weights @ estimates.covariance @ profile.weights.T
        assert np.sqrt(np.diag(covariance)) == pytest.approx(profile.standard_error)


def test_weights_of_a_tail_come_from_the_last_year():
    profile = build_profile(given([-1, -2]), ALL_ESTIMATES)
    years, origins, weights = profile.list_weights()
    assert years.tolist() == list(range(1, 20))  # year 20 has weight 0 and no entry
    assert origins.tolist() == [1] + [2] * 18
    assert weights[:3] == pytest.approx([1, 1, 17 / 18])


def test_what_is_withheld_is_not_read():
    estimates = given([-1, np.nan, -3], [EST, NOT_EST, EST], p=[0, np.nan, 0], errors=[1, np.nan, 1])
    profile = build_profile(estimates, SOEM_CLASSIC)
    assert profile.value[[0, 2]].tolist() == [-1, -3]
    assert np.isfinite(profile.standard_error[[0, 2]]).all()


def test_input_taken_from_a_groups_estimates():
    group = make_group(5)
    group.layout.outside_ages[2, 1] = True
    estimates = withhold(estimate_group(group.blocks(), group.layout))
    assert estimates.status[2].tolist() == [EST, OUT, EST]
    taken = take_profile_input(estimates, 2, np.ones(20))
    assert np.sqrt(np.diag(taken.covariance))[[0, 2]].tolist() == estimates.standard_error[2, [0, 2]].tolist()
    first, last = estimates.position[2, [0, 2]] - 1
    assert taken.covariance[0, 2] == estimates.covariance[first, last]
    profile = build_profile(taken, ALL_ESTIMATES)
    assert profile.value[:3].tolist() == estimates.adjusted_difference[2].tolist()
    assert profile.standard_error[:3].tolist() == [
        estimates.standard_error[2, 0],
        0,
        taken.covariance[2, 2] ** 0.5,
    ]


def test_last_estimated_year():
    assert find_last_estimated(np.array([EST, NOT_EST, NO_USE, NOT_OBS, OUT])) == 3
    assert find_last_estimated(np.array([OUT, NOT_EST])) == 0


def test_lengths_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="share_inside"):
        build_profile(given([-1.0], share_inside=[1.0] * 19), ALL_ESTIMATES)
    with pytest.raises(ValueError, match="at most 20 years"):
        build_profile(given([-1.0] * 21), ALL_ESTIMATES)

"""Conversions to d and g against the worked examples of Borenstein et al. (2009) and against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import gammaln

from pipeline.knowledge import effect_sizes as es


def one(sizes: es.EffectSizes) -> tuple[float, float, float, float]:
    return tuple(float(v[0]) for v in (sizes.d, sizes.d_variance, sizes.g, sizes.g_variance))


def test_independent_groups_as_in_the_book():
    # Chapter 4: means 103 and 100, SDs 5.5 and 4.5, 50 in each group.
    d, d_variance, g, g_variance = one(es.convert_means([103], [100], [5.5], [4.5], [50], [50]))
    assert (round(d, 4), round(d_variance, 4)) == (0.5970, 0.0418)
    assert (round(g, 4), round(g_variance, 4)) == (0.5924, 0.0411)
    assert round(np.sqrt(g_variance), 4) == 0.2028


def test_before_after_as_in_the_book():
    # Chapter 4, matched groups: means 103 and 100, SD of the differences 5.5, n = 50, r = 0.7.
    d, d_variance, g, g_variance = one(es.convert_before_after([103], [100], [5.5], [0.7], [50]))
    assert (round(d, 4), round(d_variance, 4)) == (0.4225, 0.0131)
    assert (round(g, 4), round(g_variance, 4)) == (0.4160, 0.0127)


def test_odds_ratio_as_in_the_book():
    # Chapter 7: log odds ratio 0.9069 with variance 0.0676.
    d, d_variance, g, g_variance = one(es.convert_odds_ratio([np.exp(0.9069)], [np.sqrt(0.0676)]))
    assert (round(d, 4), round(d_variance, 4)) == (0.5000, 0.0205)
    assert (g, g_variance) == (d, d_variance)


def test_proportions_as_in_the_book():
    # Chapter 5: 5 of 100 against 10 of 100; log odds ratio -0.7472 with variance 0.3216.
    d, d_variance, _, _ = one(es.convert_proportions([0.05], [0.10], [100], [100]))
    assert round(d * np.pi / np.sqrt(3), 4) == -0.7472
    assert round(d_variance * np.pi**2 / 3, 4) == 0.3216


def test_correlation_as_in_the_book():
    # Chapter 7: r = 0.50 with variance 0.0058 (n = 98) gives d = 1.1547 with variance 0.0550.
    d, d_variance, _, _ = one(es.convert_correlation([0.5], [98]))
    assert (round(d, 4), round(d_variance, 3)) == (1.1547, 0.055)


def test_an_empty_cell_gets_a_half_in_all_four():
    # 0 of 10 against 5 of 10: cells 0.5, 10.5, 5.5, 5.5.
    d, d_variance, _, _ = one(es.convert_proportions([0.0], [0.5], [10], [10]))
    assert d == pytest.approx(np.log(0.5 * 5.5 / (10.5 * 5.5)) * np.sqrt(3) / np.pi)
    assert d_variance == pytest.approx((1 / 0.5 + 1 / 10.5 + 2 / 5.5) * 3 / np.pi**2)


def test_equal_means_shares_and_odds_are_no_effect():
    assert one(es.convert_means([5], [5], [2], [3], [30], [40]))[0] == 0
    assert one(es.convert_proportions([0.4], [0.4], [30], [45]))[0] == pytest.approx(0)
    assert one(es.convert_odds_ratio([1.0], [0.2]))[0] == 0
    assert one(es.convert_correlation([0.0], [30]))[0] == 0


groups = st.integers(5, 500)


@given(m=st.floats(-20, 20), s1=st.floats(0.5, 20), s2=st.floats(0.5, 20), n1=groups, n2=groups)
def test_means_t_f_and_p_agree(m, s1, s2, n1, n2):
    """The pooled t-test of the same data, its F and its p, give the same d as the means do."""
    from_means = es.convert_means([m], [0.0], [s1], [s2], [n1], [n2])
    test = stats.ttest_ind_from_stats(m, s1, n1, 0.0, s2, n2, equal_var=True)
    sign = [1 if m >= 0 else -1]
    for other in (
        es.convert_t([test.statistic], [n1], [n2]),
        es.convert_f([test.statistic**2], sign, [n1], [n2]),
    ):
        assert one(other) == pytest.approx(one(from_means), rel=1e-9, abs=1e-12)
    assert es.convert_t([test.statistic], [n1], [n2]).p_value[0] == pytest.approx(test.pvalue, rel=1e-9)
    if 1e-200 < test.pvalue < 0.999:
        assert one(es.convert_p([test.pvalue], sign, [n1], [n2])) == pytest.approx(one(from_means), rel=1e-6)


@given(d=st.floats(-3, 3), n1=groups, n2=groups)
def test_a_reported_d_has_the_variance_of_its_groups(d, n1, n2):
    nothing = [np.nan]
    sizes = es.convert_d([d], [n1], [n2], nothing)
    assert sizes.d_variance[0] == pytest.approx(1 / n1 + 1 / n2 + d**2 / (2 * (n1 + n2)))
    assert abs(sizes.g[0]) <= abs(sizes.d[0])
    assert es.convert_d([d], [n1], [n2], [0.4]).d_variance[0] == pytest.approx(0.16)


def test_the_small_sample_factor_is_near_the_exact_one():
    """J by gamma functions (Hedges 1981), of which 1 − 3/(4·df − 1) is the approximation."""
    df = np.array([5.0, 10.0, 30.0, 98.0])
    exact = np.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / np.sqrt(df / 2)
    approximate = es.correct_small_sample(np.ones(4), np.ones(4), df).g
    assert np.abs(exact - approximate).max() < 0.002


def test_a_reported_g_is_taken_as_it_is():
    sizes = es.convert_g([0.3, -0.1], [0.1, 0.2])
    assert sizes.g.tolist() == [0.3, -0.1]
    assert np.sqrt(sizes.g_variance).tolist() == pytest.approx([0.1, 0.2])
    assert sizes.p_value[0] == pytest.approx(2 * stats.norm.sf(3))


def test_variance_of_d_is_that_of_simulated_studies():
    """Ten thousand two-group studies with a true d of 0.5: g is unbiased and its variance honest.

    The variance is a large-sample formula, 3 % too small at 25 in a group, so the groups are of 100 here.
    """
    rng = np.random.default_rng(7)
    n, truth = 100, 0.5
    treated = rng.normal(truth, 1, (10_000, n))
    control = rng.normal(0, 1, (10_000, n))
    size = np.full(10_000, n)
    sizes = es.convert_means(
        treated.mean(1), control.mean(1), treated.std(1, ddof=1), control.std(1, ddof=1), size, size
    )
    assert sizes.g.mean() == pytest.approx(truth, abs=0.01)
    assert sizes.g.var() == pytest.approx(sizes.g_variance.mean(), rel=0.04)

"""Equal differences in subgroups that share persons: statsmodels, Cochran's Q, exclusions, size of the test."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
import statsmodels.api as sm
from scipy import sparse

from estimation import Block, BlockYear, CovariateBlock, Layout
from estimation.heterogeneity import Subgroups, check_equal, compare_subgroups


def draw(seed, differences, n_persons=300, shared=2.0, n_years=1):
    """Persons with one row in each subgroup; use is frailty shared over rows + difference of the subgroup."""
    rng = np.random.default_rng(seed)
    n_subgroups = len(differences)
    person = np.repeat(np.arange(n_persons), n_subgroups)
    subgroup = np.tile(np.arange(n_subgroups), n_persons)
    success = (rng.random(n_persons) < 0.5)[person]
    sex = rng.integers(0, 2, n_persons)[person].astype(float)
    age = rng.integers(0, 2, person.size).astype(float)
    frailty = rng.normal(0, shared, n_persons)[person]
    before = rng.normal(size=person.size)
    use = 10 + frailty + 0.5 * sex + np.array(differences)[subgroup] * success
    use = np.stack([use + before + rng.normal(0, 0.5, person.size) for _ in range(n_years)])
    return person, subgroup, success, np.column_stack([sex, age]), before, use


def compare(person, subgroup, success, design, before, use, n_subgroups=None, n_blocks=3):
    n_years, n = use.shape
    layout = Layout(
        (CovariateBlock("sex", slice(0, 1)), CovariateBlock("age", slice(1, 2))),
        np.zeros(1, dtype=int),
        np.zeros((1, n_years), dtype=bool),
    )
    edges = np.searchsorted(person, np.linspace(0, person.max() + 1, n_blocks + 1).astype(int))

    def blocks():
        for start, stop in zip(edges[:-1], edges[1:], strict=True):
            rows = slice(start, stop)
            everybody = np.ones(stop - start, dtype=bool)

            def year(t, rows=rows, everybody=everybody):
                return BlockYear(use[t - 1, rows, None], everybody, everybody[:, None])

            block = Block(person[rows], success[rows], design[rows].astype(int), before[rows, None], year)
            yield Subgroups(block, subgroup[rows])

    return compare_subgroups(blocks, n_subgroups or int(subgroup.max()) + 1, layout)


def interact(person, subgroup, success, design, before, use):
    """The fully interacted model in statsmodels, without small-sample factors; S terms stand first."""
    n_subgroups = subgroup.max() + 1
    own = np.column_stack([success, np.ones(person.size), design, before])
    columns = [
        np.column_stack([own[:, number] * (subgroup == h) for h in range(n_subgroups)])
        for number in range(own.shape[1])
    ]
    options = {"groups": person, "use_correction": False}
    return sm.OLS(use[0], np.column_stack(columns)).fit(cov_type="cluster", cov_kwds=options)


def remove_factors(found, rank=5):
    """The joint covariance without the CRV1 factors of each subgroup."""
    n = np.array([part.n_success[0, 0] + part.n_others[0, 0] for part in found.by_subgroup])
    clusters = np.array([part.n_persons[0, 0] for part in found.by_subgroup])
    root = np.sqrt(clusters / (clusters - 1) * (n - 1) / (n - rank))
    return found.covariance[:, :, 0, 0] / np.outer(root, root)


@pytest.mark.parametrize("seed", range(4))
def test_equals_the_interacted_model_of_statsmodels(seed):
    arrays = draw(seed, [-1.0, -1.2, -0.8])
    found, fitted = compare(*arrays), interact(*arrays)
    assert found.adjusted_difference[:, 0, 0] == pytest.approx(fitted.params[:3], rel=1e-10)
    covariance = remove_factors(found)
    assert covariance == pytest.approx(fitted.cov_params()[:3, :3], rel=1e-9)
    contrasts = np.zeros((2, fitted.params.size))
    contrasts[:, :3] = [[-1, 1, 0], [-1, 0, 1]]
    expected = fitted.wald_test(contrasts, use_f=False, scalar=True)
    test = check_equal(fitted.params[:3], covariance)
    assert test.statistic == pytest.approx(expected.statistic, rel=1e-8)
    assert test.degrees_of_freedom == expected.df_denom == 2


def test_statistic_degrees_and_p_go_together():
    found = compare(*draw(1, [-1.0, -1.2, -0.8]))
    joint = found.covariance[:, :, 0, 0]
    by_hand = check_equal(found.adjusted_difference[:, 0, 0], joint)
    assert found.statistic[0, 0] == by_hand.statistic
    assert found.degrees_of_freedom[0, 0] == 2
    assert found.n_persons[0, 0] == 300
    assert found.p_value[0, 0] == pytest.approx(scipy.stats.f.sf(by_hand.statistic / 2, 2, 299))


def test_the_reference_subgroup_does_not_matter():
    found = compare(*draw(2, [-1.0, -1.4, -0.8]))
    difference = found.adjusted_difference[:, 0, 0]
    order = [2, 0, 1]
    turned = check_equal(difference[order], found.covariance[:, :, 0, 0][np.ix_(order, order)])
    assert turned.statistic == pytest.approx(found.statistic[0, 0], rel=1e-10)


def test_cochrans_q_would_certify_homogeneity_falsely():
    found = compare(*draw(3, [-1.0, -1.6], n_persons=400, shared=6.0))
    difference = found.adjusted_difference[:, 0, 0]
    weights = 1 / found.standard_error[:, 0, 0] ** 2
    pooled = (weights @ difference) / weights.sum()
    cochran_q = float(weights @ (difference - pooled) ** 2)
    assert scipy.stats.chi2.sf(cochran_q, 1) > 0.3
    assert found.p_value[0, 0] < 0.001


def test_q_and_wald_agree_where_subgroups_share_nobody():
    person, subgroup, *others = draw(4, [-1.0, -1.5])
    found = compare(np.arange(person.size), subgroup, *others)
    difference = found.adjusted_difference[:, 0, 0]
    variance = found.standard_error[:, 0, 0] ** 2
    assert found.covariance[0, 1, 0, 0] == 0
    assert found.statistic[0, 0] == pytest.approx((difference[0] - difference[1]) ** 2 / variance.sum())
    assert found.n_persons[0, 0] == person.size


def test_a_subgroup_below_the_thresholds_is_left_out_and_says_why():
    person, subgroup, success, design, before, use = draw(5, [-1.0, -1.2, -0.8], n_persons=60)
    kept = (subgroup != 2) | (person < 7)
    found = compare(*(array[kept] for array in (person, subgroup, success, design, before)), use[:, kept])
    assert found.is_tested[:, 0, 0].tolist() == [True, True, False]
    assert found.status[:, 0, 0].tolist() == ["estimated", "estimated", "not_estimable"]
    assert found.reason[:, 0, 0].tolist() == ["", "", "few_clusters"]
    assert np.isnan(found.adjusted_difference[2, 0, 0])
    assert np.isfinite(found.standard_error[:2, 0, 0]).all()
    assert found.degrees_of_freedom[0, 0] == 1
    assert found.n_persons[0, 0] == 60


def test_persons_of_subgroups_left_out_are_not_counted():
    person, subgroup, success, design, before, use = draw(6, [-1.0, -1.2, -0.8], n_persons=60)
    kept = np.where(subgroup == 2, person < 7, person >= 7)
    found = compare(*(array[kept] for array in (person, subgroup, success, design, before)), use[:, kept])
    assert found.n_persons[0, 0] == 53


def test_several_outcomes_and_years_stand_in_their_places():
    """Two outcomes and two patterns of coverage, sparse, as an out-of-core caller gives them."""
    person, subgroup, success, design, before, use = draw(8, [-1.0, -2.0], n_years=2)
    n = person.size
    covered = np.column_stack([np.ones(n, dtype=bool), np.arange(n) % 5 != 0])
    layout = Layout(
        (CovariateBlock("sex", slice(0, 1)), CovariateBlock("age", slice(1, 2))),
        np.array([0, 1]),
        np.array([[False, True], [False, False]]),
    )

    def blocks():
        both = {t: sparse.csr_array(np.column_stack([use[t - 1], 10 * use[t - 1]])) for t in (1, 2)}
        block = Block(
            person, success, design.astype(int), sparse.csr_array(np.column_stack([before, before])),
            lambda t: BlockYear(both[t], np.ones(n, dtype=bool), covered),
        )  # fmt: skip
        return [Subgroups(block, subgroup)]

    found = compare_subgroups(blocks, 2, layout)
    assert found.status[:, 0, 1].tolist() == ["outside_ages"] * 2
    alone = compare(person, subgroup, success, design, before, use)
    assert found.adjusted_difference[:, 0, 0] == pytest.approx(alone.adjusted_difference[:, 0, 0])
    assert found.statistic[0, 0] == pytest.approx(alone.statistic[0, 0])
    rows = covered[:, 1]
    part = compare(*(array[rows] for array in (person, subgroup, success, design, before)), 10 * use[:, rows])
    assert found.adjusted_difference[:, 1] == pytest.approx(part.adjusted_difference[:, 0])
    assert found.statistic[1] == pytest.approx(part.statistic[0])
    assert (found.n_persons[1] == part.n_persons[0]).all()


def test_one_subgroup_alone_is_no_test():
    found = compare(*draw(7, [-1.0], n_years=2), n_subgroups=2)
    assert np.isnan(found.statistic).all()
    assert np.isnan(found.p_value).all()
    assert (found.degrees_of_freedom == 0).all()
    assert found.status[1, 0].tolist() == ["not_observed"] * 2


def test_singular_covariance_lowers_the_degrees_of_freedom():
    test = check_equal(np.array([1.0, 1.0, 2.0]), np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]]))
    assert test.degrees_of_freedom == 1
    assert test.statistic == pytest.approx(0.5)


def test_equal_differences_are_rejected_in_about_one_of_twenty():
    p_values = [compare(*draw(seed, [-1.0] * 3, n_persons=80)).p_value[0, 0] for seed in range(200)]
    assert 3 <= sum(p < 0.05 for p in p_values) <= 22

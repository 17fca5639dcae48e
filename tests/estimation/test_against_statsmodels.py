"""Every number of an estimate against statsmodels OLS, clustered, with t: outside software first."""

from __future__ import annotations

import numpy as np
import pytest

from estimation.estimates import estimate_group
from estimation.reference import estimate_one
from tests.estimation.random_groups import make_group


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kr", [1.0, 1e5])
def test_every_cell_agrees_to_a_billionth_of_its_error(seed, kr):
    assert_agreement(make_group(seed, kr=kr))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 120))
def test_many_larger_groups_agree(seed):
    rng = np.random.default_rng(seed)
    assert_agreement(
        make_group(
            seed,
            n_persons=int(rng.integers(100, 3000)),
            n_years=int(rng.integers(2, 6)),
            rows_per_person=int(rng.integers(1, 12)),
            kr=10.0 ** rng.integers(0, 8),
            success_share=rng.uniform(0.2, 0.7),
        )
    )


def assert_agreement(group):
    estimates = estimate_group(group.blocks(), group.layout)
    compared = 0
    for outcome, t in np.argwhere(estimates.status == "estimated"):
        reference = estimate_one(*group.arrays(outcome, t + 1))
        compared += 1
        error = reference.standard_error
        for name in ("adjusted_difference", "ci_low", "ci_high", "raw_difference"):
            assert abs(getattr(estimates, name)[outcome, t] - getattr(reference, name)) < 1e-9 * error
        assert estimates.standard_error[outcome, t] == pytest.approx(error, rel=1e-9)
        assert estimates.p_value[outcome, t] == pytest.approx(reference.p_value, rel=1e-8)
        assert estimates.n_persons[outcome, t] == reference.n_clusters
        assert estimates.n_success[outcome, t] + estimates.n_others[outcome, t] == reference.n
    assert compared >= 10

"""Small, awkward groups drawn by hypothesis: the fast path against statsmodels, cell by cell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estimation import estimate_group
from estimation.reference import estimate_one, find_independent_columns
from tests.estimation.random_groups import make_group

# statsmodels takes roots of the variances of all coefficients; with few clusters some are a rounding below 0
pytestmark = pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt")

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@SETTINGS
@given(
    seed=st.integers(0, 10_000),
    n_persons=st.integers(12, 70),
    rows_per_person=st.sampled_from([1, 2, 5]),
    n_patterns=st.sampled_from([1, 3]),
    success_share=st.sampled_from([0.1, 0.5]),
    kr=st.sampled_from([1.0, 1e5]),
)
def test_small_groups_agree_with_statsmodels(seed, n_persons, rows_per_person, n_patterns, success_share, kr):
    group = make_group(
        seed, n_persons, 2, n_patterns, rows_per_person=rows_per_person, success_share=success_share, kr=kr
    )
    estimates = estimate_group(group.blocks(3), group.layout)
    for outcome, t in np.ndindex(estimates.status.shape):
        status, reason = estimates.status[outcome, t], estimates.reason[outcome, t]
        use, baseline, success, design, person = group.arrays(outcome, t + 1)
        arms = [np.unique(person[arm]).size for arm in (success, ~success)]
        users = [np.unique(person[arm & (use != 0)]).size for arm in (success, ~success)]
        if status == "estimated":
            reference = estimate_one(use, baseline, success, design, person)
            error = reference.standard_error
            assert (
                abs(estimates.adjusted_difference[outcome, t] - reference.adjusted_difference) < 1e-9 * error
            )
            assert abs(estimates.standard_error[outcome, t] / error - 1) < 1e-9
            assert min(arms) >= 5
            assert not any(0 < number < 5 for number in users)
        elif reason == "few_clusters":
            assert min(arms) < 5
        elif reason == "few_users":
            assert any(0 < number < 5 for number in users)
        elif status == "no_use":
            assert not use.any()
        elif status == "not_observed":
            assert use.size == 0
        elif reason == "collinear":
            everything = np.column_stack([np.ones(use.size), design, baseline, success])
            assert everything.shape[1] - 1 not in find_independent_columns(everything)
        else:
            assert reason == "no_residual_variation"
            everything = np.column_stack([np.ones(use.size), design, baseline, success])
            saturated = find_independent_columns(everything).size >= use.size
            left = use - everything @ np.linalg.lstsq(everything, use, rcond=1e-12)[0]
            assert saturated or np.linalg.norm(left) < 1e-8 * np.linalg.norm(use)

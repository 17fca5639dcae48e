"""The publication rule: what may not leave of a target group's estimates.

Belongs here: the floor of five persons and five users in an arm. Does not belong here: secondary suppression,
which comes later and has a status of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from estimation.estimates import GroupEstimates
from estimation.status import FEWEST, Reason

#: Fields that are null in a cell with too few persons or users.
NUMBERS = (
    "mean_success",
    "mean_others",
    "raw_difference",
    "adjustment",
    "adjusted_difference",
    "standard_error",
    "ci_low",
    "ci_high",
    "p_value",
    "q_value",
)
#: Counts; 1–4 is null wherever it occurs.
COUNTS = (
    "n_success",
    "n_others",
    "n_persons_success",
    "n_persons_others",
    "n_persons",
    "n_users_success",
    "n_users_others",
)
#: Shares that would tell a count of 1–4 persons.
SHARES = ("share_observed_success", "share_observed_others")


def withhold(estimates: GroupEstimates) -> GroupEstimates:
    """Withhold what fewer than five persons or users in an arm forbid to publish.

    In cells that are few_clusters or few_users every mean, difference, adjustment, error, p and q becomes
    NaN; in few_clusters cells, and wherever an arm has 1–4 persons, the shares observed too. A count of 1–4
    becomes NaN in every cell, whatever its status; 0 stays. Such cells have no position, so no covariance and
    (all NaN) no adjustment by covariate.

    Parameters
    ----------
    estimates : GroupEstimates
        As estimated.

    Returns
    -------
    GroupEstimates
        A new one of the same shape; doing it twice changes nothing.
    """
    few_clusters = estimates.reason == Reason.FEW_CLUSTERS.value
    few = few_clusters | (estimates.reason == Reason.FEW_USERS.value)
    persons = np.stack([estimates.n_persons_success, estimates.n_persons_others])
    few_persons = few_clusters | ((persons > 0) & (persons < FEWEST)).any(axis=0)
    kept: dict[str, Any] = {}
    for name in NUMBERS:
        kept[name] = np.where(few, np.nan, getattr(estimates, name))
    for name in SHARES:
        kept[name] = np.where(few_persons, np.nan, getattr(estimates, name))
    for name in COUNTS:
        count = getattr(estimates, name)
        kept[name] = np.where((count > 0) & (count < FEWEST), np.nan, count)
    parts = np.where(few, np.nan, estimates.adjustment_by_covariate)
    return replace(estimates, adjustment_by_covariate=parts, **kept)

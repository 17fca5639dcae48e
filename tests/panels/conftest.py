"""A small random country with the members of a few target groups."""

from __future__ import annotations

import pytest

from pipeline.cohorts.cohort import find_cohorts
from tests.panels.followed_country import GROUPS, FollowedCountry
from tests.small_country import SmallCountry


@pytest.fixture(scope="session")
def followed(tmp_path_factory: pytest.TempPathFactory) -> FollowedCountry:
    country = SmallCountry(tmp_path_factory.mktemp("followed"), seed=2, n_persons=600, n_ranges=8)
    for job in country.jobs(4, GROUPS):
        find_cohorts(job)
    return FollowedCountry(country)

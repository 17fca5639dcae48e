"""At the default size every estimated group has 1,000 persons in each arm."""

import numpy as np
import pytest

from sample_registers.draw import DEFAULT_PERSONS, DEFAULT_SEED, draw_parts
from sample_registers.membership import list_members

FEWEST, MOST_PERSON_YEARS = 1_000, 40_000


@pytest.mark.slow
@pytest.mark.parametrize("seed", [DEFAULT_SEED, 1])
def test_every_group_has_enough_persons_in_each_arm(seed):
    persons: dict[str, np.ndarray] = {}
    person_years: dict[str, int] = {}
    for latent in draw_parts(DEFAULT_PERSONS, seed):
        for key, m in list_members(latent).items():
            arms = np.array([len(np.unique(m.person[m.status == arm])) for arm in (0, 1)])
            persons[key] = persons.get(key, 0) + arms
            person_years[key] = person_years.get(key, 0) + (m.status >= 0).sum()
    assert len(persons) == 44
    assert {key: arms.tolist() for key, arms in persons.items() if arms.min() < FEWEST} == {}
    assert max(person_years.values()) < MOST_PERSON_YEARS


def test_a_tenth_of_the_size_has_a_tenth_of_the_persons():
    members = sum(
        list_members(latent)["homeless"].person.size for latent in draw_parts(DEFAULT_PERSONS // 10, 1)
    )
    assert 400 < members < 1_000

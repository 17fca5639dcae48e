"""Age domains: who can use a consequence at all in a year, and what share of a group that is.

Belongs here: ages against declared domains, pension ages included. Does not belong here: any use.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from pipeline.declarations.consequence import Consequence
from pipeline.declarations.method import Method
from pipeline.declarations.target_group import TargetGroup


def is_inside(
    consequence: Consequence, age: np.ndarray, birth_year: np.ndarray, method: Method
) -> np.ndarray:
    """Say who is inside the age domain.

    Parameters
    ----------
    consequence : Consequence
    age : (n,) int
        Age on 31 December of the year of use.
    birth_year : (n,) int
    method : Method
        Pension ages by birth cohort.

    Returns
    -------
    (n,) bool
    """
    inside = np.ones(age.shape, dtype=bool)
    if consequence.age_from is not None:
        inside &= age >= consequence.age_from
    if consequence.age_to is not None:
        inside &= age <= consequence.age_to
    if consequence.ends_at_pension_age:
        born_to = np.array([step.born_to for step in method.pension_ages])
        pension_age = np.array([step.age for step in method.pension_ages])
        inside &= age <= pension_age[np.searchsorted(born_to, birth_year)]
    return inside


def share_inside(
    consequence: Consequence, by_age: Mapping[tuple[int, int], int], method: Method
) -> np.ndarray:
    """Return the share of members inside the age domain, by relative year.

    Parameters
    ----------
    consequence : Consequence
    by_age : mapping of (int, int) to int
        Members (person-years) by age at year 0 and base year.
    method : Method

    Returns
    -------
    (H,) float
        Share 0–1 in relative years 1 … H, H the profile's last year; 1 for an empty group.
    """
    if not by_age:
        return np.ones(method.profile_years)
    age, base_year = np.array(list(by_age), dtype=np.int64).T
    n_members = np.array(list(by_age.values()), dtype=np.int64)
    inside = [
        n_members[is_inside(consequence, age + t, base_year - age, method)].sum()
        for t in range(1, method.profile_years + 1)
    ]
    return np.array(inside) / n_members.sum()


def find_outside_ages(
    consequences: Sequence[Consequence], group: TargetGroup, base_years: Sequence[int]
) -> np.ndarray:
    """Find the cells in which no member's age can be inside the domain, whatever the members are.

    Parameters
    ----------
    consequences : sequence of Consequence
    group : TargetGroup
        Its age band.
    base_years : sequence of int
        Base years of the group, for birth cohorts.

    Returns
    -------
    (m, T) bool
    """
    ages = np.arange(group.age_from, group.age_to + 1)
    years = np.array(base_years or [group.method.first_base_year])
    age, base_year = (grid.ravel() for grid in np.meshgrid(ages, years))
    return np.array(
        [
            [
                not is_inside(consequence, age + t, base_year - age, group.method).any()
                for t in range(1, group.method.relative_years + 1)
            ]
            for consequence in consequences
        ]
    )

"""The members of target groups in numbers: what has to be known of all leaves before a panel is laid out.

Belongs here: assessable members by age and base year, and by the definitions met. Does not belong here: following them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from pipeline.panels.block import select_assessable

if TYPE_CHECKING:
    from pipeline.leaf_jobs import LeafJob


@dataclass(frozen=True)
class MemberCounts:
    """The assessable members of a target group; nothing is withheld, so never published as it is.

    Attributes
    ----------
    by_age : Counter of (int, int)
        Person-years by age at year 0 and base year.
    person_years, persons : Counter of str
        By the definitions met in year 0, joined by ' + '.
    """

    by_age: Counter[tuple[int, int]] = field(default_factory=Counter)
    person_years: Counter[str] = field(default_factory=Counter)
    persons: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: MemberCounts) -> MemberCounts:
        """Add the counts of other leaves; a person lies in one leaf."""
        return MemberCounts(
            self.by_age + other.by_age, self.person_years + other.person_years, self.persons + other.persons
        )


def count_members(job: LeafJob) -> dict[str, MemberCounts]:
    """Count the assessable members of target groups in a range of leaves.

    Returns
    -------
    dict of str to MemberCounts
        By target group.
    """
    with job.open_connection() as con:
        relation = select_assessable(job.project.tables, job.leaves, job.groups)
        rows = con.sql(f"SELECT target_group, age, base_year, pattern, pnr AS person FROM {relation}").pl()
    members = rows.partition_by("target_group", as_dict=True)
    return {name: count_rows(members.get((name,), rows.clear())) for name in job.groups}


def count_rows(members: pl.DataFrame) -> MemberCounts:
    """Count the assessable members of one target group.

    Parameters
    ----------
    members : polars.DataFrame
        age, base_year, pattern and person (a number of the person); a row a person-year.
    """
    by_age = members.group_by("age", "base_year").len()
    by_pattern = members.group_by("pattern").agg(pl.len(), pl.col("person").n_unique())
    return MemberCounts(
        Counter({(age, base_year): n for age, base_year, n in by_age.iter_rows()}),
        Counter({pattern: n for pattern, n, _ in by_pattern.iter_rows()}),
        Counter({pattern: n for pattern, _, n in by_pattern.iter_rows()}),
    )

"""The members of target groups in numbers: what has to be known of all leaves before a panel is laid out.

Belongs here: assessable members by age and base year, and by the definitions met. Does not belong here: following them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
    found = {name: MemberCounts() for name in job.groups}
    with job.open_connection() as con:
        relation = select_assessable(job.project.tables, job.leaves, job.groups)
        con.execute(f"CREATE TEMP TABLE assessable AS FROM {relation}")
        rows = con.execute("SELECT target_group, age, base_year, count(*) FROM assessable GROUP BY ALL")
        for name, age, base_year, n in rows.fetchall():
            found[name].by_age[age, base_year] = n
        rows = con.execute(
            "SELECT target_group, pattern, count(*), count(DISTINCT pnr) FROM assessable GROUP BY ALL"
        )
        for name, pattern, n_person_years, n_persons in rows.fetchall():
            found[name].person_years[pattern] = n_person_years
            found[name].persons[pattern] = n_persons
    return found

"""The population a target group is drawn from: counts that no rule of the group is needed for, made once for all.

Belongs here: persons and person-years by calendar years, residence and age. Does not belong here: events, rules.

A person's years are one bit each of an integer. Age is year less birth year, so that the years in which a person is
inside an age band are bits too: any number of populations is counted from one reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import numpy as np


@dataclass(frozen=True)
class Population:
    """Some person-years of the registers.

    Attributes
    ----------
    years : frozenset of int, optional
        Calendar years; all by default.
    is_resident : bool
        Only those resident on 31 December.
    ages : tuple of two int, optional
        First and last age on 31 December; all by default.
    """

    years: frozenset[int] | None = None
    is_resident: bool = False
    ages: tuple[int, int] | None = None

    def holds(self, year: int, birth_year: np.ndarray) -> np.ndarray:
        """Say for which birth years a calendar year is inside; (b,) bool."""
        if self.years is not None and year not in self.years:
            return np.zeros(birth_year.shape, dtype=bool)
        if self.ages is None:
            return np.ones(birth_year.shape, dtype=bool)
        age = year - birth_year
        return (age >= self.ages[0]) & (age <= self.ages[1])


def count_populations(
    con: duckdb.DuckDBPyConnection, person_years: str, populations: Iterable[Population]
) -> dict[Population, tuple[int, int]]:
    """Count persons and person-years of populations in one reading.

    Parameters
    ----------
    con : duckdb connection
    person_years : str
        Relation with pnr, year, age and is_resident; one row a person and year.
    populations : iterable of Population

    Returns
    -------
    dict of Population to (int, int)
        Persons, and person-years.
    """
    wanted = dict.fromkeys(populations)
    first, last = con.execute(f"SELECT min(year), max(year) FROM {person_years}").fetchone()
    if first is None:
        return dict.fromkeys(wanted, (0, 0))
    bit = f"1::BIGINT << (year - {first})"
    found = con.execute(
        f"""SELECT CAST(pnr AS BIGINT) AS person, year - age AS birth_year, bit_or({bit}) AS present,
        coalesce(bit_or({bit}) FILTER (is_resident), 0) AS resident
        FROM {person_years} GROUP BY ALL ORDER BY ALL"""
    ).fetchnumpy()
    births, place = np.unique(found["birth_year"].astype(np.int64), return_inverse=True)
    person = found["person"]
    counts = {}
    for population in wanted:
        inside = np.zeros(births.size, dtype=np.int64)
        for year in range(first, last + 1):
            inside |= population.holds(year, births).astype(np.int64) << (year - first)
        left = found["resident" if population.is_resident else "present"] & inside[place]
        persons = person[left != 0]  # sorted; twice in it only whose date of birth was corrected
        n_persons = int(np.count_nonzero(np.diff(persons))) + (persons.size > 0)
        counts[population] = (n_persons, int(np.bitwise_count(left).sum()))
    return counts

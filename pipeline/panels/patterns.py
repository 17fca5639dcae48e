"""Observation patterns: consequences that are covered in the same years and municipalities share a design.

Belongs here: which consequences of a group go together, and where they are covered. Does not belong here: the
declared coverage (`pipeline/cohorts/coverage`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.cohorts.coverage import Coverage, Read
from pipeline.declarations.consequence import Consequence
from pipeline.declarations.vocabulary import EVENT_TABLES


@dataclass(frozen=True)
class Pattern:
    """Where some consequences are covered.

    Attributes
    ----------
    event_tables : tuple of str
        What the consequences are measured from.
    years : frozenset of int
        Full calendar years covered.
    excepted : frozenset of (year, municipality code)
        Not covered though the year is.
    """

    event_tables: tuple[str, ...]
    years: frozenset[int]
    excepted: frozenset[tuple[int, int]]

    def is_covered(self, year: np.ndarray, municipality: np.ndarray) -> np.ndarray:
        """Say for each person-year whether it is covered.

        Parameters
        ----------
        year : (n,) int
            Calendar year.
        municipality : (n,) int
            Municipality code; 0 when unknown.

        Returns
        -------
        (n,) bool
        """
        covered = np.isin(year, list(self.years))
        if self.excepted:
            pairs = np.array([100_000 * y + code for y, code in self.excepted])
            covered &= ~np.isin(100_000 * year.astype(np.int64) + municipality, pairs)
        return covered


def read_of(consequence: Consequence) -> Read:
    """Return which rows of its event table a consequence counts."""
    table = EVENT_TABLES[consequence.events]
    values: dict[str, tuple] = {}
    for name, rule in consequence.where.items():
        attribute = table.attribute(name)
        if isinstance(rule, tuple | list):
            values[name] = tuple(rule)
        elif attribute is not None and attribute.values:
            values[name] = tuple(value for value in attribute.values if value not in rule["not"])
    return Read(consequence.events, values)


def group_by_pattern(
    consequences: Sequence[Consequence], coverage: Coverage
) -> tuple[tuple[Pattern, ...], np.ndarray]:
    """Group consequences that share their coverage.

    Returns
    -------
    tuple of Pattern
        P patterns, in the order of their first consequence.
    (m,) int array
        The pattern of each consequence.
    """
    keys: dict[tuple, list[int]] = {}
    for index, consequence in enumerate(consequences):
        read = read_of(consequence)
        keys.setdefault((coverage.covered_years(read), coverage.excepted(read)), []).append(index)
    patterns, pattern_of = [], np.zeros(len(consequences), dtype=np.int64)
    for number, ((years, excepted), members) in enumerate(keys.items()):
        tables = tuple(dict.fromkeys(consequences[index].events for index in members))
        patterns.append(Pattern(tables, years, excepted))
        pattern_of[members] = number
    return tuple(patterns), pattern_of

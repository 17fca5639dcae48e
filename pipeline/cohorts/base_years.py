"""Which base years a target group can use, and where its rules cannot be judged.

Belongs here: what the rules read against the declared coverage. Does not belong here: any person (`members`), the
coverage itself (`coverage`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.cohorts.coverage import Coverage, Read
from pipeline.declarations.rule_reads import EventRead
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.vocabulary import EVENT_TABLES


@dataclass(frozen=True)
class BaseYears:
    """The base years of a target group.

    Attributes
    ----------
    years : tuple of int
        Those in which every register its rules read is covered, and that the registers follow to year 2.
    look_back_from : int
        First year read when a first entry is looked for.
    """

    years: tuple[int, ...]
    look_back_from: int


def find_base_years(group: TargetGroup, reads: Iterable[EventRead], coverage: Coverage) -> BaseYears:
    """Find the base years a group can use.

    Parameters
    ----------
    group : TargetGroup
    reads : iterable of EventRead
        What its membership and success rules read, and how many years after the base year.
    coverage : Coverage

    Returns
    -------
    BaseYears
        Possibly without years.
    """
    method = group.method
    reads = tuple(reads)
    covered = {(read.relative_year, coverage.covered_years(what_is_read(read))) for read in reads}
    years = tuple(
        year
        for year in range(method.first_base_year, method.last_base_year + 1)
        if year + 2 <= method.last_year
        and all(year + relative_year in years for relative_year, years in covered)
    )
    starts = [coverage.look_back_from(what_is_read(read)) for read in reads if read.role == "membership"]
    return BaseYears(years, max(starts, default=method.first_year))


def find_exceptions(
    reads: Iterable[EventRead], relative_year: int, coverage: Coverage
) -> frozenset[tuple[int, int]]:
    """Return (year, municipality code) pairs in which the rules cannot be judged in a relative year."""
    found = [coverage.excepted(what_is_read(read)) for read in reads if read.relative_year == relative_year]
    return frozenset().union(*found)


def what_is_read(read: EventRead) -> Read:
    """Return the rows of its event table that a rule reads, by values of closed attributes."""
    values = {}
    for item in read.where:
        attribute = EVENT_TABLES[read.events].attribute(item.attribute)
        if attribute is None or not attribute.values:
            continue
        kept = [value for value in attribute.values if (value in item.values) != item.is_negated]
        values[item.attribute] = tuple(kept)
    return Read(read.events, values)

"""The rules of the publication gate that need more than one row or table.

Belongs here: what a rule is, and the list of all of them. Does not belong here: the rules of one column or
key, which are generated from `schemas`, and running them (`gate`). A rule is a query with one row for each
thing looked at, with a column `holds`; the gate counts the rows where it is not true, so no row and no value
ever leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass

YEARS_FOLLOWED = "(SELECT last_year_followed FROM release)"
"""In a query: the last relative year that is estimated."""

PROFILE_YEARS = "(SELECT last_year_of_profile FROM release)"
"""In a query: the relative year in which a profile ends, at 0."""

SIGNIFICANCE = "(SELECT significance_level FROM release)"
"""In a query: an estimate is significant when its p-value is below it."""

VIEWS = ("soem_classic", "all_estimates")
"""The views every profile is published in."""

FEWEST = 5
"""No number rests on fewer persons than this."""


@dataclass(frozen=True)
class Rule:
    """One rule over the release tables.

    Attributes
    ----------
    name : str
        The rule's name, in snake case.
    table : str
        The table the rule is about.
    da, en : str
        What holds, in Danish and English.
    sql : str
        DuckDB query over the release tables with a boolean column `holds`, one row for each thing looked at.
    needs_rows : bool
        Whether a rule that looked at nothing has failed.
    """

    name: str
    table: str
    da: str
    en: str
    sql: str
    needs_rows: bool = False

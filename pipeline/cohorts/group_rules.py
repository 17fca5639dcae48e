"""What several target groups ask of the same rows: their rules as small tables that one query joins.

Belongs here: age bands, base years, entry and uncovered municipalities of groups, side by side, and which groups share
a rule. Does not belong here: the queries (`members`, `success`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.cohorts.base_years import BaseYears, find_base_years, find_exceptions
from pipeline.cohorts.coverage import Coverage
from pipeline.cohorts.population import Population
from pipeline.declarations.compile_sql import (
    list_conditions,
    membership_by_definition_sql,
    membership_sql,
    success_sql,
)
from pipeline.declarations.functions import FUNCTIONS
from pipeline.declarations.rule_reads import list_reads
from pipeline.declarations.rules import FunctionCondition, walk_rule
from pipeline.declarations.target_group import TargetGroup


@dataclass(frozen=True)
class GroupRule:
    """One target group as the queries see it.

    Attributes
    ----------
    group : TargetGroup
    base_years : BaseYears
    excepted : tuple of two frozensets of (year, municipality code)
        Where its rules cannot be judged, in year 0 and in year 1.
    membership, success : str
        The SELECT of who meets the definition (in a union one row a definition met), and of who succeeds.
    """

    group: TargetGroup
    base_years: BaseYears
    excepted: tuple[frozenset[tuple[int, int]], frozenset[tuple[int, int]]]
    membership: str
    success: str

    @property
    def key(self) -> str:
        """Key of the target group."""
        return self.group.target_group

    @property
    def read_by_functions(self) -> tuple[str, ...]:
        """Event tables that named functions of its success criterion read as they are."""
        parts = self.group.definition.union_of or (self.group.definition,)
        inner = [rule for part in parts if part.success is not None for rule in walk_rule(part.success)]
        names = [rule.function for rule in inner if isinstance(rule, FunctionCondition)]
        return list_distinct(events for name in names for events, _, _ in FUNCTIONS[name].reads)

    @property
    def populations(self) -> dict[str, Population]:
        """The populations of the first steps of its attrition, by step."""
        years = frozenset(self.base_years.years)
        ages = (self.group.age_from, self.group.age_to)
        return {
            "registers": Population(),
            "base_years": Population(years),
            "resident": Population(years, is_resident=True),
            "age_band": Population(years, is_resident=True, ages=ages),
        }


def list_rules(groups: Sequence[TargetGroup], coverage: Coverage) -> tuple[GroupRule, ...]:
    """Put together what the queries need to know of target groups, in their order.

    Their queries read the tables named by `name_conditions` instead of the events.
    """
    held = name_conditions(groups)
    return tuple(_describe(group, coverage, held) for group in groups)


def name_conditions(groups: Sequence[TargetGroup]) -> dict[str, str]:
    """Name a table for each distinct event condition of target groups: its SELECT to its name."""
    selects = dict.fromkeys(sql for group in groups for sql in list_conditions(group))
    return {sql: f"condition_{number}" for number, sql in enumerate(selects)}


def _describe(group: TargetGroup, coverage: Coverage, held: Mapping[str, str]) -> GroupRule:
    reads = list_reads(group)
    write_membership = membership_by_definition_sql if group.definition.union_of else membership_sql
    return GroupRule(
        group=group,
        base_years=find_base_years(group, reads, coverage),
        excepted=(find_exceptions(reads, 0, coverage), find_exceptions(reads, 1, coverage)),
        membership=write_membership(group, held),
        success=success_sql(group, held),
    )


def create_rule_tables(con: duckdb.DuckDBPyConnection, rules: Sequence[GroupRule]) -> None:
    """Make the tables `group_rules`, `group_base_years` and `group_exceptions`; a group's number is its place.

    `membership` and `success` in `group_rules` number the distinct rules, see `list_distinct`.
    """
    membership, success = (
        list(list_distinct(rule.membership for rule in rules)),
        list(list_distinct(rule.success for rule in rules)),
    )
    frames = {
        "group_rules": pl.DataFrame(
            [
                (
                    number,
                    membership.index(rule.membership),
                    success.index(rule.success),
                    rule.group.age_from,
                    rule.group.age_to,
                    rule.base_years.look_back_from,
                    rule.group.entry,
                )
                for number, rule in enumerate(rules)
            ],
            schema=dict.fromkeys(
                ("number", "membership", "success", "age_from", "age_to", "look_back_from"), pl.Int16
            )
            | {"entry": pl.String},
            orient="row",
        ),
        "group_base_years": pl.DataFrame(
            [(number, year) for number, rule in enumerate(rules) for year in rule.base_years.years],
            schema={"number": pl.Int16, "year": pl.Int16},
            orient="row",
        ),
        "group_exceptions": pl.DataFrame(
            [
                (number, relative_year, year, municipality)
                for number, rule in enumerate(rules)
                for relative_year, pairs in enumerate(rule.excepted)
                for year, municipality in sorted(pairs)
            ],
            schema=dict.fromkeys(("number", "relative_year", "year", "municipality_code"), pl.Int16),
            orient="row",
        ),
    }
    for name, frame in frames.items():
        con.register("rule_rows", frame.to_arrow())
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM rule_rows")
        con.unregister("rule_rows")


def list_distinct(texts: Iterable[str]) -> tuple[str, ...]:
    """Return distinct texts in the order of their first."""
    return tuple(dict.fromkeys(texts))

"""The cohorts of target groups in a range of leaves: members, their success and counts, all groups in one reading.

Belongs here: the order of the steps, what is written and what is counted. Does not belong here: the steps themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import polars as pl

from pipeline.cohorts.attrition import Place, add_counts, tabulate_attrition
from pipeline.cohorts.characteristics import count_characteristics, describe_members
from pipeline.cohorts.group_rules import GroupRule, create_rule_tables, list_rules, name_conditions
from pipeline.cohorts.members import COVARIATE_COLUMNS, count_members, find_members
from pipeline.cohorts.population import count_populations
from pipeline.cohorts.success import NOT_ASSESSABLE, count_statuses, judge_success
from pipeline.declarations.compile_conditions import select_events
from pipeline.declarations.compile_sql import list_conditions
from pipeline.declarations.rule_reads import list_reads
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.knowledge import price_index_table
from pipeline.views import select_leaves
from schemas.checks import conform_table

if TYPE_CHECKING:
    from pipeline.leaf_jobs import LeafJob

NOBODY = (0, 0)


@dataclass(frozen=True)
class CohortCounts:
    """What is counted of one target group in a range of leaves; nothing is withheld yet.

    Attributes
    ----------
    attrition : dict of Place to (int, int)
        Persons and person-years up to year 1.
    characteristics : polars.DataFrame
        Counts of members by category.
    n_members : int
        Rows of `target_group_members` and of `success_status`.
    """

    attrition: dict[Place, tuple[int, int]]
    characteristics: pl.DataFrame
    n_members: int


def find_cohorts(job: LeafJob) -> dict[str, CohortCounts]:
    """Find members and success of target groups in a range of leaves, write them, and count.

    Parameters
    ----------
    job : LeafJob
        Its groups are built together.

    Returns
    -------
    dict of str to CohortCounts
        By target group.
    """
    project = job.project
    groups = [project.declared.group[name] for name in job.groups]
    rules = list_rules(groups, project.coverage)
    with job.open_connection() as con:
        read = sorted({read.events for group in groups for read in list_reads(group)})
        events = {table: select_leaves(project.tables, table, job.leaves) for table in read}
        _hold_conditions(con, events, groups)
        exits = select_leaves(project.tables, "person_exits", job.leaves)
        con.execute(f"CREATE TEMP VIEW person_exits AS FROM {exits}")
        con.register("price_index", price_index_table(project.declared.knowledge).to_arrow())
        create_rule_tables(con, rules)
        person_years = select_leaves(project.tables, "person_years", job.leaves)
        find_members(con, rules, person_years)
        judge_success(con, rules, events)
        _write_rows(con, job, rules)
        return _count(con, rules, person_years)


def _hold_conditions(
    con: duckdb.DuckDBPyConnection, events: Mapping[str, str], groups: Sequence[TargetGroup]
) -> None:
    """Ask the event tables each distinct condition of the groups once, and hold who meets it in which year."""
    for table, relation in events.items():
        con.execute(f"CREATE TEMP VIEW {table} AS FROM {relation}")
    codes = _hold_codes(con, events)
    conditions = {sql: found for group in groups for sql, found in list_conditions(group).items()}
    for sql, name in name_conditions(groups).items():
        con.execute(f"CREATE TEMP TABLE {name} AS {select_events(conditions[sql], codes)}")
    for table in events:
        con.execute(f"DROP VIEW {table}")


def _hold_codes(con: duckdb.DuckDBPyConnection, events: Iterable[str]) -> dict[str, str]:
    """Hold each diagnosis and other code once that is looked for by its first letters: attribute to table."""
    held = {}
    for table in events:
        for attribute in EVENT_TABLES[table].attributes:
            if attribute.codes is not None and attribute.codes.is_prefix:
                held[attribute.name] = f"codes_of_{attribute.name}"
                con.execute(
                    f"CREATE TEMP TABLE {held[attribute.name]} AS SELECT DISTINCT {attribute.name} FROM {table}"
                )
    return held


def _write_rows(con: duckdb.DuckDBPyConnection, job: LeafJob, rules: Sequence[GroupRule]) -> None:
    """Write members and statuses of each group, sorted by leaf, person and base year; groups without any too."""
    covariates = ", ".join(COVARIATE_COLUMNS)
    selects = {
        "target_group_members": f"number, leaf, pnr, base_year, {covariates}, definitions FROM members",
        "success_status": "number, leaf, pnr, base_year, status, reason FROM success_status",
    }
    for table, select in selects.items():
        rows = con.sql(f"SELECT {select} ORDER BY number, leaf, pnr, base_year").pl()
        edges = np.searchsorted(rows["number"].to_numpy(), np.arange(len(rules) + 1))
        for number, rule in enumerate(rules):
            own = rows.slice(edges[number], edges[number + 1] - edges[number]).drop("number")
            if table == "target_group_members":
                alone = pl.lit([rule.group.definition.definition])
                own = own.with_columns(definitions_met=pl.coalesce("definitions", alone)).drop("definitions")
            _write_file(job, table, rule.key, own.with_columns(target_group=pl.lit(rule.key)))


def _write_file(job: LeafJob, table: str, target_group: str, frame: pl.DataFrame) -> None:
    """Write a group's rows of these leaves under a hidden name, then give the file its own."""
    path = job.path(table, target_group)
    hidden = path.with_name(f".{path.name}.writing")
    conform_table(table, frame).write_parquet(hidden, compression="zstd")
    hidden.replace(path)


def _count(
    con: duckdb.DuckDBPyConnection, rules: Sequence[GroupRule], person_years: str
) -> dict[str, CohortCounts]:
    populations = count_populations(
        con, person_years, (p for rule in rules for p in rule.populations.values())
    )
    members, statuses = count_members(con), count_statuses(con)
    children = [number for number, rule in enumerate(rules) if rule.group.is_children]
    counted = count_characteristics(con, children)
    found = {}
    for number, rule in enumerate(rules):
        left = {step: populations[population] for step, population in rule.populations.items()}
        left |= {step: members.get((number, step), NOBODY) for step in ("definition", "covered", "entry")}
        attrition: dict[Place, tuple[int, int]] = {
            (step, "remaining", None, None): count for step, count in left.items()
        }
        for step, reasons in (("assessable", (*NOT_ASSESSABLE, "remaining")), ("arms", ("success", "other"))):
            for reason in reasons:
                attrition[step, reason, None, None] = statuses.get((number, step, reason), NOBODY)
        own = counted.filter(number=number)
        found[rule.key] = CohortCounts(attrition, own, left["entry"][1])
    return found


def tabulate_cohort(group: TargetGroup, parts: Sequence[CohortCounts]) -> Mapping[str, pl.DataFrame]:
    """Add the counts of all ranges of leaves and tabulate what is published of them.

    Parameters
    ----------
    group : TargetGroup
    parts : sequence of CohortCounts
        One a range.

    Returns
    -------
    mapping of str to polars.DataFrame
        Tables `attrition` (up to year 1) and `target_group_characteristics`, withheld below the floor.
    """
    floor = group.method.min_published_count
    attrition = add_counts(part.attrition for part in parts)
    counted = pl.concat([part.characteristics for part in parts])
    return {
        "attrition": tabulate_attrition(group.target_group, attrition, floor),
        "target_group_characteristics": describe_members(group.target_group, counted, floor),
    }

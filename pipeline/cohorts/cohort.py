"""The cohort of a target group: members, their success, attrition and characteristics, from one definition.

Belongs here: the order of the steps. Does not belong here: the steps themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.cohorts.attrition import Attrition
from pipeline.cohorts.characteristics import describe_members
from pipeline.cohorts.coverage import Coverage
from pipeline.cohorts.members import BaseYears, find_base_years, find_exceptions, find_members
from pipeline.cohorts.success import judge_success
from pipeline.declarations.compile_sql import membership_by_definition_sql, membership_sql, success_sql
from pipeline.declarations.rule_reads import list_reads
from pipeline.declarations.target_group import TargetGroup


@dataclass(frozen=True)
class Cohort:
    """What is known of a target group before it is followed.

    Attributes
    ----------
    members, success_status, attrition, characteristics : polars.DataFrame
        Tables `target_group_members`, `success_status`, `attrition` (up to year 1), `target_group_characteristics`.
    base_years : BaseYears
    """

    members: pl.DataFrame
    success_status: pl.DataFrame
    attrition: pl.DataFrame
    characteristics: pl.DataFrame
    base_years: BaseYears


def build_cohort(con: duckdb.DuckDBPyConnection, group: TargetGroup, coverage: Coverage) -> Cohort:
    """Find members and success of one target group.

    Parameters
    ----------
    con : duckdb connection
        With views of `person_years`, `person_exits`, `price_index` and the event tables its rules read.
    group : TargetGroup
    coverage : Coverage

    Returns
    -------
    Cohort
    """
    reads = list_reads(group)
    base_years = find_base_years(group, reads, coverage)
    attrition = Attrition()
    find_members(
        con, group, membership_sql(group), base_years, find_exceptions(reads, 0, coverage), attrition
    )
    judge_success(con, success_sql(group), find_exceptions(reads, 1, coverage), attrition)
    floor = group.method.min_published_count
    key = pl.lit(group.target_group).alias("target_group")
    return Cohort(
        members=_add_definitions(con, group).with_columns(key),
        success_status=con.sql("SELECT * FROM success_status ORDER BY leaf, pnr, base_year")
        .pl()
        .with_columns(key),
        attrition=attrition.to_frame(group.target_group, floor),
        characteristics=describe_members(con, group.target_group, group.is_children, floor),
        base_years=base_years,
    )


def _add_definitions(con: duckdb.DuckDBPyConnection, group: TargetGroup) -> pl.DataFrame:
    """Return the members with the definitions each one met in year 0: several only in a union."""
    if not group.definition.union_of:
        definitions = f"SELECT members.*, ['{group.definition.definition}'] AS definitions_met FROM members"
        return con.sql(f"{definitions} ORDER BY leaf, pnr, base_year").pl()
    return con.sql(
        f"""SELECT members.*, definitions_met FROM members
        JOIN (SELECT leaf, pnr, year AS base_year, list(DISTINCT definition ORDER BY definition) AS definitions_met
              FROM ({membership_by_definition_sql(group)}) GROUP BY ALL) AS met
        USING (leaf, pnr, base_year) ORDER BY leaf, pnr, base_year"""
    ).pl()

"""Every target group as a published row: what it is in words and SQL, what that rests on, how many it is.

Belongs here: from declarations and counts to the table `target_groups`. Does not belong here: the words (`prose`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import polars as pl

from pipeline.declarations.compile_sql import membership_sql, success_sql
from pipeline.declarations.prose import tell_membership, tell_success
from pipeline.declarations.target_group import TargetGroup
from schemas.checks import POLARS_TYPES, TABLES

_COUNTED = ("n_persons", "n_person_years", "n_success", "n_others")
COUNTS = """SELECT target_group, count(DISTINCT pnr) AS n_persons, count(*) AS n_person_years,
    count(*) FILTER (status = 'success') AS n_success, count(*) FILTER (status = 'other') AS n_others,
    min(base_year) AS base_year_first, max(base_year) AS base_year_last
    FROM target_group_members JOIN success_status USING (target_group, leaf, pnr, base_year) GROUP BY ALL"""


def tabulate_target_groups(con: duckdb.DuckDBPyConnection, groups: Sequence[TargetGroup]) -> pl.DataFrame:
    """Describe every target group, those with a literature overview only included.

    Parameters
    ----------
    con : duckdb connection
        With `target_group_members` and `success_status` of all groups, and a column target_group.
    groups : sequence of TargetGroup

    Returns
    -------
    polars.DataFrame
        Table `target_groups`. Counts of fewer persons than the floor are null.
    """
    counts = {row.pop("target_group"): row for row in con.sql(COUNTS).pl().to_dicts()}
    rows = [_describe_group(group) | _withhold(counts.get(group.target_group), group) for group in groups]
    schema = {column.name: POLARS_TYPES[column.type] for column in TABLES["target_groups"].columns}
    return pl.DataFrame(rows, schema=schema)


def _withhold(counts: dict[str, Any] | None, group: TargetGroup) -> dict[str, Any]:
    """Return the counts as published: null below the floor; 0 for an estimated group without any member."""
    if counts is None:
        return dict.fromkeys(_COUNTED, 0) if group.is_estimated else {}
    floor = group.method.min_published_count
    if counts["n_persons"] < floor:
        return {}
    return {
        name: None if name in ("n_success", "n_others") and 0 < value < floor else value
        for name, value in counts.items()
    }


def _describe_group(group: TargetGroup) -> dict[str, Any]:
    row: dict[str, Any] = {
        "target_group": group.target_group,
        "name_da": group.name.da,
        "name_en": group.name.en,
        "area": group.area,
        "age_from": group.age_from,
        "age_to": group.age_to,
        "kind": group.kind,
        "entry": group.entry or None,
        "union_of": ", ".join(group.union_of) or None,
        "limitations_da": "\n".join(text.da for text in group.limitations) or None,
        "limitations_en": "\n".join(text.en for text in group.limitations) or None,
        "definition_hash": group.definition_hash,
        "source": group.source,
        "population": "children" if group.is_children else "adults",
    }
    if group.band is not None:
        membership, success = tell_membership(group), tell_success(group)
        row |= {
            "basis_membership": group.band.basis_membership.basis,
            "basis_success": group.band.basis_success.basis,
            "reason_membership": group.band.basis_membership.reason.da,
            "reason_success": group.band.basis_success.reason.da,
            "membership_da": membership.da,
            "membership_en": membership.en,
            "success_da": success.da,
            "success_en": success.en,
            "membership_sql": membership_sql(group),
            "success_sql": success_sql(group),
        }
    return row

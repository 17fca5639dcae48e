"""Who reaches success: the status of every member in year 1, all groups of a range of leaves at once.

Belongs here: from declared success criteria to rows of `success_status`. Does not belong here: membership.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from pipeline.cohorts.group_rules import GroupRule, list_distinct

NOT_ASSESSABLE = ("died", "emigrated", "municipality_not_covered", "not_in_population")


def judge_success(
    con: duckdb.DuckDBPyConnection, rules: Sequence[GroupRule], events: Mapping[str, str]
) -> None:
    """Make the temporary table `success_status` (number, leaf, pnr, base_year, status, reason) of `members`.

    Parameters
    ----------
    con : duckdb connection
        With the tables of conditions and of `find_members`, `person_exits` and `price_index`.
    rules : sequence of GroupRule
        In the order of their numbers.
    events : mapping of str to str
        Event table to the relation of its rows in these leaves, for named functions.

    Notes
    -----
    A member whom the success criterion says nothing of gets no status, which the check of the table refuses: never
    silently one of the others.
    """
    _ask_criteria(con, rules, events)
    con.execute(
        """CREATE TEMP TABLE success_status AS
        SELECT number, leaf, pnr, base_year,
          CASE WHEN reason IS NOT NULL THEN 'not_assessable'
               WHEN is_success THEN 'success' WHEN NOT is_success THEN 'other' END AS status,
          reason
        FROM (
          SELECT members.number, members.leaf, members.pnr, members.base_year, is_success,
            CASE WHEN next.pnr IS NULL THEN
                   CASE WHEN death_date <= make_date(members.base_year + 1, 12, 31) THEN 'died'
                        WHEN emigration_date <= make_date(members.base_year + 1, 12, 31) THEN 'emigrated'
                        ELSE 'not_in_population' END
                 WHEN (members.number, 1, next.year, next.municipality_code) IN (FROM group_exceptions)
                 THEN 'municipality_not_covered' END AS reason
          FROM members
          JOIN group_rules USING (number)
          LEFT JOIN person_years AS next
            ON next.leaf = members.leaf AND next.pnr = members.pnr
            AND next.year = members.base_year + 1 AND next.is_resident
          LEFT JOIN person_exits AS gone ON gone.leaf = members.leaf AND gone.pnr = members.pnr
          LEFT JOIN judged
            ON judged.success = group_rules.success AND judged.leaf = members.leaf
            AND judged.pnr = members.pnr AND judged.base_year = members.base_year)"""
    )
    con.execute("DROP TABLE judged")


def _ask_criteria(
    con: duckdb.DuckDBPyConnection, rules: Sequence[GroupRule], events: Mapping[str, str]
) -> None:
    """Make `judged` (success, leaf, pnr, base_year, is_success): each distinct criterion asked of its candidates."""
    con.execute(
        """CREATE TEMP TABLE judged AS
        SELECT 0::SMALLINT AS success, leaf, pnr, base_year, TRUE AS is_success FROM members LIMIT 0"""
    )
    asked = {rule.success: rule for rule in rules}
    for number, sql in enumerate(list_distinct(rule.success for rule in rules)):
        con.execute(
            f"""CREATE OR REPLACE TEMP TABLE candidates AS
            SELECT DISTINCT leaf, pnr, base_year FROM members JOIN group_rules USING (number)
            WHERE success = {number}"""
        )
        for table in asked[sql].read_by_functions:
            con.execute(
                f"""CREATE OR REPLACE TEMP TABLE {table} AS
                FROM {events[table]} WHERE pnr IN (SELECT pnr FROM candidates)"""
            )
        con.execute(f"INSERT INTO judged SELECT {number}, leaf, pnr, base_year, is_success FROM ({sql})")


def count_statuses(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, str, str], tuple[int, int]]:
    """Count `success_status` by group, step and reason.

    Returns
    -------
    dict of (int, str, str) to (int, int)
        Number of the group, step and reason to persons and person-years; what does not occur is absent.
    """
    counted = "count(DISTINCT pnr), count(*) FROM success_status"
    rows = con.execute(
        f"""SELECT number, 'assessable', coalesce(reason, 'remaining'), {counted} GROUP BY ALL
        UNION ALL
        SELECT number, 'arms', status, {counted} WHERE status IN ('success', 'other') GROUP BY ALL"""
    ).fetchall()
    return {(number, step, reason): (persons, years) for number, step, reason, persons, years in rows}

"""The members of target groups: person-years that meet a definition, all groups of a range of leaves at once.

Belongs here: from declared definitions to the rows of `target_group_members`, each exclusion counted. Does not belong
here: who reaches success (`success`), nor what a definition says (`pipeline/declarations`).

Definitions are met by few person-years: each distinct one is asked of the event tables once, and all groups together
meet the persons' years once.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.cohorts.group_rules import GroupRule, list_distinct

COVARIATE_COLUMNS = (
    "age",
    "sex",
    "municipality_code",
    "origin_code",
    "employment_code",
    "education_code",
    "mother_employment_code",
    "mother_education_code",
    "father_employment_code",
    "father_education_code",
)

_STABLE_HASH = "((CAST(pnr AS UBIGINT) % 4294967291) * 2246822519 % 4294967296 // 65536)"

_IS_ENTRY = {
    "every_year": "TRUE",
    "first": "base_year = min(base_year) OVER person",
    "one_random_year": f"""{_STABLE_HASH} % greatest(1, count(*) FILTER (is_base_year) OVER person)
        = count(*) FILTER (is_base_year) OVER (person ORDER BY base_year) - 1""",
}
"""Whether a candidate of the group enters by its rule, among all its years from the look-back on."""


def find_members(con: duckdb.DuckDBPyConnection, rules: Sequence[GroupRule], person_years: str) -> None:
    """Make the temporary table `members` (number, leaf, pnr, base_year, definitions, covariates) of all groups.

    Parameters
    ----------
    con : duckdb connection
        With the event tables and `group_rules`, `group_base_years`, `group_exceptions`. Leaves behind the table
        `person_years` with the years in which somebody meets a definition and the years after them.
    rules : sequence of GroupRule
        In the order of their numbers.
    person_years : str
        Relation of the persons' years of these leaves.

    Notes
    -----
    `definitions` is null but in unions, where it lists the definitions met.
    """
    _find_meeting(con, rules, person_years)
    con.execute(
        f"""CREATE TEMP TABLE person_years AS
        SELECT leaf, pnr, year, is_resident, {", ".join(COVARIATE_COLUMNS)} FROM {person_years}
        WHERE (pnr, year) IN (SELECT pnr, year FROM meeting UNION SELECT pnr, year + 1 FROM meeting)"""
    )
    con.execute(
        """CREATE TEMP TABLE met AS
        SELECT meeting.*, age, municipality_code
        FROM meeting JOIN person_years USING (leaf, pnr, year) WHERE is_resident"""
    )
    con.execute(
        """CREATE TEMP TABLE candidates_in_band AS
        SELECT number, entry, leaf, pnr, year AS base_year, definitions,
               (number, year) IN (FROM group_base_years) AS is_base_year,
               (number, 0, year, municipality_code) NOT IN (FROM group_exceptions) AS is_covered
        FROM met JOIN group_rules USING (membership)
        WHERE age BETWEEN age_from AND age_to AND year >= look_back_from"""
    )
    by_entry = " UNION ALL ".join(
        f"""SELECT *, {_IS_ENTRY[entry]} AS is_entry FROM candidates_in_band WHERE entry = '{entry}'
        WINDOW person AS (PARTITION BY number, leaf, pnr)"""
        for entry in list_distinct(rule.group.entry for rule in rules)
    )
    con.execute(f"CREATE TEMP TABLE members_before_rules AS {by_entry}")
    con.execute(
        f"""CREATE TEMP TABLE members AS
        SELECT number, leaf, pnr, base_year, definitions, {", ".join(COVARIATE_COLUMNS)}
        FROM members_before_rules AS member JOIN person_years AS person USING (leaf, pnr)
        WHERE is_base_year AND is_covered AND is_entry AND person.year = base_year"""
    )
    con.execute("DROP TABLE candidates_in_band; DROP TABLE met; DROP TABLE meeting")


def count_members(con: duckdb.DuckDBPyConnection) -> dict[tuple[int, str], tuple[int, int]]:
    """Count what is left of `members_before_rules` by group and step.

    Returns
    -------
    dict of (int, str) to (int, int)
        Number of the group and step to persons and person-years; groups without a candidate are absent.
    """
    conditions = {
        "definition": "is_base_year",
        "covered": "is_base_year AND is_covered",
        "entry": "is_base_year AND is_covered AND is_entry",
    }
    counted = ", ".join(
        f"count(DISTINCT pnr) FILTER ({condition}), count(*) FILTER ({condition})"
        for condition in conditions.values()
    )
    rows = con.execute(f"SELECT number, {counted} FROM members_before_rules GROUP BY ALL").fetchall()
    return {
        (number, step): (numbers[2 * place], numbers[2 * place + 1])
        for number, *numbers in rows
        for place, step in enumerate(conditions)
    }


def _find_meeting(con: duckdb.DuckDBPyConnection, rules: Sequence[GroupRule], person_years: str) -> None:
    """Make `meeting` (membership, leaf, pnr, year, definitions): who meets each distinct definition."""
    con.execute(f"CREATE TEMP VIEW person_years AS FROM {person_years}")
    con.execute(
        f"""CREATE TEMP TABLE meeting AS
        SELECT 0::SMALLINT AS membership, leaf, pnr, year, NULL::VARCHAR[] AS definitions
        FROM {person_years} LIMIT 0"""
    )
    unions = {rule.membership for rule in rules if rule.group.definition.union_of}
    for number, sql in enumerate(list_distinct(rule.membership for rule in rules)):
        definitions = "list(DISTINCT definition ORDER BY definition)" if sql in unions else "NULL"
        grouped = "GROUP BY leaf, pnr, year" if sql in unions else ""
        con.execute(
            f"INSERT INTO meeting SELECT {number}, leaf, pnr, year, {definitions} FROM ({sql}) {grouped}"
        )
    con.execute("DROP VIEW person_years")

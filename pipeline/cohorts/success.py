"""Who reaches success: the status of every member in year 1.

Belongs here: from declared success criterion to rows of `success_status`. Does not belong here: membership.
"""

from __future__ import annotations

import duckdb

from pipeline.cohorts.attrition import Attrition

EXIT_REASON = """CASE WHEN death_date <= make_date({year}, 12, 31) THEN 'died'
    WHEN emigration_date <= make_date({year}, 12, 31) THEN 'emigrated'
    ELSE 'not_in_population' END"""
"""Why a person is not resident on 31 December of a year; reads `person_exits`."""


def judge_success(
    con: duckdb.DuckDBPyConnection,
    success_sql: str,
    excepted: frozenset[tuple[int, int]],
    attrition: Attrition,
) -> None:
    """Make the temporary table `success_status` (leaf, pnr, base_year, status, reason) from `members`.

    Parameters
    ----------
    con : duckdb connection
        With the temporary table `members`.
    success_sql : str
        Gives leaf, pnr, base_year, is_success of the rows of `candidates`.
    excepted : frozenset of (year, municipality code)
        Where a register that the success criterion reads is not covered, in year 1.
    attrition : Attrition
        Members who cannot be judged are counted in it, by reason.

    Notes
    -----
    A member whom the success criterion says nothing of gets no status, which the check of the table refuses: never
    silently one of the others.
    """
    con.execute("CREATE OR REPLACE TEMP VIEW candidates AS SELECT leaf, pnr, base_year FROM members")
    con.execute(f"CREATE OR REPLACE TEMP TABLE judged AS {success_sql}")
    pairs = ", ".join(f"({year}, {municipality})" for year, municipality in sorted(excepted))
    is_covered = f"(next.year, next.municipality_code) NOT IN ({pairs})" if pairs else "TRUE"
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE success_status AS
        SELECT leaf, pnr, base_year,
          CASE WHEN reason IS NOT NULL THEN 'not_assessable'
               WHEN is_success THEN 'success' WHEN NOT is_success THEN 'other' END AS status,
          reason
        FROM (
          SELECT members.leaf, members.pnr, members.base_year, is_success,
            CASE WHEN next.pnr IS NULL THEN {EXIT_REASON.format(year="members.base_year + 1")}
                 WHEN NOT ({is_covered}) THEN 'municipality_not_covered' END AS reason
          FROM members
          LEFT JOIN person_years AS next
            ON next.leaf = members.leaf AND next.pnr = members.pnr
            AND next.year = members.base_year + 1 AND next.is_resident
          LEFT JOIN person_exits AS gone ON gone.leaf = members.leaf AND gone.pnr = members.pnr
          LEFT JOIN judged
            ON judged.leaf = members.leaf AND judged.pnr = members.pnr
            AND judged.base_year = members.base_year)
        ORDER BY leaf, pnr, base_year"""
    )
    attrition.add_reasons(con, "assessable", "success_status", "reason")
    attrition.add_step(con, "assessable", "success_status", "reason IS NULL")
    for status in ("success", "other"):
        attrition.add_reasons(
            con, "arms", f"(SELECT * FROM success_status WHERE status = '{status}')", "status"
        )

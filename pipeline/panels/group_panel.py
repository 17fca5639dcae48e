"""The assessable members of one target group, as the panel wants them.

Belongs here: reading members with their success. Does not belong here: finding them (`pipeline/cohorts`).
"""

from __future__ import annotations

import duckdb
import polars as pl


def read_members(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Read the members whose success could be judged.

    Parameters
    ----------
    con : duckdb connection
        With views of `target_group_members` and `success_status` of one target group.

    Returns
    -------
    polars.DataFrame
        Columns of `target_group_members`, and is_success; sorted by leaf, person and base year.
    """
    return con.sql(
        """SELECT members.*, status = 'success' AS is_success
        FROM target_group_members AS members JOIN success_status USING (leaf, pnr, base_year)
        WHERE status <> 'not_assessable' ORDER BY leaf, pnr, base_year"""
    ).pl()

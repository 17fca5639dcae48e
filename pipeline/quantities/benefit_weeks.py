"""Weeks on benefits.

Belongs here: `benefit_weeks`. Does not belong here: which codes are which benefit (the layout of dream), or summing
week columns by year (`pipeline.registers.read_weeks`).
"""

from __future__ import annotations

from pipeline.quantities.leaf_tables import AFTER_DEATH, LeafTables, TableCounts


def build_benefit_weeks(tables: LeafTables) -> TableCounts:
    """Write `benefit_weeks`: weeks of each kind of benefit in the calendar year of the column name.

    Benefit weeks that begin after the death of the person are dropped and counted.
    """
    kinds = tables.layout("dream").code_lists["benefit_kind"]
    drops = tables.count(f"SELECT sum(n_weeks_after_death) AS {AFTER_DEATH} FROM {tables.register('dream')}")
    return tables.write(
        "benefit_weeks",
        f"""
        SELECT leaf, pnr, year, benefit_kind::{kinds.enumeration} AS benefit_kind, n_weeks
        FROM {tables.register("dream")} WHERE n_weeks > 0
        ORDER BY leaf, pnr, year, benefit_kind
        """,
        drops,
    )

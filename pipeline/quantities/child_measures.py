"""Measures for children and young persons: placements, preventive and home-based measures, after-care.

Belongs here: `child_measures` from bua and bufo. Does not belong here: which ages a consequence counts.
"""

from __future__ import annotations

from pipeline.quantities.leaf_tables import LeafTables, TableCounts, add_counts
from pipeline.quantities.spells import create_spells, split_by_year, union_spells

AFTER_CARE_AGE = 18
FAMILY_DIRECTED = "family_directed"


def build_child_measures(tables: LeafTables) -> TableCounts:
    """Write `child_measures`: days with each measure.

    Family-directed rows of bufo are dropped and counted. From the year a person turns 18, every person-directed
    row of bufo is after-care in the home, `home_based`; a person not in the population register keeps the kind
    of the row.
    """
    placement = tables.kind_sql("bua", "measure", "anbringelsessted")
    placement_drops = create_spells(
        tables, "placement_rows", "bua", {"measure": placement, "is_placement": "TRUE"}
    )
    measure = tables.kind_sql("bufo", "measure", "pgf")
    measure_drops = create_spells(
        tables,
        "measure_rows",
        "bufo",
        {"measure": measure, "is_placement": "FALSE"},
        extra_drops={FAMILY_DIRECTED: f"({measure}) IS NULL"},
    )
    tables.create(
        "birth_years",
        f"""
        SELECT leaf, pnr, min(year(birth_date)) AS birth_year FROM {tables.table("person_years")} GROUP BY leaf, pnr
    """,
    )
    _create_measure_years(tables)
    days = union_spells("measure_years", ("leaf", "pnr", "year", "measure"))
    counts = tables.write(
        "child_measures",
        f"""
        SELECT leaf, pnr, year, measure, CAST(sum(after_day - first_day) AS INTEGER) AS n_days
        FROM ({days}) GROUP BY ALL ORDER BY ALL
        """,
        add_counts(placement_drops, measure_drops),
    )
    tables.drop("placement_rows", "measure_rows", "birth_years", "measure_years")
    return counts


def _create_measure_years(tables: LeafTables) -> None:
    """Keep the rows of both registers cut at New Year, after-care named by the age in each year."""
    layouts = tables.layouts
    both = "(FROM placement_rows UNION ALL FROM measure_rows)"
    columns = ("leaf", "pnr", "measure", "is_placement")
    split = split_by_year(both, columns, layouts.first_year, layouts.last_year)
    tables.create(
        "measure_years",
        f"""
        SELECT leaf, pnr, year, first_day, after_day,
               CASE WHEN NOT is_placement AND year - birth_year >= {AFTER_CARE_AGE} THEN 'home_based'
                    ELSE measure END AS measure
        FROM ({split}) LEFT JOIN birth_years USING (leaf, pnr)
        """,
    )

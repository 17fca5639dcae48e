"""Stage 2 as a whole: every table from registers to person-year quantities, range of leaves by range of leaves.

Belongs here: the order of the tables and the ranges. Does not belong here: how any of them is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import polars as pl

from pipeline.declarations.consequence import Consequence
from pipeline.declarations.method import Method
from pipeline.declarations.register_layout import RegisterLayouts
from pipeline.quantities.backgrounds import keep_backgrounds
from pipeline.quantities.benefit_weeks import build_benefit_weeks
from pipeline.quantities.child_measures import build_child_measures
from pipeline.quantities.courses_and_stays import (
    build_adult_services,
    build_alcohol_courses,
    build_drug_courses,
    build_education_spells,
    build_prison_stays,
    build_shelter_stays,
)
from pipeline.quantities.coverage import coverage_table
from pipeline.quantities.dated_events import (
    build_charges,
    build_convictions,
    build_dispensings,
    build_incomes,
    build_school_years,
    build_victim_events,
)
from pipeline.quantities.hospital import build_hospital_tables
from pipeline.quantities.leaf_tables import LeafTables, TableCounts, add_counts
from pipeline.quantities.person_year_quantities import build_person_year_quantities
from pipeline.quantities.persons import build_person_exits, build_person_years
from pipeline.quantities.practitioner_contacts import build_practitioner_contacts
from pipeline.registers.leaves import ALL_LEAVES, LeafRange

PERSON_BUILDERS: dict[str, Callable[[LeafTables], TableCounts]] = {
    "person_exits": build_person_exits,
    "person_years": build_person_years,
}
"""The tables of persons, in order: exits are read by person-years and by every event table."""

PREPARE: dict[str, Callable[[LeafTables], None]] = {"person_years": keep_backgrounds}
"""What must be done in all leaves before a table is built in any."""

EVENT_BUILDERS: dict[str, Callable[[LeafTables], TableCounts]] = {
    "practitioner_contacts": build_practitioner_contacts,
    "dispensings": build_dispensings,
    "alcohol_courses": build_alcohol_courses,
    "drug_courses": build_drug_courses,
    "shelter_stays": build_shelter_stays,
    "adult_services": build_adult_services,
    "child_measures": build_child_measures,
    "convictions": build_convictions,
    "prison_stays": build_prison_stays,
    "charges": build_charges,
    "victim_events": build_victim_events,
    "education_spells": build_education_spells,
    "school_years": build_school_years,
    "benefit_weeks": build_benefit_weeks,
    "incomes": build_incomes,
}
"""The event tables that have a function of their own; `build_hospital_tables` makes the other two."""


def build_stage_2(
    con: duckdb.DuckDBPyConnection,
    stage_1: Path,
    out_dir: Path,
    layouts: RegisterLayouts,
    method: Method,
    consequences: Sequence[Consequence],
    calendar: pl.DataFrame,
    leaves: Sequence[LeafRange] = (ALL_LEAVES,),
) -> dict[str, TableCounts]:
    """Build every table of stage 2.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    stage_1 : Path
        Registers as `read_register` wrote them.
    out_dir : Path
        Gets one folder a table with one file a leaf range, and `coverage/coverage.parquet`.
    layouts : RegisterLayouts
    method : Method
    consequences : sequence of Consequence
    calendar : polars.DataFrame
        From `pipeline.knowledge.calendar.calendar_table`.
    leaves : sequence of LeafRange

    Returns
    -------
    dict of str to TableCounts
        Added up over the leaf ranges.
    """
    write_coverage(layouts, out_dir)
    found: dict[str, list[TableCounts]] = {}
    ranges = [LeafTables(con, stage_1, out_dir, layouts, method, leaf_range) for leaf_range in leaves]
    for prepare in PREPARE.values():
        for tables in ranges:
            prepare(tables)
    for tables in ranges:
        built = [build(tables) for build in PERSON_BUILDERS.values()]
        built += build_hospital_tables(tables)
        built += [build(tables) for build in EVENT_BUILDERS.values()]
        built.append(build_person_year_quantities(tables, consequences, calendar))
        for counts in built:
            found.setdefault(counts.table, []).append(counts)
    return {
        name: TableCounts(name, sum(part.rows for part in parts), add_counts(*(part.drops for part in parts)))
        for name, parts in found.items()
    }


def write_coverage(layouts: RegisterLayouts, out_dir: Path) -> TableCounts:
    """Write the table `coverage`, one file for all leaves."""
    folder = out_dir / "coverage"
    folder.mkdir(parents=True, exist_ok=True)
    table = coverage_table(layouts)
    hidden = folder / ".coverage.parquet.writing"
    table.write_parquet(hidden)
    hidden.replace(folder / "coverage.parquet")
    return TableCounts("coverage", table.height, {})

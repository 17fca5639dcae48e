"""Courses, stays, services and education: event tables counted in days of spells.

Belongs here: one function a table whose register has a declared spell, hospitals and child measures apart.
Does not belong here: the rules of spells themselves (`spells`).
"""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.quantities.leaf_tables import LeafTables, TableCounts
from pipeline.quantities.spells import create_spells, days_by_year, union_spells

ALCOHOL_COMPLETED = "færdigbehandlet"
DRUG_COMPLETED = "gennemført"


def build_alcohol_courses(tables: LeafTables) -> TableCounts:
    """Write `alcohol_courses`: days in treatment, and courses whose last row ended as completed that year."""
    attributes = {"is_completed": f"coalesce(slutaarsag = '{ALCOHOL_COMPLETED}', FALSE)"}
    drops = create_spells(tables, "alcohol_rows", "nab", attributes)
    _create_courses(tables, "alcohol_rows", "alcohol_spells", ())
    days = _days(tables, "alcohol_spells", ())
    completed = _completed(tables, "alcohol_spells", ())
    counts = tables.write(
        "alcohol_courses",
        f"""
        SELECT leaf, pnr, year, n_days, CAST(coalesce(n_completed, 0) AS INTEGER) AS n_completed
        FROM ({days}) LEFT JOIN ({completed}) USING (leaf, pnr, year)
        ORDER BY leaf, pnr, year
        """,
        drops,
    )
    tables.drop("alcohol_rows", "alcohol_spells")
    return counts


def build_drug_courses(tables: LeafTables) -> TableCounts:
    """Write `drug_courses` by treatment type and substitution.

    Rows of one type and substitution at most `course_gap_days` apart are one course. A day that lies both in a
    course with substitution and in one without is a substitution day only, so that days of a treatment type
    add up to the days in treatment.
    """
    attributes = {
        "treatment_type": tables.kind_sql("sib", "treatment_type", "behandlingstype"),
        "is_substitution": "substitution = 'ja'",
        "is_completed": f"coalesce(slutaarsag = '{DRUG_COMPLETED}', FALSE)",
    }
    drops = create_spells(tables, "drug_rows", "sib", attributes)
    by = ("treatment_type", "is_substitution")
    _create_courses(tables, "drug_rows", "drug_spells", by)
    tables.create("drug_days_any", union_spells("drug_spells", ("leaf", "pnr", "treatment_type")))
    counts = tables.write(
        "drug_courses",
        f"""
        WITH substitution AS ({_days(tables, "(FROM drug_spells WHERE is_substitution)", by)}),
        any_course AS ({_days(tables, "drug_days_any", ("treatment_type",))}),
        days AS (
            SELECT leaf, pnr, year, treatment_type, TRUE AS is_substitution, n_days FROM substitution
            UNION ALL
            SELECT leaf, pnr, year, treatment_type, FALSE,
                   any_course.n_days - coalesce(substitution.n_days, 0)
            FROM any_course LEFT JOIN substitution USING (leaf, pnr, year, treatment_type)
        ),
        completed AS ({_completed(tables, "drug_spells", by)})
        SELECT leaf, pnr, year, treatment_type, is_substitution, n_days,
               CAST(coalesce(n_completed, 0) AS INTEGER) AS n_completed
        FROM days LEFT JOIN completed USING (leaf, pnr, year, treatment_type, is_substitution)
        WHERE n_days > 0 OR n_completed > 0
        ORDER BY ALL
        """,
        drops,
    )
    tables.drop("drug_rows", "drug_spells", "drug_days_any")
    return counts


def build_shelter_stays(tables: LeafTables) -> TableCounts:
    """Write `shelter_stays`: nights at a shelter; technical check-ins and overlaps count once."""
    return _build_day_table(tables, "shelter_stays", "boform110", {})


def build_prison_stays(tables: LeafTables) -> TableCounts:
    """Write `prison_stays`: days in prison; the day of a move between prisons counts once."""
    return _build_day_table(tables, "prison_stays", "krin", {})


def build_adult_services(tables: LeafTables) -> TableCounts:
    """Write `adult_services`: days with each service."""
    service = tables.kind_sql("handicap", "service", "paragraf")
    return _build_day_table(tables, "adult_services", "handicap", {"service": service})


def build_education_spells(tables: LeafTables) -> TableCounts:
    """Write `education_spells`: days enrolled in each kind, and programmes completed that year."""
    kind = tables.kind_sql("kotre", "education_kind", "udd")
    attributes = {
        "education_kind": kind,
        "programme": "udd",
        "is_completed": "coalesce(trim(audd) <> '', FALSE)",
    }
    drops = create_spells(tables, "education_rows", "kotre", attributes)
    by = ("leaf", "pnr", "education_kind")
    tables.create("education_days", union_spells("education_rows", by))
    counts = tables.write(
        "education_spells",
        f"""
        WITH completed AS (
            SELECT leaf, pnr, year(after_day - 1) AS year, education_kind,
                   count(DISTINCT (programme, after_day)) AS n_completed
            FROM education_rows WHERE is_completed AND is_ended GROUP BY ALL
        )
        SELECT leaf, pnr, year, education_kind, n_days,
               CAST(coalesce(n_completed, 0) AS INTEGER) AS n_completed
        FROM ({_days(tables, "education_days", ("education_kind",))})
        LEFT JOIN completed USING (leaf, pnr, year, education_kind)
        ORDER BY ALL
        """,
        drops,
    )
    tables.drop("education_rows", "education_days")
    return counts


def _build_day_table(
    tables: LeafTables, name: str, register: str, attributes: Mapping[str, str]
) -> TableCounts:
    drops = create_spells(tables, f"{name}_rows", register, attributes)
    tables.create(f"{name}_spells", union_spells(f"{name}_rows", ("leaf", "pnr", *attributes)))
    days = _days(tables, f"{name}_spells", tuple(attributes))
    listed = "".join(f"{column}, " for column in attributes)
    counts = tables.write(name, f"SELECT leaf, pnr, year, {listed}n_days FROM ({days}) ORDER BY ALL", drops)
    tables.drop(f"{name}_rows", f"{name}_spells")
    return counts


def _create_courses(tables: LeafTables, rows: str, name: str, by: tuple[str, ...]) -> None:
    """Keep courses with `is_completed`: a row that reaches the course's end is ended as completed."""
    completed = ", arg_max(is_completed AND is_ended, (after_day, is_completed AND is_ended)) AS is_completed"
    tables.create(name, union_spells(rows, ("leaf", "pnr", *by), tables.method.course_gap_days, completed))


def _completed(tables: LeafTables, spells: str, by: tuple[str, ...]) -> str:
    listed = "".join(f", {column}" for column in by)
    return f"""
        SELECT leaf, pnr, year(after_day - 1) AS year{listed}, count(*) AS n_completed
        FROM {spells} WHERE is_completed GROUP BY ALL
    """


def _days(tables: LeafTables, spells: str, by: tuple[str, ...]) -> str:
    layouts = tables.layouts
    return days_by_year(spells, ("leaf", "pnr", *by), layouts.first_year, layouts.last_year)

"""Persons: deaths and migrations, and one row a person and calendar year with background.

Belongs here: `person_exits` and `person_years`. Does not belong here: anything a person uses.
"""

from __future__ import annotations

from pipeline.quantities.leaf_tables import EXACT_DUPLICATE, LeafTables, TableCounts
from pipeline.registers.leaves import ALL_LEAVES

UNKNOWN = "unknown"
SEVERAL_DEATH_DATES = "several_death_dates"


def build_person_exits(tables: LeafTables) -> TableCounts:
    """Write `person_exits`: one row a person who died or migrated.

    Of several death dates the first counts, and the others are counted as dropped. `emigration_date` and
    `return_date` are the latest of each.
    """
    direction = tables.kind_sql("vnds", "direction", "indud_kode")
    tables.create(
        "deaths",
        f"SELECT leaf, pnr, doddato, count(*) AS n_rows FROM {tables.register('dod')} GROUP BY ALL",
    )
    tables.create(
        "migrations",
        f"""SELECT leaf, pnr, {direction} AS direction, haend_dato, count(*) AS n_rows
        FROM {tables.register("vnds")} GROUP BY ALL""",
    )
    drops = tables.count(
        f"""SELECT
            (SELECT sum(n_rows - 1) FROM deaths) + (SELECT coalesce(sum(n_rows - 1), 0) FROM migrations)
                AS {EXACT_DUPLICATE},
            (SELECT count(*) - count(DISTINCT pnr) FROM deaths) AS {SEVERAL_DEATH_DATES}"""
    )
    counts = tables.write(
        "person_exits",
        """
        SELECT leaf, pnr, death_date, emigration_date, return_date
        FROM (SELECT leaf, pnr, min(doddato) AS death_date FROM deaths GROUP BY leaf, pnr)
        FULL JOIN (
            SELECT leaf, pnr,
                   max(haend_dato) FILTER (direction = 'emigration') AS emigration_date,
                   max(haend_dato) FILTER (direction = 'immigration') AS return_date
            FROM migrations GROUP BY leaf, pnr
        ) USING (leaf, pnr)
        ORDER BY leaf, pnr
        """,
        drops,
    )
    tables.drop("deaths", "migrations")
    return counts


def build_person_years(tables: LeafTables) -> TableCounts:
    """Write `person_years`: everybody in the population register on 31 December, with own and parents' background.

    A person who has died by then is kept with `is_resident` false. Background without a row is `unknown`.
    """
    sex = _enum_kind_sql(tables, "bef", "sex", "koen")
    origin = _enum_kind_sql(tables, "bef", "origin_code", "ie_type")
    tables.create(
        "population",
        f"SELECT leaf, pnr, file_year, {sex} AS sex, foed_dato, kom, {origin} AS origin_code, mor_id, far_id "
        f"FROM {tables.register('bef')}",
    )
    _create_backgrounds(tables)
    parents = ("", "mother_", "father_")
    backgrounds = ", ".join(
        f"coalesce({alias}.{column}, '{UNKNOWN}') AS {prefix}{column}"
        for prefix, alias in zip(parents, ("own", "mother", "father"), strict=True)
        for column in ("employment_code", "education_code")
    )
    counts = tables.write(
        "person_years",
        f"""
        SELECT person.leaf, person.pnr, person.file_year AS year, sex, foed_dato AS birth_date,
               CAST(person.file_year - year(foed_dato) AS SMALLINT) AS age,
               CAST(kom AS SMALLINT) AS municipality_code, origin_code,
               coalesce(death_date > make_date(person.file_year, 12, 31), TRUE) AS is_resident,
               {backgrounds}
        FROM population AS person
        LEFT JOIN {tables.table("person_exits")} AS exits USING (leaf, pnr)
        LEFT JOIN backgrounds AS own ON own.pnr = person.pnr AND own.file_year = person.file_year
        LEFT JOIN backgrounds AS mother
            ON mother.pnr = person.mor_id AND mother.file_year = person.file_year
        LEFT JOIN backgrounds AS father
            ON father.pnr = person.far_id AND father.file_year = person.file_year
        ORDER BY person.leaf, person.pnr, person.file_year
        """,
    )
    tables.drop("population", "backgrounds")
    return counts


def _create_backgrounds(tables: LeafTables) -> None:
    """Keep employment and education of the leaves' persons and of their parents, who can be in any leaf."""
    employment = _enum_kind_sql(tables, "akm", "employment_code", "socio13")
    education = _enum_kind_sql(tables, "udda", "education_code", "hfaudd")
    where = ""
    if tables.leaves != ALL_LEAVES:
        wanted = " UNION ".join(f"SELECT {column} FROM population" for column in ("pnr", "mor_id", "far_id"))
        where = f"WHERE pnr IN ({wanted})"
    tables.create(
        "backgrounds",
        f"""
        SELECT pnr, file_year, employment_code, education_code
        FROM (SELECT pnr, file_year, {employment} AS employment_code
              FROM {tables.register("akm", all_leaves=True)} {where})
        FULL JOIN (SELECT pnr, file_year, {education} AS education_code
                   FROM {tables.register("udda", all_leaves=True)} {where})
        USING (pnr, file_year)
        """,
    )


def _enum_kind_sql(tables: LeafTables, register: str, code_list: str, column: str) -> str:
    """Return the CASE from code to kind as an ENUM, which sorts and joins as a small number."""
    declared = tables.layout(register).code_lists[code_list]
    words = [
        *declared.kinds,
        *([declared.no_row] if declared.no_row and declared.no_row not in declared.kinds else []),
    ]
    listed = ", ".join(f"'{word}'" for word in words)
    return f"CAST({declared.kind_sql(column)} AS ENUM({listed}))"

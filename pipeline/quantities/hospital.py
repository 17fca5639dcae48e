"""Hospital contacts and diagnoses over two generations of the patient register.

Belongs here: what is an inpatient stay, a visit and an emergency visit in LPR2 (to 2018) and in LPR3 (from 2019),
so that the series does not jump. Does not belong here: any other register.

=================  =============================================  ==========================================
unit               LPR2                                           LPR3, physical contacts only
=================  =============================================  ==========================================
bed days           nights of patient type 0                       nights of contacts of 12 hours or more
emergency visits   days with patient type 3; from 2014 type 2,    days with an acute contact below 12 hours
                   acute, ended the day it began
outpatient visits  days with a row of `bes`, the contacts of      days with a planned contact below 12 hours
                   an emergency visit left out
=================  =============================================  ==========================================

All three are counted once a person, day and hospital. Nights are united over both generations, so that a stay
over New Year 2018/2019 which stands in both counts once.

Known limitations: LPR2 has no hours. An admission ended the day it began is one bed day in LPR2 whatever its
length, but a visit in LPR3 when it is below 12 hours.
"""

from __future__ import annotations

from pipeline.quantities.leaf_tables import (
    AFTER_DEATH,
    END_BEFORE_START,
    EXACT_DUPLICATE,
    LeafTables,
    TableCounts,
    add_counts,
)
from pipeline.quantities.spells import create_spells, days_by_year, union_spells

LPR2_HOSPITALS = {"lpr": "somatic", "psyk": "psychiatric"}
EMERGENCY_WITHOUT_TYPE_FROM = 2014
VIRTUAL_CONTACT = "virtual_contact"
RULED_OUT = "ruled_out"
CONTACT_NOT_COUNTED = "contact_not_counted"
HOSPITALS = "ENUM('psychiatric', 'somatic')"
CONTACT_TYPES = "ENUM('emergency', 'inpatient', 'outpatient')"
_SOURCES = {"lpr": 0, "psyk": 1, "lpr3": 2}
"""Registers whose contact numbers are told apart by the last two bits of `contact`."""
_FIRST_KIND = ord("!")
"""Kinds of diagnoses are told apart by one bit each: capital letters, digits and signs from here to `_`."""
_ROW_COLUMNS = "leaf, pnr, hospital, contact, contact_type, first_day, after_day"
_LPR2_EMERGENCY = (
    f"(c_pattype = '3' OR (c_pattype = '2' AND year(d_inddto) >= {EMERGENCY_WITHOUT_TYPE_FROM}"
    " AND coalesce(c_indm = '1', FALSE) AND coalesce(d_uddto = d_inddto, FALSE)))"
)


def build_hospital_tables(tables: LeafTables) -> tuple[TableCounts, TableCounts]:
    """Write `hospital_contacts` and `hospital_diagnoses`."""
    drops = add_counts(
        *(_create_lpr2_rows(tables, prefix, hospital) for prefix, hospital in LPR2_HOSPITALS.items()),
        _create_lpr3_rows(tables),
    )
    names = [*(f"{prefix}_hospital_rows" for prefix in LPR2_HOSPITALS), "lpr3_hospital_rows"]
    tables.create("hospital_rows", " UNION ALL ".join(f"SELECT {_ROW_COLUMNS} FROM {name}" for name in names))
    tables.drop(*names)
    counts = _write_contacts(tables, drops), _write_diagnoses(tables)
    tables.drop("hospital_rows")
    return counts


def _create_lpr2_rows(tables: LeafTables, prefix: str, hospital: str) -> dict[str, int]:
    """Keep stays and emergency visits of `adm`, and each visit of `bes` as a day."""
    attributes = {
        "hospital": f"'{hospital}'::{HOSPITALS}",
        "contact": _number_contact(prefix, "recnum"),
        "contact_type": f"(CASE WHEN {_LPR2_EMERGENCY} THEN 'emergency' ELSE 'inpatient' END)::{CONTACT_TYPES}",
    }
    name = f"{prefix}_hospital_rows"
    drops = create_spells(tables, name, f"{prefix}_adm", attributes, f"c_pattype = '0' OR {_LPR2_EMERGENCY}")
    tables.create(
        "visits",
        f"""
        SELECT visited.*, coalesce(d_ambdto > death_date, FALSE) AS is_late
        FROM (SELECT leaf, pnr, {_number_contact(prefix, "recnum")} AS contact, d_ambdto, count(*) AS n_rows
              FROM {tables.register(f"{prefix}_bes")} GROUP BY ALL) AS visited
        LEFT JOIN {tables.table("person_exits")} USING (leaf, pnr)
        """,
    )
    visit_drops = tables.count(
        f"SELECT sum(n_rows) FILTER (is_late) AS {AFTER_DEATH}, "
        "sum(n_rows - 1) FILTER (NOT is_late) AS exact_duplicate FROM visits"
    )
    tables.con.execute(
        f"""
        INSERT INTO {name}
        SELECT leaf, pnr, '{hospital}', contact, 'outpatient', d_ambdto, d_ambdto + 1, TRUE
        FROM visits
        WHERE NOT is_late AND contact NOT IN (SELECT contact FROM {name} WHERE contact_type = 'emergency')
        """
    )
    tables.drop("visits")
    return add_counts(drops, visit_drops)


def _create_lpr3_rows(tables: LeafTables) -> dict[str, int]:
    """Keep contacts of LPR3 by their length, priority and kind; virtual contacts are dropped and counted."""
    minutes = (
        "((dato_slut - dato_start) * 1440"
        " + CAST(left(coalesce(tidspunkt_slut, '00:00'), 2) AS INTEGER) * 60"
        " + CAST(right(coalesce(tidspunkt_slut, '00:00'), 2) AS INTEGER)"
        " - CAST(left(tidspunkt_start, 2) AS INTEGER) * 60 - CAST(right(tidspunkt_start, 2) AS INTEGER))"
    )
    is_inpatient = f"(dato_slut IS NULL OR {minutes} >= {tables.method.lpr3_inpatient_hours * 60})"
    attributes = {
        "hospital": f"({tables.kind_sql('lpr3_kontakter', 'hospital', 'hovedspeciale_ans')})::{HOSPITALS}",
        "contact": _number_contact("lpr3", "dw_ek_kontakt"),
        "contact_type": f"(CASE WHEN {is_inpatient} THEN 'inpatient' "
        f"WHEN prioritet = 'ATA1' THEN 'emergency' ELSE 'outpatient' END)::{CONTACT_TYPES}",
    }
    drops = {
        VIRTUAL_CONTACT: "kontakttype <> 'ALCA00'",
        END_BEFORE_START: f"coalesce({minutes} < 0 AND tidspunkt_slut IS NOT NULL, FALSE)",
    }
    return create_spells(tables, "lpr3_hospital_rows", "lpr3_kontakter", attributes, extra_drops=drops)


def _write_contacts(tables: LeafTables, drops: dict[str, int]) -> TableCounts:
    layouts = tables.layouts
    by = ("leaf", "pnr", "hospital")
    tables.create("hospital_stays", union_spells("(FROM hospital_rows WHERE contact_type = 'inpatient')", by))
    days = days_by_year("hospital_stays", by, layouts.first_year, layouts.last_year)
    counts = tables.write(
        "hospital_contacts",
        f"""
        SELECT leaf, pnr, year, hospital, 'inpatient'::{CONTACT_TYPES} AS contact_type, n_days, 0 AS n_visits
        FROM ({days})
        UNION ALL
        SELECT leaf, pnr, CAST(year(first_day) AS SMALLINT), hospital, contact_type, 0,
               CAST(count(DISTINCT first_day) AS INTEGER)
        FROM hospital_rows
        WHERE contact_type <> 'inpatient'
          AND year(first_day) BETWEEN {layouts.first_year} AND {layouts.last_year}
        GROUP BY ALL
        ORDER BY ALL
        """,
        drops,
    )
    tables.drop("hospital_stays")
    return counts


def _write_diagnoses(tables: LeafTables) -> TableCounts:
    """Write a diagnosis in every year its contact counts: a bed day, a visit or an emergency visit that year."""
    drops = _create_diagnoses(tables)
    drops |= _create_diagnosis_years(tables, drops.pop(EXACT_DUPLICATE))
    counts = tables.write(
        "hospital_diagnoses",
        """
        SELECT leaf, pnr, year, hospital, diagnosis, CAST(count(*) AS INTEGER) AS n_contacts
        FROM diagnosis_years WHERE year IS NOT NULL
        GROUP BY ALL
        ORDER BY ALL
        """,
        drops,
    )
    tables.drop("diagnosis_years")
    return counts


def _create_diagnoses(tables: LeafTables) -> dict[str, int]:
    """Keep each diagnosis of a contact that was not ruled out once; count rows ruled out and rows alike."""
    delivered = [
        f"SELECT leaf, pnr, {_number_contact(prefix, 'recnum')} AS contact, c_diag AS code, c_diagtype AS kind "
        f"FROM {tables.register(f'{prefix}_diag')}"
        for prefix in LPR2_HOSPITALS
    ]
    delivered.append(
        f"SELECT leaf, pnr, {_number_contact('lpr3', 'dw_ek_kontakt')}, diagnosekode, diagnosetype "
        f"FROM {tables.register('lpr3_diagnoser')} WHERE senere_afkraeftet <> 'Ja'"
    )
    tables.create(
        "diagnoses",
        f"""
        SELECT leaf, pnr, contact, substr(code, 2) AS diagnosis, CAST(count(*) AS INTEGER) AS n_rows,
               CAST(n_rows - bit_count(bit_or(1::BIGINT << (ascii(kind) - {_FIRST_KIND}))) AS INTEGER) AS n_alike
        FROM ({" UNION ALL ".join(delivered)})
        GROUP BY leaf, pnr, contact, diagnosis
        """,
    )
    return tables.count(
        f"""SELECT (SELECT count(*) FROM {tables.register("lpr3_diagnoser")} WHERE senere_afkraeftet = 'Ja')
        AS {RULED_OUT}, (SELECT sum(n_alike) FROM diagnoses) AS {EXACT_DUPLICATE}"""
    )


def _create_diagnosis_years(tables: LeafTables, n_alike: int) -> dict[str, int]:
    """Keep each diagnosis in each year in which its contact counts, without a year when in none."""
    layouts = tables.layouts
    tables.create(
        "diagnosis_years",
        f"""
        WITH contact_years AS (
            SELECT DISTINCT pnr, contact, hospital, CAST(year AS SMALLINT) AS year
            FROM (SELECT pnr, contact, hospital, year(first_day) AS year FROM hospital_rows
                  WHERE year(first_day) = year(after_day - 1)
                  UNION ALL
                  SELECT pnr, contact, hospital, unnest(range(year(first_day), year(after_day - 1) + 1))
                  FROM hospital_rows WHERE year(first_day) < year(after_day - 1))
            WHERE year BETWEEN {layouts.first_year} AND {layouts.last_year}
        )
        SELECT leaf, pnr, year, hospital, diagnosis, n_rows, n_alike
        FROM diagnoses LEFT JOIN contact_years USING (pnr, contact)
        """,
    )
    tables.drop("diagnoses")
    return tables.count(
        f"""SELECT sum(n_rows) AS {CONTACT_NOT_COUNTED}, {n_alike} - coalesce(sum(n_alike), 0) AS {EXACT_DUPLICATE}
        FROM diagnosis_years WHERE year IS NULL"""
    )


def _number_contact(source: str, column: str) -> str:
    """Return the SQL of a contact's number, at most 18 digits, made different in each register."""
    return f"({column} * 4 + {_SOURCES[source]})"

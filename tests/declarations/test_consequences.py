"""The 47 consequences as the catalogue lists them, and what they compile to."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest

from pipeline.declarations.consequence import CALENDAR_COLUMNS
from pipeline.declarations.consequences import AREAS, load_consequences, load_not_measured
from pipeline.declarations.vocabulary import EVENT_TABLES

# key: (area, unit, population), from the catalogue's key list and its table of units.
CATALOGUE = {
    "gp_contacts": ("health", "contacts", "both"),
    "specialist_contacts": ("health", "contacts", "both"),
    "somatic_bed_days": ("health", "bed days", "both"),
    "somatic_outpatient_visits": ("health", "visits", "both"),
    "somatic_emergency_visits": ("health", "visits", "both"),
    "psychiatric_bed_days": ("health", "bed days", "both"),
    "psychiatric_outpatient_visits": ("health", "visits", "both"),
    "psychiatric_emergency_visits": ("health", "visits", "both"),
    "prison_days": ("crime", "days", "both"),
    "convictions_violence_sexual": ("crime", "convictions", "both"),
    "convictions_theft_vandalism": ("crime", "convictions", "both"),
    "convictions_traffic_special_acts": ("crime", "convictions", "both"),
    "alcohol_treatment": ("social_services", "days", "both"),
    "drug_treatment_residential": ("social_services", "days", "both"),
    "drug_treatment_day": ("social_services", "days", "both"),
    "shelter": ("social_services", "days", "both"),
    "supported_housing": ("social_services", "days", "adults"),
    "social_pedagogical_support": ("social_services", "weeks", "adults"),
    "personal_practical_help": ("social_services", "weeks", "adults"),
    "citizen_controlled_assistance": ("social_services", "weeks", "adults"),
    "companion_scheme": ("social_services", "weeks", "adults"),
    "sheltered_employment": ("social_services", "weeks", "adults"),
    "cash_benefit": ("income_transfers", "weeks", "both"),
    "disability_pension": ("income_transfers", "weeks", "both"),
    "education_benefit": ("income_transfers", "weeks", "both"),
    "other_transfers": ("income_transfers", "weeks", "both"),
    "tax_employment": ("income_tax", "kr.", "both"),
    "tax_transfers": ("income_tax", "kr.", "both"),
    "education": ("education_employment", "weeks", "adults"),
    "guidance_upskilling": ("education_employment", "weeks", "adults"),
    "child_preventive": ("child_measures", "recipient-years", "children"),
    "child_home_based": ("child_measures", "recipient-years", "children"),
    "placement_kinship": ("child_measures", "days", "children"),
    "placement_foster": ("child_measures", "days", "children"),
    "placement_institution": ("child_measures", "days", "children"),
    "aftercare_home_based": ("aftercare", "recipient-years", "children"),
    "aftercare_kinship": ("aftercare", "days", "children"),
    "aftercare_foster": ("aftercare", "days", "children"),
    "aftercare_institution": ("aftercare", "days", "children"),
    "school_ordinary": ("school", "weeks", "children"),
    "school_special_support": ("school", "weeks", "children"),
    "school_special_class": ("school", "weeks", "children"),
    "school_special_school": ("school", "weeks", "children"),
    "school_grade_10": ("school", "weeks", "children"),
    "youth_preparatory": ("youth_education", "weeks", "children"),
    "youth_special_needs": ("youth_education", "weeks", "children"),
    "youth_ordinary": ("youth_education", "weeks", "children"),
}
UNITS_DA = {
    "contacts": "kontakter",
    "bed days": "sengedage",
    "visits": "besøg",
    "days": "dage",
    "convictions": "domme",
    "weeks": "uger",
    "recipient-years": "helårsmodtagere",
    "kr.": "kr.",
}


@pytest.fixture(scope="module")
def consequences():
    return {item.key: item for item in load_consequences()}


def test_keys_areas_units_and_populations_are_the_catalogues(consequences):
    found = {key: (item.area, item.unit_en, item.population) for key, item in consequences.items()}
    assert found == CATALOGUE
    assert list(consequences) == list(CATALOGUE)
    assert len(consequences) == 47


def test_danish_units_match_english(consequences):
    assert all(item.unit_da == UNITS_DA[item.unit_en] for item in consequences.values())


def test_every_text_says_something_in_both_languages(consequences):
    for item in consequences.values():
        texts = (item.name_da, item.name_en, item.notes_da, item.notes_en, item.source, item.area_name_da)
        assert all(text.strip() == text and text for text in texts)
        assert item.name_da != item.name_en
    names = [item.name_da for item in consequences.values()]
    assert len(set(names)) == len(names)


def test_only_tax_is_revenue(consequences):
    revenue = {key for key, item in consequences.items() if item.budget_sign == -1}
    assert revenue == {"tax_employment", "tax_transfers"}
    assert {item.budget_sign for item in consequences.values()} == {-1, 1}


def test_age_domains(consequences):
    domains = {
        key: (item.age_from, item.age_to, item.ends_at_pension_age) for key, item in consequences.items()
    }
    for key, (area, _, _) in CATALOGUE.items():
        expected = {
            "crime": (15, None, False),
            "income_transfers": (16, None, True),
            "income_tax": (15, None, False),
            "child_measures": (0, 17, False),
            "aftercare": (18, 22, False),
            "school": (15, 18, False) if key == "school_grade_10" else (5, 17, False),
            "youth_education": (15, 29, False),
        }.get(area, (None, None, False))
        assert domains[key] == expected, key


def test_age_condition_in_sql(consequences):
    assert consequences["cash_benefit"].age_sql() == "age >= 16 AND age <= pension_age"
    assert consequences["aftercare_foster"].age_sql() == "age >= 18 AND age <= 22"
    assert consequences["gp_contacts"].age_sql() == "TRUE"


def test_areas_are_the_catalogues_in_order():
    assert list(dict.fromkeys(area for area, _, _ in CATALOGUE.values())) == list(AREAS)


def test_unmeasured_services_are_the_two_without_data():
    services = load_not_measured()
    assert [(item.name_da, item.population) for item in services] == [
        ("Sundhedspleje", "children"),
        ("Støtte i dagtilbud", "children"),
    ]
    assert all(item.reason_da and item.reason_en and item.source for item in services)


def _ask(sql: str):
    with duckdb.connect() as connection:
        return connection.execute(sql).fetchone()[0]


def _count_rows(item) -> str:
    """Make a tiny event table that holds every combination of the attributes once, with 7 of each measure."""
    table = EVENT_TABLES[item.events]
    columns = ["1 AS pnr", *(f"7 AS {name}" for name in table.measures)]
    sources = []
    for attribute in table.attributes:
        values = [f"'{v}'" for v in attribute.values] or ["'80'", "'24'", "'63'"]
        values = ["true", "false"] if attribute.is_boolean else values
        sources.append(f"(SELECT unnest([{', '.join(values)}]) AS {attribute.name})")
    return f"SELECT * FROM (SELECT {', '.join(columns)}) {''.join(', ' + source for source in sources)}"


# Rows of the tiny table each consequence counts, worked out by hand from the catalogue; then × 7 and the scale.
ROWS_COUNTED = {
    "specialist_contacts": 2,
    "drug_treatment_residential": 2,
    "drug_treatment_day": 2,
    "education": 4,
}


@pytest.mark.parametrize("key", [key for key, (area, _, _) in CATALOGUE.items() if area != "income_tax"])
def test_quantity_counts_the_right_rows(consequences, key):
    item = consequences[key]
    total = 7 * ROWS_COUNTED.get(key, 1)
    assert _ask(f"SELECT sum({item.measure}) FROM ({_count_rows(item)}) WHERE {item.where_sql()}") == total
    calendar = {name: np.array([365]) for name in item.calendar_columns()}
    quantity = item.quantity({item.measure: np.array([total])}, calendar)
    expected = {
        "one": total,
        "weeks_from_days": total / 7,
        "share_of_year": total / 365,
        "school_weeks": total * 40,
    }[item.scale]
    assert quantity.tolist() == [expected]
    assert quantity.dtype == np.float64


def _compute_tax(item, tax: int, transfers: int, rate: int, index: int, base: int) -> float:
    values = (365, rate, index, base)
    calendar = {name: np.array([value]) for name, value in zip(CALENDAR_COLUMNS, values, strict=True)}
    sums = {"tax_dkk": np.array([tax]), "taxable_transfers_dkk": np.array([transfers])}
    return item.quantity(sums, calendar)[0]


@pytest.mark.parametrize(
    ("tax", "transfers", "rate", "index", "expected_transfers", "expected_employment"),
    [
        (100_000, 60_000, 3000, 1000, 18_000.00, 82_000.00),  # price year: no conversion
        (100_000, 60_000, 3000, 700, 25_714.29, 117_142.86),  # × 100/70, to the øre
        (0, 2, 3000, 960, 0.63, -0.63),  # 0.625: halves away from zero, and no floor at zero
        (5_000, 60_000, 3000, 1000, 18_000.00, -13_000.00),
        (-3, 0, 3000, 1000, 0.00, -3.00),
        (9_999_999, 8_888_888, 3333, 700, 4_232_380.53, 10_053_332.33),
    ],
)
def test_tax_is_exact_to_the_oere(
    consequences, tax, transfers, rate, index, expected_transfers, expected_employment
):
    on_transfers = _compute_tax(consequences["tax_transfers"], tax, transfers, rate, index, 1000)
    on_employment = _compute_tax(consequences["tax_employment"], tax, transfers, rate, index, 1000)
    assert (on_transfers, on_employment) == (expected_transfers, expected_employment)

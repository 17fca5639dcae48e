"""The closed vocabulary of target-group rules: event tables, their attributes and measures, facts about a person.

Belongs here: which words a rule may use and which values they take. Does not belong here: how a rule is read
(`parse_rules`), compiled (`compile_sql`) or told (`prose`), nor how the event tables are made (pipeline/quantities).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

AREAS = ("children_and_youth", "vulnerable_adults", "adults_with_disabilities")
KINDS = ("register_rule", "union", "literature_only")
ENTRIES = ("first", "every_year", "one_random_year")
BASES = ("documented", "inferred", "assumed")
JUDGEMENTS = ("yes", "partly", "unclear")
WITHIN = ("year_0", "year_1")


@dataclass(frozen=True)
class CodeSystem:
    """Codes of an open classification, given as prefixes or as ranges.

    Attributes
    ----------
    name : str
        What the code is called in messages.
    pattern : str
        Regular expression a prefix must match in full.
    example : str
        A prefix and a range, for messages.
    is_prefix : bool
        False when all codes have the same length, so that a code stands for itself alone.
    """

    name: str
    pattern: str
    example: str
    is_prefix: bool = True

    def is_code(self, text: str) -> bool:
        """Say whether `text` can be a prefix of a code."""
        return re.fullmatch(self.pattern, text) is not None


ICD10 = CodeSystem("ICD-10 code without the leading D", r"[A-Z][0-9]{2}[0-9A-Z]{0,3}", "'F93' or 'F30-F39'")
ATC = CodeSystem("ATC code", r"[A-Z]([0-9]{2}([A-Z]([A-Z]([0-9]{2})?)?)?)?", "'N06BA'")
SPECIALITY = CodeSystem("speciality of the health insurance", r"[0-9]{2}", "'24'", is_prefix=False)


@dataclass(frozen=True)
class Attribute:
    """One attribute of an event table: a closed list of values, an open code system, or true/false.

    Attributes
    ----------
    name : str
        Column of the event table.
    values : tuple of str
        The closed list; empty for codes and true/false.
    codes : CodeSystem or None
        The open code system.
    is_boolean : bool
        True for a true/false column.
    """

    name: str
    values: tuple[str, ...] = ()
    codes: CodeSystem | None = None
    is_boolean: bool = False


@dataclass(frozen=True)
class EventTable:
    """One event table: unique on leaf, pnr, year and its attributes.

    Attributes
    ----------
    name : str
        Asset, Parquet file and the word after `events =`.
    attributes : tuple of Attribute
        What a rule may put in `where`.
    measures : tuple of str
        Whole-number columns a rule may put in `measure`.
    has_separate_measures : bool
        True where the measures are different things (wage, tax), so that reading one is not reading another.
    """

    name: str
    attributes: tuple[Attribute, ...]
    measures: tuple[str, ...]
    has_separate_measures: bool = False

    def attribute(self, name: str) -> Attribute | None:
        """Give the attribute of that name, or None."""
        return next((a for a in self.attributes if a.name == name), None)


_HOSPITAL = Attribute("hospital", ("psychiatric", "somatic"))

EVENT_TABLES: dict[str, EventTable] = {
    table.name: table
    for table in (
        EventTable(
            "hospital_contacts",
            (_HOSPITAL, Attribute("contact_type", ("inpatient", "outpatient", "emergency"))),
            ("n_days", "n_visits"),
        ),
        EventTable("hospital_diagnoses", (_HOSPITAL, Attribute("diagnosis", codes=ICD10)), ("n_contacts",)),
        EventTable("practitioner_contacts", (Attribute("speciality", codes=SPECIALITY),), ("n_contacts",)),
        EventTable("dispensings", (Attribute("atc", codes=ATC),), ("n_dispensings",)),
        EventTable("alcohol_courses", (), ("n_days", "n_completed")),
        EventTable(
            "drug_courses",
            (
                Attribute("treatment_type", ("residential", "day")),
                Attribute("is_substitution", is_boolean=True),
            ),
            ("n_days", "n_completed"),
        ),
        EventTable("shelter_stays", (), ("n_days",)),
        EventTable(
            "adult_services",
            (
                Attribute(
                    "service",
                    (
                        "social_pedagogical_support",
                        "personal_practical_help",
                        "citizen_controlled_assistance",
                        "companion_scheme",
                        "sheltered_employment",
                        "supported_housing",
                    ),
                ),
            ),
            ("n_days",),
        ),
        EventTable(
            "child_measures",
            (Attribute("measure", ("preventive", "home_based", "kinship", "foster", "institution")),),
            ("n_days",),
        ),
        EventTable(
            "convictions",
            (
                Attribute(
                    "offence_kind", ("violence_sexual", "theft_vandalism", "traffic_special_acts", "other")
                ),
            ),
            ("n_convictions",),
        ),
        EventTable("prison_stays", (), ("n_days",)),
        EventTable("charges", (Attribute("charge_kind", ("charge", "suspicion")),), ("n_charges",)),
        EventTable(
            "victim_events", (Attribute("offence_kind", ("violence", "sexual", "other")),), ("n_events",)
        ),
        EventTable(
            "education_spells",
            (
                Attribute(
                    "education_kind", ("youth_preparatory", "youth_special_needs", "youth_ordinary", "higher")
                ),
            ),
            ("n_days", "n_completed"),
        ),
        EventTable(
            "school_years",
            (
                Attribute(
                    "school_kind",
                    ("ordinary", "special_support", "special_class", "special_school", "grade_10"),
                ),
            ),
            ("n_records",),
        ),
        EventTable(
            "benefit_weeks",
            (
                Attribute(
                    "benefit_kind",
                    (
                        "cash_benefit",
                        "disability_pension",
                        "education_benefit",
                        "other_transfers",
                        "guidance_upskilling",
                    ),
                ),
            ),
            ("n_weeks",),
        ),
        EventTable(
            "incomes", (), ("wage_dkk", "tax_dkk", "taxable_transfers_dkk"), has_separate_measures=True
        ),
    )
}

EMPLOYMENT_CODES = (
    "employed",
    "unemployed",
    "temporarily_out",
    "in_education",
    "disability_pension",
    "retired",
    "cash_benefit",
    "other",
    "unknown",
)
EDUCATION_CODES = (
    "primary",
    "upper_secondary",
    "vocational",
    "short_higher",
    "medium_higher",
    "long_higher",
    "unknown",
)
ORIGIN_CODES = ("danish", "immigrant", "descendant")

PERSON_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "sex": ("man", "woman"),
    "origin_code": ORIGIN_CODES,
    "employment_code": EMPLOYMENT_CODES,
    "education_code": EDUCATION_CODES,
    "mother_employment_code": EMPLOYMENT_CODES,
    "mother_education_code": EDUCATION_CODES,
    "father_employment_code": EMPLOYMENT_CODES,
    "father_education_code": EDUCATION_CODES,
}

"""The event tables a declaration may name, with their attributes, closed values and measures.

Belongs here: the vocabulary of stage 2 as declarations see it. Does not belong here: how an event table is
made from registers, and which years a register covers.

An attribute with values is closed: a declaration may use these words only. An attribute without values holds
codes of an official classification (`OPEN`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

OPEN: tuple[str, ...] = ()

CONVICTION_KINDS = ("violence_sexual", "theft_vandalism", "traffic_special_acts", "other")
BENEFIT_KINDS = (
    "cash_benefit",
    "disability_pension",
    "education_benefit",
    "other_transfers",
    "guidance_upskilling",
)
EDUCATION_KINDS = ("youth_preparatory", "youth_special_needs", "youth_ordinary", "higher")
SCHOOL_KINDS = ("ordinary", "special_support", "special_class", "special_school", "grade_10")
CHILD_MEASURES = ("preventive", "home_based", "kinship", "foster", "institution")
ADULT_SERVICES = (
    "social_pedagogical_support",
    "personal_practical_help",
    "citizen_controlled_assistance",
    "companion_scheme",
    "sheltered_employment",
    "supported_housing",
)


@dataclass(frozen=True)
class EventTable:
    """One harmonised event table: a row is leaf, person, calendar year and attributes.

    Attributes
    ----------
    attributes : mapping of str to tuple of str or bool
        Attribute name to its closed values; an empty tuple for codes of an official classification.
    measures : tuple of str
        Non-negative integer columns.
    registers : tuple of str
        Registers as delivered that the rows come from.
    """

    attributes: Mapping[str, tuple[str | bool, ...]] = field(default_factory=lambda: MappingProxyType({}))
    measures: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()


_HOSPITAL_REGISTERS = (
    "lpr_adm",
    "lpr_diag",
    "lpr_bes",
    "psyk_adm",
    "psyk_diag",
    "psyk_bes",
    "lpr3_kontakter",
    "lpr3_diagnoser",
)
_HOSPITALS = ("psychiatric", "somatic")

EVENT_TABLES: Mapping[str, EventTable] = MappingProxyType(
    {
        "hospital_contacts": EventTable(
            {"hospital": _HOSPITALS, "contact_type": ("inpatient", "outpatient", "emergency")},
            ("n_days", "n_visits"),
            _HOSPITAL_REGISTERS,
        ),
        "hospital_diagnoses": EventTable(
            {"hospital": _HOSPITALS, "diagnosis": OPEN}, ("n_contacts",), _HOSPITAL_REGISTERS
        ),
        "practitioner_contacts": EventTable({"speciality": OPEN}, ("n_contacts",), ("sssy",)),
        "dispensings": EventTable({"atc": OPEN}, ("n_dispensings",), ("lmdb",)),
        "alcohol_courses": EventTable({}, ("n_days", "n_completed"), ("nab",)),
        "drug_courses": EventTable(
            {"treatment_type": ("residential", "day"), "is_substitution": (True, False)},
            ("n_days", "n_completed"),
            ("sib",),
        ),
        "shelter_stays": EventTable({}, ("n_days",), ("boform110",)),
        "adult_services": EventTable({"service": ADULT_SERVICES}, ("n_days",), ("handicap",)),
        "child_measures": EventTable({"measure": CHILD_MEASURES}, ("n_days",), ("bua", "bufo")),
        "convictions": EventTable({"offence_kind": CONVICTION_KINDS}, ("n_convictions",), ("kraf",)),
        "prison_stays": EventTable({}, ("n_days",), ("krin",)),
        "charges": EventTable({"charge_kind": ("charge", "suspicion")}, ("n_charges",), ("krsi",)),
        "victim_events": EventTable(
            {"offence_kind": ("sexual", "violence", "other")}, ("n_events",), ("krof",)
        ),
        "education_spells": EventTable(
            {"education_kind": EDUCATION_KINDS}, ("n_days", "n_completed"), ("kotre",)
        ),
        "school_years": EventTable({"school_kind": SCHOOL_KINDS}, ("n_records",), ("grundskole",)),
        "benefit_weeks": EventTable({"benefit_kind": BENEFIT_KINDS}, ("n_weeks",), ("dream",)),
        "incomes": EventTable({}, ("wage_dkk", "tax_dkk", "taxable_transfers_dkk"), ("ind",)),
    }
)

"""The 44 estimated target groups judged on the latent tables: members, base years, success status.

Belongs here: an implementation of every definition that shares nothing with the pipeline's, so that the round trip
means something. Does not belong here: the regression (`panel`, `truth`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_registers.codes import (
    EMPLOYMENT_LEVELS,
    ICD_CODES,
    PRICE_INDEX,
    employment_level,
)
from sample_registers.coverage import covers
from sample_registers.latent import FIRST_YEAR, YEARS, Latent

FIRST_BASE_YEAR, LAST_BASE_YEAR = 2008, 2020
NOT_ASSESSABLE, OTHER, SUCCESS = -1, 0, 1
CODE_STARTS = {
    "anxiety": ("F3", "F40", "F41", "F93"),
    "attention": ("F90",),
    "moderate": ("F32", "F33", "F34", *(f"F4{k}" for k in range(9)), "F50", "F60"),
    "severe": ("F2", "F30", "F31"),
    "autism": ("F84",),
    "intellectual_disability": ("F7",),
    "brain_injury": ("S06", "I60", "I61", "I62", "I63", "I64", "G931"),
}
"""First characters of the diagnosis codes of each list (F3 is all of F30–F39, F2 of F20–F29, F7 of F70–F79)."""


@dataclass(frozen=True)
class Rule:
    """One definition on one part.

    Attributes
    ----------
    groups : tuple of (str, int, int)
        Target group with first and last age.
    is_first : bool
        Only the first year in the group counts (children).
    member : (P, Y) bool array
        Meets the definition in the year, whatever age and residence.
    success : (P, Y) bool array
        Meets the success criterion when the year is relative year 1.
    member_reads, success_reads : tuple of str
        Registers whose coverage matters, as in `coverage`.
    """

    groups: tuple[tuple[str, int, int], ...]
    is_first: bool
    member: np.ndarray
    success: np.ndarray
    member_reads: tuple[str, ...] = ()
    success_reads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Members:
    """Members of one target group in one part, a row each person and base year (n rows).

    Attributes
    ----------
    person : (n,) int array
        Row of the person in the `Latent`.
    base_year : (n,) int array
    status : (n,) int8 array
        1 success, 0 other, −1 not assessable (not resident, or not covered, at the end of year 1).
    """

    person: np.ndarray
    base_year: np.ndarray
    status: np.ndarray


def list_members(latent: Latent) -> dict[str, Members]:
    """Members of all 44 estimated target groups in one part, by key."""
    age = age_by_year(latent)
    return {
        key: select_members(latent, rule, age, first, last)
        for rule in list_rules(latent)
        for key, first, last in rule.groups
    }


def table_of_members(latent: Latent) -> dict[str, dict[str, np.ndarray]]:
    """Members as the pipeline names them, by target group.

    Returns
    -------
    dict of str to dict
        `pnr` (n,) '<U12', `base_year` (n,) int, `status` (n,) str: success, other, not_assessable.
    """
    names = np.array(["other", "success", "not_assessable"])
    return {
        key: {"pnr": latent.pnr[m.person], "base_year": m.base_year, "status": names[m.status]}
        for key, m in list_members(latent).items()
    }


def age_by_year(latent: Latent) -> np.ndarray:
    """Age on 31 December, (P, Y) int."""
    return YEARS - (latent.birth_date.astype("datetime64[Y]").astype(int) + 1970)[:, None]


def select_members(latent: Latent, rule: Rule, age: np.ndarray, first_age: int, last_age: int) -> Members:
    """Members of one age band of a rule."""
    read = np.ones(latent.resident.shape, bool)
    for register in rule.member_reads:
        read &= covers(register, latent.municipality, for_look_back=rule.is_first)
    inside = rule.member & latent.resident & (age >= first_age) & (age <= last_age) & read
    if rule.is_first:
        inside &= np.cumsum(inside, axis=1) == 1
    usable = np.zeros(YEARS.size, bool)
    usable[FIRST_BASE_YEAR - FIRST_YEAR : LAST_BASE_YEAR - FIRST_YEAR + 1] = True
    assessed = latent.resident.copy()
    for register in rule.member_reads:
        usable &= covers(register, None)
    for register in rule.success_reads:
        covered = covers(register, None)
        usable[:-1] &= covered[1:]
        assessed &= covers(register, latent.municipality)
    usable[-1] = False
    person, year = np.nonzero(inside & usable)
    status = np.where(
        assessed[person, year + 1], rule.success[person, year + 1].astype(np.int8), NOT_ASSESSABLE
    )
    return Members(person=person, base_year=year + FIRST_YEAR, status=status.astype(np.int8))


def has_code(values: np.ndarray, name: str) -> np.ndarray:
    """Whether the latent diagnosis belongs to one of `CODE_STARTS`, same shape bool."""
    table = np.array([False, *(code.startswith(CODE_STARTS[name]) for code in ICD_CODES)])
    return table[values]


def list_rules(latent: Latent) -> list[Rule]:
    """All definitions, judged on one part."""
    return [*list_child_rules(latent), *list_adult_rules(latent), *list_dual_rules(latent)]


def psychiatric_contact(latent: Latent) -> np.ndarray:
    """Psychiatric hospital contact of any type, (P, Y) bool."""
    v = latent.values
    kinds = ("psychiatric_bed_days", "psychiatric_outpatient_visits", "psychiatric_emergency_visits")
    return sum(v[kind] for kind in kinds) > 0


def both_bands(key: str) -> tuple[tuple[str, int, int], ...]:
    """The two age bands of a child definition."""
    return ((f"{key}_6_13", 6, 13), (f"{key}_14_17", 14, 17))


def list_child_rules(latent: Latent) -> list[Rule]:
    """The definitions of the 20 child groups."""
    v = latent.values
    hospital, practitioner = psychiatric_contact(latent), v["psych_practitioner_contacts"] > 0
    inpatient = v["psychiatric_bed_days"] > 0
    placed = (v["kinship_days"] + v["foster_days"] + v["institution_days"]) > 0
    charged = (v["charges"] + v["suspicions"]) > 0
    five = {
        "anxiety_depression": (has_code(v["psychiatric_diagnosis"], "anxiety"), ~hospital),
        "attention_disorders": (
            has_code(v["psychiatric_diagnosis"], "attention") | (v["adhd_dispensings"] > 0),
            ~hospital,
        ),
        "psychiatric_admission": (inpatient, ~hospital),
        "psychiatric_outpatient": ((v["psychiatric_outpatient_visits"] > 0) & ~inpatient, ~hospital),
        "practising_psychologist_psychiatrist": (practitioner, ~practitioner & ~hospital),
    }
    rules = [Rule(both_bands(key), True, member, success) for key, (member, success) in five.items()]
    meets_all = np.ones(hospital.shape, bool)
    for member, success in five.values():
        meets_all[:, 1:] &= ~member[:, :-1] | success[:, 1:]
    any_member = np.any([member for member, _ in five.values()], axis=0)
    measures = ("child_measures",)
    return [
        Rule((("mental_difficulties_0_5", 0, 5),), True, any_member, meets_all),
        *rules,
        Rule(
            both_bands("foster_care"),
            True,
            v["foster_days"] > 0,
            v["institution_days"] == 0,
            measures,
            measures,
        ),
        Rule(
            both_bands("institution"),
            True,
            v["institution_days"] > 0,
            v["institution_days"] == 0,
            measures,
            measures,
        ),
        Rule(
            both_bands("preventive_measures"),
            True,
            (v["preventive_days"] + v["home_based_days"]) > 0,
            ~placed,
            measures,
            measures,
        ),
        Rule(
            both_bands("violence_sexual_abuse"),
            True,
            (v["victim_violence"] + v["victim_sexual"]) > 0,
            ~practitioner & ~hospital,
            ("krof",),
        ),
        Rule((("crime_threatened_12_17", 12, 17),), True, charged, ~charged),
    ]


def list_adult_rules(latent: Latent) -> list[Rule]:
    """The definitions of the 16 adult groups that are not dual."""
    v = latent.values
    hospital, practitioner = psychiatric_contact(latent), v["psych_practitioner_contacts"] > 0
    diagnosis = v["psychiatric_diagnosis"]
    alcohol = v["alcohol_days"] > 0
    drug = (v["drug_residential_days"] + v["drug_day_days"]) > 0
    substitution = drug & (v["drug_substitution"] > 0)
    completed = v["drug_completed"] > 0
    enrolled = enrolment(latent)
    employed = employment_level(latent.socio13) == EMPLOYMENT_LEVELS.index("employed")
    aftercare = (
        sum(
            v[kind]
            for kind in (
                "preventive_days",
                "home_based_days",
                "kinship_days",
                "foster_days",
                "institution_days",
            )
        )
        > 0
    )
    measures = ("child_measures",)
    injured = has_code(v["somatic_diagnosis"], "brain_injury") | has_code(diagnosis, "brain_injury")
    working = employed | enrolled
    return [
        Rule(
            (("homeless", 18, 65),),
            False,
            v["shelter_days"] > 0,
            (v["shelter_days"] == 0) & (v["prison_days"] == 0),
        ),
        Rule((("alcohol_misuse", 18, 64),), False, alcohol, v["alcohol_completed"] > 0, ("nab",), ("nab",)),
        Rule((("drug_misuse_substitution", 18, 64),), False, substitution, completed, ("sib",), ("sib",)),
        Rule(
            (("drug_misuse_no_substitution_18_25", 18, 25), ("drug_misuse_no_substitution_26_64", 26, 64)),
            False,
            drug & ~substitution,
            completed,
            ("sib",),
            ("sib",),
        ),
        Rule((("psychiatric_hospital_contact", 18, 65),), False, hospital, ~hospital),
        Rule((("psychiatric_practising_contact", 18, 65),), False, practitioner, ~practitioner & ~hospital),
        Rule((("moderate_mental_disorder", 18, 64),), False, has_code(diagnosis, "moderate"), ~hospital),
        Rule((("severe_mental_disorder", 18, 64),), False, has_code(diagnosis, "severe"), ~hospital),
        Rule(
            (("women_exposed_to_violence", 18, 65),),
            False,
            (v["victim_violence"] > 0) & (latent.sex == 2)[:, None],
            ~practitioner,
            ("krof",),
        ),
        Rule((("aftercare_in_education", 18, 22),), False, aftercare & enrolled, enrolled, measures),
        Rule((("aftercare_not_in_education", 18, 22),), False, aftercare & ~enrolled, working, measures),
        Rule(
            (("adhd", 18, 65),),
            False,
            has_code(diagnosis, "attention") | (v["adhd_dispensings"] > 0),
            increased_employment(latent, employed),
        ),
        Rule((("autism", 18, 65),), False, has_code(diagnosis, "autism"), working),
        Rule(
            (("intellectual_disability", 18, 65),),
            False,
            has_code(diagnosis, "intellectual_disability"),
            working,
        ),
        Rule((("acquired_brain_injury", 18, 65),), False, injured, working),
    ]


def list_dual_rules(latent: Latent) -> list[Rule]:
    """The definitions of the eight groups with both misuse and psychological difficulties."""
    v = latent.values
    hospital, practitioner = psychiatric_contact(latent), v["psych_practitioner_contacts"] > 0
    second = {
        "hospital_contact": (hospital, ~hospital),
        "practising_contact": (practitioner, ~hospital & ~practitioner),
        "moderate_disorder": (has_code(v["psychiatric_diagnosis"], "moderate"), ~hospital),
        "severe_disorder": (has_code(v["psychiatric_diagnosis"], "severe"), ~hospital),
    }
    misuses = {
        "alcohol": (v["alcohol_days"] > 0, "nab"),
        "drug": ((v["drug_residential_days"] + v["drug_day_days"]) > 0, "sib"),
    }
    return [
        Rule(
            ((f"{name}_and_{key}", 18, 65),), False, misuse & member, ~misuse & free, (register,), (register,)
        )
        for name, (misuse, register) in misuses.items()
        for key, (member, free) in second.items()
    ]


def enrolment(latent: Latent) -> np.ndarray:
    """Enrolled in any education, (P, Y) bool."""
    kinds = ("youth_preparatory_days", "youth_special_needs_days", "youth_ordinary_days", "higher_days")
    return sum(latent.values[kind] for kind in kinds) > 0


def increased_employment(latent: Latent, employed: np.ndarray) -> np.ndarray:
    """Employed and not so the year before, or a higher deflated wage than the year before, (P, Y) bool."""
    index = np.round(PRICE_INDEX * 10).astype(np.int64)
    wage = latent.values["wage_dkk"].astype(np.int64)
    result = np.zeros(employed.shape, bool)
    result[:, 1:] = employed[:, 1:] & ~employed[:, :-1]
    result[:, 1:] |= wage[:, 1:] * index[:-1] > wage[:, :-1] * index[1:]
    return result

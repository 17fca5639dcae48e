"""What follows from use: completed courses, diagnoses, incomes, employment codes; the arrays a `Latent` carries.

Belongs here: deterministic or independent additions to the drawn use. Does not belong here: anything an outcome's
conditional mean depends on.
"""

from __future__ import annotations

import numpy as np

from sample_registers.codes import (
    PRICE_INDEX,
    SOCIO13_BY_LEVEL,
    TRANSFER_TAX_RATE,
    code_indices,
)
from sample_registers.entry_facts import EDUCATION, PSYCHIATRIC
from sample_registers.latent import YEARS
from sample_registers.parameters import TRANSFERS
from sample_registers.process import Pass
from sample_registers.success_facts import DRUG

SOMATIC = ("somatic_bed_days", "somatic_outpatient_visits", "somatic_emergency_visits")
EMPLOYED_FROM = 51_000.0
WAGE_PER_TAX, WAGE_FROM = 2.6, 5_000.0
LONG_WEEKS = 26
SCHOOL_KINDS = (
    "school_ordinary", "school_special_support", "school_special_class", "school_special_school", "school_grade_10",
)  # fmt: skip
SPECIAL_SUPPORT_FROM = 2011
DIAGNOSIS_GROUPS = (
    "anxiety", "attention", "moderate", "severe", "autism", "intellectual_disability", "neutral_psychiatric",
)  # fmt: skip


def draw_completed(state: Pass, use: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Whether a course, where there is one, ends completed: alcohol, drug, education, each (N, Y) bool."""
    shape = state.age.shape
    return {
        name: state.rng.random(shape, dtype=np.float32) < share
        for name, share in (("alcohol", 0.35), ("drug", 0.30), ("education", 0.25))
    }


def add_courses(state: Pass, use: dict[str, np.ndarray], completed: dict[str, np.ndarray]) -> None:
    """Add completed courses and substitution treatment to `use`, in place."""
    p, rng = state.parameters, state.rng
    has_drug = (use[DRUG[0]] + use[DRUG[1]]) > 0
    has_education = sum(use[name] for name in EDUCATION) > 0
    substitution = {"drug_substitution": 1.0, "drug_18_25": 0.0, "drug_26_64": 0.0}
    share = np.array([*(substitution.get(r.name, 0.3) for r in p.roles), 0.3])[state.role]
    is_substitution = rng.random(share.size) < share
    use["alcohol_completed"] = (completed["alcohol"] & (use["alcohol_days"] > 0)).astype(np.int32)
    use["drug_completed"] = (completed["drug"] & has_drug).astype(np.int32)
    use["education_completed"] = (completed["education"] & has_education).astype(np.int32)
    use["drug_substitution"] = (has_drug & is_substitution[:, None]).astype(np.int32)


def draw_own_lists(state: Pass) -> np.ndarray:
    """Diagnosis list of each person, (N,) index into `DIAGNOSIS_GROUPS`; -1 without one."""
    p = state.parameters
    names = [r.diagnoses if r.diagnoses in DIAGNOSIS_GROUPS else "" for r in p.roles] + [""]
    index = np.array([DIAGNOSIS_GROUPS.index(n) if n else -1 for n in names])
    own = index[state.role]
    mixed = {"admission_child": (0.5, 0.3, 0.2), "mental_0_5": (0.45, 0.25, 0.3)}
    for r, role in enumerate(p.roles):
        if role.facts in mixed:
            rows = np.flatnonzero(state.role == r)
            kind = state.rng.choice(3, rows.size, p=mixed[role.facts])
            medicine = state.start[rows, p.channel("adhd_dispensings")] > 0
            own[rows] = np.where(medicine, 1, np.array([0, 1, 6])[kind])
    return own


def draw_codes(rng: np.random.Generator, name: str, n: int) -> np.ndarray:
    """Codes of a diagnosis list, (n,) int32, every code equally likely."""
    codes = code_indices(name)
    return codes[rng.integers(0, codes.size, n)]


def add_diagnoses(state: Pass, use: dict[str, np.ndarray]) -> None:
    """Add one diagnosis a year and kind of hospital, where there is contact, in place.

    Psychiatric: the person's own list always in the year of entry and in 85 % of later years; others neutral, one in
    seven from any list. Somatic: brain injury in the year of entry and in 30 % of that role's later years.
    """
    rng = state.rng
    own = draw_own_lists(state)
    row, year = np.nonzero(sum(use[name] for name in PSYCHIATRIC) > 0)
    at_entry = year == state.column[row]
    group = np.where(at_entry | (rng.random(row.size) < 0.85), own[row], 6)
    stray = np.where(rng.random(row.size) < 1 / 7, rng.integers(0, 6, row.size), 6)
    group = np.where(group < 0, stray, group)
    codes = np.zeros(row.size, np.int32)
    for g, name in enumerate(DIAGNOSIS_GROUPS):
        codes[group == g] = draw_codes(rng, name, np.count_nonzero(group == g))
    use["psychiatric_diagnosis"] = np.zeros(state.age.shape, np.int32)
    use["psychiatric_diagnosis"][row, year] = codes
    row, year = np.nonzero(sum(use[name] for name in SOMATIC) > 0)
    injured = np.array([*(r.diagnoses == "brain_injury" for r in state.parameters.roles), False])[
        state.role[row]
    ]
    injured &= (year == state.column[row]) | ((rng.random(row.size) < 0.3) & (year > state.column[row]))
    injured |= rng.random(row.size) < 0.001
    codes = draw_codes(rng, "neutral_somatic", row.size)
    codes[injured] = draw_codes(rng, "brain_injury", np.count_nonzero(injured))
    use["somatic_diagnosis"] = np.zeros(state.age.shape, np.int32)
    use["somatic_diagnosis"][row, year] = codes


def add_practitioners(state: Pass, use: dict[str, np.ndarray]) -> None:
    """Add all specialist contacts and the speciality of the psychiatric ones (24, 26 for children, 63), in place."""
    psych = use["psych_practitioner_contacts"]
    use["specialist_contacts"] = use.pop("other_specialist_contacts") + psych
    is_psychologist = state.rng.random(psych.shape, dtype=np.float32) < 0.6
    speciality = np.where(is_psychologist, 63, np.where(state.age < 18, 26, 24))
    use["psych_practitioner_speciality"] = np.where(psych > 0, speciality, 0).astype(np.int32)


def add_incomes(state: Pass, use: dict[str, np.ndarray], tax: np.ndarray) -> None:
    """Add taxable transfers, tax and wage, nominal whole kr., in place; none below 15 or when not resident."""
    level = PRICE_INDEX / 100
    rates = state.parameters.settings["weekly_rate"]
    real_transfers = sum(use[name] * float(rates[name]) for name in TRANSFERS)
    has_row = (state.age >= 15) & state.resident
    transfers = np.round(real_transfers * level)
    use["taxable_transfers_dkk"] = np.where(has_row, transfers, 0).astype(np.int32)
    use["tax_dkk"] = np.where(has_row, np.round(tax * level + transfers * TRANSFER_TAX_RATE), 0).astype(
        np.int32
    )
    wage = np.maximum(tax - WAGE_FROM, 0) * WAGE_PER_TAX * level
    use["wage_dkk"] = np.where(has_row, np.round(wage), 0).astype(np.int32)


def derive_socio13(state: Pass, use: dict[str, np.ndarray], tax: np.ndarray) -> np.ndarray:
    """Employment code by year, (N, Y) int16: the main state of the year; 0 without a row."""
    names = list(state.parameters.settings["scores"]["employment"])
    index = {name: k for k, name in enumerate(names)}
    weeks = {
        name: use[name + "_weeks"] for name in ("disability_pension", "cash_benefit", "education_benefit")
    }
    other = use["other_transfers_weeks"]
    enrolled = sum(use[name] for name in EDUCATION) + 200 * sum(use[name] for name in SCHOOL_KINDS)
    absent = np.where(state.rng.random(other.shape, dtype=np.float32) < 0.5, index["unemployed"], 2)
    rules = (
        (weeks["disability_pension"] >= LONG_WEEKS, index["disability_pension"]),
        (weeks["cash_benefit"] >= LONG_WEEKS, index["cash_benefit"]),
        (weeks["education_benefit"] >= LONG_WEEKS, index["in_education"]),
        (other >= LONG_WEEKS, absent),
        (tax > EMPLOYED_FROM, index["employed"]),
        (state.age > state.pension[:, None], index["retired"]),
        (enrolled >= 150, index["in_education"]),
        (weeks["cash_benefit"] > 0, index["cash_benefit"]),
        (other > 0, absent),
        (enrolled > 0, index["in_education"]),
    )
    level = np.select([rule for rule, _ in rules], [value for _, value in rules], index["other"])
    known = state.is_adult & (state.employment[0] != index["unknown"])
    level[state.rows[known], state.column[known]] = state.employment[0][known]
    codes = np.zeros(level.shape, np.int16)
    draw = state.rng.integers(0, 1 << 30, level.shape)
    for k, choices in enumerate(SOCIO13_BY_LEVEL[:-1]):
        chosen = level == k
        codes[chosen] = np.array(choices, np.int16)[draw[chosen] % len(choices)]
    return np.where((state.age >= 15) & state.resident, codes, 0).astype(np.int16)


def split_charges(state: Pass, use: dict[str, np.ndarray]) -> None:
    """Charges from 15, suspicions at 12–14, in place."""
    charged = use.pop("charged")
    use["charges"] = np.where(state.age >= 15, charged, 0).astype(np.int32)
    use["suspicions"] = np.where(state.age < 15, charged, 0).astype(np.int32)


def merge_school(use: dict[str, np.ndarray]) -> None:
    """One school kind a year (1–5, 0 none), in place; support in ordinary classes is not recorded before 2011."""
    kind = sum((k + 1) * use.pop(name) for k, name in enumerate(SCHOOL_KINDS))
    use["school_kind"] = np.where((kind == 2) & (YEARS < SPECIAL_SUPPORT_FROM), 1, kind).astype(np.int32)


def derive_values(
    state: Pass, use: dict[str, np.ndarray], tax: np.ndarray, completed: dict[str, np.ndarray]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """All values of a `Latent` for the persons of one pass, and their employment codes.

    Parameters
    ----------
    state : Pass
    use : dict of str to (N, Y) int32 array
        By channel; consumed.
    tax : (N, Y) float array
        Tax of employment income, real kr.
    completed : dict of str to (N, Y) bool array

    Returns
    -------
    values : dict of str to (N, Y) int32 array
    socio13 : (N, Y) int16 array
    """
    for name in use:
        use[name] *= state.resident
    add_courses(state, use, completed)
    add_diagnoses(state, use)
    add_practitioners(state, use)
    add_incomes(state, use, tax)
    socio13 = derive_socio13(state, use, tax)
    split_charges(state, use)
    merge_school(use)
    return use, socio13

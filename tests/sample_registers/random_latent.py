"""A small random `Latent` that respects the generator's promises, drawn without the generator."""

import numpy as np

from sample_registers.codes import DIAGNOSIS_LISTS, ICD_CODES, MUNICIPALITIES, SOCIO13_BY_LEVEL
from sample_registers.latent import HFAUDD_CODES, YEARS, Latent

P_USE = 0.15
COUNTS = {
    "gp_contacts": 20,
    "adhd_dispensings": 12,
    "convictions_violence_sexual": 2,
    "convictions_theft_vandalism": 3,
    "convictions_traffic_special_acts": 3,
    "victim_violence": 2,
    "victim_sexual": 2,
    "somatic_outpatient_visits": 9,
    "somatic_emergency_visits": 3,
    "psychiatric_outpatient_visits": 20,
    "psychiatric_emergency_visits": 3,
}
BED_DAYS = ("somatic_bed_days", "psychiatric_bed_days")
COURSE_DAYS = ("alcohol_days", "drug_residential_days", "drug_day_days")
SERVICES = (
    "supported_housing",
    "social_pedagogical_support",
    "personal_practical_help",
    "citizen_controlled_assistance",
    "companion_scheme",
    "sheltered_employment",
)
SPELL_DAYS = ("prison_days", "shelter_days", "home_based_days", *(f"{name}_days" for name in SERVICES))
ONE_OF = (
    (365, ("kinship_days", "foster_days", "institution_days")),
    (340, ("youth_preparatory_days", "youth_special_needs_days", "youth_ordinary_days", "higher_days")),
    (
        52,
        (
            "cash_benefit_weeks",
            "disability_pension_weeks",
            "education_benefit_weeks",
            "other_transfers_weeks",
            "guidance_upskilling_weeks",
        ),
    ),
)
KR = ("tax_dkk", "taxable_transfers_dkk", "wage_dkk")


def make_latent(n: int, seed: int, first_pnr: int = 1) -> Latent:
    """Draw n persons; about one in seven uses each service in each year."""
    rng = np.random.default_rng(seed)
    shape = (n, len(YEARS))
    birth_year = rng.integers(1935, 2020, n)
    birth = (birth_year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(0, 360, n)
    ages = YEARS[None, :] - birth_year[:, None]
    death = np.full(n, np.datetime64("NaT"), dtype="datetime64[D]")
    dies = rng.random(n) < 0.05
    days_left = (np.datetime64("2022-12-31") - birth[dies]).astype(int)
    death[dies] = birth[dies] + (rng.random(dies.sum()) * days_left).astype(int)
    death[dies & (death < np.datetime64("2003-01-02"))] = np.datetime64("NaT")
    alive = np.isnat(death)[:, None] | (
        YEARS[None, :] < (death.astype("datetime64[Y]").astype(int) + 1970)[:, None]
    )
    away = (rng.random(n) < 0.1)[:, None] & (YEARS >= 2009) & (YEARS < 2012)
    resident = (ages >= 0) & alive & ~away
    values = {name: _draw_counts(rng, shape, largest) for name, largest in COUNTS.items()}
    values |= {name: _draw_counts(rng, shape, 60) for name in BED_DAYS}
    values |= {name: _draw_counts(rng, shape, 300) for name in COURSE_DAYS}
    values |= {name: _draw_counts(rng, shape, 365) for name in SPELL_DAYS}
    values["preventive_days"] = np.where(ages < 18, _draw_counts(rng, shape, 365), 0)
    for largest, names in ONE_OF:
        chosen = rng.integers(0, len(names), shape)
        days = _draw_counts(rng, shape, largest)
        values |= {name: np.where(chosen == number, days, 0) for number, name in enumerate(names)}
    _draw_dependent(rng, shape, ages, values)
    values |= {name: rng.integers(-5_000, 400_000, shape) * (ages >= 15) for name in KR}
    values = {name: (table * resident).astype(np.int32) for name, table in values.items()}
    employed = np.array([code for codes in SOCIO13_BY_LEVEL[:-1] for code in codes])
    return Latent(
        pnr=np.array([f"{number:012d}" for number in rng.permutation(n) + first_pnr]),
        birth_date=birth,
        sex=rng.integers(1, 3, n).astype(np.int8),
        origin=rng.integers(1, 4, n).astype(np.int8),
        mother=np.where(birth_year > 1995, rng.integers(-1, n, n), -1),
        father=np.where(birth_year > 1995, rng.integers(-1, n, n), -1),
        role=np.full(n, -1, dtype=np.int16),
        entry_year=np.zeros(n, dtype=np.int16),
        death_date=death,
        resident=resident,
        municipality=np.where(resident, rng.choice(MUNICIPALITIES, shape), 0).astype(np.int16),
        socio13=np.where(resident & (ages >= 15), rng.choice(employed, shape), 0).astype(np.int16),
        hfaudd=np.where(resident & (ages >= 15), rng.integers(-1, len(HFAUDD_CODES), shape), -1).astype(
            np.int16
        ),
        values=values,
    )


def _draw_counts(rng: np.random.Generator, shape: tuple[int, int], largest: int) -> np.ndarray:
    return np.where(rng.random(shape) < P_USE, rng.integers(1, largest + 1, shape), 0)


def _draw_dependent(rng: np.random.Generator, shape: tuple[int, int], ages: np.ndarray, values: dict) -> None:
    psych = _draw_counts(rng, shape, 12)
    values["psych_practitioner_contacts"] = psych
    values["psych_practitioner_speciality"] = np.where(psych > 0, rng.choice([24, 26, 63], shape), 0)
    values["specialist_contacts"] = psych + _draw_counts(rng, shape, 30)
    crimes = _draw_counts(rng, shape, 4)
    values["charges"] = np.where(ages >= 15, crimes, 0)
    values["suspicions"] = np.where((ages < 15) & (ages >= 12), crimes, 0)
    some = rng.random(shape) < 0.4
    values["alcohol_completed"] = (some & (values["alcohol_days"] > 0)).astype(int)
    drug = values["drug_residential_days"] + values["drug_day_days"] > 0
    values["drug_completed"] = (some & drug).astype(int)
    values["drug_substitution"] = (drug & (rng.random(shape) < 0.5)).astype(int)
    education = sum(
        values[f"{name}_days"] for name in ("youth_preparatory", "youth_special_needs", "youth_ordinary")
    )
    values["education_completed"] = (some & (education + values["higher_days"] > 0)).astype(int)
    for hospital in ("somatic", "psychiatric"):
        contact = sum(
            values[f"{hospital}_{unit}"] for unit in ("bed_days", "outpatient_visits", "emergency_visits")
        )
        codes = np.array([ICD_CODES.index(code) + 1 for codes in DIAGNOSIS_LISTS.values() for code in codes])
        kept = rng.choice(codes, shape[0])[:, None]
        diagnosis = np.where(rng.random(shape) < 0.6, kept, rng.choice(codes, shape))
        values[f"{hospital}_diagnosis"] = np.where(contact > 0, diagnosis, 0)
    school = np.where((ages >= 5) & (ages <= 17), rng.integers(0, 5, shape), 0)
    values["school_kind"] = np.where((ages == 16) & (school == 1), 5, school)

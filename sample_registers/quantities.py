"""Consequences on the latent tables: natural units, age domains, registers they need.

Belongs here: the generator's own reading of the 47 consequences. Does not belong here: the pipeline's declarations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sample_registers.codes import DAYS_IN_YEAR, PRICE_INDEX, TRANSFER_TAX_RATE, pension_age
from sample_registers.latent import Latent
from sample_registers.membership import age_by_year

WEEK, YEAR = "days to weeks", "days to recipient-years"
SCHOOL_WEEKS = 40.0
TRANSFER_TAX_PERCENT = round(TRANSFER_TAX_RATE * 100)
FOR_ADULTS, FOR_CHILDREN, FOR_BOTH = "adults", "children", "both"


@dataclass(frozen=True)
class Quantity:
    """One consequence.

    Attributes
    ----------
    key : str
    population : str
        adults, children or both: the target groups it is followed for.
    register : str
        Name in `coverage`; '' covers everything.
    measure : callable
        Latent to (P, Y) float array in the natural unit, before the age domain.
    first_age, last_age : int
        Age domain; `until_pension` ends it at pension age.
    """

    key: str
    population: str
    register: str
    measure: Callable[[Latent], np.ndarray]
    first_age: int = 0
    last_age: int = 999
    until_pension: bool = False

    def inside(self, latent: Latent) -> np.ndarray:
        """Whether the person is inside the age domain, (P, Y) bool."""
        age = age_by_year(latent)
        inside = (age >= self.first_age) & (age <= self.last_age)
        if self.until_pension:
            birth_year = latent.birth_date.astype("datetime64[Y]").astype(int) + 1970
            inside &= age <= pension_age(birth_year)[:, None]
        return inside

    def values(self, latent: Latent) -> np.ndarray:
        """Use in the natural unit, (P, Y) float; 0 outside the age domain."""
        return np.where(self.inside(latent), self.measure(latent), 0.0)


def take(*names: str, scale: str = "") -> Callable[[Latent], np.ndarray]:
    """Sum of latent values, converted from days when `scale` says so."""

    def measure(latent: Latent) -> np.ndarray:
        total = sum(latent.values[name] for name in names).astype(float)
        if scale == WEEK:
            return total / 7.0
        return total / DAYS_IN_YEAR if scale == YEAR else total

    return measure


def take_school(kind: int) -> Callable[[Latent], np.ndarray]:
    """School weeks of one kind: 40 a record."""
    return lambda latent: SCHOOL_WEEKS * (latent.values["school_kind"] == kind)


def tax_on_transfers(latent: Latent) -> np.ndarray:
    """Real kr., two decimals."""
    return to_real_kr(latent.values["taxable_transfers_dkk"].astype(np.int64) * TRANSFER_TAX_PERCENT)


def tax_on_employment(latent: Latent) -> np.ndarray:
    """Real kr., two decimals; may be negative."""
    v = latent.values
    transfers = v["taxable_transfers_dkk"].astype(np.int64) * TRANSFER_TAX_PERCENT
    return to_real_kr(v["tax_dkk"].astype(np.int64) * 100 - transfers)


def to_real_kr(nominal_ore: np.ndarray) -> np.ndarray:
    """Whole nominal øre (P, Y) to real kr., rounded to whole øre with halves away from zero."""
    tenths = np.round(PRICE_INDEX * 10).astype(np.int64)
    real_ore = (2 * np.abs(nominal_ore) * 1000 + tenths) // (2 * tenths)
    return np.sign(nominal_ore) * real_ore / 100.0


def list_quantities() -> tuple[Quantity, ...]:
    """All 47 consequences in the order of the catalogue."""
    both, adults, children = FOR_BOTH, FOR_ADULTS, FOR_CHILDREN
    health = (
        "gp_contacts", "specialist_contacts", "somatic_bed_days", "somatic_outpatient_visits",
        "somatic_emergency_visits", "psychiatric_bed_days", "psychiatric_outpatient_visits",
        "psychiatric_emergency_visits",
    )  # fmt: skip
    crime = (
        "prison_days",
        "convictions_violence_sexual",
        "convictions_theft_vandalism",
        "convictions_traffic_special_acts",
    )
    services = (
        "social_pedagogical_support",
        "personal_practical_help",
        "citizen_controlled_assistance",
        "companion_scheme",
        "sheltered_employment",
    )
    transfers = ("cash_benefit", "disability_pension", "education_benefit", "other_transfers")
    enrolled = ("youth_preparatory_days", "youth_special_needs_days", "youth_ordinary_days", "higher_days")
    placements = ("kinship", "foster", "institution")
    schools = ("school_ordinary", "school_special_support", "school_special_class", "school_special_school")
    measures = "child_measures"
    return (
        *(Quantity(key, both, "", take(key)) for key in health),
        *(Quantity(key, both, "", take(key), 15) for key in crime),
        Quantity("alcohol_treatment", both, "nab", take("alcohol_days")),
        Quantity("drug_treatment_residential", both, "sib", take("drug_residential_days")),
        Quantity("drug_treatment_day", both, "sib", take("drug_day_days")),
        Quantity("shelter", both, "", take("shelter_days")),
        Quantity("supported_housing", adults, "handicap", take("supported_housing_days")),
        *(Quantity(key, adults, "handicap", take(f"{key}_days", scale=WEEK)) for key in services),
        *(Quantity(key, both, "", take(f"{key}_weeks"), 16, until_pension=True) for key in transfers),
        Quantity("tax_employment", both, "", tax_on_employment, 15),
        Quantity("tax_transfers", both, "", tax_on_transfers, 15),
        Quantity("education", adults, "", take(*enrolled, scale=WEEK)),
        Quantity("guidance_upskilling", adults, "", take("guidance_upskilling_weeks")),
        Quantity("child_preventive", children, measures, take("preventive_days", scale=YEAR), 0, 17),
        Quantity("child_home_based", children, measures, take("home_based_days", scale=YEAR), 0, 17),
        *(Quantity(f"placement_{k}", children, measures, take(f"{k}_days"), 0, 17) for k in placements),
        Quantity("aftercare_home_based", children, measures, take("home_based_days", scale=YEAR), 18, 22),
        *(Quantity(f"aftercare_{k}", children, measures, take(f"{k}_days"), 18, 22) for k in placements),
        *(
            Quantity(key, children, "school_support" if k < 2 else "", take_school(k + 1), 5, 17)
            for k, key in enumerate(schools)
        ),
        Quantity("school_grade_10", children, "", take_school(5), 15, 18),
        *(Quantity(key[:-5], children, "", take(key, scale=WEEK), 15, 29) for key in enrolled[:3]),
    )

"""The planted adjusted differences of a role, in the natural units of the consequences.

Belongs here: parameters to units, for the anchor test. Does not belong here: any draw.
"""

from __future__ import annotations

import numpy as np

from sample_registers.codes import DAYS_IN_YEAR, TRANSFER_TAX_RATE
from sample_registers.panel import RELATIVE_YEARS
from sample_registers.parameters import TRANSFERS, Parameters
from sample_registers.quantities import SCHOOL_WEEKS

ONE_CHANNEL = {
    "alcohol_treatment": "alcohol_days",
    "drug_treatment_residential": "drug_residential_days",
    "drug_treatment_day": "drug_day_days",
    "shelter": "shelter_days",
    "placement_kinship": "kinship_days",
    "placement_foster": "foster_days",
    "placement_institution": "institution_days",
    "aftercare_kinship": "kinship_days",
    "aftercare_foster": "foster_days",
    "aftercare_institution": "institution_days",
    "cash_benefit": "cash_benefit_weeks",
    "disability_pension": "disability_pension_weeks",
    "education_benefit": "education_benefit_weeks",
    "other_transfers": "other_transfers_weeks",
    "supported_housing": "supported_housing_days",
    "guidance_upskilling": "guidance_upskilling_weeks",
}
PER_YEAR = {
    "child_preventive": "preventive_days",
    "child_home_based": "home_based_days",
    "aftercare_home_based": "home_based_days",
}
ENROLLED = ("youth_preparatory_days", "youth_special_needs_days", "youth_ordinary_days", "higher_days")
WEEKLY_SERVICES = (
    "social_pedagogical_support",
    "personal_practical_help",
    "citizen_controlled_assistance",
    "companion_scheme",
    "sheltered_employment",
)


def list_planted(parameters: Parameters, role: int, key: str) -> np.ndarray:
    """Planted adjusted difference of one consequence in relative years 1 … 10, (10,).

    Recipient-years take the mean length of a year, which is wrong by at most 0.3 % in any one year.
    """
    p = parameters
    fade = p.fade[role] ** np.arange(RELATIVE_YEARS)
    if key == "tax_employment":
        return p.tax["difference"][role] * fade

    def amount(channel: str) -> float:
        c = p.channel(channel)
        return float(p.mean[c] * p.difference[role, c])

    if key == "tax_transfers":
        rates = p.settings["weekly_rate"]
        return TRANSFER_TAX_RATE * sum(rates[name] * amount(name) for name in TRANSFERS) * fade
    if key == "specialist_contacts":
        return (amount("other_specialist_contacts") + amount("psych_practitioner_contacts")) * fade
    if key in PER_YEAR:
        return amount(PER_YEAR[key]) / DAYS_IN_YEAR.mean() * fade
    if key.startswith("school_"):
        return SCHOOL_WEEKS * amount(key) * fade
    if key == "education":
        return sum(amount(name) for name in ENROLLED) / 7.0 * fade
    if key.startswith("youth_") or key in WEEKLY_SERVICES:
        return amount(f"{key}_days") / 7.0 * fade
    return amount(ONE_CHANNEL.get(key, key)) * fade

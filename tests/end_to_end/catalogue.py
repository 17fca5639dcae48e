"""The catalogue written out once more, by hand and apart from the declarations: what a release must hold.

Belongs here: keys, ages, areas, bases, payers and rates as the catalogue of the design says them. Does not belong
here: anything read from declarations or code.
"""

from __future__ import annotations

from datetime import date

PAYERS = {"municipality", "region", "state"}
STATUSES = {"estimated", "no_use", "outside_ages", "not_observed", "not_estimable", "suppressed"}
REASONS = {"collinear", "few_clusters", "few_users"}
LITERATURE_ONLY = {"sexual_abuse_sequelae", "stuttering", "mobility_aids"}

CHILD, ADULT, DISABILITY = "children_and_youth", "vulnerable_adults", "adults_with_disabilities"
DOCUMENTED, INFERRED, ASSUMED = "documented", "inferred", "assumed"

_TWO_BANDS = {
    "anxiety_depression": (INFERRED, DOCUMENTED),
    "attention_disorders": (ASSUMED, ASSUMED),
    "psychiatric_admission": (ASSUMED, ASSUMED),
    "psychiatric_outpatient": (ASSUMED, ASSUMED),
    "practising_psychologist_psychiatrist": (ASSUMED, ASSUMED),
    "foster_care": (DOCUMENTED, DOCUMENTED),
    "institution": (ASSUMED, ASSUMED),
    "preventive_measures": (ASSUMED, ASSUMED),
    "violence_sexual_abuse": (ASSUMED, ASSUMED),
}
_DUAL = {
    f"{misuse}_and_{disorder}": (ADULT, 18, 65, INFERRED, INFERRED)
    for misuse in ("alcohol", "drug")
    for disorder in ("hospital_contact", "practising_contact", "moderate_disorder", "severe_disorder")
}

GROUPS: dict[str, tuple[str, int, int, str, str]] = {
    "mental_difficulties_0_5": (CHILD, 0, 5, DOCUMENTED, ASSUMED),
    **{
        f"{name}_{first}_{last}": (CHILD, first, last, *basis)
        for name, basis in _TWO_BANDS.items()
        for first, last in ((6, 13), (14, 17))
    },
    "crime_threatened_12_17": (CHILD, 12, 17, ASSUMED, ASSUMED),
    "homeless": (ADULT, 18, 65, DOCUMENTED, DOCUMENTED),
    "alcohol_misuse": (ADULT, 18, 64, DOCUMENTED, DOCUMENTED),
    "drug_misuse_substitution": (ADULT, 18, 64, INFERRED, INFERRED),
    "drug_misuse_no_substitution_18_25": (ADULT, 18, 25, DOCUMENTED, DOCUMENTED),
    "drug_misuse_no_substitution_26_64": (ADULT, 26, 64, INFERRED, INFERRED),
    "psychiatric_hospital_contact": (ADULT, 18, 65, INFERRED, DOCUMENTED),
    "psychiatric_practising_contact": (ADULT, 18, 65, ASSUMED, ASSUMED),
    "moderate_mental_disorder": (ADULT, 18, 64, INFERRED, DOCUMENTED),
    "severe_mental_disorder": (ADULT, 18, 64, INFERRED, DOCUMENTED),
    **_DUAL,
    "alcohol_and_hospital_contact": (ADULT, 18, 65, DOCUMENTED, DOCUMENTED),
    "women_exposed_to_violence": (ADULT, 18, 65, DOCUMENTED, DOCUMENTED),
    "aftercare_in_education": (ADULT, 18, 22, ASSUMED, ASSUMED),
    "aftercare_not_in_education": (ADULT, 18, 22, ASSUMED, ASSUMED),
    "adhd": (DISABILITY, 18, 65, ASSUMED, ASSUMED),
    "autism": (DISABILITY, 18, 65, ASSUMED, ASSUMED),
    "intellectual_disability": (DISABILITY, 18, 65, ASSUMED, ASSUMED),
    "acquired_brain_injury": (DISABILITY, 18, 65, ASSUMED, ASSUMED),
}
"""Target group to area, ages in year 0, basis of membership and of success."""

UNION_OF = [
    "anxiety_depression",
    "attention_disorders",
    "psychiatric_admission",
    "psychiatric_outpatient",
    "practising_psychologist_psychiatrist",
]

_AREAS = {
    ("health", "both"): """gp_contacts:contacts specialist_contacts:contacts somatic_bed_days:bed_days
        somatic_outpatient_visits:visits somatic_emergency_visits:visits psychiatric_bed_days:bed_days
        psychiatric_outpatient_visits:visits psychiatric_emergency_visits:visits""",
    ("crime", "both"): """prison_days:days convictions_violence_sexual:convictions
        convictions_theft_vandalism:convictions convictions_traffic_special_acts:convictions""",
    ("social_services", "both"): """alcohol_treatment:days drug_treatment_residential:days
        drug_treatment_day:days shelter:days""",
    ("social_services", "adults"): """supported_housing:days social_pedagogical_support:weeks
        personal_practical_help:weeks citizen_controlled_assistance:weeks companion_scheme:weeks
        sheltered_employment:weeks""",
    ("income_transfers", "both"): """cash_benefit:weeks disability_pension:weeks education_benefit:weeks
        other_transfers:weeks""",
    ("income_tax", "both"): "tax_employment:kr. tax_transfers:kr.",
    ("education_employment", "adults"): "education:weeks guidance_upskilling:weeks",
    ("child_measures", "children"): """child_preventive:recipient-years child_home_based:recipient-years
        placement_kinship:days placement_foster:days placement_institution:days""",
    ("aftercare", "children"): """aftercare_home_based:recipient-years aftercare_kinship:days
        aftercare_foster:days aftercare_institution:days""",
    ("school", "children"): """school_ordinary:weeks school_special_support:weeks school_special_class:weeks
        school_special_school:weeks school_grade_10:weeks""",
    ("youth_education", "children"): """youth_preparatory:weeks youth_special_needs:weeks
        youth_ordinary:weeks""",
}

CONSEQUENCES: dict[str, tuple[str, str, str]] = {
    entry.partition(":")[0]: (area, population, entry.partition(":")[2].replace("_", " "))
    for (area, population), listed in _AREAS.items()
    for entry in listed.split()
}
"""Consequence to area, population and unit."""

NOT_MEASURED = {"Sundhedspleje", "Støtte i dagtilbud"}

DISCOUNT_RATES = {
    (2013, 0, 35, 0.04, DOCUMENTED),
    (2013, 36, 70, 0.03, DOCUMENTED),
    (2013, 71, None, 0.02, DOCUMENTED),
    (2021, 0, 35, 0.035, DOCUMENTED),
    (2021, 36, 70, 0.025, DOCUMENTED),
    (2021, 71, None, 0.015, ASSUMED),
}
"""Valid from, horizon, rate, basis; 1.5 % after year 70 is not confirmed."""

PARAMETERS: dict[tuple[str, date], float] = {
    ("section_110_refund_share", date(2007, 1, 1)): 0.5,
    ("section_110_refund_share", date(2023, 10, 1)): 0.5,
    ("section_110_first_days", date(2023, 10, 1)): 120,
    ("section_110_first_days", date(2026, 4, 1)): 90,
    ("section_176a_children_threshold_low", date(2020, 1, 1)): 830_000,
    ("section_176a_children_threshold_high", date(2020, 1, 1)): 1_630_000,
    ("section_176_adults_threshold_low", date(2020, 1, 1)): 1_090_000,
    ("section_176_adults_threshold_high", date(2020, 1, 1)): 2_050_000,
    ("section_176_refund_above_low", date(2020, 1, 1)): 0.25,
    ("section_176_refund_above_high", date(2020, 1, 1)): 0.5,
    **{
        (f"refund_from_week_{week}", date(2016, 1, 1)): share
        for week, share in ((1, 0.8), (5, 0.4), (27, 0.3), (53, 0.2))
    },
    **{
        (f"unemployment_co_financing_from_week_{week}", date(2016, 1, 1)): share
        for week, share in ((1, 0.2), (5, 0.6), (27, 0.7), (53, 0.8))
    },
    ("prison_day_cost_average", date(2015, 1, 1)): 1469,
    ("prison_day_cost_closed", date(2015, 1, 1)): 1878,
    ("prison_day_cost_open", date(2015, 1, 1)): 1321,
    ("shelter_day_cost", date(2023, 1, 1)): 1500,
    ("salary_overhead", date(2018, 1, 1)): 0.2,
}
"""Rates and rules the catalogue names, by their first day of validity."""

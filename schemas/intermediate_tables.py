"""The tables between registers and release: persons, events, quantities, members.

Belongs here: one model a table that never leaves the pipeline. Does not belong here: registers as delivered
(their layouts are declared in `pipeline/declarations/registers`) or published tables (`release_tables`).
"""

from __future__ import annotations

from schemas.tables import Table, define_table

_COVARIATES = """employment_code education_code mother_employment_code mother_education_code
father_employment_code father_education_code"""

_EVENTS = (
    (
        "hospital_contacts",
        "hospital contact_type",
        "n_days n_visits",
        "Sygehuskontakter",
        "Hospital contacts",
    ),
    ("hospital_diagnoses", "hospital diagnosis", "n_contacts", "Sygehusdiagnoser", "Hospital diagnoses"),
    ("practitioner_contacts", "speciality", "n_contacts", "Sygesikringskontakter", "Practitioner contacts"),
    ("dispensings", "atc", "n_dispensings", "Ekspederede recepter", "Dispensed prescriptions"),
    ("alcohol_courses", "", "n_days n_completed", "Alkoholbehandling", "Alcohol treatment"),
    (
        "drug_courses",
        "treatment_type is_substitution",
        "n_days n_completed",
        "Stofbehandling",
        "Drug treatment",
    ),
    ("shelter_stays", "", "n_days", "Ophold på herberg og forsorgshjem", "Stays at shelters"),
    ("adult_services", "service", "n_days", "Ydelser til voksne", "Services to adults"),
    ("child_measures", "measure", "n_days", "Foranstaltninger for børn", "Measures for children"),
    ("convictions", "offence_kind", "n_convictions", "Domme", "Convictions"),
    ("prison_stays", "", "n_days", "Fængselsophold", "Stays in prison"),
    ("charges", "charge_kind", "n_charges", "Sigtelser", "Charges"),
    ("victim_events", "offence_kind", "n_events", "Udsat for lovovertrædelser", "Victim of offences"),
    ("education_spells", "education_kind", "n_days n_completed", "Uddannelse", "Education"),
    ("school_years", "school_kind", "n_records", "Skolegang", "School"),
    ("benefit_weeks", "benefit_kind", "n_weeks", "Uger med ydelse", "Weeks with benefits"),
    ("incomes", "", "wage_dkk tax_dkk taxable_transfers_dkk", "Indkomst og skat", "Income and tax"),
)


def _define_event_table(name: str, attributes: str, measures: str, da: str, en: str) -> Table:
    return define_table(
        name,
        da=f"{da}: en persons kalenderår",
        en=f"{en}: a person's calendar year",
        key=f"leaf pnr year {attributes}",
        columns=f"leaf pnr year {attributes} {measures}",
    )


EVENT_TABLES: dict[str, Table] = {row[0]: _define_event_table(*row) for row in _EVENTS}
"""The harmonised event tables by name: one row a person, calendar year and attributes."""

_MODELS = (
    define_table(
        "person_years",
        da="En person i et kalenderår, 31. december",
        en="A person in a calendar year, on 31 December",
        key="leaf pnr year",
        columns=f"leaf pnr year sex birth_date age municipality_code origin_code is_resident {_COVARIATES}",
    ),
    define_table(
        "person_exits",
        da="En person, der er død eller har vandret ind eller ud",
        en="A person who died or migrated",
        key="leaf pnr",
        columns="leaf pnr death_date? emigration_date? return_date?",
    ),
    define_table(
        "person_year_quantities",
        da="En persons forbrug af en konsekvens i et kalenderår; intet forbrug har ingen række",
        en="A person's use of a consequence in a calendar year; no use has no row",
        key="leaf pnr year consequence",
        columns="leaf pnr year consequence quantity",
    ),
    define_table(
        "target_group_members",
        da="Et personår, hvor personen hører til målgruppen (år 0)",
        en="A person-year in which the person belongs to the target group (year 0)",
        key="leaf pnr base_year",
        columns=f"""leaf pnr base_year age sex municipality_code origin_code {_COVARIATES} definitions_met
        target_group??""",
    ),
    define_table(
        "success_status",
        da="Om et personår i målgruppen blev til succes i år 1",
        en="Whether a person-year of the target group became a success in year 1",
        key="leaf pnr base_year",
        columns="leaf pnr base_year status reason? target_group??",
    ),
)

INTERMEDIATE_TABLES: dict[str, Table] = {model.name: model for model in _MODELS} | EVENT_TABLES
"""Every table between registers and release by name."""

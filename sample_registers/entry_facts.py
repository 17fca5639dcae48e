"""What membership forces in the year of entry, by role.

Belongs here: one function a rule, changing `state.start` of the persons given. Does not belong here: year 1
(`success_facts`), and the definitions as such (`membership`, written independently).
"""

from __future__ import annotations

import numpy as np

from sample_registers.process import Pass

PSYCHIATRIC = ("psychiatric_bed_days", "psychiatric_outpatient_visits", "psychiatric_emergency_visits")
PLACEMENTS = ("kinship_days", "foster_days", "institution_days")
EDUCATION = ("youth_preparatory_days", "youth_special_needs_days", "youth_ordinary_days", "higher_days")


def require(state: Pass, rows: np.ndarray, name: str) -> None:
    """Give the persons in `rows` some use of a channel in the year of entry, where they have none."""
    c = state.parameters.channel(name)
    empty = rows[state.start[rows, c] == 0]
    state.start[empty, c] = state.draw_amounts(c, empty.size)


def clear(state: Pass, rows: np.ndarray, names: tuple[str, ...]) -> None:
    """Take all use of some channels in the year of entry from the persons in `rows`."""
    for name in names:
        state.start[rows, state.parameters.channel(name)] = 0


def pick(state: Pass, rows: np.ndarray, share: float) -> np.ndarray:
    """A random share of the rows."""
    return rows[state.rng.random(rows.size) < share]


def choose(state: Pass, rows: np.ndarray, shares: tuple[float, ...]) -> list[np.ndarray]:
    """The rows split at random in groups of the given shares."""
    group = np.searchsorted(np.cumsum(shares)[:-1], state.rng.random(rows.size), side="right")
    return [rows[group == k] for k in range(len(shares))]


def enter_psychiatric_child(state: Pass, rows: np.ndarray) -> None:
    """A psychiatric outpatient with the role's diagnosis; one in three also sees a practitioner."""
    clear(state, pick(state, rows, 0.9), ("psychiatric_bed_days",))
    require(state, rows, "psychiatric_outpatient_visits")
    require(state, pick(state, rows, 0.35), "psych_practitioner_contacts")


def enter_attention(state: Pass, rows: np.ndarray) -> None:
    """By diagnosis, by medicine, or by both."""
    by_diagnosis, by_medicine, both = choose(state, rows, (0.4, 0.25, 0.35))
    diagnosed = np.concatenate([by_diagnosis, both])
    require(state, diagnosed, "psychiatric_outpatient_visits")
    clear(state, by_medicine, PSYCHIATRIC)
    clear(state, by_diagnosis, ("adhd_dispensings",))
    require(state, np.concatenate([by_medicine, both]), "adhd_dispensings")


def enter_admission(state: Pass, rows: np.ndarray) -> None:
    """A psychiatric inpatient, half of them outpatients as well."""
    require(state, rows, "psychiatric_bed_days")
    require(state, pick(state, rows, 0.5), "psychiatric_outpatient_visits")


def enter_practising(state: Pass, rows: np.ndarray) -> None:
    """A psychologist or psychiatrist in private practice."""
    require(state, rows, "psych_practitioner_contacts")


def enter_mental_0_5(state: Pass, rows: np.ndarray) -> None:
    """One of five ways in: diagnosis, attention (medicine from age 3), admission, outpatient course, practitioner."""
    diagnosed, attention, admitted, outpatient, practising = choose(state, rows, (0.22, 0.2, 0.16, 0.2, 0.22))
    require(state, np.concatenate([diagnosed, attention, outpatient]), "psychiatric_outpatient_visits")
    clear(state, np.concatenate([diagnosed, attention, outpatient]), ("psychiatric_bed_days",))
    require(state, admitted, "psychiatric_bed_days")
    require(state, practising, "psych_practitioner_contacts")
    old_enough = attention[state.age_at_entry[attention] >= 3]
    require(state, pick(state, old_enough, 0.5), "adhd_dispensings")
    clear(state, practising, PSYCHIATRIC)


def place(state: Pass, rows: np.ndarray, name: str) -> None:
    """Place the persons in `rows` in one kind of home only."""
    clear(state, rows, tuple(kind for kind in PLACEMENTS if kind != name))
    require(state, rows, name)


def enter_foster(state: Pass, rows: np.ndarray) -> None:
    """Placed in a foster family."""
    place(state, rows, "foster_days")


def enter_institution(state: Pass, rows: np.ndarray) -> None:
    """Placed in an institution."""
    place(state, rows, "institution_days")


def enter_preventive(state: Pass, rows: np.ndarray) -> None:
    """A preventive or a home-based measure, not placed."""
    clear(state, rows, PLACEMENTS)
    preventive, home_based = choose(state, rows, (0.7, 0.3))
    require(state, preventive, "preventive_days")
    require(state, home_based, "home_based_days")


def enter_violence(state: Pass, rows: np.ndarray) -> None:
    """Victim of violence or of a sexual offence."""
    violence, sexual, both = choose(state, rows, (0.55, 0.35, 0.10))
    require(state, np.concatenate([violence, both]), "victim_violence")
    require(state, np.concatenate([sexual, both]), "victim_sexual")


def enter_women_violence(state: Pass, rows: np.ndarray) -> None:
    """Victim of violence."""
    require(state, rows, "victim_violence")


def enter_crime(state: Pass, rows: np.ndarray) -> None:
    """Charged, or suspected below 15."""
    require(state, rows, "charged")


def enter_homeless(state: Pass, rows: np.ndarray) -> None:
    """User of a shelter."""
    require(state, rows, "shelter_days")


def enter_alcohol(state: Pass, rows: np.ndarray) -> None:
    """In alcohol treatment."""
    require(state, rows, "alcohol_days")


def enter_drug(state: Pass, rows: np.ndarray) -> None:
    """In drug treatment: by day, one in eight residential only."""
    day, residential = choose(state, rows, (0.88, 0.12))
    require(state, day, "drug_day_days")
    clear(state, residential, ("drug_day_days",))
    require(state, residential, "drug_residential_days")


def enter_psychiatric_adult(state: Pass, rows: np.ndarray) -> None:
    """Psychiatric contact with the role's diagnosis: outpatient, one in four inpatient."""
    outpatient, inpatient = choose(state, rows, (0.75, 0.25))
    require(state, outpatient, "psychiatric_outpatient_visits")
    require(state, inpatient, "psychiatric_bed_days")


def enter_dual(state: Pass, rows: np.ndarray) -> None:
    """Misuse (alcohol, drugs or both) and psychiatric contact; half also see a practitioner."""
    alcohol, drug, both = choose(state, rows, (0.2, 0.2, 0.6))
    clear(state, alcohol, ("drug_day_days", "drug_residential_days"))
    clear(state, drug, ("alcohol_days",))
    require(state, np.concatenate([alcohol, both]), "alcohol_days")
    require(state, np.concatenate([drug, both]), "drug_day_days")
    enter_psychiatric_adult(state, rows)
    require(state, pick(state, rows, 0.55), "psych_practitioner_contacts")


def give_aftercare(state: Pass, rows: np.ndarray) -> None:
    """After-care: support at home or a placement."""
    home, kinship, foster, institution = choose(state, rows, (0.5, 0.05, 0.25, 0.2))
    require(state, home, "home_based_days")
    for name, chosen in (
        ("kinship_days", kinship),
        ("foster_days", foster),
        ("institution_days", institution),
    ):
        place(state, chosen, name)


def enter_aftercare_in(state: Pass, rows: np.ndarray) -> None:
    """After-care, enrolled in an education."""
    give_aftercare(state, rows)
    clear(state, rows, EDUCATION)
    kinds = choose(state, rows, (0.15, 0.08, 0.57, 0.2))
    for name, chosen in zip(EDUCATION, kinds, strict=True):
        require(state, chosen, name)


def enter_aftercare_out(state: Pass, rows: np.ndarray) -> None:
    """After-care, not enrolled."""
    give_aftercare(state, rows)
    clear(state, rows, EDUCATION)


def enter_diagnosed(state: Pass, rows: np.ndarray) -> None:
    """A psychiatric outpatient with the role's diagnosis."""
    require(state, rows, "psychiatric_outpatient_visits")


def enter_brain_injury(state: Pass, rows: np.ndarray) -> None:
    """A somatic contact with the role's diagnosis."""
    inpatient, outpatient = choose(state, rows, (0.6, 0.4))
    require(state, inpatient, "somatic_bed_days")
    require(state, outpatient, "somatic_outpatient_visits")


ENTRY_FACTS = {
    "psychiatric_child": enter_psychiatric_child,
    "attention_child": enter_attention,
    "admission_child": enter_admission,
    "practising": enter_practising,
    "mental_0_5": enter_mental_0_5,
    "foster": enter_foster,
    "institution": enter_institution,
    "preventive": enter_preventive,
    "violence_child": enter_violence,
    "crime": enter_crime,
    "homeless": enter_homeless,
    "alcohol": enter_alcohol,
    "drug": enter_drug,
    "psychiatric_adult": enter_psychiatric_adult,
    "dual": enter_dual,
    "women_violence": enter_women_violence,
    "aftercare_in": enter_aftercare_in,
    "aftercare_out": enter_aftercare_out,
    "adhd": enter_attention,
    "work": enter_diagnosed,
    "brain_injury": enter_brain_injury,
}


def force_entry(state: Pass) -> None:
    """Apply each role's rule to its persons, in place."""
    for index, role in enumerate(state.parameters.roles):
        rows = np.flatnonzero(state.role == index)
        if rows.size:
            ENTRY_FACTS[role.facts](state, rows)

"""What success, or its absence, forces in the year after entry, by role.

Belongs here: one function a rule, changing use in relative year 1 so that success is as drawn under every definition
the role fills. Does not belong here: later years, which follow the linear process alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_registers.entry_facts import EDUCATION, PLACEMENTS, PSYCHIATRIC, choose, pick
from sample_registers.process import Pass

PRACTITIONER = ("psych_practitioner_contacts",)
DRUG = ("drug_residential_days", "drug_day_days")
EMPLOYED_TAX = (60_000.0, 140_000.0)


@dataclass
class YearOne:
    """Relative year 1 of one pass.

    Attributes
    ----------
    state : Pass
    use : dict of str to (N, Y) int32 array
    tax : (N, Y) float array
        Tax of employment income, real kr.
    completed : dict of str to (N, Y) bool array
        Whether a course with use is completed: alcohol, drug, education.
    """

    state: Pass
    use: dict[str, np.ndarray]
    tax: np.ndarray
    completed: dict[str, np.ndarray]

    def at(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Index of relative year 1 of the persons in `rows`."""
        return rows, self.state.column[rows] + 1

    def clear(self, rows: np.ndarray, names: tuple[str, ...]) -> None:
        """No use of these channels."""
        for name in names:
            self.use[name][self.at(rows)] = 0

    def require(self, rows: np.ndarray, name: str) -> None:
        """Some use of a channel, where there is none."""
        empty = rows[self.use[name][self.at(rows)] == 0]
        c = self.state.parameters.channel(name)
        self.use[name][self.at(empty)] = self.state.draw_amounts(c, empty.size)

    def has_any(self, rows: np.ndarray, names: tuple[str, ...]) -> np.ndarray:
        """Whether there is use of any of the channels, (k,) bool."""
        return np.any([self.use[name][self.at(rows)] > 0 for name in names], axis=0)

    def complete(self, rows: np.ndarray, course: str, is_completed: bool) -> None:
        """Whether a course ended completed."""
        self.completed[course][self.at(rows)] = is_completed


def follow_psychiatric(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: no psychiatric contact, hospital or practitioner. Others: a hospital contact."""
    year.clear(success, (*PSYCHIATRIC, *PRACTITIONER))
    year.require(others[~year.has_any(others, PSYCHIATRIC)], "psychiatric_outpatient_visits")


def follow_practising(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: no psychiatric contact of any kind. Others: mostly a practitioner again."""
    year.clear(success, (*PSYCHIATRIC, *PRACTITIONER))
    practitioner, hospital = choose(year.state, others, (0.75, 0.25))
    year.require(practitioner, "psych_practitioner_contacts")
    year.require(hospital, "psychiatric_outpatient_visits")


def follow_mental_0_5(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Others fail the criterion they entered by: a practitioner for those seen by one only, else a hospital."""
    year.clear(success, (*PSYCHIATRIC, *PRACTITIONER))
    state = year.state
    hospital = [state.parameters.channel(name) for name in (*PSYCHIATRIC, "adhd_dispensings")]
    by_practitioner = state.start[np.ix_(others, hospital)].sum(axis=1) == 0
    year.require(others[by_practitioner], "psych_practitioner_contacts")
    year.require(others[~by_practitioner], "psychiatric_outpatient_visits")


def follow_foster(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: not in an institution. Others: in one."""
    year.clear(success, ("institution_days",))
    year.clear(others, ("kinship_days", "foster_days"))
    year.require(others, "institution_days")


def follow_institution(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: home, or in a foster family or with kin. Others: still in an institution."""
    follow_foster(year, success, others)
    year.clear(success, PLACEMENTS)
    foster, kinship, _ = choose(year.state, success, (0.35, 0.08, 0.57))
    year.require(foster, "foster_days")
    year.require(kinship, "kinship_days")


def follow_preventive(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: not placed. Others: placed."""
    year.clear(success, PLACEMENTS)
    year.clear(others, PLACEMENTS)
    for name, rows in zip(PLACEMENTS, choose(year.state, others, (0.1, 0.5, 0.4)), strict=True):
        year.require(rows, name)


def follow_women_violence(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: no psychologist or psychiatrist in practice. Others: one."""
    year.clear(success, PRACTITIONER)
    year.require(others, "psych_practitioner_contacts")


def follow_crime(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: no charge. Others: a charge."""
    year.clear(success, ("charged",))
    year.require(others, "charged")


def follow_homeless(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: no shelter and no prison. Others: shelter again, or (one in ten) in prison instead."""
    year.clear(success, ("shelter_days", "prison_days"))
    imprisoned, again = choose(year.state, others, (0.1, 0.9))
    year.clear(imprisoned, ("shelter_days",))
    year.require(imprisoned, "prison_days")
    year.require(again, "shelter_days")


def follow_alcohol(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: a course completed. Others: none."""
    year.require(success, "alcohol_days")
    year.complete(success, "alcohol", True)
    year.complete(others, "alcohol", False)


def follow_drug(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: a course completed. Others: none."""
    year.require(success[~year.has_any(success, DRUG)], "drug_day_days")
    year.complete(success, "drug", True)
    year.complete(others, "drug", False)


def follow_dual(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: neither misuse treatment nor psychiatric contact. Others: psychiatric contact, or both misuses again."""
    year.clear(success, (*PSYCHIATRIC, *PRACTITIONER, "alcohol_days", *DRUG))
    contact, misuse = choose(year.state, others, (0.7, 0.3))
    year.require(contact[~year.has_any(contact, PSYCHIATRIC)], "psychiatric_outpatient_visits")
    for name in ("alcohol_days", "drug_day_days"):
        had = year.state.start[misuse, year.state.parameters.channel(name)] > 0
        year.require(misuse[had], name)


def set_work(year: YearOne, rows: np.ndarray, employed: bool) -> None:
    """In ordinary employment (enough tax of it, no benefit), or not (too little of it)."""
    rng = year.state.rng
    if employed:
        benefits = [year.state.parameters.channels[c] for c in year.state.parameters.sets["benefit"]]
        year.clear(rows, tuple(benefits))
        year.tax[year.at(rows)] = rng.uniform(*EMPLOYED_TAX, rows.size)
        return
    tax = year.tax[year.at(rows)]
    year.tax[year.at(rows)] = np.where(
        tax > 45_000, np.minimum(rng.normal(15_000, 12_000, rows.size), 45_000), tax
    )


def follow_work(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: employed or enrolled. Others: neither."""
    year.clear(others, EDUCATION)
    set_work(year, others, employed=False)
    young = year.state.age_at_entry[success] <= 28
    enroll = pick(year.state, success[young], 0.6)
    year.require(enroll[~year.has_any(enroll, EDUCATION)], "youth_ordinary_days")
    enrolled = year.has_any(success, EDUCATION)
    set_work(year, success[~enrolled], employed=True)


def follow_aftercare_in(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: still enrolled. Others: not."""
    year.clear(others, EDUCATION)
    year.require(success[~year.has_any(success, EDUCATION)], "youth_ordinary_days")


def follow_adhd(year: YearOne, success: np.ndarray, others: np.ndarray) -> None:
    """Success: higher wage income, so employed more. Others: lower, or none as before."""
    state = year.state
    for rows, sign in ((success, 1), (others, -1)):
        before = np.maximum(state.start_tax[rows], 6_000) if sign > 0 else state.start_tax[rows]
        step = (
            state.rng.uniform(8_000, 45_000, rows.size)
            if sign > 0
            else state.rng.uniform(500, 30_000, rows.size)
        )
        year.tax[year.at(rows)] = before + sign * step


SUCCESS_FACTS = {
    "psychiatric_child": follow_psychiatric,
    "attention_child": follow_psychiatric,
    "admission_child": follow_psychiatric,
    "practising": follow_practising,
    "mental_0_5": follow_mental_0_5,
    "foster": follow_foster,
    "institution": follow_institution,
    "preventive": follow_preventive,
    "violence_child": follow_practising,
    "crime": follow_crime,
    "homeless": follow_homeless,
    "alcohol": follow_alcohol,
    "drug": follow_drug,
    "psychiatric_adult": follow_psychiatric,
    "dual": follow_dual,
    "women_violence": follow_women_violence,
    "aftercare_in": follow_aftercare_in,
    "aftercare_out": follow_work,
    "adhd": follow_adhd,
    "work": follow_work,
    "brain_injury": follow_work,
}


def force_success(year: YearOne) -> None:
    """Apply each role's rule to its persons, in place."""
    state = year.state
    for index, role in enumerate(state.parameters.roles):
        rows = np.flatnonzero(state.role == index)
        if rows.size:
            SUCCESS_FACTS[role.facts](year, rows[state.success[rows]], rows[~state.success[rows]])

"""Hospital contacts to 2018: lpr_adm, lpr_diag, lpr_bes and psyk_adm, psyk_diag, psyk_bes.

Inpatient stays and emergency visits are contacts; an outpatient course of months is one contact, and its
visits are rows of `bes`. Emergency visits lost their own patient type in 2014.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sample_registers.latent import YEARS
from sample_registers.registers.dates import NO_DATE, YEAR_LENGTH, YEAR_START, find_year
from sample_registers.registers.diagnoses import list_diagnoses
from sample_registers.registers.rows import (
    Codes,
    Part,
    Rendered,
    list_words,
    make_record_numbers,
    split_by_year,
)
from sample_registers.registers.spells import place_spells, split_rows, spread_days

LAST_LPR2_YEAR = 2018
EMERGENCY_TYPE_TO = 2013
PATIENT_TYPES = list_words("0", "2", "3")
INPATIENT, OUTPATIENT, EMERGENCY = 0, 1, 2
ACUTE_PLANNED = list_words("1", "2")
ACUTE, PLANNED = 0, 1
SPECIALITIES = {"psyk": list_words("50", "52"), "lpr": list_words("01", "18", "20", "30")}
HOSPITALS = {"psyk": "psychiatric", "lpr": "somatic"}
SERIES = {"lpr": 0, "psyk": 1}
SHARE_TRANSFERRED = 0.2
TOUCHING = (1, 1)
SHARE_SAME_DAY = 0.4
SHARE_TWICE_A_DAY = 0.05
SHARE_WITHOUT_VISIT = 0.003
SHARE_NOT_CLOSED = 0.3
LAST_DAY = int(YEAR_START[LAST_LPR2_YEAR + 1 - int(YEARS[0])]) - 1


@dataclass(frozen=True)
class Contacts:
    """N contacts of one hospital type, with day numbers and positions in the word lists."""

    person: np.ndarray
    start: np.ndarray
    end: np.ndarray
    patient_type: np.ndarray
    priority: np.ndarray
    diagnosis: np.ndarray

    def take(self, index: np.ndarray) -> Contacts:
        """Take contacts."""
        return Contacts(*(getattr(self, name)[index] for name in self.__dataclass_fields__))


def render_hospital_lpr2(part: Part) -> Iterator[Rendered]:
    """Render somatic and psychiatric contacts, diagnoses and visits to 2018."""
    for prefix, hospital in HOSPITALS.items():
        rng = part.generator(f"{prefix}_adm")
        stays = _place_stays(part, hospital, rng)
        emergencies = _place_emergencies(part, hospital, rng)
        courses, visit_course, visit_day = _place_courses(part, hospital, rng)
        empty = _place_courses_without_visit(part, rng)
        contacts = _join_contacts(courses, stays, emergencies, empty)
        yield from _render_contacts(part, prefix, contacts, visit_course, visit_day, rng)


def _render_contacts(
    part: Part, prefix: str, contacts: Contacts, visit_course: np.ndarray, visit_day: np.ndarray, rng
) -> Iterator[Rendered]:
    """Render the three files of one hospital type; courses come first among the contacts."""
    n = len(contacts.person)
    record = make_record_numbers(part, SERIES[prefix], n)
    file_year = find_year(np.where(contacts.end == NO_DATE, contacts.start, contacts.end))
    speciality = SPECIALITIES[prefix]
    columns = {
        "pnr": part.persons(contacts.person),
        "recnum": record,
        "d_inddto": contacts.start,
        "d_uddto": contacts.end,
        "c_pattype": Codes(contacts.patient_type, PATIENT_TYPES),
        "c_spec": Codes(rng.integers(0, len(speciality), n), speciality),
        "c_indm": Codes(contacts.priority, ACUTE_PLANNED),
    }
    yield from split_by_year(part, f"{prefix}_adm", file_year, columns)
    rows = list_diagnoses(contacts.diagnosis, rng, may_revoke=False)
    columns = {"recnum": record[rows.contact], "c_diag": rows.code, "c_diagtype": rows.kind}
    yield from split_by_year(part, f"{prefix}_diag", file_year[rows.contact], columns)
    columns = {"recnum": record[visit_course], "d_ambdto": visit_day}
    yield from split_by_year(part, f"{prefix}_bes", file_year[visit_course], columns)


def _select_lpr2(values: np.ndarray) -> np.ndarray:
    """Keep the years of LPR2."""
    return np.where(YEARS <= LAST_LPR2_YEAR, values, 0)


def find_diagnosis_breaks(diagnosis: np.ndarray) -> np.ndarray:
    """Find the New Years at which the diagnosis changes, (P, Y - 1) bool."""
    return diagnosis[:, :-1] != diagnosis[:, 1:]


def _place_stays(part: Part, hospital: str, rng: np.random.Generator) -> Contacts:
    """Place inpatient stays by nights; transfers are contacts of their own."""
    diagnosis = part.values(f"{hospital}_diagnosis")
    spells = place_spells(
        _select_lpr2(part.values(f"{hospital}_bed_days")),
        rng,
        breaks=find_diagnosis_breaks(diagnosis),
        earliest=part.earliest,
        room_after=(YEARS == LAST_LPR2_YEAR).astype(np.int32),
    )
    spells = split_rows(spells, rng, SHARE_TRANSFERRED, TOUCHING)
    same_day = (spells.start == spells.end) & (rng.random(len(spells)) < SHARE_SAME_DAY)
    return Contacts(
        spells.person,
        spells.start,
        (spells.end + ~same_day).astype(np.int32),
        np.full(len(spells), INPATIENT),
        rng.integers(0, 2, len(spells)),
        diagnosis[spells.person, spells.first_year],
    )


def _place_emergencies(part: Part, hospital: str, rng: np.random.Generator) -> Contacts:
    """Place emergency visits, each on a day of its own; some days hold two contacts."""
    counts = _select_lpr2(part.values(f"{hospital}_emergency_visits"))
    person, year = np.nonzero(counts > 0)
    row, day = spread_days(counts[person, year], rng, YEAR_LENGTH[year], part.earliest[person, year])
    row = np.concatenate([row, row[(again := rng.random(len(row)) < SHARE_TWICE_A_DAY)]])
    day = np.concatenate([day, day[again]])
    person, year = person[row], year[row]
    own_type = YEARS[year] <= EMERGENCY_TYPE_TO
    days = (YEAR_START[year] + day).astype(np.int32)
    return Contacts(
        person,
        days,
        days,
        np.where(own_type, EMERGENCY, OUTPATIENT),
        np.full(len(person), ACUTE),
        part.values(f"{hospital}_diagnosis")[person, year],
    )


def _place_courses(
    part: Part, hospital: str, rng: np.random.Generator
) -> tuple[Contacts, np.ndarray, np.ndarray]:
    """Place outpatient courses and visits; a course may run over New Year, some days hold two."""
    counts = _select_lpr2(part.values(f"{hospital}_outpatient_visits"))
    diagnosis = part.values(f"{hospital}_diagnosis")
    person, year = np.nonzero(counts > 0)
    n_visits = counts[person, year]
    row, day = spread_days(n_visits, rng, YEAR_LENGTH[year], part.earliest[person, year])
    visit_day = (YEAR_START[year[row]] + day).astype(np.int32)
    goes_on = np.zeros(len(person), dtype=bool)
    goes_on[:-1] = (person[1:] == person[:-1]) & (year[1:] == year[:-1] + 1)
    goes_on[:-1] &= diagnosis[person[1:], year[1:]] == diagnosis[person[:-1], year[:-1]]
    goes_on &= (year + person) % 2 == 0
    is_head = np.concatenate([[True], ~goes_on[:-1]])[: len(person)]
    course = np.cumsum(is_head) - 1
    last_visit = np.cumsum(n_visits) - 1
    first_day = visit_day[(last_visit - n_visits + 1)[is_head]]
    last_day = visit_day[last_visit[~goes_on]]
    start = first_day - rng.integers(0, 6, len(first_day)).astype(np.int32)
    start = np.maximum(start, np.maximum(part.birth_days[person[is_head]], YEAR_START[0]))
    end = np.minimum(last_day + rng.integers(0, 31, len(last_day)).astype(np.int32), LAST_DAY)
    is_open = (end == LAST_DAY) & (rng.random(len(end)) < SHARE_NOT_CLOSED)
    courses = Contacts(
        person[is_head],
        start,
        np.where(is_open, NO_DATE, end).astype(np.int32),
        np.full(len(start), OUTPATIENT),
        np.full(len(start), PLANNED),
        diagnosis[person, year][is_head],
    )
    twins = np.flatnonzero(rng.random(len(start)) < SHARE_TWICE_A_DAY)
    twin = courses.take(twins)
    visits = np.concatenate([course[row], len(start) + np.arange(len(twins))])
    return _join_contacts(courses, twin), visits, np.concatenate([visit_day, first_day[twins]])


def _place_courses_without_visit(part: Part, rng: np.random.Generator) -> Contacts:
    """Place courses that nobody ever came to: they count for nothing, nor do their diagnoses."""
    resident = _select_lpr2(part.latent.resident) & (part.ages >= 1)
    person, year = np.nonzero(resident & (rng.random(resident.shape) < SHARE_WITHOUT_VISIT))
    start = YEAR_START[year] + rng.integers(0, 300, len(person)).astype(np.int32)
    largest = max(
        int(table.max()) for name, table in part.latent.values.items() if name.endswith("_diagnosis")
    )
    return Contacts(
        person,
        start,
        start + rng.integers(0, 60, len(person)).astype(np.int32),
        np.full(len(person), OUTPATIENT),
        np.full(len(person), PLANNED),
        rng.integers(0, largest + 1, len(person)),
    )


def _join_contacts(*parts: Contacts) -> Contacts:
    """Put contacts after one another."""
    return Contacts(
        *(np.concatenate([getattr(part, name) for part in parts]) for name in Contacts.__dataclass_fields__)
    )

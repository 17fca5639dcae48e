"""Hospital contacts from 2019: lpr3_kontakter, lpr3_diagnoser.

No patient type: a contact of twelve hours or more is an inpatient stay; a shorter one is an emergency visit
when acute, an outpatient visit when planned, and neither when virtual.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sample_registers.latent import LAST_YEAR, YEARS
from sample_registers.registers.dates import YEAR_LENGTH, YEAR_START, find_year
from sample_registers.registers.diagnoses import list_diagnoses
from sample_registers.registers.hospital_lpr2 import find_diagnosis_breaks
from sample_registers.registers.rows import (
    Codes,
    Part,
    Rendered,
    list_words,
    make_record_numbers,
    split_by_year,
)
from sample_registers.registers.spells import place_spells, split_rows, spread_days

FIRST_LPR3_YEAR = 2019
CLOCK = list_words(*(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(24 * 60)))
CONTACT_KINDS = list_words("ALCA00", "ALCA10")
PHYSICAL, VIRTUAL = 0, 1
PRIORITIES = list_words("ATA1", "ATA3")
ACUTE, PLANNED = 0, 1
SPECIALITIES = list_words("psykiatri", "børne- og ungdomspsykiatri", "intern medicin", "kirurgi", "neurologi")
SPECIALITY_RANGE = {"psychiatric": (0, 2), "somatic": (2, 5)}
SERIES = 7
SHARE_TRANSFERRED = 0.2
TOUCHING = (1, 1)
SHARE_SAME_DAY = 0.4
SHARE_TWICE_A_DAY = 0.05
SHARE_OVERNIGHT = 0.2
SHARE_VIRTUAL = 0.01
HOUR = 60


@dataclass(frozen=True)
class Contacts:
    """N contacts: day numbers, minutes of the day, and positions in the word lists."""

    person: np.ndarray
    start: np.ndarray
    start_minute: np.ndarray
    end: np.ndarray
    end_minute: np.ndarray
    kind: np.ndarray
    priority: np.ndarray
    speciality: np.ndarray
    diagnosis: np.ndarray


def render_hospital_lpr3(part: Part) -> Iterator[Rendered]:
    """Render contacts and diagnoses from 2019, both hospital types in one file."""
    rng = part.generator("lpr3")
    found = []
    for hospital in SPECIALITY_RANGE:
        found.append(_place_stays(part, hospital, rng))
        found.append(_place_short(part, hospital, "emergency_visits", ACUTE, rng))
        found.append(_place_short(part, hospital, "outpatient_visits", PLANNED, rng))
        found.append(_place_virtual(part, hospital, rng))
    contacts = Contacts(
        *(np.concatenate([getattr(some, name) for some in found]) for name in Contacts.__dataclass_fields__)
    )
    record = make_record_numbers(part, SERIES, len(contacts.person))
    file_year = find_year(contacts.end)
    columns = {
        "pnr": part.persons(contacts.person),
        "dw_ek_kontakt": record,
        "dato_start": contacts.start,
        "tidspunkt_start": Codes(contacts.start_minute, CLOCK),
        "dato_slut": contacts.end,
        "tidspunkt_slut": Codes(contacts.end_minute, CLOCK),
        "kontakttype": Codes(contacts.kind, CONTACT_KINDS),
        "prioritet": Codes(contacts.priority, PRIORITIES),
        "hovedspeciale_ans": Codes(contacts.speciality, SPECIALITIES),
    }
    yield from split_by_year(part, "lpr3_kontakter", file_year, columns)
    rows = list_diagnoses(contacts.diagnosis, rng, may_revoke=True)
    columns = {
        "dw_ek_kontakt": record[rows.contact],
        "diagnosekode": rows.code,
        "diagnosetype": rows.kind,
        "senere_afkraeftet": rows.revoked,
    }
    yield from split_by_year(part, "lpr3_diagnoser", file_year[rows.contact], columns)


def _select_lpr3(values: np.ndarray) -> np.ndarray:
    """Keep the years of LPR3."""
    return np.where(YEARS >= FIRST_LPR3_YEAR, values, 0)


def _choose_specialities(rng: np.random.Generator, hospital: str, n: int) -> np.ndarray:
    """Choose specialities of a hospital type."""
    return rng.integers(*SPECIALITY_RANGE[hospital], n)


def _place_stays(part: Part, hospital: str, rng: np.random.Generator) -> Contacts:
    """Place inpatient stays of at least twelve hours, some of them within one day."""
    diagnosis = part.values(f"{hospital}_diagnosis")
    spells = place_spells(
        _select_lpr3(part.values(f"{hospital}_bed_days")),
        rng,
        breaks=find_diagnosis_breaks(diagnosis),
        earliest=part.earliest,
        room_after=(YEARS == LAST_YEAR).astype(np.int32),
    )
    spells = split_rows(spells, rng, SHARE_TRANSFERRED, TOUCHING)
    n = len(spells)
    same_day = (spells.start == spells.end) & (rng.random(n) < SHARE_SAME_DAY)
    start_minute = np.where(
        same_day, rng.integers(6 * HOUR, 8 * HOUR, n), rng.integers(8 * HOUR, 19 * HOUR, n)
    )
    end_minute = np.where(
        same_day, rng.integers(20 * HOUR, 24 * HOUR, n), rng.integers(9 * HOUR, 17 * HOUR, n)
    )
    return Contacts(
        spells.person,
        spells.start,
        start_minute,
        (spells.end + ~same_day).astype(np.int32),
        end_minute,
        np.full(n, PHYSICAL),
        rng.integers(0, 2, n),
        _choose_specialities(rng, hospital, n),
        diagnosis[spells.person, spells.first_year],
    )


def _place_short(part: Part, hospital: str, name: str, priority: int, rng: np.random.Generator) -> Contacts:
    """Place visits below twelve hours, each on a day of its own; some days hold two contacts."""
    counts = _select_lpr3(part.values(f"{hospital}_{name}"))
    person, year = np.nonzero(counts > 0)
    row, day = spread_days(counts[person, year], rng, YEAR_LENGTH[year], part.earliest[person, year])
    row = np.concatenate([row, row[(again := rng.random(len(row)) < SHARE_TWICE_A_DAY)]])
    day = np.concatenate([day, day[again]])
    person, year = person[row], year[row]
    n = len(person)
    overnight = (priority == ACUTE) & (day < YEAR_LENGTH[year] - 1) & (rng.random(n) < SHARE_OVERNIGHT)
    start_minute = np.where(
        overnight, rng.integers(18 * HOUR, 24 * HOUR, n), rng.integers(8 * HOUR, 16 * HOUR, n)
    )
    end_minute = np.where(
        overnight, rng.integers(0, 6 * HOUR, n), start_minute + rng.integers(10, 7 * HOUR, n)
    )
    start = (YEAR_START[year] + day).astype(np.int32)
    return Contacts(
        person,
        start,
        start_minute,
        start + overnight.astype(np.int32),
        end_minute,
        np.full(n, PHYSICAL),
        np.full(n, priority),
        _choose_specialities(rng, hospital, n),
        part.values(f"{hospital}_diagnosis")[person, year],
    )


def _place_virtual(part: Part, hospital: str, rng: np.random.Generator) -> Contacts:
    """Place virtual contacts of anybody: they are no visits, and their diagnoses do not count."""
    resident = _select_lpr3(part.latent.resident) & (part.ages >= 1)
    person, year = np.nonzero(resident & (rng.random(resident.shape) < SHARE_VIRTUAL))
    n = len(person)
    start = (YEAR_START[year] + rng.integers(0, 365, n)).astype(np.int32)
    start_minute = rng.integers(8 * HOUR, 16 * HOUR, n)
    return Contacts(
        person,
        start,
        start_minute,
        start,
        start_minute + rng.integers(5, HOUR, n),
        np.full(n, VIRTUAL),
        rng.integers(0, 2, n),
        _choose_specialities(rng, hospital, n),
        rng.integers(0, int(part.values(f"{hospital}_diagnosis").max()) + 1, n),
    )

"""General practitioners, specialists and medicines: sssy, lmdb."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.latent import YEARS
from sample_registers.registers.codes import (
    ADHD_MEDICINES,
    GENERAL_PRACTITIONER,
    OTHER_MEDICINES,
    OTHER_PRACTITIONERS,
    PSYCHIATRIC_PRACTITIONERS,
)
from sample_registers.registers.dates import N_WEEKS, YEAR_LENGTH, YEAR_START
from sample_registers.registers.rows import Codes, Part, Rendered, list_words, make_table
from sample_registers.registers.spells import spread_days

SPECIALITIES = (GENERAL_PRACTITIONER, *PSYCHIATRIC_PRACTITIONERS, *OTHER_PRACTITIONERS)
SPECIALITY_WORDS = list_words(*(str(code) for code in SPECIALITIES))
SHARE_SEVERAL_LINES = 0.08
SHARE_FOR_CHILD = 0.01
LOST_ZERO_YEARS = (2005,)
"""Years of sssy whose weeks lost the leading zero."""
MEDICINES = (*ADHD_MEDICINES, *OTHER_MEDICINES)
MEDICINE_WORDS = list_words(*MEDICINES)
SHARE_OTHER_MEDICINE = 0.05


def render_practitioners(part: Part) -> Iterator[Rendered]:
    """Render service lines: often several a week, all of which are one contact."""
    rng = part.generator("sssy")
    has_child = np.unique(np.concatenate([part.latent.mother, part.latent.father]))
    parents = has_child[has_child >= 0]
    for column, year in enumerate(YEARS):
        person, speciality, week = _choose_contacts(part, rng, column)
        again = np.flatnonzero(rng.random(len(person)) < SHARE_SEVERAL_LINES)
        mothers = parents[part.latent.resident[parents, column]]
        mothers = mothers[rng.random(len(mothers)) < SHARE_FOR_CHILD]
        person = np.concatenate([person, person[again], mothers])
        speciality = np.concatenate(
            [speciality, speciality[again], rng.integers(0, len(SPECIALITIES), len(mothers))]
        )
        week = np.concatenate([week, week[again], rng.integers(0, N_WEEKS[column], len(mothers))])
        for_child = np.zeros(len(person), dtype=np.int32)
        for_child[len(person) - len(mothers) :] = 1
        fees = rng.integers(80, 1200, len(person))
        yield make_table(
            part,
            "sssy",
            int(year),
            {
                "pnr": part.persons(person),
                "speciale": Codes(speciality, SPECIALITY_WORDS),
                "honuge": Codes(week, _list_weeks(int(year))),
                "antydel": rng.integers(1, 4, len(person)),
                "bruhon": fees + 0.25 * (fees % 4),
                "barnmak": for_child,
            },
        )


def _list_weeks(year: int):
    """List the weeks of a year as 'yyww', without the leading zero in files that lost it."""
    weeks = [f"{year % 100:02d}{week:02d}" for week in range(1, 54)]
    return list_words(*(week.removeprefix("0") if year in LOST_ZERO_YEARS else week for week in weeks))


def _choose_contacts(part: Part, rng: np.random.Generator, column: int) -> tuple[np.ndarray, ...]:
    """Choose person, speciality (position) and week (from 0) of the contacts of one year, all different."""
    psychiatric = part.values("psych_practitioner_contacts")[:, column]
    speciality = part.values("psych_practitioner_speciality")[:, column]
    others = part.values("specialist_contacts")[:, column] - psychiatric
    counts = [part.values("gp_contacts")[:, column]]
    counts += [np.where(speciality == code, psychiatric, 0) for code in PSYCHIATRIC_PRACTITIONERS]
    shift = rng.integers(0, 3, len(others))
    counts += [(others + (number + shift) % 3) // 3 for number in range(3)]
    found = []
    for position, count in enumerate(counts):
        index = np.flatnonzero(count > 0)
        row, week = spread_days(count[index], rng, np.full(len(index), N_WEEKS[column]))
        found.append((index[row], np.full(len(row), position), week))
    return tuple(np.concatenate(parts) for parts in zip(*found, strict=True))


def render_medicines(part: Part) -> Iterator[Rendered]:
    """Render dispensings of ADHD medicine, and of medicine no definition asks for."""
    rng = part.generator("lmdb")
    dispensings = part.values("adhd_dispensings")
    adult = part.latent.resident & (part.ages >= 15)
    for column, year in enumerate(YEARS):
        index = np.flatnonzero(dispensings[:, column] > 0)
        length = np.full(len(index), YEAR_LENGTH[column])
        row, day = spread_days(dispensings[index, column], rng, length, part.earliest[index, column])
        noise = np.flatnonzero(adult[:, column] & (rng.random(len(adult)) < SHARE_OTHER_MEDICINE))
        person = np.concatenate([index[row], noise])
        day = np.concatenate([day, (rng.random(len(noise)) * YEAR_LENGTH[column]).astype(np.int32)])
        drug = np.concatenate(
            [
                rng.integers(0, len(ADHD_MEDICINES), len(row)),
                rng.integers(len(ADHD_MEDICINES), len(MEDICINES), len(noise)),
            ]
        )
        columns = {
            "pnr": part.persons(person),
            "eksd": YEAR_START[column] + day,
            "atc": Codes(drug, MEDICINE_WORDS),
        }
        yield make_table(part, "lmdb", int(year), columns)

"""Education spells and school years: kotre, grundskole."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.latent import YEARS
from sample_registers.registers.codes import PROGRAMMES, choose
from sample_registers.registers.dates import NO_DATE, find_year
from sample_registers.registers.rows import Codes, Part, Rendered, list_words, make_table, split_by_year
from sample_registers.registers.spells import join_spells, place_spells

PROGRAMME_LIST = tuple(code for codes in PROGRAMMES.values() for code in codes)
PROGRAMME_WORDS = list_words(*PROGRAMME_LIST)
COMPLETED_WORDS = PROGRAMME_WORDS
GRADES = list_words(*(f"{grade:02d}" for grade in range(11)))
GRADE_10 = 10
ORDINARY, SPECIAL_SUPPORT, SPECIAL_CLASS, SPECIAL_SCHOOL, TENTH = 1, 2, 3, 4, 5
HOURS_REPORTED_FROM = 2011
SUPPORT_FROM_HOURS = 4.5


def render_education_spells(part: Part) -> Iterator[Rendered]:
    """Render enrolments; one that was completed names what it led to."""
    rng = part.generator("kotre")
    completed = part.values("education_completed")
    placed, programmes, first_code = [], [], 0
    for kind, codes in PROGRAMMES.items():
        spells = place_spells(
            part.values(f"{kind}_days"),
            rng,
            breaks=completed[:, :-1] > 0,
            earliest=part.earliest,
            may_be_open=completed[:, -1] == 0,
        )
        placed.append(spells)
        programmes.append(first_code + rng.integers(0, len(codes), len(spells)))
        first_code += len(codes)
    spells, programme = join_spells(*placed), np.concatenate(programmes)
    is_completed = (completed[spells.person, spells.last_year] > 0) & ~spells.is_open
    columns = {
        "pnr": part.persons(spells.person),
        "udd": Codes(programme, PROGRAMME_WORDS),
        "elev3_vfra": spells.start,
        "elev3_vtil": np.where(spells.is_open, NO_DATE, spells.end),
        "audd": Codes(np.where(is_completed, programme, -1), COMPLETED_WORDS),
    }
    yield from split_by_year(part, "kotre", find_year(spells.start), columns)


def render_school_years(part: Part) -> Iterator[Rendered]:
    """Render the pupils of 5 September; hours of special education are reported from 2011."""
    rng = part.generator("grundskole")
    for column, year in enumerate(YEARS):
        kinds = part.values("school_kind")[:, column]
        index = np.flatnonzero(kinds > 0)
        kind = kinds[index]
        n = len(index)
        grade = np.clip(part.ages[index, column] - 6 - (rng.random(n) < 0.2), 0, 9)
        hours = np.where(rng.random(n) < 0.5, 0.0, rng.integers(0, 9, n) * 0.5)
        hours = np.where(kind == SPECIAL_SUPPORT, SUPPORT_FROM_HOURS + 0.5 * rng.integers(0, 20, n), hours)
        far_off = (kind == SPECIAL_CLASS) | (kind == SPECIAL_SCHOOL)
        hours = np.where(far_off, 0.5 * rng.integers(0, 60, n), hours)
        class_kind = np.where(kind == SPECIAL_CLASS, 50, choose(rng, (40, 41), n))
        class_kind = np.where(kind == SPECIAL_SCHOOL, choose(rng, (40, 41, 50), n), class_kind)
        yield make_table(
            part,
            "grundskole",
            int(year),
            {
                "pnr": part.persons(index),
                "klassetrin": Codes(np.where(kind == TENTH, GRADE_10, grade), GRADES),
                "kl_type": class_kind,
                "institutionstype": np.where(kind == SPECIAL_SCHOOL, 1015, choose(rng, (1011, 1012), n)),
                "specialundervisning": np.where(year >= HOURS_REPORTED_FROM, hours, np.nan),
            },
        )

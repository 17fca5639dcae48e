"""Treatment of alcohol and drug misuse: nab, sib.

Rows of one type at most ten days apart are one course, the days between included: a course told in two rows
may have such a gap, and courses of their own are kept further apart.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.latent import YEARS
from sample_registers.registers.codes import (
    ALCOHOL_ENDS,
    DRUG_ENDS,
    DRUG_TYPES,
    MAIN_DRUGS,
    SUBSTITUTION,
    find_not_approved,
)
from sample_registers.registers.dates import NO_DATE, find_year
from sample_registers.registers.rows import Codes, Part, Rendered, split_by_year
from sample_registers.registers.spells import Spells, join_spells, place_spells, split_rows

ROOM_BETWEEN_COURSES = 10
ALCOHOL_FIRST_YEAR = 2006
SHARE_TWO_ROWS = 0.25
GAPS_WITHIN_COURSE = (-3, 10)
SHARE_PARTIAL = 0.5
COMPLETED, INTERRUPTED, MOVED_ON = 0, 1, 2


def render_alcohol_treatment(part: Part) -> Iterator[Rendered]:
    """Render alcohol courses from 2006."""
    rng = part.generator("nab")
    days = _keep_approved(part, "nab", part.values("alcohol_days"), rng)
    days[:, YEARS < ALCOHOL_FIRST_YEAR] = 0
    spells, reasons = _render_courses(part, days, part.values("alcohol_completed"), None, rng)
    columns = {
        "pnr": part.persons(spells.person),
        "start": spells.start,
        "slut": np.where(spells.is_open, NO_DATE, spells.end),
        "slutaarsag": Codes(reasons, ALCOHOL_ENDS),
    }
    yield from split_by_year(part, "nab", find_year(spells.start), columns)


def render_drug_treatment(part: Part) -> Iterator[Rendered]:
    """Render residential and day courses, with and without substitution."""
    rng = part.generator("sib")
    substitution = part.values("drug_substitution")
    completed = part.values("drug_completed") > 0
    day_days = _keep_approved(part, "sib", part.values("drug_day_days"), rng)
    residential_days = _keep_approved(part, "sib", part.values("drug_residential_days"), rng)
    tables = [
        _render_courses(part, residential_days, completed & (day_days == 0), substitution, rng),
        _render_courses(part, day_days, completed, substitution, rng),
    ]
    spells = join_spells(*(table[0] for table in tables))
    reasons = np.concatenate([table[1] for table in tables])
    types = np.repeat([0, 1], [len(table[0]) for table in tables])
    main_drug = rng.integers(0, len(MAIN_DRUGS), len(part.latent.pnr))[spells.person]
    columns = {
        "pnr": part.persons(spells.person),
        "start": spells.start,
        "slut": np.where(spells.is_open, NO_DATE, spells.end),
        "behandlingstype": Codes(types, DRUG_TYPES),
        "substitution": Codes(substitution[spells.person, spells.first_year], SUBSTITUTION),
        "slutaarsag": Codes(reasons, DRUG_ENDS),
        "hovedstof": Codes(main_drug, MAIN_DRUGS),
    }
    yield from split_by_year(part, "sib", find_year(spells.start), columns)


def _keep_approved(part: Part, register: str, days: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Leave out half of the use where the municipality did not approve its rows."""
    not_approved = find_not_approved(register, YEARS, part.latent.municipality)
    lost = not_approved & (rng.random(days.shape[0]) < SHARE_PARTIAL)[:, None]
    return np.where(lost, 0, days)


def _render_courses(
    part: Part, days: np.ndarray, completed: np.ndarray, kind: np.ndarray | None, rng: np.random.Generator
) -> tuple[Spells, np.ndarray]:
    """Place courses and choose how each row ended: positions in the list of ends, -1 while it runs."""
    breaks = completed[:, :-1] > 0
    if kind is not None:
        breaks = breaks | (kind[:, :-1] != kind[:, 1:])
    spells = place_spells(
        days,
        rng,
        breaks=breaks,
        earliest=part.earliest,
        room_after=ROOM_BETWEEN_COURSES,
        may_be_open=completed[:, -1] == 0,
    )
    spells = split_rows(spells, rng, SHARE_TWO_ROWS, GAPS_WITHIN_COURSE)
    is_completed = (completed[spells.person, spells.last_year] > 0) & spells.is_last_row
    reasons = np.where(is_completed, COMPLETED, rng.integers(1, 4, len(spells)))
    reasons = np.where(spells.is_last_row, reasons, rng.integers(1, 3, len(spells)))
    return spells, np.where(spells.is_open, -1, reasons)

"""Benefits week by week: dream, one row a person and one column a week."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from sample_registers.codes import pension_age
from sample_registers.latent import FIRST_YEAR, YEARS
from sample_registers.registers.codes import (
    DEAD,
    DREAM_CODES,
    EDUCATION_BENEFIT_BEFORE_2014,
    EMIGRATED,
    PENSION,
)
from sample_registers.registers.dates import N_WEEKS, NO_DATE, WEEK_COLUMNS, YEAR_START, to_day_numbers
from sample_registers.registers.rows import Codes, Part, Rendered, make_table

ALL_CODES = sorted({code for codes in DREAM_CODES.values() for code in codes} | {EMIGRATED, PENSION, DEAD})
POSITION = {code: position for position, code in enumerate(ALL_CODES)}
WORDS = pa.array([str(code) for code in ALL_CODES], pa.string())
BLANK = -1
FIRST_WEEK = np.concatenate([[0], np.cumsum(N_WEEKS)])
REFORM_YEAR = 2014
SHARE_CODE_CHANGES = 0.2


def render_benefits(part: Part) -> Iterator[Rendered]:
    """Render the week codes; only persons with some code have a row."""
    rng = part.generator("dream")
    weeks = np.full((len(WEEK_COLUMNS), len(part.latent.pnr)), BLANK, dtype=np.int16)
    for column in range(len(YEARS)):
        _place_benefits(part, rng, column, weeks[FIRST_WEEK[column] : FIRST_WEEK[column + 1]])
    has_benefit = (weeks != BLANK).any(axis=0)
    _place_pension(part, weeks)
    has_row = has_benefit | ((weeks != BLANK).any(axis=0) & (rng.random(weeks.shape[1]) < 0.5))
    index = np.flatnonzero(has_row)
    weeks = weeks[:, index]
    _place_absence(part, index, weeks)
    columns = {name: Codes(weeks[number], WORDS) for number, name in enumerate(WEEK_COLUMNS)}
    yield make_table(part, "dream", 0, {"pnr": part.persons(index)} | columns)


def _place_benefits(part: Part, rng: np.random.Generator, column: int, weeks: np.ndarray) -> None:
    """Place each kind's weeks of one year as one stretch; the code may change within it."""
    week = np.arange(len(weeks))[:, None]
    for kind, codes in DREAM_CODES.items():
        if kind == "education_benefit" and column + FIRST_YEAR < REFORM_YEAR:
            codes = EDUCATION_BENEFIT_BEFORE_2014
        n_weeks = part.values(f"{kind}_weeks")[:, column]
        index = np.flatnonzero(n_weeks > 0)
        n_weeks = n_weeks[index]
        positions = np.array([POSITION[code] for code in codes], dtype=np.int16)
        first_code, second_code = positions[rng.integers(0, len(positions), (2, len(index)))]
        start = (rng.random(len(index)) * (len(weeks) - n_weeks + 1)).astype(np.int32)
        change = np.where(rng.random(len(index)) < SHARE_CODE_CHANGES, start + n_weeks // 2, 99)
        inside = (week >= start) & (week < start + n_weeks)
        chosen = np.where(week >= change, second_code, first_code)
        weeks[:, index] = np.where(inside, chosen, weeks[:, index])


def _place_pension(part: Part, weeks: np.ndarray) -> None:
    """Put the pension code into blank weeks of the years after pension age."""
    birth_year = YEARS[0] - part.ages[:, 0].astype(np.int32)
    limit = pension_age(birth_year)
    pensioners = np.flatnonzero(part.ages[:, -1] > limit)
    first_year = np.clip(birth_year[pensioners] + limit[pensioners] + 1 - FIRST_YEAR, 0, len(YEARS))
    block = weeks[:, pensioners]
    late = np.arange(len(weeks))[:, None] >= FIRST_WEEK[first_year][None, :]
    weeks[:, pensioners] = np.where(late & (block == BLANK), POSITION[PENSION], block)


def _place_absence(part: Part, index: np.ndarray, weeks: np.ndarray) -> None:
    """Put the codes of emigrants and the dead into the weeks (of years without residence) they are away."""
    resident = part.latent.resident[index]
    death = to_day_numbers(part.latent.death_date)[index]
    seen = np.maximum.accumulate(resident, axis=1)
    for column in range(len(YEARS)):
        block = weeks[FIRST_WEEK[column] : FIRST_WEEK[column + 1]]
        day = YEAR_START[column] + 7 * np.arange(len(block))[:, None]
        is_dead = (death != NO_DATE) & (day > death)
        away = seen[:, column] & ~resident[:, column] & (death == NO_DATE)
        free = (block == BLANK) | (block == POSITION[PENSION])
        block[free & away[None, :]] = POSITION[EMIGRATED]
        block[is_dead] = POSITION[DEAD]

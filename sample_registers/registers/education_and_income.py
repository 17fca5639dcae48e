"""Education, employment and income, one row a person and year: udda, akm, ind."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.latent import HFAUDD_CODES, YEARS
from sample_registers.registers.dates import NO_DATE, YEAR_START
from sample_registers.registers.rows import Codes, Part, Rendered, list_words, make_table

EDUCATIONS = list_words(*HFAUDD_CODES)
EDUCATIONS_SHORT = list_words(*(code.removeprefix("0") for code in HFAUDD_CODES))
LOST_ZERO_YEARS = (2007,)
"""Years of udda whose codes lost the leading zero."""
INCOME_FROM_AGE = 15


def render_education(part: Part) -> Iterator[Rendered]:
    """Render the highest completed education; persons of unknown education may have no row."""
    latent, rng = part.latent, part.generator("udda")
    completed_days = part.birth_days + 365 * 20 + rng.integers(-1000, 2000, len(latent.pnr))
    for column, year in enumerate(YEARS):
        index = np.flatnonzero(latent.hfaudd[:, column] >= 0)
        since = np.where(completed_days[index] < YEAR_START[column], completed_days[index], NO_DATE)
        words = EDUCATIONS_SHORT if year in LOST_ZERO_YEARS else EDUCATIONS
        yield make_table(
            part,
            "udda",
            int(year),
            {
                "pnr": part.persons(index),
                "hfaudd": Codes(latent.hfaudd[index, column], words),
                "hf_vfra": since,
            },
        )


def render_employment(part: Part) -> Iterator[Rendered]:
    """Render the socio-economic status of the year."""
    for column, year in enumerate(YEARS):
        index = np.flatnonzero(part.latent.socio13[:, column] > 0)
        columns = {"pnr": part.persons(index), "socio13": part.latent.socio13[index, column]}
        yield make_table(part, "akm", int(year), columns)


def render_income(part: Part) -> Iterator[Rendered]:
    """Render incomes in whole nominal kroner; disposable income is negative for some."""
    rng = part.generator("ind")
    has_row = part.latent.resident & (part.ages >= INCOME_FROM_AGE)
    for column, year in enumerate(YEARS):
        index = np.flatnonzero(has_row[:, column])
        wage, tax, transfers = (
            part.values(name)[index, column] for name in ("wage_dkk", "tax_dkk", "taxable_transfers_dkk")
        )
        weeks = part.values("cash_benefit_weeks")[index, column]
        interest = rng.integers(-30_000, 20_000, len(index))
        yield make_table(
            part,
            "ind",
            int(year),
            {
                "pnr": part.persons(index),
                "loenmv_13": wage,
                "skatmvialt_13": tax,
                "dispon_13": wage + transfers - tax + interest,
                "kontanthj_13": np.where(weeks > 0, transfers, 0),
                "off_overforsel_13": transfers,
            },
        )

"""An amount over the years: yellow by year, or one yellow cell and formulas from it.

Here: the rows of `YearAmounts`. Not here: what they are amounts of (`cost_sheet`, `single_case_rows`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.amounts import YearAmounts
from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import FIRST_YEAR, NOT_NEGATIVE_RULE, TOTAL, Sheet


def write_spread(
    sheet: Sheet,
    result: Result,
    places: Places,
    what: tuple[YearAmounts, str],
    row: int,
    number_format: str = "amount",
) -> list[str]:
    """Write an amount over the years, (T,) cells: yellow by year, or one yellow cell and formulas from it."""
    amounts, kind = what
    n_years, first = len(result.years), result.intervention.first_year
    if amounts.constant is None:
        return [
            sheet.input(
                row, FIRST_YEAR + t, amounts.by_year.get(first + t, 0.0), number_format, NOT_NEGATIVE_RULE
            )
            for t in range(n_years)
        ]
    typed = sheet.input(row, TOTAL, amounts.constant, number_format, NOT_NEGATIVE_RULE)
    values = spread_amounts(amounts, kind, result)
    cells = []
    for t in range(n_years):
        formula = f"={typed}"
        if kind == "start_up":
            formula = f"={typed}" if t == 0 else "=0"
        elif kind == "fixed":
            formula = f"={typed}*{places.operation[t]}"
        cells.append(sheet.formula(row, FIRST_YEAR + t, formula, values[t], number_format))
    return cells


def spread_amounts(amounts: YearAmounts, kind: str, result: Result) -> FloatArray:
    """Return (T,) an amount over the years, as `cost_lines` does."""
    n_years = len(result.years)
    if amounts.constant is None:
        first = result.intervention.first_year
        return np.array([amounts.by_year.get(first + t, 0.0) for t in range(n_years)])
    spread = np.full(n_years, amounts.constant)
    if kind == "start_up":
        spread[1:] = 0.0
    elif kind == "fixed":
        busy = sum(part.starting + part.completing + part.participant_years for part in result.parts)
        spread[int(np.flatnonzero(np.asarray(busy) > 0).max(initial=0)) + 1 :] = 0.0
    return spread

"""Rows of the calculation on who starts, is in the course and completes, as `participation` counts them.

Here: formulas for a course of at most 60 months: one that starts evenly over a year and lasts d years ends j years
later with share max(0, 1 - |d - j|), and brings a time in the course that is a second difference of squares. Not
here: the inputs (`participant_rows`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.group_part import GroupPart
from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.workbook.places import GroupPlaces, Places
from soem_engine.workbook.sheet import FIRST_YEAR, LABEL, TOTAL, UNIT, Sheet, write_years

_N_LAGS = 7
"""0 to 6 years after the start: a course of 60 months that starts evenly over a year ends within them."""


def write_participation(sheet: Sheet, result: Result, part: GroupPart, places: GroupPlaces, row: int) -> int:
    """Write one target group's course from `row` on and return the row after it."""
    say = sheet.say
    n_years = len(result.years)
    name = sheet.pick(part.group.name)
    title = say("forløbet år for år", "the course year by year")
    sheet.wide_text(row, (LABEL, FIRST_YEAR + n_years - 1), f"{name}: {title}", "section")
    ends, presence = _write_spread(sheet, part, places, row + 1)
    row += 4
    heads = (say("Personer pr. år", "Persons a year"), "", "", say("i alt", "in all"))
    write_years(sheet, row, heads, result.years.tolist())
    if places.dropout:
        completing = [
            f"=({_sum_later(places.starting, ends, t)})*(1-{places.dropout})" for t in range(n_years)
        ]
        label = say("Gennemfører", "Complete")
        places.completing = _write_row(sheet, row + 1, (label, ""), completing, part.completing)
        in_course = [f"={_sum_later(places.starting, presence, t)}" for t in range(n_years)]
    else:
        starting = [f"={_sum_earlier(places.completing, ends, t)}" for t in range(n_years)]
        label = say("Starter", "Start")
        places.starting = _write_row(sheet, row + 1, (label, ""), starting, part.starting)
        in_course = [f"={_sum_earlier(places.completing, presence, t)}" for t in range(n_years)]
    in_years = (say("Tid i forløbet", "Time in the course"), say("deltagerår", "person-years"))
    places.participant_years = _write_row(sheet, row + 2, in_years, in_course, part.participant_years)
    return row + 3


def _write_spread(
    sheet: Sheet, part: GroupPart, places: GroupPlaces, row: int
) -> tuple[list[str], list[str]]:
    """Write, by years since the start, the share that ends and the time in the course; return their addresses."""
    say = sheet.say
    sheet.texts(row, LABEL, (say("Antal år efter start", "Years after the start"), "", "", ""), "label")
    labels = (
        say("Andel, der slutter", "Share that ends"),
        say("Tid i forløbet pr. start", "Time in the course"),
    )
    sheet.texts(row + 1, LABEL, (labels[0], "0-1", "", ""))
    sheet.texts(row + 2, LABEL, (labels[1], say("år", "years"), "", ""))
    length = part.inputs.duration_months / 12
    dropout = part.inputs.dropout_share if places.dropout else 0.0
    ends, presence = [], []
    for lag in range(_N_LAGS):
        column = FIRST_YEAR + lag
        number = sheet.number(row, column, lag, "year")
        formula = f"=MAX(0,1-ABS({places.duration}/12-{number}))"
        ends.append(sheet.formula(row + 1, column, formula, max(0.0, 1 - abs(length - lag)), "factor"))
        value = (1 - dropout) * _find_presence(length, lag) + dropout * _find_presence(length / 2, lag)
        whole = _presence_formula(f"{places.duration}/12", lag)
        half = _presence_formula(f"{places.duration}/24", lag)
        formula = (
            f"=(1-{places.dropout})*({whole})+{places.dropout}*({half})" if places.dropout else f"={whole}"
        )
        presence.append(sheet.formula(row + 2, column, formula, value, "factor"))
    return ends, presence


def _find_presence(length: float, lag: int) -> float:
    """Return the years in a course of `length` years that fall `lag` years after a start spread evenly over a year."""
    reach = length - lag
    squares = [max(0.0, reach + 1) ** 2, max(0.0, reach) ** 2, max(0.0, reach - 1) ** 2]
    return (squares[0] - 2 * squares[1] + squares[2]) / 2 - (0.5 if lag == 0 else 0.0)


def _presence_formula(length: str, lag: int) -> str:
    terms = f"MAX(0,{length}-{lag}+1)^2-2*MAX(0,{length}-{lag})^2+MAX(0,{length}-{lag}-1)^2"
    return f"({terms})/2" + ("-0.5" if lag == 0 else "")


def _sum_later(persons: list[str], spread: list[str], t: int) -> str:
    """Return a sum of what earlier years' persons bring in year t."""
    return "+".join(f"{persons[t - lag]}*{spread[lag]}" for lag in range(min(t + 1, _N_LAGS)))


def _sum_earlier(persons: list[str], spread: list[str], t: int) -> str:
    """Return a sum of what later years' persons have brought in year t; before the first year falls in it."""
    terms = [f"{persons[t + lag]}*{spread[lag]}" for lag in range(min(len(persons) - t, _N_LAGS))]
    if t == 0:
        terms += [
            f"{persons[year]}*({'+'.join(spread[year + 1 :])})"
            for year in range(min(len(persons), _N_LAGS - 1))
        ]
    return "+".join(terms)


def _write_row(
    sheet: Sheet, row: int, label: tuple[str, str], formulas: list[str], values: FloatArray
) -> list[str]:
    sheet.text(row, LABEL, label[0])
    sheet.texts(row, UNIT, (label[1], ""), "unit")
    cells = [
        sheet.formula(row, FIRST_YEAR + t, formula, values[t], "amount_2")
        for t, formula in enumerate(formulas)
    ]
    block = sheet.span(row, FIRST_YEAR, row, FIRST_YEAR + len(values) - 1)
    sheet.formula(row, TOTAL, f"=SUM({block})", np.sum(values), "amount_2", "sum")
    return cells


def write_operation(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    """Write which years have operation: from the first until the last in which anyone starts, attends or completes."""
    label = sheet.say("I drift (1 = ja)", "In operation (1 = yes)")
    sheet.texts(row, LABEL, (label, "", "", ""))
    n_years = len(result.years)
    basis = sum(
        (part.starting + part.completing + part.participant_years for part in result.parts),
        start=np.zeros(n_years),
    )
    last = int(np.flatnonzero(basis > 0).max(initial=0))
    for t in range(n_years):
        later = "+".join(
            f"SUM({cells[t]}:{cells[-1].split('!')[1]})"
            for group in places.groups
            for cells in (group.starting, group.completing, group.participant_years)
        )
        formula = "=1" if t == 0 else f"=IF({later}>0,1,0)"
        places.operation.append(sheet.formula(row, FIRST_YEAR + t, formula, float(t <= last), "year"))
    return row + 1

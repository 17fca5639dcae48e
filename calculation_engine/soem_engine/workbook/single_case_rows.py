"""Rows of the sheet of costs on specially expensive single cases: cost, thresholds and the state's refund.

Here: own data on single persons (SEL §176, §176 a). Not here: other rows of the cost sheet (`cost_sheet`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.cost_inputs import SingleCase
from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import (
    FIRST_YEAR,
    LABEL,
    NOT_NEGATIVE_RULE,
    TOTAL,
    UNIT,
    Sheet,
    write_years,
)
from soem_engine.workbook.spread_rows import spread_amounts, write_spread


def write_single_cases(
    sheet: Sheet, result: Result, places: Places, at: tuple[int, int]
) -> tuple[list[list[str]], list[str], int]:
    """Write a cost line's single cases, if any.

    Parameters
    ----------
    at
        Number of the cost line, first row.

    Returns
    -------
    amounts, refunds, row
        (X, T) cost of each case before refund; (T,) refund of all; the row after them.
    """
    number, row = at
    line = result.intervention.costs[number]
    if not line.single_cases:
        return [], [], row
    last = FIRST_YEAR + len(result.years) - 1
    title = f"{sheet.say('Særligt dyre enkeltsager', 'Specially expensive single cases')}: {line.name}"
    sheet.wide_text(row, (LABEL, last), title, "section")
    heads = (sheet.say("Enkeltsag", "Single case"), "", "", sheet.say("tal", "number"))
    write_years(sheet, row + 1, heads, result.years.tolist())
    row += 2
    amounts, refunds = [], []
    terms = [detail.refund_terms for detail in result.cost_detail[number] if detail.category == "single_case"]
    for case, case_terms in zip(line.single_cases, terms, strict=True):
        cells = write_spread(sheet, result, places, (case.persons, line.kind), row + 1, "persons")
        amount, refund = _write_case(
            sheet, (case, spread_amounts(case.persons, line.kind, result)), case_terms, cells, row
        )
        amounts.append(amount)
        refunds.append(refund)
        row += 9
    summed = ["+".join(cells) for cells in zip(*refunds, strict=True)]
    return amounts, summed, row + 1


def _write_case(
    sheet: Sheet,
    what: tuple[SingleCase, FloatArray],
    terms: FloatArray,
    persons: list[str],
    row: int,
) -> tuple[list[str], list[str]]:
    """Write one case over nine rows, the persons in the second; return its cost and its refund, (T,) cells."""
    case, numbers = what
    say = sheet.say
    rule = (
        say("voksne, § 176", "adults, §176")
        if case.rule == "adults"
        else say("børn, § 176 a", "children, §176 a")
    )
    dkk = say("kr.", "DKK")
    labels = (
        (case.name, rule),
        (say("   personer", "   persons"), say("personer", "persons")),
        (say("   udgift pr. person og år", "   cost per person and year"), dkk),
        (say("   første beløbsgrænse", "   first threshold"), dkk),
        (say("   anden beløbsgrænse", "   second threshold"), dkk),
        (say("   refusion mellem grænserne", "   refund between them"), "0-1"),
        (say("   refusion over den anden", "   refund above the second"), "0-1"),
        (say("   udgift i alt før refusion", "   cost before refund"), dkk),
        (say("   statens refusion", "   refund of the state"), dkk),
    )
    for n, (label, unit) in enumerate(labels):
        sheet.text(row + n, LABEL, label, "label" if n else "label_bold")
        sheet.text(row + n, UNIT, unit, "unit")
    cost = sheet.input(row + 2, TOTAL, case.cost_dkk, "amount", NOT_NEGATIVE_RULE)
    amounts, refunds = [], []
    for t, number in enumerate(numbers):
        column = FIRST_YEAR + t
        low, high, between, above = (
            sheet.input(
                row + 3 + n, column, float(terms[t, n]), "amount" if n < 2 else "share", NOT_NEGATIVE_RULE
            )
            for n in range(4)
        )
        amounts.append(
            sheet.formula(row + 7, column, f"={persons[t]}*{cost}", number * case.cost_dkk, "amount", "total")
        )
        formula = f"={persons[t]}*({between}*MAX(0,MIN({cost},{high})-{low})+{above}*MAX(0,{cost}-{high}))"
        value = number * _find_refund(case.cost_dkk, terms[t])
        refunds.append(sheet.formula(row + 8, column, formula, value, "amount", "total"))
    return amounts, refunds


def _find_refund(cost_dkk: float, terms: FloatArray) -> float:
    low, high, between, above = terms
    return float(between * max(0.0, min(cost_dkk, high) - low) + above * np.maximum(0.0, cost_dkk - high))

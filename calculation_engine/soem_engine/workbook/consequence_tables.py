"""Tables of the sheet of results by consequence, area and committee, discounted.

Here: the tables below the table of years. Not here: key figures and years (`result_sheet`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.result import Result
from soem_engine.workbook.consequence_order import order_areas, order_consequences
from soem_engine.workbook.payer_table import (
    LABEL,
    LAST,
    PAYER,
    SUM,
    write_payer_cells,
    write_payer_heads,
)
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import Sheet

_AREA, _UNIT, _USE = 1, 2, 3


def write_consequences(sheet: Sheet, result: Result, places: Places, row: int) -> dict[int, str]:
    """Write one row a consequence; return the addresses of the columns of area, payers and sum."""
    say = sheet.say
    title = say("Efter konsekvens (kr., diskonteret)", "By consequence (DKK, discounted)")
    sheet.wide_text(row, (LABEL, LAST), title, "section")
    heads = (
        say("Konsekvens", "Consequence"),
        say("Område", "Area"),
        say("Enhed", "Unit"),
        say("Ændret forbrug", "Change in use"),
    )
    write_payer_heads(sheet, result, row + 1, heads)
    values = result.consequences_pv_dkk.sum(axis=(0, 1))
    first = row + 2
    for n, c in enumerate(order_consequences(result)):
        at, consequence = first + n, result.consequences[c]
        sheet.text(at, LABEL, sheet.pick(consequence.name))
        sheet.texts(at, _AREA, (sheet.pick(consequence.area_name), sheet.pick(consequence.unit)), "unit")
        groups = [group for group in places.groups if c in group.is_on]
        n_years = len(result.years)
        blocks = [f"{g.use_change[c, 0]}:{g.use_change[c, n_years - 1].split('!')[1]}" for g in groups]
        use = "=" + "+".join(f"SUM({block})" for block in blocks)
        sheet.formula(at, _USE, use, result.use_change[:, :, c].sum(), "use")
        formulas = [
            "=" + "+".join(f"SUMPRODUCT({g.money[c, p]},{places.factors})" for g in groups) for p in range(3)
        ]
        write_payer_cells(sheet, at, formulas, values[c])
    last = max(first, first + len(result.consequences) - 1)
    columns = (_AREA, *range(PAYER, SUM + 1))
    _write_sum(sheet, last + 1, (first, last), values.sum(axis=0))
    return {column: sheet.span(first, column, last, column) for column in columns}


def _write_sum(sheet: Sheet, row: int, rows: tuple[int, int], values: np.ndarray) -> None:
    sheet.texts(row, LABEL, (sheet.say("I alt", "In all"), "", "", ""), "band")
    sums = [*values, values.sum()]
    for n, value in enumerate(sums):
        column = PAYER + n
        formula = f"=SUM({sheet.span(rows[0], column, rows[1], column)})"
        sheet.formula(row, column, formula, value, "amount", "total")


def write_areas(sheet: Sheet, result: Result, columns: dict[int, str], row: int) -> None:
    """Write one row an area, summed over the table of consequences."""
    say = sheet.say
    sheet.wide_text(
        row, (LABEL, LAST), say("Efter område (kr., diskonteret)", "By area (DKK, discounted)"), "section"
    )
    write_payer_heads(sheet, result, row + 1, (say("Område", "Area"), "", "", ""))
    keys = list(result.areas)
    values = result.sum_by_area().sum(axis=1)[[keys.index(area) for area in order_areas(result)]]
    first = row + 2
    for a, key in enumerate(order_areas(result)):
        sheet.texts(first + a, LABEL, (sheet.pick(result.areas[key]), "", "", ""))
        area = sheet.ref(first + a, LABEL)
        formulas = [f"=SUMIF({columns[_AREA]},{area},{columns[PAYER + p]})" for p in range(3)]
        write_payer_cells(sheet, first + a, formulas, values[a])
    _write_sum(sheet, first + len(values), (first, max(first, first + len(values) - 1)), values.sum(axis=0))


def write_committees(sheet: Sheet, result: Result, places: Places, columns: dict[int, str], row: int) -> None:
    """Write one row a committee: its part of what falls on the municipality."""
    say = sheet.say
    title = say("Kommunen efter udvalg (kr., diskonteret)", "The municipality by committee (DKK, discounted)")
    sheet.wide_text(row, (LABEL, LAST), title, "section")
    heads = (say("Konsekvenser", "Consequences"), say("Omkostninger", "Costs"), say("Netto", "Net"))
    sheet.texts(row + 1, LABEL, (say("Udvalg", "Committee"), "", "", ""), "head")
    sheet.texts(row + 1, PAYER, heads, "head_right")
    consequences = result.committee_consequences_pv_dkk.sum(axis=(1, 2))
    cost = result.committee_cost_pv_dkk.sum(axis=(1, 2))
    for b, name in enumerate(result.committees):
        at = row + 2 + b
        sheet.texts(at, LABEL, (name, "", "", ""))
        formula = f"=SUMPRODUCT({places.committee_shares['consequence'][b]},{columns[PAYER]})"
        gain = sheet.formula(at, PAYER, formula, consequences[b], "amount")
        spent = sheet.formula(at, PAYER + 1, _cost_formula(places, b), cost[b], "amount")
        sheet.formula(at, PAYER + 2, f"={gain}-{spent}", consequences[b] - cost[b], "amount", "total")


def _cost_formula(places: Places, b: int) -> str:
    """Return the discounted municipal costs of committee b: its share of each line."""
    column = places.committee_shares.get("cost")
    if not column:
        return "=0"
    terms = []
    for n, line in enumerate(places.costs):
        block = f"{line[0][0]}:{line[0][-1].split('!')[1]}"
        terms.append(f"INDEX({column[b]},{n + 1},1)*SUMPRODUCT({block},{places.factors})")
    return "=" + "+".join(terms)

"""Rows of the calculation on costs: each line by payer and year, in the price level of the result.

Here: what the sheet of costs comes to. Not here: what is typed (`cost_sheet`).
"""

from __future__ import annotations

from soem_engine.cost_lines import PER_PERSON
from soem_engine.result import Result
from soem_engine.texts import PAYER_NAMES
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import FIRST_YEAR, LABEL, TOTAL, Sheet, write_years

_STATE = "state"


def write_costs(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    """Write the costs by line and payer from `row` on and return the row after them."""
    lines, n_years = result.intervention.costs, len(result.years)
    say = sheet.say
    sheet.wide_text(
        row, (LABEL, FIRST_YEAR + n_years - 1), say("Omkostninger (kr.)", "Costs (DKK)"), "section"
    )
    factor = _write_factor(sheet, result, places, row + 1)
    heads = (say("Omkostning", "Cost"), say("betaler", "payer"), "", say("i alt", "in all"))
    write_years(sheet, row + 2, heads, result.years.tolist())
    row += 3
    for n, line in enumerate(lines):
        blocks = []
        for p, payer in enumerate(result.payers):
            sheet.texts(row, LABEL, (line.name,))
            sheet.texts(row, LABEL + 1, (sheet.pick(PAYER_NAMES[payer]), ""), "unit")
            values = result.cost_dkk[:, n, p]
            cells = [
                sheet.formula(
                    row, FIRST_YEAR + t, _formula(result, places, factor, (n, p, t)), values[t], "amount"
                )
                for t in range(n_years)
            ]
            block = sheet.span(row, FIRST_YEAR, row, FIRST_YEAR + n_years - 1)
            sheet.formula(row, TOTAL, f"=SUM({block})", values.sum(), "amount", "sum")
            blocks.append(cells)
            row += 1
        places.costs.append(blocks)
    return row


def _write_factor(sheet: Sheet, result: Result, places: Places, row: int) -> str:
    """Write the factor from the price level of the costs to that of the result."""
    intervention = result.intervention
    to_year, from_year = intervention.price_year, intervention.price_year_of_costs
    same, index = to_year == from_year, result.price_index.by_year
    label = sheet.say("Omregning til resultaternes prisniveau", "Conversion to the results' price level")
    sheet.texts(row, LABEL, (label, "", ""))
    formula = "=1" if same else f"={places.index[to_year]}/{places.index[from_year]}"
    return sheet.formula(row, TOTAL, formula, 1.0 if same else index[to_year] / index[from_year], "factor")


def _formula(result: Result, places: Places, factor: str, at: tuple[int, int, int]) -> str:
    n, p, t = at
    line = result.intervention.costs[n]
    amount = places.cost_amounts[n][t]
    if line.kind in PER_PERSON:
        amount = f"{amount}*({_persons(places, line.kind, t)})"
    refund = f"({places.cost_refunds[n][t]})" if places.cost_refunds[n] else ""
    paid = (
        f"({amount}-{refund})*{places.cost_shares[n][p]}"
        if refund
        else f"{amount}*{places.cost_shares[n][p]}"
    )
    if refund and result.payers[p] == _STATE:
        paid = f"({paid}+{refund})"
    sign = "-" if line.saved_alternative else ""
    return f"={sign}{paid}*{factor}*{places.in_horizon[t]}"


def _persons(places: Places, kind: str, t: int) -> str:
    counted = {
        "per_participant": [group.completing[t] for group in places.groups],
        "per_starter": [group.starting[t] for group in places.groups],
        "per_participant_year": [group.participant_years[t] for group in places.groups],
    }
    return "+".join(counted[kind])

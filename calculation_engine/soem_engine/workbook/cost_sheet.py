"""The sheet of costs: cost lines, who pays, and the cost sheet behind a line.

Here: what is typed about costs. Not here: what it comes to by payer (`cost_rows`), single cases
(`single_case_rows`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.amounts import YearAmounts
from soem_engine.cost_inputs import CostItem, CostLine
from soem_engine.cost_lines import find_payer_shares
from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.texts import COST_KIND_NAMES, ITEM_CATEGORY_NAMES, PAYER_NAMES
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import (
    FIRST_YEAR,
    LABEL,
    NOT_NEGATIVE_RULE,
    SHARE_RULE,
    TOTAL,
    UNIT,
    Sheet,
    set_year_columns,
    write_years,
)
from soem_engine.workbook.single_case_rows import write_single_cases
from soem_engine.workbook.spread_rows import spread_amounts, write_spread


def fill_costs(sheet: Sheet, result: Result, places: Places) -> None:
    """Write the sheet of costs and note where each line's amounts and shares stand."""
    lines = result.intervention.costs
    set_year_columns(sheet, max(len(result.years), len(result.payers) + 1))
    sheet.text(0, LABEL, sheet.say("Omkostninger", "Costs"), "title")
    level = result.intervention.price_year_of_costs
    sheet.text(
        1,
        LABEL,
        sheet.say(
            f"Kr. i {level}-priser. Er beløbet pr. deltager, ganges det med deltagerne i beregningen.",
            f"DKK in prices of {level}. An amount per participant is multiplied by the participants in "
            "the calculation.",
        ),
        "subtitle",
    )
    sheet.worksheet.freeze_panes(3, 1)
    if not lines:
        sheet.text(
            3,
            LABEL,
            sheet.say("Beregningen har ingen omkostninger.", "The calculation has no costs."),
            "note",
        )
        return
    first_row = 3
    row = first_row + 2 * (len(lines) + 3)
    amounts: list[list[list[str]]] = []
    for n, line in enumerate(lines):
        cells, row = _write_items(sheet, result, places, line, row)
        more, refunds, row = write_single_cases(sheet, result, places, (n, row))
        amounts.append(cells + more)
        places.cost_refunds.append(refunds)
    _write_lines(sheet, result, places, amounts, first_row)
    _write_shares(sheet, result, places, first_row + len(lines) + 3)


def _write_lines(
    sheet: Sheet, result: Result, places: Places, addends: list[list[list[str]]], row: int
) -> None:
    """Write one row a cost line: the amount of each year, as typed or as its cost sheet (X, T) adds up."""
    say = sheet.say
    last = FIRST_YEAR + len(result.years) - 1
    sheet.wide_text(row, (LABEL, last), say("Beløb pr. år (kr.)", "Amount a year (DKK)"), "section")
    heads = (say("Omkostning", "Cost"), say("Art", "Kind"), say("Fortegn", "Sign"), say("beløb", "amount"))
    write_years(sheet, row + 1, heads, result.years.tolist())
    for n, line in enumerate(result.intervention.costs):
        at = row + 2 + n
        sign = say("sparet", "saved") if line.saved_alternative else say("udgift", "expense")
        sheet.text(at, LABEL, line.name)
        sheet.texts(at, UNIT, (sheet.pick(COST_KIND_NAMES[line.kind]), sign, ""), "unit")
        if line.amounts_dkk is not None:
            cells = write_spread(sheet, result, places, (line.amounts_dkk, line.kind), at)
            places.cost_amounts.append(cells)
            continue
        values = _sum_items(line, result)
        places.cost_amounts.append(
            [
                sheet.formula(at, FIRST_YEAR + t, _add(addends[n], t), values[t], "amount")
                for t in range(len(result.years))
            ]
        )


def _add(addends: list[list[str]], t: int) -> str:
    return "=" + "+".join(cells[t] for cells in addends)


def _write_shares(sheet: Sheet, result: Result, places: Places, row: int) -> None:
    say = sheet.say
    last = FIRST_YEAR + len(result.payers)
    sheet.wide_text(row, (LABEL, last), say("Hvem betaler (andele)", "Who pays (shares)"), "section")
    sheet.texts(row + 1, LABEL, (say("Omkostning", "Cost"), "", "", ""), "head")
    heads = [sheet.pick(PAYER_NAMES[payer]) for payer in result.payers]
    sheet.texts(row + 1, FIRST_YEAR, [*heads, say("Kontrol", "Check")], "head_right")
    for n, line in enumerate(result.intervention.costs):
        at = row + 2 + n
        sheet.texts(at, LABEL, (line.name, "", "", ""))
        places.cost_shares.append(
            [
                sheet.input(at, FIRST_YEAR + p, float(share), "share", SHARE_RULE)
                for p, share in enumerate(find_payer_shares(line.payer))
            ]
        )
        block = sheet.span(at, FIRST_YEAR, at, last - 1)
        places.share_checks.append(sheet.share_check(at, last, block))


def _write_items(
    sheet: Sheet, result: Result, places: Places, line: CostLine, row: int
) -> tuple[list[list[str]], int]:
    """Write the cost sheet of a line; return the (X, T) cells of its rows' amounts and the row after it."""
    amounts: list[list[str]] = []
    if not line.items:
        return amounts, row
    last = FIRST_YEAR + len(result.years) - 1
    title = f"{sheet.say('Omkostningsark', 'Cost sheet')}: {line.name}"
    sheet.wide_text(row, (LABEL, last), title, "section")
    per = (sheet.say("Post", "Item"), "", "", sheet.say("tal", "number"))
    write_years(sheet, row + 1, per, result.years.tolist())
    row += 2
    for item in line.items:
        cells, row = _write_item(sheet, result, places, (item, line.kind), row)
        amounts.append(cells)
    return amounts, row + 1


def _write_item(
    sheet: Sheet, result: Result, places: Places, what: tuple[CostItem, str], row: int
) -> tuple[list[str], int]:
    item, kind = what
    say = sheet.say
    quantity = item.hours or item.quantity or YearAmounts(0.0)
    unit = say("timer", "hours") if item.hours is not None else say("antal", "quantity")
    sheet.text(row, LABEL, item.name, "label_bold")
    sheet.texts(row, UNIT, (unit, sheet.pick(ITEM_CATEGORY_NAMES[item.category]), ""), "unit")
    cells = write_spread(sheet, result, places, (quantity, kind), row, "persons")
    label = say("timeløn", "wage an hour") if item.hours is not None else say("pris pr. stk.", "unit cost")
    sheet.texts(row + 1, LABEL, (f"   {label}", say("kr.", "DKK"), ""))
    rate = item.wage_dkk if item.hours is not None else item.unit_cost_dkk
    price = sheet.input(row + 1, TOTAL, rate or 0.0, "amount_2", NOT_NEGATIVE_RULE)
    if item.hours is not None:
        row += 1
        sheet.texts(row + 1, LABEL, (say("   overhead på lønnen", "   overhead on the wage"), "0-1", ""))
        overhead = sheet.input(row + 1, TOTAL, item.overhead_share, "share", NOT_NEGATIVE_RULE)
        price = f"{price}*(1+{overhead})"
    sheet.texts(row + 2, LABEL, (say("   i alt", "   in all"), say("kr.", "DKK"), "", ""))
    values = spread_amounts(quantity, kind, result) * _item_price(item)
    amounts = [
        sheet.formula(row + 2, FIRST_YEAR + t, f"={cell}*{price}", values[t], "amount", "total")
        for t, cell in enumerate(cells)
    ]
    return amounts, row + 3


def _item_price(item: CostItem) -> float:
    if item.hours is not None:
        return (item.wage_dkk or 0.0) * (1.0 + item.overhead_share)
    return item.unit_cost_dkk or 0.0


def _sum_items(line: CostLine, result: Result) -> FloatArray:
    total = np.zeros(len(result.years))
    for item in line.items:
        quantity = item.hours or item.quantity or YearAmounts(0.0)
        total += spread_amounts(quantity, line.kind, result) * _item_price(item)
    for case in line.single_cases:
        total += spread_amounts(case.persons, line.kind, result) * case.cost_dkk
    return total

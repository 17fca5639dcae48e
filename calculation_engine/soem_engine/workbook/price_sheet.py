"""The sheet of prices: kr. per unit by payer, in the price's own price level, taken to that of the result.

Here: writing prices. Not here: which prices are used (`price_rows`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.result import Result
from soem_engine.texts import PAYER_NAMES
from soem_engine.workbook.places import Places
from soem_engine.workbook.price_rows import PriceRow, list_price_rows
from soem_engine.workbook.sheet import NOT_NEGATIVE_RULE, Sheet

_LABEL, _UNIT, _WHO, _YEARS, _LEVEL, _PRICE, _SUM, _FACTOR, _RESULT = 0, 1, 2, 3, 4, 5, 8, 9, 10
_BASIS = 13


def fill_prices(sheet: Sheet, result: Result, places: Places) -> None:
    """Write the sheet of prices and note where each price in the result's price level stands."""
    for column, width in (
        (_LABEL, 52),
        (_UNIT, 14),
        (_WHO, 24),
        (_YEARS, 12),
        (_LEVEL, 8),
        (_BASIS, 16),
    ):
        sheet.worksheet.set_column(column, column, width)
    sheet.worksheet.set_column(_PRICE, _SUM, 11)
    sheet.worksheet.set_column(_FACTOR, _FACTOR, 9)
    sheet.worksheet.set_column(_RESULT, _RESULT + 2, 11)
    sheet.text(0, _LABEL, sheet.say("Priser pr. enhed", "Prices per unit"), "title")
    sheet.text(
        1,
        _LABEL,
        sheet.say(
            "Kr. pr. enhed efter refusion, i prisens eget prisniveau. Skat er en indtægt og har "
            "prisen 1 kr., fordelt på betalere.",
            "DKK per unit after reimbursement, in the price's own price level. Tax is revenue at a "
            "price of DKK 1, shared by payers.",
        ),
        "subtitle",
    )
    _write_heads(sheet, result)
    for n, price in enumerate(list_price_rows(result)):
        _write_price(sheet, result, places, price, 4 + n)
    sheet.worksheet.freeze_panes(4, 1)
    sheet.worksheet.repeat_rows(3)


def _write_heads(sheet: Sheet, result: Result) -> None:
    payers = [sheet.pick(PAYER_NAMES[payer]) for payer in result.payers]
    say = sheet.say
    sheet.texts(3, _LABEL, (say("Konsekvens", "Consequence"), say("Enhed", "Unit")), "head")
    sheet.texts(3, _WHO, (say("Målgruppe", "Target group"), say("Beregningsår", "Years")), "head")
    sheet.text(3, _LEVEL, say("Pris-niveau", "Price level"), "head_right")
    dkk = say("kr.", "DKK")
    sheet.texts(3, _PRICE, [f"{payer}, {dkk}" for payer in payers], "head_right")
    sheet.text(3, _SUM, say("I alt, kr.", "In all, DKK"), "head_right")
    sheet.text(3, _FACTOR, say("Omregning", "Conversion"), "head_right")
    level = result.intervention.price_year
    sheet.texts(3, _RESULT, [f"{payer}, {level}-{dkk}" for payer in payers], "head_right")
    sheet.text(3, _BASIS, say("  Grundlag", "  Basis"), "head")
    sheet.worksheet.set_row(3, 30)


def _write_price(sheet: Sheet, result: Result, places: Places, price: PriceRow, row: int) -> None:
    consequence = result.consequences[price.consequence]
    part = result.parts[price.groups[0]]
    used = part.price_sources[price.consequence]
    everyone = sum(part.is_calculated[price.consequence] for part in result.parts)
    names = ", ".join(sheet.pick(result.target_groups[g].name) for g in price.groups)
    who = sheet.say("alle", "all") if len(price.groups) == everyone else names
    years = f"{result.years[price.first]}-{result.years[price.last]}"
    sheet.texts(row, _LABEL, (sheet.pick(consequence.name),))
    sheet.texts(row, _UNIT, (sheet.pick(consequence.unit), who, years), "unit")
    sheet.number(row, _LEVEL, price.level, "year")
    cells = [
        sheet.input(row, _PRICE + p, float(amount), "amount_2", NOT_NEGATIVE_RULE)
        for p, amount in enumerate(price.price_dkk)
    ]
    block = sheet.span(row, _PRICE, row, _PRICE + len(cells) - 1)
    sheet.formula(row, _SUM, f"=SUM({block})", price.price_dkk.sum(), "amount_2", "sum")
    to_year, index = result.intervention.price_year, result.price_index.by_year
    same = price.level == to_year
    factor = 1.0 if same else index[to_year] / index[price.level]
    formula = "=1" if same else f"={places.index[to_year]}/{places.index[price.level]}"
    factor_cell = sheet.formula(row, _FACTOR, formula, factor, "factor")
    converted = np.asarray(price.price_dkk) * factor
    addresses = [
        sheet.formula(row, _RESULT + p, f"={cell}*{factor_cell}", converted[p], "amount_2")
        for p, cell in enumerate(cells)
    ]
    for g in price.groups:
        for t in range(price.first, price.last + 1):
            places.groups[g].prices[price.consequence, t] = addresses
    own = sheet.say("egen pris", "own price")
    placeholder = sheet.say("pladsholder", "placeholder")
    basis = own if used.own is not None else placeholder if used.is_placeholder else ""
    sheet.text(row, _BASIS, f"  {basis}", "unit")

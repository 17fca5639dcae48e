"""Tables with a column a payer, on the sheet of results: the same columns in each of them.

Here: headings and rows. Not here: which tables (`result_sheet`, `consequence_tables`).
"""

from __future__ import annotations

from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.texts import PAYER_NAMES
from soem_engine.workbook.sheet import Sheet

LABEL, PAYER, SUM, LAST = 0, 4, 7, 11
"""Columns of the label, the first payer, the sum of payers, and the last column of the sheet."""


def write_payer_heads(sheet: Sheet, result: Result, row: int, heads: tuple[str, str, str, str]) -> None:
    """Write the headings of a table with payers: four of the caller's, the payers, in all."""
    sheet.texts(row, LABEL, heads, "head")
    names = [sheet.pick(PAYER_NAMES[payer]) for payer in result.payers]
    sheet.texts(row, PAYER, [*names, sheet.say("I alt", "In all")], "head_right")


def write_payer_cells(sheet: Sheet, row: int, formulas: list[str], values: FloatArray) -> list[str]:
    """Write a row of formulas, one a payer, and their sum; return the addresses, the sum's last."""
    cells = [
        sheet.formula(row, PAYER + p, formula, values[p], "amount") for p, formula in enumerate(formulas)
    ]
    block = sheet.span(row, PAYER, row, PAYER + len(cells) - 1)
    return [*cells, sheet.formula(row, SUM, f"=SUM({block})", values.sum(), "amount", "sum")]

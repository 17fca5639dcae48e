"""Heights of rows with wrapped text: a spreadsheet does not find them for merged cells.

Here: an estimate from the length of the text. Not here: writing it.
"""

from __future__ import annotations

import math

from soem_engine.workbook.sheet import Sheet

_LINE_POINTS, _MARGIN_POINTS = 13.5, 4.0
_CHARACTERS_A_UNIT = 1.3
"""Characters of running text in one unit of column width, at 10 points."""


def set_wrapped_height(sheet: Sheet, row: int, text: str, width: float) -> None:
    """Make a row high enough for a text wrapped at a width (in units of column width)."""
    n_lines = sum(max(1, math.ceil(len(part) / (width * _CHARACTERS_A_UNIT))) for part in text.split("\n"))
    sheet.worksheet.set_row(row, _LINE_POINTS * n_lines + _MARGIN_POINTS)

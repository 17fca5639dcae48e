"""What a cell of the workbook looks like: named styles, made once a workbook, and number formats by unit.

Belongs here: colours, fonts, number formats. Does not belong here: what stands where.
"""

from __future__ import annotations

from typing import Any

import xlsxwriter
from xlsxwriter.format import Format

from schemas.vocabulary import Column

_INK, _GREY, _LINE, _HEAD = "#1F2A37", "#5B6470", "#C9CED6", "#17425E"
_WARNING, _WARNING_LINE = "#FBE9E3", "#B5482A"
_BASE = {"font_name": "Calibri", "font_size": 10, "font_color": _INK, "valign": "vcenter"}
_ROW = {"bottom": 1, "bottom_color": "#E3E6EA"}
_SECTION = {"font_size": 13, "bold": True, "font_color": _HEAD, "bottom": 2, "bottom_color": _HEAD}
_WORD = {"align": "left", "indent": 1}
_WRAPPED = {"text_wrap": True, "valign": "top"}
_HEADING = {"bold": True, "text_wrap": True, "valign": "top", "border": 1, "border_color": _LINE}

STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_size": 18, "bold": True, "font_color": _HEAD},
    "sheet_title": {"font_size": 13, "bold": True, "font_color": _HEAD},
    "subtitle": {"font_size": 11, "font_color": _GREY},
    "section": _SECTION,
    "section_right": {**_SECTION, "align": "right"},
    "label": {**_ROW, "bold": True, "valign": "top"},
    "text": {**_ROW, "text_wrap": True, "valign": "top"},
    "count": {**_ROW, "align": "right", "valign": "top", "num_format": "[$-406]#,##0"},
    "link": {**_ROW, "font_color": "#0563C1", "underline": 1, "valign": "top"},
    "warning": {
        "text_wrap": True,
        "bg_color": _WARNING,
        "indent": 1,
        "left": 5,
        "left_color": _WARNING_LINE,
    },
    "caveat": {"font_color": _WARNING_LINE, "bold": True},
    "name": {"font_size": 8, "font_color": _GREY, "italic": True},
    "heading": {**_HEADING, "font_color": "#FFFFFF", "bg_color": _HEAD},
    "heading_unit": {"font_color": "#D5E0E8", "font_size": 9},
    "heading_lookup": {**_HEADING, "font_color": _HEAD, "bg_color": "#D5E0E8"},
    "number": {},
    "number_wrapped": {"valign": "top"},
    "word": _WORD,
    "word_wrapped": {**_WORD, **_WRAPPED},
    "lookup": {**_WORD, "font_color": _GREY, "shrink": True},
    "lookup_wrapped": {**_WORD, **_WRAPPED, "font_color": _GREY},
}

DATE_FORMAT = "dd-mm-yyyy"
_ANY_NUMBER = "#,##0.00??"
_COUNT, _LABEL = "#,##0", "0"
_FLOATS = {
    "share": "0.000",
    "probability": "0.0000",
    "factor": "0.0000",
    "rate": "0.0000",
    "dkk_per_unit": "#,##0.00",
    "index": "#,##0.00",
    "standard_deviations": "0.000",
    "months": "#,##0.0",
}
_LABELS = ("code", "year", "years", "relative_years", "sign", "position", "contract", "by_row")
"""Units of whole numbers that name something: no separator of thousands."""


def find_number_format(column: Column) -> str:
    """Return how a column is shown: `,` and `.` stand for what the reader's Excel uses.

    Parameters
    ----------
    column : Column

    Returns
    -------
    str
        Empty for text.
    """
    if column.type == "date":
        return DATE_FORMAT
    if column.type == "float64":
        return _FLOATS.get(column.unit.name, _ANY_NUMBER)
    if column.is_number:
        return _LABEL if column.unit.name in _LABELS else _COUNT
    return ""


class Styles:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def get(self, name: str, number_format: str = "") -> Format:
        """Return a style of `STYLES`, with a number format; Danish also where a program's language is another."""
        key = name, number_format
        if key not in self._made:
            more = {"num_format": f"[$-406]{number_format}"} if number_format else {}
            self._made[key] = self._book.add_format({**_BASE, **STYLES[name], **more})
        return self._made[key]

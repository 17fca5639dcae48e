"""What a cell of the workbook looks like: named styles, made once a workbook.

Here: colours, number formats, borders. Not here: what stands where (the sheets).

A yellow cell is an input: unlocked, may be changed. Everything else is locked; sheets are protected without a password.
"""

from __future__ import annotations

from typing import Any, Final

FONT: Final = "Calibri"
INK, GREY, LINE = "#1F2A37", "#5B6470", "#C9CED6"
HEAD, HEAD_INK, BAND = "#17425E", "#FFFFFF", "#E8EEF3"
YELLOW, YELLOW_LINE = "#FFF4B8", "#D9B600"
TAPERED, UNKNOWN = "#FFFBE6", "#F1F1EE"
WARNING, WARNING_LINE = "#FBE9E3", "#B5482A"
CHART_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
"""Okabe and Ito's colours: told apart by the colour-blind."""

NUMBER_FORMATS: Final = {
    "whole": "#,##0;[Red]-#,##0;0",
    "amount": "#,##0;[Red]-#,##0;0",
    "amount_2": "#,##0.00;[Red]-#,##0.00;0.00",
    "use": "#,##0.00;-#,##0.00;0",
    "persons": "#,##0.##;-#,##0.##;0",
    "profile": "#,##0.000;-#,##0.000;0",
    "profile_amount": "#,##0;-#,##0;0",
    "open_year": '[=999]"→";0',
    "share": "0.0 %",
    "rate": "0.00 %",
    "factor": "0.0000",
    "ratio": "0.00",
    "year": "0",
    "sign_da": '"udgift";"indtægt"',
    "sign_en": '"expense";"revenue"',
    "plain": "General",
}

_BASE: dict[str, Any] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
_CELL = {"bottom": 1, "bottom_color": LINE}
_INPUT = {"bg_color": YELLOW, "border": 1, "border_color": YELLOW_LINE, "locked": False}

TEXT_STYLES: Final[dict[str, dict[str, Any]]] = {
    "title": {"font_size": 18, "bold": True, "font_color": HEAD},
    "subtitle": {"font_size": 11, "font_color": GREY},
    "section": {"font_size": 13, "bold": True, "font_color": HEAD, "bottom": 2, "bottom_color": HEAD},
    "head": {"bold": True, "font_color": HEAD_INK, "bg_color": HEAD, "text_wrap": True},
    "head_right": {
        "bold": True,
        "font_color": HEAD_INK,
        "bg_color": HEAD,
        "text_wrap": True,
        "align": "right",
    },
    "band": {"bold": True, "bg_color": BAND},
    "label": dict(_CELL),
    "label_wrap": {**_CELL, "text_wrap": True, "valign": "top"},
    "label_bold": {**_CELL, "bold": True},
    "unit": {**_CELL, "font_color": GREY},
    "note": {"font_color": GREY, "italic": True, "indent": 1},
    "note_wrap": {"font_color": GREY, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "text_wrap": {"text_wrap": True, "valign": "top"},
    "warning": {
        "text_wrap": True,
        "valign": "vcenter",
        "bg_color": WARNING,
        "left": 5,
        "left_color": WARNING_LINE,
        "indent": 1,
    },
    "link": {"font_color": "#0563C1", "underline": 1},
    "legend_input": {**_INPUT, "locked": True},
    "legend_tapered": {**_INPUT, "bg_color": TAPERED, "italic": True, "locked": True},
    "legend_unknown": {**_INPUT, "bg_color": UNKNOWN, "pattern": 14, "fg_color": YELLOW, "locked": True},
    "input_text": {**_INPUT, "align": "center"},
}

NUMBER_STYLES: Final[dict[str, dict[str, Any]]] = {
    "cell": dict(_CELL),
    "left": {**_CELL, "align": "left"},
    "head": {"bold": True, "font_color": HEAD_INK, "bg_color": HEAD},
    "sum": {"bold": True, "bg_color": BAND, **_CELL},
    "total": {"bold": True, "bg_color": BAND, "top": 1, "top_color": HEAD},
    "key": {"bold": True, "font_size": 13, "font_color": HEAD, "shrink": True, **_CELL},
    "input": dict(_INPUT),
    "tapered": {**_INPUT, "bg_color": TAPERED, "italic": True},
    "unknown": {**_INPUT, "bg_color": UNKNOWN, "pattern": 14, "fg_color": YELLOW},
}


class Styles:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, workbook: Any, is_danish: bool) -> None:
        self._workbook = workbook
        self.locale = "[$-406]" if is_danish else ""
        self._formats: dict[tuple[str, str], Any] = {}

    def text(self, name: str) -> Any:
        """Return a style for text, by name (`TEXT_STYLES`)."""
        return self._make((name, ""), TEXT_STYLES[name], {})

    def number(self, number_format: str, name: str = "cell") -> Any:
        """Return a style for numbers: a format (`NUMBER_FORMATS`) and a look (`NUMBER_STYLES`)."""
        pattern = NUMBER_FORMATS[number_format]
        if pattern != "General" and '"' not in pattern:
            parts = [part.rpartition("]") for part in pattern.split(";")]
            pattern = ";".join(f"{color}{close}{self.locale}{digits}" for color, close, digits in parts)
        look = {"align": "right", **NUMBER_STYLES[name]}
        return self._make((name, number_format), look, {"num_format": pattern})

    def _make(self, key: tuple[str, str], look: dict[str, Any], more: dict[str, Any]) -> Any:
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format({**_BASE, **look, **more})
        return self._formats[key]

"""The cover of the workbook: which release it is, what to beware of, how to read it, where everything stands.

Belongs here: the first sheet. Does not belong here: its words (`words.toml`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter.worksheet import Worksheet

from pipeline.release.workbook.styles import Styles

_FIRST, _SECOND, _LAST = 0, 1, 2
_WIDTHS = (30, 92, 12)
_LINE, _CHARACTERS_A_UNIT = 13.5, 1.3
"""Height of a line at 10 points, and characters of running text in one unit of column width."""


@dataclass(frozen=True)
class Content:
    """A line of the table of contents: a sheet, what a row of it is, how many rows it has."""

    sheet: str
    about: str
    n_rows: int


def fill_cover(
    sheet: Worksheet,
    styles: Styles,
    words: Mapping[str, Any],
    release: Mapping[str, Any],
    contents: Sequence[Content],
) -> None:
    """Write the cover.

    Parameters
    ----------
    sheet : Worksheet
        Empty.
    styles : Styles
    words : mapping
        `words.toml`.
    release : mapping
        The row of the table `release`.
    contents : sequence of Content
        In the order of the sheets.
    """
    said = words["cover"]
    sheet.hide_gridlines(2)
    sheet.hide_row_col_headers()
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    cover = _Cover(sheet, styles)
    sheet.write_string(0, _FIRST, said["title"].format(**release), styles.get("title"))
    sheet.set_row(0, 30)
    short = {**release, "code_commit": release["code_commit"][:8]}
    sheet.write_string(1, _FIRST, said["about"].format(**short), styles.get("subtitle"))
    cover.row = 3
    for text in (release["caveat_da"], said["difference"], said["basis"]):
        cover.write_warning(text)
    cover.start_section(said["reading"])
    for entry in said["read"]:
        cover.write_line(entry["word"], entry["text"])
    cover.start_section(said["contents"], said["what"], said["rows"])
    for content in contents:
        cover.write_link(content)
    cover.start_section(said["not_here"])
    for table, why in words["left_out"].items():
        cover.write_line(table, why)
    cover.start_section(said["files"])
    for entry in said["file"]:
        cover.write_line(entry["word"], entry["text"])
    _set_up_page(sheet, said["page"])


class _Cover:
    """The cover as it grows, line by line."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self._sheet = sheet
        self._styles = styles
        self.row = 0

    def write_warning(self, text: str) -> None:
        self._sheet.merge_range(self.row, _FIRST, self.row, _LAST, text, self._styles.get("warning"))
        self._end_line(text, sum(_WIDTHS))

    def start_section(self, *words: str) -> None:
        self.row += 1
        for place in (_FIRST, _SECOND, _LAST):
            word = words[place] if place < len(words) else ""
            style = "section_right" if place == _LAST else "section"
            self._sheet.write_string(self.row, place, word, self._styles.get(style))
        self._sheet.set_row(self.row, 22)
        self.row += 1

    def write_line(self, word: str, text: str) -> None:
        self._sheet.write_string(self.row, _FIRST, word, self._styles.get("label"))
        self._sheet.merge_range(self.row, _SECOND, self.row, _LAST, text, self._styles.get("text"))
        self._end_line(text, sum(_WIDTHS[_SECOND:]))

    def write_link(self, content: Content) -> None:
        place = f"internal:'{content.sheet}'!A1"
        self._sheet.write_url(self.row, _FIRST, place, self._styles.get("link"), content.sheet)
        self._sheet.write_string(self.row, _SECOND, content.about, self._styles.get("text"))
        self._sheet.write_number(self.row, _LAST, content.n_rows, self._styles.get("count"))
        self._end_line(content.about, _WIDTHS[_SECOND])

    def _end_line(self, text: str, width: float) -> None:
        """Make the row high enough: a spreadsheet does not do so for merged cells."""
        n_lines = math.ceil(len(text) / (width * _CHARACTERS_A_UNIT))
        self._sheet.set_row(self.row, _LINE * n_lines + 5)
        self.row += 1


def _set_up_page(sheet: Worksheet, page: str) -> None:
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.set_footer(f"&L&8&A&R&8{page}")

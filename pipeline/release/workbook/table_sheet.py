"""A sheet with a table: its title, headings with filters, and its rows.

Belongs here: where things stand on a sheet with rows. Does not belong here: which columns it has (`sheet_columns`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import polars as pl

from pipeline.release.workbook.bulk_sheet import BulkSheet
from pipeline.release.workbook.sheet_columns import SheetColumn
from pipeline.release.workbook.styles import Styles

TITLE_ROW, BACK_ROW, NAME_ROW, HEADING_ROW, FIRST_ROW = range(5)
_MOST_FROZEN = 118
"""Characters that may stay in view while the rest is scrolled."""
_LINE, _LINES_SHOWN = 13.5, 4
_A3, _A3_WIDTH = 8, 260
"""The paper, and how many characters fit beside one another on it."""


def fill_table_sheet(
    sheet: BulkSheet, styles: Styles, columns: Sequence[SheetColumn], title: str, caveat: str, back: str
) -> None:
    """Write a sheet with a table.

    Parameters
    ----------
    sheet : BulkSheet
        Empty.
    styles : Styles
    columns : sequence of SheetColumn
        In order; all with as many rows.
    title : str
        What a row is.
    caveat : str
        What every sheet says of the release.
    back : str
        Text and name of the cover, as `← Forside`.
    """
    sheet.hide_gridlines(2)
    sheet.write_string(TITLE_ROW, 0, title, styles.get("sheet_title"))
    sheet.set_row(TITLE_ROW, 21)
    sheet.write_url(BACK_ROW, 0, f"internal:'{back.split()[-1]}'!A1", styles.get("link"), back)
    sheet.write_string(BACK_ROW, 1, caveat, styles.get("caveat"))
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
        if column.name:
            sheet.write_string(NAME_ROW, place, column.name, styles.get("name"))
        _write_heading(sheet, styles, place, column)
    sheet.set_row(HEADING_ROW, _LINE * max(column.n_head_lines for column in columns) + 6)
    last_row = _write_rows(sheet, styles, columns)
    sheet.autofilter(HEADING_ROW, 0, last_row, len(columns) - 1)
    n_frozen = _count_frozen(columns)
    sheet.freeze_panes(FIRST_ROW, n_frozen)
    if n_frozen:
        sheet.repeat_columns(0, n_frozen - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{last_row + 1}"})
    _set_up_page(sheet, caveat, sum(column.width for column in columns))


def _write_rows(sheet: BulkSheet, styles: Styles, columns: Sequence[SheetColumn]) -> int:
    """Write the rows and return the last one; texts of several lines show the first of them."""
    is_high = any(column.has_lines for column in columns)
    looks = [styles.get(_choose_style(column, is_high), column.number_format) for column in columns]
    frame = pl.DataFrame([column.values.alias(str(place)) for place, column in enumerate(columns)])
    sheet.write_frame(FIRST_ROW, frame, looks, _LINE * _LINES_SHOWN if is_high else None)
    return HEADING_ROW + max(frame.height, 1)


def _choose_style(column: SheetColumn, is_high: bool) -> str:
    kind = "lookup" if column.is_lookup else "number" if column.number_format else "word"
    return f"{kind}_wrapped" if is_high else kind


def _write_heading(sheet: BulkSheet, styles: Styles, place: int, column: SheetColumn) -> None:
    style = styles.get("heading_lookup" if column.is_lookup else "heading")
    if column.unit:
        small = styles.get("heading_unit")
        sheet.write_rich_string(HEADING_ROW, place, f"{column.heading}\n", small, column.unit, style)
    else:
        sheet.write_string(HEADING_ROW, place, column.heading, style)
    if column.note:
        n_lines = len(column.note) // 34 + 2
        look = {"author": "", "width": 240, "height": 16 * n_lines + 6}
        sheet.write_comment(HEADING_ROW, place, column.note, look)


def _count_frozen(columns: Sequence[SheetColumn]) -> int:
    """Count the leading columns that name a row, as far as they leave room for others."""
    width = 0
    for place, column in enumerate(columns):
        width += column.width
        if not column.is_key or width > _MOST_FROZEN:
            return place
    return len(columns) - 1


def _set_up_page(sheet: BulkSheet, caveat: str, width: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(math.ceil(width / _A3_WIDTH), 0)
    sheet.repeat_rows(NAME_ROW, HEADING_ROW)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.set_header(f"&L&8 {caveat.replace('&', '&&')}")
    sheet.set_footer("&L&8&A&R&8Side &P af &N")

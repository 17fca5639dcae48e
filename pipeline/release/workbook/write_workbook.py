"""Writing the workbook: which sheets it has, in which order, and that the same tables give the same bytes.

Belongs here: the file. Does not belong here: what stands on a sheet (its module) or which words (`words.toml`).

Codes stay as they are in every other file of a release; the names of target groups and consequences stand beside
their keys, the sheet `Koder` says what the others mean.
"""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from pipeline.release.workbook.bulk_sheet import BulkSheet
from pipeline.release.workbook.cover_sheet import Content, fill_cover
from pipeline.release.workbook.excel_limits import check_limits
from pipeline.release.workbook.sheet_columns import list_columns
from pipeline.release.workbook.styles import Styles
from pipeline.release.workbook.table_sheet import FIRST_ROW, fill_table_sheet
from pipeline.release.workbook.word_sheets import list_codes, list_described_columns
from schemas.release_tables import RELEASE_TABLES

WORKBOOK = "knowledge.xlsx"
_CREATED = datetime.datetime(2000, 1, 1)
"""Written into the file in place of the clock."""


@cache
def read_workbook_words() -> dict[str, Any]:
    """Read the words of the workbook."""
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


def write_workbook(tables: Mapping[str, pl.DataFrame], file: Path) -> None:
    """Write the tables of a release as a workbook.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Conformed, checked and sorted; `release` among them.
    file : Path
        The same tables give the same bytes.

    Raises
    ------
    InputError
        When a table is more than a sheet can hold.
    """
    words = read_workbook_words()
    shown = {name: tables[name] for name in words["sheets"]}
    check_limits(shown, FIRST_ROW)
    release = tables["release"].row(0, named=True)
    sheets = {
        sheet: (RELEASE_TABLES[name].da, list_columns(RELEASE_TABLES[name], shown[name], tables, words))
        for name, sheet in words["sheets"].items()
    }
    for name, columns in (("columns", list_described_columns(words)), ("codes", list_codes(shown, words))):
        sheets[words[name]["sheet"]] = words[name]["title"], columns
    with xlsxwriter.Workbook(file) as book:
        _describe_file(book, release, words)
        styles = Styles(book)
        cover = book.add_worksheet(words["cover"]["sheet"])
        caveat = f"{release['version']}: {release['caveat_da']}"
        for sheet, (about, columns) in sheets.items():
            worksheet = book.add_worksheet(sheet, BulkSheet)
            fill_table_sheet(worksheet, styles, columns, f"{sheet} · {about}", caveat, words["cover"]["back"])
        contents = [
            Content(sheet, about, columns[0].values.len()) for sheet, (about, columns) in sheets.items()
        ]
        fill_cover(cover, styles, words, release, contents)


def _describe_file(book: xlsxwriter.Workbook, release: Mapping[str, Any], words: Mapping[str, Any]) -> None:
    title = words["cover"]["title"].format(**release)
    book.set_properties({"title": title, "comments": release["caveat_da"], "created": _CREATED})
    book.set_size(2400, 1500)

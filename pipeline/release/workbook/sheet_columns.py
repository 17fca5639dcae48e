"""The columns of a sheet: those of a table, and the names looked up beside its keys.

Belongs here: what stands in which column, over it and how wide it is. Does not belong here: writing it (`table_sheet`).
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.release.workbook.styles import DATE_FORMAT, find_number_format
from schemas.tables import Table
from schemas.vocabulary import Column

_UNITS_UNSAID = ("none", "code", "date", "position", "contract", "sign")
"""Units that say nothing a heading does not."""
_NARROWEST, _FILTER_BUTTON = 8, 3
_WIDEST, _WIDEST_KEY, _WIDEST_NAME = 42, 12, 32
_SMALL = 0.8
"""How wide small letters are."""


@dataclass(frozen=True)
class SheetColumn:
    """A column of a sheet.

    Attributes
    ----------
    name : str
        As in the database; empty where the column is not of the table.
    heading, unit, note : str
        In Danish; the note is the whole description, or empty.
    values : polars.Series
    number_format : str
        Empty for text.
    is_key : bool
        Whether it helps to name the row.
    is_lookup : bool
        Whether it is looked up in another table.
    widest : int
        Most characters it may be wide.
    """

    name: str
    heading: str
    unit: str
    note: str
    values: pl.Series
    number_format: str = ""
    is_key: bool = False
    is_lookup: bool = False
    widest: int = _WIDEST

    @property
    def width(self) -> int:
        """Width in characters: what stands in it, and the longest word over it."""
        words = f"{self.heading} {self.unit}".split()
        head = max(len(word) for word in words) + _FILTER_BUTTON
        name = math.ceil(len(self.name) * _SMALL)
        return max(_NARROWEST, head, name, min(self.widest, _measure_values(self.values, self.number_format)))

    @property
    def n_head_lines(self) -> int:
        """Lines the heading and the unit take at that width."""
        return sum(len(textwrap.wrap(text, self.width - 1)) for text in (self.heading, self.unit))

    @property
    def has_lines(self) -> bool:
        """Whether a text in it has more than one line."""
        return self.values.dtype == pl.String and bool(self.values.str.contains("\n").any())


def _measure_values(values: pl.Series, number_format: str) -> int:
    if values.null_count() == values.len():
        return 0
    if number_format == DATE_FORMAT:
        return len(DATE_FORMAT) + 1
    if number_format:
        n_decimals = len(number_format.partition(".")[2])
        separator = "," if "," in number_format else ""
        largest = max(values.max(), -values.min())
        return len(f"{-largest:{separator}.{n_decimals}f}") + 1
    if values.dtype != pl.String:
        return 0
    return values.str.split("\n").list.eval(pl.element().str.len_chars()).list.max().max() + 1


def list_columns(
    model: Table, frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame], words: Mapping[str, Any]
) -> list[SheetColumn]:
    """List the columns of a table's sheet.

    Parameters
    ----------
    model : Table
    frame : polars.DataFrame
    tables : mapping of str to polars.DataFrame
        Every table of the release, for the names.
    words : mapping
        `words.toml`.

    Returns
    -------
    list of SheetColumn
        Those of the table in its order; beside a key of another table the name it has there.
    """
    columns = []
    for column in model.columns:
        columns.append(_describe(model, column, frame[column.name]))
        if column.name in model.references:
            columns += _look_up(column.name, model, frame, tables, words)
    return columns


def _describe(model: Table, column: Column, values: pl.Series) -> SheetColumn:
    return SheetColumn(
        column.name,
        column.heading,
        tell_unit(column),
        column.da,
        values,
        find_number_format(column),
        is_key=column.name in model.key,
        widest=_WIDEST_KEY if column.name in model.references else _WIDEST,
    )


def tell_unit(column: Column) -> str:
    """Return a column's unit in Danish; empty where the heading says it."""
    unit = column.unit
    return "" if unit.name in _UNITS_UNSAID or unit.da == column.heading.lower() else unit.da


def _look_up(
    key: str, model: Table, frame: pl.DataFrame, tables: Mapping[str, pl.DataFrame], words: Mapping[str, Any]
) -> list[SheetColumn]:
    table = model.references[key]
    known = tables[table]
    headings = words["lookups"]
    note = headings["note"].format(sheet=words["sheets"][table])
    wanted = {"name_da": headings[key]} | (
        {"unit_da": headings["unit"]} if "unit_da" in known.columns else {}
    )
    return [
        SheetColumn(
            "",
            heading,
            "",
            note,
            frame[key].replace_strict(known[key], known[name], default=None, return_dtype=pl.String),
            is_key=key in model.key,
            is_lookup=True,
            widest=_WIDEST_NAME,
        )
        for name, heading in wanted.items()
    ]

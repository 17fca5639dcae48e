"""The sheets that explain the others: what every column means, and what the codes in them mean.

Belongs here: composing both from the models and the words. Does not belong here: the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from pipeline.release.explorer.write_explorer import read_words as read_explorer_words
from pipeline.release.workbook.bulk_sheet import NO, YES
from pipeline.release.workbook.sheet_columns import SheetColumn
from schemas.dictionary import tell_values
from schemas.release_tables import RELEASE_TABLES
from schemas.vocabulary import Column

_WIDEST = 64


def list_described_columns(words: Mapping[str, Any]) -> list[SheetColumn]:
    """List what every column of every sheet means.

    Parameters
    ----------
    words : mapping
        `words.toml`.

    Returns
    -------
    list of SheetColumn
    """
    rows = [
        (sheet, table, column.name, column.heading, column.unit.da, column.da, tell_values(column))
        + (YES if column.name in RELEASE_TABLES[table].nullable else NO,)
        for table, sheet in words["sheets"].items()
        for column in RELEASE_TABLES[table].columns
    ]
    return _to_columns(rows, words["columns"]["headings"])


def list_codes(tables: Mapping[str, pl.DataFrame], words: Mapping[str, Any]) -> list[SheetColumn]:
    """List what the codes of every sheet mean: those a column may have, or those that occur.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
    words : mapping
        `words.toml`.

    Returns
    -------
    list of SheetColumn
    """
    known = read_explorer_words() | words["codes"]["words"]
    sheets: dict[tuple[str, str, str], list[str]] = {}
    for table, sheet in words["sheets"].items():
        for column in RELEASE_TABLES[table].columns:
            section = find_section(table, column, words)
            for code in _list_values(column, tables[table]) if section else ():
                if code in known[section]:
                    word = known[section][code]
                    meaning = word if isinstance(word, str) else word["da"]
                    sheets.setdefault((column.name, code, meaning), []).append(sheet)
    rows = [(", ".join(where), *what) for what, where in sorted(sheets.items())]
    return _to_columns(rows, words["codes"]["headings"])


def find_section(table: str, column: Column, words: Mapping[str, Any]) -> str | None:
    """Return the section of words for the codes of a column; None where there is none."""
    sections = words["codes"]["sections"]
    own = column.name if column.name in words["codes"]["words"] else None
    return sections.get(f"{table}.{column.name}") or sections.get(column.name) or own


def _list_values(column: Column, frame: pl.DataFrame) -> Iterator[str]:
    yield from column.allowed or frame[column.name].drop_nulls().unique().sort()


def _to_columns(rows: list[tuple[str, ...]], headings: Mapping[str, str]) -> list[SheetColumn]:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(headings, pl.String), orient="row")
    return [
        SheetColumn("", heading, "", "", frame[name], widest=_WIDEST) for name, heading in headings.items()
    ]

"""The document model: what a report says, as plain blocks, before anybody decides how it looks.

Here: the blocks. Not here: what goes into them (`build_report` and the modules it names), how they look
(`pdf_writer` with `template.typ`, `html_writer` with `page.css`). Every text is final: numbers are formatted, the
language is chosen, nothing is markup.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from soem_engine.texts import Language

RowKind = Literal["plain", "total", "group"]


@dataclass(frozen=True)
class Paragraph:
    """Running text; a note is set smaller."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Items:
    """A list of short texts; `is_warning` gives it the look of a warning, `is_numbered` numbers from 1."""

    items: tuple[str, ...]
    is_warning: bool = False
    is_numbered: bool = False


@dataclass(frozen=True)
class KeyFigure:
    """One figure that stands out: what it is, the number, one line of explanation."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """Figures shown together."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Row:
    """A row of a table; `group` is a heading between rows (only its first cell has text)."""

    cells: tuple[str, ...]
    kind: RowKind = "plain"


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers align to the right, `share` is its part of the width where texts are long."""

    title: str
    is_number: bool = True
    share: float = 0.0


@dataclass(frozen=True)
class Table:
    """A table with a title; the cells of the first column are the names of the rows."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    is_dense: bool = False


@dataclass(frozen=True)
class Chart:
    """A drawn chart as SVG, for a page and for a phone; `alt` says in words what it shows."""

    title: str
    alt: str
    wide_svg: str
    narrow_svg: str
    note: str = ""


@dataclass(frozen=True)
class Pairs:
    """Names with their values, as a list of facts."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Beside:
    """Titled texts side by side, to be compared."""

    texts: tuple[tuple[str, str], ...]


Block = Paragraph | Items | KeyFigures | Table | Chart | Pairs | Beside


@dataclass(frozen=True)
class Section:
    """A part of the report: its key (an address inside the page), title and blocks; level 1 or 2."""

    key: str
    title: str
    blocks: tuple[Block, ...] = field(default=())
    level: Literal[1, 2] = 1


@dataclass(frozen=True)
class Document:
    """A whole report.

    Attributes
    ----------
    language
        Of everything but the user's own texts.
    kind, title, subtitle
        What it is (SØM-beregning), what it is about, one line more.
    facts
        Facts under the title: release, its date, engine.
    date
        Date of the release; None: not known.
    running
        What stands at the top of every page.
    sections
        In the order they are read.
    """

    language: Language
    kind: str
    title: str
    subtitle: str
    facts: tuple[str, ...]
    date: datetime.date | None
    running: str
    sections: tuple[Section, ...]

"""Plain text tables and paragraphs for a terminal.

Here: columns, alignment, wrapping; letters of every code page only, no lines drawn with special characters.
Not here: what the tables say (`terminal`).
"""

from __future__ import annotations

import itertools
import textwrap
from dataclasses import dataclass, field

WIDTH = 100


@dataclass
class TextTable:
    """Rows of text in columns: the first left-aligned, the others right-aligned; `rule()` draws a line."""

    header: list[str]
    rows: list[list[str] | None] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        """Add a row."""
        self.rows.append(list(cells))

    def rule(self) -> None:
        """Add a line, as above a total."""
        self.rows.append(None)

    def format(self) -> str:
        """Return the table as text."""
        full = [self.header, *(row for row in self.rows if row is not None)]
        widths = [max(len(row[n]) for row in full) for n in range(len(self.header))]
        line = "  " + "-" * (sum(widths) + 2 * (len(widths) - 1))
        lines = [_join(self.header, widths), line]
        lines += [line if row is None else _join(row, widths) for row in self.rows]
        return "\n".join(lines)


def _join(cells: list[str], widths: list[int]) -> str:
    first = cells[0].ljust(widths[0])
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return ("  " + "  ".join([first, *rest])).rstrip()


def format_heading(text: str) -> str:
    """Return a heading with a line under it, a blank line before."""
    return f"\n{text}\n{'=' * len(text)}"


def format_item(text: str, mark: str = "*") -> str:
    """Return a paragraph wrapped to the width, hanging after its mark."""
    indent = " " * (3 + len(mark))
    return textwrap.fill(
        " ".join(text.split()),
        WIDTH,
        initial_indent=f"  {mark} ",
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def format_pairs(pairs: list[tuple[str, str]]) -> str:
    """Return names and values in two columns, long values wrapped."""
    width = max(len(name) for name, _ in pairs)
    lines = [
        textwrap.fill(
            " ".join(value.split()),
            WIDTH,
            initial_indent=f"  {name.ljust(width)}  ",
            subsequent_indent=" " * (width + 4),
            break_on_hyphens=False,
        )
        for name, value in pairs
    ]
    return "\n".join(lines)


def format_beside(left: tuple[str, str], right: tuple[str, str]) -> str:
    """Return two titled texts side by side, each wrapped to half the width."""
    half = (WIDTH - 6) // 2
    columns = [
        [title, "-" * len(title), *textwrap.wrap(" ".join(text.split()), half, break_on_hyphens=False)]
        for title, text in (left, right)
    ]
    rows = itertools.zip_longest(*columns, fillvalue="")
    return "\n".join(f"  {one.ljust(half)}  {two}".rstrip() for one, two in rows)

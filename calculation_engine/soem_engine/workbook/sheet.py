"""One sheet of the workbook: writing cells and saying where they are.

Here: text, numbers, formulas with the value they have now, yellow cells with their rule. Not here: what is written
(the sheets), looks (`styles`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from xlsxwriter.utility import xl_rowcol_to_cell

from soem_engine.number_format import format_plain
from soem_engine.texts import Language, Text
from soem_engine.workbook.styles import Styles

LABEL, UNIT, NOTE, TOTAL, FIRST_YEAR = 0, 1, 2, 3, 4
"""Columns of the sheets with calendar years: the same year stands in the same column of all of them."""

SHARES_RIGHT: Final = Text("i orden", "in order")
SHARES_WRONG: Final = Text("skal give 100 %", "must be 100 %")


@dataclass(frozen=True)
class Rule:
    """What may be typed into a yellow cell: a number from `low` to `high` (None: no limit), or one of `choices`."""

    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    is_whole: bool = False


SHARE_RULE = Rule(0.0, 1.0)
NOT_NEGATIVE_RULE = Rule(0.0)
ANY_NUMBER = Rule()
FACTOR_RULE = Rule(1e-9)
"""A number that is divided by: above zero."""


class Sheet:
    """A worksheet that knows its name and its styles; rows and columns count from 0."""

    def __init__(self, book: Any, worksheet: Any, styles: Styles, language: Language) -> None:
        self.book = book
        self.worksheet = worksheet
        self.styles = styles
        self.language = language
        self._prefix = f"'{worksheet.get_name()}'!"

    def say(self, danish: str, english: str) -> str:
        """Return one of two texts, by the workbook's language."""
        return danish if self.language == "da" else english

    def pick(self, text: Text) -> str:
        """Return a text in the workbook's language."""
        return text.pick(self.language)

    def ref(self, row: int, column: int) -> str:
        """Return the absolute address of a cell, with the name of the sheet."""
        return self._prefix + str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))

    def span(self, row: int, column: int, last_row: int, last_column: int) -> str:
        """Return the absolute address of a block of cells, with the name of the sheet."""
        last = xl_rowcol_to_cell(last_row, last_column, row_abs=True, col_abs=True)
        return f"{self.ref(row, column)}:{last}"

    def text(self, row: int, column: int, text: str, style: str = "label") -> None:
        """Write text, never read as a formula or a link."""
        self.worksheet.write_string(row, column, text, self.styles.text(style))

    def texts(self, row: int, column: int, texts: Sequence[str], style: str = "label") -> None:
        """Write texts beside one another."""
        for n, text in enumerate(texts):
            self.text(row, column + n, text, style)

    def wide_text(self, row: int, columns: tuple[int, int], text: str, style: str) -> None:
        """Write text over several columns, in a row high enough for it."""
        first, last = columns
        self.worksheet.merge_range(row, first, row, last, "", self.styles.text(style))
        self.text(row, first, text, style)

    def number(self, row: int, column: int, value: float, number_format: str, style: str = "cell") -> str:
        """Write a number that is not for changing; return its address."""
        self.worksheet.write_number(row, column, value, self.styles.number(number_format, style))
        return self.ref(row, column)

    def formula(
        self,
        row: int,
        column: int,
        formula: str,
        value: float | str,
        number_format: str,
        style: str = "cell",
    ) -> str:
        """Write a formula with the value it has now; return its address."""
        if not isinstance(value, str):
            value = float(value)
        own = formula.replace(self._prefix, "")
        self.worksheet.write_formula(row, column, own, self.styles.number(number_format, style), value)
        return self.ref(row, column)

    def share_check(self, row: int, column: int, block: str) -> str:
        """Write whether a block of shares adds up to all of it; return the address."""
        right, wrong = self.say(*SHARES_RIGHT), self.say(*SHARES_WRONG)
        formula = f'=IF(ABS(SUM({block})-1)<0.000001,"{right}","{wrong}")'
        return self.formula(row, column, formula, right, "plain")

    def input(
        self,
        row: int,
        column: int,
        value: float | None,
        number_format: str,
        rule: Rule,
        style: str = "input",
    ) -> str:
        """Write a yellow cell with a number (None: empty) and its rule; return its address."""
        look = self.styles.number(number_format, style)
        if value is None:
            self.worksheet.write_blank(row, column, None, look)
        else:
            self.worksheet.write_number(row, column, value, look)
        self.validate((row, column, row, column), rule)
        return self.ref(row, column)

    def choice(self, row: int, column: int, value: str, choices: tuple[str, ...]) -> str:
        """Write a yellow cell with one of several words; return its address."""
        self.text(row, column, value, "input_text")
        self.validate((row, column, row, column), Rule(choices=choices))
        return self.ref(row, column)

    def validate(self, block: tuple[int, int, int, int], rule: Rule) -> None:
        """Let a block of cells (first row, first column, last row, last column) take only what a rule allows."""
        first_row, first_column, last_row, last_column = block
        self.worksheet.data_validation(
            first_row,
            first_column,
            last_row,
            last_column,
            {**_limits(rule), "error_title": self.say("Ikke muligt", "Not possible"), **self._explain(rule)},
        )

    def _explain(self, rule: Rule) -> dict[str, str]:
        if rule.choices:
            words = ", ".join(rule.choices)
            return {"error_message": self.say(f"Vælg mellem: {words}.", f"Choose one of: {words}.")}
        if rule.high is not None and rule.low is not None:
            low, high = (format_plain(limit, self.language) for limit in (rule.low, rule.high))
            danish, english = f"Skriv et tal fra {low} til {high}.", f"Type a number from {low} to {high}."
        elif rule.low is None:
            danish, english = "Skriv et tal.", "Type a number."
        elif rule.low > 0:
            danish, english = "Skriv et tal over 0.", "Type a number above 0."
        else:
            danish, english = "Skriv et tal, der ikke er negativt.", "Type a number that is not negative."
        return {"error_message": self.say(danish, english)}


def set_year_columns(sheet: Sheet, n_years: int) -> None:
    """Set the widths of a sheet with calendar years."""
    sheet.worksheet.set_column(LABEL, LABEL, 46)
    sheet.worksheet.set_column(UNIT, UNIT, 13)
    sheet.worksheet.set_column(NOTE, NOTE, 13)
    sheet.worksheet.set_column(TOTAL, TOTAL, 14)
    sheet.worksheet.set_column(FIRST_YEAR, FIRST_YEAR + n_years - 1, 11)


def write_years(sheet: Sheet, row: int, heads: tuple[str, str, str, str], years: Sequence[int]) -> None:
    """Write a row of headings: four of the caller's, then the calendar years."""
    sheet.texts(row, LABEL, heads[:3], "head")
    sheet.text(row, TOTAL, heads[3], "head_right")
    for t, year in enumerate(years):
        sheet.text(row, FIRST_YEAR + t, str(year), "head_right")


def _limits(rule: Rule) -> dict[str, Any]:
    if rule.choices:
        return {"validate": "list", "source": list(rule.choices)}
    kind = "integer" if rule.is_whole else "decimal"
    if rule.low is not None and rule.high is not None:
        return {"validate": kind, "criteria": "between", "minimum": rule.low, "maximum": rule.high}
    low = -1e15 if rule.low is None else rule.low
    return {"validate": kind, "criteria": ">=", "value": low}

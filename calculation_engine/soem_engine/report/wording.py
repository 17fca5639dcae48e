"""Words and numbers of a report in its language, set as in print: a real minus, spaces that never break.

Here: formatting and the choice of a unit for a chart. Not here: number formats as such (`number_format`), the
fixed words of payers and inputs (`texts`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from soem_engine.number_format import format_chance, format_number, format_plain
from soem_engine.texts import PAYER_NAMES, Language, Text

MINUS: Final = "\u2212"
NO_BREAK: Final = "\u00a0"
DASH: Final = "\u2013"
_MONTHS: Final = (
    *(Text("januar", "January"), Text("februar", "February"), Text("marts", "March")),
    *(Text("april", "April"), Text("maj", "May"), Text("juni", "June")),
    *(Text("juli", "July"), Text("august", "August"), Text("september", "September")),
    *(Text("oktober", "October"), Text("november", "November"), Text("december", "December")),
)


@dataclass(frozen=True)
class MoneyUnit:
    """The unit of a chart's axis: its name, and how many kr. it is."""

    name: str
    dkk: float


@dataclass(frozen=True)
class Words:
    """Says things in one language."""

    language: Language

    def say(self, danish: str, english: str) -> str:
        """Return one of two texts."""
        return danish if self.language == "da" else english

    def pick(self, text: Text) -> str:
        """Return a text in the language."""
        return text.pick(self.language)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number: `−1.234,5`; an unknown one is a dash."""
        return (
            DASH
            if np.isnan(value)
            else format_number(float(value), self.language, decimals).replace("-", MINUS)
        )

    def plain(self, value: float) -> str:
        """Return a number a user typed with as many decimals as it needs."""
        return format_plain(float(value), self.language).replace("-", MINUS)

    def dkk(self, value: float, decimals: int = 0) -> str:
        """Return an amount with its unit: `1.234 kr.`, `DKK 1,234`."""
        number = self.number(value, decimals)
        return f"{number}{NO_BREAK}kr." if self.language == "da" else f"DKK{NO_BREAK}{number}"

    def dkk_plain(self, value: float) -> str:
        """Return an amount a user typed, with its unit."""
        number = self.plain(value)
        return f"{number}{NO_BREAK}kr." if self.language == "da" else f"DKK{NO_BREAK}{number}"

    def share(self, share: float, decimals: int = 0) -> str:
        """Return a share (0-1) as per cent: `12,5 %`; whole per cent where `decimals` is 0."""
        return f"{self.number(100 * share, decimals)}{NO_BREAK}%"

    def chance(self, chance: float) -> str:
        """Return a chance (0-1) found by draws as per cent; never certain: `over 99 %`."""
        return format_chance(chance, self.language).replace(" %", f"{NO_BREAK}%")

    def share_plain(self, share: float) -> str:
        """Return a share (0-1) a user typed as per cent, with as many decimals as it needs."""
        return f"{self.plain(round(100 * share, 6))}{NO_BREAK}%"

    def date(self, day: datetime.date) -> str:
        """Return a date: `22. november 2026`, `22 November 2026`."""
        month = self.pick(_MONTHS[day.month - 1])
        return f"{day.day}{self.say('.', '')}{NO_BREAK}{month} {day.year}"

    def span(self, first: int, last: int) -> str:
        """Return a span of years: `2022–2031`."""
        return str(first) if first == last else f"{first}{DASH}{last}"

    def payer(self, payer: str) -> str:
        """Return the name of a payer."""
        return self.pick(PAYER_NAMES[payer])

    def join(self, words: Iterable[str]) -> str:
        """Join words as in running text: `a, b og c`."""
        *first, last = list(words) or [""]
        return f"{', '.join(first)} {self.say('og', 'and')} {last}" if first else last

    def choose_unit(self, amounts_dkk: Iterable[float]) -> MoneyUnit:
        """Return the unit in which these amounts (kr.) read best on an axis."""
        largest = max((abs(float(amount)) for amount in amounts_dkk), default=0.0)
        if largest >= 2_000_000_000:
            return MoneyUnit(self.say(f"mia.{NO_BREAK}kr.", f"DKK{NO_BREAK}billion"), 1_000_000_000.0)
        if largest >= 1_000_000:
            return MoneyUnit(self.say(f"mio.{NO_BREAK}kr.", f"DKK{NO_BREAK}million"), 1_000_000.0)
        if largest >= 10_000:
            return MoneyUnit(self.say(f"1.000{NO_BREAK}kr.", f"DKK{NO_BREAK}1,000"), 1_000.0)
        return MoneyUnit(self.say("kr.", "DKK"), 1.0)

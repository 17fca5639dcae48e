"""Words and numbers of a page in one language.

Belongs here: looking words up, and writing numbers the Danish or the English way. Does not belong here: sentences
(`words.toml`) or their order (`tell_passport`).
"""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.passports.passport import Row
from pipeline.release.explorer.write_explorer import read_words

WIDTH = 100
LANGUAGES = ("da", "en")


@cache
def _read_sentences() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@cache
def _read_codes() -> dict[str, dict[str, dict[str, str]]]:
    return read_words()


@dataclass(frozen=True)
class PageWords:
    """The words of one language.

    Attributes
    ----------
    language : str
        `da` or `en`.
    """

    language: str

    def say(self, sentence: str, **values: Any) -> str:
        """Return a sentence with its values."""
        return _read_sentences()[sentence][self.language].format(**values)

    def name(self, kind: str, code: str | None) -> str:
        """Return the name of a code; the code itself where it has none."""
        words = _read_codes().get(kind, {}).get(code or "", {})
        return words.get(self.language, code or self.say("unknown"))

    def of(self, row: Row, column: str) -> str:
        """Return the text of a column that is there in both languages; empty when null."""
        return row[f"{column}_{self.language}"] or ""

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """Write a number; without `decimals` as many as its size calls for.

        Examples
        --------
        >>> PageWords("da").number(-1234.5), PageWords("en").number(-0.5638), PageWords("da").number(None)
        ('−1.235', '−0.56', '–')
        """
        if value is None:
            return "–"
        places = choose_decimals(value) if decimals is None else decimals
        text = f"{abs(value):,.{places}f}"
        sign = "−" if value < 0 and float(text.replace(",", "")) != 0 else ""
        return sign + (text.translate(str.maketrans(",.", ".,")) if self.language == "da" else text)

    def count(self, value: int | None) -> str:
        """Write a count; one that is withheld says so."""
        return self.say("below_floor") if value is None else self.number(value, 0)

    def share(self, value: float | None) -> str:
        """Write a share as per cent."""
        return f"{self.number(None if value is None else 100 * value, 1)} %"

    def small(self, value: float | None) -> str:
        """Write a p-value."""
        if value is None:
            return "–"
        return f"< {self.number(0.001, 3)}" if value < 0.001 else self.number(value, 3)

    def wrap(self, text: str, indent: str = "  ") -> list[str]:
        """Break a text into lines, its own lines kept."""
        lines = text.splitlines() or [""]
        return [
            part
            for line in lines
            for part in textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent)
        ]


def choose_decimals(value: float) -> int:
    """Return how many decimals a number of this size is read with: four small, two, one, none in thousands."""
    size = abs(value)
    return 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 0.095 or size == 0 else 4

"""Words and numbers of what changed, in one language.

Belongs here: looking words up. Does not belong here: which facts are told (`tell_changes`, `tell_number`). Names of
codes are those of the explorer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.changes.causes import JOINT
from pipeline.passports.page_words import PageWords


@cache
def _read_words() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(Path(__file__).with_name("words.toml").read_text("utf-8"))


@dataclass(frozen=True)
class ChangeWords:
    """The words of one language.

    Attributes
    ----------
    language : str
        `da` or `en`.
    """

    language: str

    def say(self, sentence: str, **values: Any) -> str:
        """Return a sentence with its values."""
        return _read_words()["sentences"][sentence][self.language].format(**values)

    def name(self, kind: str, key: str, **values: Any) -> str:
        """Return the name of a class (`classes`), a change (`changes`) or an obstacle (`obstacles`)."""
        return _read_words()[kind][key][self.language].format(**values)

    def measure(self, measure: str) -> str:
        """Return the name of what moved."""
        return PageWords(self.language).name("moved_measure", measure)

    def causes(self, cause: str) -> str:
        """Return the name of a cause, or of several that could not be told apart."""
        return " + ".join(PageWords(self.language).name("cause", part) for part in cause.split(JOINT))

    def number(self, value: float | None, decimals: int | None = None) -> str:
        """Write a number; one that is not there says so."""
        return self.say("no_number") if value is None else PageWords(self.language).number(value, decimals)

    def move(self, value: float | None, decimals: int | None = None) -> str:
        """Write a change with its sign."""
        text = self.number(value, decimals)
        return f"+{text}" if value is not None and value > 0 else text

    def more(self, n: int) -> str:
        """Say how many more there are; nothing where there are none."""
        return self.say("and_more", n=self.number(n, 0)) if n > 0 else ""

    def code(self, kind: str, code: str) -> str:
        """Return the name of a code, as a payer or a view."""
        return PageWords(self.language).name(kind, code)

    def table(self, head: list[str], rows: list[list[str]], numeric: Mapping[int, bool] | None = None) -> str:
        """Write a Markdown table; columns named in `numeric` are set to the right."""
        rule = ["---:" if numeric and numeric.get(place) else "---" for place in range(len(head))]
        return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, rule, *rows))

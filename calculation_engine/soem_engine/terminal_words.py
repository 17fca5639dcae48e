"""Words and pieces that the terminal's pages of analyses share.

Here: saying numbers, payers and warnings in a language. Not here: the pages (`terminal_analyses`, `terminal_joint`).
"""

from __future__ import annotations

from soem_engine.notices import Caveat
from soem_engine.number_format import format_number, format_plain, format_share
from soem_engine.text_table import format_heading, format_item
from soem_engine.texts import PAYER_NAMES, Language, Text


class TerminalWords:
    """Says things in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, danish: str, english: str) -> str:
        """Return one of two texts."""
        return danish if self.language == "da" else english

    def pick(self, text: Text) -> str:
        """Return a text in the language."""
        return text.pick(self.language)

    def numbers(self, values: object) -> list[str]:
        """Return whole numbers as text."""
        return [format_number(float(value), self.language) for value in values]  # type: ignore[attr-defined]

    def payers(self, payers: tuple[str, ...]) -> list[str]:
        """Return the names of payers."""
        return [PAYER_NAMES[payer].pick(self.language) for payer in payers]

    def payer(self, payer: str | None) -> str:
        """Return the name of a payer, or of all of them."""
        return self.say("Alle", "All") if payer is None else PAYER_NAMES[payer].pick(self.language)

    def value(self, value: float | None, unit: str) -> str:
        """Return a value by its unit: share, rate, dkk, persons, factor."""
        if value is None:
            return "-"
        if unit in ("share", "rate"):
            return format_share(value, self.language, 1)
        if unit == "dkk":
            return format_number(value, self.language)
        if unit == "persons":
            return format_number(value, self.language, 1)
        return f"× {format_plain(round(value, 2), self.language)}"


def format_title(title: str) -> str:
    """Return a title, underlined."""
    return f"{title}\n{'=' * len(title)}"


def format_caveats(caveats: tuple[Caveat, ...], words: TerminalWords) -> str:
    """Return the warnings under their heading."""
    lines = [format_heading(words.say("Forbehold", "Warnings"))]
    return "\n".join(lines + [format_item(words.pick(caveat.text), "!") for caveat in caveats])


def cut_text(text: str, length: int = 44) -> str:
    """Return a text cut to a length."""
    return text if len(text) <= length else text[: length - 3] + "..."

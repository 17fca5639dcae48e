"""words.toml as an object: the Danish and English words prose is written with.

Belongs here: looking words up, joining lists. Does not belong here: sentences (`phrases`, `prose`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.declarations.problems import Problems
from pipeline.declarations.read_toml import Text, check_keys, read_toml, take_text

LANGUAGES = ("da", "en")
_SECTIONS = ("registers", "phrases", "units", "diagnoses", "atc", "specialities")
_AND = {"da": "og", "en": "and"}
_OR = {"da": "eller", "en": "or"}
_NUMBERS = {
    "da": ("nul", "ét", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv"),
    "en": (
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
}


@dataclass(frozen=True)
class Words:
    """Words by section and key, in both languages."""

    sections: dict[str, dict[str, Text]]

    def find(self, section: str, key: str, language: str) -> str | None:
        """Give the word, or None if there is none."""
        text = self.sections[section].get(key)
        return None if text is None else getattr(text, language)

    def first(self, section: str, keys: Sequence[str], language: str) -> str:
        """Give the word of the first key that has one.

        Raises
        ------
        KeyError
            If none of the keys has a word.
        """
        for key in keys:
            word = self.find(section, key, language)
            if word is not None:
                return word
        raise KeyError(f"words.toml: {section} has none of {', '.join(keys)}")


@cache
def load_words(path: Path = Path(__file__).parent / "words.toml") -> Words:
    """Load words.toml.

    Raises
    ------
    InputError
        Listing every mistake of the file.
    """
    problems = Problems()
    content = read_toml(path, path.name, problems) or {}
    check_keys(content, path.name, _SECTIONS, (), problems)
    sections = {
        section: {
            key: take_text(value, f"{path.name}: {section}.{key}", problems)
            for key, value in content.get(section, {}).items()
        }
        for section in _SECTIONS
    }
    problems.raise_if_any("The words of the prose cannot be used")
    return Words(sections)


def join_and(parts: Sequence[str], language: str) -> str:
    """Join with commas and 'og' / 'and'."""
    return _join(parts, _AND[language])


def join_or(parts: Sequence[str], language: str) -> str:
    """Join with commas and 'eller' / 'or'."""
    return _join(parts, _OR[language])


def _join(parts: Sequence[str], word: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def spell_number(number: int, language: str) -> str:
    """Give a number to twelve in letters, a larger one in digits."""
    names = _NUMBERS[language]
    return names[number] if 0 <= number < len(names) else str(number)

"""Reading TOML entries key by key: every mistake becomes a problem, and reading goes on.

Belongs here: typed access to keys with "did you mean". Does not belong here: what any key means.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.declarations.problems import Problems


def read_toml(path: Path, problems: Problems) -> dict[str, Any]:
    """Read one TOML file; a missing or unreadable file becomes a problem and gives an empty table.

    Parameters
    ----------
    path : Path
        The file.
    problems : Problems
        Where mistakes are collected.

    Returns
    -------
    dict
        The file's top-level table, empty when it could not be read.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problems.add(path.name, "no such file", "a declaration file", f"create {path.name}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.add(path.name, f"not readable as TOML: {error}", "TOML in UTF-8", "mend the file")
    return {}


@dataclass
class Entry:
    """One table of a TOML file, read key by key.

    Attributes
    ----------
    where : str
        File and entry, as problems name them.
    values : Mapping
        The table as TOML gave it.
    problems : Problems
        Where mistakes are collected.
    """

    where: str
    values: Mapping[str, Any]
    problems: Problems

    def check_keys(self, required: Collection[str], optional: Collection[str] = ()) -> None:
        """Report keys that are missing and keys nobody knows."""
        known = {*required, *optional}
        for key in self.values:
            if key not in known:
                self.problems.add_unknown(self.where, key, known, "key")
        for key in required:
            if key not in self.values:
                self.problems.add(self.where, f"no key {key!r}", f"a value for {key!r}", f"add `{key} = …`")

    def read_text(self, key: str) -> str:
        """Return a text that says something; empty string when it is missing or wrong."""
        value = self.values.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if key in self.values:
            self._add_wrong(key, value, "a text that is not empty")
        return ""

    def read_word(self, key: str, known: Collection[str], kind: str) -> str:
        """Return a word of a closed list; empty string when it is missing or unknown."""
        value = self.values.get(key)
        if key not in self.values:
            return ""
        if not isinstance(value, str):
            self._add_wrong(key, value, f"one word: {', '.join(sorted(known))}")
            return ""
        if value not in known:
            self.problems.add_unknown(f"{self.where}: {key}", value, known, kind)
            return ""
        return value

    def read_integer(self, key: str, minimum: int | None = None, maximum: int | None = None) -> int | None:
        """Return a whole number within bounds; None when the key is absent or wrong."""
        value = self.values.get(key)
        if key not in self.values:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            self._add_wrong(key, value, "a whole number")
            return None
        return value if self._is_within(key, value, minimum, maximum) else None

    def read_number(
        self, key: str, minimum: float | None = None, maximum: float | None = None
    ) -> float | None:
        """Return a finite number within bounds; None when the key is absent or wrong."""
        value = self.values.get(key)
        if key not in self.values:
            return None
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or value != value or abs(value) == float("inf"):
            self._add_wrong(key, value, "a number")
            return None
        return value if self._is_within(key, value, minimum, maximum) else None

    def read_flag(self, key: str) -> bool:
        """Return true or false; False when the key is absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self._add_wrong(key, value, "true or false")
            return False
        return value

    def read_date(self, key: str) -> date | None:
        """Return a date; None when the key is absent or wrong."""
        value = self.values.get(key)
        if key not in self.values:
            return None
        if type(value) is not date:
            self._add_wrong(key, value, "a date as 2022-12-31, without quotes")
            return None
        return value

    def read_words(self, key: str) -> tuple[str, ...]:
        """Return a list of texts that is not empty; empty tuple when it is missing or wrong."""
        value = self.values.get(key)
        if isinstance(value, list) and value and all(isinstance(item, str) and item for item in value):
            return tuple(value)
        if key in self.values:
            self._add_wrong(key, value, 'a list of texts, as ["kraf"]')
        return ()

    def read_table(self, key: str) -> Entry:
        """Return a table inside this one; an empty entry when it is missing or not a table."""
        value = self.values.get(key)
        if key in self.values and not isinstance(value, dict):
            self._add_wrong(key, value, "a table, as { key = value }")
        table = value if isinstance(value, dict) else {}
        return Entry(f"{self.where}: {key}", table, self.problems)

    def read_entries(self, key: str, name_key: str) -> list[Entry]:
        """Return the entries of an array of tables, each named by its `name_key`."""
        value = self.values.get(key)
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            found = "no entries" if not value else f"{type(value).__name__}"
            self.problems.add(self.where, found, f"entries under [[{key}]]", f"add at least one [[{key}]]")
            return []
        return [
            Entry(f"{self.where}: {item.get(name_key, f'[[{key}]] number {number}')}", item, self.problems)
            for number, item in enumerate(value, 1)
        ]

    def _is_within(self, key: str, value: float, minimum: float | None, maximum: float | None) -> bool:
        if minimum is not None and value < minimum:
            self._add_wrong(key, value, f"at least {minimum}")
            return False
        if maximum is not None and value > maximum:
            self._add_wrong(key, value, f"at most {maximum}")
            return False
        return True

    def _add_wrong(self, key: str, value: object, expected: str) -> None:
        self.problems.add(f"{self.where}: {key}", f"{value!r}", expected, f"correct `{key}`")

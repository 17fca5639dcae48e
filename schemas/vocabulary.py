"""The column vocabulary: every column name, with its type, unit, description and limits, said once.

Belongs here: reading `columns.toml` into typed objects. Does not belong here: which table has which columns
(`release_tables`, `intermediate_tables`) or any check on data (`checks`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TYPES = ("text", "int16", "int32", "int64", "float64", "boolean", "date", "texts", "floats")
"""The types a column may have; `texts` and `floats` are lists."""

COLUMNS_FILE = Path(__file__).with_name("columns.toml")


@dataclass(frozen=True)
class Unit:
    """A unit of measurement, with the range every column in that unit must keep."""

    name: str
    da: str
    en: str
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Column:
    """One column: one quantity in one unit.

    Attributes
    ----------
    name : str
    type : str
        One of `TYPES`.
    unit : Unit
    da, en : str
        Description in Danish and English.
    heading : str
        What stands over the column in a workbook, in Danish: the description where it is short enough.
    minimum, maximum : float or None
        Inclusive limits, the unit's where the column has none of its own.
    allowed : tuple or None
        The closed list of values.
    pattern : str or None
        Regular expression the whole text must match.
    not_equal : float or None
        A value that must not occur.
    """

    name: str
    type: str
    unit: Unit
    da: str
    en: str
    heading: str
    minimum: float | None = None
    maximum: float | None = None
    allowed: tuple | None = None
    pattern: str | None = None
    not_equal: float | None = None

    @property
    def is_number(self) -> bool:
        """Whether the column holds numbers."""
        return self.type in ("int16", "int32", "int64", "float64")

    @property
    def is_list(self) -> bool:
        """Whether each value is a list (such a column has no CSV)."""
        return self.type in ("texts", "floats")

    @property
    def comment(self) -> str:
        """Danish and English description with the unit, as one line."""
        unit = f" [{self.unit.da} / {self.unit.en}]" if self.unit.en else ""
        return f"{self.da} / {self.en}{unit}"


@cache
def _read() -> dict:
    return tomllib.loads(COLUMNS_FILE.read_text(encoding="utf-8"))


@cache
def headings() -> dict[str, str]:
    """Return the Danish headings by column name; of a homonym by `table.column`."""
    return _read()["headings"]


@cache
def units() -> dict[str, Unit]:
    """Return every unit by name."""
    return {name: Unit(name=name, **fields) for name, fields in _read()["units"].items()}


def _column(name: str, entry: dict) -> Column:
    entry = dict(entry)
    if "same_as" in entry:
        other = _read()["columns"][entry.pop("same_as")]
        entry = {key: other[key] for key in ("allowed", "pattern") if key in other} | entry
    unit = units()[entry.pop("unit")]
    limited = entry["type"] in ("int16", "int32", "int64", "float64")
    low, high = entry.pop("minimum", unit.minimum), entry.pop("maximum", unit.maximum)
    allowed = entry.pop("allowed", None)
    plain_name = name.rpartition(".")[2]
    return Column(
        name=plain_name,
        unit=unit,
        heading=headings().get(name) or headings().get(plain_name, entry["da"]),
        minimum=low if limited else None,
        maximum=high if limited else None,
        allowed=tuple(allowed) if allowed else None,
        **entry,
    )


@cache
def columns() -> dict[str, Column]:
    """Return every column by name; a homonym by `table.column`."""
    return {name: _column(name, entry) for name, entry in _read()["columns"].items()}


def find_column(table: str, name: str) -> Column:
    """Return what a column is in a table.

    Parameters
    ----------
    table : str
        Name of the table, which matters for the few homonyms only.
    name : str
        Name of the column.

    Raises
    ------
    KeyError
        When the vocabulary does not know the column.
    """
    known = columns()
    return known.get(f"{table}.{name}") or known[name]

"""Known errors of delivered registers, declared: which rows, what is done, why, and how many rows it should hit.

Belongs here: reading and checking `corrections.toml`. Does not belong here: applying a correction
(`pipeline.registers.apply_corrections`), lost leading zeros and other quirks of a register (`registers/*.toml`).

Known limitation: a delivery is checked before it is read, so a value to be corrected must be one the register's
declaration allows (a code without a kind, for instance).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.declarations.problems import Problems
from pipeline.declarations.read_toml import Text, read_toml, take_text
from pipeline.declarations.register_layout import Column, RegisterLayout, RegisterLayouts
from pipeline.declarations.toml_entries import Entry

CORRECTIONS_FILE = "corrections.toml"
ACTIONS = ("drop", "set")
FEWEST_AT_MOST = 5
"""Declarations are published: an expectation of fewer rows than this would tell of single persons."""
_REQUIRED = ("correction", "register", "where", "action", "reason", "reported_to", "date", "expect")

_OF_PERSONS = ("pnr", "digits")
"""Types of columns that point out a person or a contact: a declaration names neither."""

Value = str | int | float | date


@dataclass(frozen=True)
class Correction:
    """A declared correction of a register.

    Attributes
    ----------
    key, register : str
    years : tuple of int
        Files it is applied to; empty: every file.
    where : tuple of (str, tuple)
        Columns and the values of the rows it hits, all columns together; '' is an empty value.
    set : tuple of (str, value)
        What the columns of the rows become, '' empty; without any the rows are dropped.
    reason : Text
    reported_to : str
        An institution.
    date : date
        The day it was declared.
    expect_from, expect_to : int
        Rows it hits in the whole delivery, both ends included.
    """

    key: str
    register: str
    years: tuple[int, ...]
    where: tuple[tuple[str, tuple[Value, ...]], ...]
    set: tuple[tuple[str, Value], ...]
    reason: Text
    reported_to: str
    date: date
    expect_from: int
    expect_to: int

    @property
    def affects(self) -> str:
        """Which rows are hit, as declared."""
        told = [
            f"{column} in ({', '.join(_tell(value) for value in values)})" for column, values in self.where
        ]
        files = [f"file of {', '.join(map(str, self.years))}"] if self.years else []
        return " and ".join(files + told)

    @property
    def action(self) -> str:
        """What is done to the rows, as declared."""
        return (
            "set " + ", ".join(f"{name} = {_tell(value)}" for name, value in self.set) if self.set else "drop"
        )


def load_corrections(folder: Path, layouts: RegisterLayouts) -> tuple[Correction, ...]:
    """Load the declared corrections; a folder without the file declares none.

    Parameters
    ----------
    folder : Path
        The declarations.
    layouts : RegisterLayouts
        The registers they may name.

    Raises
    ------
    InputError
        With every mistake.
    """
    path = folder / CORRECTIONS_FILE
    if not path.exists():
        return ()
    problems = Problems()
    content = read_toml(path, CORRECTIONS_FILE, problems) or {}
    entries = content.get("correction", [])
    for key in content:
        if key != "correction":
            problems.add_unknown(CORRECTIONS_FILE, key, ("correction",), "key")
    found = [
        _read_correction(Entry(f"{CORRECTIONS_FILE}: {_name(values, number)}", values, problems), layouts)
        for number, values in enumerate(entries, 1)
    ]
    keys = [correction.key for correction in found if correction]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        problems.add(CORRECTIONS_FILE, f"{key!r} twice", "every key once", "rename one of them")
    problems.raise_if_any("The corrections cannot be used")
    return tuple(correction for correction in found if correction)


def attach_corrections(layouts: RegisterLayouts, corrections: Sequence[Correction]) -> RegisterLayouts:
    """Return the layouts, each register with its corrections in declared order."""
    registers = {
        name: replace(layout, corrections=tuple(item for item in corrections if item.register == name))
        for name, layout in layouts.registers.items()
    }
    return replace(layouts, registers=registers)


def _name(values: Any, number: int) -> str:
    return str(values.get("correction", f"entry {number}")) if isinstance(values, dict) else f"entry {number}"


def _read_correction(entry: Entry, layouts: RegisterLayouts) -> Correction | None:
    entry.check_keys(_REQUIRED, ("years", "set"))
    register = entry.read_word("register", layouts.registers, "register")
    action = entry.read_word("action", ACTIONS, "action")
    if action and (action == "set") != ("set" in entry.values):
        found = f"action {action!r} {'with' if 'set' in entry.values else 'without'} set"
        entry.problems.add(entry.where, found, "set = { column = value } with action set only", "mend one")
    expect = entry.read_table("expect")
    expect.check_keys(("from", "to"))
    low, high = expect.read_integer("from", 1), expect.read_integer("to", FEWEST_AT_MOST)
    if low and high and low > high:
        expect.problems.add(expect.where, f"from {low} to {high}", "from <= to", "swap them")
    declared = entry.read_date("date")
    if not register:
        return None
    layout = layouts[register]
    if layout.week is not None:
        found = f"{register}, whose columns are weeks"
        entry.problems.add(
            entry.where, found, "a register of rows", "mend the weeks before they are delivered"
        )
    return Correction(
        key=entry.read_text("correction"),
        register=register,
        years=_read_years(entry, layout),
        where=_read_columns(entry.read_table("where"), layout, is_list=True),
        set=tuple((name, values[0]) for name, values in _read_columns(entry.read_table("set"), layout)),
        reason=take_text(entry.values.get("reason"), f"{entry.where}: reason", entry.problems),
        reported_to=entry.read_text("reported_to"),
        date=declared or date.min,
        expect_from=low or 0,
        expect_to=high or 0,
    )


def _read_years(entry: Entry, layout: RegisterLayout) -> tuple[int, ...]:
    years = entry.values.get("years", [])
    if not isinstance(years, list) or not set(years) <= set(layout.years):
        span = f"{layout.first_year}-{layout.last_year}" if layout.years else "no years: it is one file"
        entry.problems.add(
            f"{entry.where}: years", f"{years!r}", f"years of {layout.name} ({span})", "mend years"
        )
        return ()
    return tuple(years)


def _read_columns(
    table: Entry, layout: RegisterLayout, *, is_list: bool = False
) -> tuple[tuple[str, tuple[Value, ...]], ...]:
    if is_list and not table.values:
        table.problems.add(table.where, "no column", "which rows are hit", "name a column and its values")
    known = {
        name: column
        for name, column in layout.columns.items()
        if column.is_read and column.type not in _OF_PERSONS
    }
    found = []
    for name, given in table.values.items():
        where = f"{table.where}: {name}"
        if name not in known:
            table.problems.add_unknown(table.where, name, known, f"column of {layout.name} without persons")
            continue
        values = given if is_list else [given]
        if not isinstance(values, list) or not values:
            table.problems.add(where, f"{given!r}", "a list of values", 'write as ["A", "B"]')
            continue
        _check_types(where, known[name], values, table.problems)
        found.append((name, tuple(values)))
    return tuple(found)


def _check_types(where: str, column: Column, values: list[Any], problems: Problems) -> None:
    types: Mapping[str, tuple[type, ...]] = {
        "text": (str,),
        "date": (date,),
        "integer": (int,),
        "decimal": (int, float),
    }
    for value in values:
        if value != "" and (isinstance(value, bool) or not isinstance(value, types[column.type])):
            problems.add(
                where, f"{value!r}", f"a value of type {column.type}, or '' for empty", "mend the value"
            )


def _tell(value: Value) -> str:
    return "empty" if value == "" else str(value)

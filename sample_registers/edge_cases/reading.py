"""Reading the edge-case persons: typed, checked, all mistakes of all files told at once.

Belongs here: the shape of a case file. Does not belong here: what the pipeline makes of it.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sample_registers.edge_cases.rows import Mistakes, RegisterRow, read_rows

FOLDER = Path(__file__).parent
STATUSES = ("success", "other", "not_assessable", "not_member")
PERSON_COLUMNS = (
    "sex", "birth_date", "age", "municipality_code", "origin_code", "is_resident", "employment_code",
    "education_code", "mother_employment_code", "mother_education_code", "father_employment_code",
    "father_education_code",
)  # fmt: skip


class EdgeCaseError(ValueError):
    """Mistakes in edge-case files, all of them."""


@dataclass(frozen=True)
class ExpectedQuantity:
    """Use of a consequence in a calendar year, natural units; 0: no row."""

    consequence: str
    year: int
    value: Fraction


@dataclass(frozen=True)
class ExpectedEvent:
    """Sum of a measure over the rows of an event table with these attributes in a year; 0: no row."""

    events: str
    where: tuple[tuple[str, str | bool], ...]
    year: int
    measure: str
    value: int


@dataclass(frozen=True)
class ExpectedMembership:
    """Status in a target group and base year; `not_member` when there must be no row."""

    target_group: str
    base_year: int
    status: str


@dataclass(frozen=True)
class ExpectedPersonYear:
    """Value of a column of person_years; `None` when there must be no row for the year."""

    year: int
    column: str
    value: object


@dataclass(frozen=True)
class EdgeCase:
    """One person: who, which register rows, and what must come out.

    Attributes
    ----------
    name : str
        Name of the file, which names the rule branch.
    pnr : str
        Twelve digits, the first a 9.
    why_da, why_en : str
    tests : tuple of str
        The kinds of rule and the quirks this person tests.
    rows : tuple of RegisterRow
    quantities, events, memberships, person_years : tuples
        Expectations.
    """

    name: str
    pnr: str
    why_da: str
    why_en: str
    tests: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    quantities: tuple[ExpectedQuantity, ...]
    events: tuple[ExpectedEvent, ...]
    memberships: tuple[ExpectedMembership, ...]
    person_years: tuple[ExpectedPersonYear, ...]


def load_edge_cases(folder: Path = FOLDER) -> tuple[EdgeCase, ...]:
    """Load all edge-case persons, in order of file name.

    Parameters
    ----------
    folder : Path
        Folder of TOML files.

    Returns
    -------
    tuple of EdgeCase

    Raises
    ------
    EdgeCaseError
        With every mistake in every file.
    """
    mistakes = Mistakes()
    tables = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            tables[path.stem] = tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            mistakes.add(path.name, f"not TOML: {error}", "a TOML file", "mend the line named")
    pnrs = {name: str(table.get("person", {}).get("pnr", "")) for name, table in tables.items()}
    _check_pnrs(pnrs, mistakes)
    cases = tuple(_read_case(name, table, pnrs, mistakes) for name, table in tables.items())
    if mistakes.texts:
        raise EdgeCaseError(f"edge cases: {len(mistakes.texts)} mistakes\n" + "\n".join(mistakes.texts))
    return cases


def _check_pnrs(pnrs: Mapping[str, str], mistakes: Mistakes) -> None:
    """Check that person numbers are twelve digits, begin with 9 and are given once."""
    seen: dict[str, str] = {}
    for name, pnr in pnrs.items():
        if len(pnr) != 12 or not pnr.isdigit() or pnr[0] != "9":
            mistakes.add(
                f"{name}.toml person.pnr", "another form", "12 digits, the first a 9", "give a free one"
            )
        if pnr in seen:
            mistakes.add(
                f"{name}.toml person.pnr", f"also used by {seen[pnr]}", "one of its own", "give a free one"
            )
        seen[pnr] = name


def _read_case(name: str, table: Mapping, pnrs: Mapping[str, str], mistakes: Mistakes) -> EdgeCase:
    """Read one file."""
    for key in ("why_da", "why_en", "tests", "person"):
        if key not in table:
            mistakes.add(f"{name}.toml", f"no {key}", f"a key {key}", "add it")
    expect = dict(table.get("expect", {}))
    where = f"{name}.toml expect"
    known = {"quantities", "events", "memberships", "person_years"}
    check_names(expect, known, where, mistakes)
    return EdgeCase(
        name=name,
        pnr=pnrs[name],
        why_da=table.get("why_da", ""),
        why_en=table.get("why_en", ""),
        tests=tuple(table.get("tests", ())),
        rows=read_rows(name, table, pnrs, mistakes),
        quantities=tuple(_read_quantity(entry, where, mistakes) for entry in expect.get("quantities", ())),
        events=tuple(_read_event(entry, where, mistakes) for entry in expect.get("events", ())),
        memberships=tuple(
            _read_membership(entry, where, mistakes) for entry in expect.get("memberships", ())
        ),
        person_years=tuple(
            _read_person_year(entry, where, mistakes) for entry in expect.get("person_years", ())
        ),
    )


def check_names(found: Iterable[str], known: Iterable[str], where: str, mistakes: Mistakes) -> None:
    """Note every name that is not known, with the nearest that is."""
    for name in found:
        if name not in known:
            near = difflib.get_close_matches(name, list(known), n=1)
            do = f"did you mean {near[0]!r}?" if near else "use an expected name"
            mistakes.add(where, f"unknown name {name!r}", ", ".join(sorted(known)), do)


def _check_keys(entry: Mapping, keys: set[str], where: str, mistakes: Mistakes) -> bool:
    """Check that an entry has exactly these keys."""
    if set(entry) == keys:
        return True
    mistakes.add(where, f"keys {sorted(entry)}", f"keys {sorted(keys)}", "give each of them once")
    return False


def _read_quantity(entry: Mapping, where: str, mistakes: Mistakes) -> ExpectedQuantity:
    """Read `{ consequence, year, value }`; the value may be a fraction as text, "30/365"."""
    if not _check_keys(entry, {"consequence", "year", "value"}, f"{where}.quantities", mistakes):
        return ExpectedQuantity("", 0, Fraction(0))
    return ExpectedQuantity(entry["consequence"], entry["year"], Fraction(str(entry["value"])))


def _read_event(entry: Mapping, where: str, mistakes: Mistakes) -> ExpectedEvent:
    """Read `{ events, where, year, measure, value }`."""
    if not _check_keys(entry, {"events", "where", "year", "measure", "value"}, f"{where}.events", mistakes):
        return ExpectedEvent("", (), 0, "", 0)
    attributes = tuple(sorted(entry["where"].items()))
    return ExpectedEvent(entry["events"], attributes, entry["year"], entry["measure"], entry["value"])


def _read_membership(entry: Mapping, where: str, mistakes: Mistakes) -> ExpectedMembership:
    """Read `{ target_group, base_year, status }`."""
    if not _check_keys(entry, {"target_group", "base_year", "status"}, f"{where}.memberships", mistakes):
        return ExpectedMembership("", 0, "")
    check_names([entry["status"]], STATUSES, f"{where}.memberships", mistakes)
    return ExpectedMembership(entry["target_group"], entry["base_year"], entry["status"])


def _read_person_year(entry: Mapping, where: str, mistakes: Mistakes) -> ExpectedPersonYear:
    """Read `{ year, column, value }`; `{ year, row = false }` when there must be no row."""
    if entry.get("row") is False:
        return ExpectedPersonYear(entry.get("year", 0), "pnr", None)
    if not _check_keys(entry, {"year", "column", "value"}, f"{where}.person_years", mistakes):
        return ExpectedPersonYear(0, "", None)
    check_names([entry["column"]], PERSON_COLUMNS, f"{where}.person_years", mistakes)
    return ExpectedPersonYear(entry["year"], entry["column"], entry["value"])

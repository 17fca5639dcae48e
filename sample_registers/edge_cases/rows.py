"""The register rows of an edge-case person: shorthand for annual rows, record numbers, and the file of each
row.

Belongs here: from TOML tables to rows of registers. Does not belong here: expectations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from sample_registers.latent import FIRST_YEAR, LAST_YEAR
from sample_registers.registers.dates import WEEK_COLUMNS
from sample_registers.registers.layout import LAYOUT

NOT_REGISTERS = {"why_da", "why_en", "tests", "person", "expect"}
PERSON_KEYS = {
    "pnr", "birth_date", "sex", "municipality", "resident", "moves", "origin", "death_date",
    "mother", "father",
}  # fmt: skip
KINDS = {"str": str, "id": str, "date": date, "int": int, "float": (int, float)}
SEXES = {"man": 1, "woman": 2}
ORIGINS = {"danish": 1, "immigrant": 2, "descendant": 3}
RECORD_COLUMNS = ("recnum", "dw_ek_kontakt", "journr")
FOLLOWS = {
    "lpr_diag": "lpr_adm", "lpr_bes": "lpr_adm", "psyk_diag": "psyk_adm", "psyk_bes": "psyk_adm",
    "lpr3_diagnoser": "lpr3_kontakter",
}  # fmt: skip
"""Registers whose rows lie in the year file of their contact."""


@dataclass
class Mistakes:
    """A growing list of mistakes, each told in four parts."""

    texts: list[str] = field(default_factory=list)

    def add(self, where: str, found: str, expected: str, do: str) -> None:
        """Add one mistake."""
        self.texts.append(f"{where}\n    found:    {found}\n    expected: {expected}\n    do this:  {do}")


@dataclass(frozen=True)
class RegisterRow:
    """One row of a register: year of its file (0: the register has one file) and values by column."""

    register: str
    year: int
    values: dict[str, object]


def read_rows(
    name: str, table: Mapping, pnrs: Mapping[str, str], mistakes: Mistakes
) -> tuple[RegisterRow, ...]:
    """Read all register rows of one case, those that follow from `[person]` first."""
    person = table.get("person", {})
    for key in set(person) - PERSON_KEYS:
        mistakes.add(f"{name}.toml person", f"unknown key {key}", ", ".join(sorted(PERSON_KEYS)), "rename it")
    for key in set(table) - NOT_REGISTERS - set(LAYOUT):
        mistakes.add(f"{name}.toml", f"unknown key {key}", "a register, or person, expect …", "rename it")
    rows = list(_list_population_rows(name, person, pnrs, mistakes))
    if "death_date" in person:
        rows.append(
            RegisterRow(
                "dod", person["death_date"].year, {"pnr": person["pnr"], "doddato": person["death_date"]}
            )
        )
    contact_years: dict[tuple[str, str], int] = {}
    for register in (key for key in LAYOUT if key in table):
        for entry in table[register]:
            rows += _read_entry(name, register, dict(entry), person, contact_years, mistakes)
    return tuple(rows)


def read_years(text: str | int | Iterable) -> list[int]:
    """Read years: 2012, "2008-2012", or a list of these."""
    if isinstance(text, int):
        return [text]
    if isinstance(text, str):
        first, _, last = text.partition("-")
        return list(range(int(first), int(last or first) + 1))
    return [year for entry in text for year in read_years(entry)]


def _list_population_rows(
    name: str, person: Mapping, pnrs: Mapping[str, str], mistakes: Mistakes
) -> Iterator[RegisterRow]:
    """List the rows of bef for the years of residence."""
    if "birth_date" not in person:
        return
    for parent in ("mother", "father"):
        if person.get(parent) not in (None, *pnrs):
            mistakes.add(
                f"{name}.toml person.{parent}", "no such case", "the name of a case file", "rename it"
            )
    for year in read_years(person.get("resident", ())):
        moves = [move for move in person.get("moves", ()) if move["from"] <= year]
        yield RegisterRow(
            "bef",
            year,
            {
                "pnr": person["pnr"],
                "foed_dato": person["birth_date"],
                "koen": SEXES[person["sex"]],
                "kom": moves[-1]["municipality"] if moves else person["municipality"],
                "ie_type": ORIGINS[person.get("origin", "danish")],
                "opr_land": 5100 if person.get("origin", "danish") != "immigrant" else 5432,
                "civst": "U",
                "mor_id": pnrs.get(person.get("mother")),
                "far_id": pnrs.get(person.get("father")),
            },
        )


def _read_entry(
    name: str, register: str, entry: dict, person: Mapping, contact_years: dict, mistakes: Mistakes
) -> Iterator[RegisterRow]:
    """Read one table of a register: one row, or one a year for annual registers."""
    where, layout = f"{name}.toml {register}", LAYOUT[register]
    years = entry.pop("years", entry.pop("year", None))
    if register == "dream":
        entry = dict.fromkeys(_list_weeks(entry.get("weeks", ""), where, mistakes), entry.get("code"))
    for column in RECORD_COLUMNS:
        if column in entry:
            entry[column] = f"{person.get('pnr')}{int(entry[column]):06d}"
    _check_values(entry, layout.columns, where, mistakes)
    values = dict.fromkeys(layout.columns) if register != "dream" else {}
    values |= entry
    if "pnr" in layout.columns:
        values["pnr"] = entry.get("pnr", person.get("pnr"))
    if register in FOLLOWS:
        record = next(values[column] for column in RECORD_COLUMNS if column in values)
        years = contact_years.get((FOLLOWS[register], record))
    elif layout.file_year and years is None:
        dates = (values[column] for column in layout.file_year)
        years = next((day.year for day in dates if isinstance(day, date)), None)
        if record := next((values[column] for column in RECORD_COLUMNS if column in values), None):
            contact_years[(register, record)] = years
    for year in [0] if register == "dream" else read_years(years or ()):
        if layout.years and year not in layout.years:
            mistakes.add(where, f"a row for {year}", f"a year of {register}", "move the row")
        yield RegisterRow(register, year, values)
    if years is None and register != "dream":
        mistakes.add(where, "no year", "a date, a year, or a contact of this case", "add it")


def _check_values(entry: Mapping, columns: Mapping[str, str], where: str, mistakes: Mistakes) -> None:
    """Check names and types of the columns given."""
    for column, value in entry.items():
        if column not in columns:
            mistakes.add(where, f"unknown column {column}", ", ".join(list(columns)[:12]), "rename it")
        elif not isinstance(value, KINDS[columns[column]]):
            mistakes.add(where, f"{column} of another type", columns[column], "write it as that type")


def _list_weeks(text: str, where: str, mistakes: Mistakes) -> list[str]:
    """List the week columns of "y_1201-y_1210"."""
    first, _, last = text.partition("-")
    try:
        return list(WEEK_COLUMNS[WEEK_COLUMNS.index(first) : WEEK_COLUMNS.index(last or first) + 1])
    except ValueError:
        mistakes.add(where, "no such week", f"a week of {FIRST_YEAR}-{LAST_YEAR} as y_1201", "mend it")
        return []

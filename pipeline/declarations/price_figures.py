"""The account, user, activity and rate figures that unit prices are derived from.

Belongs here: reading and checking `prices/figures.csv`. Does not belong here: formulas and payers (`prices`).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pipeline.declarations.other_knowledge import VALUE_BASES
from pipeline.declarations.problems import Problems

FIGURES_FILE = "prices/figures.csv"
FIGURE_COLUMNS = ("figure", "kind", "konto", "name_da", "value", "unit_da", "year", "basis", "source")
FIGURE_KINDS = ("account", "full_year_users", "activity", "monthly_rate")


@dataclass(frozen=True)
class Figure:
    """One account, user, activity or rate figure.

    Attributes
    ----------
    key, kind, konto, name_da, unit_da : str
        What it is; `konto` is empty where no account number is known.
    value : Fraction
        The figure, exact; above zero for what is divided by.
    year : int
        The year it belongs to, and for kr. the money it is in.
    basis, source : str
        Where it comes from.
    """

    key: str
    kind: str
    konto: str
    name_da: str
    value: Fraction
    unit_da: str
    year: int
    basis: str
    source: str


def read_figures(folder: Path, problems: Problems) -> dict[str, Figure]:
    """Read the figures by key, with mistakes collected in `problems`."""
    try:
        with (folder / FIGURES_FILE).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header, rows = tuple(reader.fieldnames or ()), list(reader)
    except FileNotFoundError:
        problems.add(FIGURES_FILE, "no such file", "a CSV file of figures", f"create {FIGURES_FILE}")
        return {}
    if header != FIGURE_COLUMNS:
        do = "write the header in this order"
        problems.add(FIGURES_FILE, f"columns {', '.join(header)}", ", ".join(FIGURE_COLUMNS), do)
        return {}
    figures: dict[str, Figure] = {}
    for number, row in enumerate(rows, 2):
        where = f"{FIGURES_FILE}: {row['figure'] or f'line {number}'}"
        if None in row:
            problems.add(where, "more values than columns", "one value a column", "quote texts with commas")
        if row["figure"] in figures:
            problems.add(where, "the same figure twice", "every figure once", "delete or rename one of them")
        figures[row["figure"]] = _read_figure(where, row, problems)
    return figures


def _read_figure(where: str, row: Mapping[str, str], problems: Problems) -> Figure:
    texts = ("figure", "kind", "name_da", "value", "unit_da", "year", "basis", "source")
    for column in texts:
        if not (row[column] or "").strip():
            problems.add(f"{where}: {column}", "empty", f"a value for {column}", f"fill in {column}")
    for column, known in (("kind", FIGURE_KINDS), ("basis", VALUE_BASES)):
        if row[column] and row[column] not in known:
            problems.add_unknown(f"{where}: {column}", row[column], known, column)
    value = _read_positive(f"{where}: value", row["value"], problems)
    year = int(row["year"]) if (row["year"] or "").isdigit() else 0
    if row["year"] and not 1980 <= year <= 2100:
        problems.add(f"{where}: year", repr(row["year"]), "a year, as 2022", "correct the year")
    return Figure(
        key=row["figure"],
        kind=row["kind"],
        konto=row["konto"] or "",
        name_da=row["name_da"],
        value=value,
        unit_da=row["unit_da"],
        year=year,
        basis=row["basis"],
        source=row["source"],
    )


def _read_positive(where: str, text: str | None, problems: Problems) -> Fraction:
    try:
        value = Fraction(text or "1")
    except ValueError:
        do = "write digits, with a point before decimals and nothing between thousands"
        problems.add(where, repr(text), "a number", do)
        return Fraction(1)
    if value <= 0:
        problems.add(where, f"{text}", "a number above 0: no price is negative", "correct the figure")
        return Fraction(1)
    return value

"""The files of a delivery and their columns, read from Parquet footers only.

Belongs here: which files are there, whether they can be opened, names and types of their columns.
Does not belong here: any value inside them (`value_checks`).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.declarations.problems import Problems
from pipeline.declarations.register_layout import RegisterLayout, RegisterLayouts


@dataclass(frozen=True)
class DeliveredFile:
    """One file that could be opened.

    Attributes
    ----------
    register : str
    year : int or None
        None for a register of one file.
    path : Path
    n_rows : int
    usable : frozenset of str
        Declared columns, by their newest name, that are there with the declared type.
    """

    register: str
    year: int | None
    path: Path
    n_rows: int
    usable: frozenset[str] = field(default=frozenset())

    @property
    def name(self) -> str:
        """Register and file, as messages name them."""
        return f"{self.register}/{self.path.name}"


def find_file(root: Path, layout: RegisterLayout, year: int | None) -> Path:
    """Return the path a register's file of a year has in a delivery."""
    return root / layout.name / (f"{layout.name}.parquet" if year is None else f"{year}.parquet")


def open_delivery(root: Path, layouts: RegisterLayouts, problems: Problems) -> list[DeliveredFile]:
    """Open every declared file of a delivery; what is missing, unknown or unreadable becomes a problem.

    Parameters
    ----------
    root : Path
        Folder of the delivery.
    layouts : RegisterLayouts
    problems : Problems
        Grows.

    Returns
    -------
    list of DeliveredFile
        The files that could be opened, with their usable columns.
    """
    files: list[DeliveredFile] = []
    folders = {path.name for path in root.iterdir() if path.is_dir()} if root.is_dir() else set()
    for name in sorted(folders - set(layouts.registers)):
        problems.add_unknown(name, name, layouts.registers, "register")
    for layout in layouts.registers.values():
        if layout.name not in folders:
            problems.add(
                layout.name,
                "no such register",
                f"a folder {layout.name}/ ({layout.name_en})",
                "deliver the register",
            )
            problems.not_checked.append(f"{layout.name}: columns, types, codes, keys, dates")
            continue
        _check_years(root, layout, problems)
        files += _open_register(root, layout, problems)
    return files


def _check_years(root: Path, layout: RegisterLayout, problems: Problems) -> None:
    found = {path.stem for path in (root / layout.name).glob("*.parquet")}
    expected = {layout.name} if layout.is_one_file else {str(year) for year in layout.years}
    missing, extra = sorted(expected - found), sorted(found - expected)
    if missing:
        first, last = layout.first_year, layout.last_year
        wanted = f"{layout.name}.parquet" if layout.is_one_file else f"one file a year, {first}-{last}"
        do = "deliver it, or declare it in missing_years (the year is then not covered)"
        problems.add(layout.name, f"no file for {', '.join(missing)}", wanted, do)
        problems.not_checked.append(f"{layout.name}: everything in {', '.join(missing)}")
    declared_missing = [stem for stem in extra if stem in {str(year) for year in layout.missing_years}]
    if declared_missing:
        found_text = f"a file for {', '.join(declared_missing)}"
        problems.add(
            layout.name,
            found_text,
            "none: declared missing",
            "delete the year from missing_years in the layout",
        )
    unknown = [stem for stem in extra if stem not in declared_missing]
    if unknown:
        found_text = f"unknown file{'s' if len(unknown) > 1 else ''} {', '.join(unknown)}"
        problems.add(
            layout.name, found_text, "only the declared years", "move it away or extend the layout's years"
        )


def _open_register(root: Path, layout: RegisterLayout, problems: Problems) -> list[DeliveredFile]:
    files, columns = [], _ColumnProblems(layout)
    for year in layout.years or (None,):
        path = find_file(root, layout, year)
        if not path.is_file():
            continue
        try:
            footer = pq.ParquetFile(path)
            schema, n_rows = footer.schema_arrow, footer.metadata.num_rows
        except (pa.ArrowException, OSError):
            name = f"{layout.name}/{path.name}"
            problems.add(name, "not readable as Parquet", "a whole Parquet file", "deliver the file again")
            problems.not_checked.append(f"{name}: columns, types, codes, keys, dates")
            continue
        usable = columns.compare(schema, year)
        files.append(DeliveredFile(layout.name, year, path, n_rows, usable))
    columns.tell(problems)
    return files


@dataclass
class _ColumnProblems:
    """Columns that are missing, unknown or of the wrong type, with the years this holds for."""

    layout: RegisterLayout
    missing: dict[str, list[int | None]] = field(default_factory=dict)
    unknown: dict[str, list[int | None]] = field(default_factory=dict)
    wrong_type: dict[tuple[str, str, str], list[int | None]] = field(default_factory=dict)

    def compare(self, schema: pa.Schema, year: int | None) -> frozenset[str]:
        """Compare the columns of one file to the layout; return the usable ones."""
        expected = self.layout.columns_in(year)
        usable = set()
        for name in schema.names:
            if name not in expected and name not in self.layout.ignored_columns:
                self.unknown.setdefault(name, []).append(year)
        for name, column in expected.items():
            if name not in schema.names:
                self.missing.setdefault(name, []).append(year)
            elif not _is_of_type(schema.field(name).type, column.type):
                key = (name, column.type, str(schema.field(name).type))
                self.wrong_type.setdefault(key, []).append(year)
            else:
                usable.add(name if column is self.layout.week else column.name)
        return frozenset(usable)

    def tell(self, problems: Problems) -> None:
        """Add every problem found, one a column."""
        register = self.layout.name
        for name, years in self.missing.items():
            near = difflib.get_close_matches(name, self.unknown, n=1, cutoff=0.6)
            do = f"declare former_name if {near[0]!r} is the same column" if near else "deliver the column"
            problems.add(f"{register}: {name}", f"no such column{in_years(years)}", f"a column {name!r}", do)
            problems.not_checked.append(f"{register}: values of {name}{in_years(years)}")
        for name, years in self.unknown.items():
            known = f"the {len(self.layout.columns_in(years[0]))} declared columns"
            near = difflib.get_close_matches(name, self.missing or self.layout.columns, n=1, cutoff=0.6)
            do = (
                f"did you mean {near[0]!r}? Else declare it in ignored_columns"
                if near
                else ("declare it in columns or in ignored_columns")
            )
            problems.add(f"{register}: {name}", f"unknown column{in_years(years)}", known, do)
        for (name, expected, found), years in self.wrong_type.items():
            problems.add(
                f"{register}: {name}",
                f"type {found}{in_years(years)}",
                f"type {expected}",
                "deliver the declared type",
            )
            problems.not_checked.append(f"{register}: values of {name}{in_years(years)}")


def in_years(years: Iterable[int | None]) -> str:
    """Return ' in 2003-2005, 2010' for years in order; empty for a register of one file."""
    known = sorted(year for year in years if year is not None)
    runs: list[list[int]] = []
    for year in known:
        if runs and runs[-1][1] == year - 1:
            runs[-1][1] = year
        else:
            runs.append([year, year])
    text = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f" in {text}" if text else ""


def _is_of_type(found: pa.DataType, declared: str) -> bool:
    if pa.types.is_dictionary(found):
        found = found.value_type
    if declared in ("text", "pnr", "digits"):
        return pa.types.is_string(found) or pa.types.is_large_string(found)
    if declared == "date":
        return pa.types.is_date(found)
    if declared == "integer":
        return pa.types.is_integer(found)
    return pa.types.is_floating(found) or pa.types.is_decimal(found) or pa.types.is_integer(found)

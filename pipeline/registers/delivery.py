"""The check of a delivery: everything wrong with it told in one error, before anything is built.

Belongs here: all files of a delivery taken together. Does not belong here: their columns (`delivered_files`), counting
and judging values (`count_files`, `judge_counts`) or reading registers for use (`read_register`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.declarations.problems import Problems
from pipeline.declarations.register_layout import RegisterLayout, RegisterLayouts
from pipeline.registers.count_files import count_files
from pipeline.registers.delivered_files import DeliveredFile, in_years, open_delivery
from pipeline.registers.file_counts import Counts
from pipeline.registers.judge_counts import judge_counts

EMPTY_YEAR_FROM_ROWS = 200


@dataclass(frozen=True)
class DeliveryReport:
    """What a sound delivery holds.

    Attributes
    ----------
    n_rows : mapping of str to mapping of (int or None) to int
        Register to year to rows; year None for a register of one file.
    tolerated : mapping of (str, str, str) to int
        (register, kind, column) to rows with a declared quirk, within its tolerated share.
    """

    n_rows: Mapping[str, Mapping[int | None, int]]
    tolerated: Mapping[tuple[str, str, str], int]


def check_delivery(
    root: Path,
    layouts: RegisterLayouts,
    *,
    empty_registers_allowed: bool = False,
) -> DeliveryReport:
    """Check a whole delivery against the declared layouts.

    Parameters
    ----------
    root : Path
        Folder with one sub-folder a register.
    layouts : RegisterLayouts
    empty_registers_allowed : bool
        For deliveries of a few example persons only.

    Returns
    -------
    DeliveryReport
        Row counts and tolerated quirks.

    Raises
    ------
    InputError
        With every problem of every register, and what could not be checked because of them.
    """
    problems = Problems()
    files = open_delivery(root, layouts, problems)
    counted = count_files(layouts, files)
    tolerated: dict[tuple[str, str, str], int] = {}
    for layout in layouts.registers.values():
        own = {file: counted[file] for file in files if file.register == layout.name}
        if own:
            found = _judge_register(layout, layouts, own, problems)
            tolerated |= {(layout.name, *key): n for key, n in found.items()}
            if not empty_registers_allowed:
                _check_rows(layout, list(own), problems)
    _check_persons_through(layouts, files, problems)
    problems.raise_if_any("The delivery cannot be used")
    n_rows: dict[str, dict[int | None, int]] = {}
    for file in files:
        n_rows.setdefault(file.register, {})[file.year] = file.n_rows
    return DeliveryReport(n_rows, tolerated)


def has_faulty_files(root: Path, layouts: RegisterLayouts) -> bool:
    """Say whether files, their columns, or the numbers of their rows are not as declared: no value is read."""
    problems = Problems()
    files = open_delivery(root, layouts, problems)
    for layout in layouts.registers.values():
        own = [file for file in files if file.register == layout.name]
        if own:
            _check_rows(layout, own, problems)
    return bool(problems.items)


def _judge_register(
    layout: RegisterLayout,
    layouts: RegisterLayouts,
    counted: Mapping[DeliveredFile, Counts | None],
    problems: Problems,
) -> dict[tuple[str, str], int]:
    for file, counts in counted.items():
        if counts is None:
            problems.add(
                file.name, "not readable to its end", "a whole Parquet file", "deliver the file again"
            )
            problems.not_checked.append(f"{file.name}: codes, keys, dates")
    readable = {file.year: counts for file, counts in counted.items() if counts is not None}
    return judge_counts(layout, layouts, readable, sum(file.n_rows for file in counted), problems)


def _check_rows(layout: RegisterLayout, files: list[DeliveredFile], problems: Problems) -> None:
    n_rows = sum(file.n_rows for file in files)
    if n_rows == 0:
        problems.add(layout.name, "no rows in any file", "a register with rows", "deliver the register again")
        problems.not_checked.append(f"{layout.name}: codes, keys, dates")
        return
    empty = [file.year for file in files if file.n_rows == 0 and file.year not in layout.empty_years]
    if empty and n_rows / len(files) >= EMPTY_YEAR_FROM_ROWS:
        found, expected = f"no rows{in_years(empty)}", "rows in every year"
        problems.add(
            layout.name, found, expected, "deliver the years again, or declare them in missing_years"
        )


def _check_persons_through(layouts: RegisterLayouts, files: list[DeliveredFile], problems: Problems) -> None:
    """List files whose persons cannot be found because the file they are found through is bad or missing."""
    opened = {(file.register, file.year): file for file in files}
    for layout in layouts.registers.values():
        through = layout.person_through
        if through is None:
            continue
        lost = [
            year
            for year in layout.years
            if (layout.name, year) in opened
            and not {"pnr", through.column} <= _usable(opened.get((through.register, year)))
        ]
        if lost:
            problems.not_checked.append(
                f"{layout.name}: persons found through {through.register}.{through.column}{in_years(lost)}"
            )


def _usable(file: DeliveredFile | None) -> frozenset[str]:
    return file.usable if file else frozenset()

"""The check of a delivery: everything wrong with it told in one error, before anything is built.

Belongs here: judging what was found in files and values. Does not belong here: finding it (`delivered_files`,
`count_files`) or reading registers for use (`read_register`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.declarations.problems import Problems
from pipeline.declarations.register_layout import RegisterLayout, RegisterLayouts
from pipeline.registers.count_files import Counts, count_files
from pipeline.registers.delivered_files import DeliveredFile, in_years, open_delivery

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


@dataclass
class _Counts:
    """Rows with something, by (kind, column) and year."""

    by_year: dict[tuple[str, str], dict[int | None, int]] = field(default_factory=dict)

    def add(self, counts: Mapping[tuple[str, str], int], year: int | None) -> None:
        for key, n in counts.items():
            if n:
                self.by_year.setdefault(key, {})[year] = n


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
        own = [file for file in files if file.register == layout.name]
        if own:
            _check_register(layout, layouts, {file: counted[file] for file in own}, problems, tolerated)
            if not empty_registers_allowed:
                _check_rows(layout, own, problems)
    _check_persons_through(layouts, files, problems)
    problems.raise_if_any("The delivery cannot be used")
    n_rows: dict[str, dict[int | None, int]] = {}
    for file in files:
        n_rows.setdefault(file.register, {})[file.year] = file.n_rows
    return DeliveryReport(n_rows, tolerated)


def _check_register(
    layout: RegisterLayout,
    layouts: RegisterLayouts,
    counted: Mapping[DeliveredFile, Counts | None],
    problems: Problems,
    tolerated: dict[tuple[str, str, str], int],
) -> None:
    counts, n_rows = _Counts(), 0
    for file, rows in counted.items():
        if rows is None:
            problems.add(
                file.name, "not readable to its end", "a whole Parquet file", "deliver the file again"
            )
            problems.not_checked.append(f"{file.name}: codes, keys, dates")
        counts.add(rows or {}, file.year)
        n_rows += file.n_rows
    for (kind, column), by_year in counts.by_year.items():
        where = f"{layout.name}: {column}"
        n = sum(by_year.values())
        if _is_tolerated(kind, layout, layouts, column, n, n_rows):
            tolerated[layout.name, kind, column] = n
        else:
            problems.add(where, *_tell(kind, layout, layouts, column, n, n_rows, in_years(by_year)))
    _check_mended(layout, counts, n_rows, problems)


def _tolerated_share(kind: str, layout: RegisterLayout, layouts: RegisterLayouts, column: str) -> float:
    if kind == "repaired_pnr":
        return layouts.pnr_repaired_at_most_share
    if kind == "end_before_start":
        return layouts.end_before_start_tolerated_share
    if kind == "padded":
        return layout.columns[column].zero_pad.at_most_share
    return 0.0


def _is_tolerated(
    kind: str, layout: RegisterLayout, layouts: RegisterLayouts, column: str, n: int, n_rows: int
) -> bool:
    share = _tolerated_share(kind, layout, layouts, column)
    return share > 0 and n <= max(share * n_rows, layouts.tolerated_rows)


def _tell(
    kind: str, layout: RegisterLayout, layouts: RegisterLayouts, column: str, n: int, n_rows: int, years: str
) -> tuple[str, str, str]:
    """Return found, expected and what to do for one kind of fault."""
    rows = f"{n} of {n_rows} rows{years}"
    share = f"at most {_tolerated_share(kind, layout, layouts, column):.1%} of the rows"
    full, short = layouts.pnr_digits, layouts.pnr_repaired_digits
    texts = {
        "empty": ("are empty", "a value in every row", "deliver the values, or declare the column nullable"),
        "not_pnr": (
            f"are not {full} digits",
            f"{full} digits as text ({short} are repaired)",
            "deliver person numbers as zero-padded text",
        ),
        "repaired_pnr": (f"have {short} digits", share, "keep leading zeros: deliver the column as text"),
        "outside_list": (
            "hold a code outside its list", "codes of the list in the layout", "correct the codes or extend the list"
        ),
        "not_pattern": ("hold a code of another form", "the form in the layout", "correct the codes or the pattern"),
        "padded": ("have lost a leading zero", share, "keep leading zeros: deliver the column as text"),
        "end_before_start": ("end before they start", share, "correct the dates at the source"),
        "duplicate_key": (
            "repeat a key", f"every {column} once a file", "deliver the register without duplicates"
        ),
    }  # fmt: skip
    found, expected, do = texts[kind]
    return f"{rows} {found}", expected, do


def _check_mended(layout: RegisterLayout, counts: _Counts, n_rows: int, problems: Problems) -> None:
    for column in layout.columns.values():
        pad = column.zero_pad
        if pad and n_rows >= pad.expected_in_rows and ("padded", column.name) not in counts.by_year:
            found = f"0 of {n_rows} rows have lost a leading zero"
            expected = "some: a correction is declared"
            problems.add(
                f"{layout.name}: {column.name}",
                found,
                expected,
                "the source is mended: delete zero_pad from the layout",
            )


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

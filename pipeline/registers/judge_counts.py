"""What the counts of a register mean: faults, told with what to do, or quirks that are declared and tolerated.

Belongs here: judging counts. Does not belong here: which they are (`value_checks`), taking them (`file_counts`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipeline.declarations.problems import Problems
from pipeline.declarations.register_layout import RegisterLayout, RegisterLayouts
from pipeline.registers.delivered_files import in_years
from pipeline.registers.file_counts import Counts


def judge_counts(
    layout: RegisterLayout,
    layouts: RegisterLayouts,
    counted: Mapping[int | None, Counts],
    n_rows: int,
    problems: Problems,
) -> dict[tuple[str, str], int]:
    """Judge what was counted in the files of one register.

    Parameters
    ----------
    layout : RegisterLayout
    layouts : RegisterLayouts
    counted : mapping of (int or None) to Counts
        Year of each file that could be read to what was counted in it.
    n_rows : int
        Rows of all its files.
    problems : Problems
        Gets every fault.

    Returns
    -------
    dict
        (kind, column) to rows with a declared quirk, within its tolerated share.
    """
    tolerated: dict[tuple[str, str], int] = {}
    by_year: dict[tuple[str, str], dict[int | None, int]] = {}
    for year, counts in counted.items():
        for key, n in counts.items():
            if n:
                by_year.setdefault(key, {})[year] = n
    for (kind, column), found in by_year.items():
        n = sum(found.values())
        if _is_tolerated(kind, layout, layouts, column, n, n_rows):
            tolerated[kind, column] = n
        else:
            told = _tell(kind, layout, layouts, column, n, n_rows, in_years(found))
            problems.add(f"{layout.name}: {column}", *told)
    _check_mended(layout, {column for kind, column in by_year if kind == "padded"}, n_rows, problems)
    return tolerated


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


def _check_mended(layout: RegisterLayout, padded: Collection[str], n_rows: int, problems: Problems) -> None:
    for column in layout.columns.values():
        pad = column.zero_pad
        if pad and n_rows >= pad.expected_in_rows and column.name not in padded:
            found = f"0 of {n_rows} rows have lost a leading zero"
            expected = "some: a correction is declared"
            problems.add(
                f"{layout.name}: {column.name}",
                found,
                expected,
                "the source is mended: delete zero_pad from the layout",
            )

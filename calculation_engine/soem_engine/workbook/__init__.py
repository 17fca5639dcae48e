"""A calculation as an Excel workbook with live formulas: change a yellow cell and everything recalculates.

Here: the way in. Not here: the sheets (one module each), what a cell looks like (`styles`), how a cell is written
(`sheet`), numbers the formulas start from (`numbers`). Needs the extra `workbook` (XlsxWriter).

Known limitations: amounts are not rounded to the engine's grid (2^-20 kr.), so a cell may differ from the engine by
less than a hundredth of an øre. The horizon can be shortened, not extended. Own data, the taper switch, survival
weights and tax computed from transfers are in the profile values as typed numbers. Standard errors, sensitivity
and comparison are not in the workbook.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from soem_engine.errors import InputError, MissingExtraError, ProblemList
from soem_engine.texts import Language, Text

if TYPE_CHECKING:
    from soem_engine.result import Result

SUFFIX = ".xlsx"


def write_workbook(result: Result, path: Path | str, language: Language = "da") -> None:
    """Write a calculation as a workbook.

    Parameters
    ----------
    result
        A calculation.
    path
        The file to write (`.xlsx`); the same result gives the same bytes.
    language
        `da`: Danish words · `en`: English.

    Raises
    ------
    MissingExtraError
        If XlsxWriter is not installed: `pip install soem-engine[workbook]`.
    InputError
        If the name does not end in .xlsx, its folder does not exist, or the file cannot be written (it is open
        in Excel).
    """
    path = Path(path)
    check_path(path)
    from xlsxwriter.exceptions import FileCreateError

    from soem_engine.workbook.book import fill_workbook

    try:
        fill_workbook(result, path, language)
    except FileCreateError as error:
        problems = ProblemList()
        problems.add(
            f"--workbook {path.name}",
            Text("en fil, der ikke kan skrives", "a file that cannot be written"),
            Text("en fil, der ikke er åben i et andet program", "a file that is not open in another program"),
            Text("luk den, eller skriv et andet navn", "close it, or write another name"),
        )
        raise InputError(_HEADING, problems.problems) from error


def check_path(path: Path) -> None:
    """Say now, not after a calculation, that a workbook cannot be written; raises as `write_workbook`."""
    if importlib.util.find_spec("xlsxwriter") is None:
        raise MissingExtraError("workbook")
    problems = ProblemList()
    if path.suffix != SUFFIX:
        problems.add(
            "--workbook",
            Text(path.name, path.name),
            Text(f"et filnavn, der ender på {SUFFIX}", f"a file name that ends in {SUFFIX}"),
            Text("ret filens navn", "correct the name of the file"),
        )
    if not path.parent.is_dir():
        folder = path.parent.as_posix()
        problems.add(
            f"--workbook {path.name}",
            Text(f"mappen {folder} findes ikke", f"the folder {folder} does not exist"),
            Text("en mappe, der findes", "a folder that exists"),
            Text("lav mappen, eller skriv en anden", "make the folder, or write another"),
        )
    if problems.problems:
        raise InputError(_HEADING, problems.problems)


_HEADING = Text("Projektmappen kan ikke skrives:", "The workbook cannot be written:")

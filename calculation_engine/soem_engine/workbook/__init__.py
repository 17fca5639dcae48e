"""A calculation as an Excel workbook with live formulas: change a yellow cell and everything recalculates.

Here: the way in. Not here: the sheets (one module each), what a cell looks like (`styles`), how a cell is written
(`sheet`), numbers the formulas start from (`numbers`). Needs the extra `workbook` (XlsxWriter).

Known limitations: amounts are not rounded to the engine's grid (2^-20 kr.), so a cell may differ from the engine by
less than a hundredth of an øre. The horizon can be shortened, not extended. Own data, the taper switch, survival
weights and tax computed from transfers are in the profile values as typed numbers. Standard errors, sensitivity
and comparison are not in the workbook.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from soem_engine.errors import MissingExtraError
from soem_engine.texts import Language

if TYPE_CHECKING:
    from soem_engine.result import Result


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
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("workbook") from error
    from soem_engine.workbook.book import fill_workbook

    fill_workbook(result, Path(path), language)

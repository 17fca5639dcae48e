"""A workbook recalculated outside Excel: by a formula engine from PyPI, and by LibreOffice.

Belongs here: recalculating, and finding cells. Not here: what is expected (`test_workbook_recalculated`).
"""

from __future__ import annotations

import math
import subprocess
from collections.abc import Mapping
from pathlib import Path

import formulas
import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from soem_engine import Result
from soem_engine.workbook import write_workbook

HALF_AN_OERE = 0.005
Cell = tuple[str, str]
Values = dict[Cell, object]


class FormulaEngine:
    """A workbook compiled to Python: recalculated as often as wanted."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._formulas = list_formulas(path)
        self._model = formulas.ExcelModel().loads(str(path)).finish()

    def recalculate(self, changes: Mapping[Cell, object]) -> Values:
        """Return the value of every formula, with some cells changed."""
        inputs = {self._key(cell): value for cell, value in changes.items()}
        solution = self._model.calculate(inputs=inputs)
        found = {cell: solution[self._key(cell)].value[0, 0] for cell in self._formulas}
        return {cell: str(value) if isinstance(value, str) else float(value) for cell, value in found.items()}

    def _key(self, cell: Cell) -> str:
        return f"'[{self._name}]{cell[0].upper()}'!{cell[1]}"


def recalculate_with_libreoffice(path: Path, changes: Mapping[Cell, object]) -> Values:
    """Recalculate in LibreOffice: openpyxl saves formulas without values, so it must calculate every one."""
    book = openpyxl.load_workbook(path)
    for (sheet, address), value in changes.items():
        book[sheet][address] = value
    folder = path.parent / f"{path.stem}_libreoffice"
    folder.mkdir()
    book.save(folder / "typed.xlsx")
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(folder / "out"),
        str(folder / "typed.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return read_values(folder / "out" / "typed.xlsx", list_formulas(path))


def list_formulas(path: Path) -> list[Cell]:
    """Return the cells with a formula."""
    book = openpyxl.load_workbook(path)
    return [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]


def read_values(path: Path, cells: list[Cell]) -> Values:
    """Return the values stored in the file."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {(sheet, address): book[sheet][address].value for sheet, address in cells}


def assert_equal_to_the_oere(found: Values, expected: Values) -> None:
    wrong = {
        cell: (found[cell], value) for cell, value in expected.items() if not is_equal(found[cell], value)
    }
    assert not wrong


def is_equal(one: object, other: object) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    assert isinstance(one, (int, float)) and isinstance(other, (int, float))
    return math.isclose(one, other, rel_tol=0, abs_tol=HALF_AN_OERE)


def find(path: Path, sheet: str, label: str, column: str, nth: int = 0) -> Cell:
    """Return a cell by the label in column A, the nth row that has it."""
    worksheet: Worksheet = openpyxl.load_workbook(path)[sheet]
    rows = [cell.row for cell in worksheet["A"] if cell.value == label]
    return sheet, f"{column}{rows[nth]}"


def write_and_read(result: Result, path: Path) -> Values:
    """Write a result as a workbook and return the values stored with its formulas: the engine's."""
    write_workbook(result, path)
    return read_values(path, list_formulas(path))

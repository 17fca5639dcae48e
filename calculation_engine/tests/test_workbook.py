"""What the workbook says and how it is made: sheets, warnings, yellow cells, formulas, bytes.

Not here: that its formulas equal the engine (`test_workbook_recalculated`).
"""

from __future__ import annotations

import dataclasses
import importlib.util
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from soem_engine import Intervention, Release, Result, calculate, load_intervention
from soem_engine.cli import main
from soem_engine.errors import MissingExtraError
from soem_engine.workbook import write_workbook

EVERYTHING = Path(__file__).with_name("everything_at_once.toml")
YELLOW = {"FFFFF4B8", "FFFFFBE6", "FFF1F1EE"}
"""Fill of inputs, of tapered values, of unknown ones."""
FUNCTIONS = {
    *(
        "ABS",
        "AND",
        "COUNTIF",
        "IF",
        "INDEX",
        "MAX",
        "MIN",
        "NORMSDIST",
        "NORMSINV",
        "SUM",
        "SUMIF",
        "SUMPRODUCT",
    ),
}
"""Functions that Excel 2007, LibreOffice and the formula engine of the tests know; none of them volatile."""


@pytest.fixture(scope="module")
def result(release: Release) -> Result:
    return calculate(release, load_intervention(EVERYTHING, release))


@pytest.fixture(scope="module")
def path(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "all.xlsx"
    write_workbook(result, path)
    return path


@pytest.fixture(scope="module")
def book(path: Path) -> Workbook:
    return openpyxl.load_workbook(path)


def read_texts(book: Workbook, sheet: str) -> str:
    return "\n".join(
        str(cell.value) for row in book[sheet].iter_rows() for cell in row if cell.value is not None
    )


def test_sheets_stand_in_order(book: Workbook) -> None:
    assert book.sheetnames == [
        *("Forside", "Input", "Omkostninger", "Konsekvenser", "Priser", "Udvalg", "Beregning", "Resultater"),
        *("Antagelser og kilder", "Ikke medregnet"),
    ]


def test_every_warning_stands_on_the_front_before_any_figure(book: Workbook, result: Result) -> None:
    text = read_texts(book, "Forside")
    figures = text.index("Hovedtal")
    assert result.caveats
    for caveat in result.caveats:
        assert 0 <= text.find(caveat.text.da) < figures, caveat.code


def test_everything_left_out_is_listed(book: Workbook, result: Result) -> None:
    rows = [tuple(cell.value for cell in row) for row in book["Ikke medregnet"].iter_rows(min_row=5)]
    assert [row[0] for row in rows] == [entry.name.da for entry in result.not_counted]
    assert all(row[3] for row in rows)


def test_reasons_and_number_ids_are_printed(book: Workbook, result: Result) -> None:
    text = read_texts(book, "Antagelser og kilder")
    for wanted in (
        "egne tal",
        "eget regnskab",
        "adults/cash_benefit/1",
        "price/shelter/municipality/2022",
        "eget mål",
    ):
        assert wanted in text
    assert result.release.version in text


def test_a_yellow_cell_may_be_changed_and_nothing_else(book: Workbook) -> None:
    n_yellow = 0
    for sheet in book:
        assert sheet.protection.sheet, sheet.title
        for row in sheet.iter_rows():
            for cell in row:
                is_open = not cell.protection.locked
                if cell.data_type == "f":
                    assert not is_open, (sheet.title, cell.coordinate)
                if is_open:
                    n_yellow += 1
                    assert YELLOW & {cell.fill.fgColor.rgb, cell.fill.bgColor.rgb}, (
                        sheet.title,
                        cell.coordinate,
                    )
    assert n_yellow > 100


def test_every_yellow_cell_takes_only_what_is_possible(book: Workbook) -> None:
    for sheet in book:
        checked = {
            address
            for validation in sheet.data_validations.dataValidation
            for block in validation.sqref.ranges
            for row in sheet[block.coord if ":" in block.coord else f"{block.coord}:{block.coord}"]
            for address in [cell.coordinate for cell in row]
        }
        unlocked = {
            cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked
        }
        assert unlocked <= checked, sheet.title


def test_a_share_lies_between_nothing_and_all(book: Workbook) -> None:
    sheet = book["Input"]
    row = next(cell.row for cell in sheet["A"] if cell.value == "Nettosuccesandel")
    rules = [v for v in sheet.data_validations.dataValidation if f"D{row}" in str(v.sqref)]
    assert [(rule.type, float(rule.formula1), float(rule.formula2)) for rule in rules] == [
        ("decimal", 0.0, 1.0)
    ]


def test_an_unknown_value_is_empty_not_zero(book: Workbook, result: Result) -> None:
    children = next(part for part in result.parts if part.group.key == "children")
    c = [consequence.key for consequence in result.consequences].index("gp_contacts")
    assert not children.has_value[c, 1]
    sheet = book["Konsekvenser"]
    row = [cell.row for cell in sheet["A"] if cell.value == "Almen praksis"][-1]
    assert sheet.cell(row, 7).value is None
    assert sheet.cell(row, 6).value == pytest.approx(-1.25)


def test_formulas_use_only_functions_every_spreadsheet_knows(book: Workbook) -> None:
    found = set()
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    found |= set(re.findall(r"([A-Z][A-Z.0-9]*)\(", str(cell.value)))
    assert found <= FUNCTIONS


def test_no_macro_no_link_out(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        relations = "".join(archive.read(name).decode() for name in names if name.endswith(".rels"))
    assert not [name for name in names if "vba" in name.lower() or "externalLink" in name]
    assert 'TargetMode="External"' not in relations


def test_charts_are_native(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        charts = [name for name in archive.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name)]
        assert len(charts) == 4
        assert all("Resultater!" in archive.read(name).decode() for name in charts)


def test_same_result_gives_the_same_bytes(result: Result, path: Path, tmp_path: Path) -> None:
    write_workbook(result, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_english_workbook_has_english_words(
    release: Release, intervention: Intervention, tmp_path: Path
) -> None:
    path = tmp_path / "english.xlsx"
    write_workbook(calculate(release, intervention), path, "en")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[-2:] == ["Assumptions and sources", "Not counted"]
    own = {intervention.name, *(line.name for line in intervention.costs)}
    texts = {
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.data_type != "f"
    }
    own |= {intervention.own_success_measure, intervention.success_measure_comparison}
    own |= {group.net_success_share_reason for group in intervention.target_groups}
    danish = {text for text in texts - own if re.search(r"[æøåÆØÅ]|udgift", text.replace("SØM", ""))}
    assert not danish
    formats = {cell.number_format for sheet in book for row in sheet.iter_rows() for cell in row}
    assert not [text for text in formats if "udgift" in text or "[$-406]" in text]


def test_a_calculation_without_costs_has_a_workbook(release: Release, tmp_path: Path) -> None:
    typed = load_intervention(EVERYTHING, release)
    bare = dataclasses.replace(typed, costs=(), committees=None)
    write_workbook(calculate(release, bare), tmp_path / "bare.xlsx")
    book = openpyxl.load_workbook(tmp_path / "bare.xlsx", data_only=True)
    assert "Beregningen har ingen omkostninger." in read_texts(book, "Omkostninger")
    assert "Udvalg" not in book.sheetnames


def test_without_the_extra_the_error_says_what_to_install(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError) as caught:
        write_workbook(result, tmp_path / "none.xlsx")
    assert "soem-engine[workbook]" in caught.value.format("da")
    assert not (tmp_path / "none.xlsx").exists()


@pytest.mark.parametrize("name", ["result.xls", "no/such/folder/result.xlsx"])
def test_a_file_that_cannot_be_written_is_refused_before_calculating(
    name: str, release_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["run", str(EVERYTHING), "--release", str(release_folder), "--workbook", str(tmp_path / name)]
    assert main(arguments) == 1
    assert "Projektmappen kan ikke skrives" in capsys.readouterr().err


def test_command_writes_a_workbook(
    release_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "result.xlsx"
    assert main(["run", str(EVERYTHING), "--release", str(release_folder), "--workbook", str(path)]) == 0
    assert "Nettonutidsværdi" in capsys.readouterr().out
    assert openpyxl.load_workbook(path).sheetnames[0] == "Forside"

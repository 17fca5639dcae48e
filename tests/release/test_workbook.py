"""The workbook holds every published number to the last bit, says what it is in Danish, and cuts nothing off."""

from __future__ import annotations

import datetime
import math
import shutil
import subprocess

import numpy as np
import openpyxl
import polars as pl
import pytest
import xlsxwriter

from pipeline.declarations.problems import InputError
from pipeline.release.explorer.write_explorer import read_words as read_explorer_words
from pipeline.release.workbook.bulk_sheet import BulkSheet
from pipeline.release.workbook.excel_limits import MOST_CHARACTERS, MOST_ROWS, check_limits
from pipeline.release.workbook.sheet_columns import list_columns
from pipeline.release.workbook.styles import find_number_format
from pipeline.release.workbook.table_sheet import FIRST_ROW, HEADING_ROW
from pipeline.release.workbook.word_sheets import find_section
from pipeline.release.workbook.write_workbook import WORKBOOK, read_workbook_words, write_workbook
from schemas.release_tables import RELEASE_TABLES
from tests.release.tiny_changes import make_changes
from tests.release.tiny_tables import make_release_row, make_tiny_tables
from tests.release.workbook_cells import expect_cells, read_binary_numbers, read_columns, to_bits

pytestmark = pytest.mark.xdist_group("release")

WORDS = read_workbook_words()
SHEETS = WORDS["sheets"]


@pytest.fixture(scope="module")
def book(release):
    return openpyxl.load_workbook(release / WORKBOOK)


def read_table(release, name: str) -> pl.DataFrame:
    return pl.read_parquet(release / "tables" / f"{name}.parquet")


def test_every_table_has_a_sheet_or_a_reason_why_not(book):
    assert sorted([*SHEETS, *WORDS["left_out"]]) == sorted(RELEASE_TABLES)
    assert book.sheetnames == ["Forside", *SHEETS.values(), "Kolonner", "Koder"]
    assert all(len(name) <= 31 for name in book.sheetnames)


@pytest.mark.parametrize("name", SHEETS)
def test_every_cell_is_the_tables_to_the_last_bit(book, release, name):
    frame = read_table(release, name)
    found = read_columns(book[SHEETS[name]])
    assert list(found) == frame.columns
    for series in frame.iter_columns():
        expected = expect_cells(series)
        assert found[series.name][: len(expected)] == expected
        assert to_bits(found[series.name][: len(expected)]) == to_bits(expected)


def write_frame(frame: pl.DataFrame, file) -> None:
    with xlsxwriter.Workbook(file) as made:
        made.add_worksheet("x", BulkSheet).write_frame(0, frame, [made.add_format()] * frame.width)


def test_numbers_of_every_size_keep_every_bit(tmp_path):
    bits = np.random.default_rng(7).integers(0, 2**64, size=20_000, dtype=np.uint64).view(np.float64)
    few = [0.1 + 0.2, 5e-324, -1e300, 1e16, 2.0**53, 1e-5, 0.0]
    numbers = pl.DataFrame({"x": [*few, *bits[np.isfinite(bits)].tolist()]})
    write_frame(numbers, tmp_path / "numbers.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "numbers.xlsx")["x"]
    assert to_bits([row[0] for row in sheet.values]) == to_bits(numbers["x"].to_list())


def test_texts_are_texts_and_lists_are_joined(tmp_path):
    texts = ["=1+1", "æøå <&> \"'", " spaces ", "two\nlines", "0110", "http://x", None]
    frame = pl.DataFrame({"text": texts, "list": [["a", "b"], [], None, ["c"], ["d"], ["e"], ["f"]]})
    write_frame(frame, tmp_path / "texts.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "texts.xlsx")["x"].values)
    assert [row[0] for row in rows] == texts
    assert [row[1] for row in rows][:4] == ["a, b", "", None, "c"]
    assert not [
        cell for row in openpyxl.load_workbook(tmp_path / "texts.xlsx")["x"] for cell in row if cell.hyperlink
    ]


def test_a_sheet_without_rows_has_its_headings(tmp_path):
    tables = make_tiny_tables() | {"release": make_release_row(), "changes": make_changes()}
    tables["corrections"] = tables["corrections"].clear()
    write_workbook(tables, tmp_path / "k.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "k.xlsx")[SHEETS["corrections"]]
    assert sheet.max_row == HEADING_ROW + 1
    assert sheet.cell(HEADING_ROW + 1, 1).value == "Rettelsens nøgle"


def test_the_same_tables_give_the_same_bytes(tmp_path):
    tables = make_tiny_tables() | {"release": make_release_row(), "changes": make_changes()}
    for name in ("one", "other"):
        write_workbook(tables, tmp_path / f"{name}.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()


def test_the_cover_says_what_it_is_and_leads_everywhere(book, release):
    rows = [[cell for cell in row if cell.value is not None] for row in book["Forside"]]
    texts = [cell.value for row in rows for cell in row]
    assert texts[0] == "SØM: vidensdatabase 2026.1-sample"
    assert "Registre 2003–2022 · priser i 2022-niveau · kontrakt 1 · kode abc" in texts
    assert any(str(text).startswith("Dannet af opdigtede registre") for text in texts)
    links = {
        row[0].value: (row[0].hyperlink.location, row[-1].value) for row in rows if row and row[0].hyperlink
    }
    assert list(links) == book.sheetnames[1:]
    for name, sheet in SHEETS.items():
        assert links[sheet] == (f"'{sheet}'!A1", read_table(release, name).height)
    assert all(table in texts and why in texts for table, why in WORDS["left_out"].items())


@pytest.mark.parametrize("name", SHEETS)
def test_a_sheet_says_what_it_is_and_can_be_filtered(book, name):
    sheet, model = book[SHEETS[name]], RELEASE_TABLES[name]
    assert sheet["A1"].value == f"{SHEETS[name]} · {model.da}"
    assert "opdigtede registre" in sheet["B2"].value and sheet["A2"].hyperlink.location == "'Forside'!A1"
    assert "opdigtede registre" in sheet.oddHeader.left.text
    head = sheet[HEADING_ROW + 1]
    assert sheet.auto_filter.ref.startswith(f"A{HEADING_ROW + 1}:{head[-1].coordinate[:-1]}")
    assert sheet.freeze_panes.endswith(str(FIRST_ROW + 1))
    headings = {sheet.cell(FIRST_ROW - 1, cell.column).value: cell for cell in head}
    for column in model.columns:
        cell = headings[column.name]
        assert str(cell.value).split("\n")[0] == column.heading
        assert cell.comment.text == column.da
    shown = sheet.cell(FIRST_ROW + 1, headings[model.columns[-1].name].column)
    assert shown.number_format in ("General", f"[$-406]{find_number_format(model.columns[-1])}")


def test_units_stand_under_headings(book):
    heads = [cell.value for cell in book["Estimater"][HEADING_ROW + 1]]
    assert "Justeret forskel\nkonsekvensens enhed pr. person pr. år" in heads
    assert "Stadig bosat, andre\nandel (0–1)" in heads
    assert "Status" in heads


def test_names_stand_beside_keys(book):
    tables = make_tiny_tables() | {"release": make_release_row(), "changes": make_changes()}
    columns = list_columns(RELEASE_TABLES["unit_prices"], tables["unit_prices"], tables, WORDS)
    heads = [cell.value for cell in book["Enhedspriser"][HEADING_ROW + 1]]
    assert heads == ["\n".join(filter(None, (c.heading, c.unit))) for c in columns]
    of_group = [
        row for row in book["Enhedspriser"].iter_rows(min_row=FIRST_ROW + 1, values_only=True) if row[4]
    ]
    assert {row[:3] for row in of_group} == {("shelter", "Ydelse shelter", "dage")}
    assert {row[4:6] for row in of_group} == {("homeless", "Målgruppe homeless")}


def test_number_formats_follow_the_readers_excel():
    formats = {
        (table, column.name): find_number_format(column)
        for table in SHEETS
        for column in RELEASE_TABLES[table].columns
    }
    assert formats["unit_prices", "price_dkk"] == "#,##0.00"
    assert formats["estimates", "n_persons_success"] == "#,##0"
    assert formats["estimates", "adjusted_difference"] == "#,##0.00??"
    assert formats["estimates", "p_value"] == "0.0000"
    assert formats["price_index", "year"] == formats["consequences", "budget_sign"] == "0"
    assert formats["unit_prices", "valid_from"] == "dd-mm-yyyy"
    assert formats["estimates", "status"] == formats["estimates", "is_significant"] == ""


def test_every_code_of_a_closed_list_has_a_danish_word(book):
    own = WORDS["codes"]["words"]
    known = read_explorer_words() | own
    for table in SHEETS:
        for column in RELEASE_TABLES[table].columns:
            section = find_section(table, column, WORDS)
            if column.allowed and column.type == "text" and column.name != "quality":
                assert section and set(column.allowed) <= set(known[section]), f"{table}.{column.name}"
    rows = list(book["Koder"].iter_rows(min_row=FIRST_ROW + 1, values_only=True))
    assert ("Estimater", "reason", "few_users", "færre end fem personer med forbrug") in rows
    assert ("Profiler", "status", "tapered", "nedtrappet") in rows
    assert ("Enhedspriser", "payer", "municipality", "Kommune") in rows


def test_what_excel_cannot_hold_is_told_at_once_and_in_counts():
    bad = {
        "long": pl.DataFrame({"text": ["x" * (MOST_CHARACTERS + 1), "x" * MOST_CHARACTERS, None]}),
        "high": pl.DataFrame({"n": pl.zeros(MOST_ROWS, dtype=pl.Int8, eager=True)}),
        "large": pl.DataFrame({"n": [2**53 + 1, -(2**53) - 1, 2**53, None]}),
        "old": pl.DataFrame({"day": [datetime.date(1899, 1, 1), datetime.date(1900, 3, 1), None]}),
        "fits": pl.DataFrame({"list": [["x"] * 10, None]}),
    }
    with pytest.raises(InputError) as caught:
        check_limits(bad, FIRST_ROW)
    found = {
        problem.where.removeprefix("knowledge.xlsx, "): problem.found for problem in caught.value.problems
    }
    assert found == {
        "long.text": "1 values beyond that",
        "high": "1,048,576 rows",
        "large.n": "2 values beyond that",
        "old.day": "1 values beyond that",
    }


@pytest.mark.outside
def test_libreoffice_reads_every_number_to_the_last_bit(release, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not installed")
    command = [
        "soffice",
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "xls:MS Excel 97",
        "--outdir",
        str(tmp_path),
        str(release / WORKBOOK),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)
    told = [line for line in done.stderr.splitlines() if line and "javaldx" not in line]
    assert not told and done.stdout.startswith("convert ")
    sheets = read_binary_numbers(tmp_path / "knowledge.xls")
    numbers = dict(zip(["Forside", *SHEETS.values(), "Kolonner", "Koder"], sheets, strict=True))
    for name, sheet in SHEETS.items():
        frame = read_table(release, name)
        columns = list_columns(RELEASE_TABLES[name], frame, make_tiny_tables(), WORDS)
        for place, column in enumerate(columns):
            found = [numbers[sheet].get((FIRST_ROW + row, place)) for row in range(frame.height)]
            if column.values.dtype.is_numeric():
                assert are_read_exactly(found, column.values.to_list()), (name, column.name)


def are_read_exactly(found: list[float | None], expected: list[float | None]) -> bool:
    """Compare bits; of numbers within 15 digits of a hundredth LibreOffice's old format packs the hundredth."""
    return all(
        to_bits([f]) == to_bits([e])
        or (None not in (f, e) and round(f, 2) == f and math.isclose(f, e, rel_tol=1e-15))
        for f, e in zip(found, expected, strict=True)
    )

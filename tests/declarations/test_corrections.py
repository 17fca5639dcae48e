"""Corrections as declared: read whole, refused with every mistake at once, never about a person."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.declarations.corrections import attach_corrections, load_corrections
from pipeline.declarations.problems import InputError
from pipeline.declarations.register_layouts import load_register_layouts
from pipeline.passports.tabulate_corrections import tabulate_corrections
from pipeline.project import DECLARATIONS, load_declarations
from schemas.checks import check_table
from tests.flow.small_build import copy_declarations

LAYOUTS = load_register_layouts()
GOOD = """
[[correction]]
correction = "aborted_courses"
register = "nab"
years = [2016]
where = { slutaarsag = ["afbrudt", ""] }
action = "set"
set = { slutaarsag = "faerdigbehandlet" }
reason = { da = "Forkert kode", en = "Wrong code" }
reported_to = "Danmarks Statistik"
date = 2026-01-02
expect = { from = 90, to = 110 }
"""


def load(folder: Path, text: str):
    (folder / "corrections.toml").write_text(text, "utf-8")
    return load_corrections(folder, LAYOUTS)


def test_the_sample_needs_none_and_a_folder_without_the_file_declares_none(tmp_path: Path) -> None:
    assert load_corrections(DECLARATIONS, LAYOUTS) == () == load_corrections(tmp_path, LAYOUTS)


def test_a_correction_is_read_and_told(tmp_path: Path) -> None:
    (found,) = load(tmp_path, GOOD)
    assert (found.years, found.date, found.expect_from, found.expect_to) == (
        (2016,),
        date(2026, 1, 2),
        90,
        110,
    )
    assert found.affects == "file of 2016 and slutaarsag in (afbrudt, empty)"
    assert found.action == "set slutaarsag = faerdigbehandlet"
    attached = attach_corrections(LAYOUTS, [found])
    assert attached["nab"].corrections == (found,) and attached["sib"].corrections == ()


def test_the_project_hands_it_to_its_register(tmp_path: Path) -> None:
    folder = copy_declarations(tmp_path / "declarations")
    load(folder, GOOD)
    declared = load_declarations(folder)
    assert declared.layouts["nab"].corrections == declared.corrections != ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('register = "nab"', 'register = "nap"', "did you mean 'nab'"),
        ("[2016]", "[1999]", "years of nab"),
        ("{ slutaarsag = [", "{ pnr = [", "column of nab without persons"),
        ("{ slutaarsag = [", "{ slutaarsa = [", "did you mean 'slutaarsag'"),
        ('["afbrudt", ""]', "[1]", "a value of type text"),
        ('["afbrudt", ""]', '"afbrudt"', "a list of values"),
        ('action = "set"', 'action = "drop"', "action 'drop' with set"),
        ("to = 110", "to = 80", "swap them"),
        ("from = 90, to = 110", "from = 1, to = 4", "to"),
        ('en = "Wrong code"', 'fr = "Faux"', "English"),
        ('reported_to = "Danmarks Statistik"', "", "reported_to"),
        ('register = "nab"', 'register = "dream"', "whose columns are weeks"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as refused:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert told in str(refused.value) and "corrections.toml" in str(refused.value)


def test_a_key_twice_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'aborted_courses' twice"):
        load(tmp_path, GOOD + GOOD)


def test_few_rows_are_not_told(tmp_path: Path) -> None:
    corrections = load(tmp_path, GOOD.replace("from = 90", "from = 1"))
    for n_rows, told in ((3, None), (5, 5), (100, 100)):
        frame = tabulate_corrections(corrections, {"aborted_courses": n_rows}, 5)
        assert frame["n_rows_corrected"].to_list() == [told]
        assert check_table("corrections", frame).passed

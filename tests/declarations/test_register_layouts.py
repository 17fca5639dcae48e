"""Register layouts: what is declared agrees with the vocabulary, and mistakes are told all at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.declarations.problems import InputError
from pipeline.declarations.register_layouts import REGISTERS_FOLDER, load_register_layouts
from pipeline.declarations.vocabulary import EDUCATION_CODES, EMPLOYMENT_CODES, EVENT_TABLES, ORIGIN_CODES

LAYOUTS = load_register_layouts()


def test_every_event_table_is_covered_by_a_register() -> None:
    covered = {cover.events for layout in LAYOUTS.registers.values() for cover in layout.covers}
    assert covered == set(EVENT_TABLES)


@pytest.mark.parametrize(
    ("register", "code_list", "known"),
    [
        ("akm", "employment_code", EMPLOYMENT_CODES),
        ("udda", "education_code", EDUCATION_CODES),
        ("bef", "origin_code", ORIGIN_CODES),
        ("dream", "benefit_kind", EVENT_TABLES["benefit_weeks"].attribute("benefit_kind").values),
        ("handicap", "service", EVENT_TABLES["adult_services"].attribute("service").values),
        ("kraf", "offence_kind", EVENT_TABLES["convictions"].attribute("offence_kind").values),
        ("krof", "offence_kind", EVENT_TABLES["victim_events"].attribute("offence_kind").values),
        ("krsi", "charge_kind", EVENT_TABLES["charges"].attribute("charge_kind").values),
        ("kotre", "education_kind", EVENT_TABLES["education_spells"].attribute("education_kind").values),
        ("sib", "treatment_type", EVENT_TABLES["drug_courses"].attribute("treatment_type").values),
        ("lpr3_kontakter", "hospital", EVENT_TABLES["hospital_contacts"].attribute("hospital").values),
    ],
)
def test_kinds_of_a_code_list_are_the_words_of_the_vocabulary(
    register: str, code_list: str, known: tuple
) -> None:
    declared = LAYOUTS[register].code_lists[code_list]
    assert set(declared.kinds) | ({declared.no_row} - {None}) == set(known)


def test_child_measures_come_from_two_registers() -> None:
    kinds = {*LAYOUTS["bua"].code_lists["measure"].kinds, *LAYOUTS["bufo"].code_lists["measure"].kinds}
    assert kinds == set(EVENT_TABLES["child_measures"].attribute("measure").values)


def test_weeks_follow_the_iso_calendar() -> None:
    weeks = LAYOUTS["dream"].week_columns
    assert [year for year, names in weeks.items() if len(names) == 53] == [2004, 2009, 2015, 2020]
    assert weeks[2004][-1] == "y_0453"
    assert sum(len(names) for names in weeks.values()) == 1044


def test_ranges_of_codes_are_written_out() -> None:
    codes = LAYOUTS["dream"].code_lists["benefit_kind"].kinds["cash_benefit"]
    assert codes == tuple(str(code) for code in (*range(130, 140), *range(730, 740)))
    assert len(LAYOUTS["bef"].columns["kom"].codes) == 98


def test_a_column_has_its_former_name_in_the_declared_years() -> None:
    assert "maalgr" in LAYOUTS["handicap"].columns_in(2015)
    assert "maalgruppe" in LAYOUTS["handicap"].columns_in(2016)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "registers"
    shutil.copytree(REGISTERS_FOLDER, folder)
    changes = {
        "bef": ('type = "date"', 'type = "dato"'),
        "nab": ('events = "alcohol_courses"', 'events = "alcohol_course"'),
        "krof": ("missing_years = [2009]", "missing_years = [1999]"),
        "dod": ('rows = "event"', 'row = "event"'),
        "bua": ('"kinship", "foster", "institution"]', '"kinship", "fosters", "institution"]'),
        "lpr_diag": ('register = "lpr_adm"', 'register = "lpr_admin"'),
        "bufo": ("kinds.home_based = [250,", "kinds.home_based = [240,"),
    }
    for name, (found, wrong) in changes.items():
        file = folder / f"{name}.toml"
        text = file.read_text("utf-8")
        assert found in text, name
        file.write_text(text.replace(found, wrong), "utf-8")
    (folder / "vnds.toml").write_text("register = ", "utf-8")
    with pytest.raises(InputError) as caught:
        load_register_layouts(folder)
    named = {problem.where.split(".toml")[0].removeprefix("registers/") for problem in caught.value.problems}
    assert named >= {"bef", "nab", "krof", "dod", "bua", "lpr_diag", "bufo", "vnds"}
    message = str(caught.value)
    for suggestion in (
        "did you mean 'date'",
        "did you mean 'alcohol_courses'",
        "did you mean 'foster'",
        "'lpr_adm'",
    ):
        assert suggestion in message

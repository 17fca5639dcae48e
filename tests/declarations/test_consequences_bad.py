"""Bad consequence declarations: one error that lists every problem of every file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.declarations.consequences import CONSEQUENCES_FOLDER, load_consequences, load_not_measured
from pipeline.declarations.problems import InputError


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(CONSEQUENCES_FOLDER, tmp_path / "consequences"))


def replace(folder: Path, area: str, old: str, new: str) -> None:
    file = folder / f"{area}.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("area", "old", "new", "said"),
    [
        ("crime", 'events = "prison_stays"', 'events = "prison_stay"', "did you mean 'prison_stays'"),
        ("health", 'speciality = ["80"]', 'specialty = ["80"]', "did you mean 'speciality'"),
        ("health", 'hospital = ["somatic"]', 'hospital = ["somatics"]', "did you mean 'somatic'"),
        ("health", 'measure = "n_visits"', 'measure = "n_visit"', "did you mean 'n_visits'"),
        ("health", 'register = ["sssy"]', 'register = ["ssy"]', "did you mean 'sssy'"),
        ("health", 'population = "both"', 'population = "boht"', "did you mean 'both'"),
        ("health", 'speciality = ["80"]', "speciality = [80]", "write codes in quotes"),
        ("health", 'speciality = ["80"]', "speciality = []", "an empty list"),
        (
            "health",
            'name_da = "Sygesikringskontakter, almen praksis"',
            'name_da = " "',
            "a text that is not empty",
        ),
        ("health", 'unit_da = "kontakter"\n', "", "no key 'unit_da'"),
        ("health", "budget_sign = 1", "budget_sign = 0", "1 or -1"),
        ("crime", "age_from = 15", "age_from = -1", "at least 0"),
        ("crime", "age_from = 15", "age_frm = 15", "did you mean 'age_from'"),
        ("aftercare", "age_to = 22", "age_to = 12", "age_from <= age_to"),
        (
            "income_transfers",
            "age_to_pension = true",
            "age_to_pension = true\nage_to = 66",
            "one end of the age",
        ),
        ("school", ", weeks_a_record = 40 }", " }", "no key 'weeks_a_record'"),
        ("child_measures", 'scale = "share_of_year"', 'scale = "one"', "make unit and scale agree"),
        (
            "income_tax",
            'real_kr = "tax_on_transfers"',
            'real_kr = "tax_on_transfer"',
            "did you mean 'tax_on_transfers'",
        ),
        ("crime", 'key = "convictions_theft_vandalism"', 'key = "prison_days"', "declared 2 times"),
        ("crime", 'area = "crime"', 'area = "crimes"', "give the area its file name"),
        ("crime", 'key = "prison_days"', "key = ", "TOML"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(folder, area, old, new, said):
    replace(folder, area, old, new)
    with pytest.raises(InputError) as caught:
        load_consequences(folder)
    assert said in str(caught.value)


def test_all_mistakes_of_all_files_come_at_once(folder):
    replace(folder, "crime", 'events = "prison_stays"', 'events = "prison_stay"')
    replace(folder, "school", 'basis = "assumed"', 'basis = "guessed"')
    (folder / "aftercare.toml").unlink()
    (folder / "helth.toml").write_text("", "utf-8")
    with pytest.raises(InputError) as caught:
        load_consequences(folder)
    told = str(caught.value)
    assert len(caught.value.problems) == 4
    for word in ("prison_stays", "guessed", "aftercare.toml", "did you mean 'health'"):
        assert word in told


def test_unmeasured_service_without_a_reason_is_refused(folder):
    replace(folder, "not_measured", 'reason_da = "Dækkende', 'reason_dk = "Dækkende')
    with pytest.raises(InputError, match="did you mean 'reason_da'"):
        load_not_measured(folder)

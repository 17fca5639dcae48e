"""method.toml: every choice is there, typed, with a source; every mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.declarations.method import METHOD_KEYS, OVERRIDABLE, Method, load_method
from pipeline.declarations.problems import InputError
from pipeline.declarations.target_groups import METHOD_FILE

TEXT = METHOD_FILE.read_text("utf-8")


@pytest.fixture(scope="module")
def method() -> Method:
    return load_method(METHOD_FILE)


def test_choices_of_the_method(method: Method) -> None:
    assert (method.first_year, method.last_year) == (2003, 2022)
    assert (method.first_base_year, method.last_base_year, method.look_back_years) == (2008, 2020, 5)
    assert (method.relative_years, method.profile_years, method.price_year) == (10, 20, 2022)
    assert (method.significance_level, method.confidence_level) == (0.05, 0.95)
    assert (method.min_persons_per_arm, method.min_users_per_arm, method.min_published_count) == (5, 5, 5)
    assert (method.taper, method.views) == ("linear", ("soem_classic", "all_estimates"))
    assert (method.max_contacts, method.school_weeks, method.lpr3_inpatient_hours) == (0, 40, 12)


@pytest.mark.parametrize(
    ("born", "age"),
    [(1930, 65), (1954, 65), (1955, 67), (1962, 67), (1963, 68), (1966, 68), (1967, 69), (2000, 69)],
)
def test_pension_age_by_cohort(method: Method, born: int, age: int) -> None:
    assert method.pension_age(born) == age


def test_every_key_has_a_source(method: Method) -> None:
    assert {key for key, _ in method.provenance} == set(METHOD_KEYS)
    for key, source in method.provenance:
        assert source.basis in ("documented", "inferred", "assumed"), key
        assert source.source and source.text.da and source.text.en, key


def test_override_changes_one_choice_and_keeps_the_rest(method: Method) -> None:
    own = method.override({"max_contacts": 2})
    assert (own.max_contacts, own.taper) == (2, method.taper)
    assert method.override({}) is method
    assert set(OVERRIDABLE) <= set(METHOD_KEYS)


def test_no_key_has_a_default() -> None:
    import dataclasses

    assert all(field.default is dataclasses.MISSING for field in dataclasses.fields(Method))


BAD = {
    "missing key": ("[taper]", "[taper_off]", "no key 'taper'"),
    "unknown key": ("[taper]", "[tapers]", "did you mean 'taper'"),
    "unknown word": ('value = "linear"', 'value = "linaer"', "did you mean 'linear'"),
    "not a number": ("value = 40", 'value = "40"', "a whole number from 1 to 53"),
    "true is no number": ("value = 40", "value = true", "a whole number from 1 to 53"),
    "share above one": ("value = 0.05", "value = 5", "a number between 0 and 1"),
    "unknown view": ('"all_estimates"]', '"all_estimate"]', "did you mean 'all_estimates'"),
    "cohorts out of order": ("born_to = 1954", "born_to = 1964", "birth years rising"),
    "cohorts not closed": ("born_to = 9999", "born_to = 1980", "birth years rising"),
    "bad basis": ('basis = "inferred"', 'basis = "guessed"', "unknown basis 'guessed'"),
    "no source": ('source = "Matches the significance level."\n', "", "no key 'source'"),
    "no Danish text": ('da = "Signifikansniveau"\n', "", "no Danish text"),
    "look-back before the registers": ("value = 2008", "value = 2006", "raise first_base_year"),
    "base year too late": ("value = 2020", "value = 2021", "lower last_base_year"),
    "profile shorter than estimates": ("value = 20\n", "value = 10\n", "raise profile_years"),
    "fewer than five persons": ("value = 5\n", "value = 4\n", "a whole number from 5 to 1000"),
    "a value without a table": ("[first_year]\n", "first_year = 3\n[other]\n", "a table with value, basis"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_method(tmp_path: Path, case: str) -> None:
    found, replacement, expected = BAD[case]
    assert found in TEXT
    path = tmp_path / "method.toml"
    path.write_text(TEXT.replace(found, replacement), "utf-8")
    with pytest.raises(InputError) as caught:
        load_method(path)
    assert expected in str(caught.value)
    assert str(tmp_path) not in str(caught.value), "no path of the machine in a message"


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        load_method(tmp_path / "method.toml")

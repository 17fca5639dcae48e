"""covariates.toml: sets, levels and references; every mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.declarations import covariates as module
from pipeline.declarations.covariates import load_covariates
from pipeline.declarations.problems import InputError
from pipeline.declarations.vocabulary import PERSON_ATTRIBUTES

FILE = Path(module.__file__).with_name("covariates.toml")
TEXT = FILE.read_text("utf-8")


def names(is_children: bool, covariate_set: str = "soem") -> list[str]:
    return [item.covariate for item in load_covariates(FILE).covariate_set(covariate_set).of(is_children)]


def test_sets() -> None:
    parents = ["mother_employment", "father_employment", "mother_education", "father_education"]
    assert names(False) == ["sex", "age", "employment", "education"]
    assert names(True) == ["sex", "age", *parents]
    assert names(False, "soem_plus_origin") == [*names(False), "origin"]
    assert names(True, "soem_plus_origin") == [*names(True), "origin"]
    with pytest.raises(KeyError):
        load_covariates(FILE).covariate_set("other")


def test_levels_are_the_codes_of_the_column_with_the_reference_among_them() -> None:
    for item in load_covariates(FILE).covariates:
        if item.column == "age":
            assert (item.band_years(False), item.band_years(True)) == (5, 1)
            continue
        levels = [level.level for level in item.levels]
        assert sorted(levels) == sorted(PERSON_ATTRIBUTES[item.column])
        assert item.reference in levels
        assert item.band_years(True) == 0


BAD = {
    "unknown covariate": ('"education"]', '"educaton"]', "did you mean 'education'"),
    "unknown column": ('column = "sex"', 'column = "sexx"', "did you mean 'sex'"),
    "unknown levels": ('levels = "origin"', 'levels = "origins"', "did you mean 'origin'"),
    "unknown reference": ('reference = "man"', 'reference = "male"', "unknown reference 'male'"),
    "unknown code": ("descendant = {", "descendent = {", "did you mean 'descendant'"),
    "missing code": (
        'retired = { da = "Efterlønsmodtager eller folkepensionist", en = "Retired" }\n',
        "",
        "'retired'",
    ),
    "age without bands": ("band_years_children = 1", "# none", "no key 'band_years_children'"),
    "band of nought years": ("band_years_adults = 5", "band_years_adults = 0", "a whole number, 1 or more"),
    "no English": (', en = "Man"', "", "no English text"),
    "a set missing": ("[sets.soem_plus_origin]", "[sets.soem_with_origin]", "no set 'soem_plus_origin'"),
    "not TOML": ("[sets.soem]", "[sets.soem", "not TOML"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_covariates(tmp_path: Path, case: str) -> None:
    found, replacement, expected = BAD[case]
    assert found in TEXT
    path = tmp_path / "covariates.toml"
    path.write_text(TEXT.replace(found, replacement), "utf-8")
    with pytest.raises(InputError) as caught:
        load_covariates(path)
    assert expected in str(caught.value)

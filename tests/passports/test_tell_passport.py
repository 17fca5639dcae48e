"""A passport of the tiny release: every number has one, and its page says what the tables say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.declarations.problems import InputError
from pipeline.passports.page_words import PageWords
from pipeline.passports.read_passport import PassportReader, read_passport
from pipeline.passports.tell_passport import tell_passport
from pipeline.passports.tell_sources import tell_years
from pipeline.release.assemble import assemble_release
from pipeline.release.gate import GateResult
from tests.release.conftest import make_context
from tests.release.tiny_tables import make_tiny_tables

pytestmark = pytest.mark.xdist_group("release")


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("explained")
    context = make_context(root)
    return assemble_release(
        "2026.1-sample", make_tiny_tables(), context=context, root=root / "releases", gate=GateResult(())
    )


@pytest.fixture(scope="module")
def reader(release: Path) -> PassportReader:
    return PassportReader(release)


def test_every_number_can_be_read_and_told(reader: PassportReader) -> None:
    tables = make_tiny_tables()
    n_years = tables["profiles"].select("target_group", "consequence", "relative_year").n_unique()
    assert len(reader.ids) == n_years + tables["unit_prices"].height
    for number_id in reader.ids:
        passport = reader.read(number_id)
        json.dumps(passport.to_json())
        for language in ("da", "en"):
            page = tell_passport(passport, language)
            assert number_id in page and "None" not in page and "{" not in page


def test_the_three_steps_are_those_of_the_tables(reader: PassportReader) -> None:
    passport = reader.read("homeless/shelter/2")
    rows = {row["relative_year"]: row for row in passport.years}
    assert list(rows) == list(range(1, 21))
    assert rows[2]["mean_success"] == pytest.approx(20 - 0.5 - 2.0)
    assert (rows[4]["status"], rows[4]["adjusted_difference"]) == ("not_estimable", None)
    assert rows[20]["soem_classic"] == 0 and rows[12]["status"] is None
    page = tell_passport(passport, "da")
    table = page[page.index("De tre trin") :]
    cells = {line[2:22].strip(): line[22:].split() for line in table.splitlines()[1:8]}
    assert cells["År"][1] == "[2]"
    assert (cells["Succesgruppe"][1], cells["Andre"][1], cells["Justering"][1]) == ("17,50", "20,00", "−0,50")
    assert cells["Justeret forskel"][1] == "−2,00" and cells["Succesgruppe"][3] == "–"


def test_a_tapered_year_names_the_year_it_comes_from(reader: PassportReader) -> None:
    passport = reader.read("homeless/shelter/12")
    assert passport.disclosure == "derived" and passport.estimate is None
    view = next(row for row in passport.profiles if row["view"] == "all_estimates")
    assert [(w["from_relative_year"], w["weight"]) for w in view["weights"]] == [(10, 0.8)]
    assert "0.8000 times −0.20 of year 10" in tell_passport(passport, "en")


def test_nothing_below_the_floor_is_on_the_page(reader: PassportReader) -> None:
    passport = reader.read("homeless/shelter/4")
    assert passport.disclosure == "withheld"
    page = tell_passport(passport, "da")
    assert "tilbageholdt: for få personer" in page and "under 5 med forbrug" in page
    assert passport.estimate["adjusted_difference"] is None and not passport.adjustments


def test_sources_are_those_of_group_and_consequence(reader: PassportReader) -> None:
    passport = reader.read("homeless/cash_benefit/1")
    assert [item.register for item in passport.registers] == ["bef", "boform110", "dream"]
    assert passport.registers[0].files == {"bef/2003.parquet": "f" * 64}
    assert {item.events for item in passport.coverage} == {"shelter_stays", "benefit_weeks"}
    assert passport.coverage[0].years == tuple(range(2005, 2023))
    assert [row["correction"] for row in passport.corrections] == ["doubled_weeks"]
    declared = {item.declaration: item for item in passport.declarations}
    assert declared["method.toml"].sha256 and declared["method.toml"].changes[0]["change"] == "Ten years"
    assert not declared["consequences/health.toml"].changes
    page = tell_passport(passport, "en")
    assert "history not known" in page and "Ten years" in page
    assert "doubled_weeks: dream, kilde in (X): drop. 12 rows." in page
    assert not reader.read("homeless/shelter/1").corrections


def test_a_price_of_a_group_has_its_own_figures(reader: PassportReader) -> None:
    passport = reader.read("price/shelter/state/2022/homeless")
    assert passport.price["price_dkk"] == 30 and len(passport.payers) == 3
    assert [row["figure"] for row in passport.figures] == ["shelter_account"]
    assert [row["year"] for row in passport.index] == [2021, 2022]
    page = tell_passport(passport, "da")
    assert "Staten betaler 30,00 kr." in page and "konto 5.38.42" in page and "101,50" in page
    assert not passport.registers


def test_an_unknown_number_gets_the_nearest(release: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(InputError, match="did you mean 'homeless/shelter/3'"):
        read_passport(release, "homless/shelter/3")
    assert main(["explain", "homeless/shelter/0", "--release", str(release)]) == 2
    assert "did you mean" in capsys.readouterr().err


def test_a_folder_that_is_no_release_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder with a manifest"):
        read_passport(tmp_path, "homeless/shelter/3")


def test_the_command_prints_the_page(release: Path, capsys: pytest.CaptureFixture) -> None:
    assert main(["explain", "homeless/shelter/1", "--release", str(release), "--lang", "en"]) == 0
    page = capsys.readouterr().out
    assert page.startswith("homeless/shelter/1\n") and "The three steps, days per person per year" in page
    assert "part of the success criterion itself" in page
    assert max(len(line) for line in page.splitlines() if not re.search(r"SELECT|rebuild", line)) <= 110


@pytest.mark.parametrize(
    ("value", "da", "en"),
    [(-1234.5, "−1.234", "−1,234"), (0.0, "0,00", "0.00"), (-0.00001, "0,0000", "0.0000"), (None, "–", "–")],
)
def test_numbers_are_written_in_each_language(value: float | None, da: str, en: str) -> None:
    assert (PageWords("da").number(value), PageWords("en").number(value)) == (da, en)


def test_years_are_told_as_spans() -> None:
    assert tell_years((2006, 2007, 2008, 2010)) == "2006–2008, 2010"
    assert tell_years(()) == "–"

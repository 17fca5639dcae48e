"""The published calculations: their files say what is printed and what is assumed, and the page shows both."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from calculation_engine.tests.golden.remake import open_fixed_release

from soem_engine import Release, load_intervention
from soem_engine.cli import main
from soem_engine.gallery import calculate_gallery, load_published, make_page
from soem_engine.gallery.published import FOLDER
from soem_engine.number_format import format_number

FILES = sorted(path for path in FOLDER.glob("*.toml") if path.name != "published.toml")
PRINTED = {
    "cool_kids_2019.toml": (54, 9, None),
    "keep_2019.toml": (54, 9, None),
    "move_2018.toml": (150, 6, None),
    "cool_kids_ikast_brande_2020.toml": (55, None, 0.26),
    "outreach_alcohol_aarhus_2020.toml": (245, None, 0.33),
    "rr2_adhd_2020.toml": (102, None, None),
    "shelter_to_homes_guldborgsund_2023.toml": (10, None, 0.8),
    "aftercare_shelter_aalborg_2022.toml": (120, None, None),
}
"""Persons in all, years, success share, as printed (None: not printed)."""


@pytest.fixture(scope="module")
def fixed_release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    with open_fixed_release(tmp_path_factory.mktemp("fixed_release")) as release:
        yield release


def test_every_file_is_on_the_page_once() -> None:
    assert sorted(published.file for published in load_published()) == FILES
    assert {path.name for path in FILES} == PRINTED.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_printed_inputs_are_as_printed_and_the_others_assumed(path: Path) -> None:
    intervention = load_intervention(path)
    (group,) = intervention.target_groups
    persons, years, share = PRINTED[path.name]
    assert sum((group.participants or group.starting).values()) == persons
    assumed = " ".join(assumption.input for assumption in intervention.assumed)
    assert (years is None) == ("horizon_years" in assumed)
    assert years in (None, intervention.horizon_years)
    assert (share is None) == ("net_success_share" in assumed or "success_chain" in assumed)
    assert share in (None, group.net_success_share)
    assert "costs" in assumed
    assert "https://" in intervention.source


def test_page_shows_both_results_and_every_assumption(fixed_release: Release) -> None:
    page = make_page(fixed_release)
    for entry in calculate_gallery(fixed_release):
        assert entry.ours is not None
        assert entry.published.result.da in page
        assert format_number(entry.ours.net_present_value, "da") in page
        for assumption in entry.ours.intervention.assumed:
            assert assumption.why in page
        for caveat in entry.ours.caveats:
            assert " ".join(caveat.text.da.split()) in page


def test_page_stands_in_english(fixed_release: Release) -> None:
    page = make_page(fixed_release, "en")
    assert "Published, not reproduced" in page
    assert "Offentliggjort, ikke genberegnet" not in page


def test_a_release_without_the_groups_says_so(release: Release) -> None:
    assert all(entry.ours is None for entry in calculate_gallery(release))
    assert make_page(release).count("Udgivelsen har ikke målgruppen.") == len(FILES)


def test_command_prints_the_page(release_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["gallery", "--release", str(release_folder), "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("# Published SØM calculations")


def test_what_was_found_is_said_in_both_languages() -> None:
    rows = tomllib.loads((FOLDER / "published.toml").read_text(encoding="utf-8"))["calculation"]
    assert all(row.keys() == {"file", "result_da", "result_en"} for row in rows)

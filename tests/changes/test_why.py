"""Why two published releases differ: what is read, and what is refused before anything is built."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.changes.between import compare_making
from pipeline.changes.stored_changes import read_stored
from pipeline.changes.why import Places, find_why_of_calculation
from pipeline.declarations.problems import InputError
from pipeline.project import Project
from pipeline.release.changes_page import WITHOUT_COMPARISON, join_languages, split_languages
from pipeline.release.made_at_publication import make_empty_table
from pipeline.stages.in_order import FLOW

FILES = {"bef/2022.parquet": "0" * 64}
METHOD = "[look_back_years]\nvalue = {}\n\n[significance_level]\nvalue = {}\n"


def write_release(folder: Path, text: str | None = None, **made: object) -> Path:
    """Write what of a release is read before anything is built."""
    (folder / "declarations").mkdir(parents=True)
    (folder / "declarations" / "method.toml").write_text(METHOD.format(5, 0.05), "utf-8")
    manifest = {
        "register_files": FILES,
        "code_version": "a",
        "code_commit": "c" * 40,
        "python": "3",
        "packages": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest | made), "utf-8")
    if text is not None:
        (folder / "CHANGES.md").write_text(text, "utf-8")
        make_empty_table("changes").write_parquet(folder / "changes.parquet")
    return folder


def test_a_release_says_what_changed_since_the_one_before_it_only(tmp_path: Path) -> None:
    pages = {"da": "# Ændringer\n", "en": "# Changes\n"}
    before, other = write_release(tmp_path / "2026.1"), write_release(tmp_path / "2025.1")
    new = write_release(tmp_path / "2026.2", join_languages(pages), previous="2026.1")
    stored = read_stored(before, new)
    assert stored is not None and stored.pages == pages and stored.links.is_empty()
    assert read_stored(other, new) is None


def test_a_release_that_was_not_compared_says_nothing_of_changes(tmp_path: Path) -> None:
    before = write_release(tmp_path / "2026.1")
    assert (
        read_stored(before, write_release(tmp_path / "2026.2", WITHOUT_COMPARISON, previous="2026.1")) is None
    )
    pages = split_languages(WITHOUT_COMPARISON)
    assert pages["da"].startswith("Udgivelsen er ikke") and pages["en"].startswith("The release was not")
    assert split_languages("one language") == {"da": "one language", "en": "one language"}


def test_old_registers_that_are_others_are_refused_before_anything_is_built(tmp_path: Path) -> None:
    old = write_release(tmp_path / "2026.1")
    project = Project(tmp_path / "registers", tmp_path / "outputs", old / "declarations")
    made = json.loads((old / "manifest.json").read_text("utf-8"))
    assert compare_making(old, project, FLOW, made).old_registers is None
    with pytest.raises(InputError, match="1 of 1 files are not in") as caught:
        compare_making(old, project, FLOW, made, tmp_path / "elsewhere")
    assert "registers of 2026.1" in str(caught.value)


def test_what_cannot_be_built_is_refused_before_anything_is(tmp_path: Path) -> None:
    old, new = (write_release(tmp_path / name) for name in ("2026.1", "2026.2"))
    (new / "declarations" / "method.toml").write_text(METHOD.format(4, 0.1), "utf-8")
    places = Places(tmp_path / "registers", None, tmp_path / "outputs")
    with pytest.raises(InputError, match="The causes cannot be told apart: 2 problems") as caught:
        find_why_of_calculation(tmp_path / "calculation.toml", old, new, places)
    told = str(caught.value)
    assert "this code is not that of commit cccccccccccc" in told and "check out cccccccccccc" in told
    assert "registers of 2026.2" in told and "1 of 1 files" in told
    assert not (tmp_path / "outputs" / "tables").exists()

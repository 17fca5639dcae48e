"""The validation pages are offline, in two languages, and readable by machines that read aloud."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest

from pipeline.release.gate import GateCheck, GateResult
from pipeline.release.pages import _DANISH, _ENGLISH, write_number, write_pages

pytestmark = pytest.mark.xdist_group("release")


def test_the_words_of_both_languages_are_the_same():
    assert _DANISH.keys() == _ENGLISH.keys()


@pytest.mark.parametrize(("name", "language"), [("index.html", "da"), ("index_en.html", "en")])
def test_a_page_needs_no_network_and_says_its_language(release, name, language):
    text = (release / "validation" / name).read_text("utf-8")
    assert text.startswith("<!DOCTYPE html>") and f'<html lang="{language}">' in text
    assert not re.search(r"https?://", text)
    assert "<caption>" in text and 'scope="col"' in text and 'class="skip"' in text
    assert "person_years" in text, "the checks along the way are told"
    for target in re.findall(r'href="([^"#]+)"', text):
        assert (release / "validation" / target).exists()


def test_json_holds_the_same_result(release):
    gate = json.loads((release / "validation" / "gate.json").read_text("utf-8"))
    assert gate["passed"] and gate["n_checks"] == len(gate["checks"]) > 300
    tables = json.loads((release / "validation" / "tables.json").read_text("utf-8"))
    assert all(table["passed"] for table in tables)


def test_failures_come_first_and_are_escaped(tmp_path):
    check = GateCheck("rule", "estimates", "rule", "Må <b>ikke</b>", "Must <b>not</b>", False, 12345, 2)
    write_pages(tmp_path, "2026.1-sample", "sample", GateResult((check,), {"estimates": 12345}), [])
    text = (tmp_path / "index.html").read_text("utf-8")
    assert text.index('id="failures"') < text.index('id="rules"')
    assert "Må &lt;b&gt;ikke" in text and "12.345" in text and "Ikke bestået" in text
    assert "12,345" in (tmp_path / "index_en.html").read_text("utf-8")


def test_numbers_are_written_the_danish_way():
    assert write_number(1234567, "da") == "1.234.567"
    assert write_number(1234567, "en") == "1,234,567"


@pytest.mark.outside
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
def test_chromium_shows_the_page(release):
    page = (release / "validation" / "index.html").as_uri()
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", page]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "Kontrol af vidensdatabasen" in shown and "Bestået" in shown

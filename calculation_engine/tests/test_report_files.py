"""A report as files: the same bytes from the same input, nothing fetched from outside, readable by everyone."""

from __future__ import annotations

import base64
import dataclasses
import datetime
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pypdf
import pytest

from soem_engine import (
    InputError,
    Intervention,
    MissingExtraError,
    Release,
    Result,
    calculate,
    find_sensitivity,
    run_monte_carlo,
)
from soem_engine.report import write_report
from soem_engine.report.bar_charts import Bar, Series, draw_bars, draw_bars_by_year
from soem_engine.report.chart_drawing import draw_svg

VOID = {"meta", "br", "link", "img", "input", "hr"}


@pytest.fixture
def result(release: Release, intervention: Intervention) -> Result:
    return calculate(release, dataclasses.replace(intervention, name="Støtte <b>&</b> »hjælp«"))


def write(result: Result, path: Path, language: Any = "da") -> bytes:
    write_report(result, path, language)
    return path.read_bytes()


@pytest.mark.parametrize("suffix", [".pdf", ".html"])
def test_the_same_input_gives_the_same_bytes(result: Result, tmp_path: Path, suffix: str) -> None:
    first, second = (write(result, tmp_path / f"{n}{suffix}") for n in (1, 2))
    assert first == second
    assert write(result, tmp_path / f"en{suffix}", "en") != first


class Page(HTMLParser):
    """What a page consists of: tags with attributes, and whether every tag is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "title") and "svg" not in self.open:
            self.texts.append(data)


def test_html_needs_nothing_from_outside(result: Result, tmp_path: Path) -> None:
    text = write(result, tmp_path / "a.html").decode("utf-8")
    page = Page(text)
    assert page.open == []
    without_font = re.sub(r"base64,[A-Za-z0-9+/=]+", "", text)
    assert not re.search(r"https?:|//[a-z]|@import|<script|<link|<iframe", without_font)
    for _, attributes in page.tags:
        for name in ("href", "src", "xlink:href", "srcset", "data"):
            assert (attributes.get(name) or "#").startswith("#")
    for address in re.findall(r"url\(([^)]*)\)", text):
        assert address.startswith(("data:font/otf;base64,", "#"))
    assert "default-src 'none'" in text
    font = re.search(r"base64,([A-Za-z0-9+/=]+)", text)
    assert font is not None and base64.b64decode(font[1])[:4] == b"OTTO"


@pytest.mark.parametrize("language", ["da", "en"])
def test_html_can_be_read_aloud(result: Result, tmp_path: Path, language: str) -> None:
    page = Page(write(result, tmp_path / "a.html", language).decode("utf-8"))
    named: dict[str, list[dict[str, str | None]]] = {}
    for tag, attributes in page.tags:
        named.setdefault(tag, []).append(attributes)
    assert named["html"][0]["lang"] == language
    assert len(named["h1"]) == 1 and len(named["main"]) == 1
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and all(
        after - before <= 1 for before, after in zip(levels, levels[1:], strict=False)
    )
    assert len(named["caption"]) == len(named["table"])
    assert all(heading.get("scope") in ("col", "row", "rowgroup") for heading in named["th"])
    charts = [attributes for _, attributes in page.tags if attributes.get("role") == "img"]
    assert len(charts) == 4 and all(len(chart["aria-label"] or "") > 40 for chart in charts)
    assert all(svg.get("aria-hidden") == "true" for svg in named["svg"])
    ids = [attributes["id"] for _, attributes in page.tags if attributes.get("id")]
    assert len(ids) == len(set(ids))
    assert {(link["href"] or "")[1:] for link in named["a"]} <= set(ids)


def test_a_name_with_markup_stays_a_name(result: Result, tmp_path: Path) -> None:
    text = write(result, tmp_path / "a.html").decode("utf-8")
    assert "<b>" not in text and escape(result.intervention.name) in text
    reader = pypdf.PdfReader(_write_pdf(result, tmp_path))
    assert result.intervention.name in reader.pages[0].extract_text()


def _write_pdf(result: Result, folder: Path, language: Any = "da") -> Path:
    write(result, folder / "a.pdf", language)
    return folder / "a.pdf"


def test_pdf_holds_the_figures_of_the_html(result: Result, tmp_path: Path) -> None:
    reader = pypdf.PdfReader(_write_pdf(result, tmp_path))
    told = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in reader.pages))
    page = Page(write(result, tmp_path / "a.html").decode("utf-8"))
    figures = {text for text in page.texts if re.fullmatch(r"\u2212?\d[\d.]*(,\d+)?(\u00a0kr\.)?", text)}
    assert len(figures) > 60
    missing = [figure for figure in figures if re.sub(r"\s+", " ", figure) not in told]
    assert missing == []
    for caveat in result.caveats:
        assert re.sub(r"\s+", " ", caveat.text.da) in told


def test_pdf_is_tagged_titled_and_has_bookmarks(result: Result, tmp_path: Path) -> None:
    reader = pypdf.PdfReader(_write_pdf(result, tmp_path))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "da"
    metadata = reader.metadata
    assert metadata is not None and metadata.title == f"SØM-beregning: {result.intervention.name}"
    titles = [one.title for one in reader.outline if not isinstance(one, list)]
    assert titles[:3] == ["Forbehold", "Resultat", "Resultatet i figurer"]
    fonts = {
        font.get_object()["/BaseFont"]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts and all("SourceSansPro" in font for font in fonts), "no font of the machine is used"
    width, height = (float(edge) for edge in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    assert f"Side 2 af {len(reader.pages)}" in reader.pages[1].extract_text()


def test_a_dated_release_gives_an_archival_pdf_of_that_day(result: Result, tmp_path: Path) -> None:
    dated = dataclasses.replace(result.release, made_on=datetime.date(2026, 3, 9))
    path = _write_pdf(dataclasses.replace(result, release=dated), tmp_path)
    assert b"pdfaid:part" in path.read_bytes()
    reader = pypdf.PdfReader(path)
    assert reader.metadata is not None and "20260309" in str(reader.metadata["/CreationDate"])
    assert "udgivet 9.\u00a0marts 2026" in reader.pages[0].extract_text().replace(" marts", "\u00a0marts")
    assert b"pdfaid:part" not in _write_pdf(result, tmp_path).read_bytes()


@pytest.mark.parametrize(
    ("language", "size", "expected"),
    [("da", 2.0, "0,5"), ("en", 2.0, "0.5"), ("da", 4000.0, "1.000"), ("en", 4000.0, "1,000")],
)
def test_axes_write_numbers_in_the_readers_language(language: Any, size: float, expected: str) -> None:
    bars, line = [Series("A", "#1f5a89", [size, -size / 2])], Series("B", "#1d2733", [size, 0.0])
    labels = re.findall(
        r">([^<>]+)</text>", draw_svg(draw_bars_by_year([2024, 2025], bars, line, "kr.", 640), language)
    )
    assert expected in labels and "2024" in labels
    assert any(label.startswith("\u2212") for label in labels) and not any("-" in label for label in labels)


def test_rows_of_the_same_name_are_rows_of_their_own() -> None:
    name = "Løn med 'anførsel', \\ og <b> i et meget langt navn, der går på flere linjer"
    bars = [Bar(name, value, f"{value:.0f} kr.", f"{value:.0f}", "#1f5a89") for value in (1.0, 2.0, -3.0)]
    for width, label in ((640, "2 kr."), (340, "2")):
        labels = re.findall(r">([^<>]+)</(?:text|tspan)>", draw_svg(draw_bars(bars, "kr.", width), "da"))
        assert sum("Løn med" in one for one in labels) == 3
        assert sum("&lt;b&gt;" in one for one in labels) == 3 and any("\\" in one for one in labels)
        assert label in labels


def test_charts_use_the_fonts_of_the_report_only(result: Result, tmp_path: Path) -> None:
    text = write(result, tmp_path / "a.html").decode("utf-8")
    drawn = "".join(re.findall(r"<svg.*?</svg>", text, re.S))
    assert set(re.findall(r'font-family="([^"]+)"', drawn)) == {"Source Sans Pro"}
    assert set(re.findall(r'font-weight="([^"]+)"', drawn)) <= {"normal", "400", "600"}


def test_a_report_of_another_kind_is_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.pdf or \.html"):
        write_report(result, tmp_path / "a.docx")
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named(result: Result, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the folder .*nowhere does not exist"):
        write_report(result, tmp_path / "nowhere" / "a.pdf")


_CASE = """
name = "{name}"
first_year = 2022
horizon_years = 4
price_year = 2022
own_success_measure = "det samme"
success_measure_comparison = "det samme"
[[target_groups]]
target_group = "adults"
participants = {{ 2022 = 5 }}
net_success_share = 0.2
net_success_share_reason = "opgjort"
"""


@pytest.mark.slow
def test_the_command_writes_the_same_reports_in_every_process(release_folder: Path, tmp_path: Path) -> None:
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        (folder / "a.toml").write_text(_CASE.format(name="Ny"), encoding="utf-8")
        (folder / "b.toml").write_text(_CASE.format(name="Gammel"), encoding="utf-8")
        for command, name in ((["run", "a.toml"], "run"), (["compare", "a.toml", "b.toml"], "compare")):
            reports = ["--report", f"{name}.pdf", "--report", f"{name}.html", "--draws", "200"]
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "soem_engine.cli",
                    *command,
                    "--release",
                    str(release_folder),
                    *reports,
                ],
                cwd=folder,
                env=os.environ | {"PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
            )
        written.append(
            {path.name: path.read_bytes() for path in folder.glob("*.*") if path.suffix != ".toml"}
        )
    assert sorted(written[0]) == ["compare.html", "compare.pdf", "run.html", "run.pdf"]
    assert written[0] == written[1]
    assert "Sandsynlighed for overskud" in written[0]["compare.html"].decode("utf-8")


@pytest.mark.parametrize("name", ["typst", "vl_convert", "font_source_sans_pro"])
def test_a_missing_extra_is_named(result: Result, tmp_path: Path, monkeypatch: Any, name: str) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda one, *more: None if one == name else find(one, *more)
    )
    with pytest.raises(MissingExtraError, match=re.escape("soem-engine[report]")):
        write_report(result, tmp_path / "a.pdf")


def test_the_core_imports_none_of_it() -> None:
    names = ("typst", "vl_convert", "font_source_sans_pro")
    code = f"import sys, soem_engine, soem_engine.cli; sys.exit(bool(set({names!r}) & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


_MEASURE = """<iframe id="f" width="{width}" height="900" srcdoc="{page}"></iframe><script>
document.getElementById("f").onload = e => {{
  const d = e.target.contentDocument, limit = d.documentElement.clientWidth + 0.5, bad = [];
  for (const one of d.querySelectorAll("body *")) {{
    if (one.closest("svg") && one.tagName !== "svg") continue;
    const box = one.getBoundingClientRect(), scroll = one.closest(".scroll");
    if (box.right > limit && (!scroll || one === scroll) && !one.classList.contains("skip")) bad.push(one.tagName);
  }}
  const drawn = [...d.querySelectorAll("svg")].filter(s => s.getBoundingClientRect().width > 0).length;
  document.body.innerHTML = "<p id=answer>" + d.documentElement.scrollWidth + " " + bad.length + " " + drawn + "</p>";
}};</script>"""


@pytest.mark.outside
@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_runs_out_of_the_page(release: Release, result: Result, tmp_path: Path, width: int) -> None:
    sensitivity = find_sensitivity(release, result.intervention)
    write_report(result, tmp_path / "a.html", "da", sensitivity, run_monte_carlo(result, 200))
    page = (tmp_path / "a.html").read_text("utf-8")
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    wrapper = tmp_path / "wrapper.html"
    wrapper.write_text(_MEASURE.format(width=width, page=escape(page)), encoding="utf-8")
    command = [
        "chromium",
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        f"--user-data-dir={tmp_path / 'profile'}",
    ]
    command += ["--virtual-time-budget=5000", "--dump-dom", wrapper.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'id="answer">(\d+) (\d+) (\d+)<', shown)
    assert found is not None, shown[:500]
    assert int(found[1]) <= width, "the page is wider than the screen"
    assert int(found[2]) == 0, "something stands outside the screen"
    assert int(found[3]) == 6, "each chart is drawn once, for the page or for the phone"

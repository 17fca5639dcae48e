"""The explorer clicked through in headless Chromium, opened from disk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.release.tiny_changes import MOVED, MOVED_PRICE, copy_with_changes

pytestmark = [
    pytest.mark.outside,
    pytest.mark.xdist_group("release"),
    pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium"),
]

ROUTES = (
    "#/",
    "#/groups",
    "#/group/homeless",
    "#/group/mental_difficulties_0_5",
    "#/group/stuttering",
    "#/series/homeless/shelter",
    "#/consequences",
    "#/consequence/cash_benefit?year=3",
    "#/number/homeless/cash_benefit/3",
    "#/number/homeless/shelter/4",
    "#/number/homeless/cash_benefit/15",
    "#/prices",
    "#/price/shelter",
    "#/number/price/shelter/state/2022/homeless",
    "#/studies",
    "#/validation",
    "#/search/homeless",
    "#/nowhere/at/all",
)
PHONE = {"width": 390, "height": 800}
DESK = {"width": 1200, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator:
    from playwright.sync_api import sync_playwright

    options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=options)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser) -> Iterator:
    """A page that fails its test on any message of the console and any request that leaves the disk."""
    context = browser.new_context(viewport=DESK)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(("file:", "data:")) else wrong.append(request.url),
    )
    page.set_default_timeout(60_000)
    yield page
    context.close()
    assert not wrong


def go(page, release: Path, route: str, language: str | None = None) -> None:
    """Open a route as a reader would who follows a link from elsewhere."""
    page.goto("about:blank")
    address = (release / "audit" / "index.html").as_uri()
    page.goto(address + route)
    wait(page, route)
    if language and page.locator("html").get_attribute("lang") != language:
        page.locator("#language").click()
        page.wait_for_function("code => document.documentElement.lang === code", arg=language)
        wait(page, route)


def wait(page, route: str) -> None:
    """Wait until the page of a route, charts and all, is drawn."""
    page.wait_for_function("route => document.getElementById('main').dataset.shown === route", arg=route)
    page.wait_for_function("() => document.querySelector('[data-chart]') === null")


@pytest.mark.parametrize("language", ["da", pytest.param("en", marks=pytest.mark.slow)])
def test_every_page_is_readable_by_all(page, release, language):
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), {}
    for route in ROUTES:
        page.set_viewport_size(DESK)
        go(page, release, route, language)
        assert page.locator("h1").count() == 1, route
        violations = axe.run(page, options={"preload": False}).response["violations"]
        serious = [part["id"] for part in violations if part["impact"] in ("serious", "critical")]
        if serious:
            found[route] = serious
        text = page.locator("body").inner_text()
        assert "undefined" not in text and "NaN" not in text and "[object" not in text, route
        page.set_viewport_size(PHONE)
        go(page, release, route)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, route
    assert not found


def test_what_changed_is_told_of_the_release_and_of_each_number(page, release, tmp_path):
    copy = copy_with_changes(release, tmp_path)
    go(page, copy, "#/")
    assert "én gruppe er ny" in page.locator("main").inner_text()
    assert "one new group" not in page.locator("main").inner_text()
    go(page, copy, f"#/number/{MOVED}")
    told = page.get_by_role("region", name="Vist (soem_classic)").inner_text()
    assert "Registerdata" in told and "Kovariater + Publiceringsfilter og nedtrapning" in told
    assert "−0,50" in told and "1,00" in told and "−1,50" in told
    go(page, copy, "#/number/homeless/cash_benefit/3")
    assert "det samme som i 2025.3-sample" in page.locator("main").inner_text()
    go(page, copy, f"#/number/{MOVED_PRICE}", "en")
    assert "25.50" in page.get_by_role("region", name="Price, kr. per unit").inner_text()


def test_from_the_first_page_to_a_number_and_back(page, release):
    go(page, release, "#/")
    assert "første udgivelse" in page.locator("main").inner_text()
    page.get_by_role("link", name="Målgrupper").click()
    page.get_by_role("link", name="Målgruppe homeless").click()
    wait(page, "#/group/homeless")
    page.get_by_label("År efter år 0").select_option("2")
    page.locator("#summary").get_by_role("link", name="Ydelse cash_benefit", exact=True).click()
    wait(page, "#/series/homeless/cash_benefit")
    steps = page.locator("table.steps").inner_text()
    assert "Succesgruppe" in steps and "Andre" in steps and "Justering" in steps and "Offentliggjort" in steps
    page.locator("tr.published a").nth(1).click()
    wait(page, "#/number/homeless/cash_benefit/2")
    assert page.locator(".identity").inner_text() == "homeless/cash_benefit/2"
    page.go_back()
    wait(page, "#/series/homeless/cash_benefit")
    page.go_back()
    wait(page, "#/group/homeless?year=2")
    assert page.locator("#year").input_value() == "2"


def test_a_passport_shows_the_number_of_the_tables(page, release):
    cell = {"target_group": "homeless", "consequence": "cash_benefit", "relative_year": 2}
    rows = pl.read_parquet(release / "tables" / "estimates.parquet").filter(**cell).to_dicts()
    go(page, release, "#/number/homeless/cash_benefit/2")
    shown = page.locator("main").inner_text()
    for name in ("raw_difference", "adjusted_difference", "standard_error", "p_value"):
        assert str(rows[0][name]).replace(".", ",").replace("-", "−") in shown, name
    parts = page.locator("table", has=page.get_by_text("Forbrug i år 0")).locator("td").all_inner_texts()
    numbers = [float(part.replace(",", ".").replace("−", "-")) for part in parts]
    assert sum(numbers[:-1]) == pytest.approx(numbers[-1], abs=0.01)


def test_a_passport_names_registers_declarations_coverage_and_corrections(page, release):
    go(page, release, "#/number/homeless/cash_benefit/2", "en")
    page.evaluate("document.querySelectorAll('details').forEach(part => (part.open = true))")
    shown = page.locator("main").inner_text()
    for fact in ("bef/2003.parquet", "f" * 64, "declarations/method.toml", "benefit_weeks", "2005–2022"):
        assert fact.removeprefix("declarations/") in shown, fact
    assert "Delivered twice" in shown and "2003, 2004 (from 2005)" in shown
    go(page, release, "#/number/price/shelter/state/2022", "en")
    assert "Udgift til herberger (konto 5.38.42)" in page.locator("main").inner_text()


def test_what_is_unknown_is_a_dash_and_never_zero(page, release):
    go(page, release, "#/number/homeless/shelter/4", "en")
    assert page.locator(".big strong").inner_text() == "–"
    assert "fewer than five persons with use" in page.locator("main").inner_text()


def test_search_finds_groups_numbers_and_ids(page, release):
    go(page, release, "#/")
    page.locator("#query").fill("homeless cash_benefit 3")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Målgruppe homeless · Ydelse cash_benefit · år 3").click()
    wait(page, "#/number/homeless/cash_benefit/3")
    page.locator("#query").fill("price/shelter/state/2022/homeless")
    page.keyboard.press("Enter")
    wait(page, "#/number/price/shelter/state/2022/homeless")
    assert page.locator(".big strong").inner_text() == "30,00"
    page.locator("#query").fill("findes slet ikke")
    page.keyboard.press("Enter")
    page.get_by_text("0 fundet").wait_for()


def test_the_language_is_switched_and_remembered(page, release):
    go(page, release, "#/consequence/cash_benefit")
    assert page.locator("html").get_attribute("lang") == "da"
    assert page.locator("h1").inner_text() == "Ydelse cash_benefit"
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="Service cash_benefit").wait_for()
    page.reload()
    page.get_by_role("heading", name="Service cash_benefit").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("navigation").inner_text().split("\n")[0].startswith("Target groups")
    assert (
        "−" in page.locator("#comparison").inner_text()
        and "," not in page.locator("#comparison td").first.inner_text()
    )


def test_studies_are_filtered_and_the_address_keeps_it(page, release):
    go(page, release, "#/studies")
    assert "1 af 1 estimater" in page.locator("#found").inner_text()
    assert page.locator("#found svg").count() == 1
    page.locator("#words").fill("intet af det")
    page.get_by_text("0 af 1 estimater").wait_for()
    page.get_by_role("button", name="Nulstil").click()
    page.get_by_text("1 af 1 estimater").wait_for()
    page.locator("#design").select_option("rct")
    page.locator("#target_group").select_option("stuttering")
    page.wait_for_function(
        "() => location.hash.includes('design=rct') && location.hash.includes('stuttering')"
    )
    page.reload()
    page.get_by_text("1 af 1 estimater").wait_for()
    assert page.locator("#design").input_value() == "rct"


def test_the_keyboard_reaches_everything_in_order(page, release):
    go(page, release, "#/groups")
    reached = []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
    head = ["Gå til indholdet", "SØM vidensdatabase 2026.1-sample", "query", "Søg", "language"]
    assert reached[:10] == [*head, "Målgrupper", "Konsekvenser", "Priser", "Effektstudier", "Kontrol"]
    page.locator("nav a").nth(1).focus()
    page.keyboard.press("Enter")
    wait(page, "#/consequences")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_chart_stands_beside_a_table(page, release):
    go(page, release, "#/series/homeless/cash_benefit")
    charts = page.locator(".drawing")
    assert charts.count() == 2
    for place in range(2):
        assert charts.nth(place).get_attribute("aria-label")
        assert charts.nth(place).locator("svg").count() == 1
    assert page.locator("table").count() >= 2


def test_it_prints(page, release):
    go(page, release, "#/number/homeless/cash_benefit/2")
    assert page.pdf(format="A4").startswith(b"%PDF")
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()


def test_a_file_that_is_missing_is_told(browser, release, tmp_path):
    folder = tmp_path / "audit"
    shutil.copytree(release / "audit", folder)
    (folder / "data" / "group_homeless.js").unlink()
    page = browser.new_page()
    page.goto((folder / "index.html").as_uri() + "#/group/homeless")
    page.get_by_text("data/group_homeless.js").wait_for()
    assert json.dumps(page.locator("h1").inner_text(), ensure_ascii=False) == '"Siden kunne ikke vises"'
    page.close()

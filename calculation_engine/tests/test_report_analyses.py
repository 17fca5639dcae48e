"""A report of the analyses: sensitivity, draws, a comparison and several interventions together."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from soem_engine import (
    Comparison,
    CostLine,
    Intervention,
    MonteCarlo,
    Overlap,
    PayerShares,
    Plan,
    Range,
    Release,
    Sensitivity,
    YearAmounts,
    calculate,
    combine,
    compare,
    find_sensitivity,
    run_monte_carlo,
)
from soem_engine.report.build_report import build_report
from soem_engine.report.document import Chart, Document, KeyFigures, Paragraph, Row, Table


@pytest.fixture
def ranged(intervention: Intervention) -> Intervention:
    return dataclasses.replace(
        intervention,
        name="Xnew",
        ranges=(Range("target_groups[1].net_success_share", 0.1, 0.35, "xspan", "uniform"),),
    )


@pytest.fixture
def sensitivity(release: Release, ranged: Intervention) -> Sensitivity:
    return find_sensitivity(release, ranged)


@pytest.fixture
def monte_carlo(release: Release, ranged: Intervention) -> MonteCarlo:
    return run_monte_carlo(calculate(release, ranged), n_draws=400, seed=7)


@pytest.fixture
def comparison(release: Release, ranged: Intervention) -> Comparison:
    cost = CostLine("xcheap", "fixed", YearAmounts(4000.0), PayerShares({"municipality": 1.0}))
    group = dataclasses.replace(ranged.target_groups[0], net_success_share=0.05)
    existing = dataclasses.replace(ranged, name="Xold", costs=(cost,), target_groups=(group,), ranges=())
    return compare(release, ranged, existing)


def find_section(document: Document, key: str) -> Any:
    return next(section for section in document.sections if section.key == key)


def find_tables(document: Document, key: str) -> dict[str, Table]:
    return {block.title: block for block in find_section(document, key).blocks if isinstance(block, Table)}


def list_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str) and not value.startswith("<svg"):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from list_texts(one)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from list_texts(getattr(value, field.name))


def read_number(text: str) -> float:
    digits = text.split("\u00a0")[0].replace(".", "").replace("\u2212", "-").replace(",", ".")
    return float(digits)


def round_all(values: Any) -> list[float]:
    return [float(f"{value:.0f}") + 0.0 for value in np.ravel(values)]


def test_analyses_come_after_the_charts_and_before_the_tables(
    sensitivity: Sensitivity, monte_carlo: MonteCarlo
) -> None:
    document = build_report(sensitivity.base, "da", sensitivity, monte_carlo)
    keys = [section.key for section in document.sections]
    assert keys[:6] == ["warnings", "result", "figures", "sensitivity", "uncertainty", "tables"]
    assert len(keys) == len(set(keys))


def test_sensitivity_is_that_of_the_analysis(sensitivity: Sensitivity) -> None:
    document = build_report(sensitivity.base, "da", sensitivity)
    tables = list(find_tables(document, "sensitivity").values())
    tornado, switches, break_evens, tipping = tables[:4]
    shown = {row.cells[0]: row.cells for row in tornado.rows}
    for bar in sensitivity.tornado:
        if bar.swing_dkk >= 0.01 * sensitivity.tornado[0].swing_dkk:
            row = shown[bar.name.da]
            assert [read_number(cell) for cell in row[2:4]] == round_all([bar.low_dkk, bar.high_dkk])
            assert row[4] == bar.reason.da
    assert shown["Nettosuccesandel: Voksne"][1:2] == ("10\u00a0% til 35\u00a0%",)
    rows = [row for row in switches.rows if row.kind == "plain"]
    assert [read_number(row.cells[-2]) for row in rows] == round_all(
        [switch.net_present_value for switch in sensitivity.switches]
    )
    assert "kun signifikante forskelle, med nedtrapning (valgt)" in [row.cells[0] for row in rows]
    assert ["(valgt)" in row.cells[0] for row in rows] == [switch.is_base for switch in sensitivity.switches]
    shares = next(row for row in break_evens.rows if row.cells[:2] == ("Nettosuccesandel", "alle"))
    found = sensitivity.break_evens[0]
    assert found.value is not None and found.is_possible
    assert shares.cells[3] == f"{100 * found.value:.1f}".replace(".", ",") + "\u00a0%"
    points = {row.cells[0]: row.cells for row in tipping.rows}
    assert sensitivity.tipping_points[0].standard_errors is not None
    expected = f"{sensitivity.tipping_points[0].standard_errors:.1f}".replace(".", ",")
    assert points["I alt"][2] == expected and tipping.rows[-1].kind == "total"
    for table, printed in zip(sensitivity.two_way, tables[4:], strict=True):
        cells = [[read_number(cell) for cell in row.cells[1:]] for row in printed.rows]
        assert sum(cells, []) == round_all(table.net_present_value_dkk)


def test_draws_are_those_of_the_analysis(sensitivity: Sensitivity, monte_carlo: MonteCarlo) -> None:
    document = build_report(sensitivity.base, "da", None, monte_carlo)
    by_payer, by_year = find_tables(document, "uncertainty").values()
    whole = by_payer.rows[-1].cells
    assert [read_number(cell) for cell in whole[1:3]] == round_all([monte_carlo.mean_dkk, monte_carlo.sd_dkk])
    assert whole[3] == _say_chance(monte_carlo.probability_positive)
    for row, year, chance in zip(
        by_year.rows, monte_carlo.years, monte_carlo.probability_positive_by_year, strict=True
    ):
        assert row.cells == (str(year), _say_chance(chance))
    said = next(
        block.text for block in find_section(document, "uncertainty").blocks if isinstance(block, Paragraph)
    )
    assert "400 lodtrækninger (startværdi 7)" in said
    fan = next(block for block in find_section(document, "uncertainty").blocks if isinstance(block, Chart))
    for band in ("90\u00a0%", "50\u00a0%", "Median"):
        assert f">{band}</text>" in fan.wide_svg
    figures = next(
        block for block in find_section(document, "result").blocks if isinstance(block, KeyFigures)
    )
    low, high = monte_carlo.interval_dkk
    assert [
        read_number(part)
        for part in figures.figures[0].note.removeprefix("95 %-interval ").partition(" (")[0].split(" til ")
    ] == round_all([low, high])
    assert figures.figures[-1].value == _say_chance(monte_carlo.probability_positive)


def _say_chance(chance: float) -> str:
    """Return a chance as the report says it: draws make nothing certain."""
    whole = round(100 * chance)
    return {0: "under 1\u00a0%", 100: "over 99\u00a0%"}.get(whole, f"{whole}\u00a0%")


def test_an_amount_at_the_end_of_a_sentence_has_one_full_stop(
    ranged: Intervention, release: Release, sensitivity: Sensitivity, monte_carlo: MonteCarlo
) -> None:
    document = build_report(calculate(release, ranged), "da", sensitivity, monte_carlo)
    assert "kr.." not in repr(document) and "kr.\u00a0." not in repr(document)


def test_two_intervals_of_one_total_say_what_each_holds(ranged: Intervention, release: Release) -> None:
    """The table's interval is of the adjusted differences, the key figure's of everything that is drawn."""
    result = calculate(release, ranged)
    document = build_report(result, "da", None, run_monte_carlo(result, n_draws=200))
    blocks = find_section(document, "result").blocks
    figures = next(block for block in blocks if isinstance(block, KeyFigures))
    table = next(block for block in blocks if isinstance(block, Table))
    assert "lodtrækning: alle angivne usikkerheder" in figures.figures[0].note
    assert table.columns[-1].title == "95 %-interval, kun justerede forskelle, kr."


@pytest.mark.parametrize("language", ["da", "en"])
def test_a_comparison_shows_both_and_the_difference(comparison: Comparison, language: Any) -> None:
    document = build_report(comparison, language, None, run_monte_carlo(comparison, n_draws=200))
    assert document.title in ("Xnew i stedet for Xold", "Xnew instead of Xold")
    (table,) = find_tables(document, "side-by-side").values()
    assert [row.cells[0] for row in table.rows[:2]] == ["Xnew", "Xold"]
    if language == "da":
        assert [read_number(row.cells[4]) for row in table.rows] == round_all(
            [
                comparison.new.net_present_value,
                comparison.existing.net_present_value,
                comparison.net_present_value,
            ]
        )
    keys = [section.key for section in document.sections]
    assert {"costs-1", "costs-2"} <= set(keys) and len(keys) == len(set(keys))
    told = repr(document.sections)
    assert "xcheap" in told and "xspan" in told
    assert all(repr(caveat.text.pick(language))[1:-1] in told for caveat in comparison.caveats)


def test_a_combination_shows_what_overlaps(release: Release, ranged: Intervention) -> None:
    other = dataclasses.replace(ranged, name="Xother", ranges=())
    overlap = Overlap("Xnew", "Xother", {2024: 3.0}, "xoverlap", "all")
    both = combine(release, Plan("Xplan", ("a", "b"), (overlap,)), (ranged, other))
    document = build_report(both)
    assert document.title == "Xplan"
    (table,) = find_tables(document, "overlaps").values()
    assert table.rows == (Row(("Xnew og Xother", "2024: 3", "alle", "0,6", "xoverlap")),)
    (side,) = find_tables(document, "side-by-side").values()
    assert [read_number(row.cells[4]) for row in side.rows] == round_all(
        [*(result.net_present_value for result in both.counted), both.net_present_value]
    )
    figures = next(
        block for block in find_section(document, "result").blocks if isinstance(block, KeyFigures)
    )
    assert read_number(figures.figures[2].value) == round_all(both.overlap_dkk.sum())[0]
    apart = combine(release, Plan("Xplan", ("a", "b"), (), "xapart"), (ranged, other))
    (said,) = find_section(build_report(apart, "en"), "overlaps").blocks
    assert said == Paragraph("No overlap: xapart")


def test_analyses_in_english_have_no_danish_left(sensitivity: Sensitivity, monte_carlo: MonteCarlo) -> None:
    document = build_report(sensitivity.base, "en", sensitivity, monte_carlo)
    blocks = [block for key in ("sensitivity", "uncertainty") for block in find_section(document, key).blocks]
    told = "\n".join(text for block in blocks for text in list_texts(block))
    # løn and før are the user's own names
    assert "Breaks even at" in told and "the median is" in told
    assert not re.findall(
        r"\b(?:og|ikke|af|til|fra|med|på|efter|pris|kommune|stat|valgt)\b|[æøåÆØÅ]",
        re.sub("løn|før|SØM", "", told),
    )

"""Charts of the sheet of results, native to the spreadsheet: they follow the cells.

Here: four charts. Not here: the cells they show (`result_sheet`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from soem_engine.result import Result
from soem_engine.texts import PAYER_NAMES
from soem_engine.workbook.payer_table import LABEL, PAYER, SUM
from soem_engine.workbook.sheet import Sheet
from soem_engine.workbook.styles import CHART_COLOURS, FONT, GREY, HEAD, INK, LINE

N_CHART_ROWS: Final = 30
_WIDTH, _HEIGHT, _ROWS_A_CHART = 690, 275, 14
CUMULATED: Final = 10
"""Column of the cumulated result in the table of years."""
_MILLIONS: Final = "0.0,,"
_PARTS: Final = (CHART_COLOURS[4], CHART_COLOURS[3], HEAD)
"""Consequences, costs and net: not the colours of the payers."""


@dataclass(frozen=True)
class ChartSources:
    """Rows of the sheet of results: of the charts, and of the tables they show (their section heading)."""

    chart_row: int
    payer_row: int
    year_row: int
    area_row: int


def insert_charts(sheet: Sheet, result: Result, sources: ChartSources) -> None:
    """Insert the charts: by year and payer, cumulated, by payer, by area."""
    say = sheet.say
    charts = (
        (
            say("Nettoresultat pr. år efter betaler", "Net result a year by payer"),
            _by_year(sheet, result, sources),
        ),
        (
            say("Akkumuleret nettoresultat, diskonteret", "Cumulated net result, discounted"),
            _cumulated(sheet, result, sources),
        ),
        (
            say("Konsekvenser, omkostninger og netto efter betaler", "Consequences, costs and net by payer"),
            _by_payer(sheet, sources),
        ),
        (
            say("Konsekvenser efter område, alle betalere", "Consequences by area, all payers"),
            _by_area(sheet, result, sources),
        ),
    )
    for n, (title, chart) in enumerate(charts):
        _dress(sheet, chart, title)
        row = sources.chart_row + _ROWS_A_CHART * (n // 2)
        chart.set_size({"width": _WIDTH, "height": _HEIGHT})
        sheet.worksheet.insert_chart(
            row, 0 if n % 2 == 0 else 4, chart, {"object_position": 2, "description": title}
        )


def _name(sheet: Sheet) -> str:
    return str(sheet.worksheet.get_name())


def _by_year(sheet: Sheet, result: Result, sources: ChartSources) -> Any:
    chart = sheet.book.add_chart({"type": "column", "subtype": "stacked"})
    first, last = sources.year_row + 2, sources.year_row + 1 + len(result.years)
    for p, payer in enumerate(result.payers):
        chart.add_series(
            {
                "name": sheet.pick(PAYER_NAMES[payer]),
                "categories": [_name(sheet), first, LABEL, last, LABEL],
                "values": [_name(sheet), first, PAYER + p, last, PAYER + p],
                "fill": {"color": CHART_COLOURS[p]},
                "gap": 60,
            }
        )
    return chart


def _cumulated(sheet: Sheet, result: Result, sources: ChartSources) -> Any:
    chart = sheet.book.add_chart({"type": "line"})
    first, last = sources.year_row + 2, sources.year_row + 1 + len(result.years)
    chart.add_series(
        {
            "name": sheet.say("Akkumuleret", "Cumulated"),
            "categories": [_name(sheet), first, LABEL, last, LABEL],
            "values": [_name(sheet), first, CUMULATED, last, CUMULATED],
            "line": {"color": HEAD, "width": 2.5},
            "marker": {"type": "circle", "size": 6, "fill": {"color": HEAD}, "border": {"color": HEAD}},
        }
    )
    chart.set_legend({"none": True})
    return chart


def _by_payer(sheet: Sheet, sources: ChartSources) -> Any:
    chart = sheet.book.add_chart({"type": "column"})
    head = sources.payer_row + 1
    for n in range(3):
        row = head + 1 + n
        chart.add_series(
            {
                "name": [_name(sheet), row, LABEL],
                "categories": [_name(sheet), head, PAYER, head, SUM],
                "values": [_name(sheet), row, PAYER, row, SUM],
                "fill": {"color": _PARTS[n]},
                "gap": 80,
            }
        )
    return chart


def _by_area(sheet: Sheet, result: Result, sources: ChartSources) -> Any:
    chart = sheet.book.add_chart({"type": "bar"})
    first, last = sources.area_row + 2, sources.area_row + 1 + max(len(result.areas), 1)
    chart.add_series(
        {
            "name": sheet.say("Konsekvenser", "Consequences"),
            "categories": [_name(sheet), first, LABEL, last, LABEL],
            "values": [_name(sheet), first, SUM, last, SUM],
            "fill": {"color": CHART_COLOURS[0]},
            "gap": 50,
        }
    )
    chart.set_legend({"none": True})
    return chart


def _dress(sheet: Sheet, chart: Any, title: str) -> None:
    """Give a chart its title, fonts and an axis in millions."""
    font = {"name": FONT, "size": 9, "color": INK}
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12, "bold": True, "color": HEAD}})
    money = {
        "num_format": sheet.styles.locale + _MILLIONS,
        "name": sheet.say("mio. kr.", "DKK million"),
        "name_font": {"name": FONT, "size": 9, "bold": False, "color": GREY},
        "num_font": font,
        "major_gridlines": {"visible": True, "line": {"color": LINE, "width": 0.5}},
        "line": {"none": True},
    }
    names = {"num_font": font, "label_position": "low", "line": {"color": GREY}}
    is_bar = type(chart).__name__ == "ChartBar"
    chart.set_x_axis(names)
    chart.set_y_axis(money)
    if is_bar:
        chart.set_x_axis(money)
        chart.set_y_axis({**names, "reverse": True, "crossing": "max"})
    elif type(chart).__name__ == "ChartColumn":
        chart.set_legend({"position": "bottom", "font": font})
    chart.set_chartarea({"border": {"color": LINE}})

"""The workbook: which sheets there are, in which order they are filled, how they are printed.

Here: the file. Not here: what stands on a sheet (its module).
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Final

import xlsxwriter

from soem_engine.result import Result
from soem_engine.texts import Language, Text
from soem_engine.workbook.calculation_sheet import finish_calculation, start_calculation
from soem_engine.workbook.committee_sheet import fill_committees
from soem_engine.workbook.consequence_sheet import fill_consequences
from soem_engine.workbook.cost_sheet import fill_costs
from soem_engine.workbook.front_sheet import fill_front
from soem_engine.workbook.input_sheet import fill_inputs
from soem_engine.workbook.not_counted_sheet import fill_not_counted
from soem_engine.workbook.places import Places
from soem_engine.workbook.price_sheet import fill_prices
from soem_engine.workbook.result_sheet import fill_results
from soem_engine.workbook.sheet import Sheet
from soem_engine.workbook.source_sheet import fill_sources
from soem_engine.workbook.styles import GREY, HEAD, YELLOW_LINE, Styles

_CREATED: Final = datetime.datetime(2000, 1, 1)
"""Written into the file instead of the clock: the same result gives the same bytes."""

SHEETS: Final[dict[str, tuple[Text, Text, str]]] = {
    "front": (Text("Forside", "Front page"), Text("", ""), HEAD),
    "input": (
        Text("Input", "Input"),
        Text(
            "deltagere, succesandel, horisont, renter, prisindeks",
            "participants, success share, horizon, rates, index",
        ),
        YELLOW_LINE,
    ),
    "costs": (
        Text("Omkostninger", "Costs"),
        Text("indsatsens omkostninger og hvem der betaler", "the intervention's costs and who pays"),
        YELLOW_LINE,
    ),
    "consequences": (
        Text("Konsekvenser", "Consequences"),
        Text("profiler: til og fra, egne data", "profiles: on and off, own data"),
        YELLOW_LINE,
    ),
    "prices": (
        Text("Priser", "Prices"),
        Text("kr. pr. enhed efter betaler", "DKK per unit by payer"),
        YELLOW_LINE,
    ),
    "committees": (
        Text("Udvalg", "Committees"),
        Text("kommunens del efter udvalg", "the municipality's part by committee"),
        YELLOW_LINE,
    ),
    "calculation": (
        Text("Beregning", "Calculation"),
        Text("alle mellemregninger år for år", "every step, year by year"),
        GREY,
    ),
    "results": (
        Text("Resultater", "Results"),
        Text("hovedtal, figurer og tabeller", "key figures, charts and tables"),
        HEAD,
    ),
    "sources": (
        Text("Antagelser og kilder", "Assumptions and sources"),
        Text("begrundelser, kilder og numre", "reasons, sources and number ids"),
        GREY,
    ),
    "not_counted": (
        Text("Ikke medregnet", "Not counted"),
        Text("hvad der er udeladt og hvorfor", "what is left out and why"),
        GREY,
    ),
}
_PORTRAIT: Final = ("front",)
_LONGEST_HEADER: Final = 100
"""A header takes 255 characters, codes and version included."""


def fill_workbook(result: Result, path: Path, language: Language) -> None:
    """Write a result as a workbook; see `write_workbook`."""
    structure = result.intervention.committees
    chosen = [name for name in SHEETS if name != "committees" or structure is not None]
    with xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {
                "title": result.intervention.name,
                "subject": f"SØM, {result.release.version}",
                "comments": f"soem-engine {result.engine_version}",
                "created": _CREATED,
            }
        )
        book.set_size(2400, 1500)
        book.set_calc_mode("auto")
        styles = Styles(book, language == "da")
        sheets = {}
        for name in chosen:
            worksheet = book.add_worksheet(SHEETS[name][0].pick(language))
            sheets[name] = Sheet(book, worksheet, styles, language)
            _set_up_page(sheets[name], result, name)
        places = Places()
        fill_inputs(sheets["input"], result, places)
        fill_consequences(sheets["consequences"], result, places)
        fill_prices(sheets["prices"], result, places)
        if structure is not None:
            fill_committees(sheets["committees"], result, structure, places)
        row = start_calculation(sheets["calculation"], result, places)
        fill_costs(sheets["costs"], result, places)
        finish_calculation(sheets["calculation"], result, places, row)
        fill_results(sheets["results"], result, places)
        fill_sources(sheets["sources"], result, language)
        fill_not_counted(sheets["not_counted"], result)
        contents = [(SHEETS[name][0].pick(language), SHEETS[name][1].pick(language)) for name in chosen[1:]]
        fill_front(sheets["front"], result, places, contents)


def _set_up_page(sheet: Sheet, result: Result, name: str) -> None:
    """Set paper, margins, header, footer, colour of the tab and protection."""
    worksheet = sheet.worksheet
    worksheet.set_paper(9)
    if name not in _PORTRAIT:
        worksheet.set_landscape()
    worksheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    worksheet.fit_to_pages(1, 0)
    title = result.intervention.name[:_LONGEST_HEADER].replace("&", "&&")
    worksheet.set_header(f"&L&8{title}&R&8SØM {result.release.version}")
    worksheet.set_footer(f"&L&8&A&R&8{sheet.say('Side', 'Page')} &P {sheet.say('af', 'of')} &N")
    worksheet.set_tab_color(SHEETS[name][2])
    worksheet.hide_gridlines(2)
    worksheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
    worksheet.set_default_row(15.5)

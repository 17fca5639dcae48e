"""The sheet of inputs: participants, success shares, horizon, discount rates, price index.

Here: what a user changes first. Not here: costs (`cost_sheet`), profiles (`consequence_sheet`), prices
(`price_sheet`).
"""

from __future__ import annotations

from soem_engine.result import Result
from soem_engine.texts import VIEW_NAMES
from soem_engine.workbook.participant_rows import write_group
from soem_engine.workbook.places import GroupPlaces, Places
from soem_engine.workbook.sheet import (
    FACTOR_RULE,
    FIRST_YEAR,
    LABEL,
    NOTE,
    SHARE_RULE,
    TOTAL,
    UNIT,
    Rule,
    Sheet,
    set_year_columns,
)

_NO_END = 999
"""Last year of a rate without end; shown as an arrow."""


def fill_inputs(sheet: Sheet, result: Result, places: Places) -> None:
    """Write the sheet of inputs and note where its yellow cells are."""
    set_year_columns(sheet, len(result.years))
    sheet.text(0, LABEL, sheet.say("Input", "Input"), "title")
    sheet.text(
        1,
        LABEL,
        sheet.say(
            "Ret de gule felter; resten regner med. Tallene er dem, beregningen blev lavet med.",
            "Change the yellow cells; everything else follows. The numbers are those of the calculation.",
        ),
        "subtitle",
    )
    row = _write_frame(sheet, result, places, 3)
    for g, part in enumerate(result.parts):
        places.groups.append(GroupPlaces())
        row = write_group(sheet, result, part, places.groups[g], row + 1)
    row = _write_rates(sheet, result, places, row + 1)
    _write_index(sheet, result, places, row + 1)
    sheet.worksheet.freeze_panes(3, FIRST_YEAR)


def _write_frame(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    intervention = result.intervention
    sheet.wide_text(row, (LABEL, TOTAL), sheet.say("Rammer", "Frame"), "section")
    fixed = [
        (sheet.say("Første driftsår", "First year of operation"), intervention.first_year),
        (
            sheet.say("Resultaternes prisniveau (år)", "Price level of the results (year)"),
            intervention.price_year,
        ),
        (
            sheet.say("Omkostningernes prisniveau (år)", "Price level of the costs (year)"),
            intervention.price_year_of_costs,
        ),
    ]
    for n, (label, year) in enumerate(fixed, start=1):
        sheet.texts(row + n, LABEL, (label, "", ""))
        sheet.number(row + n, TOTAL, year, "year")
    row += len(fixed) + 1
    view = VIEW_NAMES.get(intervention.view)
    sheet.texts(row, LABEL, (sheet.say("Visning af profilerne", "View of the profiles"), "", ""))
    sheet.text(row, TOTAL, sheet.pick(view) if view else intervention.view, "note")
    n_years = len(result.years)
    years = sheet.say("år", "years")
    sheet.texts(row + 1, LABEL, (sheet.say(f"Horisont (1-{n_years})", f"Horizon (1-{n_years})"), years, ""))
    rule = Rule(1, n_years, is_whole=True)
    places.horizon = sheet.input(row + 1, TOTAL, n_years, "whole", rule)
    lag = 0 if intervention.first_consequence_year == "year_of_completion" else 1
    label = sheet.say("Konsekvenserne begynder", "Consequences begin")
    hint = sheet.say("år efter forløbet", "years after the course")
    sheet.texts(row + 2, LABEL, (label, hint, ""))
    places.lag = sheet.input(row + 2, TOTAL, lag, "whole", Rule(0, 1, is_whole=True))
    sheet.text(
        row + 2,
        FIRST_YEAR,
        sheet.say(
            "0: samme år som forløbet slutter · 1: året efter",
            "0: the year the course ends · 1: the year after",
        ),
        "note",
    )
    return row + 3


def _write_rates(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    title = sheet.say("Diskontering", "Discounting")
    sheet.wide_text(row, (LABEL, TOTAL), title, "section")
    heads = (
        sheet.say("Rente pr. år", "Rate a year"),
        sheet.say("fra år", "from year"),
        sheet.say("til år", "to year"),
    )
    sheet.text(row + 1, LABEL, heads[0], "head")
    sheet.texts(row + 1, UNIT, heads[1:], "head_right")
    sheet.text(row + 1, TOTAL, sheet.say("rente", "rate"), "head_right")
    row += 2
    brackets = [(rate.horizon_from, rate.horizon_to, rate.rate) for rate in result.rates] or [(0, None, 0.0)]
    for first, last, rate in brackets:
        label = sheet.say("Antal år efter første driftsår", "Years after the first year of operation")
        sheet.text(row, LABEL, label)
        start = sheet.number(row, UNIT, first, "year")
        end = sheet.number(row, NOTE, _NO_END if last is None else last, "open_year")
        places.rates.append((start, end, sheet.input(row, TOTAL, rate, "rate", SHARE_RULE)))
        row += 1
    return row


def _write_index(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    """Write the years of the price index that are used; other price years need none."""
    intervention = result.intervention
    years = {intervention.price_year, intervention.price_year_of_costs, result.release.price_year}
    years |= {price.price_year for part in result.parts for used in part.price_sources for price in used.rows}
    known = {
        year: result.price_index.by_year[year] for year in sorted(years & result.price_index.by_year.keys())
    }
    title = sheet.say("Prisindeks", "Price index")
    sheet.wide_text(row, (LABEL, TOTAL), title, "section")
    for n, (year, value) in enumerate(known.items(), start=1):
        sheet.texts(row + n, LABEL, (sheet.say("Indeks for", "Index of"), str(year), ""))
        places.index[year] = sheet.input(row + n, TOTAL, value, "plain", FACTOR_RULE)
    return row + len(known) + 1

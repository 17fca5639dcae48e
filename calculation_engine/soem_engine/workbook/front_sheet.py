"""The front sheet: what the workbook is, warnings first, key figures, how it is used, where everything stands.

Here: the first page. Not here: any number that is not on another sheet.
"""

from __future__ import annotations

from soem_engine.result import Result
from soem_engine.result_data import describe_no_break_even
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import Sheet
from soem_engine.workbook.wrapped_text import set_wrapped_height

_FIRST, _LAST, _WIDTHS = 0, 3, (34, 30, 20, 34)


def fill_front(sheet: Sheet, result: Result, places: Places, contents: list[tuple[str, str]]) -> None:
    """Write the front sheet.

    Parameters
    ----------
    contents
        Name of each sheet and what it holds.
    """
    for column, width in enumerate(_WIDTHS):
        sheet.worksheet.set_column(column, column, width)
    sheet.worksheet.hide_gridlines(2)
    say, intervention = sheet.say, result.intervention
    sheet.text(0, _FIRST, intervention.name, "title")
    sheet.worksheet.set_row(0, 30)
    about = say("SØM-beregning", "SØM calculation")
    release = f"{say('udgivelse', 'release')} {result.release.version}"
    engine = f"{say('motor', 'engine')} {result.engine_version}"
    sheet.text(1, _FIRST, f"{about} · {release} · {engine}", "subtitle")
    row = 2
    if intervention.description:
        row = _write_block(sheet, row, intervention.description, "text_wrap")
    row = _write_warnings(sheet, result, row + 1)
    row = _write_keys(sheet, result, places, row + 1)
    row = _write_use(sheet, row + 1)
    _write_contents(sheet, contents, row + 1)


def _write_block(sheet: Sheet, row: int, text: str, style: str) -> int:
    sheet.wide_text(row, (_FIRST, _LAST), text, style)
    set_wrapped_height(sheet, row, text, sum(_WIDTHS))
    return row + 1


def _write_warnings(sheet: Sheet, result: Result, row: int) -> int:
    sheet.wide_text(row, (_FIRST, _LAST), sheet.say("Forbehold", "Warnings"), "section")
    row += 1
    for caveat in result.caveats:
        row = _write_block(sheet, row, sheet.pick(caveat.text), "warning")
    return row


def _write_keys(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    say = sheet.say
    sheet.wide_text(row, (_FIRST, _LAST), say("Hovedtal", "Key figures"), "section")
    never = sheet.pick(describe_no_break_even(result.cumulated_dkk))
    benefit = result.benefit_per_krone
    figures = (
        (
            say("Nettonutidsværdi, kr.", "Net present value, DKK"),
            places.net_present_value,
            result.net_present_value,
            "amount",
        ),
        (
            say("Pr. deltager, kr.", "Per participant, DKK"),
            places.per_participant,
            result.net_present_value_per_participant if result.n_participants else 0.0,
            "amount",
        ),
        (
            say("Tjent hjem fra (år)", "Breaks even from (year)"),
            places.break_even_year,
            result.break_even_year or never,
            "year",
        ),
        (
            say("Udbytte pr. krone", "Benefit per krone"),
            places.benefit_per_krone,
            "-" if benefit is None else benefit,
            "ratio",
        ),
    )
    for n, (label, address, value, number_format) in enumerate(figures, start=1):
        sheet.text(row + n, _FIRST, label, "label_bold")
        sheet.formula(row + n, 1, f"={address}", value, number_format, "key")
    row += len(figures) + 1
    intervention = result.intervention
    note = say(
        f"Kr. i {intervention.price_year}-priser, diskonteret til {intervention.first_year}. Plus: det "
        "offentlige sparer.",
        f"DKK in prices of {intervention.price_year}, discounted to {intervention.first_year}. Plus: "
        "the public sector saves.",
    )
    sheet.text(row, _FIRST, note, "note")
    return row + 1


def _write_use(sheet: Sheet, row: int) -> int:
    say = sheet.say
    sheet.wide_text(row, (_FIRST, _LAST), say("Sådan bruges arket", "How to use it"), "section")
    sheet.text(row + 1, _FIRST, say("Gult felt", "Yellow cell"), "legend_input")
    steps = say(
        "Må rettes. Alt andet er formler og følger med; arkene er låst uden adgangskode (Gennemse > "
        "Fjern arkbeskyttelse).",
        "May be changed. Everything else is formulas and follows; the sheets are locked without a "
        "password (Review > Unprotect Sheet).",
    )
    sheet.wide_text(row + 1, (1, _LAST), steps, "note_wrap")
    set_wrapped_height(sheet, row + 1, steps, sum(_WIDTHS[1:]))
    changed = say(
        "Forbehold, kilder og listen over, hvad der ikke er regnet med, gælder beregningen, som den "
        "blev lavet; de ændrer sig ikke, når et felt rettes.",
        "Warnings, sources and the list of what is not counted hold for the calculation as it was "
        "made; they do not change with the cells.",
    )
    return _write_block(sheet, row + 2, changed, "note_wrap")


def _write_contents(sheet: Sheet, contents: list[tuple[str, str]], row: int) -> None:
    sheet.wide_text(row, (_FIRST, _LAST), sheet.say("Indhold", "Contents"), "section")
    for n, (name, about) in enumerate(contents, start=1):
        sheet.worksheet.write_url(row + n, _FIRST, f"internal:'{name}'!A1", sheet.styles.text("link"), name)
        sheet.text(row + n, 1, about, "note")

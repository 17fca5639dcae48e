"""The rows of a target group on the sheet of inputs: participants by year and net success share.

Here: participants as typed, or as they follow from those starting; the share as typed, or through the chain from an
effect size. Not here: who is where in the profile when (`calculation_sheet`).
"""

from __future__ import annotations

from soem_engine.group_part import GroupPart
from soem_engine.result import Result
from soem_engine.workbook.places import GroupPlaces
from soem_engine.workbook.sheet import (
    FIRST_YEAR,
    LABEL,
    NOT_NEGATIVE_RULE,
    SHARE_RULE,
    TOTAL,
    Rule,
    Sheet,
    write_years,
)


def write_group(sheet: Sheet, result: Result, part: GroupPart, places: GroupPlaces, row: int) -> int:
    """Write one target group's rows from `row` on and return the row after them."""
    last = FIRST_YEAR + len(result.years) - 1
    title = f"{sheet.say('Målgruppe', 'Target group')}: {sheet.pick(part.group.name)}"
    sheet.wide_text(row, (LABEL, last), title, "section")
    heads = (sheet.say("Personer pr. år", "Persons a year"), "", "", sheet.say("i alt", "in all"))
    write_years(sheet, row + 1, heads, result.years.tolist())
    row = _write_participants(sheet, part, places, row + 2)
    return _write_share(sheet, part, places, row)


def _write_participants(sheet: Sheet, part: GroupPart, places: GroupPlaces, row: int) -> int:
    inputs = part.inputs
    persons, months = sheet.say("personer", "persons"), sheet.say("måneder", "months")
    if inputs.starting:
        label, values = sheet.say("Starter på forløbet", "Start the course"), part.starting
    else:
        label, values = sheet.say("Gennemfører forløbet", "Complete the course"), part.completing
    sheet.texts(row, LABEL, (label, persons, ""))
    typed = [
        sheet.input(row, FIRST_YEAR + t, float(number), "persons", NOT_NEGATIVE_RULE)
        for t, number in enumerate(values)
    ]
    block = sheet.span(row, FIRST_YEAR, row, FIRST_YEAR + len(values) - 1)
    sheet.formula(row, TOTAL, f"=SUM({block})", values.sum(), "persons", "sum")
    sheet.texts(row + 1, LABEL, (sheet.say("Forløbets varighed", "Length of the course"), months, ""))
    places.duration = sheet.input(row + 1, TOTAL, inputs.duration_months, "persons", Rule(0, 60))
    if not inputs.starting:
        places.completing = typed
        return row + 2
    places.starting = typed
    label = sheet.say("Frafald af dem, der starter", "Dropout of those starting")
    sheet.texts(row + 2, LABEL, (label, "0-1", ""))
    places.dropout = sheet.input(row + 2, TOTAL, inputs.dropout_share, "share", SHARE_RULE)
    return row + 3


def _write_share(sheet: Sheet, part: GroupPart, places: GroupPlaces, row: int) -> int:
    success = part.success
    if success.base_share is not None and success.effect_size is not None:
        label = sheet.say("Basisandel med succes uden indsatsen", "Base share with success without it")
        sheet.texts(row, LABEL, (label, "0-1", ""))
        base = sheet.input(row, TOTAL, success.base_share, "share", Rule(0.0001, 0.9999))
        label = sheet.say("Standardiseret effekt", "Standardised effect")
        sheet.texts(row + 1, LABEL, (label, "d", ""))
        effect = sheet.input(row + 1, TOTAL, success.effect_size, "factor", Rule(-5, 5))
        label = sheet.say("Nettosuccesandel (beregnet)", "Net success share (calculated)")
        sheet.texts(row + 2, LABEL, (label, "0-1", ""))
        formula = f"=NORMSDIST(NORMSINV({base})+{effect})-{base}"
        places.share = sheet.formula(row + 2, TOTAL, formula, success.share, "share", "sum")
        row += 2
    else:
        label = sheet.say("Nettosuccesandel", "Net success share")
        sheet.texts(row, LABEL, (label, "0-1", ""))
        places.share = sheet.input(row, TOTAL, success.share, "share", SHARE_RULE)
        sheet.text(row, FIRST_YEAR, part.inputs.net_success_share_reason, "note")
    return row + 1

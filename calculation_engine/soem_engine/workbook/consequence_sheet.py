"""The sheet of consequences: the profile of each, switched on or off, and the change while the intervention runs.

Here: writing profiles. Not here: what they come to (`calculation_sheet`).
"""

from __future__ import annotations

from soem_engine.group_part import GroupPart
from soem_engine.result import Result
from soem_engine.workbook.consequence_order import order_consequences
from soem_engine.workbook.places import GroupPlaces, Places
from soem_engine.workbook.sheet import ANY_NUMBER, Sheet

_LABEL, _UNIT, _SIGN, _ON, _RUNNING, _FIRST = 0, 1, 2, 3, 4, 5


def count_profile_years(result: Result) -> int:
    """Return how many relative years can fall inside the horizon."""
    length = max((part.value.shape[1] for part in result.parts), default=1)
    return min(length, len(result.years))


def fill_consequences(sheet: Sheet, result: Result, places: Places) -> None:
    """Write the sheet of consequences and note where switches and profiles stand."""
    n_profile = count_profile_years(result)
    for column, width in ((_LABEL, 46), (_UNIT, 18), (_SIGN, 11), (_ON, 10), (_RUNNING, 13)):
        sheet.worksheet.set_column(column, column, width)
    sheet.worksheet.set_column(_FIRST, _FIRST + n_profile - 1, 10)
    sheet.text(0, _LABEL, sheet.say("Konsekvenser", "Consequences"), "title")
    sheet.text(
        1,
        _LABEL,
        sheet.say(
            "Forskel i forbrug pr. år for én, der når SØM's succesmål, mod én, der ikke gør (minus: "
            "mindre forbrug).",
            "Difference in use a year of one who reaches SØM's success criterion and one who does not "
            "(minus: less use).",
        ),
        "subtitle",
    )
    _write_legend(sheet)
    places.yes = sheet.say("Ja", "Yes")
    signs: dict[int, str] = {}
    row = 4
    for g, part in enumerate(result.parts):
        row = _write_group(sheet, result, part, places, signs, (g, row)) + 1
    places.signs = [signs[c] for c in range(len(result.consequences))]
    sheet.worksheet.freeze_panes(4, 1)


def _write_legend(sheet: Sheet) -> None:
    looks = ("legend_input", "legend_tapered", "legend_unknown")
    words = (
        sheet.say("Værdi fra udgivelsen eller egne data", "Value of the release, or own data"),
        sheet.say("Nedtrapning efter de år, der er data om", "Taper after the years with data"),
        sheet.say("Kendes ikke: tom, regnes ikke med", "Not known: empty, not counted"),
    )
    for n, (look, word) in enumerate(zip(looks, words, strict=True)):
        column = _FIRST + 4 * n if n else _UNIT
        sheet.text(2, column, "", look)
        sheet.text(2, column + 1, word, "note")


def _write_group(
    sheet: Sheet,
    result: Result,
    part: GroupPart,
    places: Places,
    signs: dict[int, str],
    at: tuple[int, int],
) -> int:
    g, row = at
    n_profile = count_profile_years(result)
    name = sheet.pick(part.group.name)
    sheet.wide_text(row, (_LABEL, _FIRST + n_profile - 1), name, "section")
    say = sheet.say
    heads = (
        say("Konsekvens", "Consequence"),
        say("Enhed pr. år", "Unit a year"),
        say("Fortegn", "Sign"),
        say("Regnes med", "Counted"),
        say("Mens indsatsen kører*", "While it runs*"),
    )
    sheet.texts(row + 1, _LABEL, heads, "head")
    for k in range(n_profile):
        sheet.text(row + 1, _FIRST + k, f"{say('År', 'Year')} {k + 1}", "head_right")
    sheet.worksheet.set_row(row + 1, 30)
    row += 2
    area = ""
    for c in order_consequences(result):
        consequence = result.consequences[c]
        if not part.is_calculated[c]:
            continue
        if consequence.area != area:
            area = consequence.area
            sheet.texts(row, _LABEL, [sheet.pick(consequence.area_name)] + [""] * (4 + n_profile), "band")
            row += 1
        _write_profile(sheet, result, part, places.groups[g], (c, row))
        signs.setdefault(c, sheet.ref(row, _SIGN))
        row += 1
    return _write_notes(sheet, result, row)


def _write_notes(sheet: Sheet, result: Result, row: int) -> int:
    """Write what must be known to change a profile, and return the row after it."""
    notes = [
        (
            "* ændring i forbrug pr. deltager og år, mens forløbet varer: for alle, uanset succes. Kræver, at forløbet "
            "har en varighed på arket Input.",
            "* change in use per participant and year while the course lasts: for all, success or not. Needs a length "
            "of the course on the sheet Input.",
        )
    ]
    intervention = result.intervention
    if intervention.survival_weighting:
        notes.append(("Værdierne er vægtet med overlevelse.", "The values are weighted with survival."))
    if intervention.taper == "none":
        notes.append(("Nedtrapningen er slået fra.", "The taper is switched off."))
    if intervention.tax_on_transfers == "computed":
        notes.append(
            (
                "Skat af overførselsindkomster er regnet ud fra overførslerne; den følger ikke med, når de rettes her.",
                "Tax on transfers is computed from the transfers; it does not follow when they are changed here.",
            )
        )
    for n, (danish, english) in enumerate(notes):
        sheet.text(row + n, _LABEL, sheet.say(danish, english), "note")
    return row + len(notes)


def _write_profile(
    sheet: Sheet, result: Result, part: GroupPart, places: GroupPlaces, at: tuple[int, int]
) -> None:
    c, row = at
    consequence = result.consequences[c]
    n_profile = count_profile_years(result)
    sheet.text(row, _LABEL, sheet.pick(consequence.name))
    sheet.text(row, _UNIT, sheet.pick(consequence.unit), "unit")
    sheet.number(row, _SIGN, consequence.budget_sign, sheet.say("sign_da", "sign_en"))
    yes, no = sheet.say("Ja", "Yes"), sheet.say("Nej", "No")
    places.is_on[c] = sheet.choice(row, _ON, yes, (yes, no))
    running = float(part.running_change[c])
    places.running[c] = sheet.input(row, _RUNNING, running, "profile", ANY_NUMBER)
    number_format = "profile_amount" if consequence.is_dkk else "profile"
    for k in range(n_profile):
        value, look = None, "unknown"
        if k < part.value.shape[1] and part.has_value[c, k]:
            value, look = float(part.value[c, k]), "tapered" if part.values.is_tapered[c, k] else "input"
        sheet.input(row, _FIRST + k, value, number_format, ANY_NUMBER, look)
    places.values[c] = sheet.span(row, _FIRST, row, _FIRST + n_profile - 1)

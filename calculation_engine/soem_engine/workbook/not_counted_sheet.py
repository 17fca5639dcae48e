"""The sheet of what is not counted: values nobody knows, consequences switched off, services without data.

Here: the list. Not here: when something belongs on it (`not_counted`).
"""

from __future__ import annotations

from soem_engine.notices import NOT_COUNTED_REASONS
from soem_engine.number_format import format_years
from soem_engine.result import Result
from soem_engine.workbook.sheet import Sheet


def fill_not_counted(sheet: Sheet, result: Result) -> None:
    """Write the sheet of what is not counted."""
    say = sheet.say
    for column, width in enumerate((46, 46, 20, 44)):
        sheet.worksheet.set_column(column, column, width)
    sheet.text(0, 0, say("Ikke medregnet", "Not counted"), "title")
    sheet.text(
        1,
        0,
        say("Det, ingen ved, er ikke nul: det er udeladt.", "What nobody knows is not zero: it is left out."),
        "subtitle",
    )
    heads = (
        say("Konsekvens eller ydelse", "Consequence or service"),
        say("Målgruppe", "Target group"),
        say("År i profilen", "Profile years"),
        say("Årsag", "Reason"),
    )
    sheet.texts(3, 0, heads, "head")
    names = {group.key: sheet.pick(group.name) for group in result.target_groups}
    for n, entry in enumerate(result.not_counted):
        years = format_years(list(entry.relative_years)) or say("alle", "all")
        reason = sheet.pick(NOT_COUNTED_REASONS[entry.reason])
        group = names.get(entry.target_group, entry.target_group)
        sheet.texts(4 + n, 0, (sheet.pick(entry.name), group, years, reason))
    if not result.not_counted:
        sheet.text(4, 0, say("Alt er regnet med.", "Everything is counted."), "note")
    sheet.worksheet.freeze_panes(4, 0)

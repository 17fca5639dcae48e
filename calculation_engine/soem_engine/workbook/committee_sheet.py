"""The sheet of committees: which share of the municipality's part belongs to which committee.

Here: the shares. Not here: what they come to (`result_sheet`).
"""

from __future__ import annotations

from soem_engine.committees import find_consequence_shares, find_cost_shares
from soem_engine.consequence_inputs import CommitteeStructure
from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.workbook.consequence_order import order_consequences
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import SHARE_RULE, Sheet

_LABEL, _FIRST = 0, 1


def fill_committees(sheet: Sheet, result: Result, structure: CommitteeStructure, places: Places) -> None:
    """Write the sheet of committees and note where each committee's column of shares stands."""
    say = sheet.say
    n_committees = len(result.committees)
    sheet.worksheet.set_column(_LABEL, _LABEL, 46)
    sheet.worksheet.set_column(_FIRST, _FIRST + n_committees, 18)
    sheet.text(0, _LABEL, say("Udvalg", "Committees"), "title")
    sheet.text(1, _LABEL, f"{say('Udvalgsstruktur', 'Structure')}: {structure.name}", "subtitle")
    order = order_consequences(result)
    rows = {
        "consequence": [sheet.pick(result.consequences[c].name) for c in order],
        "cost": [line.name for line in result.intervention.costs],
    }
    shares = {
        "consequence": find_consequence_shares(structure, result.consequences)[:, order],
        "cost": find_cost_shares(structure, result.intervention.costs),
    }
    titles = {
        "consequence": say("Kommunens konsekvenser (andele)", "The municipality's consequences (shares)"),
        "cost": say("Kommunens omkostninger (andele)", "The municipality's costs (shares)"),
    }
    row = 3
    for kind, names in rows.items():
        if names:
            heads = (titles[kind], *result.committees)
            places.committee_shares[kind], checks = _write_table(sheet, names, heads, shares[kind], row)
            places.share_checks += checks
            row += len(names) + 3
    sheet.worksheet.freeze_panes(3, 1)


def _write_table(
    sheet: Sheet, names: list[str], heads: tuple[str, ...], shares: FloatArray, row: int
) -> tuple[list[str], list[str]]:
    """Write a table of shares (B, X), one row an X; return the addresses of its (B,) columns and (X,) checks."""
    checks: list[str] = []
    last = _FIRST + len(shares)
    sheet.wide_text(row, (_LABEL, last), heads[0], "section")
    sheet.text(row + 1, _LABEL, "", "head")
    sheet.texts(row + 1, _FIRST, [*heads[1:], sheet.say("Kontrol", "Check")], "head_right")
    for n, name in enumerate(names):
        at = row + 2 + n
        sheet.text(at, _LABEL, name)
        for b, share in enumerate(shares[:, n]):
            sheet.input(at, _FIRST + b, float(share), "share", SHARE_RULE)
        block = sheet.span(at, _FIRST, at, last - 1)
        checks.append(sheet.share_check(at, last, block))
    end = row + 1 + len(names)
    return [sheet.span(row + 2, _FIRST + b, end, _FIRST + b) for b in range(len(shares))], checks

"""The sheet of assumptions and sources: success measures, inputs with reasons, number ids, sources of prices.

Here: text. Not here: numbers that may be changed (the other sheets), what is not counted (`not_counted_sheet`).
"""

from __future__ import annotations

from collections.abc import Iterator

from soem_engine.input_names import name_input
from soem_engine.number_format import format_plain, format_share
from soem_engine.result import Result
from soem_engine.texts import BASIS_NAMES, Language
from soem_engine.workbook.consequence_order import order_consequences
from soem_engine.workbook.consequence_sheet import count_profile_years
from soem_engine.workbook.sheet import Sheet
from soem_engine.workbook.wrapped_text import set_wrapped_height

_WIDTHS = (44, 62, 62)
Line = tuple[str, str, str]


def fill_sources(sheet: Sheet, result: Result, language: Language) -> None:
    """Write the sheet of assumptions and sources."""
    for column, width in enumerate(_WIDTHS):
        sheet.worksheet.set_column(column, column, width)
    say = sheet.say
    sheet.text(0, 0, say("Antagelser og kilder", "Assumptions and sources"), "title")
    release = f"{say('Udgivelse', 'Release')} {result.release.version}"
    sheet.text(1, 0, release, "subtitle")
    what, value, why = (
        say("Hvad", "What"),
        say("Værdi", "Value"),
        say("Begrundelse eller kilde", "Reason or source"),
    )
    sections = (
        (
            say("Succesmål", "Success measures"),
            (what, say("Ordlyd", "Wording"), ""),
            _list_measures(sheet, result),
        ),
        (
            say("Input med begrundelse", "Inputs with reasons"),
            (what, value, why),
            _list_inputs(sheet, result, language),
        ),
        (say("Antaget, ikke oplyst", "Assumed, not known"), (what, why, ""), _list_assumed(sheet, result)),
        (
            say("Diskonteringsrenter", "Discount rates"),
            (what, value, why),
            _list_rates(sheet, result, language),
        ),
        (
            say("Konsekvensernes numre i udgivelsen", "Number ids of the consequences"),
            (what, say("Nummer", "Number id"), say("Målgruppe", "Target group")),
            _list_profiles(sheet, result),
        ),
        (
            say("Priser", "Prices"),
            (what, say("Nummer", "Number id"), say("Kilde", "Source")),
            _list_prices(sheet, result),
        ),
    )
    row = 3
    for title, heads, lines in sections:
        row = _write_section(sheet, title, heads, list(lines), row)
    sheet.worksheet.freeze_panes(3, 0)


def _write_section(sheet: Sheet, title: str, heads: Line, lines: list[Line], row: int) -> int:
    if not lines:
        return row
    sheet.wide_text(row, (0, len(_WIDTHS) - 1), title, "section")
    sheet.texts(row + 1, 0, heads, "head")
    row += 2
    for line in lines:
        sheet.texts(row, 0, line, "label_wrap")
        longest = max(range(len(_WIDTHS)), key=lambda n: len(line[n]) / _WIDTHS[n])
        set_wrapped_height(sheet, row, line[longest], _WIDTHS[longest])
        row += 1
    return row + 1


def _list_measures(sheet: Sheet, result: Result) -> Iterator[Line]:
    intervention = result.intervention
    yield (
        sheet.say("Indsatsens eget succesmål", "The intervention's own measure"),
        intervention.own_success_measure,
        "",
    )
    for group in result.target_groups:
        yield f"{sheet.say('SØM', 'SØM')}: {sheet.pick(group.name)}", sheet.pick(group.success), ""
    label = sheet.say("Sammenligning", "Compared")
    yield label, intervention.success_measure_comparison, ""


def _list_inputs(sheet: Sheet, result: Result, language: Language) -> Iterator[Line]:
    say, intervention = sheet.say, result.intervention
    if intervention.source:
        yield say("Kilde", "Source"), "", intervention.source
    for part in result.parts:
        chain = part.inputs.success_chain
        reason = part.inputs.net_success_share_reason if chain is None else chain.reason
        label = f"{say('Nettosuccesandel', 'Net success share')}, {sheet.pick(part.group.name)}"
        yield label, format_share(part.success.share, language, 1), reason
        if part.success.study is not None:
            yield say("Effektstudie", "Effect study"), part.success.study.key, part.success.study.reference
    names = {consequence.key: sheet.pick(consequence.name) for consequence in result.consequences}
    for own in intervention.own_consequences:
        values = ", ".join(f"{k}: {format_plain(v, language)}" for k, v in sorted(own.values.items()))
        label = say("Egne data", "Own data")
        yield f"{label}: {names.get(own.consequence, own.consequence)}", values, own.reason
    for running in intervention.while_running:
        label = say("Mens indsatsen kører", "While it runs")
        change = format_plain(running.change, language)
        yield f"{label}: {names.get(running.consequence, running.consequence)}", change, running.reason
    for price in intervention.own_prices:
        amounts = ", ".join(f"{k}: {format_plain(v, language)}" for k, v in price.price_dkk.by_payer.items())
        label = say("Egen pris", "Own price")
        yield f"{label}: {names.get(price.consequence, price.consequence)}", amounts, price.reason
    if intervention.consequences is not None:
        label = say("Konsekvenser slået fra", "Consequences switched off")
        yield label, "", intervention.consequences.reason


def _list_assumed(sheet: Sheet, result: Result) -> Iterator[Line]:
    for assumption in result.intervention.assumed:
        yield sheet.pick(name_input(assumption.input)), assumption.why, ""


def _list_rates(sheet: Sheet, result: Result, language: Language) -> Iterator[Line]:
    for rate in result.rates:
        end = "" if rate.horizon_to is None else str(rate.horizon_to)
        label = f"{sheet.say('År', 'Year')} {rate.horizon_from}-{end}"
        basis = BASIS_NAMES.get(rate.basis)
        said = f" ({sheet.pick(basis)})" if basis else ""
        yield label, format_share(rate.rate, language, 2) + said, rate.source


def _list_profiles(sheet: Sheet, result: Result) -> Iterator[Line]:
    last = count_profile_years(result)
    for part in result.parts:
        for c in order_consequences(result):
            consequence = result.consequences[c]
            if part.is_calculated[c] and not part.group.is_own and not consequence.is_own:
                number_id = f"{part.group.key}/{consequence.key}/1 … {last}"
                yield sheet.pick(consequence.name), number_id, sheet.pick(part.group.name)


def _list_prices(sheet: Sheet, result: Result) -> Iterator[Line]:
    seen = set()
    for part in result.parts:
        for c in order_consequences(result):
            consequence = result.consequences[c]
            used = part.price_sources[c]
            ids = "\n".join(used.number_ids)
            if not part.is_calculated[c] or (consequence.key, ids) in seen:
                continue
            seen.add((consequence.key, ids))
            source = used.rows[0].source if used.rows else ""
            yield sheet.pick(consequence.name), ids, source

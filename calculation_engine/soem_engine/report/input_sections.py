"""Everything the user typed, each with its reason: the intervention, its groups, its frame, own data, assumptions.

Here: inputs as typed. Not here: costs, committees and ranges (`input_tables`), what the release gave
(`source_sections`).
"""

from __future__ import annotations

from collections.abc import Mapping

from soem_engine.group_inputs import TargetGroupInput
from soem_engine.input_names import name_input
from soem_engine.intervention import Intervention
from soem_engine.report.document import Beside, Block, Items, Pairs, Paragraph, Section
from soem_engine.report.input_tables import (
    tabulate_committees,
    tabulate_costs,
    tabulate_items,
    tabulate_own_consequences,
    tabulate_own_prices,
    tabulate_ranges,
    tabulate_running,
    tabulate_single_cases,
)
from soem_engine.report.input_words import FIRST_YEAR_NAMES, name_place
from soem_engine.report.wording import Words
from soem_engine.result import Result
from soem_engine.success_share import UNKNOWN_ERROR, SuccessShare
from soem_engine.texts import (
    ANALYSIS_NAMES,
    REIMBURSEMENT_NAMES,
    TAPER_NAMES,
    TAX_NAMES,
    VIEW_NAMES,
    Text,
)


def make_inputs(result: Result, words: Words) -> list[Section]:
    """Return the sections of inputs: one for the intervention and its frame, one a group, costs, own data, assumed."""
    sections = [
        Section(
            "inputs",
            words.say("Forudsætninger", "Assumptions and inputs"),
            (
                Paragraph(
                    words.say(
                        "Alt, hvad brugeren har skrevet, med begrundelserne ordret.",
                        "Everything the user typed, with the reasons word for word.",
                    ),
                    is_note=True,
                ),
            ),
        ),
        _describe_intervention(result, words),
        *_describe_groups(result, words),
        _describe_costs(result, words),
        _describe_own_data(result, words),
        _list_assumed(result.intervention, words),
    ]
    return [section for section in sections if section.blocks]


def _describe_intervention(result: Result, words: Words) -> Section:
    typed = result.intervention
    blocks: list[Block] = []
    if typed.description:
        blocks.append(Paragraph(_join_lines(typed.description)))
    pairs = [] if not typed.source else [(words.pick(name_input("source")), _join_lines(typed.source))]
    years = words.span(typed.first_year, typed.last_year)
    horizon = words.say(f"{years} ({typed.horizon_years} år)", f"{years} ({typed.horizon_years} years)")
    view = words.pick(VIEW_NAMES.get(typed.view, Text(typed.view, typed.view)))
    pairs += [
        (words.say("Analysetype", "Type of analysis"), words.pick(ANALYSIS_NAMES[typed.analysis])),
        (words.pick(name_input("horizon_years")), horizon),
        (words.pick(name_input("price_year")), str(typed.price_year)),
    ]
    if typed.price_year_of_costs != typed.price_year:
        pairs.append((words.pick(name_input("cost_price_year")), str(typed.price_year_of_costs)))
    pairs += [
        (words.say("Visning af forskelle", "View of the differences"), f"{view} ({typed.view})"),
        (words.say("Nedtrapning", "Taper"), words.pick(TAPER_NAMES[typed.taper])),
        (
            words.say("Konsekvenser regnes fra", "Consequences count from"),
            words.pick(FIRST_YEAR_NAMES[typed.first_consequence_year]),
        ),
        (words.pick(name_input("discounting")), _describe_discounting(result, words)),
        (words.say("Refusion", "Reimbursement"), words.pick(REIMBURSEMENT_NAMES[typed.reimbursement])),
        (
            words.say("Skat af overførsler", "Tax on transfers"),
            words.pick(TAX_NAMES[typed.tax_on_transfers]),
        ),
        (
            words.say("Vægtning efter overlevelse", "Survival weighting"),
            words.say("ja", "yes") if typed.survival_weighting else words.say("nej, som SØM", "no, as SØM"),
        ),
    ]
    if typed.same_success_measure:
        pairs.append((words.pick(name_input("same_success_measure")), words.say("ja", "yes")))
    if typed.discount_rates_date is not None:
        pairs.append((words.pick(name_input("discount_rates_date")), words.date(typed.discount_rates_date)))
    blocks.append(Pairs(tuple(pairs)))
    return Section("intervention", words.say("Indsatsen", "The intervention"), tuple(blocks), level=2)


def _describe_discounting(result: Result, words: Words) -> str:
    typed = result.intervention
    if typed.discount_rate is not None:
        own = words.share_plain(typed.discount_rate)
        return words.say(
            f"{own} i alle år (brugerens egen rente)", f"{own} in all years (the user's own rate)"
        )
    used = [rate for rate in result.rates if rate.horizon_from < len(result.years)]
    if not used:
        return words.say("ingen", "none")
    parts: list[str] = []
    for rate in used:
        end = len(result.years) - 1 if rate.horizon_to is None else rate.horizon_to
        span = words.span(rate.horizon_from, end)
        parts.append(f"{words.share_plain(rate.rate)} ({words.say('år', 'years')} {span})")
    since = words.date(used[0].valid_from)
    return f"{', '.join(parts)}, {words.say('gældende fra', 'in force from')} {since}"


def _describe_groups(result: Result, words: Words) -> list[Section]:
    typed, sections = result.intervention, []
    for number, part in enumerate(result.parts, start=1):
        inputs, name = part.inputs, words.pick(part.group.name)
        pairs = [*_list_participation(inputs, words), *_list_success(part.success, inputs, words)]
        if inputs.own_group is not None:
            pairs.append(
                (
                    words.say("Egen målgruppe", "Own target group"),
                    words.say(
                        "findes ikke i udgivelsen; kun egne tal", "not in the release; own numbers only"
                    ),
                )
            )
        own = (words.pick(name_input("own_success_measure")), _join_lines(typed.own_success_measure))
        criterion = words.say("SØM's succesmål", "SØM's success criterion")
        if part.group.is_own:
            criterion = words.say("Målgruppens succesmål", "Success criterion of the group")
        soem = (criterion, _join_lines(words.pick(part.group.success)))
        compared = (
            words.pick(name_input("success_measure_comparison")),
            _join_lines(typed.success_measure_comparison),
        )
        blocks = (Pairs(tuple(pairs)), Beside((own, soem)), Pairs((compared,)))
        title = f"{words.say('Målgruppe', 'Target group')}: {name}"
        sections.append(Section(f"group-{number}", title, blocks, level=2))
    return sections


def _list_participation(inputs: TargetGroupInput, words: Words) -> list[tuple[str, str]]:
    pairs = []
    if inputs.starting:
        pairs.append((words.say("Påbegynder", "Start"), _list_by_year(inputs.starting, words)))
    if inputs.participants:
        pairs.append((words.say("Gennemfører", "Complete"), _list_by_year(inputs.participants, words)))
    if inputs.duration_months:
        months = words.plain(inputs.duration_months)
        pairs.append((words.say("Varighed", "Duration"), words.say(f"{months} måneder", f"{months} months")))
    if inputs.dropout_share:
        pairs.append((words.say("Frafald", "Dropout"), words.share_plain(inputs.dropout_share)))
    return pairs


def _list_success(success: SuccessShare, inputs: TargetGroupInput, words: Words) -> list[tuple[str, str]]:
    """Return the net success share as typed, or link by link through the chain from an effect study."""
    name, chain = words.pick(name_input("target_groups.net_success_share")), inputs.success_chain
    if chain is None:
        reason = (words.say("Begrundelse", "Reason"), _join_lines(inputs.net_success_share_reason))
        return [(name, words.share_plain(success.share)), reason]
    effect = words.number(success.effect_size or 0.0, 2)
    base = "" if success.base_share is None else words.share(success.base_share, 1)
    known = success.effect_size_standard_error
    of_effect = of_share = words.pick(UNKNOWN_ERROR)
    if known is not None:
        of_effect, of_share = words.number(known, 2), words.share(success.standard_error, 1)
    pairs = [
        (
            name,
            words.say(
                f"{words.share(success.share, 1)} (antaget; standardfejl {of_share})",
                f"{words.share(success.share, 1)} (assumed; standard error {of_share})",
            ),
        ),
        (
            words.say("Standardiseret effekt", "Standardised effect"),
            words.say(
                f"{effect} (standardfejl {of_effect})",
                f"{effect} (standard error {of_effect})",
            ),
        ),
        (
            words.say("Andel, der når succes uden indsatsen", "Share reaching success without it"),
            base if not chain.base_share_reason else f"{base}: {_join_lines(chain.base_share_reason)}",
        ),
        (words.say("Begrundelse", "Reason"), _join_lines(chain.reason)),
    ]
    study = success.study
    if study is not None:
        facts = [study.intervention, study.effect_measure, study.design, study.country, study.reference]
        told = "; ".join(fact for fact in facts if fact)
        pairs.append((words.say("Effektstudie", "Effect study"), f"{told} ({study.key})"))
    return pairs


def _list_by_year(by_year: Mapping[int, float], words: Words) -> str:
    return ", ".join(f"{year}: {words.plain(value)}" for year, value in sorted(by_year.items()))


def _describe_costs(result: Result, words: Words) -> Section:
    typed, blocks = result.intervention, list[Block]()
    if typed.costs:
        blocks.append(tabulate_costs(typed, words))
    if any(line.items for line in typed.costs):
        blocks.append(tabulate_items(typed, words))
    if any(line.single_cases for line in typed.costs):
        blocks.append(tabulate_single_cases(typed, words))
    if typed.committees is not None:
        blocks.append(tabulate_committees(result, words))
    title = words.say("Omkostninger", "Costs")
    if typed.committees is not None:
        title = words.say("Omkostninger og udvalg", "Costs and committees")
    return Section("costs", title, tuple(blocks), level=2)


def _describe_own_data(result: Result, words: Words) -> Section:
    typed, blocks = result.intervention, list[Block]()
    off = typed.consequences
    if off is not None:
        chosen = off.only or off.without
        names = {one.key: words.pick(one.name) for one in result.consequences}
        names |= {
            entry.consequence: words.pick(entry.name) for entry in result.not_counted if entry.consequence
        }
        listed = words.join(names.get(key, key) for key in chosen)
        said = (
            words.say("Kun medregnet", "Only counted") if off.only else words.say("Slået fra", "Switched off")
        )
        blocks.append(Pairs(((said, listed), (words.say("Begrundelse", "Reason"), _join_lines(off.reason)))))
    if typed.own_consequences:
        blocks.append(tabulate_own_consequences(result, words))
    if typed.while_running:
        blocks.append(tabulate_running(result, words))
    if typed.own_prices:
        blocks.append(tabulate_own_prices(result, words))
    if typed.ranges:
        blocks.append(tabulate_ranges(typed, words))
    return Section("own-data", words.say("Egne data og valg", "Own data and choices"), tuple(blocks), level=2)


def _list_assumed(intervention: Intervention, words: Words) -> Section:
    lines = tuple(
        f"{name_place(one.input, intervention, words)}: {_join_lines(one.why)}"
        for one in intervention.assumed
    )
    title = words.say("Antagelser (opdigtede input)", "Assumptions (invented inputs)")
    return Section("assumed", title, (Items(lines),) if lines else (), level=2)


def _join_lines(text: str) -> str:
    return " ".join(text.split())

"""The inputs of a calculation as text on a terminal, with what is assumed about them.

Here: what the user typed, beside what the release says. Not here: results (`terminal`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from soem_engine.amounts import YearAmounts
from soem_engine.cost_inputs import CostItem, CostLine
from soem_engine.group_part import GroupPart
from soem_engine.input_names import name_input
from soem_engine.intervention import Intervention
from soem_engine.number_format import format_number, format_plain, format_share
from soem_engine.result_data import ResultData
from soem_engine.success_share import UNKNOWN_ERROR
from soem_engine.text_table import format_beside, format_heading, format_item, format_pairs
from soem_engine.texts import (
    ANALYSIS_NAMES,
    COST_KIND_NAMES,
    PAYER_NAMES,
    REIMBURSEMENT_NAMES,
    TAPER_NAMES,
    TAX_NAMES,
    VIEW_NAMES,
    Language,
    Text,
)

Pairs = Iterator[tuple[str, str]]


def format_inputs(result: ResultData, language: Language) -> str:
    """Return what was calculated: groups, success measures side by side, costs, own data, horizon, prices, rates."""
    intervention = result.intervention
    pairs = [pair for part in result.parts for pair in _list_group(part, language)]
    pairs += [
        (_name("costs", language), text)
        for cost in intervention.costs
        for text in _list_cost(cost, intervention, language)
    ]
    pairs += _list_own(result, language)
    pairs += _list_frame(result, language)
    heading = format_heading(Text("Indsatsen", "The intervention").pick(language))
    description = f"\n{format_item(intervention.description, '')}\n" if intervention.description else ""
    return f"{heading}{description}\n{format_pairs(pairs)}\n{_format_success_measures(result, language)}"


def _list_group(part: GroupPart, language: Language) -> Pairs:
    typed = part.inputs
    yield _name("target_groups", language), part.group.name.pick(language)
    which = "starting" if typed.starting else "participants"
    persons = typed.starting or typed.participants
    yield _name(f"target_groups.{which}", language), _format_by_year(persons, language)
    if typed.duration_months:
        months = format_plain(typed.duration_months, language)
        yield _name("target_groups.duration_months", language), f"{months} {_say(language, 'mdr.', 'months')}"
    if typed.dropout_share:
        yield (
            _name("target_groups.dropout_share", language),
            format_share(typed.dropout_share, language, 1),
        )
    share, chain = format_share(part.success.share, language, 1), typed.success_chain
    if chain is None:
        yield (
            _name("target_groups.net_success_share", language),
            f"{share}: {typed.net_success_share_reason}",
        )
        return
    yield _name("target_groups.net_success_share", language), f"{share}: {chain.reason}"
    yield _name("target_groups.success_chain", language), _format_chain(part, language)
    if chain.base_share is not None:
        base = format_share(chain.base_share, language, 1)
        yield _name("target_groups.success_chain.base_share", language), f"{base}: {chain.base_share_reason}"


def _format_chain(part: GroupPart, language: Language) -> str:
    success = part.success
    effect = format_number(success.effect_size or 0.0, language, 2)
    known = success.effect_size_standard_error
    error = UNKNOWN_ERROR.pick(language) if known is None else format_number(known, language, 2)
    base = format_share(success.base_share or 0.0, language, 1)
    text = _say(
        language,
        f"effekt {effect} (standardfejl {error}), basisandel {base}",
        f"effect {effect} (standard error {error}), base share {base}",
    )
    if success.study is None:
        return text
    study = success.study
    return f"{text}; {study.key}: {study.intervention}, {study.effect_measure}. {study.reference}"


def _format_success_measures(result: ResultData, language: Language) -> str:
    """Return the intervention's own success measure beside SØM's, and how the user compares them."""
    intervention = result.intervention
    own = (_name("own_success_measure", language), intervention.own_success_measure)
    title = _say(language, "SØM's succesmål", "SØM's success criterion")
    several = len(result.target_groups) > 1
    blocks = []
    for group in result.target_groups:
        name = f"{title} ({group.name.pick(language)})" if several else title
        blocks.append(format_beside(own, (name, group.success.pick(language))))
    comparison = [(_name("success_measure_comparison", language), intervention.success_measure_comparison)]
    return "\n" + "\n\n".join([*blocks, format_pairs(comparison)])


def format_assumptions(result: ResultData, language: Language) -> str:
    """Return the inputs marked as assumed, each with its reason; empty if there is none."""
    if not result.intervention.assumed:
        return ""
    heading = _say(language, "Antagelser (opdigtede input)", "Assumptions (invented inputs)")
    lines = [format_heading(heading)]
    for assumption in result.intervention.assumed:
        lines.append(format_item(f"{_name(assumption.input, language)}: {assumption.why}"))
    return "\n".join(lines)


def _list_own(result: ResultData, language: Language) -> Pairs:
    """Yield own data, consequences while running, own prices and what is switched off, each with its reason."""
    intervention = result.intervention
    consequences = {consequence.key: consequence for consequence in result.consequences}
    for own in intervention.own_consequences:
        if own.consequence in consequences:
            name = consequences[own.consequence].name.pick(language)
            unit = consequences[own.consequence].unit.pick(language)
            values = _format_by_year(own.values, language)
            yield _name("own_consequences", language), f"{name}, {values} {unit}: {own.reason}"
    for running in intervention.while_running:
        if running.consequence in consequences:
            name = consequences[running.consequence].name.pick(language)
            unit = consequences[running.consequence].unit.pick(language)
            change = f"{format_plain(running.change, language)} {unit}"
            yield _name("while_running", language), f"{name}, {change}: {running.reason}"
    for price in intervention.own_prices:
        if price.consequence in consequences:
            amounts = ", ".join(
                f"{PAYER_NAMES[payer].pick(language)} {format_plain(amount, language)} kr."
                for payer, amount in price.price_dkk.by_payer.items()
            )
            name = consequences[price.consequence].name.pick(language)
            yield _name("own_prices", language), f"{name}, {amounts}: {price.reason}"
    if intervention.consequences is not None:
        yield _name("consequences", language), intervention.consequences.reason
    if intervention.committees is not None:
        yield _name("committees", language), intervention.committees.name
    for given in intervention.ranges:
        low, high = format_plain(given.low, language), format_plain(given.high, language)
        to = _say(language, "til", "to")
        yield _name("ranges", language), f"{given.input}: {low} {to} {high}: {given.reason}"


def _list_frame(result: ResultData, language: Language) -> Pairs:
    intervention = result.intervention
    span = f"{intervention.first_year}-{intervention.last_year}"
    years = f"{span} ({intervention.horizon_years} {_say(language, 'år', 'years')})"
    costs_in = ""
    if intervention.price_year_of_costs != intervention.price_year:
        year = intervention.price_year_of_costs
        costs_in = _say(language, f" (omkostninger omregnet fra {year})", f" (costs converted from {year})")
    if intervention.first_consequence_year == "year_of_completion":
        timing = _say(
            language,
            "konsekvenser fra det år, forløbet afsluttes",
            "consequences from the year of completion",
        )
    else:
        timing = _say(
            language,
            "konsekvenser fra året efter, forløbet afsluttes",
            "consequences from the year after completion",
        )
    view = VIEW_NAMES.get(intervention.view, Text(intervention.view, intervention.view))
    yield _name("analysis", language), ANALYSIS_NAMES[intervention.analysis].pick(language)
    yield _name("horizon_years", language), f"{years}; {timing}"
    yield _name("price_year", language), f"{intervention.price_year}{costs_in}"
    yield _name("discounting", language), _format_rates(result, language)
    yield _name("view", language), f"{intervention.view}: {view.pick(language)}"
    for field, chosen, usual, names in (
        ("taper", intervention.taper, "release", TAPER_NAMES),
        ("reimbursement", intervention.reimbursement, "by_date", REIMBURSEMENT_NAMES),
        ("tax_on_transfers", intervention.tax_on_transfers, "release", TAX_NAMES),
    ):
        if chosen != usual:
            yield _name(field, language), names[chosen].pick(language)
    if intervention.survival_weighting:
        yield _name("survival_weighting", language), _say(language, "ja", "yes")


def _format_rates(result: ResultData, language: Language) -> str:
    used = [rate for rate in result.rates if rate.horizon_from < len(result.years)]
    if not used:
        return _say(language, "ingen", "none")
    word = _say(language, "år", "year")
    parts = []
    for rate in used:
        share = format_share(rate.rate, language, 1)
        end = "" if rate.horizon_to is None else str(rate.horizon_to)
        parts.append(f"{share} ({word} {rate.horizon_from}-{end})")
    if result.intervention.discount_rate is not None:
        return f"{', '.join(parts)}, {_say(language, 'egen rente', 'own rate')}"
    start = _say(language, "gældende fra", "in force from")
    return f"{', '.join(parts)}, {start} {used[0].valid_from.isoformat()}"


def _list_cost(cost: CostLine, intervention: Intervention, language: Language) -> Iterator[str]:
    payers = ", ".join(
        PAYER_NAMES[payer].pick(language) + ("" if share == 1 else f" {format_share(share, language)}")
        for payer, share in cost.payer.shares.items()
    )
    saved = _say(language, "sparet: ", "saved: ") if cost.saved_alternative else ""
    name = f"{saved}{cost.name}, {COST_KIND_NAMES[cost.kind].pick(language)}"
    if cost.amounts_dkk is not None:
        yield f"{name}: {_format_amounts(cost.amounts_dkk, language)} kr. ({payers})"
        return
    yield f"{name}, {_say(language, 'omkostningsark', 'cost sheet')} ({payers})"
    for item in cost.items:
        yield f"- {item.name}: {_format_item(item, language)}"
    for case in cost.single_cases:
        persons = _format_amounts(case.persons, language)
        yield f"- {case.name}: {persons} × {format_plain(case.cost_dkk, language)} kr. (§ 176)"


def _format_item(item: CostItem, language: Language) -> str:
    if item.hours is None:
        quantity = _format_amounts(item.quantity or YearAmounts(0.0), language)
        return f"{quantity} × {format_plain(item.unit_cost_dkk or 0.0, language)} kr."
    hours = f"{_format_amounts(item.hours, language)} {_say(language, 'timer', 'hours')}"
    wage = f"{format_plain(item.wage_dkk or 0.0, language)} kr."
    overhead = f" + {format_share(item.overhead_share, language)} overhead" if item.overhead_share else ""
    return f"{hours} × {wage}{overhead}"


def _format_amounts(amounts: YearAmounts, language: Language) -> str:
    if amounts.constant is not None:
        return format_plain(amounts.constant, language)
    return _format_by_year(amounts.by_year, language)


def _format_by_year(by_year: Mapping[int, float], language: Language) -> str:
    return ", ".join(f"{year}: {format_plain(value, language)}" for year, value in by_year.items())


def _say(language: Language, danish: str, english: str) -> str:
    return danish if language == "da" else english


def _name(place: str, language: Language) -> str:
    return name_input(place).pick(language)

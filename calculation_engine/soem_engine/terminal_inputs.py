"""The inputs of a calculation as text on a terminal, with what is assumed about them.

Here: what the user typed, beside what the release says. Not here: results (`terminal`).
"""

from __future__ import annotations

from soem_engine.cost_inputs import CostLine
from soem_engine.intervention import Intervention
from soem_engine.number_format import format_plain, format_share
from soem_engine.result import Result
from soem_engine.text_table import format_beside, format_heading, format_item, format_pairs
from soem_engine.texts import COST_KIND_NAMES, INPUT_NAMES, PAYER_NAMES, VIEW_NAMES, Language, Text


def format_inputs(result: Result, language: Language) -> str:
    """Return what was calculated: groups, success measures side by side, costs, horizon, prices and rates."""
    intervention = result.intervention
    pairs: list[tuple[str, str]] = []
    for group, typed in zip(result.target_groups, intervention.target_groups, strict=True):
        share = f"{format_share(typed.net_success_share, language, 1)}: {typed.net_success_share_reason}"
        pairs += [
            (_name("target_groups", language), group.name.pick(language)),
            (_name("target_groups.participants", language), _format_by_year(typed.participants, language)),
            (_name("target_groups.net_success_share", language), share),
        ]
    pairs += [
        (_name("costs", language), _format_cost(cost, intervention, language)) for cost in intervention.costs
    ]
    pairs += _format_frame(result, language)
    heading = format_heading(Text("Indsatsen", "The intervention").pick(language))
    description = f"\n{format_item(intervention.description, '')}\n" if intervention.description else ""
    return f"{heading}{description}\n{format_pairs(pairs)}\n{_format_success_measures(result, language)}"


def _format_success_measures(result: Result, language: Language) -> str:
    """Return the intervention's own success measure beside SØM's, and how the user compares them."""
    intervention = result.intervention
    own = (_name("own_success_measure", language), intervention.own_success_measure)
    title = Text("SØM's succesmål", "SØM's success criterion").pick(language)
    several = len(result.target_groups) > 1
    blocks = []
    for group in result.target_groups:
        name = f"{title} ({group.name.pick(language)})" if several else title
        blocks.append(format_beside(own, (name, group.success.pick(language))))
    comparison = [(_name("success_measure_comparison", language), intervention.success_measure_comparison)]
    return "\n" + "\n\n".join([*blocks, format_pairs(comparison)])


def format_assumptions(result: Result, language: Language) -> str:
    """Return the inputs marked as assumed, each with its reason; empty if there is none."""
    if not result.intervention.assumed:
        return ""
    heading = Text("Antagelser (opdigtede input)", "Assumptions (invented inputs)").pick(language)
    lines = [format_heading(heading)]
    for assumption in result.intervention.assumed:
        lines.append(format_item(f"{_name(assumption.input, language)}: {assumption.why}"))
    return "\n".join(lines)


def _format_frame(result: Result, language: Language) -> list[tuple[str, str]]:
    intervention, danish = result.intervention, language == "da"
    span = f"{intervention.first_year}-{intervention.last_year}"
    years = f"{span} ({intervention.horizon_years} {_years(language)})"
    costs_in = ""
    if intervention.price_year_of_costs != intervention.price_year:
        year = intervention.price_year_of_costs
        costs_in = f" (omkostninger omregnet fra {year})" if danish else f" (costs converted from {year})"
    if intervention.first_consequence_year == "year_of_completion":
        timing = Text(
            "konsekvenser fra det år, forløbet afsluttes", "consequences from the year of completion"
        )
    else:
        timing = Text(
            "konsekvenser fra året efter, forløbet afsluttes", "consequences from the year after completion"
        )
    view = VIEW_NAMES.get(intervention.view, Text(intervention.view, intervention.view))
    return [
        (_name("horizon_years", language), f"{years}; {timing.pick(language)}"),
        (_name("price_year", language), f"{intervention.price_year}{costs_in}"),
        (_name("discounting", language), _format_rates(result, language)),
        (_name("view", language), f"{intervention.view}: {view.pick(language)}"),
    ]


def _format_rates(result: Result, language: Language) -> str:
    used = [rate for rate in result.rates if rate.horizon_from < len(result.years)]
    if not used:
        return Text("ingen", "none").pick(language)
    word = Text("år", "year").pick(language)
    parts = []
    for rate in used:
        share = format_share(rate.rate, language, 1)
        end = "" if rate.horizon_to is None else str(rate.horizon_to)
        parts.append(f"{share} ({word} {rate.horizon_from}-{end})")
    start = Text("gældende fra", "in force from").pick(language)
    return f"{', '.join(parts)}, {start} {used[0].valid_from.isoformat()}"


def _format_cost(cost: CostLine, intervention: Intervention, language: Language) -> str:
    amounts = cost.amounts_dkk
    constant = None if amounts.constant is None else f"{format_plain(amounts.constant, language)} kr."
    size = constant or _format_by_year(amounts.by_year, language) + " kr."
    payers = ", ".join(
        PAYER_NAMES[payer].pick(language) + ("" if share == 1 else f" {format_share(share, language)}")
        for payer, share in cost.payer.shares.items()
    )
    saved = Text("sparet: ", "saved: ").pick(language) if cost.saved_alternative else ""
    return f"{saved}{cost.name}, {COST_KIND_NAMES[cost.kind].pick(language)}: {size} ({payers})"


def _format_by_year(by_year: object, language: Language) -> str:
    items = dict(by_year).items() if isinstance(by_year, dict) else ()
    return ", ".join(f"{year}: {format_plain(value, language)}" for year, value in items)


def _years(language: Language) -> str:
    return Text("år", "years").pick(language)


def _name(key: str, language: Language) -> str:
    plain = key.partition("[")[0] + key.partition("]")[2]
    return INPUT_NAMES.get(plain, Text(key, key)).pick(language)

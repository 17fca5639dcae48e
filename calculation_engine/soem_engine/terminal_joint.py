"""A comparison or several interventions together as readable tables on a terminal, in Danish or English.

Here: what is shown, warnings first, then the result, and what each intervention rests on. Not here: single results
(`terminal`), columns and wrapping (`text_table`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.combination import Combination
from soem_engine.comparison import Comparison
from soem_engine.joint_result import JointResult
from soem_engine.notices import NOT_COUNTED_REASONS
from soem_engine.number_format import format_dkk, format_number, format_years
from soem_engine.result_data import describe_no_break_even
from soem_engine.terminal_inputs import format_assumptions, format_inputs
from soem_engine.terminal_words import TerminalWords, cut_text, format_caveats, format_title
from soem_engine.text_table import TextTable, format_heading, format_item, format_pairs
from soem_engine.texts import Language


def format_joint(joint: Comparison | Combination, language: Language = "da") -> str:
    """Return a comparison or combination as text for a terminal."""
    words = TerminalWords(language)
    names = [term.result.intervention.name for term in joint.terms]
    if isinstance(joint, Comparison):
        title = words.say("Sammenligning", "Comparison") + f": {names[0]} – {names[1]}"
    else:
        title = words.say("Samlet plan", "Combined plan") + f": {joint.plan.name}"
    table = TextTable(
        [
            words.say("Indsats", "Intervention"),
            *words.payers(joint.payers),
            words.say("I alt", "Total"),
            words.say("Pr. deltager", "Per participant"),
        ]
    )
    for term in joint.terms:
        net = term.sign * term.result.net_present_value_by_payer
        sign = "" if term.sign > 0 else words.say("minus ", "less ")
        each = term.result.net_present_value_per_participant
        name = sign + cut_text(term.result.intervention.name)
        table.add(name, *words.numbers((*net, net.sum(), each)))
    table.rule()
    net = joint.net_present_value_by_payer
    table.add(words.say("Netto", "Net"), *words.numbers((*net, net.sum())), "")
    heading = format_heading(
        words.say("Nettonutidsværdi, kr. (plus: det offentlige sparer)", "Net present value, kr.")
    )
    sections = [
        format_title(title),
        format_caveats(joint.caveats, words),
        f"{heading}\n{table.format()}\n\n{format_pairs(_list_outcome(joint, words))}",
        _format_years(joint, words),
        _format_areas(joint, words),
        _format_consequences(joint, words),
        _format_committees(joint, words),
        _format_not_counted(joint, words),
        *(_format_basis(n, joint, words) for n in range(len(joint.terms))),
    ]
    return "\n".join(section for section in sections if section) + "\n"


def _list_outcome(joint: JointResult, words: TerminalWords) -> list[tuple[str, str]]:
    year, benefit = joint.break_even_year, joint.benefit_per_krone
    never = words.pick(describe_no_break_even(joint.cumulated_dkk))
    pairs = [(words.say("Tjent hjem fra", "Breaks even from"), never if year is None else str(year))]
    if benefit is not None:
        pairs.append(
            (words.say("Udbytte pr. krone", "Benefit per krone"), format_number(benefit, words.language, 2))
        )
    if isinstance(joint, Comparison) and joint.extra_cost_per_extra_success is not None:
        extra = format_dkk(joint.extra_cost_per_extra_success, words.language)
        pairs.append((words.say("Pr. ekstra succes", "Per extra success"), extra))
    if isinstance(joint, Combination) and joint.plan.overlaps:
        out = format_dkk(float(joint.overlap_dkk.sum()), words.language)
        pairs.append((words.say("Trukket fra, talt dobbelt", "Taken out, counted twice"), out))
    return pairs


def _format_years(joint: JointResult, words: TerminalWords) -> str:
    table = TextTable(
        [
            words.say("År", "Year"),
            *words.payers(joint.payers),
            words.say("Netto", "Net"),
            words.say("Akkumuleret*", "Cumulated*"),
        ]
    )
    for t, year in enumerate(joint.years):
        net = joint.net_dkk[t]
        table.add(str(year), *words.numbers((*net, net.sum(), joint.cumulated_dkk[t])))
    heading = format_heading(
        words.say("År for år, kr. (ikke diskonteret)", "Year by year, kr. (undiscounted)")
    )
    note = words.say("* diskonteret til første driftsår", "* discounted to the first year of operation")
    return f"{heading}\n{table.format()}\n  {note}"


def _format_areas(joint: JointResult, words: TerminalWords) -> str:
    table = TextTable([words.say("Område", "Area"), *words.payers(joint.payers), words.say("I alt", "Total")])
    for name, amounts in zip(joint.areas.values(), joint.sum_by_area().sum(axis=1), strict=True):
        if amounts.any():
            table.add(words.pick(name), *words.numbers((*amounts, amounts.sum())))
    cost = 0.0 - joint.cost_pv_dkk.sum(axis=0)
    table.add(words.say("Omkostninger", "Cost"), *words.numbers((*cost, cost.sum())))
    heading = format_heading(words.say("Efter område, kr. (diskonteret)", "By area, kr. (discounted)"))
    return f"{heading}\n{table.format()}"


def _format_consequences(joint: JointResult, words: TerminalWords) -> str:
    money, use = joint.sum_by_consequence().sum(axis=(1, 2)), joint.sum_use_change()
    table = TextTable(
        [
            words.say("Konsekvens", "Consequence"),
            words.say("Ændret forbrug", "Change in use"),
            words.say("Kr. (diskonteret)", "kr. (discounted)"),
        ]
    )
    consequences = list(joint.consequences.values())
    for c in np.argsort(-np.abs(money), kind="stable"):
        one = consequences[c]
        if money[c] != 0 or use[c] != 0:
            change = format_number(float(use[c]), words.language, 0 if one.is_dkk else 1)
            table.add(words.pick(one.name), f"{change} {words.pick(one.unit)}", *words.numbers([money[c]]))
    heading = format_heading(words.say("Efter konsekvens, hele horisonten", "By consequence, whole horizon"))
    return f"{heading}\n{table.format()}"


def _format_committees(joint: JointResult, words: TerminalWords) -> str:
    """Return the municipality's part by committee; why not, where only some interventions have a structure."""
    heading = format_heading(
        words.say("Kommunen efter udvalg, kr. (diskonteret)", "Municipality by committee, kr. (discounted)")
    )
    if not joint.committees:
        if not any(term.result.committees for term in joint.terms):
            return ""
        said = words.say(
            "Vises kun, når alle indsatserne har en udvalgsstruktur.",
            "Shown only where all the interventions have a committee structure.",
        )
        return f"{heading}\n{format_item(said)}"
    table = TextTable([words.say("Udvalg", "Committee"), words.say("Netto", "Net")])
    net = joint.net_by_committee_pv_dkk.sum(axis=1)
    for name, amount in zip(joint.committees, net, strict=True):
        table.add(name, *words.numbers([amount]))
    table.rule()
    table.add(words.say("Kommunen", "Municipality"), *words.numbers([net.sum()]))
    return f"{heading}\n{table.format()}"


def _format_not_counted(joint: JointResult, words: TerminalWords) -> str:
    if not joint.not_counted:
        return ""
    lines = [format_heading(words.say("Ikke regnet med", "Not counted"))]
    for entry in joint.not_counted:
        years = ""
        if entry.relative_years:
            years = f", {words.say('profilens år', 'profile year')} {format_years(entry.relative_years)}"
        reason = words.pick(NOT_COUNTED_REASONS[entry.reason])
        lines.append(format_item(f"{words.pick(entry.name)}{years}: {reason}"))
    return "\n".join(dict.fromkeys(lines))


def _format_basis(number: int, joint: JointResult, words: TerminalWords) -> str:
    """Return what one of the interventions rests on: inputs, success measures side by side, assumptions."""
    result = joint.terms[number].result
    title = format_title(f"{number + 1}. {result.intervention.name}")
    parts = [format_inputs(result, words.language), format_assumptions(result, words.language)]
    return "\n".join(["", title, *(part for part in parts if part)])

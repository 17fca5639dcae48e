"""Comparison, combination, sensitivity and Monte Carlo as readable tables on a terminal, in Danish or English.

Here: what is shown of an analysis; warnings first. Not here: single results (`terminal`), columns and wrapping
(`text_table`).
"""

from __future__ import annotations

from soem_engine.break_evens import BreakEven
from soem_engine.combination import Combination
from soem_engine.comparison import Comparison
from soem_engine.joint_result import JointResult
from soem_engine.notices import Caveat
from soem_engine.number_format import format_chance, format_dkk, format_number, format_plain, format_share
from soem_engine.result_data import describe_no_break_even
from soem_engine.sensitivity import Sensitivity, Switch, TwoWayTable
from soem_engine.text_table import TextTable, format_heading, format_item, format_pairs
from soem_engine.texts import PAYER_NAMES, Language, Text
from soem_engine.tipping_points import TippingPoint
from soem_engine.tornado import TornadoBar
from soem_engine.uncertainty import MonteCarlo

TOP = 15


def format_joint(joint: Comparison | Combination, language: Language = "da") -> str:
    """Return a comparison or combination as text for a terminal."""
    words = _Words(language)
    names = [term.result.intervention.name for term in joint.terms]
    if isinstance(joint, Comparison):
        title = words.say("Sammenligning", "Comparison") + f": {names[0]} – {names[1]}"
    else:
        title = words.say("Samlet plan", "Combined plan") + f": {joint.plan.name}"
    table = TextTable(
        [words.say("Indsats", "Intervention"), *words.payers(joint.payers), words.say("I alt", "Total")]
    )
    for term in joint.terms:
        net = term.sign * term.result.net_present_value_by_payer
        sign = "" if term.sign > 0 else words.say("minus ", "less ")
        table.add(sign + _cut(term.result.intervention.name), *words.numbers((*net, net.sum())))
    table.rule()
    net = joint.net_present_value_by_payer
    table.add(words.say("Netto", "Net"), *words.numbers((*net, net.sum())))
    heading = format_heading(
        words.say("Nettonutidsværdi, kr. (plus: det offentlige sparer)", "Net present value, kr.")
    )
    sections = [
        _format_title(title),
        _format_caveats(joint.caveats, words),
        f"{heading}\n{table.format()}\n\n{format_pairs(_list_outcome(joint, words))}",
        _format_years(joint, words),
        _format_areas(joint, words),
    ]
    return "\n".join(sections) + "\n"


def format_sensitivity(sensitivity: Sensitivity, language: Language = "da") -> str:
    """Return a sensitivity analysis as text for a terminal."""
    words, base = _Words(language), sensitivity.base
    title = f"{words.say('Følsomhed', 'Sensitivity')}: {base.intervention.name}"
    value = format_dkk(base.net_present_value, language)
    sections = [
        _format_title(title),
        _format_caveats(sensitivity.caveats, words),
        f"\n{format_pairs([(words.say('Nettonutidsværdi', 'Net present value'), value)])}",
        _format_tornado(sensitivity.tornado, words),
        _format_break_evens(sensitivity.break_evens, words),
        _format_tipping(sensitivity.tipping_points, words),
        _format_switches(sensitivity.switches, words),
        *(_format_two_way(table, words) for table in sensitivity.two_way),
    ]
    return "\n".join(sections) + "\n"


def format_monte_carlo(drawn: MonteCarlo, name: str, language: Language = "da") -> str:
    """Return Monte Carlo draws as text for a terminal."""
    words = _Words(language)
    low, high = drawn.interval_dkk
    sources = ", ".join(source.pick(language) for source in drawn.sources)
    seed = words.say(f"{drawn.n_draws} træk, frø {drawn.seed}", f"{drawn.n_draws} draws, seed {drawn.seed}")
    pairs = [
        (words.say("Trukket", "Drawn"), sources),
        (words.say("Træk", "Draws"), seed),
        (words.say("Middelværdi", "Mean"), format_dkk(drawn.mean_dkk, language)),
        (words.say("Standardafvigelse", "Standard deviation"), format_dkk(drawn.sd_dkk, language)),
        (words.say("- regnet ud", "- in closed form"), format_dkk(drawn.analytic_sd_dkk, language)),
        (
            words.say("95 %-interval (alt, der trækkes)", "95 % interval (of all drawn)"),
            f"{format_dkk(low, language)} {words.say('til', 'to')} {format_dkk(high, language)}",
        ),
        (
            words.say("Chance for plus", "Chance of saving"),
            format_chance(drawn.probability_positive, language, 1),
        ),
    ]
    for payer, chance in zip(drawn.payers, drawn.probability_positive_by_payer, strict=True):
        pairs.append((f"- {PAYER_NAMES[payer].pick(language)}", format_chance(float(chance), language, 1)))
    table = TextTable(
        [
            words.say("År", "Year"),
            words.say("Chance for plus", "Chance of saving"),
            *(format_share(q, language) for q in drawn.fan_probabilities),
        ]
    )
    for t, year in enumerate(drawn.years):
        chance = format_chance(float(drawn.probability_positive_by_year[t]), language, 1)
        table.add(str(year), chance, *words.numbers(drawn.fan_dkk[:, t]))
    heading = format_heading(
        words.say("Akkumuleret nettonutidsværdi, fraktiler, kr.", "Cumulated, quantiles, kr.")
    )
    title = f"{words.say('Usikkerhed', 'Uncertainty')}: {name}"
    parts = [_format_title(title), _format_caveats(drawn.caveats, words), f"\n{format_pairs(pairs)}"]
    return "\n".join([*parts, f"{heading}\n{table.format()}"]) + "\n"


class _Words:
    def __init__(self, language: Language) -> None:
        self.language = language

    def say(self, danish: str, english: str) -> str:
        return danish if self.language == "da" else english

    def pick(self, text: Text) -> str:
        return text.pick(self.language)

    def numbers(self, values: object) -> list[str]:
        return [format_number(float(value), self.language) for value in values]  # type: ignore[attr-defined]

    def payers(self, payers: tuple[str, ...]) -> list[str]:
        return [PAYER_NAMES[payer].pick(self.language) for payer in payers]

    def payer(self, payer: str | None) -> str:
        return self.say("Alle", "All") if payer is None else PAYER_NAMES[payer].pick(self.language)

    def value(self, value: float | None, unit: str) -> str:
        if value is None:
            return "-"
        if unit in ("share", "rate"):
            return format_share(value, self.language, 1)
        if unit == "dkk":
            return format_number(value, self.language)
        if unit == "persons":
            return format_number(value, self.language, 1)
        return f"× {format_plain(round(value, 2), self.language)}"


def _format_title(title: str) -> str:
    return f"{title}\n{'=' * len(title)}"


def _format_caveats(caveats: tuple[Caveat, ...], words: _Words) -> str:
    lines = [format_heading(words.say("Forbehold", "Warnings"))]
    return "\n".join(lines + [format_item(words.pick(caveat.text), "!") for caveat in caveats])


def _list_outcome(joint: JointResult, words: _Words) -> list[tuple[str, str]]:
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


def _format_years(joint: JointResult, words: _Words) -> str:
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


def _format_areas(joint: JointResult, words: _Words) -> str:
    table = TextTable([words.say("Område", "Area"), *words.payers(joint.payers), words.say("I alt", "Total")])
    for name, amounts in zip(joint.areas.values(), joint.sum_by_area().sum(axis=1), strict=True):
        if amounts.any():
            table.add(words.pick(name), *words.numbers((*amounts, amounts.sum())))
    cost = 0.0 - joint.cost_pv_dkk.sum(axis=0)
    table.add(words.say("Omkostninger", "Cost"), *words.numbers((*cost, cost.sum())))
    heading = format_heading(words.say("Efter område, kr. (diskonteret)", "By area, kr. (discounted)"))
    return f"{heading}\n{table.format()}"


def _format_tornado(bars: tuple[TornadoBar, ...], words: _Words) -> str:
    table = TextTable(
        [
            words.say("Input", "Input"),
            words.say("Fra", "From"),
            words.say("Til", "To"),
            words.say("Netto ved fra", "Net at from"),
            words.say("Netto ved til", "Net at to"),
        ]
    )
    for bar in bars[:TOP]:
        star = "*" if bar.is_default else ""
        ends = (words.value(bar.low, bar.unit), words.value(bar.high, bar.unit))
        table.add(_cut(words.pick(bar.name), 48) + star, *ends, *words.numbers((bar.low_dkk, bar.high_dkk)))
    heading = format_heading(words.say("Et input ad gangen, kr.", "One input at a time, kr."))
    more = len(bars) - TOP
    note = words.say(
        "* interval ikke angivet: ±20 %, ±1 procentpoint eller 95 %-interval",
        "* no range given: ±20 %, ±1 percentage point or 95 % interval",
    )
    rest = words.say(f"; {more} flere i JSON", f"; {more} more in JSON") if more > 0 else ""
    return f"{heading}\n{table.format()}\n  {note}{rest}"


def _format_break_evens(found: tuple[BreakEven, ...], words: _Words) -> str:
    table = TextTable(
        [
            words.say("Input", "Input"),
            words.say("Betaler", "Payer"),
            words.say("Nu", "Now"),
            words.say("Nul ved", "Zero at"),
            "",
        ]
    )
    units = {
        "net_success_share": "share",
        "participants": "persons",
        "cost_per_participant": "dkk",
        "price": "dkk",
    }
    prices = [one for one in found if one.what == "price"][:5]
    for one in [one for one in found if one.what != "price"] + prices:
        unit = units[one.what]
        name = words.pick(one.name)
        if one.what == "price":
            name = f"{words.say('Pris', 'Price')}: {name}"
        zero = words.value(one.value, unit) if one.is_possible else "-"
        table.add(
            _cut(name, 40), words.payer(one.payer), words.value(one.base, unit), zero, words.pick(one.note)
        )
    heading = format_heading(words.say("Hvor resultatet er nul", "Where the result is zero"))
    return f"{heading}\n{table.format()}"


def _format_tipping(points: tuple[TippingPoint, ...], words: _Words) -> str:
    table = TextTable(
        [
            words.say("Betaler", "Payer"),
            words.say("Netto", "Net"),
            words.say("Skævhed, standardfejl", "Bias, standard errors"),
            words.say("Mindre konsekvenser", "Smaller consequences"),
        ]
    )
    for point in points:
        errors, share = point.standard_errors, point.share_of_consequences
        table.add(
            words.payer(point.payer),
            format_number(point.net_present_value, words.language),
            "-" if errors is None else format_number(errors, words.language, 2),
            "-" if share is None else format_share(share, words.language, 0),
        )
    heading = format_heading(
        words.say(
            "Hvad der skal til, før fortegnet skifter", "What would have to be true for the sign to turn"
        )
    )
    note = words.say(
        "Skævhed: alle justerede forskelle forkerte i den værste retning, i antal af deres standardfejl. Minus: "
        "konsekvenserne skal være større.",
        "Bias: every adjusted difference wrong in the worst direction, in multiples of its standard error. "
        "Smaller by a negative share: larger.",
    )
    return f"{heading}\n{table.format()}\n  {note}"


def _format_switches(switches: tuple[Switch, ...], words: _Words) -> str:
    table = TextTable(
        [
            words.say("Valg", "Choice"),
            words.say("Netto, kr.", "Net, kr."),
            words.say("Tjent hjem", "Breaks even"),
        ]
    )
    for switch in switches:
        star = " *" if switch.is_base else ""
        year = "-" if switch.break_even_year is None else str(switch.break_even_year)
        label = f"{words.pick(switch.name)}: {words.pick(switch.value_name)}{star}"
        table.add(label, format_number(switch.net_present_value, words.language), year)
    heading = format_heading(words.say("Andre valg", "Other choices"))
    return f"{heading}\n{table.format()}\n  {words.say('* som beregnet', '* as calculated')}"


def _format_two_way(table: TwoWayTable, words: _Words) -> str:
    columns = [words.value(float(value), table.column_unit) for value in table.column_values]
    shown = TextTable([f"{words.pick(table.row_name)} \\ {words.pick(table.column_name)}", *columns])
    for value, cells in zip(table.row_values, table.net_present_value_dkk, strict=True):
        shown.add(words.value(float(value), table.row_unit), *words.numbers(cells))
    title = words.say(
        "To input ad gangen, nettonutidsværdi, kr.", "Two inputs at a time, net present value, kr."
    )
    return f"{format_heading(title)}\n{shown.format()}"


def _cut(text: str, length: int = 44) -> str:
    return text if len(text) <= length else text[: length - 3] + "..."

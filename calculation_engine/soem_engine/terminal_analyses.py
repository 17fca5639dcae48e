"""Sensitivity and Monte Carlo as readable tables on a terminal, in Danish or English.

Here: what is shown of an analysis; warnings first. Not here: single results (`terminal`), several together
(`terminal_joint`), columns and wrapping (`text_table`).
"""

from __future__ import annotations

from soem_engine.break_evens import BreakEven
from soem_engine.number_format import format_chance, format_dkk, format_number, format_share
from soem_engine.sensitivity import Sensitivity, Switch, TwoWayTable
from soem_engine.terminal_words import TerminalWords, cut_text, format_caveats, format_title
from soem_engine.text_table import TextTable, format_heading, format_pairs
from soem_engine.texts import PAYER_NAMES, Language
from soem_engine.tipping_points import TippingPoint
from soem_engine.tornado import TornadoBar
from soem_engine.uncertainty import MonteCarlo

TOP = 15


def format_sensitivity(sensitivity: Sensitivity, language: Language = "da") -> str:
    """Return a sensitivity analysis as text for a terminal."""
    words, base = TerminalWords(language), sensitivity.base
    title = f"{words.say('Følsomhed', 'Sensitivity')}: {base.intervention.name}"
    value = format_dkk(base.net_present_value, language)
    sections = [
        format_title(title),
        format_caveats(sensitivity.caveats, words),
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
    words = TerminalWords(language)
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
    parts = [format_title(title), format_caveats(drawn.caveats, words), f"\n{format_pairs(pairs)}"]
    return "\n".join([*parts, f"{heading}\n{table.format()}"]) + "\n"


def _format_tornado(bars: tuple[TornadoBar, ...], words: TerminalWords) -> str:
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
        table.add(
            cut_text(words.pick(bar.name), 48) + star, *ends, *words.numbers((bar.low_dkk, bar.high_dkk))
        )
    heading = format_heading(words.say("Et input ad gangen, kr.", "One input at a time, kr."))
    more = len(bars) - TOP
    note = words.say(
        "* interval ikke angivet: ±20 %, ±1 procentpoint eller 95 %-interval",
        "* no range given: ±20 %, ±1 percentage point or 95 % interval",
    )
    rest = words.say(f"; {more} flere i JSON", f"; {more} more in JSON") if more > 0 else ""
    return f"{heading}\n{table.format()}\n  {note}{rest}"


def _format_break_evens(found: tuple[BreakEven, ...], words: TerminalWords) -> str:
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
            cut_text(name, 40),
            words.payer(one.payer),
            words.value(one.base, unit),
            zero,
            words.pick(one.note),
        )
    heading = format_heading(words.say("Hvor resultatet er nul", "Where the result is zero"))
    return f"{heading}\n{table.format()}"


def _format_tipping(points: tuple[TippingPoint, ...], words: TerminalWords) -> str:
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


def _format_switches(switches: tuple[Switch, ...], words: TerminalWords) -> str:
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


def _format_two_way(table: TwoWayTable, words: TerminalWords) -> str:
    columns = [words.value(float(value), table.column_unit) for value in table.column_values]
    shown = TextTable([f"{words.pick(table.row_name)} \\ {words.pick(table.column_name)}", *columns])
    for value, cells in zip(table.row_values, table.net_present_value_dkk, strict=True):
        shown.add(words.value(float(value), table.row_unit), *words.numbers(cells))
    title = words.say(
        "To input ad gangen, nettonutidsværdi, kr.", "Two inputs at a time, net present value, kr."
    )
    return f"{format_heading(title)}\n{shown.format()}"

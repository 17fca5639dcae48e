"""The first pages of a report: warnings, the result in figures, the charts.

Here: what they say. Not here: tables (`result_tables`), inputs and sources (`input_sections`, `source_sections`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from soem_engine.factors import Z_95
from soem_engine.knowledge import FloatArray
from soem_engine.notices import Caveat
from soem_engine.report.document import (
    Column,
    Items,
    KeyFigure,
    KeyFigures,
    Paragraph,
    Row,
    Section,
    Table,
)
from soem_engine.report.outcome import Outcome, make_outcome
from soem_engine.report.result_charts import (
    chart_by_area,
    chart_by_payer,
    chart_by_year,
    chart_cumulated,
)
from soem_engine.report.wording import DASH, Words
from soem_engine.result import Result
from soem_engine.result_data import NOTHING_TO_BREAK_EVEN, describe_no_break_even

if TYPE_CHECKING:
    from soem_engine.uncertainty import MonteCarlo


def make_warnings(caveats: Sequence[Caveat], words: Words) -> Section:
    """Return the section of warnings, the weightiest first."""
    texts = tuple(" ".join(caveat.text.pick(words.language).split()) for caveat in caveats)
    return Section("warnings", words.say("Forbehold", "Warnings"), (Items(texts, is_warning=True),))


def make_result(
    outcome: Outcome, figures: Sequence[KeyFigure], said: str, caption: str, words: Words
) -> Section:
    """Return the result in figures: a sentence, key figures and the table by payer.

    Parameters
    ----------
    outcome
        The outcome.
    figures
        Key figures, in order.
    said
        The result in one or two sentences.
    caption
        Title of the table by payer.
    words
        The language.
    """
    blocks = (Paragraph(said), KeyFigures(tuple(figures)), _tabulate_payers(outcome, caption, words))
    return Section("result", words.say("Resultat", "Result"), blocks)


def _tabulate_payers(outcome: Outcome, caption: str, words: Words) -> Table:
    consequences, cost = outcome.consequences_pv_dkk.sum(axis=0), outcome.cost_pv_dkk.sum(axis=0)
    net = outcome.net_pv_dkk.sum(axis=0)
    columns = [
        Column(words.say("Betaler", "Payer"), is_number=False, share=1),
        Column(words.say("Konsekvenser, kr.", "Consequences, DKK")),
        Column(words.say("Omkostninger, kr.", "Costs, DKK")),
        Column(words.say("Netto, kr.", "Net, DKK")),
    ]
    if outcome.errors_dkk is not None:
        columns.append(
            Column(
                words.say(
                    "95 %-interval, kun justerede forskelle, kr.",
                    "95 % interval, adjusted differences only, DKK",
                )
            )
        )
    rows = []
    lines = [(words.payer(payer), consequences[p], cost[p], net[p]) for p, payer in enumerate(outcome.payers)]
    total = (words.say("I alt", "Total"), consequences.sum(), cost.sum(), net.sum())
    for n, (name, *values) in enumerate([*lines, total]):
        cells = [name, *(words.number(float(value)) for value in values)]
        if outcome.errors_dkk is not None:
            error = float(outcome.errors_dkk[0 if n == len(lines) else n + 1])
            cells.append(say_interval(float(values[-1]), error, words))
        rows.append(Row(tuple(cells), "total" if n == len(lines) else "plain"))
    note = words.say(
        f"Beløb i {outcome.price_year}-priser, diskonteret til {outcome.first_year}. "
        "Et positivt nettoresultat betyder, at det offentlige sparer.",
        f"Amounts in prices of {outcome.price_year}, discounted to {outcome.first_year}. "
        "A positive net result means that the public sector saves.",
    )
    if outcome.errors_dkk is not None:
        note += " " + words.say(
            "Intervallet rummer kun usikkerheden på de justerede forskelle.",
            "The interval holds the uncertainty of the adjusted differences only.",
        )
    return Table(caption, tuple(columns), tuple(rows), note)


def say_interval(value: float, error: float, words: Words) -> str:
    """Return the 95 % interval around a value (kr.) with a standard error: `1.000 til 2.000`."""
    low, high = value - Z_95 * error, value + Z_95 * error
    return f"{words.number(low)} {words.say('til', 'to')} {words.number(high)}"


def say_result(result: Result, words: Words) -> str:
    """Return the result of a calculation in two sentences."""
    value, n_years = result.net_present_value, len(result.years)
    persons = words.plain(round(result.n_participants, 1))
    money, year = words.dkk(abs(value)), result.break_even_year
    effect = words.say("sparer" if value >= 0 else "bruger", "saves" if value >= 0 else "spends")
    first = words.say(
        f"Over {n_years} år {effect} det offentlige netto {money} i nutidsværdi på en indsats, som "
        f"{persons} personer gennemfører.",
        f"Over {n_years} years the public sector {effect} {money} net, in present value, on an intervention that "
        f"{persons} persons complete.",
    )
    if not result.cumulated_dkk.any():
        second = words.say("Resultatet er nul i alle år.", "The result is zero in every year.")
    elif year is None:
        second = words.say(
            "Indsatsen tjener sig ikke hjem inden for horisonten.",
            "The intervention does not break even within the horizon.",
        )
    else:
        second = words.say(
            f"Indsatsen har tjent sig hjem fra og med {year}.",
            f"The intervention has broken even from {year}.",
        )
    return f"{first} {second}"


def list_key_figures(result: Result, monte_carlo: MonteCarlo | None, words: Words) -> list[KeyFigure]:
    """Return the key figures of a calculation."""
    figures = [
        KeyFigure(
            words.say("Nettonutidsværdi", "Net present value"),
            words.dkk(result.net_present_value),
            _say_total_interval(result, monte_carlo, words),
        ),
        make_break_even_figure(make_outcome(result, words), words),
        make_benefit_figure(result.benefit_per_krone, words),
    ]
    persons = words.plain(round(result.n_participants, 1))
    if result.n_participants > 0:
        figures.append(
            KeyFigure(
                words.say("Pr. deltager", "Per participant"),
                words.dkk(result.net_present_value_per_participant),
                words.say(f"{persons} gennemfører", f"{persons} complete"),
            )
        )
    p = result.payers.index("municipality")
    figures.append(
        KeyFigure(
            words.say("Kommunens nettonutidsværdi", "Net present value, municipality"),
            words.dkk(float(result.net_present_value_by_payer[p])),
            _say_when(result.break_even_year_by_payer[p], result.cumulated_by_payer_dkk[:, p], words),
        )
    )
    if monte_carlo is not None:
        figures.append(make_chance_figure(monte_carlo, words))
    return figures


def _say_total_interval(result: Result, monte_carlo: MonteCarlo | None, words: Words) -> str:
    """Return the widest interval there is: of the draws, else of the adjusted differences alone."""
    if monte_carlo is not None:
        low, high = (words.number(value) for value in monte_carlo.interval_dkk)
        return words.say(
            f"95 %-interval {low} til {high} (lodtrækning: alle angivne usikkerheder)",
            f"95 % interval {low} to {high} (draws: every uncertainty given)",
        )
    interval = say_interval(result.net_present_value, result.standard_errors.net_present_value, words)
    return words.say(
        f"95 %-interval {interval} eller bredere (kun justerede forskelle)",
        f"95 % interval {interval} or wider (adjusted differences only)",
    )


def make_break_even_figure(outcome: Outcome, words: Words) -> KeyFigure:
    """Return the break-even year as a key figure."""
    label, year = words.say("Tjent hjem fra", "Breaks even from"), outcome.break_even_year
    if year is None:
        return KeyFigure(label, DASH, words.pick(describe_no_break_even(outcome.cumulated_dkk)))
    number = year - outcome.first_year + 1
    return KeyFigure(label, str(year), words.say(f"driftsår {number}", f"year {number} of operation"))


def make_benefit_figure(benefit: float | None, words: Words) -> KeyFigure:
    """Return the benefit per krone as a key figure."""
    label = words.say("Udbytte pr. krone", "Benefit per krone")
    if benefit is None:
        return KeyFigure(
            label, DASH, words.say("ingen nettoomkostning at måle mod", "no net cost to measure by")
        )
    note = words.say("konsekvenser ÷ nettoomkostning", "consequences ÷ net cost")
    return KeyFigure(label, words.dkk(benefit, 2), note)


def make_chance_figure(monte_carlo: MonteCarlo, words: Words) -> KeyFigure:
    """Return the chance of a positive net result as a key figure."""
    n = words.number(monte_carlo.n_draws)
    return KeyFigure(
        words.say("Sandsynlighed for overskud", "Chance of a positive result"),
        words.chance(monte_carlo.probability_positive),
        words.say(f"{n} lodtrækninger", f"{n} draws"),
    )


def _say_when(year: int | None, cumulated_dkk: FloatArray, words: Words) -> str:
    if not np.any(cumulated_dkk):
        return words.pick(NOTHING_TO_BREAK_EVEN)
    if year is None:
        return words.say("tjenes ikke hjem", "does not break even")
    return words.say(f"tjent hjem fra {year}", f"breaks even from {year}")


def make_figures(outcome: Outcome, words: Words) -> Section:
    """Return the charts of an outcome."""
    charts = [
        chart_by_year(outcome, words),
        chart_cumulated(outcome, words),
        chart_by_payer(outcome, words),
    ]
    if np.any(outcome.area_pv_dkk):
        charts.append(chart_by_area(outcome, words))
    return Section("figures", words.say("Resultatet i figurer", "The result in charts"), tuple(charts))

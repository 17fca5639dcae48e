"""Monte Carlo in a report: the fan, the chances by payer and by year, what is drawn.

Here: what is said of the draws. Not here: drawing (`uncertainty`), inputs one at a time (`sensitivity_section`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soem_engine.report.bar_charts import Series
from soem_engine.report.chart_frame import BLUE, MIDDLE_BLUE, PALE_BLUE
from soem_engine.report.document import Chart, Column, Paragraph, Row, Section, Table
from soem_engine.report.line_charts import Band, draw_course
from soem_engine.report.result_charts import make_chart
from soem_engine.report.wording import Words

if TYPE_CHECKING:
    from soem_engine.uncertainty import MonteCarlo

SHADES: Final = (PALE_BLUE, MIDDLE_BLUE, "#79a6c8", "#5690b9")


def make_uncertainty(monte_carlo: MonteCarlo, words: Words) -> Section:
    """Return the section of the uncertainty: fan, chances by payer and year, what is drawn."""
    low, high = monte_carlo.interval_dkk
    said = words.say(
        f"{words.number(monte_carlo.n_draws)} lodtrækninger (startværdi {monte_carlo.seed}): nettonutidsværdien ligger "
        f"med 95 % sandsynlighed mellem {words.dkk(low)} og {words.dkk(high)}; sandsynligheden for, at den er positiv, "
        f"er {words.chance(monte_carlo.probability_positive)}. Intervallet rummer alt, der trækkes.",
        f"{words.number(monte_carlo.n_draws)} draws (seed {monte_carlo.seed}): with 95 % probability the net present "
        f"value lies between {words.dkk(low)} and {words.dkk(high)}; the chance that it is positive is "
        f"{words.chance(monte_carlo.probability_positive)}. The interval holds all that is drawn.",
    )
    drawn = words.join(words.pick(source) for source in monte_carlo.sources)
    note = words.say(f"Der trækkes: {drawn}.", f"Drawn: {drawn}.")
    blocks = (
        Paragraph(said),
        Paragraph(note, is_note=True),
        _chart_fan(monte_carlo, words),
        _tabulate_chances(monte_carlo, words),
        _tabulate_chances_by_year(monte_carlo, words),
    )
    return Section("uncertainty", words.say("Usikkerhed", "Uncertainty"), blocks)


def _chart_fan(monte_carlo: MonteCarlo, words: Words) -> Chart:
    """Return the fan: the median and the bands between symmetric quantiles of the cumulated result."""
    shares, fan = [float(p) for p in monte_carlo.fan_probabilities], monte_carlo.fan_dkk
    unit = words.choose_unit(fan.ravel())
    years = [int(year) for year in monte_carlo.years]
    n = len(shares)
    pairs = [(q, n - 1 - q) for q in range(n // 2)]
    bands = [
        Band(
            words.share(shares[high] - shares[low]),
            SHADES[number],
            (fan[low] / unit.dkk).tolist(),
            (fan[high] / unit.dkk).tolist(),
        )
        for number, (low, high) in enumerate(pairs)
    ]
    middle = fan[n // 2]
    line = Series(words.say("Median", "Median"), BLUE, (middle / unit.dkk).tolist())
    last = f"{words.dkk(float(fan[0, -1]))} {words.say('til', 'to')} {words.dkk(float(fan[-1, -1]))}"
    width_of_band = words.share(shares[-1] - shares[0])
    return make_chart(
        words.say("Akkumuleret nettoresultat med usikkerhed", "Cumulated net result with uncertainty"),
        words.say(
            f"Vifte. I {years[-1]} er medianen {words.dkk(float(middle[-1]))}, og {width_of_band} ligger i {last}.",
            f"Fan. In {years[-1]} the median is {words.dkk(float(middle[-1]))}, and {width_of_band} lie in {last}.",
        ),
        lambda width: draw_course(years, [line], bands, unit.name, width),
        words,
        words.say(
            "Båndene rummer så stor en del af lodtrækningerne. Diskonteret.",
            "The bands hold so large a share of the draws. Discounted.",
        ),
    )


def _tabulate_chances(monte_carlo: MonteCarlo, words: Words) -> Table:
    rows = []
    for p, payer in enumerate(monte_carlo.payers):
        draws = monte_carlo.draws_dkk[:, p]
        chance = float(monte_carlo.probability_positive_by_payer[p])
        rows.append(
            Row(
                (
                    words.payer(payer),
                    words.number(float(draws.mean())),
                    words.number(float(draws.std(ddof=1))),
                    words.chance(chance),
                )
            )
        )
    rows.append(
        Row(
            (
                words.say("I alt", "Total"),
                words.number(monte_carlo.mean_dkk),
                words.number(monte_carlo.sd_dkk),
                words.chance(monte_carlo.probability_positive),
            ),
            "total",
        )
    )
    return Table(
        words.say("Lodtrækningerne efter betaler, kr.", "The draws by payer, DKK"),
        (
            Column(words.say("Betaler", "Payer"), is_number=False, share=1),
            Column(words.say("Gennemsnit", "Mean")),
            Column(words.say("Standardafvigelse", "Standard deviation")),
            Column(words.say("Sandsynlighed for overskud", "Chance of a positive result")),
        ),
        tuple(rows),
    )


def _tabulate_chances_by_year(monte_carlo: MonteCarlo, words: Words) -> Table:
    rows = [
        Row((str(year), words.chance(float(chance))))
        for year, chance in zip(monte_carlo.years, monte_carlo.probability_positive_by_year, strict=True)
    ]
    return Table(
        words.say("Sandsynlighed for at være tjent hjem år for år", "Chance of having broken even, by year"),
        (
            Column(words.say("År", "Year"), is_number=False),
            Column(words.say("Akkumuleret resultat over nul", "Cumulated result above zero")),
        ),
        tuple(rows),
    )

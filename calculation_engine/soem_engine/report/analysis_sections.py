"""Sensitivity and uncertainty in a report: tornado, switches, what would have to be true, Monte Carlo.

Here: what is said of each analysis. Not here: the analyses themselves (`sensitivity`, `uncertainty`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from soem_engine.report.bar_charts import Series, Swing, draw_tornado
from soem_engine.report.chart_frame import BLUE, MIDDLE_BLUE, PALE_BLUE
from soem_engine.report.document import Block, Chart, Column, Paragraph, Row, Section, Table
from soem_engine.report.line_charts import Band, draw_course
from soem_engine.report.result_charts import make_chart
from soem_engine.report.wording import DASH, Words

if TYPE_CHECKING:
    from soem_engine.break_evens import BreakEven
    from soem_engine.sensitivity import Sensitivity, TornadoBar, TwoWayTable
    from soem_engine.uncertainty import MonteCarlo

MOST_BARS = 12


def make_sensitivity(sensitivity: Sensitivity, words: Words) -> Section:
    """Return the section of what the result depends on."""
    base = sensitivity.base.net_present_value
    blocks: list[Block] = []
    if sensitivity.tornado:
        blocks += [
            _chart_tornado(sensitivity.tornado[:MOST_BARS], base, words),
            _tabulate_tornado(sensitivity.tornado, words),
        ]
    blocks.append(_tabulate_switches(sensitivity, words))
    if sensitivity.break_evens:
        blocks.append(_tabulate_break_evens(sensitivity.break_evens, words))
    blocks.append(_tabulate_tipping_points(sensitivity, words))
    blocks += [_tabulate_two_way(table, words) for table in sensitivity.two_way]
    title = words.say("Hvad resultatet afhænger af", "What the result depends on")
    return Section("sensitivity", title, tuple(blocks))


def _chart_tornado(bars: tuple[TornadoBar, ...], base: float, words: Words) -> Chart:
    unit = words.choose_unit([value for bar in bars for value in (bar.low_dkk, bar.high_dkk, base)])
    swings = [
        Swing(
            words.pick(bar.name),
            bar.low_dkk / unit.dkk,
            bar.high_dkk / unit.dkk,
            _write_input(bar.low, bar.unit, words),
            _write_input(bar.high, bar.unit, words),
        )
        for bar in bars
    ]
    ends = (words.say("lavt input", "low input"), words.say("højt input", "high input"))
    listed = "; ".join(
        f"{words.pick(bar.name)}: {words.dkk(bar.low_dkk)} {words.say('til', 'to')} {words.dkk(bar.high_dkk)}"
        for bar in bars
    )
    return make_chart(
        words.say(
            "Nettonutidsværdi, når ét input ændres ad gangen",
            "Net present value, one input changed at a time",
        ),
        words.say(
            f"Tornado omkring {words.dkk(base)}. {listed}.", f"Tornado around {words.dkk(base)}. {listed}."
        ),
        lambda width: draw_tornado(swings, base / unit.dkk, ends, unit.name, width),
        words,
        words.say(
            f"Stregen er resultatet selv, {words.dkk(base)}. Ved søjlernes ender står inputtets lave og høje værdi.",
            f"The line is the result itself, {words.dkk(base)}. At the ends stand the low and high value of the input.",
        ),
    )


def _write_input(value: float, unit: str, words: Words) -> str:
    return (
        f"×\u00a0{words.plain(round(value, 3))}" if unit == "factor" else words.share_plain(round(value, 4))
    )


def _tabulate_tornado(bars: tuple[TornadoBar, ...], words: Words) -> Table:
    rows = [
        Row(
            (
                words.pick(bar.name),
                f"{_write_input(bar.low, bar.unit, words)} {words.say('til', 'to')} "
                f"{_write_input(bar.high, bar.unit, words)}",
                words.number(bar.low_dkk),
                words.number(bar.high_dkk),
                " ".join(words.pick(bar.reason).split()),
            )
        )
        for bar in bars
    ]
    return Table(
        words.say(
            "Ét input ad gangen, nettonutidsværdi i kr.", "One input at a time, net present value in DKK"
        ),
        (
            Column(words.say("Input", "Input"), is_number=False, share=3),
            Column(words.say("Fra – til", "From – to"), is_number=False),
            Column(words.say("Ved lavt", "At low")),
            Column(words.say("Ved højt", "At high")),
            Column(words.say("Begrundelse", "Reason"), is_number=False, share=3),
        ),
        tuple(rows),
    )


def _tabulate_switches(sensitivity: Sensitivity, words: Words) -> Table:
    payers = sensitivity.base.payers
    rows = [
        Row(
            (
                words.pick(switch.name) + (words.say(" (valgt)", " (chosen)") if switch.is_base else ""),
                *(words.number(float(value)) for value in switch.by_payer),
                words.number(switch.net_present_value),
                DASH if switch.break_even_year is None else str(switch.break_even_year),
            )
        )
        for switch in sensitivity.switches
    ]
    columns = (
        Column(words.say("Valg", "Choice"), is_number=False, share=1),
        *(Column(words.payer(payer)) for payer in payers),
        Column(words.say("I alt", "Total")),
        Column(words.say("Tjent hjem", "Break-even")),
    )
    return Table(
        words.say(
            "Andre valg i metoden, nettonutidsværdi i kr.",
            "Other choices of method, net present value in DKK",
        ),
        columns,
        tuple(rows),
    )


def _tabulate_break_evens(found: tuple[BreakEven, ...], words: Words) -> Table:
    rows = [
        Row(
            (
                words.pick(one.name),
                words.say("alle", "all") if one.payer is None else words.payer(one.payer),
                _write_break_even(one, one.base, words),
                DASH if one.value is None else _write_break_even(one, one.value, words),
                words.say("ja", "yes") if one.is_possible else words.say("nej", "no"),
            )
        )
        for one in found
    ]
    return Table(
        words.say("Hvad der skal til for netop at gå i nul", "What it takes to break even exactly"),
        (
            Column(words.say("Input", "Input"), is_number=False, share=1),
            Column(words.say("For", "For"), is_number=False),
            Column(words.say("Nu", "Now")),
            Column(words.say("Går i nul ved", "Breaks even at")),
            Column(words.say("Muligt", "Possible"), is_number=False),
        ),
        tuple(rows),
    )


def _write_break_even(one: BreakEven, value: float, words: Words) -> str:
    if one.what == "net_success_share":
        return words.share(value, 1)
    if one.what == "participants":
        return words.number(value, 1)
    return words.dkk(value)


def _tabulate_tipping_points(sensitivity: Sensitivity, words: Words) -> Table:
    rows: list[Row] = []
    for point in sensitivity.tipping_points:
        errors, share = point.standard_errors, point.share_of_consequences
        rows.append(
            Row(
                (
                    words.say("Alle", "All") if point.payer is None else words.payer(point.payer),
                    words.number(point.net_present_value),
                    DASH if errors is None else words.number(errors, 1),
                    DASH if share is None else words.share(share),
                ),
                "total" if point.payer is None and len(rows) > 0 else "plain",
            )
        )
    return Table(
        words.say("Hvor forkert skal det være?", "How wrong would it have to be?"),
        (
            Column(words.say("Betaler", "Payer"), is_number=False, share=1),
            Column(words.say("Nettonutidsværdi, kr.", "Net present value, DKK")),
            Column(words.say("Standardfejl, der vender fortegnet", "Standard errors that turn the sign")),
            Column(words.say("Ændring af alle forskelle", "Change of all differences")),
        ),
        tuple(rows),
        words.say(
            "Så mange standardfejl skal hver justeret forskel være skæv, alle til den forkerte side, og så meget "
            "skal alle konsekvenser ændres, før resultatet skifter fortegn.",
            "So many standard errors every adjusted difference must be biased, all to the wrong side, and so much all "
            "consequences must change, before the result changes sign.",
        ),
    )


def _tabulate_two_way(table: TwoWayTable, words: Words) -> Table:
    heads = [_write_input(value, table.column_unit, words) for value in table.column_values]
    rows = [
        Row(
            (
                _write_input(value, table.row_unit, words),
                *(words.number(float(amount)) for amount in table.net_present_value_dkk[r]),
            )
        )
        for r, value in enumerate(table.row_values)
    ]
    name, across = words.pick(table.row_name), words.pick(table.column_name)
    title = words.say(
        f"Nettonutidsværdi i kr.: {name} (ned) og {across} (hen)",
        f"Net present value in DKK: {name} (down) and {across} (across)",
    )
    return Table(
        title, (Column(name, is_number=False, share=1), *(Column(head) for head in heads)), tuple(rows)
    )


def make_uncertainty(monte_carlo: MonteCarlo, words: Words) -> Section:
    """Return the section of the uncertainty: fan, chances by payer and year, what is drawn."""
    low, high = monte_carlo.interval_dkk
    said = words.say(
        f"{words.number(monte_carlo.n_draws)} lodtrækninger (startværdi {monte_carlo.seed}): nettonutidsværdien ligger "
        f"med 95 % sandsynlighed mellem {words.dkk(low)} og {words.dkk(high)}; sandsynligheden for, at den er positiv, "
        f"er {words.share(monte_carlo.probability_positive)}.",
        f"{words.number(monte_carlo.n_draws)} draws (seed {monte_carlo.seed}): with 95 % probability the net present "
        f"value lies between {words.dkk(low)} and {words.dkk(high)}; the chance that it is positive is "
        f"{words.share(monte_carlo.probability_positive)}.",
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
    shades = (PALE_BLUE, MIDDLE_BLUE, "#79a6c8", "#5690b9")
    bands = [
        Band(
            words.share(shares[high] - shares[low]),
            shades[number],
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
                    words.share(chance),
                )
            )
        )
    rows.append(
        Row(
            (
                words.say("I alt", "Total"),
                words.number(monte_carlo.mean_dkk),
                words.number(monte_carlo.sd_dkk),
                words.share(monte_carlo.probability_positive),
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
        Row((str(year), words.share(float(chance))))
        for year, chance in zip(monte_carlo.years, monte_carlo.probability_positive_by_year, strict=True)
    ]
    return Table(
        words.say("Sandsynlighed for at være tjent hjem år for år", "Chance of having broken even, by year"),
        (
            Column(words.say("År", "Year"), is_number=False, share=1),
            Column(words.say("Akkumuleret resultat over nul", "Cumulated result above zero"), share=1),
        ),
        tuple(rows),
    )

"""What a result depends on, in a report: tornado, switches, break-evens, how wrong it would have to be.

Here: what is said of each analysis. Not here: the analyses themselves (`sensitivity`), draws (`uncertainty_section`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from soem_engine.report.bar_charts import Swing, draw_tornado
from soem_engine.report.document import Block, Chart, Column, Row, Section, Table
from soem_engine.report.result_charts import make_chart
from soem_engine.report.wording import DASH, Words
from soem_engine.texts import Text

if TYPE_CHECKING:
    from soem_engine.break_evens import BreakEven
    from soem_engine.sensitivity import Sensitivity, Switch, TwoWayTable
    from soem_engine.tornado import TornadoBar

MOST_BARS: Final = 12
LEAST_SWING: Final = 0.01
"""Inputs that move the result by less of what the first does are left out of the table."""

MOST_PRICES: Final = 5
VIEWS: Final = {
    "soem_classic": Text("kun signifikante forskelle", "significant differences only"),
    "all_estimates": Text("alle forskelle", "all differences"),
}


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
    if unit == "factor":
        return f"×\u00a0{words.plain(round(value, 2))}"
    return words.plain(round(value, 1)) if unit == "persons" else words.share_plain(round(value, 3))


def _tabulate_tornado(bars: tuple[TornadoBar, ...], words: Words) -> Table:
    shown = [bar for bar in bars if bar.swing_dkk >= LEAST_SWING * bars[0].swing_dkk]
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
        for bar in shown
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
            Column(words.say("Begrundelse", "Reason"), is_number=False, share=2),
        ),
        tuple(rows),
        _say_left_out(len(bars) - len(shown), words),
    )


def _say_left_out(n: int, words: Words) -> str:
    if n == 0:
        return ""
    return words.say(
        f"{n} input er ikke vist: de flytter resultatet mindre end en hundrededel af det øverste.",
        f"{n} inputs are not shown: they move the result by less than a hundredth of the first.",
    )


def _tabulate_switches(sensitivity: Sensitivity, words: Words) -> Table:
    payers = sensitivity.base.payers
    rows: list[Row] = []
    names: list[str] = []
    for switch in sensitivity.switches:
        if words.pick(switch.name) not in names:
            names.append(words.pick(switch.name))
            rows.append(Row((names[-1],), "group"))
        rows.append(_write_switch(switch, words))
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


def _write_switch(switch: Switch, words: Words) -> Row:
    chosen = words.say(" (valgt)", " (chosen)") if switch.is_base else ""
    year = DASH if switch.break_even_year is None else str(switch.break_even_year)
    amounts = (*switch.by_payer, switch.net_present_value)
    return Row(
        (_name_value(switch, words) + chosen, *(words.number(float(amount)) for amount in amounts), year)
    )


def _name_value(switch: Switch, words: Words) -> str:
    """Return the words of a switch's value; a view's key is not for every reader."""
    name = words.pick(switch.value_name)
    for view, text in VIEWS.items():
        name = name.replace(view, words.pick(text))
    return name


def _tabulate_break_evens(found: tuple[BreakEven, ...], words: Words) -> Table:
    prices = [one for one in found if one.what == "price" and one.is_possible][:MOST_PRICES]
    rows = [
        Row(
            (
                words.say(f"Pris: {words.pick(one.name)}", f"Price: {words.pick(one.name)}")
                if one.what == "price"
                else words.pick(one.name),
                words.say("alle", "all") if one.payer is None else words.payer(one.payer),
                _write_break_even(one, one.base, words),
                DASH
                if one.value is None or not one.is_possible
                else _write_break_even(one, one.value, words),
                words.pick(one.note),
            )
        )
        for one in (*(one for one in found if one.what != "price"), *prices)
    ]
    return Table(
        words.say("Hvad der skal til for netop at gå i nul", "What it takes to break even exactly"),
        (
            Column(words.say("Input", "Input"), is_number=False, share=1),
            Column(words.say("For", "For"), is_number=False),
            Column(words.say("Nu", "Now")),
            Column(words.say("Går i nul ved", "Breaks even at")),
            Column(words.say("Bemærkning", "Note"), is_number=False),
        ),
        tuple(rows),
        words.say(
            f"Af priserne er højst {MOST_PRICES} vist: dem, hvor der skal mindst til. Omkostning pr. deltager er "
            "diskonteret.",
            f"Of the prices at most {MOST_PRICES} are shown: those that need move least. Cost per participant is "
            "discounted.",
        ),
    )


def _write_break_even(one: BreakEven, value: float, words: Words) -> str:
    if one.what == "net_success_share":
        return words.share(value, 1)
    if one.what == "participants":
        return words.number(value, 1)
    return words.dkk(value, 2 if one.what == "price" else 0)


def _tabulate_tipping_points(sensitivity: Sensitivity, words: Words) -> Table:
    rows: list[Row] = []
    for point in sorted(sensitivity.tipping_points, key=lambda one: one.payer is None):
        errors, share = point.standard_errors, point.share_of_consequences
        rows.append(
            Row(
                (
                    words.say("I alt", "Total") if point.payer is None else words.payer(point.payer),
                    words.number(point.net_present_value),
                    DASH if errors is None else words.number(errors, 1),
                    DASH if share is None else words.share(share),
                ),
                "total" if point.payer is None else "plain",
            )
        )
    return Table(
        words.say("Hvor forkert skal det være?", "How wrong would it have to be?"),
        (
            Column(words.say("Betaler", "Payer"), is_number=False, share=1),
            Column(words.say("Nettonutidsværdi, kr.", "Net present value, DKK")),
            Column(words.say("Standardfejl, der vender fortegnet", "Standard errors that turn the sign")),
            Column(words.say("Alle forskelle mindre med", "All differences smaller by")),
        ),
        tuple(rows),
        words.say(
            "Så mange standardfejl skal hver justeret forskel være skæv, alle til den forkerte side, eller så meget "
            "mindre (minus: større) skal alle forskelle være, før resultatet skifter fortegn.",
            "So many standard errors every adjusted difference must be biased, all to the wrong side, or so much "
            "smaller (minus: larger) all differences must be, before the result changes sign.",
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

"""The charts of an outcome: by year, cumulated, by payer, by area.

Here: what each chart shows, its title and its description in words. Not here: specifications (`bar_charts`,
`line_charts`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from soem_engine.factors import Z_95
from soem_engine.knowledge import FloatArray
from soem_engine.report.bar_charts import Bar, Series, draw_bars, draw_bars_by_year
from soem_engine.report.chart_drawing import draw_svg
from soem_engine.report.chart_frame import BLUE, GREEN, INK, MIDDLE_BLUE, OCHRE, PALE_BLUE, Spec
from soem_engine.report.document import Chart
from soem_engine.report.line_charts import Band, Remark, draw_course
from soem_engine.report.outcome import Outcome
from soem_engine.report.wording import Words

WIDE, NARROW = 640, 340
"""Widths in pixels: 640 is the width of the text on an A4 page, 340 that of a phone."""

PAYER_COLOURS: Final = (BLUE, OCHRE, GREEN)


def make_chart(title: str, alt: str, draw: Callable[[int], Spec], words: Words, note: str = "") -> Chart:
    """Return a chart drawn for a page and for a phone."""
    wide, narrow = (draw_svg(draw(width), words.language) for width in (WIDE, NARROW))
    return Chart(title, _end_once(alt), wide, narrow, _end_once(note))


def _end_once(text: str) -> str:
    """Return a text in which an amount at the end of a sentence (`1.000 kr.`) has one full stop."""
    return text.replace("kr..", "kr.")


def chart_by_year(outcome: Outcome, words: Words) -> Chart:
    """Return the net result by calendar year and payer, undiscounted."""
    totals = outcome.net_dkk.sum(axis=1)
    unit = words.choose_unit([*outcome.net_dkk.ravel(), *totals])
    years = outcome.years.tolist()
    series = [
        Series(words.payer(payer), colour, (outcome.net_dkk[:, p] / unit.dkk).tolist())
        for p, (payer, colour) in enumerate(zip(outcome.payers, PAYER_COLOURS, strict=True))
    ]
    total = Series(words.say("I alt", "Total"), INK, (totals / unit.dkk).tolist())
    listed = "; ".join(
        f"{year}: {words.dkk(float(value))}" for year, value in zip(years, totals, strict=True)
    )
    return make_chart(
        words.say("Nettoresultat år for år", "Net result year by year"),
        words.say(
            f"Søjler for hvert år, fordelt på betaler. I alt {listed}.",
            f"Bars for every year, by payer. Total {listed}.",
        ),
        lambda width: draw_bars_by_year(years, series, total, unit.name, width),
        words,
        words.say(
            f"Ikke diskonteret, {outcome.price_year}-priser. Over nul: det offentlige sparer.",
            f"Undiscounted, prices of {outcome.price_year}. Above zero: the public sector saves.",
        ),
    )


def chart_cumulated(outcome: Outcome, words: Words) -> Chart:
    """Return the discounted net result cumulated over the years, with its interval."""
    values, errors = outcome.cumulated_dkk, outcome.cumulated_errors_dkk
    half = np.zeros_like(values) if errors is None else Z_95 * errors
    unit = words.choose_unit([*(values - half), *(values + half)])
    years = outcome.years.tolist()
    line = Series(
        words.say("Akkumuleret nettoresultat", "Cumulated net result"), BLUE, (values / unit.dkk).tolist()
    )
    interval = words.say("95 %-interval", "95 % interval")
    low, high = (values - half) / unit.dkk, (values + half) / unit.dkk
    bands = [] if errors is None else [Band(interval, PALE_BLUE, low.tolist(), high.tolist())]
    remark, said = None, words.say("Tjenes ikke hjem inden for horisonten.", "Does not break even.")
    if not np.any(values):
        said = words.say("Nul i alle år.", "Zero in every year.")
    year = outcome.break_even_year
    if year is not None:
        said = words.say(f"Tjent hjem fra {year}.", f"Breaks even from {year}.")
        value = float(values[years.index(year)]) / unit.dkk
        remark = Remark(year, value, words.say(f"tjent hjem fra {year}", f"breaks even from {year}"))
    first, last = words.dkk(float(values[0])), words.dkk(float(values[-1]))
    return make_chart(
        words.say("Akkumuleret nettoresultat", "Cumulated net result"),
        words.say(
            f"Linje fra {first} i {years[0]} til {last} i {years[-1]}. {said}",
            f"Line from {first} in {years[0]} to {last} in {years[-1]}. {said}",
        ),
        lambda width: draw_course(years, [line], bands, unit.name, width, remark),
        words,
        _say_cumulated_note(outcome, errors, words),
    )


def _say_cumulated_note(outcome: Outcome, errors: FloatArray | None, words: Words) -> str:
    said = words.say(
        f"Diskonteret til {outcome.first_year}, {outcome.price_year}-priser.",
        f"Discounted to {outcome.first_year}, prices of {outcome.price_year}.",
    )
    if errors is None:
        return said
    return f"{said} " + words.say(
        "Intervallet rummer kun usikkerheden på de justerede forskelle.",
        "The interval holds the uncertainty of the adjusted differences only.",
    )


def chart_by_payer(outcome: Outcome, words: Words) -> Chart:
    """Return the net present value of each payer, with its interval."""
    values = outcome.net_pv_dkk.sum(axis=0)
    errors = None if outcome.errors_dkk is None else outcome.errors_dkk[1:]
    half = np.zeros_like(values) if errors is None else Z_95 * errors
    unit = words.choose_unit([*(values - half), *(values + half)])
    bars = [
        Bar(
            words.payer(payer),
            float(values[p]) / unit.dkk,
            words.dkk(float(values[p])),
            words.number(float(values[p]) / unit.dkk, 2),
            MIDDLE_BLUE,
            None
            if errors is None
            else (float(values[p] - half[p]) / unit.dkk, float(values[p] + half[p]) / unit.dkk),
        )
        for p, payer in enumerate(outcome.payers)
    ]
    listed = "; ".join(f"{bar.name}: {bar.text}" for bar in bars)
    return make_chart(
        words.say("Nettonutidsværdi efter betaler", "Net present value by payer"),
        words.say(f"Vandrette søjler. {listed}.", f"Horizontal bars. {listed}."),
        lambda width: draw_bars(bars, unit.name, width),
        words,
        ""
        if errors is None
        else words.say(
            "Stregen er 95 %-intervallet fra de justerede forskelle alene.",
            "The line is the 95 % interval from the adjusted differences alone.",
        ),
    )


def chart_by_area(outcome: Outcome, words: Words) -> Chart:
    """Return the discounted consequences by area, the cost, and the net present value below them."""
    amounts = outcome.area_pv_dkk.sum(axis=1)
    shown = [(name, float(v)) for name, v in zip(outcome.area_names, amounts, strict=True) if v != 0]
    shown.sort(key=lambda pair: -pair[1])
    cost, net = 0.0 - float(outcome.cost_pv_dkk.sum()), outcome.net_present_value
    unit = words.choose_unit([value for _, value in shown] + [cost, net])
    coloured = [(name, value, BLUE) for name, value in shown]
    coloured.append((words.say("Omkostninger", "Costs"), cost, OCHRE))
    coloured.append((words.say("Nettonutidsværdi", "Net present value"), net, INK))
    bars = [
        Bar(name, value / unit.dkk, words.dkk(value), words.number(value / unit.dkk, 2), colour)
        for name, value, colour in coloured
    ]
    listed = "; ".join(f"{bar.name}: {bar.text}" for bar in bars)
    return make_chart(
        words.say("Hvor værdien kommer fra", "Where the value comes from"),
        words.say(f"Vandrette søjler. {listed}.", f"Horizontal bars. {listed}."),
        lambda width: draw_bars(bars, unit.name, width),
        words,
        words.say(
            "Konsekvenser efter område, omkostninger og nettonutidsværdi; diskonteret.",
            "Consequences by area, costs and net present value; discounted.",
        ),
    )

"""Bar charts of a report: by year, by payer or area, tornado.

Here: one function a chart, from plain numbers to a Vega-Lite specification. Not here: lines (`line_charts`),
drawing (`chart_drawing`), what is shown (`result_charts`, `sensitivity_section`, `uncertainty_section`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from soem_engine.report.chart_frame import (
    BLUE,
    INK,
    LEGEND,
    OCHRE,
    RULE,
    SOFT_INK,
    ZERO_LINE,
    Spec,
    find_row_height,
    make_frame,
    make_name_axis,
    make_scale_with_room,
    make_year_axis,
)

ROOMY: Final = 500
"""Pixels from which a chart has room for amounts to the krone."""


@dataclass(frozen=True)
class Series:
    """One coloured series by year: its name in the legend, its colour, one value a year."""

    name: str
    colour: str
    values: Sequence[float]


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: name, value, the value as text (short on a narrow chart), an interval around it."""

    name: str
    value: float
    text: str
    short_text: str
    colour: str
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Swing:
    """One input of a tornado: the result at its low and at its high end, and what to write at the two ends."""

    name: str
    at_low: float
    at_high: float
    text_low: str
    text_high: str


def draw_bars_by_year(
    years: Sequence[int], series: Sequence[Series], line: Series, unit: str, width: int
) -> Spec:
    """Return stacked bars by calendar year (positive up, negative down) with a line of totals over them.

    Parameters
    ----------
    years
        (T,) calendar years.
    series
        Stacked in this order; values (T,) in `unit`.
    line
        Points joined by a line, in the same unit.
    unit
        What the axis measures.
    width
        Pixels.
    """
    labels = [str(year) for year in years]
    everything = [*series, line]
    rows = [
        {"year": label, "series": one.name, "value": value, "order": number, "line": one is line}
        for number, one in enumerate(everything)
        for label, value in zip(labels, one.values, strict=True)
    ]
    names, colours = [one.name for one in everything], [one.colour for one in everything]
    colour = {
        "field": "series",
        "type": "nominal",
        "scale": {"domain": names, "range": colours},
        "legend": LEGEND,
    }
    encoding = {
        "x": make_year_axis(labels, width),
        "y": {"field": "value", "type": "quantitative", "axis": {"title": None}},
        "color": colour,
    }
    bar: Spec = {"type": "bar", "size": max(4, min(34, int(0.62 * (width - 60) / len(labels))))}
    point = {"filled": True, "stroke": "white", "strokeWidth": 1, "size": 42}
    layers: list[Spec] = [
        {
            "transform": [{"filter": "!datum.line"}],
            "mark": bar,
            "encoding": encoding | {"order": {"field": "order"}},
        },
        ZERO_LINE,
        {
            "transform": [{"filter": "datum.line"}],
            "mark": {"type": "line", "strokeWidth": 1.8, "point": point},
            "encoding": encoding,
        },
    ]
    return make_frame(width, 210, unit) | {"data": {"values": rows}, "layer": layers}


def draw_bars(bars: Sequence[Bar], unit: str, width: int) -> Spec:
    """Return horizontal bars with their values written beside them, in the given order.

    Parameters
    ----------
    bars
        Top to bottom; values in `unit`.
    unit
        What the axis measures.
    width
        Pixels.
    """
    rows, ends = [], []
    texts = [bar.text if width >= ROOMY else bar.short_text for bar in bars]
    for number, (bar, text) in enumerate(zip(bars, texts, strict=True)):
        low, high = bar.interval or (bar.value, bar.value)
        edge = max(bar.value, high) if bar.value >= 0 else min(bar.value, low)
        row = {"row": number, "value": bar.value, "text": text, "colour": bar.colour}
        rows.append(row | {"low": low, "high": high, "edge": edge})
        ends.append((min(low, bar.value, 0.0), max(high, bar.value, 0.0)))
    names = [bar.name for bar in bars]
    y = make_name_axis(names, width)
    x = {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": unit, "tickCount": max(3, width // 120)},
        "scale": make_scale_with_room(ends, texts, names, width),
    }
    fixed = {"field": "colour", "type": "nominal", "scale": None}
    layers: list[Spec] = [
        {"mark": {"type": "bar", "size": 15}, "encoding": {"y": y, "x": x, "color": fixed}},
        {"data": {"values": [{}]}, "mark": RULE, "encoding": {"x": {"datum": 0}}},
    ]
    if any(bar.interval for bar in bars):
        interval = {"y": y, "x": x | {"field": "low"}, "x2": {"field": "high"}}
        layers.append({"mark": {"type": "rule", "color": INK, "strokeWidth": 1.2}, "encoding": interval})
    for sign, align, dx in ((">=", "left", 6), ("<", "right", -6)):
        layers.append(
            {
                "transform": [{"filter": f"datum.value {sign} 0"}],
                "mark": {"type": "text", "align": align, "dx": dx, "fontSize": 11, "color": INK},
                "encoding": {"y": y, "x": x | {"field": "edge"}, "text": {"field": "text"}},
            }
        )
    return make_frame(width, find_row_height(names, width) * len(bars)) | {
        "data": {"values": rows},
        "layer": layers,
    }


def draw_tornado(swings: Sequence[Swing], base: float, words: tuple[str, str], unit: str, width: int) -> Spec:
    """Return a tornado: how the result moves from `base` when one input goes to its low or its high end.

    Parameters
    ----------
    swings
        The widest first; results in `unit`.
    base
        The result itself, in `unit`.
    words
        Names of the low and the high end in the legend.
    unit
        What the axis measures.
    width
        Pixels.
    """
    rows = []
    for number, swing in enumerate(swings):
        low_is_left = swing.at_low <= swing.at_high
        for end, value, text, is_left in (
            (words[0], swing.at_low, swing.text_low, low_is_left),
            (words[1], swing.at_high, swing.text_high, not low_is_left),
        ):
            rows.append({"row": number, "end": end, "value": value, "text": text, "left": is_left})
    names = [swing.name for swing in swings]
    y = make_name_axis(names, width)
    ends = [(min(s.at_low, s.at_high, base), max(s.at_low, s.at_high, base)) for s in swings]
    texts = [text for swing in swings for text in (swing.text_low, swing.text_high)]
    shifted = [(low - base, high - base) for low, high in ends]
    scale = make_scale_with_room(shifted, texts, names, width)
    scale["domain"] = [edge + base for edge in scale["domain"]]
    x = {
        "field": "value",
        "type": "quantitative",
        "axis": {"title": unit, "tickCount": max(3, width // 120)},
        "scale": scale,
    }
    legend_scale = {"domain": list(words), "range": [OCHRE, BLUE]}
    colour = {"field": "end", "type": "nominal", "scale": legend_scale, "legend": LEGEND}
    bar = {"y": y, "x": x, "x2": {"datum": base}, "color": colour}
    layers: list[Spec] = [{"mark": {"type": "bar", "size": 15}, "encoding": bar}]
    for side, align, dx in (("datum.left", "right", -5), ("!datum.left", "left", 5)):
        layers.append(
            {
                "transform": [{"filter": side}],
                "mark": {"type": "text", "align": align, "dx": dx, "fontSize": 10, "color": SOFT_INK},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}},
            }
        )
    layers.append({"data": {"values": [{}]}, "mark": RULE, "encoding": {"x": {"datum": base}}})
    return make_frame(width, find_row_height(names, width) * len(swings)) | {
        "data": {"values": rows},
        "layer": layers,
    }

"""Line charts of a report: a course over the years with ranges behind it (cumulated result, fan).

Here: from plain numbers to a Vega-Lite specification. Not here: bars (`bar_charts`), drawing
(`chart_drawing`), what is shown (`result_charts`, `sensitivity_section`, `uncertainty_section`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from soem_engine.report.bar_charts import Series
from soem_engine.report.chart_frame import (
    INK,
    LEGEND,
    SOFT_INK,
    ZERO_LINE,
    Spec,
    make_frame,
    make_year_axis,
)


@dataclass(frozen=True)
class Band:
    """A shaded range by year, lower and upper (T,), with its name in the legend."""

    name: str
    colour: str
    low: Sequence[float]
    high: Sequence[float]


@dataclass(frozen=True)
class Remark:
    """A point of a line that is pointed out, with its words."""

    year: int
    value: float
    text: str


def draw_course(
    years: Sequence[int],
    lines: Sequence[Series],
    bands: Sequence[Band],
    unit: str,
    width: int,
    remark: Remark | None = None,
) -> Spec:
    """Return lines by year with shaded ranges behind them.

    Parameters
    ----------
    years
        (T,) calendar years.
    lines
        (T,) each, in `unit`.
    bands
        In `unit`, the widest first.
    unit
        What the axis measures.
    width
        Pixels.
    remark
        A point to point out; None: none.
    """
    labels = [str(year) for year in years]
    everything: list[Series | Band] = [*lines, *bands]
    scale = {"domain": [one.name for one in everything], "range": [one.colour for one in everything]}
    colour = {"field": "series", "type": "nominal", "scale": scale, "legend": LEGEND}
    x = make_year_axis(labels, width, is_point=True)
    y = {"field": "value", "type": "quantitative", "axis": {"title": None}}
    layers: list[Spec] = []
    for band in bands:
        values = [
            {"year": label, "series": band.name, "value": low, "high": high}
            for label, low, high in zip(labels, band.low, band.high, strict=True)
        ]
        encoding = {"x": x, "y": y, "y2": {"field": "high"}, "color": colour}
        mark = {"type": "area", "opacity": 1}
        layers.append({"data": {"values": values}, "mark": mark, "encoding": encoding})
    layers.append(ZERO_LINE)
    for line in lines:
        values = [
            {"year": label, "series": line.name, "value": value}
            for label, value in zip(labels, line.values, strict=True)
        ]
        point = {"filled": True, "stroke": "white", "strokeWidth": 1, "size": 40}
        mark = {"type": "line", "point": point, "strokeWidth": 2}
        layers.append(
            {"data": {"values": values}, "mark": mark, "encoding": {"x": x, "y": y, "color": colour}}
        )
    if remark is not None:
        layers += _point_out(remark, labels, x, y)
    return make_frame(width, 210, unit) | {"layer": layers}


def _point_out(remark: Remark, labels: Sequence[str], x: Spec, y: Spec) -> list[Spec]:
    values = [{"year": str(remark.year), "value": remark.value, "text": remark.text}]
    is_early = labels.index(str(remark.year)) < 0.3 * len(labels)
    below = {"align": "left", "dx": 8, "dy": 20}
    text = {"type": "text"} | (below if is_early else {"align": "right", "dx": -8, "dy": -16})
    ring = {"type": "point", "filled": False, "stroke": INK, "size": 150, "strokeWidth": 1.4}
    words = {"fontSize": 11, "color": SOFT_INK, "fontWeight": 600}
    place = {"x": x, "y": y}
    return [
        {"data": {"values": values}, "mark": ring, "encoding": place},
        {"data": {"values": values}, "mark": text | words, "encoding": place | {"text": {"field": "text"}}},
    ]

"""What all charts of a report share: colours, letters, axes, legends, as parts of a Vega-Lite specification.

Here: the parts. Not here: the charts (`bar_charts`, `line_charts`), drawing them (`chart_drawing`).

Colours are blue, ochre and grey-green: told apart by colour-blind readers and in black and white. Amounts are
scaled to their unit before they reach a chart, so an axis reads `1,5` and the unit stands once.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

Spec = dict[str, Any]

INK: Final = "#1d2733"
SOFT_INK: Final = "#56616d"
GRID: Final = "#e3e7eb"
BLUE: Final = "#1f5a89"
OCHRE: Final = "#d7963a"
GREEN: Final = "#8fb5a6"
PALE_BLUE: Final = "#d3e1ec"
MIDDLE_BLUE: Final = "#a5c3da"
FONT: Final = "Source Sans Pro"

LINE_PX: Final = 12
LETTER_PX: Final = 5.6
"""Width of a letter at 11 pixels, on average; to leave room for labels."""

LEGEND: Final[Spec] = {"title": None, "orient": "top", "direction": "horizontal", "offset": 10}
RULE: Final[Spec] = {"type": "rule", "color": SOFT_INK, "strokeWidth": 1}
ZERO_LINE: Final[Spec] = {"data": {"values": [{}]}, "mark": RULE, "encoding": {"y": {"datum": 0}}}


_UNIT_LETTERS: Final[Spec] = {"fontSize": 11, "fontWeight": "normal", "color": SOFT_INK}


def make_frame(width: int, height: int, unit_above: str = "") -> Spec:
    """Return the frame of a chart: width of the whole and height of the inside, in pixels.

    `unit_above` stands over the y axis, where a reader starts.
    """
    text = {"labelFontSize": 11, "titleFontSize": 11, "labelColor": SOFT_INK, "titleColor": SOFT_INK}
    config: Spec = {
        "font": FONT,
        "view": {"stroke": None},
        "axis": text | {"titleFontWeight": "normal", "grid": False, "ticks": False, "domainColor": SOFT_INK},
        "axisQuantitative": {"grid": True, "gridColor": GRID, "domain": False, "labelPadding": 6},
        "legend": {"labelFontSize": 11, "labelColor": INK, "symbolType": "square", "symbolSize": 90},
    }
    title = {"text": unit_above, "anchor": "start", "frame": "group", "offset": 8} | _UNIT_LETTERS
    return ({"title": title} if unit_above else {}) | {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": width,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": 2,
        "background": None,
        "config": config,
    }


def make_year_axis(labels: Sequence[str], width: int, is_point: bool = False) -> Spec:
    """Return the x encoding of calendar years, with so many labels as there is room for."""
    room = max(1, int((width - 60) / 34))
    step = -(-len(labels) // room)
    axis: Spec = {"title": None, "labelAngle": 0, "domain": False, "labelPadding": 6}
    axis["values"] = list(labels[::step])
    x: Spec = {"field": "year", "type": "ordinal", "sort": list(labels), "axis": axis}
    return x | {"scale": {"type": "point", "padding": 0.4}} if is_point else x


def make_name_axis(names: Sequence[str], width: int) -> Spec:
    """Return the y encoding of rows by number (field `row`), labelled with their names.

    Names may be alike; long ones go on two or three lines.
    """
    letters = find_name_letters(width)
    wrapped = ", ".join(_quote("\n".join(textwrap.wrap(name, letters))) for name in names)
    label = f"[{wrapped}][datum.value]"
    axis: Spec = {
        "title": None,
        "domain": False,
        "labelColor": INK,
        "labelLimit": 0,
        "labelPadding": 8,
        "labelLineHeight": LINE_PX,
        "labelExpr": f"split({label}, '\\n')",
        "labelOffset": {
            "condition": [
                {"test": f"length(split({label}, '\\n')) === {n}", "value": -LINE_PX / 2 * (n - 1)}
                for n in (2, 3, 4)
            ],
            "value": 0,
        },
    }
    return {"field": "row", "type": "ordinal", "axis": axis}


def find_row_height(names: Sequence[str], width: int) -> int:
    """Return the height of a row (pixels) in which the longest of the names has room."""
    letters = find_name_letters(width)
    return max(28, *(13 * len(textwrap.wrap(name, letters)) + 3 for name in names))


def find_name_letters(width: int) -> int:
    """Return how many letters of a row's name fit on a line beside a chart of this width (pixels)."""
    return max(14, int(0.36 * width / LETTER_PX))


def make_scale_with_room(
    ends: Sequence[tuple[float, float]], texts: Sequence[str], names: Sequence[str], width: int
) -> Spec:
    """Return a scale that leaves room for the labels at the ends of horizontal bars.

    Parameters
    ----------
    ends
        Lowest and highest value of each bar.
    texts
        The labels.
    names
        Names of the rows, which take room to the left.
    width
        Pixels of the whole chart.
    """
    low, high = min(one for one, _ in ends), max(one for _, one in ends)
    span = high - low or 1.0
    label = max(len(text) for text in texts) * LETTER_PX + 10
    beside = min(max(map(len, names)), find_name_letters(width)) * LETTER_PX + 14
    inside = max(width - beside - 2 * label, 0.2 * width)
    left = label if low < 0 or low == high else 4
    right = label if high > 0 or low == high else 4
    return {
        "domain": [low - span * left / inside, high + span * right / inside],
        "nice": False,
        "zero": False,
    }


def _quote(text: str) -> str:
    """Return a text as a string of a Vega expression."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"

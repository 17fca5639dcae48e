"""Draws Vega-Lite specifications as SVG, offline, with the report's own font and the reader's number format.

Here: the drawing and the clean-up of the SVG. Not here: what the charts show (`bar_charts`, `line_charts`).
"""

from __future__ import annotations

import functools
import re
from typing import Final

import vl_convert

from soem_engine.report.chart_frame import Spec
from soem_engine.report.fonts import get_font_folder
from soem_engine.texts import Language

VEGA_LITE_VERSION: Final = "6.1"
_UNUSED: Final = re.compile(r' (?:class|aria-[a-z]+|role|pointer-events)="[^"]*"')
_LOCALES: Final = {
    "da": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0kr."]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["DKK\u00a0", ""]},
}


@functools.cache
def _register_fonts() -> None:
    vl_convert.register_font_directory(str(get_font_folder()))


def draw_svg(spec: Spec, language: Language) -> str:
    """Return a chart as SVG.

    Parameters
    ----------
    spec
        A Vega-Lite specification.
    language
        `da`: axes read 1.234,5 · `en`: 1,234.5.
    """
    _register_fonts()
    svg: str = vl_convert.vegalite_to_svg(
        spec, vl_version=VEGA_LITE_VERSION, format_locale=_LOCALES[language]
    )
    return re.sub(r"<[^>]+>", lambda tag: _UNUSED.sub("", tag[0]), svg)

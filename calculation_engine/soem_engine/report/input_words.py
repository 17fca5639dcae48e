"""Words for inputs: what a choice or a place in an intervention is called in a report.

Here: the words. Not here: the inputs' values (`input_sections`, `input_tables`).
"""

from __future__ import annotations

import re
from typing import Final

from soem_engine.input_names import name_input
from soem_engine.intervention import Intervention
from soem_engine.report.wording import Words
from soem_engine.texts import Text

FIRST_YEAR_NAMES: Final[dict[str, Text]] = {
    "year_of_completion": Text("det år, forløbet afsluttes", "the year of completion"),
    "year_after_completion": Text("året efter, forløbet afsluttes", "the year after completion"),
}

DISTRIBUTION_NAMES: Final[dict[str, Text]] = {
    "normal": Text("normal", "normal"),
    "triangular": Text("trekant", "triangular"),
    "uniform": Text("jævn", "uniform"),
}

PARAGRAPH_NAMES: Final[dict[str, Text]] = {
    "adults": Text("§ 176, voksne", "§ 176, adults"),
    "children": Text("§ 176 a, børn", "§ 176 a, children"),
}


def name_place(place: str, intervention: Intervention, words: Words) -> str:
    """Return the name of a place in an intervention, with the line it is in: `Omkostningens beløb, Støtteperson`."""
    name = words.pick(name_input(place))
    found = re.match(r"costs\[(\d+)\]", place)
    if found and 0 < int(found[1]) <= len(intervention.costs):
        return f"{name}, {intervention.costs[int(found[1]) - 1].name}"
    found = re.match(r"target_groups\[(\d+)\]", place)
    if found and len(intervention.target_groups) > 1:
        return f"{name} {found[1]}"
    return name

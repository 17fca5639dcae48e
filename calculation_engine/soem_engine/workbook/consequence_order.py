"""The order in which consequences are shown: area by area, as SØM lists them.

Here: the order, the same on every sheet. Not here: the sheets.
"""

from __future__ import annotations

from soem_engine.result import Result
from soem_engine.texts import AREA_NAMES


def order_consequences(result: Result) -> list[int]:
    """Return the numbers (C) of the consequences, by area in SØM's order, an area SØM does not have last."""
    known = list(AREA_NAMES)
    areas = [consequence.area for consequence in result.consequences]
    ranks = {area: known.index(area) if area in known else len(known) for area in areas}
    return sorted(range(len(areas)), key=lambda c: (ranks[areas[c]], areas[c], c))


def order_areas(result: Result) -> list[str]:
    """Return the keys of the areas (A), in the order of their consequences."""
    return list(dict.fromkeys(result.consequences[c].area for c in order_consequences(result)))

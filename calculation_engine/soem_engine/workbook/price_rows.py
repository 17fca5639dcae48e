"""Which prices a calculation uses, as rows: one a consequence, group of target groups and run of years.

Here: finding the rows in a result. Not here: writing them (`price_sheet`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from soem_engine.group_part import GroupPart
from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.workbook.consequence_order import order_consequences


@dataclass(frozen=True)
class PriceRow:
    """A price that holds for some target groups in a run of years.

    Attributes
    ----------
    consequence
        Its number on the axis C.
    groups
        Numbers of the target groups.
    first, last
        Numbers of the first and last year (T).
    price_dkk
        (P,) kr. per unit in the price level of `level`.
    level
        Price level (year) of `price_dkk`.
    """

    consequence: int
    groups: tuple[int, ...]
    first: int
    last: int
    price_dkk: FloatArray
    level: int


def list_price_rows(result: Result) -> Iterator[PriceRow]:
    """Yield the prices of a result, by consequence, target groups and years."""
    for c in order_consequences(result):
        for groups in _alike(result, c):
            part = result.parts[groups[0]]
            level = _find_level(result, part, c)
            index = result.price_index.by_year
            to_year = result.intervention.price_year
            factor = 1.0 if level == to_year else index[to_year] / index[level]
            for first, last in _runs(part.price_dkk[:, c]):
                price = _undo(part, c, part.price_dkk[first, c], factor)
                yield PriceRow(c, groups, first, last, price, level)


def _alike(result: Result, c: int) -> list[tuple[int, ...]]:
    """Return the target groups that calculate a consequence, together where they pay the same."""
    found: dict[bytes, list[int]] = {}
    for g, part in enumerate(result.parts):
        if part.is_calculated[c]:
            found.setdefault(part.price_dkk[:, c].tobytes(), []).append(g)
    return [tuple(groups) for groups in found.values()]


def _find_level(result: Result, part: GroupPart, c: int) -> int:
    """Return the price level to show a price in: its own, or that of the result where the user typed it."""
    used = part.price_sources[c]
    if used.own is not None or not used.rows:
        return result.intervention.price_year
    if result.consequences[c].is_dkk:
        return result.release.price_year
    return used.rows[0].price_year


def _runs(prices: FloatArray) -> Iterator[tuple[int, int]]:
    """Yield first and last of each run of years (T, P) with the same prices."""
    changes = np.flatnonzero((prices[1:] != prices[:-1]).any(axis=1)) + 1
    edges = [0, *changes.tolist(), len(prices)]
    yield from ((first, last - 1) for first, last in zip(edges[:-1], edges[1:], strict=True))


def _undo(part: GroupPart, c: int, price_dkk: FloatArray, factor: float) -> FloatArray:
    """Return a price before it was taken to the result's price level: as the release has it, where that is the one."""
    for row in part.price_sources[c].rows:
        given = np.array(row.by_payer)
        if np.array_equal(given * factor, price_dkk):
            return given
    return price_dkk / factor

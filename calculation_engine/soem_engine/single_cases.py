"""Specially expensive single cases: the state's refund above thresholds a person a year (SEL §176, §176 a).

Here: the refund of one person's yearly cost. Not here: cost lines (`cost_lines`). The thresholds hold a person
a year, so they can act on own data about single persons only, never on an average price.

Sources: method §7; the release's parameters `section_176_*`, `section_176a_*`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from soem_engine.knowledge import Parameter, Parameters, PriceIndex
from soem_engine.money import can_convert, convert_price_level

_THRESHOLDS = {"adults": "section_176_adults_threshold", "children": "section_176a_children_threshold"}
_SHARES = "section_176_refund_above"


@dataclass(frozen=True)
class RefundTerms:
    """The refund in one calendar year: thresholds in kr. of the costs' price level, shares (0-1) above each.

    `is_outside_validity`: the thresholds are not in force on 1 January of that year.
    """

    low_dkk: float
    high_dkk: float
    share_above_low: float
    share_above_high: float
    is_outside_validity: bool

    def find_share(self, cost_dkk: float) -> float:
        """Return the refund's share of one person's yearly cost (kr.)."""
        if cost_dkk <= self.low_dkk:
            return 0.0
        between = min(cost_dkk, self.high_dkk) - self.low_dkk
        above = max(cost_dkk - self.high_dkk, 0.0)
        return (self.share_above_low * between + self.share_above_high * above) / cost_dkk


def has_refund_rule(parameters: Parameters) -> bool:
    """Return whether a release holds the thresholds and shares of the refund."""
    names = [f"{stem}_{step}" for stem in (*_THRESHOLDS.values(), _SHARES) for step in ("low", "high")]
    return all(parameters.get(name) for name in names)


def find_refund_terms(
    rule: str, year: int, price_year: int, parameters: Parameters, index: PriceIndex
) -> RefundTerms:
    """Return the terms of the refund in a calendar year.

    Parameters
    ----------
    rule
        `adults` or `children`.
    year
        Calendar year: the thresholds in force on its 1 January, else the last before it, else the first.
    price_year, index
        The thresholds are carried from the year they begin in to this price level, where the index reaches.
    parameters
        The release's.
    """
    day = datetime.date(year, 1, 1)
    low, high = (_find(parameters, f"{_THRESHOLDS[rule]}_{step}", day) for step in ("low", "high"))
    above_low, above_high = (_find(parameters, f"{_SHARES}_{step}", day) for step in ("low", "high"))
    from_year = low.valid_from.year if low.valid_from else year
    factor = 1.0
    if can_convert(index, from_year, price_year):
        factor = convert_price_level(index, from_year, price_year)
    return RefundTerms(
        low.value * factor, high.value * factor, above_low.value, above_high.value, not low.holds_on(day)
    )


def _find(parameters: Parameters, name: str, day: datetime.date) -> Parameter:
    rows = parameters[name]
    begun = [row for row in rows if row.valid_from is None or row.valid_from <= day]
    return begun[-1] if begun else rows[0]

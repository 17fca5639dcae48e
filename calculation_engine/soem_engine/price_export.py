"""Where the prices of a result come from, as plain values.

Here: number ids, sources and the split between payers, period by period. Not here: choosing prices (`prices`).
"""

from __future__ import annotations

from typing import Any

from soem_engine.amounts import PAYERS
from soem_engine.group_part import GroupPart


def list_prices(part: GroupPart, first_year: int) -> list[dict[str, Any]]:
    """Return where the prices of a group's consequences come from: number ids, basis, source, own reason, periods.

    Parameters
    ----------
    part
        The group's part of a result.
    first_year
        First calendar year of the result.
    """
    return [
        {
            "target_group": part.group.key,
            "consequence": used.consequence,
            "number_ids": list(used.number_ids),
            "is_placeholder": used.is_placeholder,
            "source": used.rows[0].source if used.rows else "",
            "own_price_reason": used.own.reason if used.own else None,
            "price_first_year_dkk": part.price_dkk[0, c].tolist(),
            "periods": _price_periods(part, c, first_year),
        }
        for c, used in enumerate(part.price_sources)
        if part.is_calculated[c]
    ]


def _price_periods(part: GroupPart, c: int, first_year: int) -> list[dict[str, Any]]:
    """Return how a price is split between payers, period by period, in the price level of the result."""
    return [
        {
            "first_year": period.first_year,
            "last_year": period.last_year,
            "price_dkk": dict(
                zip(PAYERS, part.price_dkk[period.first_year - first_year, c].tolist(), strict=True)
            ),
            "rule": period.rule,
            "is_split_by_date": period.is_split_by_date,
            "is_outside_validity": period.is_outside_validity,
            "sources": [source for source in period.sources if source],
        }
        for period in part.price_sources[c].periods
    ]

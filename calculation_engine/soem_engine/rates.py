"""The discount rates of a calculation.

Here: which rates. Not here: factors from rates (`money`).
"""

from __future__ import annotations

import datetime

from soem_engine.intervention import Intervention
from soem_engine.knowledge import DiscountRate
from soem_engine.money import choose_rates
from soem_engine.release import Release

OWN_RATE = "own"


def find_rates(intervention: Intervention, release: Release) -> tuple[DiscountRate, ...]:
    """Return the discount rates of a calculation; empty: no discounting."""
    if intervention.discounting == "none":
        return ()
    day = intervention.discount_rates_date or datetime.date(intervention.first_year, 1, 1)
    if intervention.discount_rate is not None:
        return (DiscountRate(day, 0, None, intervention.discount_rate, OWN_RATE),)
    return choose_rates(release.discount_rates, day)

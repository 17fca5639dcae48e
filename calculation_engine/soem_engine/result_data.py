"""What a calculation found, as a frozen dataclass of arrays.

Here: the shapes, and sums over them. Not here: how they come about (`calculation`), their outputs (`result`).

Letters for lengths: G target groups, T calendar years, C consequences, P = 3 payers (municipality, region,
state), L cost lines, A areas, B committees. Money is kr. in the price level of the result; all sums are exact (see
`money`). Sign: a positive amount in `consequences_*`, `running_*` or `net_*` means that the public sector saves;
`cost_*` is positive when it spends.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from soem_engine.cost_lines import CostRow
from soem_engine.group_part import GroupPart
from soem_engine.intervention import Intervention
from soem_engine.knowledge import (
    Consequence,
    DiscountRate,
    FloatArray,
    PriceIndex,
    ReleaseInfo,
    TargetGroup,
    lock_arrays,
)
from soem_engine.make_up import MakeUp
from soem_engine.notices import Caveat, NotCounted
from soem_engine.standard_errors import StandardErrors, find_standard_errors
from soem_engine.texts import Text

NEVER_BROKEN_EVEN: Final = Text("ikke inden for horisonten", "not within the horizon")
NOTHING_TO_BREAK_EVEN: Final = Text(
    "intet at tjene hjem: nul i alle år", "nothing to break even on: zero every year"
)


def find_break_even(cumulated_dkk: FloatArray, years: NDArray[np.int64]) -> int | None:
    """Return the first year from which a cumulated result (T,) is never negative again, if any; none if all zero."""
    if not np.any(cumulated_dkk):
        return None
    negative = np.flatnonzero(cumulated_dkk < 0)
    first = 0 if len(negative) == 0 else int(negative[-1]) + 1
    return int(years[first]) if first < len(years) else None


def describe_no_break_even(cumulated_dkk: FloatArray) -> Text:
    """Return why a cumulated result (T,) without a break-even year has none: it is negative at last, or all zero."""
    return NEVER_BROKEN_EVEN if np.any(cumulated_dkk) else NOTHING_TO_BREAK_EVEN


@dataclass(frozen=True)
class ResultData:
    """Everything a calculation found.

    Attributes
    ----------
    intervention, release, engine_version
        What was calculated, with what.
    target_groups, consequences, payers, years
        The axes G, C, P and T, as objects and keys; calendar years.
    rates
        The discount rates used; empty: none.
    price_index
        The release's price index, with its basis (`placeholder`: no official series).
    parts
        (G,) what the result rests on, by target group: persons, profile as used, prices and their sources.
    use_change
        (G, T, C) change in use, natural units (kr. consequences: kr. in the release's price year); less is
        negative; while the intervention runs included.
    consequences_dkk, running_dkk
        (G, T, C, P) kr.: all, and of that while the intervention runs.
    cost_dkk
        (T, L, P) kr.; saved costs of the alternative are negative.
    cost_detail
        (L,) the rows of each cost line (not rounded to the grid).
    discount_factors
        (T,) 1 in the first year.
    consequences_pv_dkk, running_pv_dkk, cost_pv_dkk
        The same amounts discounted to the first year.
    committees
        (B,) names; empty without a structure.
    committee_consequences_dkk, committee_cost_dkk, committee_consequences_pv_dkk, committee_cost_pv_dkk
        (B, T, C) and (B, T, L): the municipality's part; adds up to it exactly.
    make_up
        What the consequences rest on, by year.
    not_counted
        What is left out.
    caveats
        Warnings, the weightiest first.
    """

    intervention: Intervention
    release: ReleaseInfo
    engine_version: str
    target_groups: tuple[TargetGroup, ...]
    consequences: tuple[Consequence, ...]
    payers: tuple[str, ...]
    years: NDArray[np.int64]
    rates: tuple[DiscountRate, ...]
    price_index: PriceIndex
    parts: tuple[GroupPart, ...]
    use_change: FloatArray
    consequences_dkk: FloatArray
    running_dkk: FloatArray
    cost_dkk: FloatArray
    cost_detail: tuple[tuple[CostRow, ...], ...]
    discount_factors: FloatArray
    consequences_pv_dkk: FloatArray
    running_pv_dkk: FloatArray
    cost_pv_dkk: FloatArray
    committees: tuple[str, ...]
    committee_consequences_dkk: FloatArray
    committee_cost_dkk: FloatArray
    committee_consequences_pv_dkk: FloatArray
    committee_cost_pv_dkk: FloatArray
    make_up: MakeUp
    not_counted: tuple[NotCounted, ...]
    caveats: tuple[Caveat, ...]

    def __post_init__(self) -> None:
        lock_arrays(self)

    @functools.cached_property
    def areas(self) -> dict[str, Text]:
        """Areas (A) by key, in the order of the consequences."""
        return {consequence.area: consequence.area_name for consequence in self.consequences}

    @functools.cached_property
    def budget_sign(self) -> FloatArray:
        """(C,) +1 for an expense, -1 for revenue."""
        return np.array([consequence.budget_sign for consequence in self.consequences], dtype=np.float64)

    @functools.cached_property
    def participants(self) -> FloatArray:
        """(G, T) persons completing."""
        return np.stack([part.completing for part in self.parts])

    @functools.cached_property
    def net_dkk(self) -> FloatArray:
        """(T, P) net result: consequences less cost."""
        return np.asarray(self.consequences_dkk.sum(axis=(0, 2)) - self.cost_dkk.sum(axis=1))

    @functools.cached_property
    def net_pv_dkk(self) -> FloatArray:
        """(T, P) net result, discounted."""
        return np.asarray(self.consequences_pv_dkk.sum(axis=(0, 2)) - self.cost_pv_dkk.sum(axis=1))

    @functools.cached_property
    def net_present_value(self) -> float:
        """Net present value, kr.: the exact sum of all discounted consequences less all discounted costs."""
        return float(self.net_pv_dkk.sum())

    @functools.cached_property
    def net_present_value_by_payer(self) -> FloatArray:
        """(P,) net present value by payer; adds up to the total exactly."""
        return np.asarray(self.net_pv_dkk.sum(axis=0))

    @functools.cached_property
    def cumulated_dkk(self) -> FloatArray:
        """(T,) discounted net result of all payers, cumulated; the last entry is the net present value."""
        return np.cumsum(self.net_pv_dkk.sum(axis=1))

    @functools.cached_property
    def cumulated_by_payer_dkk(self) -> FloatArray:
        """(T, P) discounted net result by payer, cumulated."""
        return np.cumsum(self.net_pv_dkk, axis=0)

    @functools.cached_property
    def standard_errors(self) -> StandardErrors:
        """Analytic standard errors of the net result, from the estimates' joint covariance."""
        return find_standard_errors(self.parts, self.budget_sign, self.discount_factors)

    @property
    def break_even_year(self) -> int | None:
        """First year from which the cumulated discounted net result is never negative again, if any."""
        return find_break_even(self.cumulated_dkk, self.years)

    @property
    def break_even_year_by_payer(self) -> tuple[int | None, ...]:
        """(P,) the same for each payer alone."""
        return tuple(find_break_even(column, self.years) for column in self.cumulated_by_payer_dkk.T)

    @property
    def benefit_per_krone(self) -> float | None:
        """Discounted consequences per krone of discounted cost, saved costs deducted; None without a cost."""
        cost = float(self.cost_pv_dkk.sum())
        return float(self.consequences_pv_dkk.sum()) / cost if cost > 0 else None

    @property
    def n_participants(self) -> float:
        """Persons completing over the whole horizon."""
        return float(self.participants.sum())

    @property
    def n_starting(self) -> float:
        """Persons starting over the whole horizon."""
        return float(sum(part.starting.sum() for part in self.parts))

    @property
    def net_present_value_per_participant(self) -> float:
        """Net present value per person completing, kr.; nan where nobody completes within the horizon."""
        return self.net_present_value / self.n_participants if self.n_participants else float("nan")

    @functools.cached_property
    def net_by_committee_dkk(self) -> FloatArray:
        """(B, T) the municipality's net result by committee; adds up to it exactly."""
        return np.asarray(self.committee_consequences_dkk.sum(axis=2) - self.committee_cost_dkk.sum(axis=2))

    @functools.cached_property
    def net_by_committee_pv_dkk(self) -> FloatArray:
        """(B, T) the same, discounted."""
        return np.asarray(
            self.committee_consequences_pv_dkk.sum(axis=2) - self.committee_cost_pv_dkk.sum(axis=2)
        )

    def sum_by_area(self, discounted: bool = True) -> FloatArray:
        """Return the consequences (kr.) by area, year and payer: (A, T, P), areas in the order of `areas`."""
        cells = (self.consequences_pv_dkk if discounted else self.consequences_dkk).sum(axis=0)
        members = [[c.area == area for c in self.consequences] for area in self.areas]
        return np.stack([cells[:, chosen, :].sum(axis=1) for chosen in np.array(members, dtype=bool)])

    def sum_by_consequence(self, discounted: bool = True) -> FloatArray:
        """Return the consequences (kr.) by consequence, year and payer: (C, T, P)."""
        cells = self.consequences_pv_dkk if discounted else self.consequences_dkk
        return np.asarray(cells.sum(axis=0).transpose(1, 0, 2))

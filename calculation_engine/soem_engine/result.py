"""The result of a calculation, as a frozen dataclass of arrays.

Here: the shapes, and sums over them. Not here: how they come about (`calculation`), JSON and tables
(`result_export`, `terminal`).

Letters for lengths: G target groups, T calendar years, C consequences, P = 3 payers (municipality, region,
state), L cost lines, A areas. Money is kr. in the price level of the result; all sums are exact (see
`money`). Sign: a positive amount in `consequences_*` or `net_*` means that the public sector saves; `cost_*`
is positive when it spends.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from soem_engine.intervention import Intervention
from soem_engine.knowledge import (
    Consequence,
    DiscountRate,
    FloatArray,
    ReleaseInfo,
    TargetGroup,
    lock_arrays,
)
from soem_engine.standard_errors import LinearPart, StandardErrors, find_standard_errors
from soem_engine.texts import Text

if TYPE_CHECKING:
    import polars


@dataclass(frozen=True)
class Caveat:
    """A warning that travels with every output: a stable `code` for programs, a text for people."""

    code: str
    text: Text


@dataclass(frozen=True)
class NotCounted:
    """What is left out of the result because it is not known or was switched off; never counted as zero.

    `relative_years` are the years of the profile; empty where the whole consequence is left out.
    """

    target_group: str
    name: Text
    consequence: str | None
    relative_years: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class MakeUp:
    """How much of the consequences, in absolute kr. by year (T,), rests on what; `absolute_dkk` is all of it.

    The absolute amounts are summed over payers, consequences and groups, not netted.
    """

    absolute_dkk: FloatArray
    tapered_dkk: FloatArray
    insignificant_dkk: FloatArray
    in_success_rule_dkk: FloatArray
    placeholder_price_dkk: FloatArray

    def share(self, part: FloatArray) -> float:
        """Return a part as share of all, over the whole horizon; 0 where there is nothing."""
        total = float(self.absolute_dkk.sum())
        return float(part.sum()) / total if total > 0 else 0.0


@dataclass(frozen=True)
class Result:
    """Everything a calculation found.

    Attributes
    ----------
    intervention, release, engine_version
        What was calculated, with what.
    target_groups, consequences, payers, years
        The axes G, C, P and T, as objects and keys; calendar years.
    rates
        The discount rates used; empty: none.
    participants
        (G, T) persons completing.
    use_change
        (G, T, C) change in use, natural units (kr. consequences: kr. in the release's price year); less is
        negative.
    consequences_dkk
        (G, T, C, P) kr.
    cost_dkk
        (T, L, P) kr.; saved costs of the alternative are negative.
    discount_factors
        (T,) 1 in the first year.
    consequences_pv_dkk, cost_pv_dkk
        The same amounts discounted to the first year.
    make_up
        What the consequences rest on, by year.
    linear_parts
        What makes the result linear in the release's estimates, by target group (for standard errors).
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
    participants: FloatArray
    use_change: FloatArray
    consequences_dkk: FloatArray
    cost_dkk: FloatArray
    discount_factors: FloatArray
    consequences_pv_dkk: FloatArray
    cost_pv_dkk: FloatArray
    make_up: MakeUp
    linear_parts: tuple[LinearPart, ...]
    not_counted: tuple[NotCounted, ...]
    caveats: tuple[Caveat, ...]

    def __post_init__(self) -> None:
        lock_arrays(self)

    @functools.cached_property
    def areas(self) -> dict[str, Text]:
        """Areas (A) by key, in the order of the consequences."""
        return {consequence.area: consequence.area_name for consequence in self.consequences}

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
    def standard_errors(self) -> StandardErrors:
        """Analytic standard errors of the net result, from the estimates' joint covariance."""
        return find_standard_errors(self.linear_parts, self.discount_factors)

    @property
    def break_even_year(self) -> int | None:
        """First year from which the cumulated discounted net result is never negative again, if any."""
        negative = np.flatnonzero(self.cumulated_dkk < 0)
        first = 0 if len(negative) == 0 else int(negative[-1]) + 1
        return int(self.years[first]) if first < len(self.years) else None

    @property
    def n_participants(self) -> float:
        """Persons completing over the whole horizon."""
        return float(self.participants.sum())

    @property
    def net_present_value_per_participant(self) -> float:
        """Net present value per person completing, kr."""
        return self.net_present_value / self.n_participants

    def sum_by_area(self, discounted: bool = True) -> FloatArray:
        """Return the consequences (kr.) by area, year and payer: (A, T, P), areas in the order of `areas`."""
        cells = (self.consequences_pv_dkk if discounted else self.consequences_dkk).sum(axis=0)
        members = [[c.area == area for c in self.consequences] for area in self.areas]
        return np.stack([cells[:, chosen, :].sum(axis=1) for chosen in np.array(members, dtype=bool)])

    def sum_by_consequence(self, discounted: bool = True) -> FloatArray:
        """Return the consequences (kr.) by consequence, year and payer: (C, T, P)."""
        cells = self.consequences_pv_dkk if discounted else self.consequences_dkk
        return np.asarray(cells.sum(axis=0).transpose(1, 0, 2))

    def to_dict(self) -> dict[str, Any]:
        """Return inputs, results and warnings as nested plain values, ready for JSON."""
        from soem_engine.result_export import make_dict

        return make_dict(self)

    def to_json(self, indent: int | None = 2) -> str:
        """Return the result as JSON (point as decimal sign, kr. with two decimals, nan never)."""
        from soem_engine.result_export import make_json

        return make_json(self, indent)

    def to_polars(self) -> polars.DataFrame:
        """Return the finest cells as a polars table, one row a target group × year × line × payer.

        Raises
        ------
        ImportError
            If polars is not installed: `pip install soem-engine[polars]`.
        """
        from soem_engine.result_export import make_frame

        return make_frame(self)

"""What a user types: an intervention, as frozen dataclasses.

Here: the inputs, their units and defaults. Not here: reading them from a file (`intervention_file`), checking
them (`intervention_check`), calculating (`calculation`). Field metadata holds the range a value must lie in.

Known limitations: consequences while the intervention runs, own data on consequences, own prices and
committees come with the complete engine; each is a further field with a default, so files written today stay
valid.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

PAYERS: Final[tuple[str, ...]] = ("municipality", "region", "state")

CostKind = Literal["start_up", "fixed", "per_participant"]
Discounting = Literal["release", "none"]
FirstConsequenceYear = Literal["year_of_completion", "year_after_completion"]


@dataclass(frozen=True)
class YearAmounts:
    """An amount: the same in every year it applies to (`constant`), or one by calendar year (`by_year`).

    Exactly one of the two is given. In a file: a number, or a table `{ 2026 = 100000, 2027 = 120000 }`.
    """

    constant: float | None = None
    by_year: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PayerShares:
    """Who pays: shares (0-1, together 1). In a file: `"municipality"`, or `{ region = 0.5, state = 0.5 }`."""

    shares: Mapping[str, float]


@dataclass(frozen=True)
class TargetGroupInput:
    """One target group of the intervention.

    Parameters
    ----------
    target_group
        Key of the target group in the release.
    participants
        Persons who *complete* the intervention, by calendar year of completion.
    net_success_share
        Share (0-1) of the participants who reach SØM's success criterion *because of* the intervention
        (12 % with it, 2 % without: 0.10).
    net_success_share_reason
        Why this share, in the user's words; printed with every result.
    """

    target_group: str
    participants: Mapping[int, float] = field(metadata={"minimum": 0.0})
    net_success_share: float = field(metadata={"minimum": 0.0, "maximum": 1.0})
    net_success_share_reason: str


@dataclass(frozen=True)
class CostLine:
    """One cost of the intervention, or one cost of the alternative that is saved.

    Parameters
    ----------
    name
        What it is, in the user's words.
    kind
        `start_up`: once, in the first year of operation · `fixed`: every year of operation ·
        `per_participant`: for every participant completing that year. With amounts by calendar year,
        `start_up` and `fixed` fall in the years given.
    amounts_dkk
        kr. (`start_up`, `fixed`: in all; `per_participant`: each), in the price level `cost_price_year`, 0 or
        more.
    payer
        Who pays.
    saved_alternative
        True: what the alternative would have cost and is no longer spent (basisalternativ). It lowers the
        cost.
    """

    name: str
    kind: CostKind
    amounts_dkk: YearAmounts = field(metadata={"minimum": 0.0})
    payer: PayerShares = field(metadata={"minimum": 0.0, "maximum": 1.0})
    saved_alternative: bool = False


@dataclass(frozen=True)
class ConsequenceChoice:
    """Consequences switched off: all but `only`, or those in `without`; the reason is printed."""

    reason: str
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assumption:
    """An input that is invented, not known: which (`input`, its place in the file) and why or how (`why`)."""

    input: str
    why: str


@dataclass(frozen=True)
class Intervention:
    """An intervention to calculate.

    Parameters
    ----------
    name
        Name, printed on every output.
    target_groups
        The groups it is for, each with its participants and net success share.
    first_year
        First calendar year of operation; the horizon counts from it and it is year 0 of the discounting.
    horizon_years
        Number of calendar years the calculation covers, the first year included; what falls later is cut off.
    price_year
        The price level of the results.
    own_success_measure, success_measure_comparison
        The success measure of the intervention itself, and how it compares with SØM's success criterion of
        the group.
    costs
        Cost lines; none: the value of the consequences alone.
    cost_price_year
        The price level the costs are typed in; default: `price_year`.
    view
        View of the profiles in the release: `soem_classic`, `all_estimates`, `shrunken`.
    discounting
        `release`: the rates of the release, by horizon · `none`: the plain sum.
    discount_rates_date
        Rates in force on this day; default: the first of January of `first_year`, or the newest rates before
        it.
    first_consequence_year
        Where relative year 1 of a profile falls: in the year the course is completed, or the year after.
    consequences
        Consequences switched off; default: all are on.
    assumed
        Inputs that are invented; printed with every output.
    description, source
        Free text.
    """

    name: str
    target_groups: tuple[TargetGroupInput, ...]
    first_year: int = field(metadata={"minimum": 1990, "maximum": 2200})
    horizon_years: int = field(metadata={"minimum": 1, "maximum": 100})
    price_year: int = field(metadata={"minimum": 1990, "maximum": 2200})
    own_success_measure: str
    success_measure_comparison: str
    costs: tuple[CostLine, ...] = ()
    cost_price_year: int | None = None
    view: str = "soem_classic"
    discounting: Discounting = "release"
    discount_rates_date: datetime.date | None = None
    first_consequence_year: FirstConsequenceYear = "year_of_completion"
    consequences: ConsequenceChoice | None = None
    assumed: tuple[Assumption, ...] = ()
    description: str = ""
    source: str = ""

    @property
    def last_year(self) -> int:
        """Last calendar year of the horizon."""
        return self.first_year + self.horizon_years - 1

    @property
    def last_year_of_operation(self) -> int:
        """Last calendar year in which anyone completes; the first year if nobody does."""
        years = [year for group in self.target_groups for year, n in group.participants.items() if n > 0]
        return max(years, default=self.first_year)

    @property
    def price_year_of_costs(self) -> int:
        """The price level the costs are typed in."""
        return self.price_year if self.cost_price_year is None else self.cost_price_year

"""What a user types: an intervention, as frozen dataclasses.

Here: the intervention itself and its frame of years, prices and rates. Not here: its parts (`group_inputs`,
`cost_inputs`, `consequence_inputs`, `amounts`), reading them from a file (`intervention_file`), checking them
(`intervention_check`), calculating (`calculation`). Field metadata holds the range a value must lie in.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Literal

from soem_engine.amounts import FILLED, SHARE
from soem_engine.consequence_inputs import (
    CommitteeStructure,
    ConsequenceChoice,
    OwnConsequence,
    OwnPrice,
    Range,
    WhileRunning,
)
from soem_engine.cost_inputs import CostLine
from soem_engine.group_inputs import TargetGroupInput

AnalysisKind = Literal["new", "existing"]
Discounting = Literal["release", "none"]
FirstConsequenceYear = Literal["year_of_completion", "year_after_completion"]
Taper = Literal["release", "none"]
Reimbursement = Literal["by_date", "as_priced"]
TaxOnTransfers = Literal["release", "computed", "none"]


@dataclass(frozen=True)
class Assumption:
    """An input that is invented, not known: which (`input`, its place in the file) and why or how (`why`)."""

    input: str
    why: str = field(metadata=FILLED)


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
    analysis
        `new` or `existing` intervention: which of SØM's first two types of analysis it is.
    same_success_measure
        True: the own success measure is SØM's criterion itself; else a warning puts them side by side.
    own_consequences, while_running, own_prices
        Own data on consequences, consequences while the intervention runs, own unit prices.
    taper
        `release`: profiles as published · `none`: nothing is counted in the tapered years.
    survival_weighting
        True: profile values are weighted with the share of those reaching success who are still resident
        (off: as SØM).
    reimbursement
        `by_date`: a price past its validity is split between payers by the rule in force that year ·
        `as_priced`: as its row says.
    tax_on_transfers
        `release`: the release's own consequence · `computed`: change in income transfers × gross price × the
        average tax rate, so that it follows own data · `none`: not counted.
    discount_rate
        One own rate for all years instead of the release's.
    committees
        How the municipality's part falls on its committees.
    ranges
        Ranges of inputs, for the tornado and Monte Carlo.
    """

    name: str = field(metadata=FILLED)
    target_groups: tuple[TargetGroupInput, ...] = field(metadata={"min_items": 1})
    first_year: int = field(metadata={"minimum": 1990, "maximum": 2200})
    horizon_years: int = field(metadata={"minimum": 1, "maximum": 100})
    price_year: int = field(metadata={"minimum": 1990, "maximum": 2200})
    own_success_measure: str = field(metadata=FILLED)
    success_measure_comparison: str = field(metadata=FILLED)
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
    analysis: AnalysisKind = "new"
    same_success_measure: bool = False
    own_consequences: tuple[OwnConsequence, ...] = ()
    while_running: tuple[WhileRunning, ...] = ()
    own_prices: tuple[OwnPrice, ...] = ()
    taper: Taper = "release"
    survival_weighting: bool = False
    reimbursement: Reimbursement = "by_date"
    tax_on_transfers: TaxOnTransfers = "release"
    discount_rate: float | None = field(default=None, metadata=SHARE)
    committees: CommitteeStructure | None = None
    ranges: tuple[Range, ...] = ()

    @property
    def last_year(self) -> int:
        """Last calendar year of the horizon."""
        return self.first_year + self.horizon_years - 1

    @property
    def price_year_of_costs(self) -> int:
        """The price level the costs are typed in."""
        return self.price_year if self.cost_price_year is None else self.cost_price_year

"""What a user types about consequences, prices, committees and ranges; all of it optional.

Here: the inputs. Not here: what they do to the release's numbers (`group_values`, `money`, `committees`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from soem_engine.amounts import COUNTED, FILLED, NOT_NEGATIVE, SHARE, CommitteeShares, PayerAmounts

Distribution = Literal["normal", "triangular", "uniform"]
RELATIVE_YEARS: Final = {"keys": "relative_year"}


@dataclass(frozen=True)
class ConsequenceChoice:
    """Consequences switched off: all but `only`, or those in `without`; the reason is printed."""

    reason: str = field(metadata=FILLED)
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class NewConsequence:
    """A consequence the release does not have: name, area (key of an area of the release), unit, budget sign.

    `budget_sign`: `expense` (less use saves) or `revenue` (more is a gain). It needs a price in `own_prices`.
    """

    name: str = field(metadata=FILLED)
    area: str = field(metadata=FILLED)
    unit: str = field(metadata=FILLED)
    budget_sign: Literal["expense", "revenue"] = "expense"


@dataclass(frozen=True)
class OwnConsequence:
    """Own data on a consequence: it replaces the release's values in the relative years given.

    Parameters
    ----------
    consequence
        Key of a consequence in the release; with `new` a key of one's own.
    values
        By relative year (1, 2 …): use of a person who succeeds less use of one who does not, natural units a
        year (negative: less use). Years not given keep the release's value; a group of one's own has none.
    reason
        Where the numbers come from; printed.
    target_group
        Which target group of the intervention; default: all.
    standard_errors
        By relative year: standard errors of `values`, taken as independent; none: no uncertainty.
    new
        Declares a consequence of one's own.
    """

    consequence: str = field(metadata=FILLED)
    values: Mapping[int, float] = field(metadata=RELATIVE_YEARS)
    reason: str = field(metadata=FILLED)
    target_group: str | None = None
    standard_errors: Mapping[int, float] = field(
        default_factory=dict, metadata={**RELATIVE_YEARS, **NOT_NEGATIVE}
    )
    new: NewConsequence | None = None


@dataclass(frozen=True)
class WhileRunning:
    """A consequence while the intervention runs: no success, every participant.

    Parameters
    ----------
    consequence
        Key of a consequence (of the release, or declared `new` in `own_consequences`).
    change
        Change in use per participant-year in the course, natural units (negative: less use).
    reason
        Where the number comes from; printed.
    target_group
        Which target group of the intervention; default: all.
    """

    consequence: str = field(metadata=FILLED)
    change: float
    reason: str = field(metadata=FILLED)
    target_group: str | None = None


@dataclass(frozen=True)
class OwnPrice:
    """Own unit price of a consequence: kr. per unit after reimbursement, by payer.

    Parameters
    ----------
    consequence
        Key of a consequence.
    price_dkk
        kr. by payer, 0 or more; payers not named keep the release's price. For a consequence counted in kr. (tax)
        each payer's part of a krone.
    reason
        Where the price comes from; printed.
    price_year
        Price level it is typed in; default: that of the result.
    """

    consequence: str = field(metadata=FILLED)
    price_dkk: PayerAmounts = field(metadata=COUNTED)
    reason: str = field(metadata=FILLED)
    price_year: int | None = field(default=None, metadata={"minimum": 1990, "maximum": 2200})


@dataclass(frozen=True)
class CommitteeStructure:
    """Which of the municipality's committees each consequence and cost belongs to.

    The most particular rule holds: `consequences` before `areas` before `default`; for costs `costs` before
    `default`. In a file: a table, or the name of a TOML file with the table, beside the intervention.

    Parameters
    ----------
    name
        Name of the structure, printed.
    default
        Who has everything that is not named.
    areas, consequences
        By key of the area or the consequence.
    costs
        By name of the cost line.
    """

    name: str = field(metadata=FILLED)
    default: CommitteeShares = field(metadata=SHARE)
    areas: Mapping[str, CommitteeShares] = field(default_factory=dict, metadata=SHARE)
    consequences: Mapping[str, CommitteeShares] = field(default_factory=dict, metadata=SHARE)
    costs: Mapping[str, CommitteeShares] = field(default_factory=dict, metadata=SHARE)


@dataclass(frozen=True)
class Range:
    """How far an input may lie from what is typed: for the tornado and for Monte Carlo.

    Parameters
    ----------
    input
        `target_groups[1].net_success_share`, `discount_rate`: `low` and `high` are the values themselves ·
        `target_groups[1].participants`, `costs[1].amounts_dkk`, `prices.shelter`, `consequences.shelter`: they are
        factors on what is calculated (0.8: 20 % less). The discount rate is not drawn.
    low, high
        The range.
    reason
        Why; printed.
    distribution
        For Monte Carlo: `normal` (low and high are the 95 % interval), `triangular` (ends, top at the value
        typed), `uniform` (ends).
    """

    input: str = field(metadata=FILLED)
    low: float = field(metadata=NOT_NEGATIVE)
    high: float = field(metadata=NOT_NEGATIVE)
    reason: str = field(metadata=FILLED)
    distribution: Distribution = "normal"

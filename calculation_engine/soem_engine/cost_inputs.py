"""The costs of an intervention as a user types them: cost lines, and the cost sheet behind a line.

Here: the inputs. Not here: what they come to by year and payer (`cost_lines`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from soem_engine.amounts import COUNTED, FILLED, NOT_NEGATIVE, SHARE, PayerShares, YearAmounts

CostKind = Literal["start_up", "fixed", "per_participant", "per_starter", "per_participant_year"]
ItemCategory = Literal["staff", "rent", "materials", "training", "transport", "administration", "other"]


@dataclass(frozen=True)
class CostItem:
    """One row of a cost sheet: hours × wage with overhead, or quantity × unit cost.

    Exactly one of the two pairs is given. A row is in the unit of its line: in all for `start_up`, a year for
    `fixed`, each for the kinds per person.

    Parameters
    ----------
    name
        What it is.
    category
        `staff`, `rent`, `materials`, `training`, `transport`, `administration`, `other`.
    hours
        Hours, the same every year or by calendar year.
    wage_dkk
        kr. an hour, price level of the costs.
    overhead_share
        Overhead on the wage: 0.2 adds 20 %.
    quantity
        Number of units, the same every year or by calendar year.
    unit_cost_dkk
        kr. a unit.
    """

    name: str = field(metadata=FILLED)
    category: ItemCategory
    hours: YearAmounts | None = field(default=None, metadata=COUNTED)
    wage_dkk: float | None = field(default=None, metadata=COUNTED)
    overhead_share: float = field(default=0.0, metadata=NOT_NEGATIVE)
    quantity: YearAmounts | None = field(default=None, metadata=COUNTED)
    unit_cost_dkk: float | None = field(default=None, metadata=COUNTED)


@dataclass(frozen=True)
class SingleCase:
    """A specially expensive single case of own data, with the state's refund (SEL §176, §176 a).

    The refund has thresholds a person a year, so it cannot act on an average price; here it acts on the cost of
    one person. The thresholds are the release's parameters in force, converted to the price level of the costs.

    Parameters
    ----------
    name
        What it is.
    rule
        `adults` (§176) or `children` (§176 a).
    cost_dkk
        kr. for one person a year, before refund.
    persons
        Number of persons, the same every year or by calendar year.
    """

    name: str = field(metadata=FILLED)
    rule: Literal["adults", "children"]
    cost_dkk: float = field(metadata=COUNTED)
    persons: YearAmounts = field(metadata=COUNTED)


@dataclass(frozen=True)
class CostLine:
    """One cost of the intervention, or one cost of the alternative that is saved.

    Parameters
    ----------
    name
        What it is, in the user's words.
    kind
        `start_up`: once, in the first year of operation · `fixed`: every year of operation ·
        `per_participant`: for every participant completing that year · `per_starter`: for every participant
        starting that year · `per_participant_year`: for every year a participant spends in the course. With
        amounts by calendar year, `start_up` and `fixed` fall in the years given.
    amounts_dkk
        kr. (`start_up`, `fixed`: in all; the others: each), in the price level `cost_price_year`, 0 or more.
        None where a cost sheet says it.
    payer
        Who pays.
    saved_alternative
        True: what the alternative would have cost and is no longer spent (basisalternativ). It lowers the
        cost.
    items, single_cases
        A cost sheet instead of an amount: the line is the sum of its rows. `single_cases` belong to lines of the
        kinds `start_up` and `fixed`.
    """

    name: str = field(metadata=FILLED)
    kind: CostKind
    amounts_dkk: YearAmounts | None = field(metadata={**COUNTED, "unless": ("items", "single_cases")})
    payer: PayerShares = field(metadata=SHARE)
    saved_alternative: bool = False
    items: tuple[CostItem, ...] = ()
    single_cases: tuple[SingleCase, ...] = ()

"""Unit prices by calendar year: the row to use, its price level, its split between payers, own prices.

Here: pure functions. Not here: price levels themselves (`money`), quantities (`group_part`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

import numpy as np

from soem_engine.amounts import PAYERS
from soem_engine.consequence_inputs import OwnPrice
from soem_engine.knowledge import (
    BoolArray,
    Consequence,
    FloatArray,
    Parameter,
    Parameters,
    PriceIndex,
    UnitPrice,
    UnitPrices,
    lock_arrays,
)
from soem_engine.money import can_convert, convert_price_level


@dataclass(frozen=True)
class PriceKnowledge:
    """What a release knows of prices; `price_year` is the price level of its kr. consequences."""

    unit_prices: UnitPrices
    index: PriceIndex
    parameters: Parameters
    price_year: int


@dataclass(frozen=True)
class PriceFrame:
    """What a result wants of prices: calendar years, price level, `by_date`: split by the rule in force."""

    years: range
    price_year: int
    by_date: bool


@dataclass(frozen=True)
class PricePeriod:
    """Calendar years in which one price of the release is split between payers in one way.

    Attributes
    ----------
    first_year, last_year
        Calendar years, both included.
    by_payer
        kr. per unit by payer, in the price level of its row.
    rule
        The reimbursement rule; `is_split_by_date`: its shares are those in force then, not those of the row.
    sources
        Of the price, and of the rule's shares where they split it.
    """

    first_year: int
    last_year: int
    by_payer: tuple[float, ...]
    rule: str
    is_split_by_date: bool
    is_outside_validity: bool
    sources: tuple[str, ...]


@dataclass(frozen=True)
class PriceUsed:
    """Where one consequence's price comes from: rows of the release, and the user's own price, if any.

    `periods`: how the release's price is split, period by period of the calculation.
    """

    consequence: str
    rows: tuple[UnitPrice, ...]
    own: OwnPrice | None = None
    is_placeholder: bool = False
    periods: tuple[PricePeriod, ...] = ()

    @property
    def number_ids(self) -> tuple[str, ...]:
        """Ids of the release's prices used, one a payer not overridden."""
        if not self.rows:
            return ()
        row = self.rows[0]
        end = f"/{row.target_group}" if row.target_group else ""
        overridden = set(self.own.price_dkk.by_payer) if self.own else set()
        return tuple(
            f"price/{self.consequence}/{payer}/{row.price_year}{end}"
            for payer in PAYERS
            if payer not in overridden
        )


@dataclass(frozen=True)
class PricesByYear:
    """What one unit of each consequence costs each payer in each year, in the price level of the result.

    Attributes
    ----------
    price_dkk
        (T, C, P) kr. per unit; nan where there is no price that can be converted.
    used
        (C,) where they come from.
    is_outside_validity
        (T, C) the price is not (or no longer) valid on 1 January of that year.
    is_split_by_date
        (T, C) the row is past its validity and split by the reimbursement rule then in force.
    """

    price_dkk: FloatArray
    used: tuple[PriceUsed, ...]
    is_outside_validity: BoolArray
    is_split_by_date: BoolArray

    def __post_init__(self) -> None:
        lock_arrays(self)


def prices_by_year(
    consequences: list[Consequence], target_group: str, knowledge: PriceKnowledge, frame: PriceFrame
) -> PricesByYear:
    """Return a target group's prices, its own before the national ones, in the result's price level.

    Of several price years the newest that is not later than the result's is used, else the oldest; of
    several validities the one in force on 1 January of each calendar year, else the last before it, else the
    first. A row outside its validity is split between payers by the rule in force that day, if the release
    has its shares. A kr. consequence is in the release's own price year whatever its price row says.

    Parameters
    ----------
    consequences
        (C,) what to price.
    target_group
        Whose prices.
    knowledge, frame
        What the release knows, what the result wants.
    """
    price = np.full((len(frame.years), len(consequences), len(PAYERS)), np.nan)
    outside, split = np.zeros(price.shape[:2], dtype=bool), np.zeros(price.shape[:2], dtype=bool)
    used = []
    for c, consequence in enumerate(consequences):
        rows = find_prices(knowledge.unit_prices, consequence.key, target_group, frame.price_year)
        from_year = find_price_level(consequence, rows, knowledge.price_year)
        is_placeholder = any(row.basis == "placeholder" for row in rows)
        periods: list[PricePeriod] = []
        if from_year is not None and can_convert(knowledge.index, from_year, frame.price_year):
            factor = convert_price_level(knowledge.index, from_year, frame.price_year)
            for t, year in enumerate(frame.years):
                found = _find_split(rows, year, knowledge, frame)
                price[t, c] = np.array(found.by_payer) * factor
                outside[t, c], split[t, c] = found.is_outside_validity, found.is_split_by_date
                is_placeholder |= found.is_placeholder
                _add_year(periods, year, found)
        used.append(PriceUsed(consequence.key, rows, None, is_placeholder, tuple(periods)))
    return PricesByYear(price, tuple(used), outside, split)


@dataclass(frozen=True)
class _YearPrice:
    by_payer: tuple[float, ...]
    is_outside_validity: bool = False
    is_split_by_date: bool = False
    is_placeholder: bool = False
    rule: str = ""
    sources: tuple[str, ...] = ()


def _add_year(periods: list[PricePeriod], year: int, found: _YearPrice) -> None:
    """Lengthen the last period by a year, or begin one."""
    period = PricePeriod(
        first_year=year,
        last_year=year,
        by_payer=found.by_payer,
        rule=found.rule,
        is_split_by_date=found.is_split_by_date,
        is_outside_validity=found.is_outside_validity,
        sources=found.sources,
    )
    if periods and replace(periods[-1], first_year=year, last_year=year) == period:
        periods[-1] = replace(periods[-1], last_year=year)
    else:
        periods.append(period)


def _find_split(
    rows: tuple[UnitPrice, ...], year: int, knowledge: PriceKnowledge, frame: PriceFrame
) -> _YearPrice:
    """Return a price in a calendar year, split by the rule in force where its row is not valid."""
    day = datetime.date(year, 1, 1)
    row = _in_force(rows, day)
    if _is_valid(row, day):
        return _YearPrice(row.by_payer, rule=row.rule, sources=(row.source,))
    shares = find_payer_shares(knowledge.parameters, row.rule, day) if frame.by_date else ()
    if not shares:
        return _YearPrice(row.by_payer, is_outside_validity=True, rule=row.rule, sources=(row.source,))
    return _YearPrice(
        by_payer=tuple(row.gross_dkk * share.value for share in shares),
        is_outside_validity=day < row.valid_from,
        is_split_by_date=day > row.valid_from,
        is_placeholder=any(share.basis == "placeholder" for share in shares),
        rule=row.rule,
        sources=tuple(dict.fromkeys((row.source, *(share.source for share in shares)))),
    )


def find_payer_shares(parameters: Parameters, rule: str, day: datetime.date) -> tuple[Parameter, ...]:
    """Return the payers' shares by a reimbursement rule on a day; none if the release does not have them all."""
    shares = []
    for payer in PAYERS:
        rows = parameters.get(f"payer_share_{rule}_{payer}", ())
        in_force = [row for row in rows if row.holds_on(day)]
        if not in_force:
            return ()
        shares.append(in_force[-1])
    return tuple(shares)


def find_prices(
    unit_prices: UnitPrices, consequence: str, target_group: str, price_year: int
) -> tuple[UnitPrice, ...]:
    """Return the price rows of the price year to use (see `prices_by_year`), by validity; maybe none."""
    rows = unit_prices.get((consequence, target_group)) or unit_prices.get((consequence, None), ())
    years = {row.price_year for row in rows}
    chosen = max((year for year in years if year <= price_year), default=min(years, default=0))
    return tuple(row for row in rows if row.price_year == chosen)


def find_price_level(
    consequence: Consequence, rows: tuple[UnitPrice, ...], release_price_year: int
) -> int | None:
    """Return the price level in which a consequence's unit is priced; None if it has no price."""
    if not rows:
        return None
    return release_price_year if consequence.is_dkk else rows[0].price_year


def put_own_prices(
    prices: PricesByYear,
    own_prices: tuple[OwnPrice, ...],
    levels: dict[str, int],
    index: PriceIndex,
    price_year: int,
) -> PricesByYear:
    """Return the prices with the user's own in place, converted to the result's price level.

    Parameters
    ----------
    prices, own_prices
        The release's and the user's.
    levels
        Price level of the consequences that are counted in kr.: their own price is a share of each krone.
    index, price_year
        Own prices are carried from their price level to this one.
    """
    columns = {used.consequence: c for c, used in enumerate(prices.used)}
    price, used = prices.price_dkk.copy(), list(prices.used)
    outside, split = prices.is_outside_validity.copy(), prices.is_split_by_date.copy()
    for own in own_prices:
        c = columns.get(own.consequence)
        if c is None:
            continue
        level = levels.get(own.consequence, own.price_year or price_year)
        factor = convert_price_level(index, level, price_year)
        for payer, amount in own.price_dkk.by_payer.items():
            price[:, c, PAYERS.index(payer)] = amount * factor
        is_placeholder = used[c].is_placeholder and len(own.price_dkk.by_payer) < len(PAYERS)
        used[c] = replace(used[c], own=own, is_placeholder=is_placeholder)
        if len(own.price_dkk.by_payer) == len(PAYERS):
            outside[:, c] = split[:, c] = False
    return PricesByYear(price, tuple(used), outside, split)


def _in_force(rows: tuple[UnitPrice, ...], day: datetime.date) -> UnitPrice:
    begun = [row for row in rows if row.valid_from <= day]
    return begun[-1] if begun else rows[0]


def _is_valid(row: UnitPrice, day: datetime.date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)

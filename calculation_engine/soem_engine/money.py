"""Money: price levels, discounting, unit prices by year, and sums that are exact.

Here: pure functions from the release's knowledge to factors and prices. Not here: quantities and costs
(`calculation`).

Exactness: an amount is a float64 in kr., rounded once, in the finest cell, to a multiple of `GRID_DKK` (2^-20
kr., a ten-thousandth of an øre). Sums of such amounts are exact in float64, whatever their order, as long as
the absolute amounts of a result add up to less than 4 billion kr.; above that a coarser grid is used, by
powers of two. So years, payers, areas and consequences add up to the total to the last bit, and nothing is
ever spread over cells to make it fit.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from soem_engine.knowledge import (
    BoolArray,
    Consequence,
    DiscountRate,
    FloatArray,
    PriceIndex,
    UnitPrice,
    UnitPrices,
    lock_arrays,
)

GRID_DKK: Final = 2.0**-20
_EXACT_BITS: Final = 52


def choose_grid(amounts_dkk: list[FloatArray]) -> float:
    """Return the grid (kr.) on which all sums of these amounts are exact.

    Parameters
    ----------
    amounts_dkk
        Arrays of any shape, kr.: everything that is ever added together in one result.
    """
    total = sum(float(np.abs(amounts).sum()) for amounts in amounts_dkk)
    if total == 0.0:
        return GRID_DKK
    return max(GRID_DKK, 2.0 ** (math.ceil(math.log2(total)) - _EXACT_BITS))


def round_to_grid(amounts_dkk: FloatArray, grid_dkk: float) -> FloatArray:
    """Return the amounts (kr., any shape) rounded to multiples of the grid; no negative zeros."""
    return np.rint(amounts_dkk / grid_dkk) * grid_dkk + 0.0


def convert_price_level(index: PriceIndex, from_year: int, to_year: int) -> float:
    """Return the factor that takes kr. in prices of `from_year` to prices of `to_year`.

    Both years must be in the index (see `can_convert`); the same year needs no index.
    """
    return 1.0 if from_year == to_year else index.by_year[to_year] / index.by_year[from_year]


def can_convert(index: PriceIndex, from_year: int, to_year: int) -> bool:
    """Return whether the index takes kr. from one year's prices to the other's."""
    return from_year == to_year or {from_year, to_year} <= index.by_year.keys()


def choose_rates(rates: tuple[DiscountRate, ...], day: datetime.date) -> tuple[DiscountRate, ...]:
    """Return the rates in force on a day: the newest set valid from that day or earlier, if any."""
    begun = [rate.valid_from for rate in rates if rate.valid_from <= day]
    return tuple(rate for rate in rates if begun and rate.valid_from == max(begun))


def discount_factors(rates: tuple[DiscountRate, ...], n_years: int) -> FloatArray:
    """Return d_t = prod over u = 1 … t of 1 / (1 + r_u), with the rate of each year's own horizon.

    Parameters
    ----------
    rates
        One set of rates (`choose_rates`); empty: no discounting.
    n_years
        Length of the horizon.

    Returns
    -------
    ndarray
        (n_years,) factors; 1 in the first year of operation.

    Sources
    -------
    Method §7; Ministry of Finance, discount rates that fall with the horizon.
    """
    if not rates:
        return np.ones(n_years)
    by_year = [_rate_of(rates, t) for t in range(1, n_years)]
    return np.cumprod(np.concatenate([[1.0], 1.0 / (1.0 + np.array(by_year, dtype=np.float64))]))


def covers_horizon(rates: tuple[DiscountRate, ...], n_years: int) -> bool:
    """Return whether a set of rates has a rate for every year of the horizon after the first."""
    return all(any(_holds(rate, t) for rate in rates) for t in range(1, n_years))


def _rate_of(rates: tuple[DiscountRate, ...], t: int) -> float:
    return next(rate.rate for rate in rates if _holds(rate, t))


def _holds(rate: DiscountRate, t: int) -> bool:
    return rate.horizon_from <= t and (rate.horizon_to is None or t <= rate.horizon_to)


@dataclass(frozen=True)
class PricesByYear:
    """What one unit of each consequence costs each payer in each year, in the price level of the result.

    Attributes
    ----------
    price_dkk
        (T, C, P) kr. per unit; nan where there is no price that can be converted.
    is_placeholder
        (C,) the price is made up.
    is_outside_validity
        (T, C) the price is not (or no longer) valid on 1 January of that year.
    """

    price_dkk: FloatArray
    is_placeholder: BoolArray
    is_outside_validity: BoolArray

    def __post_init__(self) -> None:
        lock_arrays(self)

    def choose(self, columns: list[int]) -> PricesByYear:
        """Return the prices of some of the consequences."""
        return PricesByYear(
            self.price_dkk[:, columns], self.is_placeholder[columns], self.is_outside_validity[:, columns]
        )


def prices_by_year(
    consequences: list[Consequence],
    target_group: str,
    unit_prices: UnitPrices,
    index: PriceIndex,
    years: range,
    price_year: int,
    release_price_year: int,
) -> PricesByYear:
    """Return a target group's prices, its own before the national ones, in the result's price level.

    Of several price years the newest that is not later than the result's is used, else the oldest; of
    several validities the one in force on 1 January of each calendar year, else the last before it, else the
    first. A kr. consequence is in the release's own price year whatever its price row says.

    Parameters
    ----------
    consequences
        (C,) what to price.
    target_group, unit_prices, index
        Whose prices, from which table, converted with which index.
    years
        (T,) calendar years.
    price_year, release_price_year
        The price level of the result and of the release's kr. consequences.
    """
    price = np.full((len(years), len(consequences), 3), np.nan)
    outside = np.zeros(price.shape[:2], dtype=bool)
    placeholder = np.zeros(len(consequences), dtype=bool)
    for c, consequence in enumerate(consequences):
        rows = find_prices(unit_prices, consequence.key, target_group, price_year)
        from_year = find_price_level(consequence, rows, release_price_year)
        if from_year is None or not can_convert(index, from_year, price_year):
            continue
        factor = convert_price_level(index, from_year, price_year)
        placeholder[c] = any(row.basis == "placeholder" for row in rows)
        for t, year in enumerate(years):
            row = _in_force(rows, datetime.date(year, 1, 1))
            price[t, c] = np.array(row.by_payer) * factor
            outside[t, c] = not _is_valid(row, datetime.date(year, 1, 1))
    return PricesByYear(price, placeholder, outside)


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


def _in_force(rows: tuple[UnitPrice, ...], day: datetime.date) -> UnitPrice:
    begun = [row for row in rows if row.valid_from <= day]
    return begun[-1] if begun else rows[0]


def _is_valid(row: UnitPrice, day: datetime.date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)

"""Money: price levels, discounting, and sums that are exact.

Here: pure functions from the release's knowledge to factors. Not here: unit prices (`prices`), quantities and
costs (`calculation`).

Exactness: an amount is a float64 in kr., rounded once, in the finest cell, to a multiple of `GRID_DKK` (2^-20
kr., a ten-thousandth of an øre). Sums of such amounts are exact in float64, whatever their order, as long as
the absolute amounts of a result add up to less than 4 billion kr.; above that a coarser grid is used, by
powers of two. So years, payers, areas and consequences add up to the total to the last bit, and nothing is
ever spread over cells to make it fit.
"""

from __future__ import annotations

import datetime
import math
from typing import Final

import numpy as np

from soem_engine.knowledge import DiscountRate, FloatArray, PriceIndex

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

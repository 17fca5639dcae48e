"""The calendar of quantities: what a calendar year brings into a quantity beside the registers.

Belongs here: days of the year, tax rate on transfers and price index as whole numbers. Does not belong here:
the quantities themselves.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date

import polars as pl

from pipeline.declarations.other_knowledge import Parameter, PriceIndex
from pipeline.declarations.problems import Problems

TAX_RATE = "tax_rate_on_transfers"


def calendar_table(
    price_index: PriceIndex,
    parameters: Sequence[Parameter],
    first_year: int,
    last_year: int,
    price_year: int | None = None,
) -> pl.DataFrame:
    """Return one row a calendar year with what `Consequence.quantity` reads.

    Parameters
    ----------
    price_index : PriceIndex
        The declared index.
    parameters : sequence of Parameter
        The declared parameters; `tax_rate_on_transfers` must be valid on 31 December of every year.
    first_year, last_year : int
        Years of the registers, both included.
    price_year : int, optional
        The money of the result; the index's own price year when left out.

    Returns
    -------
    polars.DataFrame
        year, days_in_year, tax_rate_basis_points (3000 is 30 %), price_index_tenths (1000 is 100.0) and
        price_index_tenths_base, the index of the price year; all Int64.

    Raises
    ------
    InputError
        If a year lacks an index or a tax rate, all such years at once.
    """
    price_year = price_index.price_year if price_year is None else price_year
    problems = Problems()
    rows = [
        {
            "year": year,
            "days_in_year": 366 if calendar.isleap(year) else 365,
            "tax_rate_basis_points": round(_find_tax_rate(parameters, year, problems) * 10_000),
            "price_index_tenths": _find_index_tenths(price_index, year, problems),
            "price_index_tenths_base": _find_index_tenths(price_index, price_year, problems),
        }
        for year in range(first_year, last_year + 1)
    ]
    problems.raise_if_any("Calendar of quantities")
    return pl.DataFrame(rows, schema=dict.fromkeys(rows[0], pl.Int64))


def _find_index_tenths(price_index: PriceIndex, year: int, problems: Problems) -> int:
    if year not in price_index.by_year:
        problems.add("prices/price_index.toml", f"no index for {year}", "every register year", f"add {year}")
        return 0
    return round(price_index.by_year[year] * 10)


def _find_tax_rate(parameters: Sequence[Parameter], year: int, problems: Problems) -> float:
    day = date(year, 12, 31)
    for item in parameters:
        if item.key == TAX_RATE and item.valid_from <= day <= (item.valid_to or day):
            return item.value
    expected = "one valid on 31 December of every register year"
    problems.add("parameters.toml", f"no {TAX_RATE} for {year}", expected, f"add {TAX_RATE} for {year}")
    return 0.0

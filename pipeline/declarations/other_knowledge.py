"""Other knowledge: the price index, the discount rates and the parameters, each with source and validity.

Belongs here: the typed declarations, reading and checking them. Does not belong here: prices and payers
(`prices`, `reimbursement_rules`) and what the calculation does with a rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.declarations.problems import Problems
from pipeline.declarations.toml_entries import Entry, read_toml

VALUE_BASES = ("documented", "inferred", "assumed", "placeholder")
PRICE_INDEX_FILE = "prices/price_index.toml"
DISCOUNT_RATES_FILE = "discount_rates.toml"
PARAMETERS_FILE = "parameters.toml"
INDEX_DECIMALS = 1


@dataclass(frozen=True)
class PriceIndex:
    """The price index by calendar year, 100 in `price_year`.

    Attributes
    ----------
    by_year : mapping of int to float
        Calendar year to index, at most one decimal, so that tenths are whole numbers.
    price_year : int
        The year with index 100.
    basis, source : str
        Where it comes from.
    """

    by_year: Mapping[int, float]
    price_year: int
    basis: str
    source: str


@dataclass(frozen=True)
class DiscountRate:
    """The yearly discount rate of one stretch of the horizon, by date of validity.

    Attributes
    ----------
    valid_from, valid_to : date, date or None
        First and last day; None until further notice.
    horizon_from, horizon_to : int, int or None
        Years after the first year of operation, both included; None without end.
    rate : float
        0.035 is 3.5 % a year.
    basis, source : str
        Where it comes from.
    """

    valid_from: date
    valid_to: date | None
    horizon_from: int
    horizon_to: int | None
    rate: float
    basis: str
    source: str


@dataclass(frozen=True)
class Parameter:
    """One rate or threshold in one period.

    Attributes
    ----------
    key, name_da, name_en, unit : str
        What it is called and measured in; the unit `share` is 0–1.
    value : float
        The value.
    valid_from, valid_to : date, date or None
        First and last day; None until further notice.
    basis, source : str
        Where it comes from.
    """

    key: str
    name_da: str
    name_en: str
    value: float
    unit: str
    valid_from: date
    valid_to: date | None
    basis: str
    source: str


def read_price_index(folder: Path, problems: Problems) -> PriceIndex:
    """Read the price index; the years must follow each other and the price year must be 100."""
    top = Entry(PRICE_INDEX_FILE, read_toml(folder / PRICE_INDEX_FILE, problems), problems)
    if not top.values:
        return PriceIndex({}, 0, "", "")
    top.check_keys(("price_year", "basis", "source", "index"))
    table = top.read_table("index")
    by_year = {int(year): _read_index(table, year) for year in table.values if _is_year(year, table)}
    price_year = top.read_integer("price_year", 1980, 2100) or 0
    if by_year and sorted(by_year) != list(range(min(by_year), max(by_year) + 1)):
        gaps = sorted(set(range(min(by_year), max(by_year) + 1)) - set(by_year))
        problems.add(table.where, f"no index for {gaps}", "every year in between", "add the missing years")
    if by_year and by_year.get(price_year) != 100:
        found = f"{price_year} = {by_year.get(price_year)}"
        problems.add(table.where, found, "100 in the price year", "rescale the index or correct price_year")
    basis = top.read_word("basis", VALUE_BASES, "basis")
    return PriceIndex(by_year, price_year, basis, top.read_text("source"))


def read_discount_rates(folder: Path, problems: Problems) -> tuple[DiscountRate, ...]:
    """Read the discount rates; each period must cover the horizon from year 0 without gap or overlap."""
    top = Entry(DISCOUNT_RATES_FILE, read_toml(folder / DISCOUNT_RATES_FILE, problems), problems)
    rates: list[DiscountRate] = []
    for period in top.read_entries("period", "valid_from") if top.values else ():
        period.check_keys(("valid_from", "basis", "source", "rates"), ("valid_to",))
        rates += _read_period(period)
    periods = {(rate.valid_from, rate.valid_to) for rate in rates}
    check_periods_apart(DISCOUNT_RATES_FILE, periods, problems)
    return tuple(rates)


def read_parameters(folder: Path, problems: Problems) -> tuple[Parameter, ...]:
    """Read the parameters; the periods of one key must not overlap and shares lie between 0 and 1."""
    top = Entry(PARAMETERS_FILE, read_toml(folder / PARAMETERS_FILE, problems), problems)
    parameters = []
    required = ("key", "name_da", "name_en", "value", "unit", "valid_from", "basis", "source")
    for entry in top.read_entries("parameter", "key") if top.values else ():
        entry.check_keys(required, ("valid_to",))
        is_share = entry.values.get("unit") == "share"
        value = entry.read_number("value", 0 if is_share else None, 1 if is_share else None)
        texts = {key: entry.read_text(key) for key in ("key", "name_da", "name_en", "unit", "source")}
        first, last = read_validity(entry)
        basis = entry.read_word("basis", VALUE_BASES, "basis")
        parameters.append(
            Parameter(**texts, value=value or 0.0, valid_from=first, valid_to=last, basis=basis)
        )
    for key in sorted({parameter.key for parameter in parameters}):
        periods = [(item.valid_from, item.valid_to) for item in parameters if item.key == key]
        check_periods_apart(f"{PARAMETERS_FILE}: {key}", periods, problems)
    return tuple(parameters)


def read_validity(entry: Entry) -> tuple[date, date | None]:
    """Read `valid_from` and, where given, `valid_to`; the last day must not come before the first."""
    first, last = entry.read_date("valid_from"), entry.read_date("valid_to")
    if first and last and last < first:
        found = f"valid_to {last} before valid_from {first}"
        entry.problems.add(entry.where, found, "valid_from <= valid_to", "correct the dates")
    return first or date.min, last


def check_periods_apart(where: str, periods: object, problems: Problems) -> None:
    """Report periods of the same thing that overlap."""
    ordered = sorted(periods, key=lambda period: period[0])
    for (_, end), (start, _) in zip(ordered, ordered[1:], strict=False):
        if end is None or end >= start:
            found = f"a period that ends {end or 'never'} and another from {start}"
            problems.add(where, found, "periods that do not overlap", "correct valid_from and valid_to")


def _is_year(year: str, table: Entry) -> bool:
    if year.isdigit() and len(year) == 4:
        return True
    table.problems.add(table.where, f"{year!r}", "a year, as 2022", "write the year as the key")
    return False


def _read_index(table: Entry, year: str) -> float:
    value = table.read_number(year)
    if value is not None and (value <= 0 or round(value, INDEX_DECIMALS) != value):
        expected = "a positive number with at most one decimal"
        table.problems.add(f"{table.where}: {year}", f"{value}", expected, "correct the index")
    return float(value or 0)


def _read_period(period: Entry) -> list[DiscountRate]:
    first, last = read_validity(period)
    expected_from: int | None = 0
    rates = []
    for entry in period.read_entries("rates", "horizon_from"):
        entry.check_keys(("horizon_from", "rate"), ("horizon_to", "basis", "source"))
        start, end = entry.read_integer("horizon_from", 0), entry.read_integer("horizon_to", 0)
        if start is not None and start != expected_from:
            expected = (
                "nothing after a rate without end"
                if expected_from is None
                else f"horizon_from {expected_from}"
            )
            period.problems.add(entry.where, f"horizon_from {start}", expected, "leave no gap and no overlap")
        expected_from = None if end is None else end + 1
        named = entry if "source" in entry.values else period
        graded = entry if "basis" in entry.values else period
        rate = entry.read_number("rate", 0, 1) or 0.0
        basis = graded.read_word("basis", VALUE_BASES, "basis")
        rates.append(DiscountRate(first, last, start or 0, end, rate, basis, named.read_text("source")))
    if rates and expected_from is not None:
        found = f"no rate from year {expected_from}"
        period.problems.add(
            period.where, found, "a last rate without horizon_to", "leave out the last horizon_to"
        )
    return rates

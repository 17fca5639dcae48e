"""One consequence: what is followed, in which unit, and how it is measured from events.

Belongs here: the typed declaration and what it compiles to. Does not belong here: reading and checking the
files, prices, event tables themselves, or who is in a target group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

SCALES = ("one", "weeks_from_days", "share_of_year", "school_weeks")
SCALE_OF_UNIT = {
    "contacts": "one",
    "bed days": "one",
    "visits": "one",
    "days": "one",
    "convictions": "one",
    "recipient-years": "share_of_year",
}
_TAX_MEASURES = {
    "tax_on_transfers": ("taxable_transfers_dkk",),
    "tax_less_tax_on_transfers": ("tax_dkk", "taxable_transfers_dkk"),
}
REAL_KR_RULES = tuple(_TAX_MEASURES)
CALENDAR_COLUMNS = ("days_in_year", "tax_rate_basis_points", "price_index_tenths", "price_index_tenths_base")


@dataclass(frozen=True)
class Consequence:
    """One consequence as declared.

    Attributes
    ----------
    key : str
        The fixed key, part of every number id.
    area, area_name_da, area_name_en : str
        The area it is summed into.
    name_da, name_en, unit_da, unit_en : str
        What people read.
    population : str
        `children`, `adults` or `both`: the target groups it is estimated for.
    age_from, age_to : int or None
        Age domain, on 31 December of the calendar year; None without a bound.
    ends_at_pension_age : bool
        The domain ends when the person's birth cohort reaches pension age.
    budget_sign : int
        +1 an expense, -1 a revenue.
    events : str
        The event table it is measured from.
    where : mapping of str to tuple or {'not': tuple}
        Attribute to the values counted, or to the values left out.
    measure : str or None
        The column summed; None for the two taxes.
    scale : str
        `one`, `weeks_from_days`, `share_of_year`, `school_weeks`, or `real_kr` for the two taxes.
    weeks_a_record : int or None
        Weeks that one record stands for, with scale `school_weeks` only.
    real_kr : str or None
        The rule of a tax, else None.
    registers : tuple of str
        Registers as delivered.
    source, basis, notes_da, notes_en : str
        Where it comes from, whether the rule is documented, inferred or assumed, and why.
    """

    key: str
    area: str
    area_name_da: str
    area_name_en: str
    name_da: str
    name_en: str
    unit_da: str
    unit_en: str
    population: str
    age_from: int | None
    age_to: int | None
    ends_at_pension_age: bool
    budget_sign: int
    events: str
    where: Mapping[str, tuple | Mapping[str, tuple]]
    measure: str | None
    scale: str
    weeks_a_record: int | None
    real_kr: str | None
    registers: tuple[str, ...]
    source: str
    basis: str
    notes_da: str
    notes_en: str

    @property
    def measures_read(self) -> tuple[str, ...]:
        """The measure columns of `events` that the quantity is made of."""
        if self.real_kr is not None:
            return _TAX_MEASURES[self.real_kr]
        return (self.measure,)

    def where_sql(self) -> str:
        """Return the condition on the rows of `events` that are counted.

        Returns
        -------
        str
            A DuckDB condition over the attribute columns; `TRUE` when every row counts.

        Examples
        --------
        >>> from pipeline.declarations.consequences import load_consequences
        >>> load_consequences()[0].where_sql()
        "speciality IN ('80')"
        """
        return " AND ".join(_compile_values(name, rule) for name, rule in self.where.items()) or "TRUE"

    def quantity(self, sums: Mapping[str, np.ndarray], calendar: Mapping[str, np.ndarray]) -> np.ndarray:
        """Return the quantity of person-years in natural units.

        Parameters
        ----------
        sums : mapping of str to (N,) int64 array
            Each of `measures_read`, summed over a person-year's rows that are counted.
        calendar : mapping of str to (N,) int64 array
            Each of `calendar_columns`, of the person-year's year.

        Returns
        -------
        (N,) float64 array

        Notes
        -----
        The two taxes are computed in whole øre with integers, halves rounded away from zero, so that the
        value does not depend on the order of floating-point operations.
        """
        if self.real_kr is not None:
            basis_points = sums["taxable_transfers_dkk"] * calendar["tax_rate_basis_points"]
            if self.real_kr == "tax_less_tax_on_transfers":
                basis_points = sums["tax_dkk"] * 10_000 - basis_points
            numerator = basis_points * calendar["price_index_tenths_base"]
            return _divide_rounded(numerator, 100 * calendar["price_index_tenths"]) / 100
        (measured,) = sums.values()
        if self.scale == "weeks_from_days":
            return measured / 7
        if self.scale == "share_of_year":
            return measured / calendar["days_in_year"]
        return measured.astype(np.float64) * (self.weeks_a_record or 1)

    def calendar_columns(self) -> tuple[str, ...]:
        """Return the calendar columns that `quantity` reads."""
        if self.real_kr is not None:
            return CALENDAR_COLUMNS[1:]
        return CALENDAR_COLUMNS[:1] if self.scale == "share_of_year" else ()

    def age_sql(self) -> str:
        """Return the condition on `age` and `pension_age` (whole years) of being inside the age domain."""
        bounds = []
        if self.age_from is not None:
            bounds.append(f"age >= {self.age_from}")
        if self.age_to is not None:
            bounds.append(f"age <= {self.age_to}")
        if self.ends_at_pension_age:
            bounds.append("age <= pension_age")
        return " AND ".join(bounds) or "TRUE"


@dataclass(frozen=True)
class NotMeasured:
    """A service that no register holds, so that no consequence can be estimated, and why."""

    key: str
    name_da: str
    name_en: str
    population: str
    reason_da: str
    reason_en: str
    source: str


def _compile_values(name: str, rule: tuple | Mapping[str, tuple]) -> str:
    values, operator = (rule["not"], "NOT IN") if isinstance(rule, Mapping) else (rule, "IN")
    words = [str(value).upper() if isinstance(value, bool) else f"'{value}'" for value in values]
    return f"{name} {operator} ({', '.join(words)})"


def _divide_rounded(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    """Divide whole numbers by positive ones; halves are rounded away from zero."""
    return np.sign(numerator) * ((2 * np.abs(numerator) + denominator) // (2 * denominator))

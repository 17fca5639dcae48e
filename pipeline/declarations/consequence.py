"""One consequence: what is followed, in which unit, and the SQL that measures it from events.

Belongs here: the typed declaration and what it compiles to. Does not belong here: reading and checking the
files, prices, event tables themselves, or who is in a target group.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

SCALES = {
    "one": "{sum}::DOUBLE",
    "weeks_from_days": "{sum}::DOUBLE / 7",
    "share_of_year": "{sum}::DOUBLE / days_in_year",
    "school_weeks": "{sum}::DOUBLE * {weeks_a_record}",
}
SCALE_OF_UNIT = {
    "contacts": "one",
    "bed days": "one",
    "visits": "one",
    "days": "one",
    "convictions": "one",
    "recipient-years": "share_of_year",
}
# Hundredths of a krone in the money of the release's price year, exact in whole numbers.
_TAXED_DKK = {
    "tax_on_transfers": "{transfers} * tax_rate_basis_points",
    "tax_less_tax_on_transfers": "{tax} * 10000 - {transfers} * tax_rate_basis_points",
}
_TAX_MEASURES = {
    "tax_on_transfers": ("taxable_transfers_dkk",),
    "tax_less_tax_on_transfers": ("tax_dkk", "taxable_transfers_dkk"),
}
REAL_KR_RULES = tuple(_TAXED_DKK)
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

    def quantity_sql(self, *, of_one_row: bool = False) -> str:
        """Return the quantity of a person-year in natural units, over its rows grouped by leaf, pnr and year.

        Parameters
        ----------
        of_one_row : bool
            True where a person-year has one row, so that nothing is to be grouped and no sum taken.

        Returns
        -------
        str
            A DuckDB aggregate (of one row an expression) of type DOUBLE. `share_of_year` and `real_kr` also read
            columns of the calendar (`CALENDAR_COLUMNS`), which must then be grouped by.

        Notes
        -----
        The two taxes are computed in whole øre with integers, halves rounded away from zero, so that the
        value does not depend on the order of floating-point operations.
        """
        if self.real_kr is not None:
            tax, transfers = (
                _sum(column, of_one_row=of_one_row) for column in ("tax_dkk", "taxable_transfers_dkk")
            )
            taxed = _TAXED_DKK[self.real_kr].format(tax=tax, transfers=transfers)
            numerator = f"({taxed}) * price_index_tenths_base"
            return f"({_divide_rounded(numerator, '(100 * price_index_tenths)')}) / 100.0"
        measured = _sum(self.measure, of_one_row=of_one_row)
        return SCALES[self.scale].format(sum=measured, weeks_a_record=self.weeks_a_record)

    def calendar_columns(self) -> tuple[str, ...]:
        """Return the calendar columns that `quantity_sql` reads."""
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


def _sum(column: str, *, of_one_row: bool) -> str:
    return f"{column}::BIGINT" if of_one_row else f"sum({column})"


def _divide_rounded(numerator: str, denominator: str) -> str:
    magnitude = f"(2 * abs({numerator}) + {denominator}) // (2 * {denominator})"
    return f"sign({numerator}) * ({magnitude})"

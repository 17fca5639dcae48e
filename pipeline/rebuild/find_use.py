"""The use of one consequence by the members of one target group, year by year, by plain SQL.

Belongs here: the declared quantity written as one query, and who is observed. Does not belong here: the build's own
quantities and panels (`pipeline.quantities`, `pipeline.panels`): no query of them is used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

_SCALES = {
    "one": "sum({measure})",
    "weeks_from_days": "sum({measure}) / 7.0",
    "share_of_year": "sum({measure}) / any_value(CASE WHEN leap THEN 366.0 ELSE 365.0 END)",
    "school_weeks": "sum({measure}) * {weeks}",
}
_ON_TRANSFERS = "sum(taxable_transfers_dkk) * any_value(ten_thousandths)"
_TAXES = {
    "tax_on_transfers": _ON_TRANSFERS,
    "tax_less_tax_on_transfers": f"(sum(tax_dkk) * 10000 - {_ON_TRANSFERS})",
}


def read_declared(folder: Path, consequence: str) -> dict[str, Any]:
    """Read the declaration of a consequence, as it stands in the file.

    Parameters
    ----------
    folder : Path
        `consequences` of the declarations.
    consequence : str
    """
    entries = (
        entry
        for file in sorted(folder.glob("*.toml"))
        for entry in tomllib.loads(file.read_text("utf-8")).get("consequence", [])
    )
    return next(entry for entry in entries if entry["key"] == consequence)


def find_use(
    con: duckdb.DuckDBPyConnection,
    declared: Mapping[str, Any],
    events: Sequence[str],
    pension_ages: Sequence[Mapping[str, int]],
) -> None:
    """Make the table `use` (pnr, year, quantity) of members; years without use have no row.

    Parameters
    ----------
    con : duckdb connection
        Sees member, person_years, the event table, and of the release coverage, price_index, parameters, `release`.
    declared : mapping
        From `read_declared`.
    events : sequence of str
        As in `passport_sources`: `event_table` or `event_table: value`.
    pension_ages : sequence of mapping
        `born_to` and `age`, in order.
    """
    _find_coverage(con, events)
    quantity = declared["quantity"]
    pension = " ".join(
        f"WHEN year(birth_date) <= {step['born_to']} THEN {step['age']}" for step in pension_ages
    )
    ages = [f"person.age >= {declared['age_from']}"] if "age_from" in declared else []
    ages += [f"person.age <= {declared['age_to']}"] if "age_to" in declared else []
    ages += [f"person.age <= CASE {pension} END"] if declared.get("age_to_pension") else []
    rows = [_write_values(name, values) for name, values in quantity.get("where", {}).items()]
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE use AS
        SELECT pnr, year, {_write_quantity(quantity)} AS quantity
        FROM {quantity["events"]} AS event JOIN person_years AS person USING (pnr, year)
        JOIN in_year USING (year)
        JOIN covered USING (year)
        WHERE pnr IN (SELECT pnr FROM member) AND person.is_resident
          AND (year, municipality_code) NOT IN (SELECT year, municipality_code FROM not_covered)
          AND {" AND ".join([*ages, *rows]) or "TRUE"}
        GROUP BY pnr, year"""
    )


def _find_coverage(con: duckdb.DuckDBPyConnection, events: Sequence[str]) -> None:
    """Make `covered` (year) and `not_covered` (year, municipality_code) where every one of the events is covered."""
    named = ", ".join(f"'{name}'" for name in events)
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE covered AS
        SELECT year FROM coverage WHERE concat_ws(': ', event_table, attribute_value) IN ({named})
          AND municipality_code IS NULL AND is_covered GROUP BY year HAVING count(*) = {len(events)}"""
    )
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE not_covered AS
        SELECT DISTINCT year, municipality_code FROM coverage
        WHERE concat_ws(': ', event_table, attribute_value) IN ({named}) AND municipality_code IS NOT NULL"""
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE in_year AS
        SELECT i.year, CAST(round(i.index * 10) AS HUGEINT) AS own_tenths,
          CAST(round(b.index * 10) AS HUGEINT) AS base_tenths,
          CAST(round(p.value * 10000) AS HUGEINT) AS ten_thousandths,
          i.year % 4 = 0 AND (i.year % 100 <> 0 OR i.year % 400 = 0) AS leap
        FROM price_index AS i CROSS JOIN release AS r JOIN price_index AS b ON b.year = r.price_year
        LEFT JOIN parameters AS p ON p.parameter = 'tax_rate_on_transfers'
          AND make_date(i.year, 12, 31) BETWEEN p.valid_from AND coalesce(p.valid_to, DATE '9999-12-31')"""
    )


def _write_quantity(quantity: Mapping[str, Any]) -> str:
    if "real_kr" in quantity:  # in whole øre: floating point would put many a half øre on the wrong side
        over = f"({_TAXES[quantity['real_kr']]} * any_value(base_tenths))"
        under = "any_value(own_tenths * 100)"
        return f"sign({over}) * ((2 * abs({over}) + {under}) // (2 * {under})) / 100.0"
    return _SCALES[quantity["scale"]].format(
        measure=quantity["measure"], weeks=quantity.get("weeks_a_record", "")
    )


def _write_values(name: str, values: Any) -> str:
    operator = "NOT IN" if isinstance(values, Mapping) else "IN"
    given = values["not"] if isinstance(values, Mapping) else values
    words = ", ".join(str(value).upper() if isinstance(value, bool) else f"'{value}'" for value in given)
    return f"event.{name} {operator} ({words})"


def find_sample(con: duckdb.DuckDBPyConnection, relative_year: int) -> None:
    """Make the table `sample`: members observed in the year, with use in year 0 and in the year.

    Parameters
    ----------
    con : duckdb connection
        After `find_members` and `find_use`.
    relative_year : int

    Notes
    -----
    Observed is: resident at the end of the year, and the events covered in the person's municipality in year 0 and in
    the year. No row of use is 0 there.
    """
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE sample AS
        SELECT member.*, coalesce(before.quantity, 0) AS use_in_year_0, coalesce(later.quantity, 0) AS outcome
        FROM member
        JOIN person_years AS person ON person.pnr = member.pnr
          AND person.year = member.base_year + {relative_year} AND person.is_resident
        LEFT JOIN use AS before ON before.pnr = member.pnr AND before.year = member.base_year
        LEFT JOIN use AS later ON later.pnr = member.pnr AND later.year = member.base_year + {relative_year}
        WHERE member.base_year IN (FROM covered) AND member.base_year + {relative_year} IN (FROM covered)
          AND (member.base_year, member.municipality_code) NOT IN (SELECT year, municipality_code FROM not_covered)
          AND (member.base_year + {relative_year}, person.municipality_code)
            NOT IN (SELECT year, municipality_code FROM not_covered)
        ORDER BY member.row"""
    )

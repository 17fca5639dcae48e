"""Taxes made again from registers are exact to the øre, halves included."""

from __future__ import annotations

from fractions import Fraction

import duckdb
import polars as pl
import pytest

from pipeline.rebuild.find_use import find_use

ONE_YEAR = 2015
_TAX_RATE = 0.25


def _round_exactly(amount: Fraction) -> Fraction:
    """Round to hundredths, halves away from zero."""
    whole = (2 * abs(amount) * 100 + 1) // 2
    return Fraction(whole, 100) * (1 if amount >= 0 else -1)


def _open(incomes: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.register("incomes", incomes.to_arrow())
    con.execute(
        """CREATE TABLE coverage AS SELECT 2015 AS year, 'incomes' AS event_table,
        NULL::VARCHAR AS attribute_value, NULL::VARCHAR AS municipality_code, true AS is_covered"""
    )
    con.execute(
        "CREATE TABLE price_index AS FROM (VALUES (2015, 100.0::DOUBLE), (2022, 112.7)) AS t(year, index)"
    )
    con.execute('CREATE TABLE "release" AS SELECT 2022 AS price_year')
    con.execute(
        f"""CREATE TABLE parameters AS SELECT 'tax_rate_on_transfers' AS parameter, {_TAX_RATE}::DOUBLE AS value,
        DATE '2010-01-01' AS valid_from, NULL::DATE AS valid_to"""
    )
    con.execute(
        """CREATE TABLE person_years AS SELECT pnr, year, 40 AS age, DATE '1975-01-01' AS birth_date,
        true AS is_resident, '101' AS municipality_code FROM incomes"""
    )
    con.execute("CREATE TABLE member AS SELECT pnr FROM incomes")
    return con


@pytest.mark.parametrize("rule", ["tax_on_transfers", "tax_less_tax_on_transfers"])
def test_taxes_are_whole_oere_with_halves_away_from_zero(rule: str) -> None:
    n = 20_000
    incomes = pl.DataFrame(
        {
            "pnr": range(n),
            "year": [ONE_YEAR] * n,
            "tax_dkk": [(7 * i) % 140_001 for i in range(n)],
            "taxable_transfers_dkk": [(13 * i) % 10_007 for i in range(n)],
        }
    )
    con = _open(incomes)
    declared = {"key": "tax", "quantity": {"events": "incomes", "real_kr": rule}}
    find_use(con, declared, ["incomes"], [])
    found = dict(con.execute("SELECT pnr, quantity FROM use").fetchall())
    ratio, halves = Fraction(1127, 1000), 0
    for pnr, _, tax, transfers in incomes.iter_rows():
        on_transfers = transfers * Fraction(_TAX_RATE)
        real = (on_transfers if rule == "tax_on_transfers" else tax - on_transfers) * ratio
        halves += (abs(real) * 100) % 1 == Fraction(1, 2)
        assert found[pnr] == float(_round_exactly(real)), pnr
    assert halves > 100

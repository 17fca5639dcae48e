"""The tables of declared knowledge: the release's columns, complete, sourced, and nothing assumed told as fact."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from pipeline.declarations.knowledge import load_knowledge
from pipeline.declarations.other_knowledge import Parameter, PriceIndex
from pipeline.declarations.problems import InputError
from pipeline.knowledge import (
    calendar_table,
    consequences_table,
    discount_rates_table,
    effect_studies_table,
    not_measured_table,
    parameters_table,
    price_index_table,
    unit_prices_table,
)
from schemas.checks import check_table, conform_table

TABLES = {
    "consequences": consequences_table,
    "not_measured": not_measured_table,
    "unit_prices": unit_prices_table,
    "price_index": price_index_table,
    "discount_rates": discount_rates_table,
    "parameters": parameters_table,
    "effect_studies": lambda knowledge: effect_studies_table(),
}


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge()


@pytest.mark.parametrize("name", TABLES)
def test_table_fits_its_model(knowledge, name):
    table = TABLES[name](knowledge)
    assert check_table(name, conform_table(name, table)).failures == ()


@pytest.mark.parametrize("name", [name for name in TABLES if name != "effect_studies"])
def test_every_row_has_a_source(knowledge, name):
    sources = TABLES[name](knowledge)["source"]
    assert sources.null_count() == 0
    assert sources.str.len_chars().min() > 10


def test_price_index_is_the_declared_row(knowledge):
    table = price_index_table(knowledge)
    levels = [70.0, 71.5, 73.0, 74.6, 76.4, 78.8, 80.3, 82.0, 83.9, 85.6]
    levels += [86.8, 87.9, 88.8, 89.6, 90.8, 91.9, 92.9, 94.0, 96.0, 100.0]
    assert dict(table.select("year", "index").rows()) == dict(zip(range(2003, 2023), levels, strict=True))
    assert table["basis"].unique().to_list() == ["placeholder"]


def test_discount_rates_by_date_and_horizon(knowledge):
    table = discount_rates_table(knowledge)
    rows = table.select("horizon_from", "horizon_to", "rate", "basis").rows()
    assert rows == [
        (0, 35, 0.04, "documented"),
        (36, 70, 0.03, "documented"),
        (71, None, 0.02, "documented"),
        (0, 35, 0.035, "documented"),
        (36, 70, 0.025, "documented"),
        (71, None, 0.015, "assumed"),
    ]
    assert "Ikke bekræftet" in table["source"][5]
    assert table["valid_from"].unique().sort().to_list() == [date(2013, 5, 31), date(2021, 1, 7)]
    assert table["valid_to"][0] == date(2021, 1, 6)


def find_value(knowledge, key: str, day: date) -> tuple[float, str]:
    table = parameters_table(knowledge).filter(
        pl.col("parameter") == key,
        pl.col("valid_from") <= day,
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= day),
    )
    assert len(table) == 1
    return table.select("value", "basis").row(0)


@pytest.mark.parametrize(
    ("key", "day", "value", "basis"),
    [
        ("tax_rate_on_transfers", date(2010, 6, 1), 0.30, "placeholder"),
        ("refund_from_week_1", date(2022, 1, 1), 0.80, "documented"),
        ("refund_from_week_5", date(2022, 1, 1), 0.40, "documented"),
        ("refund_from_week_27", date(2022, 1, 1), 0.30, "documented"),
        ("refund_from_week_53", date(2022, 1, 1), 0.20, "documented"),
        ("unemployment_co_financing_from_week_1", date(2022, 1, 1), 0.20, "documented"),
        ("unemployment_co_financing_from_week_5", date(2022, 1, 1), 0.60, "documented"),
        ("unemployment_co_financing_from_week_27", date(2022, 1, 1), 0.70, "documented"),
        ("unemployment_co_financing_from_week_53", date(2022, 1, 1), 0.80, "documented"),
        ("section_110_refund_share", date(2023, 9, 30), 0.50, "documented"),
        ("section_110_first_days", date(2023, 10, 1), 120, "documented"),
        ("section_110_first_days", date(2026, 4, 1), 90, "documented"),
        ("section_110_share_of_days", date(2024, 1, 1), 0.62, "placeholder"),
        ("payer_share_section_110_state", date(2023, 9, 30), 0.50, "documented"),
        ("payer_share_section_110_state", date(2024, 1, 1), 0.31, "placeholder"),
        ("payer_share_tax_on_transfers_municipality", date(2022, 1, 1), 0.70, "placeholder"),
        ("section_176a_children_threshold_low", date(2020, 6, 1), 830_000, "documented"),
        ("section_176a_children_threshold_high", date(2020, 6, 1), 1_630_000, "documented"),
        ("section_176_adults_threshold_low", date(2020, 6, 1), 1_090_000, "documented"),
        ("section_176_adults_threshold_high", date(2020, 6, 1), 2_050_000, "documented"),
        ("section_176_refund_above_low", date(2020, 6, 1), 0.25, "documented"),
        ("section_176_refund_above_high", date(2020, 6, 1), 0.50, "documented"),
        ("salary_overhead", date(2018, 6, 1), 0.20, "documented"),
        ("overhead_municipality", date(2022, 6, 1), 1.10, "placeholder"),
    ],
)
def test_rates_and_rules_of_the_catalogue(knowledge, key, day, value, basis):
    assert find_value(knowledge, key, day) == (value, basis)


def test_payer_shares_are_one_in_all_in_every_period(knowledge):
    shares = parameters_table(knowledge).filter(pl.col("parameter").str.starts_with("payer_share_"))
    rule = pl.col("parameter").str.replace("_(municipality|region|state)$", "")
    sums = shares.group_by(rule, "valid_from").agg(pl.col("value").sum(), pl.len())
    assert sums["len"].unique().to_list() == [3]
    assert (sums["value"] - 1).abs().max() < 1e-12


def test_parameters_are_named_in_both_languages_and_sourced(knowledge):
    table = parameters_table(knowledge)
    assert table.null_count().select(pl.exclude("valid_to")).sum_horizontal()[0] == 0
    assert table.select("parameter", "valid_from").is_duplicated().sum() == 0
    placeholders = table.filter(pl.col("basis") == "placeholder")
    assert placeholders["source"].str.contains("ladsholder").all()


def test_calendar_of_quantities(knowledge):
    table = calendar_table(knowledge.price_index, knowledge.parameters, 2003, 2022)
    assert table.filter(year=2004).row(0) == (2004, 366, 3000, 715, 1000)
    assert table.filter(year=2022).row(0) == (2022, 365, 3000, 1000, 1000)
    assert table["days_in_year"].sum() == 20 * 365 + 5


def test_a_year_without_index_or_tax_rate_is_told(knowledge):
    index = PriceIndex({2022: 100.0}, 2022, "placeholder", "håndlavet")
    rate = Parameter(
        "tax_rate_on_transfers", "x", "x", 0.3, "share", date(2022, 1, 1), None, "placeholder", "håndlavet"
    )
    with pytest.raises(InputError) as caught:
        calendar_table(index, [rate], 2020, 2022)
    assert len(caught.value.problems) == 4

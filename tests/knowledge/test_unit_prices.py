"""Unit prices: complete, exact to the øre, worked by hand, and held against outside unit costs."""

from __future__ import annotations

import dataclasses
from datetime import date
from fractions import Fraction

import polars as pl
import pytest

from pipeline.declarations.knowledge import load_knowledge
from pipeline.declarations.prices import Plausible
from pipeline.declarations.problems import InputError
from pipeline.declarations.reimbursement import PAYERS
from pipeline.knowledge import unit_prices_table
from pipeline.knowledge.unit_prices import compute_gross

TARGET_GROUP_PRICES = {
    ("somatic_bed_days", "homeless"),
    ("psychiatric_bed_days", "homeless"),
    ("cash_benefit", "homeless"),
    ("tax_employment", "homeless"),
    ("somatic_bed_days", "alcohol_misuse"),
    ("cash_benefit", "alcohol_misuse"),
    ("psychiatric_bed_days", "severe_mental_disorder"),
    ("psychiatric_outpatient_visits", "anxiety_depression_6_13"),
}


@pytest.fixture(scope="module")
def knowledge():
    return load_knowledge()


@pytest.fixture(scope="module")
def prices(knowledge):
    return unit_prices_table(knowledge)


def find_price(prices: pl.DataFrame, consequence: str, target_group: str | None = None) -> dict:
    is_group = pl.col("target_group").eq_missing(pl.lit(target_group, pl.String))
    rows = prices.filter(pl.col("consequence") == consequence, is_group)
    return dict(zip(rows["payer"], rows["price_dkk"], strict=True)) | {"gross": rows["gross_dkk"][0]}


def test_every_consequence_has_a_national_price_for_all_payers(prices, knowledge):
    national = prices.filter(pl.col("target_group").is_null())
    found = set(national.select("consequence", "payer").rows())
    assert found == {(item.key, payer) for item in knowledge.consequences for payer in PAYERS}
    assert len(national) == 47 * 3


def test_target_group_prices_have_all_payers_and_say_their_method(prices):
    groups = prices.filter(pl.col("target_group").is_not_null())
    assert set(groups.select("consequence", "target_group").rows()) == TARGET_GROUP_PRICES
    assert len(groups) == 3 * len(TARGET_GROUP_PRICES)
    assert groups["method"].unique().to_list() == ["target_group_average"]
    assert prices.filter(pl.col("target_group").is_null())["method"].unique().to_list() == [
        "national_average"
    ]


def test_payers_add_up_to_the_gross_price_in_oere(prices):
    in_oere = (pl.col("price_dkk") * 100).round().cast(pl.Int64)
    whole = prices.with_columns(oere=in_oere, gross=(pl.col("gross_dkk") * 100).round().cast(pl.Int64))
    assert [oere / 100 for oere in whole["oere"]] == whole["price_dkk"].to_list()
    sums = whole.group_by("consequence", "target_group").agg(pl.col("oere").sum(), pl.col("gross").unique())
    assert sums["gross"].list.len().max() == 1
    assert (sums["oere"] == sums["gross"].list.first()).all()


def test_no_price_is_negative_and_no_gross_price_is_nothing(prices):
    assert prices["price_dkk"].min() >= 0
    assert prices["gross_dkk"].min() > 0


# Gross and payers worked with a calculator from the declared figures.
BY_HAND = {
    # 360 m ÷ (520 × 365) × 1.10 = 2086.406…
    "drug_treatment_residential": {"gross": 2086.41, "municipality": 2086.41, "region": 0, "state": 0},
    # 1150 m ÷ (2250 × 365) × 1.10 = 1540.3348; half each, the odd øre to the state
    "shelter": {"gross": 1540.33, "municipality": 770.16, "region": 0, "state": 770.17},
    # 12600 × 12 ÷ 52 = 2907.6923; the state pays 27 % = 785.0763
    "cash_benefit": {"gross": 2907.69, "municipality": 2122.61, "region": 0, "state": 785.08},
    # 2900 m ÷ (35000 × 365/7) × 1.10 = 1747.9452
    "social_pedagogical_support": {"gross": 1747.95, "municipality": 1747.95, "region": 0, "state": 0},
    # 9000 m ÷ 54 m × 1.06 = 176.6667; the municipality 10 %
    "gp_contacts": {"gross": 176.67, "municipality": 17.67, "region": 159.00, "state": 0},
    # 40500 m ÷ (540000 × 40) × 1.10
    "school_ordinary": {"gross": 2062.50, "municipality": 2062.50, "region": 0, "state": 0},
    # 1900 m ÷ 24000 × 1.10, a recipient-year
    "child_preventive": {"gross": 87083.33, "municipality": 87083.33, "region": 0, "state": 0},
    # 2380 m ÷ (4000 × 365) × 1.05 = 1711.6438
    "prison_days": {"gross": 1711.64, "municipality": 0, "region": 0, "state": 1711.64},
    "tax_transfers": {"gross": 1.00, "municipality": 0.70, "region": 0, "state": 0.30},
    "tax_employment": {"gross": 1.00, "municipality": 0.58, "region": 0, "state": 0.42},
}


@pytest.mark.parametrize("consequence", BY_HAND)
def test_prices_by_hand(prices, consequence):
    assert find_price(prices, consequence) == BY_HAND[consequence]


def test_a_group_can_split_its_tax_otherwise(prices):
    assert find_price(prices, "tax_employment", "homeless") == {
        "gross": 1.0,
        "municipality": 0.66,
        "region": 0,
        "state": 0.34,
    }


def test_prices_lie_near_outside_unit_costs(prices):
    # Prison day 1,321 (open) to 1,878 (closed) in 2015; index 88.8 → 100. Shelter about 1,500 in 2023.
    assert 1321 / 0.888 < find_price(prices, "prison_days")["gross"] < 1878 / 0.888
    assert 1200 < find_price(prices, "shelter")["gross"] < 1800


def test_every_price_says_that_it_is_a_placeholder_and_where_it_is_from(prices):
    assert prices["basis"].unique().to_list() == ["placeholder"]
    assert prices["source"].str.contains("ladsholder").all()
    assert prices["derivation"].str.len_chars().min() > 10
    assert prices.null_count().select(pl.exclude("target_group", "valid_to")).sum_horizontal()[0] == 0


def test_the_price_of_a_shelter_day_ends_with_its_rule(prices):
    ends = dict(prices.filter(pl.col("target_group").is_null()).select("consequence", "valid_to").rows())
    assert ends.pop("shelter") == date(2023, 9, 30)
    assert set(ends.values()) == {None}


def test_derivation_is_told_in_danish(prices):
    row = prices.filter(consequence="drug_treatment_residential", payer="municipality")["derivation"][0]
    assert row == (
        "Konto 5.38.45, Behandling af stofmisbrugere, døgn: 360.000.000 kr. pr. år (2022) ÷ "
        "(520 helårsbrugere × 365 dage) × 1,1 overhead = 2.086,41 kr.; heraf kommunen 100 pct. "
        "(Kommunen betaler det hele)"
    )


def test_a_figure_of_another_year_is_converted(knowledge):
    price = next(item for item in knowledge.price_list.prices if item.consequence == "cash_benefit")
    older = dataclasses.replace(price.figures["monthly_rate"], year=2015)
    moved = dataclasses.replace(price, figures={"monthly_rate": older})
    consequence = next(item for item in knowledge.consequences if item.key == "cash_benefit")
    gross = compute_gross(moved, consequence, knowledge)
    assert gross.oere == 327_443  # 12600 × 12 ÷ 52 × 100 ÷ 88.8 = 3274.428…
    assert "omregnet til 2022-priser" in gross.derivation


def test_an_implausible_price_is_refused(knowledge):
    bounds = Plausible(Fraction(20), Fraction(30), 2022, "håndregnet")
    prices = tuple(
        dataclasses.replace(item, plausible=bounds) if item.consequence == "shelter" else item
        for item in knowledge.price_list.prices
    )
    price_list = dataclasses.replace(knowledge.price_list, prices=prices)
    with pytest.raises(InputError, match="1.540,33"):
        unit_prices_table(dataclasses.replace(knowledge, price_list=price_list))

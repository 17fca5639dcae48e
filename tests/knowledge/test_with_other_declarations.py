"""Declared knowledge against target groups and method: the same keys and the same price year."""

from __future__ import annotations

import pytest

from pipeline.declarations.knowledge import DECLARATIONS_FOLDER, load_knowledge
from pipeline.declarations.method import load_method
from pipeline.declarations.target_groups import load_target_groups
from pipeline.knowledge import effect_studies_table


@pytest.fixture(scope="module")
def target_groups():
    return {group.target_group for group in load_target_groups()}


def test_prices_and_studies_name_declared_target_groups(target_groups):
    prices = load_knowledge(target_groups=target_groups).price_list.prices
    assert {price.target_group for price in prices if price.target_group} <= target_groups
    assert set(effect_studies_table(target_groups=target_groups)["target_group"]) == target_groups


def test_index_prices_and_method_agree_on_the_price_year():
    knowledge = load_knowledge()
    method = load_method(DECLARATIONS_FOLDER / "method.toml")
    assert knowledge.price_list.price_year == knowledge.price_index.price_year == method.price_year
    assert set(range(method.first_year, method.last_year + 1)) <= set(knowledge.price_index.by_year)

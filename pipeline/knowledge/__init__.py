"""Declared knowledge as tables: consequences, prices, price index, discount rates, parameters, effect studies."""

from pipeline.knowledge.calendar import calendar_table
from pipeline.knowledge.effect_studies import effect_studies_table
from pipeline.knowledge.price_figures import price_figures_table
from pipeline.knowledge.tables import (
    consequences_table,
    discount_rates_table,
    not_measured_table,
    parameters_table,
    price_index_table,
)
from pipeline.knowledge.unit_prices import unit_prices_table

__all__ = [
    "calendar_table",
    "consequences_table",
    "discount_rates_table",
    "effect_studies_table",
    "not_measured_table",
    "parameters_table",
    "price_figures_table",
    "price_index_table",
    "unit_prices_table",
]

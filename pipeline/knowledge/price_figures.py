"""The figures that unit prices are derived from, as a table.

Belongs here: one row a figure of a price. Does not belong here: the prices (`unit_prices`) or reading the figures
(`pipeline.declarations.price_figures`).
"""

from __future__ import annotations

from fractions import Fraction

import polars as pl

from pipeline.declarations.knowledge import KnowledgeDeclarations
from pipeline.declarations.price_figures import Figure
from pipeline.declarations.prices import KR_KINDS
from pipeline.knowledge.unit_prices import compute_index_ratio
from schemas.checks import POLARS_TYPES, TABLES


def price_figures_table(knowledge: KnowledgeDeclarations) -> pl.DataFrame:
    """Return every figure of every price; kroner also in the money of the price year.

    Parameters
    ----------
    knowledge : KnowledgeDeclarations

    Returns
    -------
    polars.DataFrame
        Columns of `price_figures`. A figure used by several prices has a row for each.
    """
    rows = [
        {"consequence": price.consequence, "target_group": price.target_group} | _describe(figure, knowledge)
        for price in knowledge.price_list.prices
        for figure in price.figures.values()
    ]
    schema = {column.name: POLARS_TYPES[column.type] for column in TABLES["price_figures"].columns}
    return pl.DataFrame(rows, schema=schema)


def _describe(figure: Figure, knowledge: KnowledgeDeclarations) -> dict:
    price_year, ratio = knowledge.price_list.price_year, Fraction(1)
    if figure.kind in KR_KINDS:
        ratio = compute_index_ratio(knowledge.price_index, figure.year, price_year)
    return {
        "figure": figure.key,
        "figure_kind": figure.kind,
        "figure_name": figure.name_da,
        "konto": figure.konto or None,
        "value": float(figure.value),
        "figure_unit": figure.unit_da,
        "figure_year": figure.year,
        "value_in_price_year": float(figure.value * ratio),
        "basis": figure.basis,
        "source": figure.source,
    }

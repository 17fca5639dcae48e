"""Moves of numbers, all causes together.

Belongs here: adding up the links of a number, and measuring them. Does not belong here: telling of them.
"""

from __future__ import annotations

import polars as pl

SHOWN = "soem_classic"
"""The measure of a number as it is shown."""


def sum_up(links: pl.DataFrame) -> pl.DataFrame:
    """Return one row a number and measure: first and last value, causes, size of the move in standard errors."""
    ordered = links.sort("number_id", "measure", "link")
    total = ordered.group_by("number_id", "measure", maintain_order=True).agg(
        pl.col(
            "number_kind", "target_group", "consequence", "relative_year", "standard_error_before"
        ).first(),
        pl.col("value_before").first(),
        pl.col("value_after").last(),
    )
    return total.with_columns(n_errors=measure_move()).filter(
        pl.col("value_before").ne_missing(pl.col("value_after"))
    )


def measure_move() -> pl.Expr:
    """Return the size of a move in standard errors of the old number; null where it has none."""
    error = pl.col("standard_error_before")
    move = (pl.col("value_after") - pl.col("value_before")).abs()
    return move / pl.when(error > 0).then(error)

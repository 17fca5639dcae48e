"""What a reader must know of a target group's estimates beside the estimates: the table `diagnostics`.

Belongs here: its columns, and columns of the design that the others leave nothing of. Does not belong here: the
comparison of definitions (`subgroups`), any statistic (`estimation`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl

from estimation import Collinearity

SCHEMA = {
    "target_group": pl.String,
    "measure": pl.String,
    "consequence": pl.String,
    "relative_year": pl.Int16,
    "category": pl.String,
    "value": pl.Float64,
    "standard_error": pl.Float64,
    "p_value": pl.Float64,
    "n_persons": pl.Int64,
    "verdict": pl.String,
}


def tabulate_collinearities(
    target_group: str, consequences: Sequence[str], found: Iterable[Collinearity]
) -> pl.DataFrame:
    """Tell which columns of the design the others leave nothing of, and what tells them.

    Parameters
    ----------
    target_group : str
    consequences : sequence of str
        In order of the outcomes.
    found : iterable of Collinearity
        From the estimates. A level that nobody has, and one that stands for a missing reference, have no row.

    Returns
    -------
    polars.DataFrame
        Rows of `diagnostics`: measure collinear, one a column with the number of cells it holds in as value;
        consequence and relative_year where it holds in one only. Where a column is told in several ways, all of them
        are in its verdict.
    """
    cells: dict[str, np.ndarray] = {}
    told: dict[str, dict[str, None]] = {}
    for one in found:
        if not (one.is_empty or one.is_reference):
            cells[one.column] = cells.get(one.column, np.zeros_like(one.cells)) | one.cells
            told.setdefault(one.column, {})[one.because] = None
    rows = []
    for column, where in cells.items():
        outcomes, years = (np.flatnonzero(where.any(axis=axis)) for axis in (1, 0))
        rows.append(
            {
                "target_group": target_group,
                "measure": "collinear",
                "consequence": consequences[outcomes[0]] if outcomes.size == 1 else None,
                "relative_year": int(years[0]) + 1 if years.size == 1 else None,
                "category": column,
                "value": float(np.count_nonzero(where)),
                "verdict": " · ".join(told[column]),
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA)

"""The design of a target group: declared covariates of year 0 as dummy columns.

Belongs here: levels, age bands and base years as columns. Does not belong here: success, use in year 0 (each
consequence has its own), or which of the columns are redundant (`estimation` finds that).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from estimation import CovariateBlock
from pipeline.declarations.covariates import Covariate

BASE_YEAR = "base_year"


def build_design(
    members: pl.DataFrame, covariates: Sequence[Covariate], is_children: bool
) -> tuple[np.ndarray, tuple[CovariateBlock, ...]]:
    """Lay out the covariates of members as dummy columns, without reference levels.

    Parameters
    ----------
    members : polars.DataFrame
        n rows with the columns of the covariates and base_year.
    covariates : sequence of Covariate
        In the order of the columns.
    is_children : bool
        Which width of age band holds.

    Returns
    -------
    (n, k) float array
        Columns by covariate, base years last.
    tuple of CovariateBlock
        Name and columns of each covariate.

    Raises
    ------
    ValueError
        When members have a level that is not declared.
    """
    columns: list[np.ndarray] = []
    blocks: list[CovariateBlock] = []
    for covariate in covariates:
        values, levels = _take_levels(members, covariate, is_children)
        blocks.append(CovariateBlock(covariate.covariate, slice(len(columns), len(columns) + len(levels))))
        columns += [values == level for level in levels]
    base_year = members["base_year"].to_numpy()
    years = np.unique(base_year)[1:]
    blocks.append(CovariateBlock(BASE_YEAR, slice(len(columns), len(columns) + len(years))))
    columns += [base_year == year for year in years]
    design = np.column_stack(columns).astype(np.float64) if columns else np.zeros((members.height, 0))
    return design, tuple(blocks)


def _take_levels(members: pl.DataFrame, covariate: Covariate, is_children: bool) -> tuple[np.ndarray, list]:
    """Return the level of every member and the levels that get a column."""
    width = covariate.band_years(is_children)
    if width:
        bands = members[covariate.column].to_numpy().astype(np.int64) // width
        return bands, list(np.unique(bands)[1:])
    declared = [level.level for level in covariate.levels]
    values = members[covariate.column].to_numpy().astype(str)
    unknown = set(np.unique(values)) - set(declared)
    if unknown:
        raise ValueError(
            f"{covariate.covariate}: {len(unknown)} levels that covariates.toml does not declare"
        )
    return values, [level for level in declared if level != covariate.reference]

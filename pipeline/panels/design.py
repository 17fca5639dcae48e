"""The design of a target group: declared covariates of year 0 as levels.

Belongs here: levels, age bands and base years as codes. Does not belong here: success, use in year 0 (each
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
    """Code the covariates of members as levels, 0 for the reference.

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
    (n, C) int array
        Levels by covariate, base years last.
    tuple of CovariateBlock
        Name, columns and labels of each covariate.

    Raises
    ------
    ValueError
        When members have a level that is not declared.
    """
    coded = [_code_levels(members, covariate, is_children) for covariate in covariates]
    base_years, code = np.unique(members["base_year"].to_numpy(), return_inverse=True)
    coded.append((code, [str(year) for year in base_years[1:]]))
    names = [*(covariate.covariate for covariate in covariates), BASE_YEAR]
    stops = np.cumsum([len(labels) for _, labels in coded]).tolist()
    blocks = tuple(
        CovariateBlock(name, slice(stop - len(labels), stop), tuple(labels))
        for name, stop, (_, labels) in zip(names, stops, coded, strict=True)
    )
    return np.column_stack([code for code, _ in coded]).astype(np.int16), blocks


def _code_levels(
    members: pl.DataFrame, covariate: Covariate, is_children: bool
) -> tuple[np.ndarray, list[str]]:
    """Return the code of every member's level and the labels of the levels that get a column."""
    width = covariate.band_years(is_children)
    if width:
        bands, code = np.unique(
            members[covariate.column].to_numpy().astype(np.int64) // width, return_inverse=True
        )
        ages = [f"{width * band}-{width * band + width - 1}" if width > 1 else str(band) for band in bands]
        return code, ages[1:]
    declared = [level.level for level in covariate.levels]
    values = members[covariate.column].to_numpy().astype(str)
    unknown = set(np.unique(values)) - set(declared)
    if unknown:
        raise ValueError(
            f"{covariate.covariate}: {len(unknown)} levels that covariates.toml does not declare"
        )
    ordered = [covariate.reference, *(level for level in declared if level != covariate.reference)]
    order = np.argsort(ordered)
    return order[np.searchsorted(ordered, values, sorter=order)], ordered[1:]

"""The design of a target group: declared covariates of year 0 as levels.

Belongs here: levels, age bands and base years, and what they are called. Does not belong here: success, use in year 0
(each consequence has its own), or which levels are redundant (`estimation` finds that).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from estimation import CovariateBlock
from pipeline.declarations.covariates import Covariate

BASE_YEAR = "base_year"


@dataclass(frozen=True)
class DesignColumn:
    """One covariate and its levels.

    Attributes
    ----------
    name : str
        As in `adjustment_by_covariate`.
    column : str
        Column of the members.
    levels : tuple of str or int
        The reference first; declared levels, or the first ages of bands or base years that occur.
    band_years : int
        Width of age bands; 1 for base years, 0 where levels are texts.
    """

    name: str
    column: str
    levels: tuple[str | int, ...]
    band_years: int

    @property
    def labels(self) -> tuple[str, ...]:
        """What the levels but the reference are called."""
        if self.band_years < 2:
            return tuple(str(level) for level in self.levels[1:])
        return tuple(f"{level}-{int(level) + self.band_years - 1}" for level in self.levels[1:])

    def find_levels(self, members: pl.DataFrame) -> np.ndarray:
        """Return the number of every member's level, (n,) int16: 0 for the reference.

        Raises
        ------
        ValueError
            When members have a level that is not declared; without telling whose.
        """
        if self.band_years:
            found = members[self.column].to_numpy().astype(np.int64) // self.band_years * self.band_years
            return np.searchsorted(np.array(self.levels, dtype=np.int64), found).astype(np.int16)
        found = members[self.column].cast(pl.Enum(self.levels), strict=False)
        if found.null_count():
            raise ValueError(
                f"{self.name}: {found.null_count()} rows with levels covariates.toml does not declare"
            )
        return found.to_arrow().indices.to_numpy().astype(np.int16)


def lay_out_design(
    covariates: Sequence[Covariate], is_children: bool, ages: Iterable[int], base_years: Iterable[int]
) -> tuple[DesignColumn, ...]:
    """Lay out the covariates of a target group, base years last.

    Parameters
    ----------
    covariates : sequence of Covariate
        In order.
    is_children : bool
        Which width of age band holds.
    ages, base_years : iterable of int
        Those that occur among all members of the group.

    Returns
    -------
    tuple of DesignColumn
    """
    columns = []
    for covariate in covariates:
        width = covariate.band_years(is_children)
        if width:
            levels: tuple = tuple(sorted({age // width * width for age in ages}))
        else:
            declared = [level.level for level in covariate.levels]
            levels = (covariate.reference, *(level for level in declared if level != covariate.reference))
        columns.append(DesignColumn(covariate.covariate, covariate.column, levels, width))
    return (*columns, DesignColumn(BASE_YEAR, BASE_YEAR, tuple(sorted(base_years)), 1))


def list_blocks(design: Sequence[DesignColumn]) -> tuple[CovariateBlock, ...]:
    """Return name, columns and labels of each covariate, one column a level but the reference."""
    blocks, start = [], 0
    for column in design:
        stop = start + max(len(column.levels) - 1, 0)
        blocks.append(CovariateBlock(column.name, slice(start, stop), column.labels))
        start = stop
    return tuple(blocks)


def find_levels(design: Sequence[DesignColumn], members: pl.DataFrame) -> np.ndarray:
    """Return the levels of members, (n, C) int16, in the order of the design."""
    return np.column_stack([column.find_levels(members) for column in design])

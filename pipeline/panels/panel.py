"""The panel of a target group in a block: a shift. Its members' cells of year 0, and as many cells further on.

Belongs here: who is followed, observed and covered in a relative year, and blocks for the estimator. Does not belong
here: reading (`block`), any statistic (`estimation`), and storing it: a panel is made when it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
import polars as pl

from estimation import Block, BlockYear, Use
from pipeline.panels.block import LeafBlock
from pipeline.panels.patterns import Pattern


@dataclass(frozen=True)
class Panel:
    """The assessable members of a target group in a block over relative years 0 … T.

    Attributes
    ----------
    block : LeafBlock
    members : polars.DataFrame
        n rows of `block.members`.
    covered : (p·Y, P) bool
        Cells of the block in which each of P observation patterns is covered, from `find_covered`.
    """

    block: LeafBlock
    members: pl.DataFrame
    covered: np.ndarray

    @cached_property
    def person(self) -> np.ndarray:
        """(n,) int: code of the person, ascending."""
        return self.members["person"].to_numpy().astype(np.int64)

    @cached_property
    def base_year(self) -> np.ndarray:
        """(n,) int: calendar year of year 0."""
        return self.members["base_year"].to_numpy().astype(np.int64)

    @cached_property
    def is_success(self) -> np.ndarray:
        """(n,) bool: success group or others."""
        return self.members["is_success"].to_numpy()

    @cached_property
    def cell(self) -> np.ndarray:
        """(n,) int: the block's cell of year 0."""
        years = self.block.years
        return self.person * years.n_cells + self.base_year - years.first

    @cached_property
    def _covered_before(self) -> np.ndarray:
        """(n, P) bool: covered in year 0."""
        return self.covered.take(self.cell, axis=0)

    def is_followed(self, t: int) -> np.ndarray:
        """(n,) bool: the base year reaches relative year t in the registers."""
        return self.base_year + t <= self.block.years.last

    def is_observed(self, t: int) -> np.ndarray:
        """(n,) bool: followed, and resident at the end of relative year t."""
        return self.is_followed(t) & self.block.resident.take(self.cell + t)

    def is_covered(self, t: int) -> np.ndarray:
        """(n, P) bool: covered both in year 0 and in relative year t."""
        return self._covered_before & self.covered.take(self.cell + t, axis=0)

    def count_persons(self, rows: np.ndarray) -> int:
        """Count the distinct persons of some rows, given as (n,) bool."""
        person = self.person[rows]
        return int(np.count_nonzero(np.diff(person))) + (person.size > 0)

    def give_block(self, levels: np.ndarray, use: Use) -> Block:
        """Return the panel as the estimator wants it.

        Parameters
        ----------
        levels : (n, C) int
            Level of each covariate.
        use : Use, (p·Y, m)
            Of the group's consequences in the cells of the block.

        Returns
        -------
        Block
            Its years are made once and kept.
        """

        @cache
        def year(t: int) -> BlockYear:
            return BlockYear(
                outcomes=use[self.cell + t],
                observed=self.is_observed(t),
                covered=self.is_covered(t),
                followed=self.is_followed(t),
            )

        return Block(
            person=self.person, success=self.is_success, levels=levels, baselines=use[self.cell], year=year
        )


def find_covered(block: LeafBlock, patterns: Sequence[Pattern]) -> np.ndarray:
    """Find the cells of a block in which patterns are covered.

    Parameters
    ----------
    block : LeafBlock
    patterns : sequence of Pattern
        P observation patterns.

    Returns
    -------
    (p·Y, P) bool
    """
    calendar = block.years.calendar
    n_codes = int(block.municipality.max(initial=0)) + 1
    year, code = (grid.ravel() for grid in np.meshgrid(calendar, np.arange(n_codes), indexing="ij"))
    known = np.column_stack([pattern.is_covered(year, code) for pattern in patterns])
    place = np.tile(np.arange(calendar.size) * n_codes, block.n_persons) + block.municipality
    return known[place]

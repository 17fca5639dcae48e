"""What goes in: the persons of a target group as blocks of arrays, and the layout all blocks share.

Belongs here: the shapes of the input and their checks. Does not belong here: how blocks are cut up, any sum.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class CovariateBlock:
    """One published covariate and the columns that carry it: one dummy a level except the reference.

    Parameters
    ----------
    name : str
        The name under which its part of the adjustment is published (`sex`, `age` …).
    columns : slice
        Its columns; the slices of a layout follow each other without gap or overlap.
    levels : tuple of str
        What its columns are called where one must be named; by default their numbers.
    """

    name: str
    columns: slice
    levels: tuple[str, ...] = ()

    @property
    def n_columns(self) -> int:
        """Number of columns: levels except the reference."""
        return int(self.columns.stop - self.columns.start)

    def name_columns(self) -> list[str]:
        """Name each column, as in `age = 30-34`.

        Returns
        -------
        list of str
        """
        numbers = [str(number) for number in range(1, self.n_columns + 1)]
        return [f"{self.name} = {level}" for level in self.levels or numbers]


@dataclass(frozen=True)
class Layout:
    """What all blocks of a target group have in common.

    Parameters
    ----------
    covariates : tuple of CovariateBlock
        In the order of the columns of `Block.levels`. Of columns that say the same the first is kept.
    outcome_pattern : (m,) int
        Column of `BlockYear.covered` that holds for each outcome. Outcomes with one pattern share a design.
    outside_ages : (m, T) bool
        True where no member can be inside the age domain of the outcome in relative year t (column t − 1).
    """

    covariates: tuple[CovariateBlock, ...]
    outcome_pattern: Ints
    outside_ages: Bools

    @property
    def n_outcomes(self) -> int:
        """Number of outcomes, m."""
        return int(self.outside_ages.shape[0])

    @property
    def n_years(self) -> int:
        """Number of relative years, T."""
        return int(self.outside_ages.shape[1])

    @property
    def n_patterns(self) -> int:
        """Number of observation patterns, P."""
        return int(self.outcome_pattern.max()) + 1

    @property
    def n_columns(self) -> int:
        """Number of covariate columns, k."""
        return int(self.covariates[-1].columns.stop) if self.covariates else 0

    def __post_init__(self) -> None:
        """Check that the parts fit together.

        Raises
        ------
        ValueError
            If covariate slices leave gaps, or numbers of labels or patterns do not fit.
        """
        stop = 0
        for covariate in self.covariates:
            if covariate.columns.start != stop or covariate.columns.step is not None:
                raise ValueError(
                    _tell(
                        f"covariate {covariate.name}",
                        f"columns {covariate.columns}",
                        f"a slice that starts at {stop}",
                        "give the slices in the order of the columns",
                    )
                )
            if covariate.levels and len(covariate.levels) != covariate.n_columns:
                raise ValueError(
                    _tell(
                        f"covariate {covariate.name}",
                        f"{len(covariate.levels)} labels for {covariate.n_columns} columns",
                        "one label a column",
                        "leave the reference level out",
                    )
                )
            stop = covariate.columns.stop
        if self.outcome_pattern.shape != (self.n_outcomes,):
            raise ValueError(
                _tell(
                    "outcome_pattern",
                    f"shape {self.outcome_pattern.shape}",
                    f"({self.n_outcomes},)",
                    "give one pattern an outcome",
                )
            )


@dataclass(frozen=True)
class BlockYear:
    """What a block holds for one relative year t.

    Parameters
    ----------
    outcomes : (n, m) float array, scipy.sparse array in CSR form, or `Use`
        Use in year t in the unit of each outcome. What stands where a row is not observed or not covered is
        never read into a result (it may be NaN in a dense array).
    observed : (n,) bool
        The base year reaches t in the registers and the person is resident at the end of year t.
    covered : (n, P) bool
        Pattern p is covered for the row both in year 0 and in year t.
    followed : (n,) bool, optional
        The base year reaches t in the registers, whether the person is resident or not; rows × covered is the
        denominator of the share observed. Without it that share is NaN.
    """

    outcomes: Any
    observed: Bools
    covered: Bools
    followed: Bools | None = None


@dataclass(frozen=True)
class Block:
    """A part of a target group's assessable person-years: all rows of all its persons.

    Parameters
    ----------
    person : (n,) int
        Code of the person, unique over the group; a person's rows stand together, in one block.
    success : (n,) bool
        True for the success group, False for the others.
    levels : (n, C) int
        Level of each covariate of the layout in year 0 (base years are one): 0 is the reference, level v has
        column `columns.start + v - 1`.
    baselines : (n, m) float array, scipy.sparse array in CSR form, or `Use`
        Use of each outcome in year 0, in its unit.
    year : callable of int
        `year(t)` gives the `BlockYear` of relative year t = 1 … T; a dict's `__getitem__` in memory, a reader
        out of core. It is called once in each of the two passes.
    """

    person: Ints
    success: Bools
    levels: NDArray[np.integer[Any]]
    baselines: Any
    year: Callable[[int], BlockYear]


def check_block(block: Block, layout: Layout) -> None:
    """Check the shapes and levels of a block and that each person's rows stand together.

    Raises
    ------
    ValueError
        Naming the array, what was found and what was expected; never a row or a person.
    """
    n = block.person.shape[0]
    expected = {
        "success": (n,),
        "levels": (n, len(layout.covariates)),
        "baselines": (n, layout.n_outcomes),
    }
    for name, shape in expected.items():
        _check_shape(f"Block.{name}", getattr(block, name).shape, shape)
    for number, covariate in enumerate(layout.covariates):
        column = block.levels[:, number]
        if n and (column.min() < 0 or column.max() > covariate.n_columns):
            raise ValueError(
                _tell(
                    f"Block.levels, covariate {covariate.name}",
                    f"levels from {column.min()} to {column.max()}",
                    f"levels from 0 to {covariate.n_columns}",
                    "give 0 for the reference and 1 … for the columns of the covariate",
                )
            )
    if n and 1 + np.count_nonzero(np.diff(block.person)) != np.unique(block.person).size:
        raise ValueError(
            _tell(
                "Block.person",
                "persons whose rows are apart",
                "all rows of a person next to each other",
                "sort the block by person",
            )
        )


def check_year(year: BlockYear, t: int, n: int, layout: Layout) -> None:
    """Check the shapes of one relative year of a block of n rows.

    Raises
    ------
    ValueError
        Naming the array, what was found and what was expected.
    """
    where = f"BlockYear of relative year {t}"
    _check_shape(f"{where}, outcomes", year.outcomes.shape, (n, layout.n_outcomes))
    _check_shape(f"{where}, observed", year.observed.shape, (n,))
    _check_shape(f"{where}, covered", year.covered.shape, (n, layout.n_patterns))
    if year.followed is not None:
        _check_shape(f"{where}, followed", year.followed.shape, (n,))


def _check_shape(where: str, found: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if found != expected:
        raise ValueError(
            _tell(where, f"shape {found}", f"shape {expected}", "give one row a person-year, as in Layout")
        )


def _tell(where: str, found: str, expected: str, do: str) -> str:
    return f"{where}\n    found:    {found}\n    expected: {expected}\n    do this:  {do}"

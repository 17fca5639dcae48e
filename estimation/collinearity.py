"""Which column was dropped, and what it was told by: collinearity in words.

Belongs here: naming. Does not belong here: the decision what is dropped (`design`), what is done about it.

A dropped column equals a combination of columns before it in every row of the sample, so naming them would tell
something of the persons behind a rare level. They are named only where each of them, and what is not it, stands
for at least `FEWEST` persons: as many rows as that many persons can have.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_solve

from estimation.blocks import Bools, Floats, Ints, Layout
from estimation.design import Factor, solve_cells
from estimation.fit import GroupFit
from estimation.status import FEWEST, Judgement, Reason
from estimation.sums import BlockSums

#: Names of the columns that are no level of a covariate.
SUCCESS, USE_BEFORE = "success", "use in year 0"
#: Why, where no other column has a part in it, and where the others may not be named.
EMPTY, WITHHELD = "= 0", "told by other columns, of few persons"
#: Part of the dropped column's length under which another column has no part in it.
PART_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Collinearity:
    """A column that the others leave nothing of, in some cells.

    Parameters
    ----------
    column : str
        As in `employment = student`; `success`, which makes the cells not estimable; or `use in year 0`.
    because : str
        As in `= 1 − (sex = male)`.
    cells : (m, T) bool
        Outcomes and relative years in whose sample it holds.
    is_empty : bool
        Nobody in the sample has the level, or used the service in year 0.
    is_reference : bool
        Nobody has the reference level of the covariate, so this level stands for it.
    """

    column: str
    because: str
    cells: Bools
    is_empty: bool
    is_reference: bool


def name_collinearities(
    sums: BlockSums, factors: list[list[Factor]], fit: GroupFit, judgement: Judgement, layout: Layout
) -> tuple[Collinearity, ...]:
    """Name every column dropped in a sample that has rows.

    Parameters
    ----------
    sums : BlockSums
        Of the whole group.
    factors : list of T lists of P Factor
        The designs.
    fit : GroupFit
        The cells that were solved.
    judgement : Judgement
        Tells the cells that are collinear.
    layout : Layout
        With the labels of the columns.

    Returns
    -------
    tuple of Collinearity
        One a column and explanation, in the order of years, patterns and columns.
    """
    found: dict[tuple[str, str, bool], Bools] = {}
    names = ["1", *(name for covariate in layout.covariates for name in covariate.name_columns()), SUCCESS]
    for t, year in enumerate(fit.years):
        is_collinear = judgement.reason[:, t] == Reason.COLLINEAR.value
        drops_use = np.zeros(layout.n_outcomes, dtype=bool)
        drops_use[year.outcomes] = year.coefficients.drops_baseline
        for pattern, factor in enumerate(factors[t]):
            namer = _Namer(sums, factor, (t, pattern), layout, names)
            for words, outcomes in namer.explain_all(is_collinear, drops_use) if namer.n_rows else ():
                if words not in found:
                    found[words] = np.zeros_like(layout.outside_ages)
                found[words][outcomes, t] = True
    return tuple(
        Collinearity(column, because, cells, because == EMPTY, is_reference)
        for (column, because, is_reference), cells in found.items()
    )


class _Namer:
    """Explains dropped columns of one design in words."""

    def __init__(
        self, sums: BlockSums, factor: Factor, place: tuple[int, int], layout: Layout, names: list[str]
    ) -> None:
        self.t, pattern = place
        self.sums, self.factor, self.names = sums, factor, names
        self.outcomes = layout.outcome_pattern == pattern
        self.covariates = [covariate.columns for covariate in layout.covariates]
        self.gram = sums.gram[place]
        self.n_rows = self.gram[0, 0]
        rows = np.diag(self.gram)
        enough = FEWEST * sums.most_rows[0]
        others = self.n_rows - rows
        self.may_be_named = ((rows == 0) | (rows >= enough)) & ((others == 0) | (others >= enough))

    def explain_all(
        self, is_collinear: Bools, drops_use: Bools
    ) -> Iterator[tuple[tuple[str, str, bool], Bools | Ints]]:
        """Explain what was dropped: its words, whether it is a reference now, and the outcomes it holds for.

        Parameters
        ----------
        is_collinear, drops_use : (m,) bool
            Outcomes whose success, or whose use in year 0, nothing is left of.
        """
        for number in np.flatnonzero(self.factor.dropped).tolist():
            words = self.names[number], self.explain_regressor(number), self.is_reference(number)
            yield words, self.outcomes
        if self.factor.keeps_success:
            for outcome in np.flatnonzero(self.outcomes & is_collinear).tolist():
                yield (SUCCESS, self.explain_success(outcome), False), np.array([outcome])
        for outcome in np.flatnonzero(self.outcomes & drops_use).tolist():
            yield (USE_BEFORE, self.explain_use_before(outcome), False), np.array([outcome])

    def explain_regressor(self, number: int) -> str:
        """Explain a regressor by those before it."""
        rows = self.gram[number, number]
        if not self.may_be_named[number]:
            return WITHHELD
        if not rows:
            return EMPTY
        return self._write(self._regress(self.gram[:, number], number), np.sqrt(rows))

    def is_reference(self, number: int) -> bool:
        """Whether the columns of a regressor's covariate are all the rows, and this is the last with any."""
        if not self.gram[number, number]:
            return False
        columns = next((c for c in self.covariates if c.start <= number - 1 < c.stop), None)
        if columns is None:
            return False
        rows = np.diag(self.gram)[1 + columns.start : 1 + columns.stop]
        later = rows[number - columns.start :]
        return bool(rows.sum() == self.n_rows and not later.any())

    def explain_use_before(self, outcome: int) -> str:
        """Explain use in year 0 by intercept and covariates."""
        cross = self.sums.regressor_baseline[self.t][:, outcome]
        length = np.sqrt(self.sums.baseline_square[self.t, outcome])
        return self._write(self._regress(cross, self.factor.scale.size - 1), length)

    def explain_success(self, outcome: int) -> str:
        """Explain success by intercept, covariates and the outcome's use in year 0."""
        solved = solve_cells(self.factor, self.sums, self.t + 1, np.array([outcome]))
        parts = -solved.residual_slopes[:, 0]
        parts[-1] = 0.0
        words = self._write(parts, self.factor.scale[-1])
        own = solved.residual_baseline[0]
        return words if words == WITHHELD else f"{words} {_sign(own)}({USE_BEFORE})"

    def _regress(self, cross: Floats, before: int) -> Floats:
        """Coefficients of the kept regressors before a number, from their sums with a column: (q,)."""
        scale, kept = self.factor.scale, self.factor.kept
        kept = kept[kept < before]
        lower = self.factor.lower[: kept.size, : kept.size]
        parts = np.zeros(scale.size)
        if kept.size:
            parts[kept] = cho_solve((lower, True), cross[kept] / scale[kept]) / scale[kept]
        return parts

    def _write(self, parts: Floats, length: float) -> str:
        """Write a combination of regressors, or that it may not be told."""
        counts = np.flatnonzero(np.abs(parts) * self.factor.scale > PART_TOLERANCE * max(length, 1e-300))
        if not self.may_be_named[counts].all():
            return WITHHELD
        if not counts.size or length == 0:
            return EMPTY
        terms = [_sign(parts[0], alone=True)] if 0 in counts else []
        terms += [f"{_sign(parts[number])}({self.names[number]})" for number in counts if number]
        return f"= {' '.join(terms).removeprefix('+ ')}"


def _sign(value: float, alone: bool = False) -> str:
    """Write a coefficient with its sign; 1 is left out unless it stands alone."""
    size = f"{abs(value):.6g}"
    if not alone:
        size = "" if size == "1" else f"{size} × "
    return f"{'−' if value < 0 else '+'} {size}"

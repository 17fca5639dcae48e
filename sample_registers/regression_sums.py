"""The declared regression from sums over parts: cross-products, then least squares.

Belongs here: y_t on 1, S, own use in year 0, covariates and base year, for all consequences at once, by
Frisch–Waugh–Lovell with `numpy.linalg.lstsq`. Does not belong here: errors of estimates, any file.
Known limitation: solved from normal equations; fine for 0/1 covariates, and kr. outcomes lose about six digits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sample_registers.panel import RELATIVE_YEARS, Panel
from sample_registers.quantities import Quantity

COLLINEAR = 1e-9


@dataclass
class CellSums:
    """Cross-products of one register's consequences in one relative year (k covariate columns, C consequences).

    Attributes
    ----------
    xx : (k, k) array, xs : (k,) array, ss : float
        Of the covariates X and success S.
    x0, xy : (k, C) arrays
        X with use in year 0 and in year t; `s0`, `sy` (C,) the same for S, `oo`, `oy` (C,) of use in year 0.
    n_users : (2, C) array
        Rows with use in year t, others and success.
    n : (2,) array
        Rows, others and success; `y` (2, C) sums of use in year t.
    """

    xx: np.ndarray
    xs: np.ndarray
    ss: float
    x0: np.ndarray
    xy: np.ndarray
    s0: np.ndarray
    sy: np.ndarray
    oo: np.ndarray
    oy: np.ndarray
    n: np.ndarray
    y: np.ndarray
    n_users: np.ndarray

    def __add__(self, other: CellSums) -> CellSums:
        """Sums of two parts."""
        return CellSums(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__}
        )


def sum_cell(covariates: np.ndarray, success: np.ndarray, before: np.ndarray, after: np.ndarray) -> CellSums:
    """Cross-products of observed rows: covariates (n, k), success (n,), use in year 0 and t, both (n, C)."""
    s = success.astype(float)
    return CellSums(
        xx=covariates.T @ covariates,
        xs=covariates.T @ s,
        ss=float(s.sum()),
        x0=covariates.T @ before,
        xy=covariates.T @ after,
        s0=s @ before,
        sy=s @ after,
        oo=np.einsum("nc,nc->c", before, before),
        oy=np.einsum("nc,nc->c", before, after),
        n=np.array([(~success).sum(), success.sum()], dtype=float),
        y=np.stack([after[~success].sum(axis=0), after[success].sum(axis=0)]),
        n_users=np.stack([(after[~success] != 0).sum(axis=0), (after[success] != 0).sum(axis=0)]),
    )


@dataclass
class GroupSums:
    """All cells of one target group, summed over parts.

    Attributes
    ----------
    quantities : tuple of Quantity
    cells : dict of (register, relative year) to CellSums
    """

    quantities: tuple[Quantity, ...] = ()
    cells: dict[tuple[str, int], CellSums] = field(default_factory=dict)

    def add(self, panel: Panel) -> None:
        """Add the rows of one part, in place."""
        self.quantities = panel.quantities
        design = np.column_stack(list(panel.covariates.values()))
        for register in dict.fromkeys(q.register for q in panel.quantities):
            own = [c for c, q in enumerate(panel.quantities) if q.register == register]
            use = panel.use[own]
            for t in range(1, RELATIVE_YEARS + 1):
                rows = np.flatnonzero(panel.resident[:, t] & panel.covered[register][:, t])
                sums = sum_cell(design[rows], panel.success[rows], use[:, rows, 0].T, use[:, rows, t].T)
                known = self.cells.get((register, t))
                self.cells[register, t] = sums if known is None else known + sums


@dataclass(frozen=True)
class Differences:
    """Coefficients of one target group, each (C, 10): consequences by relative years 1 … 10.

    Attributes
    ----------
    adjusted, raw : (C, 10) float array
        NaN where S is collinear or nobody is observed.
    n_rows, n_fewest_users : (C, 10) int array
        Rows; users in the arm with fewer.
    """

    adjusted: np.ndarray
    raw: np.ndarray
    n_rows: np.ndarray
    n_fewest_users: np.ndarray


def solve_cell(sums: CellSums) -> np.ndarray:
    """Coefficient of S by consequence, (C,): NaN where nothing is left of S."""
    if sums.n.min() == 0:
        return np.full(sums.sy.size, np.nan)
    slopes = np.linalg.lstsq(sums.xx, np.column_stack([sums.xs, sums.x0]), rcond=1e-12)[0]
    on_success, on_before = slopes[:, 0], slopes[:, 1:]
    ss = sums.ss - sums.xs @ on_success
    s0 = sums.s0 - sums.xs @ on_before
    oo = sums.oo - np.einsum("kc,kc->c", sums.x0, on_before)
    sy = sums.sy - on_success @ sums.xy
    oy = sums.oy - np.einsum("kc,kc->c", on_before, sums.xy)
    if ss <= COLLINEAR * sums.ss:
        return np.full(sums.sy.size, np.nan)
    has_before = oo > COLLINEAR * np.maximum(sums.oo, 1e-300)
    oo = np.where(has_before, oo, 1.0)
    s0, oy = np.where(has_before, s0, 0.0), np.where(has_before, oy, 0.0)
    left = ss - s0**2 / oo
    return np.where(left > COLLINEAR * ss, (sy - s0 * oy / oo) / np.where(left > 0, left, 1.0), np.nan)


def solve_group(sums: GroupSums) -> Differences:
    """Adjusted and raw differences of all cells of one target group."""
    shape = (len(sums.quantities), RELATIVE_YEARS)
    adjusted, raw = np.full(shape, np.nan), np.full(shape, np.nan)
    n_rows, n_users = np.zeros(shape, int), np.zeros(shape, int)
    for (register, t), cell in sums.cells.items():
        own = [c for c, q in enumerate(sums.quantities) if q.register == register]
        adjusted[own, t - 1] = solve_cell(cell)
        if cell.n.min() > 0:
            raw[own, t - 1] = cell.y[1] / cell.n[1] - cell.y[0] / cell.n[0]
        n_rows[own, t - 1] = cell.n.sum()
        n_users[own, t - 1] = cell.n_users.min(axis=0)
    return Differences(adjusted, raw, n_rows, n_users)

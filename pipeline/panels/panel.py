"""The panel: a shift and a join. Members of year 0 meet their own use, residence and municipality in later years.

Belongs here: from tables to arrays in blocks of leaves. Does not belong here: any statistic (`estimation`), and
storing it: a panel is made when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import polars as pl
from scipy import sparse

from estimation.blocks import Block, BlockYear
from pipeline.panels.patterns import Pattern

LEAVES_IN_A_BLOCK = 16
"""Sums are taken over blocks of so many consecutive leaves and added in leaf order. Part of the definition of a
number's last bits: do not change it between releases."""


@dataclass(frozen=True)
class Panel:
    """The assessable members of a target group over relative years 0 … T.

    Attributes
    ----------
    members : polars.DataFrame
        n rows sorted by leaf, person and base year: leaf, pnr, base_year, is_success and year-0 covariates.
    resident : (n, T + 1) bool
        Resident on 31 December of the relative year.
    municipality : (n, T + 1) int
        Municipality code, the last known one where not resident.
    use : tuple of T + 1 sparse arrays, (n, m)
        Use of each consequence in natural units, by relative year; empty when only residence was read.
    last_year : int
        Last calendar year of the registers.
    """

    members: pl.DataFrame
    resident: np.ndarray
    municipality: np.ndarray
    use: tuple[sparse.csr_array, ...]
    last_year: int

    @property
    def n_years(self) -> int:
        """Number of relative years after year 0, T."""
        return self.resident.shape[1] - 1

    @cached_property
    def person(self) -> np.ndarray:
        """(n,) int: code of the person."""
        return self.members["pnr"].rle_id().to_numpy().astype(np.int64)

    @cached_property
    def base_year(self) -> np.ndarray:
        """(n,) int: calendar year of year 0."""
        return self.members["base_year"].to_numpy().astype(np.int64)

    @cached_property
    def is_success(self) -> np.ndarray:
        """(n,) bool: success group or others."""
        return self.members["is_success"].to_numpy()

    def is_followed(self, t: int) -> np.ndarray:
        """(n,) bool: the base year reaches relative year t in the registers."""
        return self.base_year + t <= self.last_year

    def is_observed(self, t: int) -> np.ndarray:
        """(n,) bool: followed, and resident at the end of relative year t."""
        return self.is_followed(t) & self.resident[:, t]

    def is_covered(self, patterns: Sequence[Pattern], t: int) -> np.ndarray:
        """(n, P) bool: covered both in year 0 and in relative year t."""
        return np.column_stack(
            [
                pattern.is_covered(self.base_year, self.municipality[:, 0])
                & pattern.is_covered(self.base_year + t, self.municipality[:, t])
                for pattern in patterns
            ]
        )

    def blocks(
        self, design: np.ndarray, patterns: Sequence[Pattern], rows: np.ndarray | None = None
    ) -> Callable[[], Iterable[Block]]:
        """Return what gives the panel block by block, in leaf order.

        Parameters
        ----------
        design : (n, C) int
            Levels of the covariates.
        patterns : sequence of Pattern
            P observation patterns.
        rows : (n,) bool, optional
            Rows to keep; all by default.

        Returns
        -------
        callable
            Gives an iterable of `Block`; the same blocks in the same order every time.
        """
        covered = [self.is_covered(patterns, t) for t in range(self.n_years + 1)]
        leaf = self.members["leaf"].to_numpy()
        edges = np.searchsorted(leaf, np.arange(0, 256 + 1, LEAVES_IN_A_BLOCK))
        chosen = [np.arange(start, stop) for start, stop in zip(edges[:-1], edges[1:], strict=True)]
        if rows is not None:
            chosen = [part[rows[part]] for part in chosen]

        def give() -> Iterable[Block]:
            return (self._cut(part, design, covered) for part in chosen)

        return give

    def _cut(self, rows: np.ndarray, design: np.ndarray, covered: list[np.ndarray]) -> Block:
        def year(t: int) -> BlockYear:
            return BlockYear(
                outcomes=self.use[t][rows],
                observed=self.is_observed(t)[rows],
                covered=covered[t][rows],
                followed=self.is_followed(t)[rows],
            )

        return Block(
            person=self.person[rows],
            success=self.is_success[rows],
            levels=design[rows],
            baselines=self.use[0][rows],
            year=year,
        )


def read_panel(
    con: duckdb.DuckDBPyConnection,
    members: pl.DataFrame,
    consequences: Sequence[str],
    n_years: int,
    last_year: int,
) -> Panel:
    """Follow members over the years.

    Parameters
    ----------
    con : duckdb connection
        With views of `person_years` and, when there are consequences, `person_year_quantities`.
    members : polars.DataFrame
        Assessable members: leaf, pnr, base_year, is_success, covariates; any order.
    consequences : sequence of str
        The m consequences, in the order of the columns; none when only residence is wanted.
    n_years : int
        Relative years after year 0.
    last_year : int
        Last calendar year of the registers.

    Returns
    -------
    Panel
    """
    members = members.sort("leaf", "pnr", "base_year")
    shape = (members.height, n_years + 1)
    con.register("panel_rows", members.select("pnr", "base_year").with_row_index("row").to_arrow())
    resident, municipality = _place_residence(
        con.execute(
            f"""SELECT row, later.year - base_year AS t, municipality_code
            {_JOIN.format(table="person_years", n_years=n_years)} WHERE later.is_resident"""
        ).fetchnumpy(),
        shape,
    )
    use = _read_use(con, consequences, shape) if consequences else ()
    con.unregister("panel_rows")
    return Panel(members, resident, municipality, use, last_year)


_JOIN = """FROM panel_rows AS member JOIN {table} AS later ON later.pnr = member.pnr
    AND later.year BETWEEN member.base_year AND member.base_year + {n_years}"""


def _read_use(
    con: duckdb.DuckDBPyConnection, consequences: Sequence[str], shape: tuple[int, int]
) -> tuple[sparse.csr_array, ...]:
    numbered = pl.DataFrame({"consequence": list(consequences)}).with_row_index("number")
    con.register("panel_consequences", numbered.to_arrow())
    found = con.execute(
        f"""SELECT row, later.year - base_year AS t, number, quantity
        {_JOIN.format(table="person_year_quantities", n_years=shape[1] - 1)}
        JOIN panel_consequences USING (consequence)"""
    ).fetchnumpy()
    con.unregister("panel_consequences")
    return _place_use(found, shape, len(consequences))


def _place_residence(found: dict, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Lay out residence and municipality, carrying the last known municipality forward."""
    resident = np.zeros(shape, dtype=bool)
    municipality = np.zeros(shape, dtype=np.int64)
    where = (found["row"].astype(np.int64), found["t"].astype(np.int64))
    resident[where] = True
    municipality[where] = found["municipality_code"]
    for t in range(1, shape[1]):
        unknown = ~resident[:, t]
        municipality[unknown, t] = municipality[unknown, t - 1]
    return resident, municipality


def _place_use(found: dict, shape: tuple[int, int], n_consequences: int) -> tuple[sparse.csr_array, ...]:
    """Lay out use as one sparse array a relative year, its rows and columns in order."""
    n_rows, n_times = shape
    row, t = found["row"].astype(np.int64), found["t"].astype(np.int64)
    column, quantity = found["number"].astype(np.int64), found["quantity"].astype(np.float64)
    order = np.lexsort((column, row, t))
    row, t, column, quantity = row[order], t[order], column[order], quantity[order]
    edges = np.searchsorted(t, np.arange(n_times + 1))
    tables = []
    for start, stop in zip(edges[:-1], edges[1:], strict=True):
        pointers = np.searchsorted(row[start:stop], np.arange(n_rows + 1))
        tables.append(
            sparse.csr_array(
                (quantity[start:stop], column[start:stop], pointers), shape=(n_rows, n_consequences)
            )
        )
    return tuple(tables)

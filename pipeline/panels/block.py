"""A block of leaves in memory: the members of all target groups, and their persons' years, each read once.

Belongs here: from tables to arrays over person × calendar year. Does not belong here: following one group (`panel`),
any statistic (`estimation`), and keeping a block for a second reading (`kept_blocks`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import duckdb
import numpy as np
import polars as pl
from scipy import sparse

from pipeline.declarations.method import Method
from pipeline.registers.leaves import LEAVES_PER_BLOCK, LeafRange
from pipeline.tables import TableStore
from pipeline.views import select_leaves

if TYPE_CHECKING:
    from pipeline.leaf_jobs import LeafJob

NEVER = 9999
"""Calendar year of an event that has not happened."""


@dataclass(frozen=True)
class Years:
    """Calendar years that the cells of a person stand for.

    Attributes
    ----------
    first : int
        The first base year.
    last : int
        The last year of the registers.
    n_followed : int
        Relative years followed after year 0. A person has a cell for every year from `first` to
        `last` + `n_followed`, so that every relative year of every base year has its cell.
    """

    first: int
    last: int
    n_followed: int

    @classmethod
    def of_method(cls, methods: Sequence[Method]) -> Years:
        """Return the years that target groups with these methods need together."""
        return cls(
            min(method.first_base_year for method in methods),
            max(method.last_year for method in methods),
            max(method.relative_years for method in methods),
        )

    @property
    def n_cells(self) -> int:
        """Cells of a person, Y."""
        return self.last + self.n_followed - self.first + 1

    @property
    def calendar(self) -> np.ndarray:
        """(Y,) int: calendar year of each cell of a person."""
        return np.arange(self.first, self.first + self.n_cells)


@dataclass(frozen=True)
class Exits:
    """When p persons left, each a (p,) int16 array of calendar years; `NEVER` where it has not happened.

    Attributes
    ----------
    death, emigration : (p,) int16
        Emigration is the latest.
    """

    death: np.ndarray
    emigration: np.ndarray


@dataclass(frozen=True)
class LeafBlock:
    """The members of target groups in some leaves, and p persons over Y calendar years; p·Y cells, person by person.

    Attributes
    ----------
    members : dict of str to polars.DataFrame
        Assessable members of each target group, sorted by person and base year: person (0 … p − 1), base_year,
        is_success, covariates of year 0, and pattern, the definitions met.
    years : Years
    n_persons : int
        p.
    resident : (p·Y,) bool
        Resident on 31 December.
    municipality : (p·Y,) int16
        Municipality code, the last known one where not resident; 0 before any is known.
    exits : Exits, optional
        When they are asked for.
    use : scipy.sparse.csr_array, (p·Y, m), optional
        Use of each of the m consequences read, in natural units; when it is asked for.
    """

    members: dict[str, pl.DataFrame]
    years: Years
    n_persons: int
    resident: np.ndarray
    municipality: np.ndarray
    exits: Exits | None = None
    use: sparse.csr_array | None = None


def read_blocks(
    job: LeafJob, years: Years, consequences: Sequence[str] = (), *, with_exits: bool = False
) -> Iterator[LeafBlock]:
    """Read the blocks of a job's leaves one after the other, in leaf order.

    Parameters
    ----------
    job : LeafJob
        Over whole blocks; its groups are read together.
    years : Years
    consequences : sequence of str
        Keys, in the order of the columns of `use`; without any, use is not read.
    with_exits : bool
        Read deaths and emigrations too.

    Yields
    ------
    LeafBlock
    """
    with job.open_connection() as con:
        for first in range(job.leaves.first, job.leaves.last + 1, LEAVES_PER_BLOCK):
            leaves = LeafRange(first, first + LEAVES_PER_BLOCK - 1)
            block = _read_members(con, job, leaves, years)
            if with_exits:
                exits = select_leaves(job.project.tables, "person_exits", leaves)
                block = replace(block, exits=_read_exits(con, exits, block.n_persons))
            if consequences:
                quantities = select_leaves(job.project.tables, "person_year_quantities", leaves)
                use = _read_use(con, quantities, block.n_persons, years, consequences)
                block = replace(block, use=use)
            yield block


def _read_members(con: duckdb.DuckDBPyConnection, job: LeafJob, leaves: LeafRange, years: Years) -> LeafBlock:
    """Read the members of a block and where they live; leaves the table `persons` (person, pnr) behind."""
    tables = job.project.tables
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE block_members AS FROM {select_assessable(tables, leaves, job.groups)}"
    )
    con.execute(
        """CREATE OR REPLACE TEMP TABLE persons AS
        SELECT pnr, (row_number() OVER (ORDER BY leaf, pnr) - 1)::INTEGER AS person
        FROM (SELECT DISTINCT leaf, pnr FROM block_members)"""
    )
    numbered = (
        "SELECT block_members.* EXCLUDE (leaf, pnr), person FROM block_members JOIN persons USING (pnr)"
    )
    rows = con.sql(numbered).pl().sort("person", "base_year")
    members = rows.partition_by("target_group", as_dict=True)
    n_persons = int(con.execute("SELECT count(*) FROM persons").fetchone()[0])
    person_years = select_leaves(tables, "person_years", leaves)
    resident, municipality = _read_residence(con, person_years, n_persons, years)
    return LeafBlock(
        members={name: members.get((name,), rows.clear()) for name in job.groups},
        years=years,
        n_persons=n_persons,
        resident=resident.ravel(),
        municipality=municipality.ravel(),
    )


def select_assessable(tables: TableStore, leaves: LeafRange, groups: Sequence[str]) -> str:
    """Return the members whose success could be judged, of several target groups, as a relation to select from.

    Returns
    -------
    str
        A bracketed SELECT of the columns of `target_group_members`, is_success, and pattern: the definitions met.
    """
    members = select_leaves(tables, "target_group_members", leaves, groups)
    status = select_leaves(tables, "success_status", leaves, groups)
    return f"""(SELECT members.* EXCLUDE (definitions_met), array_to_string(definitions_met, ' + ') AS pattern,
        status = 'success' AS is_success
        FROM {members} AS members JOIN {status} AS judged USING (target_group, leaf, pnr, base_year)
        WHERE status <> 'not_assessable')"""


def _read_residence(
    con: duckdb.DuckDBPyConnection, person_years: str, n_persons: int, years: Years
) -> tuple[np.ndarray, np.ndarray]:
    """Read residence and municipality, carrying the last known municipality forward: two (p, Y) arrays."""
    found = con.execute(
        f"""SELECT person, year - {years.first} AS cell, municipality_code
        FROM {person_years} JOIN persons USING (pnr)
        WHERE is_resident AND year BETWEEN {years.first} AND {years.last}"""
    ).fetchnumpy()
    resident = np.zeros((n_persons, years.n_cells), dtype=bool)
    municipality = np.zeros((n_persons, years.n_cells), dtype=np.int16)
    resident[found["person"], found["cell"]] = True
    municipality[found["person"], found["cell"]] = found["municipality_code"]
    for cell in range(1, years.n_cells):
        unknown = ~resident[:, cell]
        municipality[unknown, cell] = municipality[unknown, cell - 1]
    return resident, municipality


def _read_exits(con: duckdb.DuckDBPyConnection, exits: str, n_persons: int) -> Exits:
    """Read the calendar years of death and of the latest emigration."""
    found = con.execute(
        f"""SELECT person, coalesce(year(death_date), {NEVER})::SMALLINT AS death,
        coalesce(year(emigration_date), {NEVER})::SMALLINT AS emigration
        FROM {exits} JOIN persons USING (pnr)"""
    ).fetchnumpy()
    death, emigration = np.full((2, n_persons), NEVER, dtype=np.int16)
    death[found["person"]], emigration[found["person"]] = found["death"], found["emigration"]
    return Exits(death, emigration)


def _read_use(
    con: duckdb.DuckDBPyConnection,
    quantities: str,
    n_persons: int,
    years: Years,
    consequences: Sequence[str],
) -> sparse.csr_array:
    """Read use as one sparse array over cells, its columns in order within a row."""
    numbered = pl.DataFrame({"consequence": list(consequences)}).with_row_index("number")
    con.register("block_consequences", numbered.to_arrow())
    found = con.execute(
        f"""SELECT person * {years.n_cells} + year - {years.first} AS cell, number::INTEGER AS number, quantity
        FROM {quantities} JOIN persons USING (pnr) JOIN block_consequences USING (consequence)
        WHERE year BETWEEN {years.first} AND {years.last}"""
    ).fetchnumpy()
    con.unregister("block_consequences")
    shape = (n_persons * years.n_cells, len(consequences))
    use = sparse.csr_array((found["quantity"].astype(np.float64), (found["cell"], found["number"])), shape)
    use.sort_indices()
    return use

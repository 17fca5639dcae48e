"""Weeks on benefits: DREAM's thousand week columns summed by year without ever making a row a week.

Belongs here: `benefit_weeks`. Does not belong here: which codes are which benefit (the layout of dream).

Each code is looked up in a table of 64-bit words in which every kind of benefit has six bits, as 53 weeks fit
into six bits; a year's sum of these words is then the count of weeks of all kinds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.declarations.register_layout import CodeList
from pipeline.quantities.leaf_tables import AFTER_DEATH, LeafTables, TableCounts

BITS_PER_KIND = 6
_MASK = (1 << BITS_PER_KIND) - 1


def build_benefit_weeks(tables: LeafTables) -> TableCounts:
    """Write `benefit_weeks`: weeks of each kind of benefit in the calendar year of the column name.

    Benefit weeks that begin after the death of the person are dropped and counted.
    """
    layout = tables.layout("dream")
    words = make_code_words(layout.code_lists["benefit_kind"])
    kinds = list(layout.code_lists["benefit_kind"].kinds)
    persons = _read_columns(tables, ["leaf", "pnr"])
    deaths = _read_deaths(tables, persons)
    found, n_after_death = [_list_rows(persons.slice(0, 0), 0, np.zeros(0, dtype=np.int64), kinds[0], 0)], 0
    for year, weeks in layout.week_columns.items():
        codes = [_fill_blanks(column) for column in _read_columns(tables, weeks).columns]
        sums, n_late = sum_weeks(codes, words, _count_weeks_alive(deaths, year, len(weeks)))
        found += [_list_rows(persons, year, sums, kind, position) for position, kind in enumerate(kinds)]
        n_after_death += n_late
    tables.con.register("weeks_found", pa.concat_tables(found))
    counts = tables.write(
        "benefit_weeks",
        "SELECT leaf, pnr, year, benefit_kind, n_weeks FROM weeks_found ORDER BY leaf, pnr, year, benefit_kind",
        {AFTER_DEATH: n_after_death},
    )
    tables.con.unregister("weeks_found")
    return counts


def make_code_words(code_list: CodeList) -> np.ndarray:
    """Return, for each three-digit code, one unit in the bits of its kind of benefit.

    Parameters
    ----------
    code_list : CodeList
        At most ten kinds.

    Returns
    -------
    (1000,) int64 array
        0 for codes without a kind.
    """
    words = np.zeros(1000, dtype=np.int64)
    for position, codes in enumerate(code_list.kinds.values()):
        words[[int(code) for code in codes]] = 1 << (BITS_PER_KIND * position)
    return words


def sum_weeks(
    codes: Sequence[np.ndarray], words: np.ndarray, last_weeks: np.ndarray | None
) -> tuple[np.ndarray, int]:
    """Add up the weeks of one year.

    Parameters
    ----------
    codes : sequence of (N,) int16 arrays
        One array a week, 0 where there is no code.
    words : (1000,) int64 array
        From `make_code_words`.
    last_weeks : (N,) int array or None
        Weeks of the year that begin no later than the person's death; None when everybody lives.

    Returns
    -------
    sums : (N,) int64 array
        Weeks of each kind, six bits a kind.
    n_after_death : int
        Benefit weeks left out.
    """
    sums = np.zeros(len(codes[0]) if codes else 0, dtype=np.int64)
    dead = np.flatnonzero(last_weeks < len(codes)) if last_weeks is not None else np.zeros(0, dtype=int)
    n_after_death = 0
    for week, column in enumerate(codes):
        units = words[column]
        if len(dead):
            late = dead[last_weeks[dead] <= week]
            n_after_death += int(np.count_nonzero(units[late]))
            units[late] = 0
        sums += units
    return sums, n_after_death


def _read_columns(tables: LeafTables, columns: Sequence[str]) -> pa.Table:
    """Read columns of dream in these leaves, the rows in the order of the files."""
    leaves = tables.leaves
    inside = [("leaf", ">=", leaves.first), ("leaf", "<=", leaves.last)]
    parts = [
        pq.read_table(path, columns=list(columns), filters=None if is_whole else inside)
        for path, is_whole in tables.register_files("dream")
    ]
    return pa.concat_tables(parts)


def _fill_blanks(column: pa.ChunkedArray) -> np.ndarray:
    return pc.fill_null(column, 0).to_numpy()


def _read_deaths(tables: LeafTables, persons: pa.Table) -> np.ndarray | None:
    """Read the death dates of persons, in their order; None when nobody died."""
    numbered = persons.append_column("position", pa.array(np.arange(persons.num_rows)))
    tables.con.register("persons_in_dream", numbered)
    found = tables.con.execute(
        f"""
        SELECT death_date FROM persons_in_dream LEFT JOIN {tables.table("person_exits")} USING (leaf, pnr)
        ORDER BY position
        """
    ).fetchnumpy()["death_date"]
    tables.con.unregister("persons_in_dream")
    dates = np.ma.filled(found.astype("datetime64[D]"), np.datetime64("NaT"))
    return None if np.isnat(dates).all() else dates


def _count_weeks_alive(deaths: np.ndarray | None, year: int, n_weeks: int) -> np.ndarray | None:
    if deaths is None:
        return None
    first_monday = np.datetime64(date.fromisocalendar(year, 1, 1), "D")
    weeks = (deaths - first_monday).astype("timedelta64[D]").astype(np.float64) // 7 + 1
    return np.where(np.isnat(deaths), n_weeks, np.clip(np.nan_to_num(weeks), 0, n_weeks)).astype(np.int64)


def _list_rows(persons: pa.Table, year: int, sums: np.ndarray, kind: str, position: int) -> pa.Table:
    weeks = (sums >> (BITS_PER_KIND * position)) & _MASK
    index = np.flatnonzero(weeks)
    rows = persons.take(pa.array(index))
    rows = rows.append_column("year", pa.array(np.full(len(index), year, dtype=np.int16)))
    rows = rows.append_column("benefit_kind", pa.repeat(kind, len(index)))
    return rows.append_column("n_weeks", pa.array(weeks[index].astype(np.int32)))

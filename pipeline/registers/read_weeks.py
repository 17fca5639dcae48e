"""A register with a column a week, summed to weeks of each kind by year while it is read.

Belongs here: DREAM's thousand week columns, which are never made into a row a week. Does not belong here: which codes
are which kind (the layout), or a year without weeks of any kind: it has no row.

Each code is made its place in the list of codes, which DuckDB does once for each word of a Parquet file's dictionary,
and looked up by it in a table of 64-bit words in which every kind has six bits, as 53 weeks fit into six bits; a
year's sum of these words is then the count of weeks of all kinds at once. Weeks that begin after the death of a
person are summed apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from pipeline.declarations.register_layout import CodeList, RegisterLayout, RegisterLayouts, quote_all
from pipeline.registers.delivered_files import find_file
from pipeline.registers.register_parts import RegisterPart, list_files

BITS_PER_KIND = 6
ROWS_AT_A_TIME = 16_384
_MASK = (1 << BITS_PER_KIND) - 1
_NEVER = np.datetime64("9999-12-31", "D")


@dataclass(frozen=True)
class Deaths:
    """Persons who died, in order of their numbers.

    Attributes
    ----------
    pnr : (D,) int64 array
        Sorted, each once.
    day : (D,) datetime64[D] array
        The first of a person's death dates.
    """

    pnr: np.ndarray
    day: np.ndarray

    def find(self, pnr: np.ndarray) -> np.ndarray:
        """Return the death date of each person, far in the future for the living."""
        if not len(self.pnr):
            return np.full(len(pnr), _NEVER)
        position = np.minimum(np.searchsorted(self.pnr, pnr), len(self.pnr) - 1)
        return np.where(self.pnr[position] == pnr, self.day[position], _NEVER)


def read_weeks(
    con: duckdb.DuckDBPyConnection, root: Path, layouts: RegisterLayouts, part: RegisterPart
) -> tuple[pa.Table, int]:
    """Read the week columns of some years.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    root : Path
        The delivery.
    layouts : RegisterLayouts
    part : RegisterPart

    Returns
    -------
    pyarrow.Table
        pnr, year, the register's code list as a column, n_weeks, n_weeks_after_death: no row without weeks.
    int
        Weeks with a code that is not listed.
    """
    layout = layouts[part.register]
    code_list = next(iter(layout.code_lists.values()))
    codes = list_codes(code_list)
    words, deaths = make_code_words(code_list, codes), _read_deaths(con, root, layouts, layout)
    weeks = {year: layout.week_columns[year] for year in part.years}
    con.execute(f"SET VARIABLE listed_codes = [NULL, {quote_all(codes[1:])}]")
    places = ", ".join(
        f"CAST(list_position(getvariable('listed_codes'), {name}) AS SMALLINT) AS {name}"
        for own in weeks.values()
        for name in own
    )
    rows = con.sql(f"SELECT CAST(pnr AS BIGINT) AS pnr, {places} FROM '{find_file(root, layout, None)}'")
    found, n_unlisted = [_list_rows(np.zeros(0, dtype=np.int64), 0, _NO_SUMS, _NO_SUMS, code_list)], 0
    for batch in rows.to_arrow_reader(ROWS_AT_A_TIME):
        pnr = batch.column(0).to_numpy()
        days = deaths.find(pnr)
        for year, names in weeks.items():
            n_unlisted += sum(batch.column(name).null_count for name in names)
            held = [_fill_unlisted(batch.column(name)) for name in names]
            alive, late = sum_weeks(held, words, count_weeks_begun(days, year, len(names)))
            found.append(_list_rows(pnr, year, alive, late, code_list))
    return pa.concat_tables(found), n_unlisted


def list_codes(code_list: CodeList) -> tuple[str | None, ...]:
    """Return every code that may stand in a week, by its place from 1 on: first the two ways to say there is none."""
    return (None, "", *code_list.codes)


def make_code_words(code_list: CodeList, codes: Sequence[str | None]) -> np.ndarray:
    """Return, for the place of each code, one unit in the bits of its kind.

    Parameters
    ----------
    code_list : CodeList
        At most ten kinds.
    codes : sequence of str or None
        From `list_codes`, C codes.

    Returns
    -------
    (C + 1,) int64 array
        0 for codes without a kind, and at place 0.
    """
    words = np.zeros(len(codes) + 1, dtype=np.int64)
    for position, of_kind in enumerate(code_list.kinds.values()):
        words[[codes.index(code) + 1 for code in of_kind]] = 1 << (BITS_PER_KIND * position)
    return words


def sum_weeks(
    codes: Sequence[np.ndarray], words: np.ndarray, weeks_begun: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Add up the weeks of one year.

    Parameters
    ----------
    codes : sequence of (N,) int16 arrays
        One array a week: places of codes.
    words : (C + 1,) int64 array
        From `make_code_words`.
    weeks_begun : (N,) int array
        Weeks of the year that begin no later than the person's death.

    Returns
    -------
    alive, late : (N,) int64 arrays
        Weeks of each kind, six bits a kind: those begun while alive, and the others.
    """
    alive = np.zeros(len(weeks_begun), dtype=np.int64)
    late = np.zeros_like(alive)
    dead = np.flatnonzero(weeks_begun < len(codes))
    for week, column in enumerate(codes):
        units = words.take(column)
        if len(dead):
            gone = dead[weeks_begun[dead] <= week]
            late[gone] += units[gone]
            units[gone] = 0
        alive += units
    return alive, late


def count_weeks_begun(days: np.ndarray, year: int, n_weeks: int) -> np.ndarray:
    """Count the weeks of a year that begin on or before a day.

    Parameters
    ----------
    days : (N,) datetime64[D] array
    year : int
        ISO year.
    n_weeks : int
        Weeks of the year.

    Returns
    -------
    (N,) int64 array
        0 to `n_weeks`.
    """
    first_monday = np.datetime64(date.fromisocalendar(year, 1, 1), "D")
    return np.clip((days - first_monday).astype(np.int64) // 7 + 1, 0, n_weeks)


def _fill_unlisted(codes: pa.Array) -> np.ndarray:
    """Return the places of the codes of one week, (N,) int16, 0 for a code that is not listed."""
    validity, values = codes.buffers()
    rows = slice(codes.offset, codes.offset + len(codes))
    held = np.frombuffer(values, np.int16)[rows]
    if not codes.null_count:
        return held
    return held * np.unpackbits(np.frombuffer(validity, np.uint8), bitorder="little")[rows]


_NO_SUMS = np.zeros(0, dtype=np.int64)


def _list_rows(
    pnr: np.ndarray, year: int, alive: np.ndarray, late: np.ndarray, code_list: CodeList
) -> pa.Table:
    """Take the sums of a year apart: one row a person and kind with weeks."""
    kinds = list(code_list.kinds)
    found = np.flatnonzero(alive | late)
    bits = np.arange(len(kinds)) * BITS_PER_KIND
    weeks, weeks_late = ((sums[found, None] >> bits) & _MASK for sums in (alive, late))
    row, kind = np.nonzero(weeks | weeks_late)
    columns = {
        "pnr": pnr[found][row],
        "year": np.full(len(row), year, dtype=np.int16),
        code_list.name: pa.DictionaryArray.from_arrays(kind.astype(np.int8), kinds),
        "n_weeks": weeks[row, kind].astype(np.int32),
        "n_weeks_after_death": weeks_late[row, kind].astype(np.int32),
    }
    return pa.table(columns)


def _read_deaths(
    con: duckdb.DuckDBPyConnection, root: Path, layouts: RegisterLayouts, layout: RegisterLayout
) -> Deaths:
    """Read the first death date of every person from the register that the layout names."""
    until = layout.until_death
    if until is None:
        return Deaths(np.zeros(0, dtype=np.int64), np.zeros(0, dtype="datetime64[D]"))
    source = layouts[until.register]
    columns = {year: source.columns[until.column].name_in(year) for year in source.years}
    files = zip(columns.values(), list_files(root, source, source.years), strict=True)
    selects = " UNION ALL ".join(f"SELECT pnr, {column} AS day FROM '{file}'" for column, file in files)
    rows = con.execute(
        f"SELECT CAST(pnr AS BIGINT) AS pnr, min(day) AS day FROM ({selects}) GROUP BY ALL ORDER BY pnr"
    ).fetchnumpy()
    return Deaths(rows["pnr"], rows["day"].astype("datetime64[D]"))

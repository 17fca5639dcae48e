"""From columns of numbers to Arrow tables, one a register and year.

Belongs here: how codes, dates and person numbers become columns, and rows that a re-delivery sent twice.
Does not belong here: what the values are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from sample_registers.latent import YEARS, Latent
from sample_registers.registers.dates import NO_DATE, YEAR_START, to_day_numbers
from sample_registers.registers.layout import LAYOUT

Rendered = tuple[str, int, pa.Table]
"""Register, year of the file (0: the register has one file), rows."""

REDELIVERED_SHARE = 0.02
REDELIVERED_YEARS = {
    "boform110": (2005, 2012),
    "nab": (2009,),
    "sib": (2009, 2016),
    "handicap": (2017,),
    "bua": (2010, 2018),
    "bufo": (2010, 2018),
    "kraf": (2008,),
    "krin": (2011,),
    "krsi": (2015,),
    "krof": (2013,),
    "lmdb": (2014,),
    "sssy": (2006, 2015),
    "lpr_adm": (2007,),
    "psyk_adm": (2007, 2016),
    "psyk_diag": (2007,),
    "psyk_bes": (2012,),
    "lpr3_kontakter": (2020,),
    "lpr3_diagnoser": (2020,),
    "kotre": (2010,),
}
"""Year files in which some rows come twice, exactly alike."""

SHORT_PNR_FILES = (("lmdb", 2012),)
"""Year files that lost the leading zero of person numbers: 11 digits."""


@dataclass(frozen=True)
class Codes:
    """A text column: (N,) positions in a short list of words, -1 where the value is missing."""

    positions: np.ndarray
    words: pa.Array

    def take(self, index: np.ndarray) -> Codes:
        """Take rows."""
        return Codes(self.positions[index], self.words)


Column = np.ndarray | Codes
Columns = Mapping[str, Column]


def list_words(*words: str) -> pa.Array:
    """Make the word list of a text column."""
    return pa.array(words, pa.string())


@dataclass(frozen=True)
class Part:
    """One part of the drawn population on its way to the registers.

    Attributes
    ----------
    latent : Latent
    number : int
        Number of the part in the draw; makes record numbers unique over parts.
    seed : int
    """

    latent: Latent
    number: int
    seed: int

    def generator(self, name: str) -> np.random.Generator:
        """Give the random numbers of one register: the same whatever else is rendered."""
        return np.random.default_rng([self.seed, self.number, zlib.crc32(name.encode())])

    def values(self, name: str) -> np.ndarray:
        """Give a latent table, (P, Y) int32."""
        return self.latent.values[name]

    @cached_property
    def pnr(self) -> pa.Array:
        """(P,) person numbers."""
        return pa.array(self.latent.pnr.tolist(), pa.string())

    @cached_property
    def short_pnr(self) -> pa.Array:
        """(P,) person numbers without the first leading zero."""
        return pa.array([pnr[1:] if pnr[0] == "0" else pnr for pnr in self.latent.pnr.tolist()], pa.string())

    @cached_property
    def birth_days(self) -> np.ndarray:
        """(P,) day number of birth."""
        return to_day_numbers(self.latent.birth_date)

    @cached_property
    def ages(self) -> np.ndarray:
        """(P, Y) age on 31 December; negative before birth."""
        birth_year = self.latent.birth_date.astype("datetime64[Y]").astype(int) + 1970
        return (YEARS[None, :] - birth_year[:, None]).astype(np.int16)

    @cached_property
    def earliest(self) -> np.ndarray:
        """(P, Y) first day of the year on which the person is born, counted from 0."""
        days = self.birth_days[:, None] - YEAR_START[None, :]
        return np.clip(days, 0, 365).astype(np.int32)

    def persons(self, positions: np.ndarray) -> Codes:
        """Make the pnr column of rows that belong to the persons at these positions."""
        return Codes(positions, self.pnr)


def make_record_numbers(part: Part, series: int, n: int) -> np.ndarray:
    """Number contacts or cases with 18 digits, unique over parts and series, (n,) int64."""
    first = 100_000_000_000_000_000 * (series + 1) + part.number * 1_000_000_000
    return first + np.arange(1, n + 1, dtype=np.int64)


def split_by_year(part: Part, register: str, year: np.ndarray, columns: Columns) -> Iterator[Rendered]:
    """Give one table a year file.

    Parameters
    ----------
    part : Part
    register : str
    year : (N,) int array
        Year of the file each row belongs to; rows of years that are not delivered are left out.
    columns : mapping of str to (N,) column
    """
    order = np.argsort(year, kind="stable")
    ordered = year[order]
    for file_year in LAYOUT[register].years:
        index = order[np.searchsorted(ordered, file_year) : np.searchsorted(ordered, file_year, side="right")]
        if len(index):
            chosen = {
                name: column.take(index) if isinstance(column, Codes) else column[index]
                for name, column in columns.items()
            }
            yield make_table(part, register, file_year, chosen)


def make_table(part: Part, register: str, year: int, columns: Columns) -> Rendered:
    """Make the rows of one year file, some of them twice where the year was re-delivered."""
    layout = LAYOUT[register]
    if (register, year) in SHORT_PNR_FILES:
        columns = dict(columns) | {"pnr": Codes(columns["pnr"].positions, part.short_pnr)}
    names = layout.columns_in(register, year)
    arrays = [_make_array(columns[name], kind) for name, kind in layout.columns.items()]
    table = pa.Table.from_arrays(arrays, names=[names[name] for name in layout.columns])
    if year in REDELIVERED_YEARS.get(register, ()):
        again = part.generator(f"again {register} {year}").random(table.num_rows) < REDELIVERED_SHARE
        table = pa.concat_tables([table, table.filter(pa.array(again))])
    return register, year, table


def _make_array(column: Column, kind: str) -> pa.Array:
    """Make one Arrow column of the declared type."""
    if isinstance(column, Codes) and kind == "id":
        return column.words.take(pa.array(column.positions, mask=column.positions < 0))
    if isinstance(column, Codes):
        positions = column.positions.astype(np.int16, copy=False)
        missing = positions < 0
        return pa.DictionaryArray.from_arrays(
            pa.array(positions, mask=missing if missing.any() else None), column.words, safe=False
        )
    if kind == "date":
        missing = column == NO_DATE
        days = pa.array(column.astype(np.int32, copy=False), mask=missing if missing.any() else None)
        return days.view(pa.date32())
    if kind == "id":
        return pa.array(column).cast(pa.string())
    if kind == "float":
        return pa.array(column, pa.float64(), from_pandas=True)
    return pa.array(column.astype(np.int32, copy=False))

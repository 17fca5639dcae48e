"""Counting rows by the bytes of numbers delivered as text: the counts of `value_checks` that need no SQL.

Belongs here: empty, badly formed, short and repeated numbers of columns of digits. Does not belong here: which counts
a layout asks for (`value_checks`), any other column. What cannot be told here is left to SQL, which is slower.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

ROWS_READ_AT_A_TIME = 1 << 21
ROWS_JUDGED_AT_A_TIME = 1 << 17
_ZERO, _NINE = ord("0"), ord("9")
_LENGTH_BITS = 5
_MOST_DIGITS_BESIDE_LENGTH = 17


@dataclass(frozen=True)
class Digits:
    """A column of digits: its name in the file, and how many digits a value has at least (one or more) and at most."""

    name: str
    shortest: int
    longest: int


@dataclass
class _Tally:
    """What has been counted of one column, and the numbers of a key whose values so far are all there and sound."""

    digits: Digits
    is_key: bool
    counts: dict[str, int] = field(default_factory=lambda: {"empty": 0, "not_digits": 0, "short": 0})
    numbers: list[np.ndarray] = field(default_factory=list)

    def add(self, values: pl.Series) -> None:
        texts = values.drop_nulls()
        self.counts["empty"] += len(values) - len(texts)
        if len(texts):
            lengths, n_wrong = _judge(texts, self.digits)
            self.counts["not_digits"] += n_wrong
            self.counts["short"] += int(np.count_nonzero(lengths == self.digits.shortest))
            self.is_key &= not self.counts["empty"] and not self.counts["not_digits"]
            if self.is_key:  # the same number in other digits is another value
                self.numbers.append(texts.cast(pl.Int64).to_numpy() << _LENGTH_BITS | lengths)

    def tell(self) -> dict[str, int]:
        if not self.is_key or self.counts["empty"]:
            return self.counts
        return self.counts | {"duplicate_key": _count_repeated(self.numbers)}


def count_digits(
    path: Path, columns: Sequence[Digits], keys: Collection[str] = ()
) -> dict[str, dict[str, int]]:
    """Count the rows of the columns of digits in one reading.

    Parameters
    ----------
    path : Path
        A Parquet file in which the columns are text.
    columns : sequence of Digits
    keys : collection of str
        Names of the columns of which values that stand there again are counted, too.

    Returns
    -------
    dict of str to dict of str to int
        Column to kind of count to rows: `empty`, `not_digits` (another form or length), `short` (of the shortest
        length), and `duplicate_key` for a key whose values are all there and well formed; else that is not told.

    Raises
    ------
    polars.exceptions.PolarsError, OSError
        When the file cannot be read to its end.
    """
    told = [_Tally(own, own.name in keys and own.longest <= _MOST_DIGITS_BESIDE_LENGTH) for own in columns]
    for rows in _read_texts(path, [own.name for own in columns]):
        for part in rows.iter_slices(ROWS_JUDGED_AT_A_TIME):
            for tally in told:
                tally.add(part[tally.digits.name])
    return {tally.digits.name: tally.tell() for tally in told}


def _read_texts(path: Path, names: Sequence[str]) -> Iterator[pl.DataFrame]:
    texts = pl.scan_parquet(path, glob=False, hive_partitioning=False).select(pl.col(names).cast(pl.String))
    first, n_rows = 0, ROWS_READ_AT_A_TIME
    while n_rows == ROWS_READ_AT_A_TIME:
        rows = texts.slice(first, ROWS_READ_AT_A_TIME).collect()
        n_rows = rows.height
        first += n_rows
        yield rows


def _judge(texts: pl.Series, digits: Digits) -> tuple[np.ndarray, int]:
    """Return the length in bytes of each of some texts, an (n,) array, and how many are not as declared."""
    array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, held = array.buffers()
    edges = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    lengths = np.diff(edges)
    is_wrong = (lengths < digits.shortest) | (lengths > digits.longest)
    own = np.frombuffer(held, np.uint8)[edges[0] : edges[-1]]
    if len(own) and (own.min() < _ZERO or own.max() > _NINE):
        other = np.flatnonzero((own < _ZERO) | (own > _NINE))
        is_wrong[np.searchsorted(edges, other + edges[0], side="right") - 1] = True
    return lengths, int(np.count_nonzero(is_wrong))


def _count_repeated(numbers: Sequence[np.ndarray]) -> int:
    """Count the numbers that stand there again."""
    every = np.concatenate([np.zeros(0, dtype=np.int64), *numbers])
    if not (every[1:] > every[:-1]).all():
        every.sort()
    return int(np.count_nonzero(every[1:] == every[:-1]))

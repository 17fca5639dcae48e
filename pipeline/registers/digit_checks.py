"""Counting rows by the bytes of numbers delivered as text: the counts of `value_checks` that need no SQL.

Belongs here: empty, badly formed, short and repeated numbers of columns of digits. Does not belong here: which counts
a layout asks for (`value_checks`), any other column. What cannot be told here is left to SQL, which is slower.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

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
class DigitTally:
    """What has been counted of one column of digits, rows by rows.

    Attributes
    ----------
    digits : Digits
    is_key : bool
        Whether values that stand there again are counted, too: as long as all are there and well formed.
    counts : dict of str to int
        Rows so far: `empty`, `not_digits` (another form or length), `short` (of the shortest length).
    """

    digits: Digits
    is_key: bool = False
    counts: dict[str, int] = field(default_factory=lambda: {"empty": 0, "not_digits": 0, "short": 0})
    _keys: list[np.ndarray] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        """Count no repeated values of numbers too long to stand beside their length in 64 bits."""
        self.is_key &= self.digits.longest <= _MOST_DIGITS_BESIDE_LENGTH

    def add(self, values: pl.Series) -> pl.Series:
        """Count some rows; return them as numbers, (n,) Int64, null where there is no number."""
        numbers = values.cast(pl.Int64, strict=False)
        for first in range(0, len(values), ROWS_JUDGED_AT_A_TIME):
            self._judge(*(own.slice(first, ROWS_JUDGED_AT_A_TIME) for own in (values, numbers)))
        return numbers

    def tell(self) -> dict[str, int]:
        """Return the counts; `duplicate_key` among them for a key whose values are all there and well formed."""
        if not self.is_key or self.counts["empty"]:
            return self.counts
        return self.counts | {"duplicate_key": _count_repeated(self._keys)}

    def _judge(self, values: pl.Series, numbers: pl.Series) -> None:
        texts = values.drop_nulls()
        self.counts["empty"] += len(values) - len(texts)
        if not len(texts):
            return
        lengths, n_wrong = _judge(texts, self.digits)
        self.counts["not_digits"] += n_wrong
        self.counts["short"] += int(np.count_nonzero(lengths == self.digits.shortest))
        self.is_key &= not self.counts["empty"] and not self.counts["not_digits"]
        if self.is_key:  # the same number in other digits is another value
            self._keys.append(numbers.to_numpy() << _LENGTH_BITS | lengths)


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

"""Counting rows by the bytes of numbers delivered as text: the counts of `value_checks` that need no SQL.

Belongs here: empty, badly formed, short and repeated numbers of one column. Does not belong here: which counts a
layout asks for (`value_checks`), any other column. What cannot be told here is left to SQL, which is slower.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_A_TIME = 1 << 19
_ZERO = np.uint8(ord("0"))
_LENGTH_BITS = 5


@dataclass(frozen=True)
class Digits:
    """A column of digits: its name in the file, and how many digits a value has at least and at most."""

    name: str
    shortest: int
    longest: int


def count_digits(path: Path, digits: Digits, *, is_key: bool) -> dict[str, int]:
    """Count the rows of a column of digits in one reading.

    Parameters
    ----------
    path : Path
        A Parquet file in which the column is text.
    digits : Digits
    is_key : bool
        Count values that stand there again, too.

    Returns
    -------
    dict of str to int
        Kind of count to rows: `empty`, `not_digits` (another form or length), `short` (of the shortest length), and
        `duplicate_key` for a key whose values are all there and well formed; else that is not told.

    Raises
    ------
    OSError
        When the file cannot be read to its end.
    """
    counts = {"empty": 0, "not_digits": 0, "short": 0}
    numbers = [np.zeros(0, dtype=np.int64)]
    for values in _read_texts(path, digits.name):
        lengths, is_wrong, is_short = _judge(values, digits)
        counts["empty"] += values.null_count
        counts["not_digits"] += int(np.count_nonzero(is_wrong))
        counts["short"] += int(np.count_nonzero(is_short))
        is_key &= not counts["empty"] and not counts["not_digits"]
        if is_key:  # the same number in other digits is another value
            numbers.append(values.cast(pa.int64()).to_numpy() << _LENGTH_BITS | lengths)
    if is_key:
        counts["duplicate_key"] = _count_repeated(np.concatenate(numbers))
    return counts


def _read_texts(path: Path, name: str) -> Iterator[pa.Array]:
    for batch in pq.ParquetFile(path).iter_batches(ROWS_AT_A_TIME, columns=[name], use_threads=False):
        values = batch.column(0)
        yield values.dictionary_decode() if pa.types.is_dictionary(values.type) else values


def _judge(values: pa.Array, digits: Digits) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the length in bytes of each value, whether it is not as declared, and whether it is short; (n,) arrays."""
    _, offsets, held = values.buffers()
    kind = np.int64 if pa.types.is_large_string(values.type) else np.int32
    edges = np.frombuffer(offsets, kind)[values.offset : values.offset + len(values) + 1]
    lengths = np.diff(edges)
    is_wrong = (lengths < digits.shortest) | (lengths > digits.longest)
    is_short = lengths == digits.shortest
    if held is not None and len(edges):
        own = np.frombuffer(held, np.uint8)[edges[0] : edges[-1]]
        other = np.flatnonzero(own - _ZERO > 9)
        is_wrong[np.searchsorted(edges, other + edges[0], side="right") - 1] = True
    if values.null_count:
        is_there = values.is_valid().to_numpy(zero_copy_only=False)
        is_wrong &= is_there
        is_short &= is_there
    return lengths, is_wrong, is_short


def _count_repeated(numbers: np.ndarray) -> int:
    """Count the numbers that stand there again."""
    if len(numbers) and not (numbers[1:] > numbers[:-1]).all():
        numbers.sort()
    return int(np.count_nonzero(numbers[1:] == numbers[:-1]))

"""One delivered file read once: its rows typed, and on the way what the layout's counts need.

Belongs here: decoding a file, and the types that stage 1 gives its columns. Does not belong here: what is counted
(`file_counts`), corrections, finding persons, or where rows go (`read_register`).

Numbers delivered as text are read by polars, which is the fastest at it; all else by pyarrow, which leaves columns of
few words as they lie in the file: the words, and each row's place among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.declarations.register_layout import Column
from pipeline.registers.file_counts import FileCounts
from pipeline.registers.row_batches import ROWS_AT_A_TIME, gather_rows

MOST_DIGITS_OF_INT16 = 4
_WORDS = pa.dictionary(pa.int32(), pa.string())
_TYPES = {"text": pa.string(), "date": pa.date32(), "integer": pa.int32(), "decimal": pa.float64()}


def read_file(
    path: Path, year: int | None, columns: Sequence[Column], counts: FileCounts
) -> Iterator[pa.RecordBatch]:
    """Read columns of one file, and those that are to be counted.

    Parameters
    ----------
    path : Path
    year : int or None
        Of the file; None for a register of one file.
    columns : sequence of Column
        The columns wanted, none of them a week.
    counts : FileCounts
        Grows.

    Yields
    ------
    pyarrow.RecordBatch
        Up to `ROWS_AT_A_TIME` rows of the columns wanted, in their order, by their newest names; at least one batch.

    Raises
    ------
    pyarrow.ArrowException, polars.exceptions.PolarsError, OSError
        When the file cannot be read to its end, or a number does not fit its type.
    """
    wanted = {column.name_in(year): column for column in columns}
    others = [name for name in dict.fromkeys([*wanted, *counts.others]) if name not in counts.digits]
    schema = pa.schema([(column.name, _type_of(column)) for column in columns])
    first, rows = 0, pa.record_batch([pa.nulls(0, own.type) for own in schema], schema=schema)
    for held in gather_rows(_read_others(path, others, counts.words)):
        numbers = _read_texts(path, list(counts.digits), first, held.num_rows)
        found = {name: counts.add_digits(name, numbers[name]).to_arrow() for name in counts.digits}
        for name in others:
            counts.add(name, held.column(name))
            if name in wanted:
                found[name] = _give_type(held.column(name), wanted[name])
                found[name].validate(full=wanted[name].type == "text")  # pyarrow reads bytes that are no text
        first += held.num_rows
        if columns:
            rows = pa.record_batch({column.name: found[name] for name, column in wanted.items()})
            yield rows
    if not first:
        yield rows


def _type_of(column: Column) -> pa.DataType:
    if column.type == "text" and column.codes and column.first_characters is None:
        return _WORDS
    if column.type == "digits" and column.most_digits and column.most_digits <= MOST_DIGITS_OF_INT16:
        return pa.int16()
    return _TYPES.get(column.type, pa.int64())


def _read_others(path: Path, names: Sequence[str], words: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read columns as they are, those of few words by their words; batches of so many rows if there is none."""
    with pq.ParquetFile(path, read_dictionary=[name for name in words if name in names]) as file:
        if names:
            yield from file.iter_batches(ROWS_AT_A_TIME, columns=names, use_threads=False)
            return
        n_rows = file.metadata.num_rows
    for first in range(0, n_rows, ROWS_AT_A_TIME):
        yield pa.record_batch({"": pa.nulls(min(ROWS_AT_A_TIME, n_rows - first))})


def _read_texts(path: Path, names: Sequence[str], first: int, n_rows: int) -> pl.DataFrame:
    if not names:
        return pl.DataFrame()
    texts = pl.scan_parquet(path, glob=False, hive_partitioning=False).select(pl.col(names).cast(pl.String))
    return texts.slice(first, n_rows).collect()


def _give_type(values: pa.Array, column: Column) -> pa.Array:
    wanted = _type_of(column)
    if wanted is _WORDS:
        return (values if pa.types.is_dictionary(values.type) else values.dictionary_encode()).cast(wanted)
    if not pa.types.is_dictionary(values.type):
        return values.cast(wanted)
    words = values.dictionary
    if column.type == "digits":
        words = pl.Series(words).cast(pl.Int64, strict=False).to_arrow()
    return words.take(values.indices).cast(wanted)

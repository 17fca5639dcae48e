"""How many rows are held at a time.

Belongs here: batches of rows, whatever they say. Does not belong here: where they come from (`read_file`) or go
(`leaf_files`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pyarrow as pa

ROWS_AT_A_TIME = 1 << 21
"""Rows held while they are read, counted and put in the order of leaves."""


def gather_rows(rows: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Put small batches together until there are `ROWS_AT_A_TIME` rows.

    Parameters
    ----------
    rows : iterable of pyarrow.RecordBatch
        Batches of the same columns.

    Yields
    ------
    pyarrow.RecordBatch
        At least one if there was one.
    """
    held: list[pa.RecordBatch] = []
    n_rows = 0
    for batch in rows:
        held.append(batch)
        n_rows += batch.num_rows
        if n_rows >= ROWS_AT_A_TIME:
            yield _concat(held)
            held, n_rows = [], 0
    if held:
        yield _concat(held)


def _concat(batches: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    filled = [batch for batch in batches if batch.num_rows] or batches[:1]
    if len(filled) == 1:
        return filled[0]
    return pa.Table.from_batches(filled).unify_dictionaries().combine_chunks().to_batches()[0]

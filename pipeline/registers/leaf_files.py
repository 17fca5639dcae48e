"""Rows handed out to one file a range of leaves, in one pass and bounded memory.

Belongs here: writing by range. Does not belong here: what the rows say.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.registers.leaves import N_LEAVES, LeafRange, leaf_of
from pipeline.registers.register_parts import RegisterPart

ROWS_A_GROUP = 122_880
"""Rows of a row group, DuckDB's own size: what a reader holds of a column at a time."""


def hand_out(
    rows: Iterable[pa.RecordBatch], folder: Path, leaves: Sequence[LeafRange], part: RegisterPart
) -> int:
    """Write rows with a column `pnr`, each to the file of its leaf's range, in the order they come in.

    Parameters
    ----------
    rows : iterable of pyarrow.RecordBatch
        Batches, at least one; best large ones: each becomes a group of rows of its own.
    folder : Path
        Gets `part.file_name(range)` of every range that has rows; replaced when there.
    leaves : sequence of LeafRange
        Together all leaves, in order.
    part : RegisterPart

    Returns
    -------
    int
        Rows written.
    """
    hidden = folder / f".{part.name}.writing"
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir()
    n_rows = 0
    with ExitStack() as open_files:
        writers: dict[LeafRange, pq.ParquetWriter] = {}
        for batch in rows:
            n_rows += batch.num_rows
            for held, own in _share_out(batch, leaves):
                if held not in writers:
                    writer = _open_file(hidden / part.file_name(held), own.schema)
                    writers[held] = open_files.enter_context(writer)
                writers[held].write_batch(own, ROWS_A_GROUP)
    if not n_rows:
        _open_file(hidden / part.file_name(leaves[0]), _add_leaf(batch.schema)).close()
    for file in folder.glob(f"leaves_*_{part.name}.parquet"):
        file.unlink()
    for file in hidden.iterdir():
        file.replace(folder / file.name)
    shutil.rmtree(hidden)
    return n_rows


def fill_ranges(folder: Path, leaves: Sequence[LeafRange]) -> None:
    """Give every range without a row a file without rows, so that each is read the same way."""
    files = sorted(folder.glob("leaves_*.parquet"))
    schema = pq.read_schema(files[0])
    for missing in set(leaves) - {LeafRange.of_file(file.name) for file in files}:
        _open_file(folder / missing.file_name, schema).close()


def _share_out(
    batch: pa.RecordBatch, leaves: Sequence[LeafRange]
) -> Iterator[tuple[LeafRange, pa.RecordBatch]]:
    """Put rows in the order of their leaves and give those of each range that has any."""
    leaf = leaf_of(batch.column("pnr").to_numpy())
    order = np.argsort(leaf.astype(np.uint8), kind="stable")
    leaf = leaf[order]
    columns = [pa.array(leaf), *batch.take(pa.array(order.astype(np.uint32))).columns]
    rows = pa.record_batch(columns, schema=_add_leaf(batch.schema))
    edges = np.searchsorted(leaf, [*(held.first for held in leaves), N_LEAVES])
    for held, start, stop in zip(leaves, edges[:-1], edges[1:], strict=True):
        if start < stop:
            yield held, rows.slice(start, stop - start)


def _add_leaf(schema: pa.Schema) -> pa.Schema:
    return schema.insert(0, pa.field("leaf", pa.int16()))


def _open_file(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Open a file that is written fast: numbers as they are, only the leaf with statistics."""
    texts = [own.name for own in schema if not pa.types.is_primitive(own.type)]
    return pq.ParquetWriter(
        path, schema, compression="lz4", use_dictionary=texts, write_statistics=["leaf"], store_schema=False
    )

"""Rows handed out to one file a range of leaves, in one pass and bounded memory.

Belongs here: writing by range. Does not belong here: what the rows say.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import duckdb

from pipeline.registers.leaves import N_LEAVES, LeafRange
from pipeline.registers.register_parts import RegisterPart

_FORMAT = "FORMAT parquet, COMPRESSION lz4_raw, WRITE_BLOOM_FILTER false"
ROWS_A_GROUP = 122_880
"""Rows held for each range before they are written; DuckDB's own size of a row group."""


def hand_out(
    con: duckdb.DuckDBPyConnection, select: str, folder: Path, leaves: Sequence[LeafRange], part: RegisterPart
) -> int:
    """Write the rows of a SELECT with a column `leaf`, each to a file of its range.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
    select : str
    folder : Path
        Gets `part.file_name(range)` of every range that has rows; replaced when there.
    leaves : sequence of LeafRange
        Ranges of equal width, together all leaves.
    part : RegisterPart

    Returns
    -------
    int
        Rows written.
    """
    hidden = folder / f".{part.name}.writing"
    shutil.rmtree(hidden, ignore_errors=True)
    hidden.mkdir()
    for file in folder.glob(f"leaves_*_{part.name}*.parquet"):
        file.unlink()
    con.execute(f"SET partitioned_write_max_open_files = {N_LEAVES}")
    written = con.execute(
        f"COPY (SELECT *, leaf // {leaves[0].width} AS range FROM ({select})) TO '{hidden / 'rows'}' "
        f"({_FORMAT}, PARTITION_BY (range), ROW_GROUP_SIZE {ROWS_A_GROUP})"
    )
    n_rows = int(written.fetchone()[0])
    for number, held in enumerate(leaves):
        files = sorted((hidden / "rows" / f"range={number}").glob("*.parquet"))
        for again, file in enumerate(files):
            file.replace(folder / part.file_name(held, again))
    if not n_rows:
        con.execute(
            f"COPY (SELECT * FROM ({select}) LIMIT 0) TO '{folder / part.file_name(leaves[0])}' ({_FORMAT})"
        )
    shutil.rmtree(hidden)
    return n_rows


def fill_ranges(folder: Path, leaves: Sequence[LeafRange]) -> None:
    """Give every range without a row a file without rows, so that each is read the same way."""
    files = sorted(folder.glob("leaves_*.parquet"))
    held = {LeafRange.of_file(file.name) for file in files}
    for missing in set(leaves) - held:
        con = duckdb.connect()
        con.execute(
            f"COPY (SELECT * FROM '{files[0]}' LIMIT 0) TO '{folder / missing.file_name}' ({_FORMAT})"
        )
        con.close()

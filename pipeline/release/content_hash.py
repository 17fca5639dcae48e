"""A fingerprint of a table's content that every reader of every format must agree on.

Belongs here: hashing a frame column by column. Does not belong here: hashes of files (`pipeline.fingerprints`).
"""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from schemas.checks import TABLES


def hash_content(table: str, frame: pl.DataFrame) -> str:
    """Hash the rows of a table in key order: names, types, which values are missing, and every value.

    Parameters
    ----------
    table : str
        Name of a table in `schemas`.
    frame : polars.DataFrame
        With the columns and types of the table's model.

    Returns
    -------
    str
        32 hexadecimal digits; equal whenever the content is, whatever file it was read from.
    """
    digest = hashlib.sha256()
    ordered = frame.sort(list(TABLES[table].key), nulls_last=False)
    for column in ordered.iter_columns():
        digest.update(f"{column.name}:{column.dtype}:{column.len()}\0".encode())
        _hash_column(digest, column)
    return digest.hexdigest()[:32]


def _hash_column(digest, column: pl.Series) -> None:
    digest.update(np.packbits(column.is_null().to_numpy()).tobytes())
    if isinstance(column.dtype, pl.List):
        digest.update(column.list.len().fill_null(0).to_numpy().astype("<u8").tobytes())
        _hash_column(digest, column.drop_nulls().explode(empty_as_null=False, keep_nulls=True))
    elif column.dtype == pl.String:
        digest.update(column.str.len_bytes().fill_null(0).to_numpy().astype("<u8").tobytes())
        digest.update("".join(column.drop_nulls()).encode("utf-8"))
    else:
        digest.update(_to_bytes(column))


def _to_bytes(column: pl.Series) -> bytes:
    if column.dtype == pl.Boolean:
        return np.packbits(column.fill_null(False).to_numpy()).tobytes()
    if column.dtype == pl.Date:
        column = column.to_physical()
    if column.dtype.is_float():
        # adding 0.0 turns −0.0 into 0.0, which are equal and of different bytes
        return (column.fill_null(0.0).to_numpy() + 0.0).astype("<f8").tobytes()
    return column.fill_null(0).to_numpy().astype("<i8").tobytes()

"""Whether a Parquet file certainly passes the checks of its model, without making a frame of it.

Belongs here: the same limits as in `checks`, held against a file in parts, in bounded memory. Does not belong here:
saying what is wrong: a file that does not pass here is judged by `checks`, which is slower and tells.

A file passes only if its rows are in the order of its key: then a key that stands twice stands in neighbouring rows.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.tables import Table
from schemas.vocabulary import Column

_IS_TYPE = {
    "int16": pa.types.is_integer,
    "int32": pa.types.is_integer,
    "int64": pa.types.is_integer,
    "float64": pa.types.is_floating,
    "boolean": pa.types.is_boolean,
    "date": pa.types.is_date32,
    "text": lambda found: pa.types.is_dictionary(found) and pa.types.is_string(found.value_type),
    "texts": lambda found: _is_list(found) and _is_string(found.value_type),
}
_LIMITS = {name: np.iinfo(name) for name in ("int16", "int32", "int64")}


def passes_quickly(model: Table, path: Path) -> bool:
    """Say whether a file certainly passes every check of its model.

    Parameters
    ----------
    model : Table
        An intermediate table: published tables have checks that are not known here.
    path : Path
        A Parquet file.

    Returns
    -------
    bool
        False when it fails, or when it cannot be told here.
    """
    footer = pq.read_metadata(path)
    names = set(footer.schema.to_arrow_schema().names)
    if model.is_release or not set(model.required) <= names <= set(model.column_names):
        return False
    if not model.has_strict_key or not footer.num_row_groups:
        return False
    texts = [column.name for column in model.columns if column.type == "text" and column.name in names]
    file = pq.ParquetFile(path, metadata=footer, read_dictionary=texts)
    before: dict[str, object] = {}
    for number in range(file.num_row_groups):
        rows = file.read_row_group(number, use_threads=False).combine_chunks()
        if not all(
            _passes(column, rows[column.name], column.name in model.nullable)
            for column in model.columns
            if column.name in names
        ):
            return False
        if not _is_in_order(rows, model.key, before):
            return False
        if rows.num_rows:
            before = {name: rows[name][-1].as_py() for name in model.key}
    return True


def _passes(column: Column, values: pa.ChunkedArray, is_nullable: bool) -> bool:
    is_type = _IS_TYPE.get(column.type)
    if is_type is None or not is_type(values.type) or (values.null_count and not is_nullable):
        return False
    if len(values) == values.null_count:
        return True
    if column.is_list:
        return column.allowed is None and column.pattern is None
    if column.type == "text":
        found = {word for chunk in values.chunks for word in chunk.dictionary.to_pylist()}
        is_allowed = column.allowed is None or found <= set(column.allowed)
        return is_allowed and (
            column.pattern is None or all(re.fullmatch(column.pattern, word) for word in found)
        )
    return not column.is_number or _is_inside(column, values)


def _is_list(found: pa.DataType) -> bool:
    return pa.types.is_list(found) or pa.types.is_large_list(found)


def _is_string(found: pa.DataType) -> bool:
    return pa.types.is_string(found) or pa.types.is_large_string(found)


def _is_inside(column: Column, values: pa.ChunkedArray) -> bool:
    """Say whether numbers are finite, fit the column's type and keep its limits."""
    if column.type == "float64" and not pc.all(pc.is_finite(values)).as_py():
        return False
    least, most = pc.min_max(values).as_py().values()
    limits = _LIMITS.get(column.type)
    if limits is not None and not limits.min <= least <= most <= limits.max:
        return False
    if column.minimum is not None and least < column.minimum:
        return False
    if column.maximum is not None and most > column.maximum:
        return False
    if column.allowed is not None and not set(values.unique().to_pylist()) <= {*column.allowed, None}:
        return False
    return column.not_equal is None or not pc.any(pc.equal(values, column.not_equal)).as_py()


def _is_in_order(rows: pa.Table, key: tuple[str, ...], before: dict[str, object]) -> bool:
    """Say whether the keys rise strictly, from the last row read before to the last of these."""
    if not rows.num_rows:
        return True
    first = tuple(rows[name][0].as_py() for name in key)
    if before and first <= tuple(before[name] for name in key):
        return False
    rises = np.zeros(rows.num_rows - 1, dtype=bool)
    is_same = np.ones(rows.num_rows - 1, dtype=bool)
    for name in key:
        values = _rank(rows[name])
        rises |= is_same & (values[1:] > values[:-1])
        is_same &= values[1:] == values[:-1]
    return bool(rises.all())


def _rank(values: pa.ChunkedArray) -> np.ndarray:
    """Return numbers in the order of the values."""
    if not pa.types.is_dictionary(values.type):
        return values.to_numpy()
    (chunk,) = values.chunks
    words = chunk.dictionary.to_pylist()
    rank = np.empty(len(words), dtype=np.int64)
    rank[sorted(range(len(words)), key=words.__getitem__)] = np.arange(len(words))
    return rank[chunk.indices.to_numpy()]

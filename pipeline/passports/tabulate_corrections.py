"""The table `corrections`: what was declared, and how many rows it hit when the registers were read.

Belongs here: the row of a correction. Does not belong here: declaring (`pipeline.declarations.corrections`) or
applying it (`pipeline.registers.apply_corrections`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from pipeline.declarations.corrections import Correction
from schemas.checks import POLARS_TYPES, TABLES


def tabulate_corrections(
    corrections: Iterable[Correction], hits: Mapping[str, int], min_published_count: int
) -> pl.DataFrame:
    """Return the table `corrections`.

    Parameters
    ----------
    corrections : iterable of Correction
    hits : mapping of str to int
        Rows each hit, by key.
    min_published_count : int
        Fewer rows, but not 0, are null: a row is somebody's.

    Returns
    -------
    polars.DataFrame
        The numbers expected are those declared.
    """
    rows = [_describe(item, hits[item.key], min_published_count) for item in corrections]
    schema = {column.name: POLARS_TYPES[column.type] for column in TABLES["corrections"].columns}
    return pl.DataFrame(rows, schema=schema)


def _describe(item: Correction, n_rows: int, floor: int) -> dict:
    return {
        "correction": item.key,
        "register": item.register,
        "affects": item.affects,
        "action": item.action,
        "reason_da": item.reason.da,
        "reason_en": item.reason.en,
        "reported_to": item.reported_to,
        "declared_date": item.date,
        "n_rows_expected_from": item.expect_from,
        "n_rows_expected_to": item.expect_to,
        "n_rows_corrected": None if 0 < n_rows < floor else n_rows,
    }

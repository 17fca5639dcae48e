"""Whether published covariances can be covariances: each target group's matrix is positive semidefinite.

Belongs here: unpacking the lower triangle and factoring it. Does not belong here: positions,
lengths and diagonal, which are gate rules in SQL.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from threadpoolctl import threadpool_limits

_TOLERANCE = 1e-8
"""How far below 0 the smallest eigenvalue of the correlation matrix may be from rounding, times its size."""


def unpack_covariances(packed: pl.Series) -> np.ndarray:
    """Unpack a packed lower triangle.

    Parameters
    ----------
    packed : polars.Series of K lists
        In the order of position: the list at position k (from 1) has k numbers.

    Returns
    -------
    (K, K) float array
        Symmetric.

    Raises
    ------
    ValueError
        When a list has another length than its position.
    """
    size = packed.len()
    lengths = packed.list.len().fill_null(0).to_numpy()
    if (lengths != np.arange(1, size + 1)).any():
        raise ValueError(
            "found lists of another length than their position, expected k numbers at position k"
        )
    matrix = np.zeros((size, size))
    matrix[np.tril_indices(size)] = packed.explode(empty_as_null=False, keep_nulls=False).to_numpy()
    return matrix + np.tril(matrix, -1).T


def check_covariances(frame: pl.DataFrame) -> pl.DataFrame:
    """Check that every target group's matrix is positive semidefinite.

    Parameters
    ----------
    frame : polars.DataFrame
        `estimate_covariance`.

    Returns
    -------
    polars.DataFrame
        `target_group`, `holds`.
    """
    parts = frame.sort("position").partition_by("target_group", as_dict=True, maintain_order=True)
    with threadpool_limits(limits=1):
        holds = [_is_semidefinite(part["covariances"]) for part in parts.values()]
    groups = [group for (group,) in parts]
    return pl.DataFrame(
        {"target_group": groups, "holds": holds}, schema={"target_group": pl.String, "holds": pl.Boolean}
    )


def _is_semidefinite(packed: pl.Series) -> bool:
    try:
        matrix = unpack_covariances(packed)
    except ValueError:
        return False
    scale = np.sqrt(np.diag(matrix))
    if not (scale > 0).all():
        return False
    correlation = matrix / np.outer(scale, scale) + np.eye(len(matrix)) * _TOLERANCE * len(matrix)
    try:
        np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        return False
    return True

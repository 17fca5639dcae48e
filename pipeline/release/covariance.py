"""Whether published covariances can be covariances: each target group's matrix is positive semidefinite.

Belongs here: unpacking the lower triangle and factoring it. Does not belong here: positions,
lengths and diagonal, which are gate rules in SQL.
"""

from __future__ import annotations

import numpy as np
import polars as pl

_TOLERANCE = 1e-8
"""How far below 0 the smallest eigenvalue of the correlation matrix may be from rounding, times its size."""


def unpack_covariances(rows: list[list[float]]) -> np.ndarray:
    """Unpack a packed lower triangle.

    Parameters
    ----------
    rows : list of K lists
        The list at position k (from 1) has k numbers.

    Returns
    -------
    (K, K) float array
        Symmetric.

    Raises
    ------
    ValueError
        When a list has another length than its position.
    """
    size = len(rows)
    matrix = np.zeros((size, size))
    for place, row in enumerate(rows):
        if len(row) != place + 1:
            raise ValueError(f"position {place + 1}: found {len(row)} numbers, expected {place + 1}")
        matrix[place, : place + 1] = row
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
    groups, holds = [], []
    for (group,), part in frame.sort("position").group_by("target_group", maintain_order=True):
        groups.append(group)
        holds.append(_is_semidefinite(part["covariances"].to_list()))
    return pl.DataFrame(
        {"target_group": groups, "holds": holds}, schema={"target_group": pl.String, "holds": pl.Boolean}
    )


def _is_semidefinite(rows: list[list[float]]) -> bool:
    try:
        matrix = unpack_covariances(rows)
    except ValueError:
        return False
    scale = np.sqrt(np.diag(matrix))
    if not (scale > 0).all():
        return False
    correlation = matrix / np.outer(scale, scale) + np.eye(len(rows)) * _TOLERANCE * len(rows)
    try:
        np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        return False
    return True

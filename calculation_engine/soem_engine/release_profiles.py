"""The queries on estimates: profiles, what they rest on, survival, weights and covariance of one target group.

Here: SQL and its results. Not here: groups, consequences and prices (`release_tables`), keeping what was read
(`release`).
"""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from soem_engine.knowledge import NO_ROW, EstimateCovariance, FloatArray, Profile, ProfileWeights

Connection = duckdb.DuckDBPyConnection


def read_profile(connection: Connection, target_group: str, view: str, order: tuple[str, ...]) -> Profile:
    """Read one group's profiles in one view, consequences in `order`."""
    columns = connection.execute(
        'SELECT consequence, relative_year, "value", status FROM profiles '
        'WHERE target_group = ? AND "view" = ? ORDER BY consequence, relative_year',
        [target_group, view],
    ).fetchnumpy()
    names = np.asarray(columns["consequence"], dtype=str)
    keys = tuple(
        sorted(set(names.tolist()), key=lambda key: order.index(key) if key in order else len(order))
    )
    row = {key: index for index, key in enumerate(keys)}
    c = np.array([row[name] for name in names], dtype=np.int64)
    k = np.asarray(columns["relative_year"], dtype=np.int64) - 1
    shape = (len(keys), int(k.max()) + 1 if len(k) else 0)
    value, has_value = np.zeros(shape), np.zeros(shape, dtype=bool)
    status = np.full(shape, NO_ROW, dtype="U20")
    given = np.ma.masked_invalid(np.ma.asarray(columns["value"]).astype(np.float64))
    value[c, k] = given.filled(0.0)
    has_value[c, k] = ~np.ma.getmaskarray(given)
    status[c, k] = np.asarray(columns["status"], dtype=str)
    insignificant, in_rule = _read_marks(connection, target_group, view, row, shape)
    return Profile(
        consequences=keys,
        value=value,
        has_value=has_value,
        status=status,
        is_tapered=status == "tapered",
        is_insignificant=insignificant,
        in_success_rule=in_rule & (status != "tapered"),
        survival=_read_survival(connection, target_group, row, shape),
    )


def _read_marks(
    connection: Connection, target_group: str, view: str, row: dict[str, int], shape: tuple[int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the profile years that rest on an estimate not significant, or part of the success rule."""
    rows = connection.execute(
        "SELECT consequence, w.relative_year, coalesce(NOT e.is_significant, false), "
        "coalesce(e.in_success_rule, false) "
        "FROM profile_weights w JOIN estimates e USING (target_group, consequence) "
        'WHERE e.relative_year = w.from_relative_year AND target_group = ? AND w."view" = ?',
        [target_group, view],
    ).fetchall()
    insignificant, in_rule = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for consequence, relative_year, is_insignificant, is_in_rule in rows:
        if consequence in row and 1 <= relative_year <= shape[1]:
            insignificant[row[consequence], relative_year - 1] |= is_insignificant
            in_rule[row[consequence], relative_year - 1] |= is_in_rule
    return insignificant, in_rule


def _read_survival(
    connection: Connection, target_group: str, row: dict[str, int], shape: tuple[int, int]
) -> FloatArray:
    """Return (C, K) the share of the success group still resident; unknown years keep the year before's."""
    present = connection.execute(
        "SELECT 1 FROM duckdb_columns() WHERE NOT internal AND table_name = 'estimates' "
        "AND column_name = 'share_observed_success'"
    ).fetchall()
    survival = np.full(shape, np.nan)
    if present:
        found = connection.execute(
            "SELECT consequence, relative_year, share_observed_success FROM estimates "
            "WHERE target_group = ? AND share_observed_success IS NOT NULL",
            [target_group],
        ).fetchall()
        for consequence, year, share in found:
            if consequence in row and 1 <= year <= shape[1]:
                survival[row[consequence], year - 1] = share
    before = np.ones(shape[0])
    for k in range(shape[1]):
        before = np.where(np.isnan(survival[:, k]), before, survival[:, k])
        survival[:, k] = before
    return survival


def read_covariance(
    connection: Connection, target_group: str
) -> tuple[dict[tuple[str, int], int], EstimateCovariance]:
    """Read the joint covariance of one group's estimates, and the position of each (consequence, year)."""
    packed = connection.execute(
        "SELECT consequence, relative_year, covariances FROM estimate_covariance "
        "WHERE target_group = ? ORDER BY position",
        [target_group],
    ).fetchall()
    position = {(consequence, int(year)): index for index, (consequence, year, _) in enumerate(packed)}
    covariance = np.zeros((len(packed), len(packed)))
    for index, (_, _, values) in enumerate(packed):
        covariance[index, : index + 1] = values
        covariance[: index + 1, index] = values
    return position, EstimateCovariance(covariance)


def read_weights(
    connection: Connection,
    target_group: str,
    view: str,
    keys: tuple[str, ...],
    position: dict[tuple[str, int], int],
    covariance: EstimateCovariance,
) -> ProfileWeights:
    """Read one group's profile weights in one view, with the covariance read before."""
    rows = connection.execute(
        "SELECT consequence, relative_year, from_relative_year, weight FROM profile_weights "
        'WHERE target_group = ? AND "view" = ?',
        [target_group, view],
    ).fetchall()
    row = {key: index for index, key in enumerate(keys)}
    found = [
        (row[consequence], int(year), position[consequence, int(from_year)], float(weight))
        for consequence, year, from_year, weight in rows
        if consequence in row and (consequence, int(from_year)) in position
    ]
    integers = np.array([entry[:3] for entry in found], dtype=np.int64).reshape(-1, 3)
    weights = np.array([entry[3] for entry in found], dtype=np.float64)
    return ProfileWeights(
        consequence_index=integers[:, 0],
        relative_year=integers[:, 1],
        position=integers[:, 2],
        weight=weights,
        covariance=covariance,
        n_outside=len(rows) - len(found),
    )

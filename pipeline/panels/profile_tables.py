"""Profiles of a target group as the rows that are published.

Belongs here: from the tables of estimates to those of profiles and weights. Does not belong here: filter and taper
(`estimation.profiles`).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import polars as pl

from estimation import unpack_lower
from estimation.profiles import Profile, ProfileInput, Taper, View, build_profile
from pipeline.declarations.consequence import Consequence
from pipeline.declarations.method import Method
from pipeline.declarations.target_group import TargetGroup
from pipeline.panels.age_domains import share_inside


def tabulate_profiles(
    con: duckdb.DuckDBPyConnection,
    members: pl.DataFrame,
    group: TargetGroup,
    consequences: Sequence[Consequence],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Build the profiles of every consequence in every view.

    Parameters
    ----------
    con : duckdb connection
        With views of `estimates` and `estimate_covariance` of the group.
    members : polars.DataFrame
        Assessable members: age and base_year.
    group : TargetGroup
    consequences : sequence of Consequence

    Returns
    -------
    profiles, profile_weights : polars.DataFrame
        Tables of those names.
    """
    estimates = con.sql("FROM estimates ORDER BY consequence, relative_year").pl()
    covariance = con.sql("FROM estimate_covariance ORDER BY position").pl()
    joint = unpack_lower([np.asarray(row) for row in covariance["covariances"].to_list()])
    position = {
        (name, year): number
        for number, (name, year) in enumerate(
            zip(covariance["consequence"], covariance["relative_year"], strict=True)
        )
    }
    by_consequence = estimates.partition_by("consequence", as_dict=True)
    profiles, weights = [], []
    for consequence in consequences:
        rows = by_consequence[(consequence.key,)]
        known = _take_input(rows, joint, position, share_inside(consequence, members, group.method))
        for view in list_views(group.method):
            profile = build_profile(known, view)
            profiles.append(_tabulate_values(consequence.key, view.name, profile))
            weights.append(_tabulate_weights(consequence.key, view.name, profile))
    key = pl.lit(group.target_group).alias("target_group")
    return pl.concat(profiles).select(key, pl.all()), pl.concat(weights).select(key, pl.all())


def list_views(method: Method) -> tuple[View, ...]:
    """Return the declared views with their filter and taper."""
    levels = {"soem_classic": method.significance_level, "all_estimates": None}
    return tuple(View(name, levels[name], Taper(method.taper), method.profile_years) for name in method.views)


def _take_input(
    rows: pl.DataFrame, joint: np.ndarray, position: dict[tuple[str, int], int], share: np.ndarray
) -> ProfileInput:
    n_years = rows.height
    covariance = np.full((n_years, n_years), np.nan)
    keys = list(zip(rows["consequence"], rows["relative_year"], strict=True))
    known = [index for index, key in enumerate(keys) if key in position]
    places = [position[keys[index]] for index in known]
    covariance[np.ix_(known, known)] = joint[np.ix_(places, places)]
    return ProfileInput(
        adjusted_difference=rows["adjusted_difference"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        covariance=covariance,
        status=rows["status"].to_numpy().astype("<U16"),
        p_value=rows["p_value"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        share_inside=share,
    )


def _tabulate_values(consequence: str, view: str, profile: Profile) -> pl.DataFrame:
    n_years = profile.value.size
    return pl.DataFrame(
        {
            "consequence": [consequence] * n_years,
            "relative_year": np.arange(1, n_years + 1, dtype=np.int16),
            "view": [view] * n_years,
            "value": profile.value,
            "standard_error": profile.standard_error,
            "status": profile.status.astype(object),
        },
        schema_overrides={"status": pl.String},
    ).with_columns(pl.col("value", "standard_error").fill_nan(None))


def _tabulate_weights(consequence: str, view: str, profile: Profile) -> pl.DataFrame:
    relative_year, from_relative_year, weight = profile.list_weights()
    return pl.DataFrame(
        {
            "consequence": [consequence] * weight.size,
            "view": [view] * weight.size,
            "relative_year": relative_year.astype(np.int16),
            "from_relative_year": from_relative_year.astype(np.int16),
            "weight": weight,
        },
        schema_overrides={"consequence": pl.String, "view": pl.String},
    )

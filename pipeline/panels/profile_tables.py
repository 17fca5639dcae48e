"""Profiles of a target group as the rows that are published.

Belongs here: from the tables of estimates to those of profiles and weights. Does not belong here: filter and taper
(`estimation.profiles`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
    by_age: Mapping[tuple[int, int], int],
    group: TargetGroup,
    consequences: Sequence[Consequence],
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Build the profiles of every consequence in every view.

    Parameters
    ----------
    con : duckdb connection
        With views of `estimates` and `estimate_covariance` of the group.
    by_age : mapping of (int, int) to int
        Assessable members (person-years) by age at year 0 and base year.
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
    inputs = _split_inputs(estimates, joint, position)
    built = [
        (consequence.key, view.name, build_profile(inputs(consequence.key, share), view))
        for consequence in consequences
        for share in [share_inside(consequence, by_age, group.method)]
        for view in list_views(group.method)
    ]
    key = pl.lit(group.target_group).alias("target_group")
    return _tabulate_values(built).select(key, pl.all()), _tabulate_weights(built).select(key, pl.all())


def list_views(method: Method) -> tuple[View, ...]:
    """Return the declared views with their filter and taper."""
    levels = {"soem_classic": method.significance_level, "all_estimates": None}
    return tuple(View(name, levels[name], Taper(method.taper), method.profile_years) for name in method.views)


def _split_inputs(
    estimates: pl.DataFrame, joint: np.ndarray, position: dict[tuple[str, int], int]
) -> Callable[[str, np.ndarray], ProfileInput]:
    """Return what gives a consequence's part of the estimates with the share inside its age domain."""
    names = estimates["consequence"].to_numpy()
    starts = {name: start for start, name in reversed(list(enumerate(names)))}
    n_years = int(estimates["relative_year"].max())
    difference = estimates["adjusted_difference"].fill_null(np.nan).to_numpy()
    p_value = estimates["p_value"].fill_null(np.nan).to_numpy()
    status = estimates["status"].to_numpy().astype("<U16")

    def take(consequence: str, share: np.ndarray) -> ProfileInput:
        rows = slice(starts[consequence], starts[consequence] + n_years)
        places = {t: position[consequence, t + 1] for t in range(n_years) if (consequence, t + 1) in position}
        known, joined = list(places), list(places.values())
        covariance = np.full((n_years, n_years), np.nan)
        covariance[np.ix_(known, known)] = joint[np.ix_(joined, joined)]
        return ProfileInput(difference[rows], covariance, status[rows], p_value[rows], share)

    return take


def _tabulate_values(built: Sequence[tuple[str, str, Profile]]) -> pl.DataFrame:
    lengths = [profile.value.size for _, _, profile in built]
    return pl.DataFrame(
        {
            "consequence": np.repeat([consequence for consequence, _, _ in built], lengths),
            "relative_year": np.concatenate([np.arange(1, n + 1) for n in lengths]).astype(np.int16),
            "view": np.repeat([view for _, view, _ in built], lengths),
            "value": np.concatenate([profile.value for _, _, profile in built]),
            "standard_error": np.concatenate([profile.standard_error for _, _, profile in built]),
            "status": np.concatenate([profile.status for _, _, profile in built]),
        }
    ).with_columns(pl.col("value", "standard_error").fill_nan(None))


def _tabulate_weights(built: Sequence[tuple[str, str, Profile]]) -> pl.DataFrame:
    listed = [profile.list_weights() for _, _, profile in built]
    lengths = [weight.size for _, _, weight in listed]
    return pl.DataFrame(
        {
            "consequence": np.repeat([consequence for consequence, _, _ in built], lengths),
            "view": np.repeat([view for _, view, _ in built], lengths),
            "relative_year": np.concatenate([year for year, _, _ in listed]).astype(np.int16),
            "from_relative_year": np.concatenate([year for _, year, _ in listed]).astype(np.int16),
            "weight": np.concatenate([weight for _, _, weight in listed]),
        }
    )

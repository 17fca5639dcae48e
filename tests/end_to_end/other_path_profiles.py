"""Profiles made again from published estimates by a plain loop over years, and who is inside an age domain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from tests.end_to_end.other_path import TRANSFERS, pension_age

PROFILE_YEARS = 20
SIGNIFICANT = 0.05

Year = tuple[float | None, float | None, str, dict[int, float]]
"""Value, standard error, status, and weights by year of the estimate."""


def is_inside(consequence: dict[str, Any], age: np.ndarray, birth_year: np.ndarray) -> np.ndarray:
    """Say who is inside the age domain of a row of `consequences`, by age in the year of use."""
    inside = (age >= (consequence["age_from"] or 0)) & (age <= (consequence["age_to"] or 999))
    return inside & (age <= pension_age(birth_year)) if consequence["consequence"] in TRANSFERS else inside


def shares_inside(consequence: dict[str, Any], members: pl.DataFrame) -> dict[int, float]:
    """Share of assessable members inside the age domain, by relative year."""
    age, base_year = members["age"].to_numpy().astype(int), members["base_year"].to_numpy().astype(int)
    return {
        t: float(is_inside(consequence, age + t, base_year - age).mean()) for t in range(1, PROFILE_YEARS + 1)
    }


def remake_profile(
    estimates: Sequence[dict[str, Any]], inside: dict[int, float], is_filtered: bool
) -> list[Year]:
    """Filter, then taper: the rows of `estimates` of one consequence in order of years, years 1 to 20 out."""
    by_year = {row["relative_year"]: row for row in estimates}
    last = max((t for t, row in by_year.items() if row["status"] in ("estimated", "no_use")), default=0)
    profile: list[Year] = []
    for t in range(1, PROFILE_YEARS + 1):
        status = by_year[t]["status"] if t in by_year else "not_observed"
        if t <= last:
            profile.append(_take_year(by_year[t], t, is_filtered))
        elif status == "outside_ages" or inside[t] == 0:
            profile.append((0.0, 0.0, "outside_ages", {}))
        elif not last:
            profile.append((None, None, status, {}))
        else:
            profile.append(_taper(profile[last - 1], t, last, inside))
    return profile


def _take_year(row: dict[str, Any], t: int, is_filtered: bool) -> Year:
    if row["status"] == "estimated":
        if is_filtered and row["p_value"] >= SIGNIFICANT:
            return 0.0, 0.0, "set_to_zero", {}
        return row["adjusted_difference"], row["standard_error"], "estimated", {t: 1.0}
    if row["status"] in ("no_use", "outside_ages"):
        return 0.0, 0.0, row["status"], {}
    return None, None, row["status"], {}


def _taper(at_last: Year, t: int, last: int, inside: dict[int, float]) -> Year:
    value, error, _, weights = at_last
    smallest = min(inside[year] for year in range(last, t + 1))
    still = smallest / inside[last] if inside[last] else 0.0
    share = (PROFILE_YEARS - t) / (PROFILE_YEARS - last) * still
    return value * share, error * share, "tapered", {last: share} if weights and share else {}

"""The published value of a year, view by view, made again from an estimate: filter, then taper, written out by hand.

Belongs here: what a pair of numbers is, and the views of one year. Does not belong here: estimating (`refit`), the
build's own profiles (`estimation`): nothing of them is used.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.declarations.method import Method
from pipeline.passports.passport import Passport
from pipeline.rebuild.find_use import read_declared
from pipeline.rebuild.refit import Refit


@dataclass(frozen=True)
class Pair:
    """A number as published and as made again.

    Attributes
    ----------
    name : str
        Column of the release, or what the number is.
    published, found : float or None
        None where a number is withheld or does not exist.
    scale : float
        What a difference is measured against: the standard error, the number itself, or 1 for counts.
    """

    name: str
    published: float | None
    found: float | None
    scale: float

    @property
    def distance(self) -> float | None:
        """Difference as a share of the scale; None where only one of the two is there."""
        if self.published is None or self.found is None:
            return 0.0 if self.published is self.found else None
        return (
            abs(self.published - self.found) / self.scale if self.scale else abs(self.published - self.found)
        )


def read_pension_ages(declarations: Path) -> list[dict[str, int]]:
    """Read the pension ages by birth cohort of method.toml, as they stand in the file."""
    return tomllib.loads((declarations / "method.toml").read_text("utf-8"))["pension_ages"]["value"]


def pair_views(
    passport: Passport, fit: Refit | None, members: pd.DataFrame, method: Method, declarations: Path
) -> list[Pair]:
    """Pair the values of a year in every view.

    Parameters
    ----------
    passport : Passport
        Of the number.
    fit : Refit or None
        Of its own year, or of the last observed one when the year lies after it; None when nothing was estimated.
    members : pandas.DataFrame
        Assessable members: age, base_year.
    method : Method
        The group's: significance level and taper.
    declarations : Path

    Returns
    -------
    list of Pair
        `view:<name>`. A view whose value is null has no pair.
    """
    year, end = passport.relative_year, max(row["relative_year"] for row in passport.years)
    assert year is not None
    observed = [row["relative_year"] for row in passport.years if row["status"] in ("estimated", "no_use")]
    last = max(observed, default=0)
    share = 1.0
    if year > last > 0 and method.taper == "none":
        share = 0.0
    elif year > last > 0:
        consequence = read_declared(declarations / "consequences", passport.consequence["consequence"])
        inside = share_inside(consequence, members, read_pension_ages(declarations), range(last, end + 1))
        smallest = min(inside[t] for t in range(last, year + 1))
        share = (end - year) / (end - last) * (smallest / inside[last] if inside[last] else 0.0)
    pairs = []
    for row in passport.profiles:
        if row["value"] is None:
            continue
        value = 0.0 if fit is None or row["status"] == "outside_ages" else fit.adjusted_difference * share
        if fit is not None and row["view"] == "soem_classic" and fit.p_value >= method.significance_level:
            value = 0.0
        scale = fit.standard_error if fit is not None else 1.0
        pairs.append(Pair(f"view:{row['view']}", row["value"], float(value), scale))
    return pairs


def share_inside(
    consequence: Mapping[str, Any],
    members: pd.DataFrame,
    pension_ages: Sequence[Mapping[str, int]],
    years: Sequence[int],
) -> dict[int, float]:
    """Return the share of members inside the age domain of a consequence, by relative year.

    Parameters
    ----------
    consequence : mapping
        As declared.
    members : pandas.DataFrame
    pension_ages : sequence of mapping
    years : sequence of int
    """
    age = members["age"].to_numpy(int)
    born = members["base_year"].to_numpy(int) - age
    pension = np.select([born <= step["born_to"] for step in pension_ages], [s["age"] for s in pension_ages])
    found = {}
    for t in years:
        inside = (age + t >= consequence.get("age_from", 0)) & (age + t <= consequence.get("age_to", 999))
        if consequence.get("age_to_pension"):
            inside &= age + t <= pension
        found[t] = float(inside.mean()) if len(age) else 1.0
    return found

"""From estimates to a profile: filter, then taper from the filtered value at the last estimated year.

Belongs here: the fixed linear map W of a view, profile = W·b with covariance W·Σ·W'. Does not belong here:
how estimates come about, what a profile costs.

Order: estimate → filter → taper. L is the last year whose status is estimated or no_use. Years up to L hold
their own estimate, or 0 where the view filters it, or nothing where there is no estimate; never a 0 for an
unknown. From L on the value falls linearly to 0 in the last year of the horizon, and with the share of
members who are still inside the outcome's age domain.

Known limitations: W is held fixed, so errors of a filtered view do not tell that the filter itself depends on
the draw; they understate its uncertainty.

Sources: mechanical taper to 0 in year 20: SØM documentation of the course material, slide 44; its linear form
and the share inside the age domain are this project's decisions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from estimation.blocks import Floats, Ints
from estimation.estimates import GroupEstimates
from estimation.status import Status, Words


class Taper(StrEnum):
    """How a profile goes on after its last estimated year."""

    LINEAR = "linear"
    NONE = "none"


class ProfileStatus(StrEnum):
    """What a profile adds to the statuses of estimates."""

    SET_TO_ZERO = "set_to_zero"
    TAPERED = "tapered"


@dataclass(frozen=True)
class View:
    """One way from estimates to a profile.

    Parameters
    ----------
    name : str
        As published.
    filter_level : float or None
        An estimate whose p is this or more becomes 0; None filters nothing.
    taper : Taper
        `linear` to 0 in the last year of the horizon, or `none`: 0 after L.
    horizon : int
        Last relative year of the profile.
    """

    name: str
    filter_level: float | None
    taper: Taper
    horizon: int = 20


SOEM_CLASSIC = View("soem_classic", 0.05, Taper.LINEAR)
ALL_ESTIMATES = View("all_estimates", None, Taper.LINEAR)


@dataclass(frozen=True)
class ProfileInput:
    """Estimates of one outcome by relative year 1 … T, and the shares inside its age domain.

    Parameters
    ----------
    adjusted_difference : (T,) float
        In the outcome's unit; 0 where no_use or outside_ages, NaN where there is no estimate.
    covariance : (T, T) float
        Joint covariance; rows and columns of years that are not estimated are not read.
    status : (T,) str
        Words of `Status`.
    p_value : (T,) float
        Read where estimated.
    share_inside : (H,) float
        Share (0–1) of the members, by age at year 0, inside the age domain in relative year 1 … H, H the
        horizon; 1 throughout for an outcome without a domain.
    """

    adjusted_difference: Floats
    covariance: Floats
    status: Words
    p_value: Floats
    share_inside: Floats


@dataclass(frozen=True)
class Profile:
    """A profile over relative years 1 … H.

    Parameters
    ----------
    value : (H,) float
        In the outcome's unit; NaN where nothing is known.
    standard_error : (H,) float
        Root of the diagonal of W·Σ·W'; 0 where the value is 0 by rule, NaN where nothing is known.
    status : (H,) str
        The estimate's status, or `set_to_zero`, or `tapered`.
    weights : (H, T) float
        W: value = W @ adjusted_difference wherever the value is known.
    """

    value: Floats
    standard_error: Floats
    status: Words
    weights: Floats

    def list_weights(self) -> tuple[Ints, Ints, Floats]:
        """List the entries of W that are not 0.

        Returns
        -------
        relative_year, from_relative_year : (w,) int
            Year of the profile, and year of the estimate.
        weight : (w,) float
            Share of the estimate.
        """
        rows, columns = np.nonzero(self.weights)
        return rows + 1, columns + 1, self.weights[rows, columns]


def build_profile(estimates: ProfileInput, view: View) -> Profile:
    """Build the profile of one outcome in one view.

    Parameters
    ----------
    estimates : ProfileInput
        Of one outcome.
    view : View
        Filter, taper and horizon.

    Returns
    -------
    Profile
        With its weights.

    Raises
    ------
    ValueError
        If arrays differ in length or the horizon is shorter than the estimates.
    """
    years = estimates.status.size
    _check_lengths(estimates, view)
    weights = np.zeros((view.horizon, years))
    status = np.full(view.horizon, Status.NOT_OBSERVED.value, "<U16")
    status[:years] = estimates.status
    last = find_last_estimated(estimates.status)
    estimated = estimates.status == Status.ESTIMATED.value
    level = np.inf if view.filter_level is None else view.filter_level
    kept = estimated & ~(estimates.p_value >= level)
    weights[np.flatnonzero(kept), np.flatnonzero(kept)] = 1.0
    status[:years][estimated & ~kept] = ProfileStatus.SET_TO_ZERO.value
    if last:
        status[last:] = ProfileStatus.TAPERED.value
        weights[last:, last - 1] = weights[last - 1, last - 1] * _taper(estimates.share_inside, last, view)
    outside = (estimates.share_inside == 0) & (np.arange(view.horizon) >= last)
    outside[:years] |= estimates.status == Status.OUTSIDE_AGES.value
    status[outside] = Status.OUTSIDE_AGES.value
    weights[outside] = 0.0
    return _apply(weights, status, estimates)


def take_profile_input(estimates: GroupEstimates, outcome: int, share_inside: Floats) -> ProfileInput:
    """Take what the profile of one outcome is built from.

    Parameters
    ----------
    estimates : GroupEstimates
        Withheld or not; cells that are not estimated are not read.
    outcome : int
        Its row, from 0.
    share_inside : (H,) float
        As in `ProfileInput`.

    Returns
    -------
    ProfileInput
        Of that outcome.
    """
    position = estimates.position[outcome]
    known = np.flatnonzero(position)
    covariance = np.full((position.size, position.size), np.nan)
    covariance[np.ix_(known, known)] = estimates.covariance[np.ix_(position[known] - 1, position[known] - 1)]
    return ProfileInput(
        adjusted_difference=estimates.adjusted_difference[outcome],
        covariance=covariance,
        status=estimates.status[outcome],
        p_value=estimates.p_value[outcome],
        share_inside=share_inside,
    )


def find_last_estimated(status: Words) -> int:
    """Find L, the last relative year with status estimated or no_use.

    Returns
    -------
    int
        1 … T, or 0 if there is none.
    """
    known = np.flatnonzero(np.isin(status, (Status.ESTIMATED.value, Status.NO_USE.value)))
    return int(known[-1]) + 1 if known.size else 0


def _taper(share_inside: Floats, last: int, view: View) -> Floats:
    """Share of the value at L in years L + 1 … H: (H − L,)."""
    if view.taper is Taper.NONE or share_inside[last - 1] == 0:
        return np.zeros(view.horizon - last)
    falling = np.minimum.accumulate(share_inside[last - 1 :])[1:] / share_inside[last - 1]
    left = np.arange(view.horizon - last - 1, -1, -1) / max(view.horizon - last, 1)
    share: Floats = left * falling
    return share


def _apply(weights: Floats, status: Words, estimates: ProfileInput) -> Profile:
    """Apply W, leaving years null whose status says that nothing is known."""
    estimated = estimates.status == Status.ESTIMATED.value
    differences = np.where(estimated, estimates.adjusted_difference, 0.0)
    covariance = np.where(np.outer(estimated, estimated), estimates.covariance, 0.0)
    variance = np.einsum("ij,jk,ik->i", weights, covariance, weights)
    unknown = np.isin(status, (Status.NOT_OBSERVED.value, Status.NOT_ESTIMABLE.value))
    return Profile(
        value=np.where(unknown, np.nan, weights @ differences),
        standard_error=np.where(unknown, np.nan, np.sqrt(np.maximum(variance, 0.0))),
        status=status,
        weights=weights,
    )


def _check_lengths(estimates: ProfileInput, view: View) -> None:
    """Refuse arrays that do not fit each other or the horizon."""
    years = estimates.status.size
    expected = {
        "adjusted_difference": (years,),
        "covariance": (years, years),
        "p_value": (years,),
        "share_inside": (view.horizon,),
    }
    for name, shape in expected.items():
        found = getattr(estimates, name).shape
        if found != shape or years > view.horizon:
            raise ValueError(
                f"ProfileInput.{name}, view {view.name}\n    found:    shape {found}\n"
                f"    expected: shape {shape}, at most {view.horizon} years\n"
                "    do this:  give one value a relative year"
            )

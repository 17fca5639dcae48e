"""What a release holds, as frozen dataclasses and arrays.

Here: the shapes. Not here: reading them from the database (`release`, `release_tables`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from soem_engine.texts import Text

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def lock_arrays(record: object) -> None:
    """Make the arrays of a dataclass read-only: what is kept or handed out must not change under anyone's hands."""
    for value in vars(record).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False


NO_ROW: Final = "no_row"


@dataclass(frozen=True)
class ReleaseInfo:
    """The release's own row; `price_year` is the price level of its kr. consequences."""

    version: str
    contract: int
    is_sample: bool
    year_first: int
    year_last: int
    price_year: int
    caveat: Text


@dataclass(frozen=True)
class TargetGroup:
    """A target group: names, SØM's success criterion as prose, limitations, basis of the definition."""

    key: str
    name: Text
    success: Text
    limitations: Text
    kind: str
    basis_membership: str
    basis_success: str
    population: str


@dataclass(frozen=True)
class Consequence:
    """A consequence: `budget_sign` is +1 for an expense, -1 for revenue; `is_dkk`: it is measured in kr."""

    key: str
    name: Text
    area: str
    area_name: Text
    unit: Text
    budget_sign: int
    is_dkk: bool


@dataclass(frozen=True)
class Profile:
    """The profiles of one target group in one view: C consequences over K relative years.

    Attributes
    ----------
    consequences
        Keys, length C.
    value
        (C, K) adjusted difference per person reaching success, natural units; `value[:, 0]` is relative year
        1; 0 where the release has no value.
    has_value
        (C, K) whether the release has a value.
    status
        (C, K) status of the profile row; `no_row` where there is none.
    is_tapered, is_insignificant, in_success_rule
        (C, K) whether the value is tapered, rests on an estimate that is not significant at 5 %, or is an
        outcome that is part of the success rule itself.
    """

    consequences: tuple[str, ...]
    value: FloatArray
    has_value: BoolArray
    status: NDArray[np.str_]
    is_tapered: BoolArray
    is_insignificant: BoolArray
    in_success_rule: BoolArray

    def __post_init__(self) -> None:
        lock_arrays(self)


@dataclass(frozen=True)
class ProfileWeights:
    """The linear map from estimates to one group's profiles in one view, and the covariance of the estimates.

    Attributes
    ----------
    consequence_index, relative_year, position, weight
        (W,) the non-zero weights: row of the profile, relative year (1 …), zero-based position of the
        estimate.
    covariance
        (E, E) joint covariance of the group's estimates, by position.
    n_outside
        Weights whose estimate has no row in the covariance (its variance is taken as 0).
    """

    consequence_index: NDArray[np.int64]
    relative_year: NDArray[np.int64]
    position: NDArray[np.int64]
    weight: FloatArray
    covariance: FloatArray
    n_outside: int

    def __post_init__(self) -> None:
        lock_arrays(self)


@dataclass(frozen=True)
class UnitPrice:
    """Price of one unit of a consequence: kr. by payer (municipality, region, state) after reimbursement.

    `valid_from` and `valid_to` are inclusive; `valid_to` None: until further notice.
    """

    by_payer: tuple[float, float, float]
    price_year: int
    basis: str
    valid_from: datetime.date
    valid_to: datetime.date | None


UnitPrices = dict[tuple[str, str | None], tuple[UnitPrice, ...]]
"""Unit prices by (consequence, target group or None for all), oldest price year and validity first."""


@dataclass(frozen=True)
class PriceIndex:
    """Price index by calendar year; `basis` says what it is (`placeholder`: no official series)."""

    by_year: dict[int, float]
    basis: str


@dataclass(frozen=True)
class DiscountRate:
    """A discount rate for the years `horizon_from` to `horizon_to` after the first (None: no end)."""

    valid_from: datetime.date
    horizon_from: int
    horizon_to: int | None
    rate: float
    basis: str


@dataclass(frozen=True)
class NotMeasured:
    """A service the release has no data on, and why; `population` empty: it may concern any group."""

    name: Text
    reason: Text
    population: str

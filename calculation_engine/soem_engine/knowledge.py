"""What a release holds, as frozen dataclasses and arrays.

Here: the shapes. Not here: reading them from the database (`release`, `release_tables`).
"""

from __future__ import annotations

import datetime
import functools
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
    """The release's own row; `price_year` is the price level of its kr. consequences, `made_on` None if unknown."""

    version: str
    contract: int
    is_sample: bool
    year_first: int
    year_last: int
    price_year: int
    caveat: Text
    made_on: datetime.date | None = None


@dataclass(frozen=True)
class TargetGroup:
    """A target group: names, SØM's success criterion as prose, limitations, basis of the definition.

    `base_share`: share of the group's person-years that reach success; None where it is not known. `is_own`: the
    user's own group, not in the release.
    """

    key: str
    name: Text
    success: Text
    limitations: Text
    kind: str
    basis_membership: str
    basis_success: str
    population: str
    base_share: float | None = None
    is_own: bool = False


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
    is_own: bool = False


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
    survival
        (C, K) share of those reaching success who are still resident; held at the last known year; 1 where
        the release does not say.
    """

    consequences: tuple[str, ...]
    value: FloatArray
    has_value: BoolArray
    status: NDArray[np.str_]
    is_tapered: BoolArray
    is_insignificant: BoolArray
    in_success_rule: BoolArray
    survival: FloatArray

    def __post_init__(self) -> None:
        lock_arrays(self)


@dataclass(frozen=True)
class EstimateCovariance:
    """Joint covariance (E, E) of one group's estimates, by position; positive semidefinite, maybe singular."""

    matrix: FloatArray

    def __post_init__(self) -> None:
        lock_arrays(self)

    @functools.cached_property
    def standard_errors(self) -> FloatArray:
        """(E,) standard errors of the estimates."""
        return np.sqrt(np.diag(self.matrix))

    @functools.cached_property
    def factor(self) -> FloatArray:
        """(E, R) F with F F' = covariance, R its rank: an eigen factor, which a singular matrix has too.

        The matrix is scaled to correlations first: estimates in kr. and in visits differ by many powers of ten.
        """
        scale = np.where(self.standard_errors > 0, self.standard_errors, 1.0)
        values, vectors = np.linalg.eigh(self.matrix / np.outer(scale, scale))
        kept = values > len(values) * np.finfo(float).eps * max(float(values.max(initial=0.0)), 0.0)
        return np.asarray(scale[:, None] * vectors[:, kept] * np.sqrt(values[kept]))


@dataclass(frozen=True)
class ProfileWeights:
    """The linear map from estimates to one group's profiles in one view, and the covariance of the estimates.

    Attributes
    ----------
    consequence_index, relative_year, position, weight
        (W,) the non-zero weights: row of the profile, relative year (1 …), zero-based position of the
        estimate.
    covariance
        Joint covariance of the group's estimates.
    n_outside
        Weights whose estimate has no row in the covariance (its variance is taken as 0).
    """

    consequence_index: NDArray[np.int64]
    relative_year: NDArray[np.int64]
    position: NDArray[np.int64]
    weight: FloatArray
    covariance: EstimateCovariance
    n_outside: int

    def __post_init__(self) -> None:
        lock_arrays(self)


@dataclass(frozen=True)
class UnitPrice:
    """Price of one unit of a consequence: kr. by payer (municipality, region, state) after reimbursement.

    `gross_dkk` is the price before it is split; `rule` the reimbursement rule that splits it. `valid_from` and
    `valid_to` are inclusive; `valid_to` None: until further notice. `target_group` None: all groups.
    """

    by_payer: tuple[float, float, float]
    price_year: int
    basis: str
    valid_from: datetime.date
    valid_to: datetime.date | None
    gross_dkk: float
    rule: str = ""
    method: str = ""
    source: str = ""
    target_group: str | None = None


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
    source: str = ""


@dataclass(frozen=True)
class Parameter:
    """A value that holds from `valid_from` to `valid_to` (inclusive; None: open)."""

    value: float
    valid_from: datetime.date | None
    valid_to: datetime.date | None
    basis: str
    source: str = ""

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether the value is in force on a day."""
        has_begun = self.valid_from is None or self.valid_from <= day
        return has_begun and (self.valid_to is None or day <= self.valid_to)


Parameters = dict[str, tuple[Parameter, ...]]
"""Parameters by name, oldest validity first."""


@dataclass(frozen=True)
class EffectStudy:
    """An estimate of an effect study; `effect_size` is favourable where positive, whatever its measure's direction."""

    key: str
    target_group: str
    intervention: str
    effect_measure: str
    design: str
    country: str
    quality: str
    time_horizon_months: float | None
    effect_size: float
    standard_error: float | None
    reference: str
    is_synthetic: bool


@dataclass(frozen=True)
class NotMeasured:
    """A service the release has no data on, and why; `population` empty: it may concern any group."""

    name: Text
    reason: Text
    population: str

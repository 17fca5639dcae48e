"""One target group's profile as it is used: the release's, with own data, taper, survival and tax as declared.

Everything stays linear in the release's estimates and the own values, so the same steps are done to the weights
that map estimates to profile values: standard errors, Monte Carlo and the calculation never part.

Here: values per person reaching success. Not here: persons (`participation`), prices (`prices`), sums
(`calculation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soem_engine.consequence_inputs import OwnConsequence
from soem_engine.intervention import Intervention
from soem_engine.knowledge import (
    NO_ROW,
    BoolArray,
    Consequence,
    EstimateCovariance,
    FloatArray,
    Profile,
    ProfileWeights,
    lock_arrays,
)

OWN = "own"


@dataclass(frozen=True)
class EstimateMap:
    """How a group's profile values, on the axis C, rest on its estimates and its own data.

    Attributes
    ----------
    consequence, relative_year, position, weight
        (W,) non-zero weights; zero-based. Positions from E on are own values.
    covariance
        Of the release's estimates (E).
    own_errors
        Standard errors of the own values, independent.
    n_outside
        Weights whose estimate has no row in the covariance.
    """

    consequence: NDArray[np.int64]
    relative_year: NDArray[np.int64]
    position: NDArray[np.int64]
    weight: FloatArray
    covariance: EstimateCovariance
    own_errors: FloatArray
    n_outside: int

    def __post_init__(self) -> None:
        lock_arrays(self)

    @property
    def n_values(self) -> int:
        """Number of estimates and own values."""
        return len(self.covariance.matrix) + len(self.own_errors)

    @property
    def standard_errors(self) -> FloatArray:
        """(E + own,) standard errors."""
        return np.concatenate([self.covariance.standard_errors, self.own_errors])


@dataclass(frozen=True)
class GroupValues:
    """One group's profile on the axis C of all consequences calculated, over K relative years.

    Attributes
    ----------
    is_calculated
        (C,) whether the consequence is calculated for this group.
    value, has_value
        (C, K) change in use per person reaching success, natural units; 0 where it is not known.
    status
        (C, K) of the profile row; `own` where it is own data, `no_row` where there is none.
    is_tapered, is_insignificant, in_success_rule
        (C, K) what the value rests on.
    survival
        (C, K) the weight put on the value; 1 without survival weighting.
    estimates
        How the values rest on the estimates.
    """

    is_calculated: BoolArray
    value: FloatArray
    has_value: BoolArray
    status: NDArray[np.str_]
    is_tapered: BoolArray
    is_insignificant: BoolArray
    in_success_rule: BoolArray
    survival: FloatArray
    estimates: EstimateMap

    def __post_init__(self) -> None:
        lock_arrays(self)


@dataclass(frozen=True)
class TransferTax:
    """Tax computed from transfers: kr. of tax per unit of each consequence (C,), and the tax's own place on C."""

    column: int
    per_unit: FloatArray


def make_group_values(
    profile: Profile,
    weights: ProfileWeights,
    consequences: list[Consequence],
    is_calculated: BoolArray,
    own: list[OwnConsequence],
    intervention: Intervention,
    tax: TransferTax | None,
) -> GroupValues:
    """Return a group's profile as it is used.

    Parameters
    ----------
    profile, weights
        The group's, in the release; empty for a group of one's own.
    consequences, is_calculated
        (C,) the axis, and what of it is calculated for this group.
    own
        Own data that concern this group.
    intervention
        Its switches for taper and survival weighting.
    tax
        Tax computed from transfers, if it is.
    """
    build = _Builder(profile, consequences, is_calculated, own, intervention.horizon_years)
    build.take_weights(weights)
    build.put_own(own)
    if intervention.taper == "none":
        build.drop_taper()
    survival = build.spread_survival() if intervention.survival_weighting else np.ones_like(build.value)
    if tax is not None:
        survival[tax.column] = 1.0
        build.put_tax(tax, survival)
    return build.finish(survival)


class _Builder:
    """Arrays of a group's values while they are put together; changed in place, then handed out read-only."""

    def __init__(
        self,
        profile: Profile,
        consequences: list[Consequence],
        is_calculated: BoolArray,
        own: list[OwnConsequence],
        horizon_years: int,
    ) -> None:
        self.is_calculated = is_calculated
        self.column = {consequence.key: c for c, consequence in enumerate(consequences)}
        n_own = max((year for data in own for year in data.values), default=0)
        n_years = max(profile.value.shape[1], n_own) if profile.value.size else max(n_own, horizon_years)
        shape = (len(consequences), n_years)
        rows = [r for r, key in enumerate(profile.consequences) if key in self.column]
        places = [self.column[profile.consequences[r]] for r in rows]
        self.place_of_row = np.full(len(profile.consequences), -1)
        self.place_of_row[rows] = places
        self.value = _expand(profile.value, rows, places, shape, 0.0)
        self.has_value = _expand(profile.has_value, rows, places, shape, False)
        self.status = _expand(profile.status, rows, places, shape, NO_ROW)
        self.is_tapered = _expand(profile.is_tapered, rows, places, shape, False)
        self.is_insignificant = _expand(profile.is_insignificant, rows, places, shape, False)
        self.in_success_rule = _expand(profile.in_success_rule, rows, places, shape, False)
        self.profile, self.rows, self.places = profile, rows, places
        self.own_errors: list[float] = []

    def spread_survival(self) -> FloatArray:
        """Return (C, K) survival; a consequence without a profile takes the group's median."""
        released = self.profile.survival
        survival = np.ones(self.value.shape)
        known = released.shape[1] if released.size else 0
        if known:
            survival[:, :known] = np.median(released, axis=0)
            survival[self.places, :known] = released[self.rows]
            survival[:, known:] = survival[:, known - 1 : known]
        return survival

    def take_weights(self, weights: ProfileWeights) -> None:
        self.weights = weights
        places = self.place_of_row[weights.consequence_index] if len(self.place_of_row) else np.zeros(0, int)
        used = (places >= 0) & (weights.relative_year <= self.value.shape[1])
        self.w_column, self.w_year = places[used], weights.relative_year[used] - 1
        self.w_position, self.w_weight = weights.position[used], weights.weight[used]

    def put_own(self, own: list[OwnConsequence]) -> None:
        n_estimates = len(self.weights.covariance.matrix)
        for data in own:
            c = self.column.get(data.consequence)
            if c is None:
                continue
            years = np.array(sorted(data.values), dtype=np.int64) - 1
            self.value[c, years] = [data.values[year + 1] for year in years.tolist()]
            self.has_value[c, years], self.status[c, years] = True, OWN
            for marks in (self.is_tapered, self.is_insignificant, self.in_success_rule):
                marks[c, years] = False
            kept = ~((self.w_column == c) & np.isin(self.w_year, years))
            self._keep_weights(kept)
            errors = [data.standard_errors.get(year + 1, 0.0) for year in years.tolist()]
            positions = n_estimates + len(self.own_errors) + np.arange(len(years))
            self._add_weights(np.full(len(years), c), years, positions, np.ones(len(years)))
            self.own_errors += errors

    def drop_taper(self) -> None:
        self.value[self.is_tapered] = 0.0
        self._keep_weights(~self.is_tapered[self.w_column, self.w_year])
        self.is_tapered[:] = False

    def put_tax(self, tax: TransferTax, survival: FloatArray) -> None:
        """Let the tax follow the transfers, survival and all; known wherever a transfer is known."""
        taxed = tax.per_unit != 0
        self.value[tax.column] = tax.per_unit @ (self.value * survival)
        self.has_value[tax.column] = self.has_value[taxed].any(axis=0)
        self.status[tax.column] = np.where(self.has_value[tax.column], "computed", NO_ROW)
        for marks in (self.is_tapered, self.is_insignificant, self.in_success_rule):
            marks[tax.column] = marks[taxed].any(axis=0)
        self._keep_weights(self.w_column != tax.column)
        from_transfers = taxed[self.w_column]
        column, year = self.w_column[from_transfers], self.w_year[from_transfers]
        weight = self.w_weight[from_transfers] * tax.per_unit[column] * survival[column, year]
        self._add_weights(np.full(len(year), tax.column), year, self.w_position[from_transfers], weight)

    def finish(self, survival: FloatArray) -> GroupValues:
        off = ~self.is_calculated
        for array, empty in (
            (self.value, 0.0),
            (self.has_value, False),
            (self.is_tapered, False),
            (self.is_insignificant, False),
            (self.in_success_rule, False),
        ):
            array[off] = empty
        self._keep_weights(self.is_calculated[self.w_column])
        estimates = EstimateMap(
            consequence=self.w_column,
            relative_year=self.w_year,
            position=self.w_position,
            weight=self.w_weight * survival[self.w_column, self.w_year],
            covariance=self.weights.covariance,
            own_errors=np.array(self.own_errors, dtype=np.float64),
            n_outside=self.weights.n_outside,
        )
        return GroupValues(
            is_calculated=self.is_calculated,
            value=self.value * survival,
            has_value=self.has_value,
            status=self.status,
            is_tapered=self.is_tapered,
            is_insignificant=self.is_insignificant,
            in_success_rule=self.in_success_rule,
            survival=survival,
            estimates=estimates,
        )

    def _keep_weights(self, kept: BoolArray) -> None:
        self.w_column, self.w_year = self.w_column[kept], self.w_year[kept]
        self.w_position, self.w_weight = self.w_position[kept], self.w_weight[kept]

    def _add_weights(
        self,
        column: NDArray[np.int64],
        year: NDArray[np.int64],
        position: NDArray[np.int64],
        weight: FloatArray,
    ) -> None:
        self.w_column = np.concatenate([self.w_column, column])
        self.w_year = np.concatenate([self.w_year, year])
        self.w_position = np.concatenate([self.w_position, position])
        self.w_weight = np.concatenate([self.w_weight, weight])


def _expand(
    array: NDArray[Any], rows: list[int], places: list[int], shape: tuple[int, int], empty: object
) -> NDArray[Any]:
    """Return a (C, K) copy of some rows of a profile's array at their places on the axis C."""
    expanded = np.full(shape, empty, dtype=array.dtype)
    if rows:
        expanded[places, : array.shape[1]] = array[rows]
    return expanded

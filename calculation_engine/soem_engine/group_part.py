"""One target group's part of a calculation: who is where in its profile when, and what that changes.

Here: cohorts against profiles, change in use, prices, all on the axis C. Not here: what a profile value is
(`group_values`), sums over groups (`calculation`).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np

from soem_engine.axis import (
    TAX_ON_TRANSFERS,
    TRANSFERS,
    find_profile,
    find_target_group,
    find_weights,
    list_own,
)
from soem_engine.group_inputs import TargetGroupInput
from soem_engine.group_values import EstimateMap, GroupValues, TransferTax, make_group_values
from soem_engine.intervention import Intervention
from soem_engine.knowledge import BoolArray, Consequence, FloatArray, Parameter, TargetGroup, lock_arrays
from soem_engine.money import convert_price_level
from soem_engine.participation import count_participation
from soem_engine.prices import PriceFrame, PricesByYear, PriceUsed, put_own_prices
from soem_engine.release import Release
from soem_engine.success_share import SuccessShare, find_success_share

TAX_RATE = "tax_rate_on_transfers"


@dataclass(frozen=True)
class GroupPart:
    """One target group's part of the calculation, on the axis C of all consequences calculated.

    Attributes
    ----------
    group, inputs
        The group as the release (or the user) describes it, and what the user typed.
    success
        Its net success share.
    starting, completing, participant_years
        (T,) persons starting, persons completing, years spent in the course.
    successes
        (T,) persons who succeed because of the intervention, by year of completion; doubles of a combination
        are taken out.
    succeeding
        (T, K) of them, who is in relative year k in calendar year t.
    is_reached
        (K,) relative years that anyone reaches within the horizon.
    values
        The profile as it is used (C, K).
    running_change
        (C,) change in use per participant-year in the course.
    prices
        (T, C, P) and where they come from.
    """

    group: TargetGroup
    inputs: TargetGroupInput
    success: SuccessShare
    starting: FloatArray
    completing: FloatArray
    participant_years: FloatArray
    successes: FloatArray
    succeeding: FloatArray
    is_reached: BoolArray
    values: GroupValues
    running_change: FloatArray
    prices: PricesByYear
    tax: TransferTax | None

    def __post_init__(self) -> None:
        lock_arrays(self)

    @property
    def is_calculated(self) -> BoolArray:
        """(C,) whether the consequence is calculated for this group."""
        return self.values.is_calculated

    @property
    def value(self) -> FloatArray:
        """(C, K) change in use per person reaching success."""
        return self.values.value

    @property
    def has_value(self) -> BoolArray:
        """(C, K) whether that is known."""
        return self.values.has_value

    @property
    def price_dkk(self) -> FloatArray:
        """(T, C, P) kr. per unit in the price level of the result; 0 where the consequence is not calculated."""
        return self.prices.price_dkk

    @property
    def price_sources(self) -> tuple[PriceUsed, ...]:
        """(C,) where the prices come from."""
        return self.prices.used

    @property
    def estimates(self) -> EstimateMap:
        """How the values rest on the estimates."""
        return self.values.estimates

    def find_success_change(self) -> FloatArray:
        """Return (T, C) change in use from success, natural units; einsum, not BLAS: one order everywhere."""
        return np.asarray(np.einsum("tk,ck->tc", self.succeeding, self.value, optimize=False))

    def find_signed_prices(self, budget_sign: FloatArray) -> FloatArray:
        """Return (T, C, P) what one unit more of each consequence adds to the net result, kr."""
        return np.asarray(-budget_sign[:, None] * self.price_dkk)

    def find_tax_prices(self, budget_sign: FloatArray) -> FloatArray:
        """Return (T, C, P) what the tax computed from one unit more of each transfer adds to the net result, kr.

        All zero where the tax does not follow the transfers. It is part of the tax's own column, not beside it.
        """
        if self.tax is None:
            return np.zeros_like(self.price_dkk)
        tax = self.find_signed_prices(budget_sign)[:, self.tax.column]
        return np.asarray(self.tax.per_unit[:, None] * tax[:, None, :])

    def find_running_change(self) -> FloatArray:
        """Return (T, C) change in use while the intervention runs, natural units."""
        return self.participant_years[:, None] * self.running_change


def find_exposure(
    persons: FloatArray, n_relative_years: int, years_until_first_consequence: int
) -> FloatArray:
    """Return how many persons are in which relative year in which calendar year.

    Parameters
    ----------
    persons
        (T,) persons completing in each calendar year of the horizon.
    n_relative_years
        K, the length of the profiles.
    years_until_first_consequence
        0: relative year 1 is the year of completion; 1: the year after.

    Returns
    -------
    ndarray
        (T, K) persons; what a cohort would meet after the horizon is cut off.
    """
    n_years = len(persons)
    exposure = np.zeros((n_years, n_relative_years))
    for k in range(min(n_relative_years, n_years - years_until_first_consequence)):
        lag = k + years_until_first_consequence
        exposure[lag:, k] = persons[: n_years - lag]
    return exposure


def make_group_part(
    release: Release,
    intervention: Intervention,
    inputs: TargetGroupInput,
    chosen: dict[str, tuple[str, ...]],
    consequences: list[Consequence],
    double_successes: FloatArray | None = None,
) -> GroupPart:
    """Return a target group's part of the calculation.

    Parameters
    ----------
    release, intervention, inputs
        The release, the intervention and which of its target groups.
    chosen
        By target group, the keys of the consequences calculated.
    consequences
        (C,) all consequences calculated for any group.
    double_successes
        (T,) successes counted with another intervention, by year of completion.
    """
    keys = set(chosen[inputs.target_group])
    is_calculated = np.array([consequence.key in keys for consequence in consequences], dtype=bool)
    prices = _find_prices(release, intervention, inputs, consequences, is_calculated)
    tax = _find_tax(release, intervention, consequences, is_calculated, prices)
    values = make_group_values(
        find_profile(inputs, intervention, release),
        find_weights(inputs, intervention, release),
        consequences,
        is_calculated,
        list_own(inputs, intervention),
        intervention,
        tax,
    )
    group = find_target_group(inputs, release)
    success = find_success_share(inputs, group, release.effect_studies if inputs.success_chain else {})
    counted = count_participation(inputs, intervention.first_year, intervention.horizon_years)
    successes = success.share * counted.completing
    if double_successes is not None:
        successes = successes - double_successes
    lag, n_relative = find_lag(intervention), values.value.shape[1]
    return GroupPart(
        group=group,
        inputs=inputs,
        success=success,
        starting=counted.starting,
        completing=counted.completing,
        participant_years=counted.participant_years,
        successes=successes,
        succeeding=find_exposure(successes, n_relative, lag),
        is_reached=np.asarray(find_exposure(counted.completing, n_relative, lag).any(axis=0)),
        values=values,
        running_change=_find_running_change(intervention, inputs, consequences, is_calculated, tax),
        prices=prices,
        tax=tax,
    )


def find_lag(intervention: Intervention) -> int:
    """Return the years from completion to relative year 1."""
    return 0 if intervention.first_consequence_year == "year_of_completion" else 1


def find_price_frame(intervention: Intervention) -> PriceFrame:
    """Return what an intervention wants of prices."""
    years = range(intervention.first_year, intervention.last_year + 1)
    return PriceFrame(years, intervention.price_year, intervention.reimbursement == "by_date")


def _find_prices(
    release: Release,
    intervention: Intervention,
    inputs: TargetGroupInput,
    consequences: list[Consequence],
    is_calculated: BoolArray,
) -> PricesByYear:
    keys = tuple(consequence.key for consequence in consequences)
    prices = release.get_prices(inputs.target_group, keys, find_price_frame(intervention))
    if intervention.own_prices:
        levels = {
            consequence.key: release.info.price_year for consequence in consequences if consequence.is_dkk
        }
        prices = put_own_prices(
            prices, intervention.own_prices, levels, release.price_index, intervention.price_year
        )
    if is_calculated.all():
        return prices
    price = np.where(is_calculated[:, None], prices.price_dkk, 0.0)
    return PricesByYear(price, prices.used, prices.is_outside_validity, prices.is_split_by_date)


def _find_running_change(
    intervention: Intervention,
    inputs: TargetGroupInput,
    consequences: list[Consequence],
    is_calculated: BoolArray,
    tax: TransferTax | None,
) -> FloatArray:
    change = np.zeros(len(consequences))
    column = {consequence.key: c for c, consequence in enumerate(consequences)}
    for running in intervention.while_running:
        if running.target_group in (None, inputs.target_group) and running.consequence in column:
            change[column[running.consequence]] += running.change
    change *= is_calculated
    if tax is not None:
        change[tax.column] = tax.per_unit @ change
    return change


def find_tax_rate(release: Release, year: int) -> Parameter | None:
    """Return the average tax rate on transfers in force on 1 January of a year, else the nearest before or after."""
    rates = release.parameters.get(TAX_RATE, ())
    day = datetime.date(year, 1, 1)
    begun = [rate for rate in rates if rate.valid_from is None or rate.valid_from <= day]
    return next((rate for rate in rates if rate.holds_on(day)), None) or (
        begun[-1] if begun else next(iter(rates), None)
    )


def _find_tax(
    release: Release,
    intervention: Intervention,
    consequences: list[Consequence],
    is_calculated: BoolArray,
    prices: PricesByYear,
) -> TransferTax | None:
    """Return the tax that follows transfers: rate × gross price, in kr. of the release's price year."""
    keys = [consequence.key for consequence in consequences]
    rate = find_tax_rate(release, intervention.first_year)
    if intervention.tax_on_transfers != "computed" or TAX_ON_TRANSFERS not in keys or rate is None:
        return None
    factor = convert_price_level(release.price_index, release.info.price_year, intervention.price_year)
    is_transfer = np.array([consequence.area == TRANSFERS for consequence in consequences], dtype=bool)
    gross = prices.price_dkk[0].sum(axis=1) / factor
    per_unit = np.where(is_transfer & is_calculated, rate.value * gross, 0.0)
    return TransferTax(keys.index(TAX_ON_TRANSFERS), per_unit)

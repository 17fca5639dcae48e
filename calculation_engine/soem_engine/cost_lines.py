"""The cost of an intervention by year, line and payer, and the rows of its cost sheets.

Here: cost lines as typed become amounts in the result's price level. Not here: consequences (`calculation`), the
refund of single cases (`single_cases`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.amounts import PAYERS, PayerShares, YearAmounts
from soem_engine.cost_inputs import CostItem, CostLine
from soem_engine.intervention import Intervention
from soem_engine.knowledge import FloatArray, lock_arrays
from soem_engine.money import convert_price_level
from soem_engine.release import Release
from soem_engine.single_cases import find_refund_terms

PER_PERSON = ("per_participant", "per_starter", "per_participant_year")
STATE = PAYERS.index("state")


@dataclass(frozen=True)
class CostBasis:
    """What costs are counted on.

    Attributes
    ----------
    completing, starting, participant_years
        (G, T) by target group.
    n_operation_years
        Years from the first until the last in which anyone starts, attends or completes.
    """

    completing: FloatArray
    starting: FloatArray
    participant_years: FloatArray
    n_operation_years: int

    def find_persons(self, kind: str) -> FloatArray:
        """Return (G, T) the persons, or years, one unit of a cost per person falls on."""
        return {
            "per_participant": self.completing,
            "per_starter": self.starting,
            "per_participant_year": self.participant_years,
        }[kind]


@dataclass(frozen=True)
class CostRow:
    """One row of a cost line.

    Attributes
    ----------
    name, category
        As typed; the category of a single case is `single_case`, of a line without a sheet empty.
    dkk
        (T, P) kr. in the price level of the result; a saved cost is negative.
    refund_dkk
        (T,) of that, refunded by the state.
    refund_terms
        (T, 4) thresholds low and high (kr., price level of the costs), shares above each; (T, 0) without.
    refund_outside_validity
        Whether thresholds are used outside their validity.
    """

    name: str
    category: str
    dkk: FloatArray
    refund_dkk: FloatArray
    refund_terms: FloatArray
    refund_outside_validity: bool = False

    def __post_init__(self) -> None:
        lock_arrays(self)


def list_cost_rows(
    intervention: Intervention, line: CostLine, basis: CostBasis, release: Release
) -> tuple[CostRow, ...]:
    """Return the rows of a cost line, in the price level of the result; a line without a sheet is one row.

    Parameters
    ----------
    intervention, line
        The intervention and which of its lines.
    basis
        What costs are counted on.
    release
        For its price index and the refund of single cases.
    """
    factor = convert_price_level(
        release.price_index, intervention.price_year_of_costs, intervention.price_year
    )
    sign = -factor if line.saved_alternative else factor
    n_years = intervention.horizon_years
    units = np.ones(n_years)
    if line.kind in PER_PERSON:
        units = basis.find_persons(line.kind).sum(axis=0)
    shares = find_payer_shares(line.payer)
    plain = [] if line.amounts_dkk is None else [(line.name, "", line.amounts_dkk, 1.0)]
    plain += [(item.name, item.category, *_find_rate(item)) for item in line.items]
    no_refund, no_terms = np.zeros(n_years), np.zeros((n_years, 0))
    rows = []
    for name, category, amounts, rate in plain:
        spread = units * _spread(amounts, line.kind, intervention, basis) * (sign * rate)
        rows.append(CostRow(name, category, spread[:, None] * shares, no_refund.copy(), no_terms.copy()))
    rows += [
        _make_case_row(intervention, line, number, sign, basis, release)
        for number in range(len(line.single_cases))
    ]
    return tuple(rows)


def find_payer_shares(payer: PayerShares) -> FloatArray:
    """Return (P,) shares."""
    return np.array([payer.shares.get(name, 0.0) for name in PAYERS])


def _make_case_row(
    intervention: Intervention, line: CostLine, number: int, sign: float, basis: CostBasis, release: Release
) -> CostRow:
    """Return the row of a single case: the payer's part falls by the refund, the state pays it."""
    case = line.single_cases[number]
    persons = _spread(case.persons, line.kind, intervention, basis)
    terms = [
        find_refund_terms(
            case.rule,
            intervention.first_year + t,
            intervention.price_year_of_costs,
            release.parameters,
            release.price_index,
        )
        for t in range(intervention.horizon_years)
    ]
    share = np.array([year.find_share(case.cost_dkk) for year in terms])
    cost = sign * persons * case.cost_dkk
    dkk = (cost * (1.0 - share))[:, None] * find_payer_shares(line.payer)
    dkk[:, STATE] += cost * share
    return CostRow(
        case.name,
        "single_case",
        dkk,
        cost * share,
        np.array([[y.low_dkk, y.high_dkk, y.share_above_low, y.share_above_high] for y in terms]),
        any(year.is_outside_validity for year, n in zip(terms, persons, strict=True) if n),
    )


def _find_rate(item: CostItem) -> tuple[YearAmounts, float]:
    """Return the number of a cost sheet's row, hours or quantity, and kr. for one of them."""
    if item.hours is not None:
        return item.hours, (item.wage_dkk or 0.0) * (1.0 + item.overhead_share)
    return item.quantity or YearAmounts(0.0), item.unit_cost_dkk or 0.0


def _spread(amounts: YearAmounts, kind: str, intervention: Intervention, basis: CostBasis) -> FloatArray:
    """Return (T,) amounts as typed, before persons, payers and price level."""
    spread = np.zeros(intervention.horizon_years)
    if amounts.constant is None:
        for year, amount in amounts.by_year.items():
            spread[year - intervention.first_year] = amount
    elif kind == "start_up":
        spread[0] = amounts.constant
    elif kind == "fixed":
        spread[: basis.n_operation_years] = amounts.constant
    else:
        spread[:] = amounts.constant
    return spread

"""What a calculation, a comparison and a combination have in common, so that one report shows all three.

Here: sums by year and payer, and the words for what they are. Not here: how it is shown (`result_sections`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soem_engine.joint_result import JointResult
from soem_engine.knowledge import FloatArray
from soem_engine.report.wording import Words
from soem_engine.result import Result


@dataclass(frozen=True)
class Outcome:
    """An outcome by year (T) and payer (P), kr.; positive net: the public sector saves.

    Attributes
    ----------
    years, payers
        The axes.
    net_dkk, net_pv_dkk
        (T, P) net result, undiscounted and discounted.
    consequences_pv_dkk, cost_pv_dkk
        (T, P), discounted.
    area_names, area_pv_dkk
        Names of the areas (A), and (A, P) consequences by area, discounted.
    errors_dkk
        (1 + P,) standard errors of the net present value and of each payer's, or None where not known.
    cumulated_errors_dkk
        (T,) standard errors of the cumulated result, or None.
    break_even_year
        First year from which the cumulated result is never negative again, if any.
    price_year, first_year
        Price level, and the year discounted to.
    """

    years: NDArray[np.int64]
    payers: tuple[str, ...]
    net_dkk: FloatArray
    net_pv_dkk: FloatArray
    consequences_pv_dkk: FloatArray
    cost_pv_dkk: FloatArray
    area_names: tuple[str, ...]
    area_pv_dkk: FloatArray
    errors_dkk: FloatArray | None
    cumulated_errors_dkk: FloatArray | None
    break_even_year: int | None
    price_year: int
    first_year: int

    @property
    def net_present_value(self) -> float:
        """Net present value, kr."""
        return float(self.net_pv_dkk.sum())

    @property
    def cumulated_dkk(self) -> FloatArray:
        """(T,) discounted net result, cumulated."""
        return np.cumsum(self.net_pv_dkk.sum(axis=1))


def make_outcome(result: Result, words: Words) -> Outcome:
    """Return the outcome of one calculation."""
    errors = result.standard_errors
    return Outcome(
        years=result.years,
        payers=result.payers,
        net_dkk=result.net_dkk,
        net_pv_dkk=result.net_pv_dkk,
        consequences_pv_dkk=result.consequences_pv_dkk.sum(axis=(0, 2)),
        cost_pv_dkk=result.cost_pv_dkk.sum(axis=1),
        area_names=tuple(words.pick(name) for name in result.areas.values()),
        area_pv_dkk=result.sum_by_area().sum(axis=1),
        errors_dkk=np.array([errors.net_present_value, *errors.by_payer]),
        cumulated_errors_dkk=errors.cumulated,
        break_even_year=result.break_even_year,
        price_year=result.intervention.price_year,
        first_year=result.intervention.first_year,
    )


def make_joint_outcome(subject: JointResult, first: Result, words: Words) -> Outcome:
    """Return the outcome of a comparison (the difference) or of several interventions together.

    `first` is one of its results: it says the price level.
    """
    return Outcome(
        years=subject.years,
        payers=subject.payers,
        net_dkk=subject.net_dkk,
        net_pv_dkk=subject.net_pv_dkk,
        consequences_pv_dkk=subject.consequences_pv_dkk,
        cost_pv_dkk=subject.cost_pv_dkk,
        area_names=tuple(words.pick(name) for name in subject.areas.values()),
        area_pv_dkk=subject.sum_by_area().sum(axis=1),
        errors_dkk=None,
        cumulated_errors_dkk=None,
        break_even_year=subject.break_even_year,
        price_year=first.intervention.price_year,
        first_year=int(subject.years[0]),
    )

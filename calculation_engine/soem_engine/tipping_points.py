"""What would have to be true: how wrong the adjusted differences must be for the net result to change its sign.

A bias moves every adjusted difference by b of its own standard errors, each in the direction that hurts the result's
sign most: that is the strictest reading, so any weaker bias leaves the sign.

Here: b by payer, and the proportional reading. Not here: break-evens of what the user typed (`break_evens`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.knowledge import FloatArray
from soem_engine.result_data import ResultData
from soem_engine.standard_errors import find_gradient


@dataclass(frozen=True)
class TippingPoint:
    """How wrong the adjusted differences must be for a net present value to change its sign.

    Attributes
    ----------
    payer
        Whose; None: all payers together.
    net_present_value
        kr.
    standard_errors
        Bias of every adjusted difference in multiples of its own standard error, all in the worst direction; None where
        no bias of them can change the sign.
    share_of_consequences
        The share by which all consequences of success must be smaller (0.3: 30 %) for a positive result to be zero, or
        (negative) larger for a negative one; None where that cannot change the sign.
    """

    payer: str | None
    net_present_value: float
    standard_errors: float | None
    share_of_consequences: float | None


def find_tipping_points(result: ResultData) -> tuple[TippingPoint, ...]:
    """Return the tipping points of all payers together, and of each."""
    swing = np.zeros(1 + len(result.payers))
    for part in result.parts:
        gradient = find_gradient(part, result.budget_sign, result.discount_factors).sum(axis=0)
        outputs = np.concatenate([gradient.sum(axis=0, keepdims=True), gradient])
        swing += np.abs(outputs) @ part.estimates.standard_errors
    by_payer = (result.consequences_pv_dkk - result.running_pv_dkk).sum(axis=(0, 1, 2))
    success = _with_total(np.asarray(by_payer))
    net = _with_total(result.net_present_value_by_payer)
    points = []
    for n, payer in enumerate((None, *result.payers)):
        errors = abs(float(net[n])) / float(swing[n]) if swing[n] > 0 else None
        share = float(net[n]) / float(success[n]) if success[n] > 0 else None
        points.append(TippingPoint(payer, float(net[n]), errors, share))
    return tuple(points)


def _with_total(by_payer: FloatArray) -> FloatArray:
    return np.concatenate([[by_payer.sum()], by_payer])

"""The cost of an intervention by year, line and payer.

Here: cost lines as typed become amounts in the result's price level. Not here: consequences (`calculation`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.amounts import PAYERS
from soem_engine.cost_inputs import CostLine
from soem_engine.intervention import Intervention
from soem_engine.knowledge import FloatArray


def spread_costs(intervention: Intervention, participants: FloatArray, price_factor: float) -> FloatArray:
    """Return the costs as amounts by year, line and payer.

    Parameters
    ----------
    intervention
        With L cost lines and a horizon of T years.
    participants
        (T,) persons completing in each year, all target groups together.
    price_factor
        From the price level of the costs to that of the result.

    Returns
    -------
    ndarray
        (T, L, 3) kr. by payer (municipality, region, state); a saved cost of the alternative is negative.
    """
    cost = np.zeros((intervention.horizon_years, len(intervention.costs), len(PAYERS)))
    for number, line in enumerate(intervention.costs):
        amounts = _amounts_by_year(line, intervention)
        if line.kind == "per_participant":
            amounts = amounts * participants
        sign = -1.0 if line.saved_alternative else 1.0
        shares = np.array([line.payer.shares.get(payer, 0.0) for payer in PAYERS])
        cost[:, number, :] = sign * price_factor * amounts[:, None] * shares
    return cost


def _amounts_by_year(line: CostLine, intervention: Intervention) -> FloatArray:
    """Return (T,) kr. as typed, before participants, payers and price level."""
    amounts = np.zeros(intervention.horizon_years)
    if line.amounts_dkk.constant is None:
        for year, amount in line.amounts_dkk.by_year.items():
            amounts[year - intervention.first_year] = amount
    elif line.kind == "start_up":
        amounts[0] = line.amounts_dkk.constant
    else:
        n_years = intervention.last_year_of_operation - intervention.first_year + 1
        amounts[:n_years] = line.amounts_dkk.constant
    return amounts

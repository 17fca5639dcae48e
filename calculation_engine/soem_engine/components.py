"""A result taken apart into the pieces that inputs act on, each linear in them.

Here: the pieces. Not here: what is done with them (`tornado`, `break_evens`, `uncertain_terms`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.cost_lines import PER_PERSON
from soem_engine.knowledge import FloatArray
from soem_engine.result_data import ResultData


@dataclass(frozen=True)
class Components:
    """Discounted pieces of a result, kr., by year and payer.

    Attributes
    ----------
    success_dkk, running_dkk
        (G, C, T, P) from success, and while the intervention runs; positive saves.
    fixed_cost_dkk
        (L, T, P) cost lines that do not depend on persons; zero for those that do.
    person_cost_dkk
        (L, G, T, P) cost lines per person, by target group.
    tax_dkk, running_tax_dkk
        (G, C, T, P) the tax that is computed from each transfer and follows it, from success and while running: a
        part of the tax's own column of `success_dkk` and `running_dkk`, not beside it; zero where the tax is not
        computed.
    """

    success_dkk: FloatArray
    running_dkk: FloatArray
    fixed_cost_dkk: FloatArray
    person_cost_dkk: FloatArray
    tax_dkk: FloatArray
    running_tax_dkk: FloatArray

    @property
    def net_dkk(self) -> FloatArray:
        """(T, P) discounted net result."""
        consequences = (self.success_dkk + self.running_dkk).sum(axis=(0, 1))
        return np.asarray(
            consequences - self.fixed_cost_dkk.sum(axis=0) - self.person_cost_dkk.sum(axis=(0, 1))
        )


def find_components(result: ResultData) -> Components:
    """Return the pieces of a result; they add up to its net result to rounding."""
    running = result.running_pv_dkk.transpose(0, 2, 1, 3)
    n_groups, n_years = len(result.parts), len(result.years)
    fixed = np.zeros((len(result.intervention.costs), n_years, len(result.payers)))
    per_person = np.zeros((len(fixed), n_groups, n_years, len(result.payers)))
    persons = {
        "per_participant": [part.completing for part in result.parts],
        "per_starter": [part.starting for part in result.parts],
        "per_participant_year": [part.participant_years for part in result.parts],
    }
    for number, line in enumerate(result.intervention.costs):
        cost = result.cost_pv_dkk[:, number]
        if line.kind not in PER_PERSON:
            fixed[number] = cost
            continue
        counts = np.stack(persons[line.kind])
        total = counts.sum(axis=0)
        shares = np.divide(counts, total, out=np.zeros_like(counts), where=total > 0)
        per_person[number] = shares[:, :, None] * cost
    success = result.consequences_pv_dkk.transpose(0, 2, 1, 3) - running
    return Components(success, running, fixed, per_person, *_find_tax(result))


def _find_tax(result: ResultData) -> tuple[FloatArray, FloatArray]:
    """Return the discounted tax that follows each transfer, from success and while the intervention runs."""
    success, running = [], []
    for part in result.parts:
        prices = part.find_tax_prices(result.budget_sign) * result.discount_factors[:, None, None]
        success.append(part.find_success_change()[..., None] * prices)
        running.append(part.find_running_change()[..., None] * prices)
    return np.stack(success).transpose(0, 2, 1, 3), np.stack(running).transpose(0, 2, 1, 3)

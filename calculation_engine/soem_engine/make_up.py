"""What the consequences of a calculation rest on: taper, insignificant estimates, the success rule, placeholder prices.

Here: absolute kr. by year and their shares. Not here: the warnings about them (`caveats`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.group_part import GroupPart
from soem_engine.knowledge import FloatArray, lock_arrays


@dataclass(frozen=True)
class MakeUp:
    """How much of the consequences, in absolute kr. by year (T,), rests on what; `absolute_dkk` is all of it.

    The absolute amounts are summed over payers, consequences and groups, not netted. What happens while the
    intervention runs is in `absolute_dkk` and `placeholder_price_dkk`; `own_dkk` rests on own data.
    """

    absolute_dkk: FloatArray
    tapered_dkk: FloatArray
    insignificant_dkk: FloatArray
    in_success_rule_dkk: FloatArray
    own_dkk: FloatArray
    placeholder_price_dkk: FloatArray

    def __post_init__(self) -> None:
        lock_arrays(self)

    def share(self, part: FloatArray) -> float:
        """Return a part as share of all, over the whole horizon; 0 where there is nothing."""
        total = float(self.absolute_dkk.sum())
        return float(part.sum()) / total if total > 0 else 0.0


def find_make_up(parts: tuple[GroupPart, ...], n_years: int) -> MakeUp:
    """Return how much of the consequences rests on what.

    Parameters
    ----------
    parts
        One for each target group.
    n_years
        Length of the horizon.
    """
    sums = np.zeros((6, n_years))
    for part in parts:
        unit = np.abs(part.price_dkk).sum(axis=2)
        values, size = part.values, np.abs(part.value)
        persons = np.abs(part.succeeding)
        masks = (values.is_tapered, values.is_insignificant, values.in_success_rule, values.status == "own")
        sizes = np.stack([size, *(np.where(mask, size, 0.0) for mask in masks)])
        worth = np.einsum("tk,mck->mtc", persons, sizes, optimize=False) * unit
        running = np.abs(part.find_running_change()) * unit
        worth[0] += running
        worth[4] += running
        sums[:5] += worth.sum(axis=2)
        made_up = np.array([used.is_placeholder for used in part.price_sources], dtype=bool)
        sums[5] += worth[0][:, made_up].sum(axis=1)
    return MakeUp(*sums)

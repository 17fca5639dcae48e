"""The numbers of a calculation before they are rounded to the grid.

Here: the shape that `calculation` makes and warnings and analyses read. Not here: the result users get
(`result_data`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.cost_lines import CostRow
from soem_engine.group_part import GroupPart
from soem_engine.knowledge import Consequence, DiscountRate, FloatArray


@dataclass(frozen=True)
class Amounts:
    """The numbers of a calculation before they are rounded to the grid.

    Attributes
    ----------
    consequences
        (C,) what is calculated.
    parts
        (G,) one for each target group.
    rates, discount
        The rates used, and the factors (T,).
    use_change
        (G, T, C) natural units.
    success_dkk, running_dkk
        (G, T, C, P) kr. from success, and while the intervention runs; a saving is positive.
    cost_detail, cost_dkk
        (L,) rows of each cost line; (T, L, P) kr.
    """

    consequences: tuple[Consequence, ...]
    parts: tuple[GroupPart, ...]
    rates: tuple[DiscountRate, ...]
    discount: FloatArray
    use_change: FloatArray
    success_dkk: FloatArray
    running_dkk: FloatArray
    cost_detail: tuple[tuple[CostRow, ...], ...]
    cost_dkk: FloatArray

    @property
    def net_pv_dkk(self) -> FloatArray:
        """(T, P) discounted net result."""
        consequences = (self.success_dkk + self.running_dkk).sum(axis=(0, 2))
        return np.asarray((consequences - self.cost_dkk.sum(axis=1)) * self.discount[:, None])

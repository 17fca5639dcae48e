"""The municipality's consequences and costs by committee.

Here: shares and the exact split. Not here: who pays what (`prices`, `cost_lines`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from soem_engine.consequence_inputs import CommitteeStructure
from soem_engine.cost_inputs import CostLine
from soem_engine.knowledge import Consequence, FloatArray


def list_committees(structure: CommitteeStructure) -> tuple[str, ...]:
    """Return the committees named, in the order they are first named."""
    tables = (structure.consequences, structure.areas, structure.costs)
    shares = [structure.default, *(shares for table in tables for shares in table.values())]
    return tuple(dict.fromkeys(name for one in shares for name in one.shares))


def find_consequence_shares(
    structure: CommitteeStructure, consequences: tuple[Consequence, ...]
) -> FloatArray:
    """Return (B, C) each committee's share of each consequence."""
    chosen = [
        structure.consequences.get(c.key) or structure.areas.get(c.area) or structure.default
        for c in consequences
    ]
    return _table(structure, [shares.shares for shares in chosen])


def find_cost_shares(structure: CommitteeStructure, lines: tuple[CostLine, ...]) -> FloatArray:
    """Return (B, L) each committee's share of each cost line."""
    return _table(structure, [(structure.costs.get(line.name) or structure.default).shares for line in lines])


def _table(structure: CommitteeStructure, columns: list[Mapping[str, float]]) -> FloatArray:
    names = list_committees(structure)
    table = [[shares.get(name, 0.0) for shares in columns] for name in names]
    return np.array(table, dtype=np.float64).reshape(len(names), len(columns))


def split_exactly(amounts_dkk: FloatArray, shares: FloatArray, grid_dkk: float) -> FloatArray:
    """Split amounts on the grid so that the parts are on the grid and add up to them to the last bit.

    Parameters
    ----------
    amounts_dkk
        (T, X) multiples of the grid.
    shares
        (B, X) shares that add up to 1.
    grid_dkk
        kr.

    Returns
    -------
    ndarray
        (B, T, X): differences of rounded cumulated shares, so no part is off by more than one step of the grid.
    """
    reached = np.cumsum(shares, axis=0)
    reached[-1] = 1.0
    rounded = np.rint(reached[:, None, :] * amounts_dkk[None] / grid_dkk) * grid_dkk
    return np.diff(rounded, axis=0, prepend=0.0) + 0.0

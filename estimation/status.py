"""The status of every estimate and the reason where there is none.

Belongs here: the words and the order in which they apply. Does not belong here: what is withheld.
Disclosure comes before everything that could be told from the numbers: an arm of three persons is
`few_clusters` even if nobody in it uses the service.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from estimation.blocks import Layout
from estimation.sums import BlockSums

#: Fewer persons than this in an arm, or users in an arm but fewer than this: no estimate is published.
FEWEST = 5

Words = NDArray[np.str_]


class Status(StrEnum):
    """What became of a cell (outcome and relative year)."""

    ESTIMATED = "estimated"
    NO_USE = "no_use"
    OUTSIDE_AGES = "outside_ages"
    NOT_OBSERVED = "not_observed"
    NOT_ESTIMABLE = "not_estimable"


class Reason(StrEnum):
    """Why a cell is not estimable."""

    NONE = ""
    FEW_CLUSTERS = "few_clusters"
    FEW_USERS = "few_users"
    COLLINEAR = "collinear"
    NO_RESIDUAL_VARIATION = "no_residual_variation"


@dataclass(frozen=True)
class Judgement:
    """Status and reason of every cell.

    Parameters
    ----------
    status, reason : (m, T) str
        Words of `Status` and `Reason`; the reason is empty unless the status is not_estimable.
    """

    status: Words
    reason: Words

    def mark(self, cells: Any, status: Status, reason: Reason = Reason.NONE) -> Judgement:
        """Mark cells, leaving the others as they are.

        Returns
        -------
        Judgement
            A new one.
        """
        return Judgement(
            np.where(cells, status.value, self.status), np.where(cells, reason.value, self.reason)
        )


def judge_sums(sums: BlockSums, layout: Layout) -> Judgement:
    """Judge every cell by its counts, before anything is estimated.

    Parameters
    ----------
    sums : BlockSums
        Of the whole group.
    layout : Layout
        With the cells outside the age domain.

    Returns
    -------
    Judgement
        `estimated` where nothing speaks against it yet.
    """
    persons = sums.n_persons[:, layout.outcome_pattern].transpose(1, 0, 2)
    users = sums.n_users.transpose(1, 0, 2)
    few_users = ((users > 0) & (users < FEWEST)).any(axis=2)
    shape = (layout.n_outcomes, layout.n_years)
    judged = Judgement(np.full(shape, Status.ESTIMATED.value, "<U16"), np.full(shape, "", "<U24"))
    judged = judged.mark(few_users, Status.NOT_ESTIMABLE, Reason.FEW_USERS)
    judged = judged.mark((users == 0).all(axis=2), Status.NO_USE)
    judged = judged.mark((persons[..., :2] < FEWEST).any(axis=2), Status.NOT_ESTIMABLE, Reason.FEW_CLUSTERS)
    judged = judged.mark(persons[..., 2] == 0, Status.NOT_OBSERVED)
    return judged.mark(layout.outside_ages, Status.OUTSIDE_AGES)

"""Who starts, is in the course and completes, by calendar year.

Starts (or completions, where those are typed) are spread evenly over their year; a course lasts `duration_months`;
who drops out leaves half-way on average. Everything below follows from that [assumed], exactly.

Here: counting persons. Not here: what they change (`group_part`), what they cost (`cost_lines`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from soem_engine.group_inputs import TargetGroupInput
from soem_engine.knowledge import FloatArray, lock_arrays

MONTHS = 12


@dataclass(frozen=True)
class Participation:
    """Persons by calendar year of the horizon, (T,) each.

    Attributes
    ----------
    starting
        Persons starting that year.
    completing
        Persons completing that year.
    participant_years
        Years spent in the course that year, all participants together, those dropping out too.
    """

    starting: FloatArray
    completing: FloatArray
    participant_years: FloatArray

    def __post_init__(self) -> None:
        lock_arrays(self)


def count_participation(group: TargetGroupInput, first_year: int, n_years: int) -> Participation:
    """Return a group's participation in each of `n_years` from `first_year`; what falls later is cut off.

    Where completions are typed, what would fall before the first year of operation falls in it.
    """
    duration = group.duration_months / MONTHS
    if group.starting:
        started = _place(group.starting, first_year, n_years)
        stayed = 1.0 - group.dropout_share
        present = stayed * _spread_presence(duration) + _pad(
            group.dropout_share * _spread_presence(duration / 2), len(_spread_presence(duration))
        )
        return Participation(
            starting=started,
            completing=_shift(started, stayed * _spread_end(duration)),
            participant_years=_shift(started, present),
        )
    completed = _place(group.participants, first_year, n_years)
    return Participation(
        starting=_shift_back(completed, _spread_end(duration)),
        completing=completed,
        participant_years=_shift_back(completed, _spread_presence(duration)),
    )


def find_operation_years(group: TargetGroupInput, first_year: int, n_years: int) -> int:
    """Return the number of years from the first until the last in which anyone starts, attends or completes."""
    counted = count_participation(group, first_year, n_years)
    busy = (counted.starting > 0) | (counted.completing > 0) | (counted.participant_years > 0)
    return int(np.flatnonzero(busy).max(initial=0)) + 1


def _place(by_year: Mapping[int, float], first_year: int, n_years: int) -> FloatArray:
    placed = np.zeros(n_years)
    for year, number in by_year.items():
        placed[year - first_year] = number
    return placed


def _spread_end(duration: float) -> FloatArray:
    """Return the shares of a year's starts that end 0, 1, 2 … years later."""
    whole = math.floor(duration)
    part = duration - whole
    return np.array([0.0] * whole + [1.0 - part] + ([part] if part > 0 else []))


def _spread_presence(duration: float) -> FloatArray:
    """Return the years in the course that one start brings 0, 1, 2 … years later; they add up to `duration`."""
    n_lags = math.ceil(duration) + 1
    covered = np.array([_cover(duration - lag) for lag in range(n_lags)])
    covered[0] -= 0.5
    return covered


def _cover(reach: float) -> float:
    """Return the mean of min(max(u + reach, 0), 1) over u from 0 to 1."""
    if reach <= -1.0:
        return 0.0
    if reach <= 0.0:
        return (1.0 + reach) ** 2 / 2
    return 1.0 - (1.0 - reach) ** 2 / 2 if reach < 1.0 else 1.0


def _pad(values: FloatArray, length: int) -> FloatArray:
    return np.pad(values, (0, length - len(values)))


def _shift(by_year: FloatArray, spread: FloatArray) -> FloatArray:
    """Return (T,) what a spread over later years makes of each year's number; later than T is cut off."""
    return np.convolve(by_year, spread)[: len(by_year)]


def _shift_back(by_year: FloatArray, spread: FloatArray) -> FloatArray:
    """Return (T,) the same over earlier years; earlier than the first falls in the first."""
    spreading = np.convolve(by_year, spread[::-1])
    cut = len(spread) - 1
    shifted = spreading[cut:].copy()
    shifted[0] += spreading[:cut].sum()
    return shifted

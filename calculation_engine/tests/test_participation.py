"""Who starts, attends and completes when: by hand, and against the same course followed day by day."""

from __future__ import annotations

import numpy as np
import pytest

from soem_engine import TargetGroupInput
from soem_engine.participation import count_participation, find_operation_years


def _starting(months: float, dropout: float = 0.0, **years: float) -> TargetGroupInput:
    starting = {int(year[1:]): number for year, number in years.items()}
    return TargetGroupInput(
        "adults", {}, 0.1, "r", starting=starting, duration_months=months, dropout_share=dropout
    )


def test_a_course_without_length_is_completed_at_once() -> None:
    counted = count_participation(TargetGroupInput("adults", {2024: 3.0, 2026: 1.0}, 0.1, "r"), 2024, 4)
    assert counted.completing.tolist() == counted.starting.tolist() == [3, 0, 1, 0]
    assert not counted.participant_years.any()


def test_half_a_year_by_hand() -> None:
    counted = count_participation(_starting(6, y2024=10), 2024, 3)
    assert counted.starting.tolist() == [10, 0, 0]
    assert counted.completing.tolist() == [5, 5, 0]
    assert counted.participant_years.tolist() == pytest.approx([3.75, 1.25, 0])


def test_who_drops_out_leaves_half_way() -> None:
    counted = count_participation(_starting(12, 0.25, y2024=8), 2024, 3)
    assert counted.completing.tolist() == [0, 6, 0]
    assert counted.participant_years.tolist() == pytest.approx([6 * 0.5 + 2 * 0.375, 6 * 0.5 + 2 * 0.125, 0])


@pytest.mark.parametrize("months", [1, 5, 12, 17, 30, 60])
def test_against_a_course_followed_day_by_day(months: float) -> None:
    dropout, n_years, n_days = 0.2, 12, 2000
    counted = count_participation(_starting(months, dropout, y2024=5, y2026=2), 2024, n_years)
    completing, present = np.zeros(n_years), np.zeros(n_years)
    begun = (np.arange(n_days) + 0.5) / n_days
    for year, persons in ((0, 5.0), (2, 2.0)):
        for share, length in ((1 - dropout, months / 12), (dropout, months / 24)):
            start, end = year + begun, year + begun + length
            weight = persons * share / n_days
            if share == 1 - dropout:
                completing += weight * np.bincount(end.astype(int), minlength=n_years)[:n_years]
            for t in range(n_years):
                present[t] += weight * np.clip(np.minimum(end, t + 1) - np.maximum(start, t), 0, None).sum()
    assert counted.completing == pytest.approx(completing, abs=0.01)
    assert counted.participant_years == pytest.approx(present, abs=0.01)


def test_completions_typed_are_followed_back_and_nothing_falls_before_the_first_year() -> None:
    group = TargetGroupInput("adults", {2024: 4.0, 2026: 8.0}, 0.1, "r", duration_months=6)
    counted = count_participation(group, 2024, 4)
    assert counted.completing.tolist() == [4, 0, 8, 0]
    assert counted.starting.tolist() == [4, 4, 4, 0]
    assert counted.participant_years.tolist() == pytest.approx([2, 1, 3, 0])


def test_what_ends_after_the_horizon_is_cut_off() -> None:
    counted = count_participation(_starting(30, y2024=10), 2024, 2)
    assert counted.completing.tolist() == [0, 0]
    assert counted.participant_years.tolist() == pytest.approx([5, 10])


def test_operation_lasts_until_the_last_completes() -> None:
    assert find_operation_years(_starting(18, y2024=10), 2024, 10) == 3
    assert find_operation_years(TargetGroupInput("a", {2025: 1.0}, 0.1, "r"), 2024, 10) == 2

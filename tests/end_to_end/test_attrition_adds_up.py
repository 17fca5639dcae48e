"""Attrition adds up, and agrees with the samples of the estimates (counted by `other_path`)."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from tests.end_to_end.conftest import SampleBuild
from tests.end_to_end.other_path import FLOOR, MEASURED_FROM, RELATIVE_YEARS, OtherPath, count_cells

STEPS = ("registers", "base_years", "resident", "age_band", "definition", "covered", "entry", "assessable")
ASSESSABLE, ARMS, FOLLOWED, OBSERVED, ESTIMATED = 7, 8, 9, 10, 11


@pytest.fixture(scope="module")
def other(sample: SampleBuild) -> OtherPath:
    return OtherPath(sample.project.tables.root, sample.release)


@pytest.fixture(scope="module")
def attrition(other: OtherPath) -> dict[str, list[dict[str, Any]]]:
    rows = other.published("attrition").rows(named=True)
    return {
        name: [row for row in rows if row["target_group"] == name] for name in other.groups["target_group"]
    }


def years_left(rows: list[dict[str, Any]], step: int, t: int | None = None) -> int | None:
    """Person-years left after a step; None when they are withheld."""
    found = [
        row["n_person_years"]
        for row in rows
        if row["step"] == step and row["relative_year"] == t and row["reason"] == "remaining"
    ]
    assert len(found) == 1, (step, t, found)
    return found[0]


def adds_up(before: int | None, after: list[dict[str, Any]]) -> bool:
    """Say whether what is left and what is excluded make up what was there; withheld counts leave room."""
    counts = [row["n_person_years"] for row in after]
    known = sum(count for count in counts if count is not None)
    return before is None or known == before or (None in counts and known < before)


def test_no_step_grows_and_exclusions_make_up_the_difference(attrition: dict[str, list]) -> None:
    wrong = []
    for target_group, rows in attrition.items():
        left = [years_left(rows, step) for step in range(len(STEPS))]
        known = [count for count in left if count is not None]
        if known != sorted(known, reverse=True):
            wrong.append((target_group, left))
        judged = [row for row in rows if row["step"] == ASSESSABLE]
        if not adds_up(left[ASSESSABLE - 1], judged):
            wrong.append((target_group, "assessable", left[ASSESSABLE - 1], judged))
        arms = [row for row in rows if row["step"] == ARMS]
        if not adds_up(left[ASSESSABLE], arms):
            wrong.append((target_group, "arms", left[ASSESSABLE], arms))
        for t in range(1, RELATIVE_YEARS + 1):
            observed = [row for row in rows if row["step"] == OBSERVED and row["relative_year"] == t]
            if not adds_up(years_left(rows, FOLLOWED, t), observed):
                wrong.append((target_group, t, years_left(rows, FOLLOWED, t), observed))
    assert not wrong, wrong[:10]


def test_counts_of_persons_below_the_floor_are_withheld(other: OtherPath) -> None:
    rows = other.published("attrition")
    assert not rows["n_persons"].is_between(1, FLOOR - 1).any()
    assert (rows["n_persons"].is_null() == rows["n_person_years"].is_null()).all()


def test_members_followed_and_observed_by_counting_again(
    other: OtherPath, attrition: dict[str, list]
) -> None:
    wrong = []
    for target_group, rows in attrition.items():
        members = other.group(target_group).members
        if years_left(rows, ASSESSABLE) not in (members.height, None):
            wrong.append((target_group, "assessable", members.height))
        for t in range(1, RELATIVE_YEARS + 1):
            followed = members.filter(pl.col("base_year") + t <= 2022)
            if years_left(rows, FOLLOWED, t) not in (followed.height, None):
                wrong.append((target_group, t, followed.height))
    assert not wrong, wrong[:10]


def test_samples_of_the_estimates_by_event_table(other: OtherPath, attrition: dict[str, list]) -> None:
    """The last step of a year is the sample of every consequence measured from that table."""
    wrong, n_compared = [], 0
    for target_group, rows in attrition.items():
        counted = count_cells(other.group(target_group), MEASURED_FROM)
        samples: dict[tuple[str, int], set[int]] = {}
        for cell in counted.iter_rows(named=True):
            size = cell["n_success"] + cell["n_others"]
            table = MEASURED_FROM[cell["consequence"]][0]
            for name in (table, f"{table}: {cell['consequence']}"):
                samples.setdefault((name, cell["t"]), set()).add(size)
        for row in rows:
            if row["step"] == ESTIMATED and row["n_person_years"] is not None:
                n_compared += 1
                expected = samples[row["event_table"], row["relative_year"]]
                if row["n_person_years"] not in expected or (":" in row["event_table"] and len(expected) > 1):
                    wrong.append((target_group, row["event_table"], row["relative_year"], expected, row))
    assert n_compared > 44 * RELATIVE_YEARS
    assert not wrong, wrong[:10]

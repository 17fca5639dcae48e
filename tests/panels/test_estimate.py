"""Estimates are the same to the bit however leaves are grouped, and those of the whole group in memory."""

from __future__ import annotations

import pickle

import numpy as np
import polars as pl
import pytest

from estimation import Block, BlockYear, Subgroups, compare_subgroups, estimate_group, withhold
from pipeline.panels.design import find_levels
from pipeline.panels.group_layout import GroupLayout
from tests.panels.followed_country import GROUPS, FollowedCountry
from tests.panels.plain_panel import PlainPanel
from tests.small_country import LAST_YEAR

Tables = dict[str, dict[str, pl.DataFrame]]


@pytest.fixture(scope="module")
def estimated(followed: FollowedCountry) -> Tables:
    return followed.estimate(2)


@pytest.mark.parametrize(("n_ranges", "n_threads"), [(1, 1), (16, 2)])
def test_no_bit_depends_on_ranges_or_threads(
    followed: FollowedCountry, estimated: Tables, n_ranges: int, n_threads: int
) -> None:
    other = followed.estimate(n_ranges, n_threads)
    for name in GROUPS:
        for table, frame in estimated[name].items():
            assert frame.equals(other[name][table]), (name, table)


def test_no_bit_depends_on_the_groups_beside(followed: FollowedCountry, estimated: Tables) -> None:
    alone = followed.estimate(2, groups=("adhd",))["adhd"]
    for table, frame in estimated["adhd"].items():
        assert frame.equals(alone[table]), table


def give_plainly(followed: FollowedCountry, layout: GroupLayout) -> Block:
    """The whole group as one block, looked up member by member."""
    members = followed.assessable(layout.target_group)
    plain = PlainPanel(followed.country, members)
    person = members["pnr"].rle_id().to_numpy().astype(np.int64)
    base_year = members["base_year"].to_numpy().astype(np.int64)

    def use(t: int) -> np.ndarray:
        return np.column_stack([plain.use(t, key) for key in layout.consequences])

    def year(t: int) -> BlockYear:
        covered = np.column_stack([plain.covered(t, pattern) for pattern in layout.patterns])
        return BlockYear(use(t), plain.observed(t), covered, base_year + t <= LAST_YEAR)

    success = (members["status"] == "success").to_numpy()
    return Block(person, success, find_levels(layout.design, members), use(0), year)


@pytest.mark.parametrize("name", ["homeless", "adhd"])
def test_estimates_are_those_of_the_whole_group_in_memory(
    followed: FollowedCountry, estimated: Tables, name: str
) -> None:
    layout = followed.lay_out((name,))[name]
    block = give_plainly(followed, layout)
    expected = withhold(estimate_group(lambda: [block], layout.layout))
    rows = estimated[name]["estimates"]
    shape = expected.status.shape
    assert (rows["status"].to_numpy().reshape(shape) == expected.status).all()
    assert (expected.status == "estimated").any()
    error = rows["standard_error"].fill_null(np.nan).to_numpy().reshape(shape)
    for column in ("adjusted_difference", "standard_error", "adjustment", "raw_difference"):
        found = rows[column].fill_null(np.nan).to_numpy().reshape(shape)
        wanted = getattr(expected, column)
        assert (np.isnan(found) == np.isnan(wanted)).all()
        gap = np.abs(found - wanted) / error
        assert np.nanmax(gap) < 1e-9, column
    for column in ("n_success", "n_others", "n_persons_success", "n_users_others"):
        found = rows[column].cast(pl.Float64).fill_null(np.nan).to_numpy().reshape(shape)
        assert np.array_equal(found, getattr(expected, column), equal_nan=True), column


def test_the_comparison_of_definitions_is_that_of_the_whole_group(
    followed: FollowedCountry, estimated: Tables
) -> None:
    name = "mental_difficulties_0_5"
    layout = followed.lay_out((name,))[name]
    block = give_plainly(followed, layout)
    pattern = followed.assessable(name)["definitions_met"].list.join(" + ")
    number = np.array([layout.subgroups.index(value) for value in pattern])
    assert len(layout.subgroups) > 1
    found = compare_subgroups(lambda: [Subgroups(block, number)], len(layout.subgroups), layout.layout)
    rows = estimated[name]["diagnostics"]
    assert rows.filter(measure="heterogeneity_wald").height == np.count_nonzero(found.degrees_of_freedom)
    assert rows.filter(measure="adjusted_difference_of_pattern").height == np.count_nonzero(found.is_tested)
    shares = rows.filter(measure="share_of_person_years")
    assert shares["category"].to_list() == list(layout.subgroups)


def test_base_years_are_those_of_the_sample(followed: FollowedCountry, estimated: Tables) -> None:
    name = "homeless"
    layout = followed.lay_out((name,))[name]
    members = followed.assessable(name)
    plain = PlainPanel(followed.country, members)
    base_year = members["base_year"].to_numpy()
    rows = estimated[name]["estimates"]
    for t in (1, 10):
        for key, number in zip(layout.consequences, layout.layout.outcome_pattern, strict=True):
            sample = base_year[plain.observed(t) & plain.covered(t, layout.patterns[number])]
            row = rows.row(
                by_predicate=(pl.col("consequence") == key) & (pl.col("relative_year") == t), named=True
            )
            assert (row["base_year_first"], row["base_year_last"]) == (
                (sample.min(), sample.max()) if sample.size else (None, None)
            )


def test_what_jobs_are_sent_and_send_back_can_be_pickled(followed: FollowedCountry) -> None:
    layouts = pickle.loads(pickle.dumps(followed.lay_out()))
    assert layouts.keys() == set(GROUPS)

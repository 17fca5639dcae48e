"""Arrays that do not fit are refused, without a word about a person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from estimation import BlockYear, CovariateBlock, Layout, estimate_group, sum_block
from tests.estimation.random_groups import make_group

GROUP = make_group(1, n_persons=30, n_years=1, n_patterns=1)


@pytest.fixture
def block():
    return next(iter(GROUP.blocks(1)()))


@pytest.mark.parametrize("name", ["success", "levels", "baselines"])
def test_wrong_shape_of_a_block(block, name):
    with pytest.raises(ValueError, match=rf"Block.{name}\n    found: .*\n    expected: .*\n    do this: "):
        sum_block(replace(block, **{name: getattr(block, name)[:-1]}), GROUP.layout)


@pytest.mark.parametrize("name", ["outcomes", "observed", "covered"])
def test_wrong_shape_of_a_year(block, name):
    year = replace(block.year(1), **{name: getattr(block.year(1), name)[:-1]})
    with pytest.raises(ValueError, match=f"BlockYear of relative year 1, {name}"):
        sum_block(replace(block, year=lambda t: year), GROUP.layout)


def test_wrong_shape_of_followed(block):
    year = replace(block.year(1), followed=np.ones(3, dtype=bool))
    with pytest.raises(ValueError, match="followed"):
        sum_block(replace(block, year=lambda t: year), GROUP.layout)


def test_rows_of_a_person_apart(block):
    person = block.person.copy()
    person[-1] = person[0]
    with pytest.raises(ValueError, match="sort the block by person"):
        sum_block(replace(block, person=person), GROUP.layout)


def test_a_person_in_two_blocks(block):
    with pytest.raises(ValueError, match="30 persons in more than one block"):
        estimate_group(lambda: [block, block], GROUP.layout)


def test_a_value_that_is_not_finite(block):
    first = block.year(1)
    outcomes = first.outcomes.copy()
    outcomes[np.flatnonzero(first.observed)[0], 0] = np.nan
    year = BlockYear(outcomes, first.observed, first.covered)
    with pytest.raises(ValueError, match="BlockYear.outcomes\n    found:    values that are not finite"):
        sum_block(replace(block, year=lambda t: year), GROUP.layout)


def test_covariates_with_a_gap():
    with pytest.raises(ValueError, match="covariate age"):
        Layout((CovariateBlock("age", slice(1, 2)),), np.zeros(1, dtype=int), np.zeros((1, 1), dtype=bool))


def test_patterns_for_other_outcomes():
    with pytest.raises(ValueError, match="outcome_pattern"):
        Layout((), np.zeros(2, dtype=int), np.zeros((1, 1), dtype=bool))

"""Dropped columns are named, and told by which others; not where that would tell of few persons."""

from __future__ import annotations

import numpy as np
import pytest

from estimation import Block, BlockYear, CovariateBlock, Layout, estimate_group

N = 400


def name(levels, labels, success=None, before=None, person=None, rng_seed=0):
    rng = np.random.default_rng(rng_seed)
    success = rng.random(N) < 0.5 if success is None else success
    before = rng.poisson(3.0, N).astype(float) if before is None else before
    stops = np.cumsum([len(columns) for columns in labels.values()]).tolist()
    covariates = tuple(
        CovariateBlock(key, slice(stop - len(columns), stop), tuple(columns))
        for (key, columns), stop in zip(labels.items(), stops, strict=True)
    )
    layout = Layout(covariates, np.zeros(1, dtype=int), np.zeros((1, 1), dtype=bool))
    everybody = np.ones(N, dtype=bool)
    year = BlockYear(rng.poisson(3.0, (N, 1)).astype(float), everybody, everybody[:, None])
    person = np.arange(N) if person is None else person
    block = Block(person, success, np.column_stack(levels), before[:, None], lambda t: year)
    estimates = estimate_group(lambda: [block], layout)
    return estimates, {found.column: found for found in estimates.collinearities}


def draw(seed, n_levels):
    return np.random.default_rng(seed).integers(0, n_levels, N)


def test_nothing_to_name():
    assert name([draw(1, 2), draw(2, 3)], {"sex": ["male"], "age": ["20-39", "40-59"]})[1] == {}


def test_a_level_that_repeats_another_covariate_is_named():
    sex = draw(1, 2)
    found = name([sex, 1 - sex], {"sex": ["male"], "ward": ["north"]})[1]
    assert found.keys() == {"ward = north"}
    assert found["ward = north"].because == "= 1 − (sex = male)"
    assert not found["ward = north"].is_empty
    assert not found["ward = north"].is_reference
    assert found["ward = north"].cells.tolist() == [[True]]


def test_a_sum_of_levels_is_named():
    age = draw(1, 4)
    found = name([age, age >= 2], {"age": ["20", "40", "60"], "old": ["yes"]})[1]
    assert found["old = yes"].because == "= (age = 40) + (age = 60)"


def test_a_level_of_nobody_is_empty_and_a_missing_reference_is_told_apart():
    age = draw(1, 3) + 1
    found = name([age], {"age": ["20", "40", "60", "80"]})[1]
    assert found["age = 80"].is_empty
    assert found["age = 60"].is_reference
    assert found["age = 60"].because == "= 1 − (age = 20) − (age = 40)"


def test_success_told_by_levels_is_named_and_not_estimated():
    ward = draw(1, 4)
    estimates, found = name([ward], {"ward": ["north", "south", "west"]}, success=ward >= 2)
    assert estimates.reason[0, 0] == "collinear"
    assert found["success"].because == "= (ward = south) + (ward = west)"


@pytest.mark.parametrize("slope", [1.0, 8.0])
def test_success_told_by_use_in_year_0_is_named(slope):
    success = draw(3, 2) == 1
    estimates, found = name([draw(1, 2)], {"sex": ["male"]}, success=success, before=slope * success + 2)
    assert estimates.reason[0, 0] == "collinear"
    own = "" if slope == 1 else "0.125 × "
    assert found["success"].because == f"= − {2 / slope:g} + {own}(use in year 0)".replace("− 2 ", "− 2 ")


def test_use_in_year_0_told_by_levels_is_named():
    ward = draw(1, 3)
    found = name([ward], {"ward": ["north", "south"]}, before=10.0 + 5 * (ward == 1) - 2.5 * (ward == 2))[1]
    assert found["use in year 0"].because == "= 10 + 5 × (ward = north) − 2.5 × (ward = south)"
    assert name([ward], {"ward": ["north", "south"]}, before=np.zeros(N))[1]["use in year 0"].is_empty


def test_levels_of_few_persons_are_not_named():
    rare = np.arange(N) < 4
    found = name([rare, rare], {"pension": ["early"], "ward": ["north"]})[1]
    assert found["ward = north"].because == "told by other columns, of few persons"
    rare = np.arange(N) < 5
    found = name([rare, rare], {"pension": ["early"], "ward": ["north"]})[1]
    assert found["ward = north"].because == "= (pension = early)"


def test_rows_of_one_person_are_not_many_persons():
    rare, person = np.arange(N) < 8, np.arange(N) // 4
    found = name([rare, rare], {"pension": ["early"], "ward": ["north"]}, person=person)[1]
    assert found["ward = north"].because == "told by other columns, of few persons"


def test_everybody_but_few_is_few():
    rare = np.arange(N) < 3
    found = name([~rare, rare], {"pension": ["none"], "ward": ["north"]})[1]
    assert found["ward = north"].because == "told by other columns, of few persons"

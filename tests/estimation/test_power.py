from __future__ import annotations

import doctest

import numpy as np
import pytest
import scipy.stats

import estimation
from estimation import power
from estimation.power import find_minimum_detectable_difference


def test_a_difference_of_that_size_is_found_in_four_of_five():
    error, persons = np.array([2.0]), np.array([61.0])
    difference = find_minimum_detectable_difference(error, persons)[0]
    limit = scipy.stats.t.ppf(0.975, 60)
    found = scipy.stats.nct.sf(limit, 60, difference / 2) + scipy.stats.nct.cdf(-limit, 60, difference / 2)
    assert found == pytest.approx(0.8, abs=0.005)


def test_no_error_gives_no_number():
    assert np.isnan(find_minimum_detectable_difference(np.array([np.nan]), np.array([0.0]))).all()


@pytest.mark.parametrize("module", [estimation, power])
def test_examples_in_docstrings(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0

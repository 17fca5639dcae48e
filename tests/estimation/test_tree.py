"""Adding in a tree: any aligned sharing out of the parts is a node of the same tree."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from estimation import add_in_tree

PARTS = st.lists(st.one_of(st.none(), st.floats(-1e9, 1e9)), max_size=20)


def write(first, second):
    return f"({first}+{second})"


@given(PARTS, st.sampled_from([1, 2, 4, 8, 16]))
def test_aligned_ranges_give_the_same_tree(parts, width):
    names = [None if part is None else f"{number}" for number, part in enumerate(parts)]
    ranges = [add_in_tree(names[start : start + width], write) for start in range(0, len(names), width)]
    assert add_in_tree(ranges, write) == add_in_tree(names, write)


@given(PARTS)
def test_a_missing_part_is_a_part_of_nothing(parts):
    nothing = [0.0 if part is None else part + 0.0 for part in parts]
    missing = add_in_tree([None if part is None else part + 0.0 for part in parts], np.add)
    assert np.float64(missing or 0.0).tobytes() == np.float64(add_in_tree(nothing, np.add) or 0.0).tobytes()


def test_sixteen_blocks_are_four_levels():
    depth = add_in_tree([0] * 16, lambda first, second: max(first, second) + 1)
    assert depth == 4


def test_nothing_to_add():
    assert add_in_tree([], write) is None
    assert add_in_tree([None, None, None], write) is None

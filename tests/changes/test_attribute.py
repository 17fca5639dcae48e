"""The chain of causes: exact to the bit, whatever is missing on the way."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.changes.attribute import Step, attribute
from pipeline.changes.causes import JOINT, SCOPE
from pipeline.changes.tell_number import round_move
from pipeline.release.rules import FEWEST

LEVEL = st.none() | st.floats(-1e6, 1e6, allow_nan=False)


def make_levels(values: dict[str, float | None], kind: str = "difference", group: str | None = "homeless"):
    return pl.DataFrame(
        {
            "number_id": list(values),
            "measure": ["soem_classic"] * len(values),
            "number_kind": [kind] * len(values),
            "target_group": [group] * len(values),
            "consequence": [None] * len(values),
            "relative_year": [None] * len(values),
            "value": list(values.values()),
            "standard_error": [0.5] * len(values),
        },
        schema_overrides={
            "target_group": pl.String,
            "consequence": pl.String,
            "relative_year": pl.Int16,
            "value": pl.Float64,
        },
    )


def make_steps(levels: list[float | None], kind: str = "difference") -> list[Step]:
    """Make steps by cause a, b, c … of one number; where it is None there is none."""
    causes = ["", *"abcdefgh"]
    return [
        Step(cause, make_levels({"n": level}, kind)) for cause, level in zip(causes, levels, strict=False)
    ]


def read_chain(frame: pl.DataFrame) -> list[tuple[str, float | None, float | None]]:
    return list(frame.select("cause", "value_before", "value_after").iter_rows())


@given(st.lists(LEVEL, min_size=2, max_size=7))
@settings(max_examples=300, deadline=None)
def test_a_chain_goes_from_the_old_number_to_the_new_without_a_gap(levels: list[float | None]) -> None:
    chain = read_chain(attribute(make_steps(levels)))
    if not chain:
        assert levels[0] == levels[-1]
        return
    assert chain[0][1] == levels[0]
    assert chain[-1][2] == levels[-1]
    for (_, _, after), (_, before, _) in zip(chain, chain[1:], strict=False):
        assert before == after
    if levels[0] is not None and levels[-1] is not None:
        parts = sum(Fraction(after) - Fraction(before) for _, before, after in chain)
        assert parts == Fraction(levels[-1]) - Fraction(levels[0])
    named = [part for cause, _, _ in chain for part in cause.split(JOINT)]
    assert len(named) == len(set(named))
    assert named == sorted(named)


def test_each_cause_has_what_it_did() -> None:
    chain = read_chain(attribute(make_steps([1.0, 1.5, 1.5, -2.0])))
    assert chain == [("a", 1.0, 1.5), ("c", 1.5, -2.0)]


def test_a_number_that_is_missing_on_the_way_joins_the_causes_around() -> None:
    chain = read_chain(attribute(make_steps([1.0, None, 2.0, 3.0])))
    assert chain == [(f"a{JOINT}b", 1.0, 2.0), ("c", 2.0, 3.0)]


def test_levels_that_could_not_be_made_join_the_causes_around() -> None:
    steps = make_steps([1.0, 9.0, 2.0, 3.0])
    steps[1] = Step("a", None)
    assert read_chain(attribute(steps)) == [(f"a{JOINT}b", 1.0, 2.0), ("c", 2.0, 3.0)]


def test_a_number_comes_and_goes_with_the_cause_that_made_it() -> None:
    assert read_chain(attribute(make_steps([None, None, 2.0, 2.5]))) == [("b", None, 2.0), ("c", 2.0, 2.5)]
    assert read_chain(attribute(make_steps([2.0, 2.5, None, None]))) == [("a", 2.0, 2.5), ("b", 2.5, None)]


def test_a_number_of_a_group_in_one_release_only_is_no_causes_work() -> None:
    old, new = make_levels({"n": 1.0}), make_levels({"n": 1.0, "m": 3.0})
    both = (
        pl.concat([old, make_levels({"x": 4.0}, group="gone")]),
        pl.concat([new, make_levels({"y": 5.0}, group="came")]),
    )
    chain = attribute([Step("", both[0]), Step("a", both[1])])
    assert dict(zip(chain["number_id"], chain["cause"], strict=True)) == {"m": "a", "x": SCOPE, "y": SCOPE}


@given(st.lists(st.integers(0, 40).map(float), min_size=2, max_size=7))
@settings(max_examples=300, deadline=None)
def test_no_cause_tells_of_fewer_persons_than_may_be_published(levels: list[float]) -> None:
    chain = read_chain(attribute(make_steps(levels, kind="group")))
    moves = [abs(after - before) for _, before, after in chain]
    assert all(move >= FEWEST for move in moves) or len(chain) == 1
    assert sum(after - before for _, before, after in chain) == levels[-1] - levels[0]


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=2, max_size=7), st.integers(0, 4))
@settings(deadline=None)
def test_rounded_moves_add_up_to_the_rounded_change(levels: list[float], places: int) -> None:
    moves = [Fraction(str(round_move(a, b, places))) for a, b in zip(levels, levels[1:], strict=False)]
    assert sum(moves) == Fraction(str(round_move(levels[0], levels[-1], places)))

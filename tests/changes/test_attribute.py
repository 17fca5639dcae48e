"""The chain of causes: exact to the bit, whatever is missing on the way."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.changes.attribute import Step, attribute
from pipeline.changes.causes import (
    COVARIATES,
    DECLARED_KINDS,
    JOINT,
    PRICES,
    REIMBURSEMENT,
    SCOPE,
    UNEXPLAINED,
)
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
    assert (levels[0], levels[-1]) != (None, None)
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


@pytest.mark.parametrize("kind", DECLARED_KINDS)
@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ([None, 2.0, 2.0, 2.0], [(SCOPE, None, 2.0)]),
        ([None, 2.0], [(SCOPE, None, 2.0)]),
        ([2.0, None, None], [(SCOPE, 2.0, None)]),
        ([None, 2.0, 3.0], [(SCOPE, None, 2.0), ("b", 2.0, 3.0)]),
        ([2.0, 3.0, None], [("a", 2.0, 3.0), ("b", 3.0, None)]),
        ([2.0, 3.0, 3.0], [("a", 2.0, 3.0)]),
    ],
)
def test_a_price_rate_or_study_in_one_release_only_is_no_causes_work(
    kind: str, levels: list[float | None], expected: list
) -> None:
    """Mixtures hold what the new release has: what only one has comes or goes with the first step, whatever it is."""
    assert read_chain(attribute(make_steps(levels, kind))) == expected


def test_prices_reimbursement_and_studies_move_no_estimate() -> None:
    for kind, expected in (("difference", UNEXPLAINED), ("group", UNEXPLAINED), ("price", PRICES)):
        steps = [Step("", make_levels({"n": 10.0}, kind)), Step(PRICES, make_levels({"n": 20.0}, kind))]
        assert read_chain(attribute(steps)) == [(expected, 10.0, 20.0)]
    steps = make_steps([10.0, None, 20.0])
    joined = [steps[0], Step(COVARIATES, steps[1].levels), Step(REIMBURSEMENT, steps[2].levels)]
    assert read_chain(attribute(joined)) == [(f"{COVARIATES}{JOINT}{REIMBURSEMENT}", 10.0, 20.0)]


def test_a_number_that_neither_release_publishes_is_not_told() -> None:
    assert read_chain(attribute(make_steps([None, 7.0, None]))) == []
    assert read_chain(attribute(make_steps([None, 7.0, 8.0, None], "group"))) == []


def test_a_number_withheld_by_the_stricter_release_is_not_another_causes_work() -> None:
    """Smallest counts are never undone below the stricter: what is not there may be withheld only."""
    steps = make_steps([7.0, None, None])
    strict = [steps[0], Step("a", steps[1].levels, is_stricter=True), steps[2]]
    assert read_chain(attribute(strict)) == [(f"a{JOINT}b", 7.0, None)]
    assert read_chain(attribute(steps)) == [("a", 7.0, None)]
    steps = make_steps([None, None, 7.0])
    strict = [steps[0], Step("a", steps[1].levels, is_stricter=True), steps[2]]
    assert read_chain(attribute(strict)) == [(f"a{JOINT}b", None, 7.0)]
    assert read_chain(attribute(steps)) == [("b", None, 7.0)]


def make_group_steps(counts: dict[str, list[float]]) -> list[Step]:
    steps = []
    for place, values in enumerate(zip(*counts.values(), strict=True)):
        frames = [
            make_levels({"homeless": value}, "group").with_columns(measure=pl.lit(name))
            for name, value in zip(counts, values, strict=True)
        ]
        steps.append(Step(["", *"abcdefgh"][place], pl.concat(frames)))
    return steps


def test_counts_of_a_group_are_joined_together() -> None:
    """Nine persons by a and twelve by c, of whom two and ten reached success: a and c are not told apart."""
    counts = {"n_persons": [90.0, 99.0, 99.0, 111.0], "n_success": [30.0, 32.0, 32.0, 42.0]}
    frame = attribute(make_group_steps(counts))
    told = {row["measure"]: (row["cause"], row["value_after"]) for row in frame.rows(named=True)}
    assert told == {"n_persons": (f"a{JOINT}c", 111.0), "n_success": (f"a{JOINT}c", 42.0)}


def test_counts_are_joined_up_to_the_declared_floor() -> None:
    counts = {"n_persons": [90.0, 99.0, 111.0]}
    assert len(attribute(make_group_steps(counts), 9)) == 2
    assert len(attribute(make_group_steps(counts), 10)) == 1


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=7), st.integers(5, 12)
)
@settings(max_examples=200, deadline=None)
def test_no_cause_of_a_group_tells_of_few_persons_in_any_count(pairs: list, floor: int) -> None:
    persons, success = ([float(pair[n]) for pair in pairs] for n in (0, 1))
    frame = attribute(make_group_steps({"n_persons": persons, "n_success": success}), floor)
    moves = frame.select((pl.col("value_after") - pl.col("value_before")).abs()).to_series()
    assert frame["cause"].n_unique() <= 1 or (moves >= floor).all()
    parts = [set(cause.split(JOINT)) for cause in frame["cause"].unique()]
    assert not any(one & other for one in parts for other in parts if one != other)


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

"""Checks of the effect studies as delivered: every rule over all rows at once, told in counts with examples.

Belongs here: what a row must satisfy before it is converted. Does not belong here: reading and converting.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import polars as pl

from pipeline.declarations.problems import Problems
from pipeline.knowledge.effect_study_columns import (
    CLOSED_WORDS,
    COUNT_COLUMNS,
    NEEDED_BY_STATISTIC,
    REQUIRED_COLUMNS,
    STATISTICS_BY_DESIGN,
    TWO_GROUP_DESIGNS,
)

_EXAMPLES = 3
_MIN_GROUP = 2
_MIN_CORRELATION = 4
"""A variance of r needs n − 1 > 0, and the correction of d needs n − 2 > 1."""


def check_studies(
    studies: pl.DataFrame, target_groups: Collection[str] | None, file: str, problems: Problems
) -> None:
    """Check all rows against all rules.

    Parameters
    ----------
    studies : polars.DataFrame
        The typed input columns.
    target_groups : collection of str or None
        Known keys; None when they are not known here.
    file : str
        What messages call the file.
    problems : Problems
        Grows by one problem a broken rule, with the number of rows and a few keys.
    """
    _check_words(studies, target_groups, file, problems)
    for column, is_bad, expected, do in _rules():
        keys = studies.filter(is_bad.fill_null(False))["effect_study"]
        if len(keys):
            shown = ", ".join(str(key) for key in keys.head(_EXAMPLES)) + (
                ", …" if len(keys) > _EXAMPLES else ""
            )
            found = f"{len(keys)} row{'s' if len(keys) > 1 else ''} ({shown})"
            problems.add(f"{file}: {column}", found, expected, do)


def _check_words(
    studies: pl.DataFrame, target_groups: Collection[str] | None, file: str, problems: Problems
) -> None:
    closed = {**CLOSED_WORDS, "statistic": tuple(NEEDED_BY_STATISTIC)}
    if target_groups is not None:
        closed["target_group"] = tuple(target_groups)
    for column, known in closed.items():
        words = studies[column].drop_nulls().unique().sort()
        for word in words.filter(~words.is_in(list(known))):
            problems.add_unknown(f"{file}: {column}", word, known, column)


def _rules() -> Iterator[tuple[str, pl.Expr, str, str]]:
    """Give column, condition of a bad row, what is expected and what to do."""
    col = pl.col
    for column in REQUIRED_COLUMNS:
        is_blank = col(column).is_null()
        yield column, is_blank, f"a value for {column} in every row", "fill it in"
    yield "effect_study", col("effect_study").is_duplicated(), "every key once", "number the estimates"
    for statistic, needed in NEEDED_BY_STATISTIC.items():
        for column in needed:
            is_bad = (col("statistic") == statistic) & col(column).is_null()
            yield column, is_bad, f"a value where the statistic is {statistic!r}", "fill it in"
    for design, statistics in STATISTICS_BY_DESIGN.items():
        known = col("statistic").is_in(list(NEEDED_BY_STATISTIC))
        is_bad = (col("design") == design) & known & ~col("statistic").is_in(list(statistics))
        yield "statistic", is_bad, f"with design {design!r} one of {', '.join(statistics)}", "correct either"
    yield from _design_rules()
    yield from _range_rules()


def _design_rules() -> Iterator[tuple[str, pl.Expr, str, str]]:
    col = pl.col
    is_two_groups = col("design").is_in(list(TWO_GROUP_DESIGNS))
    for column in ("n_intervention", "n_control"):
        yield column, is_two_groups & col(column).is_null(), "a number with a control group", "fill it in"
    is_bad = (col("design") == "before_after") & col("n_intervention").is_null()
    yield "n_intervention", is_bad, "a number in a before-after study", "fill it in"
    is_bad = (col("design") == "before_after") & col("n_control").is_not_null()
    yield "n_control", is_bad, "empty in a before-after study", "empty it, or correct the design"


def _range_rules() -> Iterator[tuple[str, pl.Expr, str, str]]:
    col, statistic, value = pl.col, pl.col("statistic"), pl.col("value")
    do = "correct the number or the statistic"
    for column in COUNT_COLUMNS[:2]:
        yield column, col(column) < _MIN_GROUP, f"at least {_MIN_GROUP} persons", do
    is_bad = (statistic == "correlation") & (col("n_intervention") + col("n_control") < _MIN_CORRELATION)
    yield "n_intervention", is_bad, f"at least {_MIN_CORRELATION} persons in a correlation", do
    for column in ("sd_intervention", "sd_control", "sd_difference", "standard_error"):
        yield column, col(column) <= 0, "above 0", do
    for column in ("share_intervention", "share_control"):
        yield column, ~col(column).is_between(0, 1), "a share between 0 and 1", do
    yield "correlation", col("correlation").abs() >= 1, "between -1 and 1", do
    yield "difference_sign", ~col("difference_sign").is_in([-1, 1]), "-1 or 1", do
    yield "time_horizon_months", col("time_horizon_months") < 0, "0 or more", do
    yield "value", (statistic == "odds_ratio") & (value <= 0), "an odds ratio above 0", do
    yield "value", (statistic == "f") & (value < 0), "an F of 0 or more", do
    yield "value", (statistic == "p") & ~value.is_between(0, 1, closed="right"), "a p above 0, at most 1", do
    yield "value", (statistic == "correlation") & (value.abs() >= 1), "a correlation between -1 and 1", do
    for column in ("mean_intervention", "mean_control", "value"):
        yield column, ~col(column).is_finite(), "a finite number", do

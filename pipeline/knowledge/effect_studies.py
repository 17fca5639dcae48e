"""Importing effect studies: from reported statistics to one table of standardised effect sizes.

Belongs here: reading the file, typing it, converting each row by its statistic. Does not belong here: the
formulas (`effect_sizes`), the rules of a row (`effect_study_checks`).

An estimate is included when it is quantitative and compares with a control group or a pre-measurement. The
published effect size is Hedges' g, intervention minus control (after minus before), in standard deviations of
the measure; `direction` says whether a higher measure is better.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.declarations.knowledge import DECLARATIONS_FOLDER
from pipeline.declarations.problems import Problems
from pipeline.knowledge import effect_sizes
from pipeline.knowledge.effect_sizes import EffectSizes
from pipeline.knowledge.effect_study_checks import check_studies
from pipeline.knowledge.effect_study_columns import (
    COUNT_COLUMNS,
    FLAG_COLUMNS,
    INPUT_COLUMNS,
    NUMBER_COLUMNS,
    RELEASE_SCHEMA,
    SCANDINAVIAN_COUNTRIES,
)

EFFECT_STUDIES_FILE = DECLARATIONS_FOLDER / "effect_studies.csv"
SIGNIFICANCE_LEVEL = 0.05
_Columns = Mapping[str, np.ndarray]

_CONVERSIONS: Mapping[str, Callable[[_Columns], EffectSizes]] = {
    "means": lambda c: effect_sizes.convert_means(
        c["mean_intervention"],
        c["mean_control"],
        c["sd_intervention"],
        c["sd_control"],
        c["n_intervention"],
        c["n_control"],
    ),
    "before_after": lambda c: effect_sizes.convert_before_after(
        c["mean_intervention"], c["mean_control"], c["sd_difference"], c["correlation"], c["n_intervention"]
    ),
    "t": lambda c: effect_sizes.convert_t(c["value"], c["n_intervention"], c["n_control"]),
    "f": lambda c: effect_sizes.convert_f(
        c["value"], c["difference_sign"], c["n_intervention"], c["n_control"]
    ),
    "p": lambda c: effect_sizes.convert_p(
        c["value"], c["difference_sign"], c["n_intervention"], c["n_control"]
    ),
    "odds_ratio": lambda c: effect_sizes.convert_odds_ratio(c["value"], c["standard_error"]),
    "proportions": lambda c: effect_sizes.convert_proportions(
        c["share_intervention"], c["share_control"], c["n_intervention"], c["n_control"]
    ),
    "correlation": lambda c: effect_sizes.convert_correlation(
        c["value"], c["n_intervention"] + c["n_control"]
    ),
    "d": lambda c: effect_sizes.convert_d(
        c["value"], c["n_intervention"], c["n_control"], c["standard_error"]
    ),
    "g": lambda c: effect_sizes.convert_g(c["value"], c["standard_error"]),
}


def effect_studies_table(
    path: Path = EFFECT_STUDIES_FILE, target_groups: Collection[str] | None = None
) -> pl.DataFrame:
    """Read the effect studies and return them with standardised effect sizes.

    Parameters
    ----------
    path : Path
        A CSV file with the columns of `effect_study_columns.INPUT_COLUMNS`.
    target_groups : collection of str, optional
        Known keys; not checked when left out.

    Returns
    -------
    polars.DataFrame
        One row an estimate, in the order of the file, with the columns of the release.

    Raises
    ------
    InputError
        With every broken rule at once, in numbers of rows with a few keys.
    """
    problems = Problems()
    studies = _read_studies(path, problems)
    if not problems.items:
        check_studies(studies, target_groups, path.name, problems)
    problems.raise_if_any("Effect studies")
    return convert_studies(studies)


def convert_studies(studies: pl.DataFrame) -> pl.DataFrame:
    """Convert checked studies to the release's columns; all rows of a statistic at once.

    Parameters
    ----------
    studies : polars.DataFrame
        Typed input columns without broken rules.

    Returns
    -------
    polars.DataFrame
        Same rows, same order.
    """
    size, error, p_value = (np.full(len(studies), np.nan) for _ in range(3))
    statistic = studies["statistic"].to_numpy()
    columns = {name: _to_floats(studies[name]) for name in (*COUNT_COLUMNS, *NUMBER_COLUMNS)}
    for name, convert in _CONVERSIONS.items():
        rows = np.flatnonzero(statistic == name)
        if len(rows):
            sizes = convert({column: values[rows] for column, values in columns.items()})
            size[rows], error[rows], p_value[rows] = sizes.g, np.sqrt(sizes.g_variance), sizes.p_value
    converted = studies.with_columns(
        is_scandinavian=pl.col("country").is_in(list(SCANDINAVIAN_COUNTRIES)),
        effect_size=pl.Series(size),
        effect_size_standard_error=pl.Series(error),
        is_significant=pl.Series(p_value < SIGNIFICANCE_LEVEL),
    )
    return converted.select(list(RELEASE_SCHEMA)).cast(dict(RELEASE_SCHEMA))


def _to_floats(column: pl.Series) -> np.ndarray:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _read_studies(path: Path, problems: Problems) -> pl.DataFrame:
    try:
        raw = pl.read_csv(path, infer_schema=False)
    except (FileNotFoundError, pl.exceptions.PolarsError) as error:
        found = "no such file" if isinstance(error, FileNotFoundError) else "not readable as CSV in UTF-8"
        problems.add(path.name, found, "a CSV file of effect studies", "mend or replace the file")
        return pl.DataFrame()
    for name in raw.columns:
        if name not in INPUT_COLUMNS:
            problems.add_unknown(path.name, name, INPUT_COLUMNS, "column")
    for name in INPUT_COLUMNS:
        if name not in raw.columns:
            problems.add(path.name, f"no column {name!r}", f"a column {name!r}", "add it; it may be empty")
    if problems.items:
        return pl.DataFrame()
    if raw.is_empty():
        problems.add(path.name, "no rows", "at least one estimate", "fill in the file")
    texts = raw.with_columns(pl.all().str.strip_chars().replace("", None))
    return _type_columns(texts, path.name, problems)


def _type_columns(texts: pl.DataFrame, file: str, problems: Problems) -> pl.DataFrame:
    flags = {
        name: pl.col(name).replace_strict({"true": True, "false": False}, default=None)
        for name in FLAG_COLUMNS
    }
    typed = texts.with_columns(
        *(pl.col(name).cast(pl.Int64, strict=False) for name in COUNT_COLUMNS),
        *(pl.col(name).cast(pl.Float64, strict=False) for name in NUMBER_COLUMNS),
        **flags,
    )
    kinds = dict.fromkeys(COUNT_COLUMNS, "whole numbers") | dict.fromkeys(NUMBER_COLUMNS, "numbers")
    for name, kind in (kinds | dict.fromkeys(FLAG_COLUMNS, "true or false")).items():
        bad = texts.filter(pl.col(name).is_not_null() & typed[name].is_null())["effect_study"]
        if len(bad):
            found = f"{len(bad)} row{'s' if len(bad) > 1 else ''} ({', '.join(map(str, bad.head(3)))})"
            do = "write digits with a point before decimals; true and false in lower case"
            problems.add(f"{file}: {name}", found, kind, do)
    return typed

"""What an aggregated target group is made of, and whether its parts differ.

Belongs here: membership patterns of a union (which definitions a member met), what each contributes, and the
tests of heterogeneity as rows. Does not belong here: the test itself (`estimation.heterogeneity`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import polars as pl

from estimation import Block, Layout
from estimation.heterogeneity import Heterogeneity, Subgroups, compare_subgroups
from pipeline.declarations.method import Method
from pipeline.panels.panel import Panel

SCHEMA = {
    "target_group": pl.String,
    "measure": pl.String,
    "consequence": pl.String,
    "relative_year": pl.Int16,
    "category": pl.String,
    "value": pl.Float64,
    "standard_error": pl.Float64,
    "p_value": pl.Float64,
    "n_persons": pl.Int64,
    "verdict": pl.String,
}
EMPTY_DIAGNOSTICS = pl.DataFrame(schema=SCHEMA)


def compare_definitions(
    target_group: str,
    consequences: Sequence[str],
    panel: Panel,
    blocks: Callable[[], Iterable[Block]],
    layout: Layout,
    method: Method,
) -> pl.DataFrame:
    """Compare the membership patterns of an aggregated target group.

    Parameters
    ----------
    target_group : str
    consequences : sequence of str
        In order of the outcomes.
    panel : Panel
        Its members carry definitions_met.
    blocks : callable
        As for `estimate_group`.
    layout : Layout
    method : Method

    Returns
    -------
    polars.DataFrame
        Rows of `diagnostics`: what each pattern contributes (share of person-years, persons), its adjusted
        differences, and a Wald test of equal differences by consequence and relative year.
    """
    patterns = panel.members["definitions_met"].list.join(" + ")
    names = patterns.unique().sort()
    number = patterns.replace_strict(names, pl.int_range(names.len(), eager=True)).to_numpy().astype(np.int64)

    def split() -> Iterable[Subgroups]:
        start = 0
        for block in blocks():
            stop = start + block.person.size
            yield Subgroups(block, number[start:stop])
            start = stop

    found = compare_subgroups(split, names.len(), layout)
    rows = [
        _tabulate_contributions(panel, patterns, method.min_published_count),
        _tabulate_tests(consequences, found, method.significance_level),
        _tabulate_differences(consequences, names.to_list(), found),
    ]
    frame = pl.concat(rows, how="diagonal").with_columns(pl.lit(target_group).alias("target_group"))
    return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _tabulate_contributions(panel: Panel, patterns: pl.Series, floor: int) -> pl.DataFrame:
    """Return share of person-years and persons of each pattern; nothing of a pattern below the floor.

    With one pattern withheld its share would follow from the others, so the next smallest goes too.
    """
    counted = (
        pl.DataFrame({"category": patterns, "pnr": panel.members["pnr"]})
        .group_by("category")
        .agg(value=pl.len() / panel.members.height, n_persons=pl.col("pnr").n_unique())
        .sort("n_persons", "category")
        .with_row_index("rank")
    )
    n_small = int((counted["n_persons"] < floor).sum())
    withheld = (pl.col("n_persons") < floor) | ((pl.lit(n_small) == 1) & (pl.col("rank") <= 1))
    return counted.select(
        pl.lit("share_of_person_years").alias("measure"),
        "category",
        pl.when(withheld).then(None).otherwise(pl.col("value")).alias("value"),
        pl.when(withheld).then(None).otherwise(pl.col("n_persons").cast(pl.Int64)).alias("n_persons"),
    ).sort("category")


def _tabulate_tests(consequences: Sequence[str], found: Heterogeneity, level: float) -> pl.DataFrame:
    outcome, year = np.nonzero(found.degrees_of_freedom)
    p_value = found.p_value[outcome, year]
    return pl.DataFrame(
        {
            "measure": ["heterogeneity_wald"] * outcome.size,
            "consequence": [consequences[index] for index in outcome],
            "relative_year": (year + 1).astype(np.int16),
            "value": found.statistic[outcome, year],
            "p_value": p_value,
            "verdict": [
                f"{'differ' if p < level else 'no difference shown'} (df {df})"
                for p, df in zip(p_value, found.degrees_of_freedom[outcome, year], strict=True)
            ],
        },
        schema_overrides={"measure": pl.String, "consequence": pl.String, "verdict": pl.String},
    )


def _tabulate_differences(
    consequences: Sequence[str], names: list[str], found: Heterogeneity
) -> pl.DataFrame:
    pattern, outcome, year = np.nonzero(found.is_tested)
    return pl.DataFrame(
        {
            "measure": ["adjusted_difference_of_pattern"] * pattern.size,
            "category": [names[index] for index in pattern],
            "consequence": [consequences[index] for index in outcome],
            "relative_year": (year + 1).astype(np.int16),
            "value": found.adjusted_difference[pattern, outcome, year],
            "standard_error": found.standard_error[pattern, outcome, year],
        },
        schema_overrides={"measure": pl.String, "consequence": pl.String, "category": pl.String},
    )

"""What an aggregated target group is made of, and whether its parts differ.

Belongs here: membership patterns of a union (which definitions a member met), what each contributes, and the
tests of heterogeneity as rows. Does not belong here: the test itself (`estimation.heterogeneity`).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from estimation import Heterogeneity
from pipeline.declarations.target_group import TargetGroup
from pipeline.panels.count_members import MemberCounts
from pipeline.panels.diagnostics import SCHEMA


def tabulate_comparison(
    group: TargetGroup, consequences: Sequence[str], counts: MemberCounts, found: Heterogeneity
) -> pl.DataFrame:
    """Tell what the membership patterns of an aggregated target group are and whether they differ.

    Parameters
    ----------
    group : TargetGroup
        A union of definitions.
    consequences : sequence of str
        In order of the outcomes.
    counts : MemberCounts
        Of all leaves; its patterns in alphabetical order are the subgroups.
    found : Heterogeneity

    Returns
    -------
    polars.DataFrame
        Rows of `diagnostics`: what each pattern contributes (share of person-years, persons), its adjusted
        differences, and a Wald test of equal differences by consequence and relative year.
    """
    rows = [
        _tabulate_contributions(counts, group.method.min_published_count),
        _tabulate_tests(consequences, found, group.method.significance_level),
        _tabulate_differences(consequences, sorted(counts.persons), found),
    ]
    frame = pl.concat(rows, how="diagonal").with_columns(pl.lit(group.target_group).alias("target_group"))
    return frame.select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())


def _tabulate_contributions(counts: MemberCounts, floor: int) -> pl.DataFrame:
    """Return share of person-years and persons of each pattern; nothing of a pattern below the floor.

    With one pattern withheld its share would follow from the others, so the next smallest goes too.
    """
    total = counts.person_years.total()
    counted = (
        pl.DataFrame(
            {
                "category": list(counts.persons),
                "value": [counts.person_years[pattern] / total for pattern in counts.persons],
                "n_persons": list(counts.persons.values()),
            },
            schema={"category": pl.String, "value": pl.Float64, "n_persons": pl.Int64},
        )
        .sort("n_persons", "category")
        .with_row_index("rank")
    )
    n_small = int((counted["n_persons"] < floor).sum())
    withheld = (pl.col("n_persons") < floor) | ((pl.lit(n_small) == 1) & (pl.col("rank") <= 1))
    return counted.select(
        pl.lit("share_of_person_years").alias("measure"),
        "category",
        pl.when(withheld).then(None).otherwise(pl.col("value")).alias("value"),
        pl.when(withheld).then(None).otherwise(pl.col("n_persons")).alias("n_persons"),
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
    consequences: Sequence[str], names: Sequence[str], found: Heterogeneity
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

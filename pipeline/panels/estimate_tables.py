"""Estimates of a target group as the rows that are published.

Belongs here: from arrays to the tables `estimates`, `adjustment_by_covariate` and `estimate_covariance`. Does not
belong here: any statistic.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from estimation import GroupEstimates, pack_lower

_COUNTS = (
    "n_success",
    "n_others",
    "n_persons_success",
    "n_persons_others",
    "n_users_success",
    "n_users_others",
)
_NUMBERS = (
    "share_observed_success",
    "share_observed_others",
    "mean_success",
    "mean_others",
    "raw_difference",
    "adjustment",
    "adjusted_difference",
    "standard_error",
    "ci_low",
    "ci_high",
    "p_value",
    "q_value",
)


def tabulate_estimates(
    target_group: str,
    consequences: Sequence[str],
    withheld: GroupEstimates,
    base_years: np.ndarray,
    in_success_rule: np.ndarray,
    covariate_set: str,
    significance_level: float,
) -> pl.DataFrame:
    """Return one row a consequence and relative year.

    Parameters
    ----------
    target_group : str
    consequences : sequence of str
        The m consequences in order.
    withheld : GroupEstimates
        Already passed through `estimation.withhold`.
    base_years : (2, m, T) int
        First and last base year in the regression; null is published where its sample is empty.
    in_success_rule : (m,) bool
        Consequences that the success criterion reads in year 1.
    covariate_set : str
    significance_level : float
        Share, 0–1.

    Returns
    -------
    polars.DataFrame
        Table `estimates`.
    """
    n_outcomes, n_years = withheld.status.shape
    columns: dict[str, np.ndarray | list] = {
        "consequence": np.repeat(np.array(consequences), n_years),
        "relative_year": np.tile(np.arange(1, n_years + 1), n_outcomes),
    }
    columns |= {name: getattr(withheld, name).ravel() for name in (*_COUNTS, *_NUMBERS)}
    known = pl.Series((base_years[0] <= base_years[1]).ravel())
    columns |= {"base_year_first": base_years[0].ravel(), "base_year_last": base_years[1].ravel()}
    columns |= {"status": withheld.status.ravel(), "reason": withheld.reason.ravel()}
    year_1 = np.arange(1, n_years + 1)[None, :] == 1
    columns["in_success_rule"] = (in_success_rule[:, None] & year_1).ravel()
    frame = pl.DataFrame(columns)
    missing = [pl.col(name).fill_nan(None) for name in (*_COUNTS, *_NUMBERS)]
    return frame.with_columns(missing).with_columns(
        pl.lit(target_group).alias("target_group"),
        pl.lit(covariate_set).alias("covariate_set"),
        pl.col("relative_year").cast(pl.Int16),
        pl.col(_COUNTS).cast(pl.Int64),
        pl.when(known).then(pl.col("base_year_first", "base_year_last")).cast(pl.Int16),
        pl.col("reason").replace("", None),
        (pl.col("p_value") < significance_level).alias("is_significant"),
    )


def tabulate_adjustments(
    target_group: str, consequences: Sequence[str], withheld: GroupEstimates
) -> pl.DataFrame:
    """Return one row an estimated cell and covariate: table `adjustment_by_covariate`."""
    estimated = withheld.status == "estimated"
    outcome, year = np.nonzero(estimated)
    frames = [
        pl.DataFrame(
            {
                "consequence": np.array(consequences)[outcome],
                "relative_year": (year + 1).astype(np.int16),
                "covariate": [name] * outcome.size,
                "adjustment": withheld.adjustment_by_covariate[index, outcome, year],
            },
            schema_overrides={"consequence": pl.String, "covariate": pl.String},
        )
        for index, name in enumerate(withheld.covariate_names)
    ]
    return pl.concat(frames).select(pl.lit(target_group).alias("target_group"), pl.all())


def tabulate_covariance(
    target_group: str, consequences: Sequence[str], withheld: GroupEstimates
) -> pl.DataFrame:
    """Return one row an estimated cell: covariances with all earlier positions and itself."""
    outcome, year = np.nonzero(withheld.position)
    order = np.argsort(withheld.position[outcome, year])
    outcome, year = outcome[order], year[order]
    return pl.DataFrame(
        {
            "target_group": [target_group] * outcome.size,
            "consequence": np.array(consequences, dtype=object)[outcome],
            "relative_year": (year + 1).astype(np.int16),
            "position": withheld.position[outcome, year].astype(np.int32),
            "covariances": pack_lower(withheld.covariance),
        },
        schema={
            "target_group": pl.String,
            "consequence": pl.String,
            "relative_year": pl.Int16,
            "position": pl.Int32,
            "covariances": pl.List(pl.Float64),
        },
    )

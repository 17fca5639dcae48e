"""Who a target group is in year 0: sex, age, origin, employment, education, parents' background.

Belongs here: counts, shares and means of the members, and the floor below which they are not published. Does not
belong here: the words of the categories (`covariates.toml`).
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb
import polars as pl

ADULTS = {
    "sex": "sex",
    "origin": "origin_code",
    "employment": "employment_code",
    "education": "education_code",
    "age_group": "printf('%d-%d', age // 5 * 5, age // 5 * 5 + 4)",
}
CHILDREN = {
    "sex": "sex",
    "origin": "origin_code",
    "mother_employment": "mother_employment_code",
    "mother_education": "mother_education_code",
    "father_employment": "father_employment_code",
    "father_education": "father_education_code",
    "age_group": "age::VARCHAR",
}

COUNTS_SCHEMA = {
    "number": pl.Int16,
    "characteristic": pl.String,
    "category": pl.String,
    "n_person_years": pl.Int64,
    "n_persons": pl.Int64,
    "sum_of_ages": pl.Int64,
}


def count_characteristics(con: duckdb.DuckDBPyConnection, children: Iterable[int]) -> pl.DataFrame:
    """Count the rows of the temporary table `members` by group, characteristic and category.

    Parameters
    ----------
    con : duckdb connection
    children : iterable of int
        Numbers of the groups that have parents' background instead of own employment and education.

    Returns
    -------
    polars.DataFrame
        Columns of `COUNTS_SCHEMA`: persons, person-years, and the sum of ages at year 0 (years) where the
        characteristic is `age`. Counts of ranges of leaves add up.
    """
    listed = ", ".join(str(number) for number in children) or "NULL"
    of_children = f"number IN ({listed})"
    parts = [
        f"""SELECT number, '{name}' AS characteristic, ({column})::VARCHAR AS category,
        count(*) AS n_person_years, count(DISTINCT pnr) AS n_persons, 0 AS sum_of_ages
        FROM members WHERE {condition} GROUP BY ALL"""
        for columns, condition in ((CHILDREN, of_children), (ADULTS, f"({of_children}) IS NOT TRUE"))
        for name, column in columns.items()
    ]
    parts.append(
        """SELECT number, 'age', 'all', count(*), count(DISTINCT pnr), sum(age) FROM members GROUP BY ALL"""
    )
    return con.sql(" UNION ALL ".join(parts)).pl().cast(COUNTS_SCHEMA)


def describe_members(target_group: str, counted: pl.DataFrame, min_published_count: int) -> pl.DataFrame:
    """Describe the members of a target group from their counts.

    Parameters
    ----------
    target_group : str
    counted : polars.DataFrame
        Rows of the group from `count_characteristics` of every range of leaves.
    min_published_count : int
        Lowest number of persons published.

    Returns
    -------
    polars.DataFrame
        Table `target_group_characteristics`; `share` is of person-years, 0–1.
    """
    added = counted.group_by("characteristic", "category").agg(
        pl.col("n_person_years", "n_persons", "sum_of_ages").sum()
    )
    is_age = pl.col("characteristic") == "age"
    total = int(added.filter(is_age)["n_person_years"].sum())
    shares = _withhold_small(added.filter(~is_age), min_published_count).with_columns(
        share=pl.col("n_person_years") / total, mean=pl.lit(None, pl.Float64)
    )
    age = added.filter(is_age & (pl.col("n_persons") >= min_published_count)).with_columns(
        share=pl.lit(1.0), mean=pl.col("sum_of_ages") / pl.col("n_person_years")
    )
    rows = pl.concat([age.select(shares.columns), shares])
    return rows.sort("characteristic", "category").select(
        pl.lit(target_group).alias("target_group"),
        *("characteristic", "category", "share", "n_persons", "mean", "n_person_years"),
    )


def _withhold_small(counted: pl.DataFrame, floor: int) -> pl.DataFrame:
    """Null the counts of categories below the floor, and of one more where only one would be null.

    With a single category withheld, the total would tell it; so the next smallest goes too.
    """
    ranked = counted.sort("characteristic", "n_persons", "category").with_columns(
        rank=pl.int_range(pl.len()).over("characteristic"),
        n_small=(pl.col("n_persons") < floor).sum().over("characteristic"),
    )
    is_withheld = (pl.col("n_persons") < floor) | ((pl.col("n_small") == 1) & (pl.col("rank") == 1))
    return ranked.select(
        "characteristic",
        "category",
        *(
            pl.when(is_withheld).then(None).otherwise(pl.col(name)).cast(pl.Int64).alias(name)
            for name in ("n_person_years", "n_persons")
        ),
    )

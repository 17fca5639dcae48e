"""Who a target group is in year 0: sex, age, origin, employment, education, parents' background.

Belongs here: shares and means of the members, and the floor below which they are not published. Does not belong
here: the words of the categories (`covariates.toml`).
"""

from __future__ import annotations

import duckdb
import polars as pl

ADULTS = {
    "sex": "sex",
    "origin": "origin_code",
    "employment": "employment_code",
    "education": "education_code",
}
CHILDREN = {
    "sex": "sex",
    "origin": "origin_code",
    "mother_employment": "mother_employment_code",
    "mother_education": "mother_education_code",
    "father_employment": "father_employment_code",
    "father_education": "father_education_code",
}


def describe_members(
    con: duckdb.DuckDBPyConnection, target_group: str, is_children: bool, min_published_count: int
) -> pl.DataFrame:
    """Describe the rows of the temporary table `members`.

    Parameters
    ----------
    con : duckdb connection
    target_group : str
    is_children : bool
        Parents' background instead of own employment and education.
    min_published_count : int
        Lowest number of persons published.

    Returns
    -------
    polars.DataFrame
        Table `target_group_characteristics`; `share` is of person-years, 0–1.
    """
    age_group = "age::VARCHAR" if is_children else "printf('%d-%d', age // 5 * 5, age // 5 * 5 + 4)"
    columns = {**(CHILDREN if is_children else ADULTS), "age_group": age_group}
    parts = [
        f"""SELECT '{name}' AS characteristic, ({column})::VARCHAR AS category,
        count(*) AS n_person_years, count(DISTINCT pnr) AS n_persons FROM members GROUP BY ALL"""
        for name, column in columns.items()
    ]
    counted = con.sql(" UNION ALL ".join(parts)).pl()
    total = int(counted.filter(pl.col("characteristic") == "sex")["n_person_years"].sum())
    shares = _withhold_small(counted, min_published_count).with_columns(
        share=pl.col("n_person_years") / total, mean=pl.lit(None, pl.Float64)
    )
    rows = pl.concat([_describe_age(con, min_published_count).select(shares.columns), shares])
    return rows.sort("characteristic", "category").select(
        pl.lit(target_group).alias("target_group"),
        *("characteristic", "category", "share", "n_persons", "mean", "n_person_years"),
    )


def _describe_age(con: duckdb.DuckDBPyConnection, floor: int) -> pl.DataFrame:
    """Return the row of all members together, with their mean age; empty below the floor."""
    row = con.sql(
        """SELECT 'age' AS characteristic, 'all' AS category, count(*) AS n_person_years,
        count(DISTINCT pnr) AS n_persons, 1.0::DOUBLE AS share, avg(age) AS mean FROM members"""
    ).pl()
    return row.filter(pl.col("n_persons") >= floor)


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

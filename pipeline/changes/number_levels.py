"""The numbers of a release as one long table: what each is called and how high it stands.

Belongs here: which published numbers are followed from release to release, and their names. Does not belong here:
comparing them (`attribute`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

TABLES_READ = (
    *("estimates", "profiles", "unit_prices", "price_index", "discount_rates", "parameters", "target_groups"),
    "effect_studies",
)

COUNTS = ("n_persons", "n_person_years", "n_success", "n_others")

_OF_VIEWS = """
    SELECT concat_ws('/', target_group, consequence, relative_year) AS number_id, 'difference' AS number_kind,
        view AS measure, target_group, consequence, relative_year, value,
        coalesce(nullif(standard_error, 0), max(nullif(standard_error, 0)) FILTER (view = 'all_estimates')
            OVER (PARTITION BY target_group, consequence, relative_year)) AS standard_error
    FROM profiles"""
"""A view that shows 0 for an estimate shows 0 or nothing for its error: then it is that of all estimates."""

_LEVELS = f"""
    SELECT concat_ws('/', target_group, consequence, relative_year) AS number_id, 'difference' AS number_kind,
        'adjusted_difference' AS measure, target_group, consequence, relative_year,
        adjusted_difference AS value, standard_error
    FROM estimates
    UNION ALL BY NAME ({_OF_VIEWS})
    UNION ALL BY NAME
    SELECT concat_ws('/', 'price', consequence, payer, price_year, target_group) AS number_id, 'price' AS number_kind,
        'price_dkk' AS measure, target_group, consequence, price_dkk AS value
    FROM unit_prices
    UNION ALL BY NAME
    SELECT concat_ws('/', 'index', year) AS number_id, 'rate' AS number_kind, 'index' AS measure, "index" AS value
    FROM price_index
    UNION ALL BY NAME
    SELECT concat_ws('/', 'discount_rate', valid_from, horizon_from) AS number_id, 'rate' AS number_kind,
        'rate' AS measure, rate AS value
    FROM discount_rates
    UNION ALL BY NAME
    SELECT concat_ws('/', 'parameter', parameter, valid_from) AS number_id, 'rate' AS number_kind,
        'value' AS measure, value
    FROM parameters
    UNION ALL BY NAME
    SELECT concat_ws('/', 'effect_study', effect_study) AS number_id, 'study' AS number_kind,
        'effect_size' AS measure, target_group, effect_size AS value, effect_size_standard_error AS standard_error
    FROM effect_studies
    UNION ALL BY NAME
    SELECT target_group AS number_id, 'group' AS number_kind, measure, target_group, value
    FROM (UNPIVOT (SELECT target_group, {", ".join(f"{name}::DOUBLE AS {name}" for name in COUNTS)} FROM target_groups)
        ON {", ".join(COUNTS)} INTO NAME measure VALUE value)"""


def list_levels(tables: Mapping[str, pl.DataFrame | Path]) -> pl.DataFrame:
    """List the numbers of a release's tables.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame or Path
        `TABLES_READ`, as frames or Parquet files.

    Returns
    -------
    polars.DataFrame
        number_id, measure (together the key), number_kind, target_group, consequence, relative_year, value,
        standard_error; the three in the middle and the last two may be null. A difference is there as
        `adjusted_difference` (as estimated) and in each view; the error of one set to 0 is that of its estimate.
    """
    with duckdb.connect() as con:
        for name in TABLES_READ:
            table = tables[name]
            if isinstance(table, pl.DataFrame):
                con.register(name, table.to_arrow())
            else:
                con.execute(f"CREATE VIEW {name} AS FROM read_parquet('{table}')")
        return con.sql(f"SELECT * FROM ({_LEVELS}) ORDER BY number_kind, number_id, measure").pl()


def list_released(release: Path) -> pl.DataFrame:
    """List the numbers of a published release; see `list_levels`."""
    return list_levels({name: release / "tables" / f"{name}.parquet" for name in TABLES_READ})

"""The table `passports`: one row a published number, everything else by reference.

Belongs here: naming numbers, and the disclosure decision as it shows in the tables. Does not belong here: what lies
behind a number (`find_sources`), putting a passport together (`read_passport`).
"""

from __future__ import annotations

import duckdb
import polars as pl

_BEHIND = """
    behind AS (
        SELECT subject_kind, subject, list(DISTINCT source) AS registers
        FROM passport_sources WHERE source_kind = 'register' GROUP BY ALL
    ),
    sources AS (
        SELECT target_group, consequence, list_distinct(g.registers || c.registers) AS registers
        FROM (SELECT DISTINCT target_group, consequence FROM profiles) AS cell
        JOIN behind AS g ON g.subject_kind = 'target_group' AND g.subject = cell.target_group
        JOIN behind AS c ON c.subject_kind = 'consequence' AND c.subject = cell.consequence
    )"""

_DIFFERENCES = f"""
WITH {_BEHIND},
named AS (
    SELECT DISTINCT target_group, consequence, relative_year FROM profiles
),
last_year AS (
    SELECT target_group, consequence, max(relative_year) AS relative_year
    FROM estimates WHERE status IN ('estimated', 'no_use') GROUP BY ALL
),
followed AS (
    SELECT target_group, event_table, relative_year FROM attrition_by_year WHERE event_table IS NOT NULL
)
SELECT concat_ws('/', n.target_group, n.consequence, n.relative_year) AS number_id,
    'difference' AS number_kind, n.target_group, n.consequence, n.relative_year,
    CASE WHEN EXISTS (SELECT 1 FROM followed AS f WHERE f.target_group = n.target_group
            AND f.event_table = m.events || ': ' || n.consequence)
        THEN m.events || ': ' || n.consequence ELSE m.events END AS event_table,
    CASE WHEN e.reason IN ('few_clusters', 'few_users') OR e.status = 'suppressed' THEN 'withheld'
        WHEN e.status IN ('estimated', 'no_use') THEN 'published'
        WHEN n.relative_year > l.relative_year AND p.value IS NOT NULL AND p.status = 'tapered' THEN 'derived'
        ELSE 'no_number' END AS disclosure,
    len(s.registers) AS n_registers,
    (SELECT count(*) FROM corrections AS k WHERE list_contains(s.registers, k.register)) AS n_corrections
FROM named AS n
JOIN measured AS m USING (consequence)
JOIN sources AS s USING (target_group, consequence)
JOIN profiles AS p ON p.target_group = n.target_group AND p.consequence = n.consequence
    AND p.relative_year = n.relative_year AND p.view = 'all_estimates'
LEFT JOIN estimates AS e ON e.target_group = n.target_group AND e.consequence = n.consequence
    AND e.relative_year = n.relative_year
LEFT JOIN last_year AS l ON l.target_group = n.target_group AND l.consequence = n.consequence
ORDER BY n.target_group, n.consequence, n.relative_year"""

_PRICES = """
SELECT concat_ws('/', 'price', consequence, payer, price_year, target_group) AS number_id,
    'price' AS number_kind, target_group, consequence, payer, price_year, valid_from,
    'no_persons' AS disclosure, 0 AS n_registers, 0 AS n_corrections
FROM unit_prices ORDER BY consequence, target_group, payer, price_year, valid_from"""


def tabulate_passports(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return the table `passports`.

    Parameters
    ----------
    con : duckdb connection
        Sees estimates, profiles, attrition_by_year, unit_prices, corrections and passport_sources, and `measured`: the
        event table (`events`) of every `consequence`.

    Returns
    -------
    polars.DataFrame
        One row a year of a profile (whatever its views) and one a price. A year is `derived` when it is the taper of
        a number of an earlier year.
    """
    return pl.concat([con.sql(_DIFFERENCES).pl(), con.sql(_PRICES).pl()], how="diagonal_relaxed")

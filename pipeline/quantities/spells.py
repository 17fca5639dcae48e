"""Spells to days: the declared rules for ends, unions and New Year, as SQL.

Belongs here: missing ends, ends before starts, death, union by gaps and islands, splitting over calendar years.
Does not belong here: which register a spell comes from, or what a table calls its columns.

A spell is kept as `first_day` and `after_day`, the first day no longer counted, so that its days are
`after_day - first_day`. Where both ends count, `after_day` is the day after the end; where nights count, it is
the end itself and at least one day after the start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.quantities.leaf_tables import (
    AFTER_DEATH,
    END_BEFORE_START,
    EXACT_DUPLICATE,
    OUTSIDE_YEARS,
    LeafTables,
)


def create_spells(
    tables: LeafTables,
    name: str,
    register: str,
    attributes: Mapping[str, str],
    where: str = "TRUE",
    extra_drops: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Keep a register's spells, normalised, as a temporary table, and count what is dropped.

    Parameters
    ----------
    tables : LeafTables
    name : str
        Temporary table: leaf, pnr, attributes, first_day, after_day, is_ended (its own end counts).
    register : str
        A register with a declared spell.
    attributes : mapping of str to str
        Column to the SQL expression over the register's columns.
    where : str
        Rows of the register that are read at all; the others belong to another kind of table.
    extra_drops : mapping of str to str, optional
        Reason to the SQL condition of rows dropped for it.

    Returns
    -------
    dict of str to int
        Reason to rows dropped.
    """
    select = normalise_spells(tables, register, attributes, where, extra_drops or {})
    tables.create(f"{name}_read", select)
    drops = count_drops(tables, f"{name}_read", "n_rows")
    columns = ", ".join(["leaf", "pnr", *attributes, "first_day", "after_day", "is_ended"])
    tables.create(name, f"SELECT {columns} FROM {name}_read WHERE drop_reason IS NULL")
    tables.drop(f"{name}_read")
    return drops


def normalise_spells(
    tables: LeafTables,
    register: str,
    attributes: Mapping[str, str],
    where: str,
    extra_drops: Mapping[str, str],
) -> str:
    """Return the SELECT of a register's spells with first_day, after_day, is_ended, n_rows and drop_reason."""
    layout, layouts = tables.layout(register), tables.layouts
    spell = layout.spell
    last_day = f"DATE '{layout.last_day}'"
    if spell.missing_end == "closed_at_year_end":
        last_day = "make_date(year(start_day), 12, 31)"
    after_last_day = f"{last_day} + 1"
    listed = "".join(f", {sql} AS {column}" for column, sql in attributes.items())
    names = "".join(f", {column}" for column in attributes)
    reasons = {
        **extra_drops,
        END_BEFORE_START: "end_day < start_day",
        AFTER_DEATH: "start_day > death_date",
        OUTSIDE_YEARS: f"start_day > DATE '{layouts.last_year}-12-31' "
        f"OR end_day < DATE '{layouts.first_year}-01-01'",
    }
    flags = "".join(f", {condition} AS flag_{reason}" for reason, condition in extra_drops.items())
    cases = " ".join(
        f"WHEN {f'flag_{reason}' if reason in extra_drops else condition} THEN '{reason}'"
        for reason, condition in reasons.items()
    )
    after = "end_day + 1" if spell.counts_end_day else "end_day"
    after_death = "death_date + 1" if spell.counts_end_day else "death_date"
    return f"""
        WITH delivered AS (
            SELECT leaf, pnr{listed}{flags},
                   {spell.start} AS start_day, {spell.end} AS end_day, count(*) AS n_rows
            FROM {tables.register(register)} AS r
            WHERE {where}
            GROUP BY ALL
        )
        SELECT leaf, pnr{names},
               start_day AS first_day,
               greatest(
                   least(coalesce({after}, {after_last_day}), coalesce({after_death}, DATE '9999-12-31')),
                   start_day + 1
               ) AS after_day,
               end_day IS NOT NULL AND coalesce(end_day <= death_date, TRUE) AS is_ended,
               n_rows,
               CASE {cases} END AS drop_reason
        FROM delivered LEFT JOIN {tables.table("person_exits")} AS exits USING (leaf, pnr)
    """


def count_drops(tables: LeafTables, name: str, n_rows: str) -> dict[str, int]:
    """Count rows dropped by reason in a table with `drop_reason` and the delivered rows behind each row."""
    found = tables.con.execute(
        f"SELECT drop_reason, sum({n_rows}) FROM {name} WHERE drop_reason IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    drops = {reason: int(n) for reason, n in found}
    again = tables.count(f"SELECT sum({n_rows} - 1) AS n FROM {name} WHERE drop_reason IS NULL")["n"]
    return {EXACT_DUPLICATE: again, **drops} if again else drops


def union_spells(source: str, by: Sequence[str], gap_days: int = 0, keep: str = "") -> str:
    """Return the SELECT that merges spells which overlap, touch or lie at most `gap_days` apart.

    Parameters
    ----------
    source : str
        Relation with first_day, after_day and the columns of `by`.
    by : sequence of str
        Columns within which spells are merged.
    gap_days : int
        A spell that starts at most so many days after the last counted day before joins it; 0 and 1 both merge
        spells that touch only.
    keep : str
        Further aggregates over the rows of a merged spell, comma first.

    Notes
    -----
    Gaps and islands: in order of start, a row begins an island when it starts after everything before it has
    ended; the running count of such rows numbers the islands.
    """
    columns = ", ".join(by)
    window = f"PARTITION BY {columns} ORDER BY first_day, after_day"
    allowed = max(gap_days - 1, 0)
    return f"""
        WITH reached AS (
            SELECT *, max(after_day) OVER ({window} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
            FROM {source}
        ),
        numbered AS (
            SELECT *, sum(CASE WHEN reach IS NULL OR first_day > reach + {allowed} THEN 1 ELSE 0 END)
                          OVER ({window} ROWS UNBOUNDED PRECEDING) AS island
            FROM reached
        )
        SELECT {columns}, min(first_day) AS first_day, max(after_day) AS after_day{keep}
        FROM numbered
        GROUP BY {columns}, island
    """


def split_by_year(source: str, columns: Sequence[str], first_year: int, last_year: int) -> str:
    """Return the SELECT that cuts spells at each New Year: `columns`, year, first_day and after_day.

    Days before `first_year` and after `last_year` fall away.
    """
    listed = ", ".join(columns)
    return f"""
        SELECT {listed}, CAST(year AS SMALLINT) AS year,
               greatest(first_day, make_date(year, 1, 1)) AS first_day,
               least(after_day, make_date(year + 1, 1, 1)) AS after_day
        FROM (
            SELECT {listed}, first_day, after_day,
                   unnest(range(
                       greatest(year(first_day), {first_year}),
                       least(year(after_day - 1), {last_year}) + 1
                   )) AS year
            FROM {source}
        )
    """


def days_by_year(source: str, columns: Sequence[str], first_year: int, last_year: int) -> str:
    """Return the SELECT of days a year, over spells already merged: `columns`, year and n_days."""
    listed = ", ".join(columns)
    split = split_by_year(source, columns, first_year, last_year)
    return f"""
        SELECT {listed}, year, CAST(sum(after_day - first_day) AS INTEGER) AS n_days
        FROM ({split})
        GROUP BY {listed}, year
    """

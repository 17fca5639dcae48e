"""Persons: deaths and migrations, and one row a person and calendar year with background.

Belongs here: `person_exits` and `person_years`. Does not belong here: anything a person uses.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipeline.quantities.backgrounds import (
    Backgrounds,
    find_backgrounds,
    look_up,
    open_backgrounds,
    split_codes,
)
from pipeline.quantities.leaf_tables import EXACT_DUPLICATE, LeafTables, TableCounts, split_groups
from pipeline.quantities.packed_rows import (
    count_runs,
    find_sorted,
    find_starts,
    person_year_sql,
    unpack_person_years,
)

SEVERAL_DEATH_DATES = "several_death_dates"
NEVER = np.int16(9999)


def build_person_exits(tables: LeafTables) -> TableCounts:
    """Write `person_exits`: one row a person who died or migrated.

    Of several death dates the first counts, and the others are counted as dropped. `emigration_date` and
    `return_date` are the latest of each.
    """
    direction = tables.kind_sql("vnds", "direction", "indud_kode")
    tables.create(
        "deaths",
        f"SELECT leaf, pnr, doddato, count(*) AS n_rows FROM {tables.register('dod')} GROUP BY ALL",
    )
    tables.create(
        "migrations",
        f"""SELECT leaf, pnr, {direction} AS direction, haend_dato, count(*) AS n_rows
        FROM {tables.register("vnds")} GROUP BY ALL""",
    )
    drops = tables.count(
        f"""SELECT
            (SELECT sum(n_rows - 1) FROM deaths) + (SELECT coalesce(sum(n_rows - 1), 0) FROM migrations)
                AS {EXACT_DUPLICATE},
            (SELECT count(*) - count(DISTINCT pnr) FROM deaths) AS {SEVERAL_DEATH_DATES}"""
    )
    counts = tables.write(
        "person_exits",
        """
        SELECT leaf, pnr, death_date, emigration_date, return_date
        FROM (SELECT leaf, pnr, min(doddato) AS death_date FROM deaths GROUP BY leaf, pnr)
        FULL JOIN (
            SELECT leaf, pnr,
                   max(haend_dato) FILTER (direction = 'emigration') AS emigration_date,
                   max(haend_dato) FILTER (direction = 'immigration') AS return_date
            FROM migrations GROUP BY leaf, pnr
        ) USING (leaf, pnr)
        ORDER BY leaf, pnr
        """,
        drops,
    )
    tables.drop("deaths", "migrations")
    return counts


def build_person_years(tables: LeafTables) -> TableCounts:
    """Write `person_years`: everybody in the population register on 31 December, with own and parents' background.

    A person who has died by then is kept with `is_resident` false. Background without a row is `unknown`.
    `keep_backgrounds` must have been run on all leaves.
    """
    rows = _read_population(tables)
    order = np.argsort(rows["person_year"])
    deaths, backgrounds = read_deaths(tables), open_backgrounds(tables)
    groups = (
        _describe({name: values[own] for name, values in rows.items()}, tables, deaths, backgrounds)
        for own in split_groups(order)
    )
    return tables.write_groups("person_years", groups)


def _describe(
    rows: dict[str, np.ndarray],
    tables: LeafTables,
    deaths: tuple[np.ndarray, np.ndarray],
    backgrounds: Sequence[Backgrounds],
) -> pa.Table:
    """Make the rows of one row group: arrays as short as these stay in memory that is already in use."""
    leaf, pnr, year = unpack_person_years(rows["person_year"])
    columns = {"leaf": leaf, "pnr": pnr, "year": year}
    columns["sex"] = _name_kinds(tables, "sex", rows["koen"])
    born = rows["born"].astype("datetime64[D]")
    columns["birth_date"] = born
    columns["age"] = (year - (born.astype("datetime64[Y]").astype(np.int64) + 1970)).astype(np.int16)
    columns["municipality_code"] = rows["kom"]
    columns["origin_code"] = _name_kinds(tables, "origin_code", rows["ie_type"])
    columns["is_resident"] = year < find_death_years(pnr, *deaths)
    for prefix, persons in (("", pnr), ("mother_", rows["mor_id"]), ("father_", rows["far_id"])):
        columns |= _name_backgrounds(tables, prefix, persons, year, backgrounds)
    return pa.table(columns)


def read_deaths(tables: LeafTables) -> tuple[np.ndarray, np.ndarray]:
    """Read who died in these leaves.

    Returns
    -------
    pnr : (D,) int64 array
        Sorted.
    death : (D,) datetime64[D] array
    """
    found = tables.con.execute(
        f"SELECT pnr, death_date FROM {tables.table('person_exits')} WHERE death_date IS NOT NULL ORDER BY pnr"
    ).fetchnumpy()
    return found["pnr"], found["death_date"].astype("datetime64[D]")


def find_death_years(pnr: np.ndarray, dead: np.ndarray, death: np.ndarray) -> np.ndarray:
    """Return the calendar year in which each person died, far in the future for the living.

    Parameters
    ----------
    pnr : (N,) int64 array
    dead : (D,) int64 array
        As `read_deaths` gives them.
    death : (D,) datetime64[D] array

    Returns
    -------
    (N,) int16 array
    """
    years = np.append(death.astype("datetime64[Y]").astype(np.int16) + np.int16(1970), NEVER)
    position, is_dead = find_sorted(pnr, dead)
    return years[np.where(is_dead, position, -1)]


def _read_population(tables: LeafTables) -> dict[str, np.ndarray]:
    """Read the register in narrow numbers; dates are days since 1970."""
    return tables.read_numbers(
        f"""SELECT {person_year_sql("file_year")} AS person_year, koen::SMALLINT AS koen,
        (foed_dato - DATE '1970-01-01')::INTEGER AS born, kom::SMALLINT AS kom, ie_type::SMALLINT AS ie_type,
        coalesce(mor_id, 0) AS mor_id, coalesce(far_id, 0) AS far_id FROM {tables.register("bef")}""",
    )


def _name_kinds(tables: LeafTables, name: str, codes: np.ndarray) -> pa.DictionaryArray:
    code_list = tables.layout("bef").code_lists[name]
    return pa.DictionaryArray.from_arrays(
        look_up(code_list, codes, 0).astype(np.int8), code_list.list_kinds()
    )


def _name_backgrounds(
    tables: LeafTables,
    prefix: str,
    persons: np.ndarray,
    year: np.ndarray,
    backgrounds: Sequence[Backgrounds],
) -> dict[str, pa.DictionaryArray]:
    """Look up each person in each year; rows of one person follow each other, so that few are looked up."""
    starts = find_starts(persons)
    by_year = find_backgrounds(tables, persons[starts], backgrounds)
    row = np.repeat(np.arange(len(starts)), count_runs(starts, len(persons)))
    codes = split_codes(by_year[row, year - tables.layouts.first_year])
    lists = (
        tables.layout("akm").code_lists["employment_code"],
        tables.layout("udda").code_lists["education_code"],
    )
    return {
        f"{prefix}{code_list.name}": pa.DictionaryArray.from_arrays(positions, code_list.list_kinds())
        for code_list, positions in zip(lists, codes, strict=True)
    }

"""Contacts with general practitioners and specialists, of service lines.

Belongs here: `practitioner_contacts` from sssy. Does not belong here: which speciality a consequence counts.

A line is one number: person, year, speciality, week. Sorted, equal numbers are one contact.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from pipeline.declarations.register_layout import Column
from pipeline.quantities.leaf_tables import AFTER_DEATH, OUTSIDE_YEARS, LeafTables, TableCounts
from pipeline.quantities.packed_rows import YEAR_BITS, YEAR_ZERO, check_fits, count_runs, find_starts
from pipeline.quantities.persons import read_deaths
from pipeline.registers.leaves import leaf_of

FOR_CHILD = "for_child"
SAME_CONTACT = "same_contact"
SPECIALITY_BITS, WEEK_BITS = 11, 6
_REST_BITS = YEAR_BITS + SPECIALITY_BITS + WEEK_BITS
_YEAR = "(honuge // 100 + CASE WHEN honuge >= 8000 THEN 1900 ELSE 2000 END)"


def build_practitioner_contacts(tables: LeafTables) -> TableCounts:
    """Write `practitioner_contacts`: a contact is one person, week and speciality, however many service lines."""
    layouts, speciality = tables.layouts, tables.layout("sssy").columns["speciale"]
    check_fits((int(code) for code in speciality.codes), SPECIALITY_BITS, "sssy: speciale")
    inside = f"{_YEAR} BETWEEN {layouts.first_year} AND {layouts.last_year}"
    read = tables.count(
        f"SELECT count(*) AS n_lines, count(*) FILTER (barnmak = 1) AS {FOR_CHILD} FROM {tables.register('sssy')}"
    )
    lines = tables.con.execute(
        f"""
        SELECT (((pnr << {YEAR_BITS} | ({_YEAR} - {YEAR_ZERO})) << {SPECIALITY_BITS} | speciale) << {WEEK_BITS})
               | (honuge % 100) AS line
        FROM {tables.register("sssy")} WHERE barnmak <> 1 AND {inside}
        """
    ).fetchnumpy()["line"]
    drops = {FOR_CHILD: read[FOR_CHILD], OUTSIDE_YEARS: read["n_lines"] - read[FOR_CHILD] - len(lines)}
    lines.sort()
    starts = find_starts(lines)
    contacts, n_lines = lines[starts], count_runs(starts, len(lines))
    is_late = find_late(contacts, *read_deaths(tables))
    drops[AFTER_DEATH] = int(n_lines[is_late].sum())
    drops[SAME_CONTACT] = int(n_lines[~is_late].sum()) - int(np.count_nonzero(~is_late))
    rows = _count_contacts(contacts[~is_late], speciality)
    return tables.write_rows("practitioner_contacts", rows, drops)


def find_late(contacts: np.ndarray, pnr: np.ndarray, death: np.ndarray) -> np.ndarray:
    """Find the contacts in weeks that begin after the death of the person.

    Parameters
    ----------
    contacts : (N,) int64 array
        Sorted; person, year, speciality, week.
    pnr : (D,) int64 array
        The dead.
    death : (D,) datetime64[D] array

    Returns
    -------
    (N,) bool array
    """
    years = death.astype("datetime64[Y]").astype(np.int64) + 1970
    years = np.clip(years, YEAR_ZERO, YEAR_ZERO + (1 << YEAR_BITS) - 1)
    low = np.searchsorted(contacts, (pnr << YEAR_BITS | (years - YEAR_ZERO)) << (SPECIALITY_BITS + WEEK_BITS))
    high = np.searchsorted(contacts, (pnr + 1) << _REST_BITS)
    n_rows = high - low
    near = np.repeat(high - np.cumsum(n_rows), n_rows) + np.arange(n_rows.sum())
    is_late = np.zeros(len(contacts), dtype=bool)
    is_late[near] = _find_mondays(contacts[near]) > np.repeat(death, n_rows)
    return is_late


def _find_mondays(contacts: np.ndarray) -> np.ndarray:
    """Return the Monday of the ISO week of each contact."""
    year = ((contacts >> (SPECIALITY_BITS + WEEK_BITS)) & ((1 << YEAR_BITS) - 1)) + YEAR_ZERO
    fourth = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 3
    weekday = (fourth.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday
    return fourth - weekday + 7 * ((contacts & ((1 << WEEK_BITS) - 1)) - 1)


def _count_contacts(contacts: np.ndarray, speciality: Column) -> pa.Table:
    """Count contacts by person, year and speciality, in order of leaves."""
    groups = contacts >> WEEK_BITS
    starts = find_starts(groups)
    groups, n_contacts = groups[starts], count_runs(starts, len(groups))
    pnr = groups >> (YEAR_BITS + SPECIALITY_BITS)
    leaf = leaf_of(pnr)
    order = np.argsort(leaf, kind="stable")
    groups = groups[order]
    codes = sorted(speciality.codes, key=int)
    position = np.searchsorted([int(code) for code in codes], groups & ((1 << SPECIALITY_BITS) - 1))
    return pa.table(
        {
            "leaf": leaf[order],
            "pnr": pnr[order],
            "year": (((groups >> SPECIALITY_BITS) & ((1 << YEAR_BITS) - 1)) + YEAR_ZERO).astype(np.int16),
            "speciality": pa.DictionaryArray.from_arrays(position.astype(np.int16), codes),
            "n_contacts": n_contacts[order].astype(np.int32),
        }
    )

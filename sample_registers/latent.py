"""The generator's latent tables: what is true of each drawn person, before any register is written.

Belongs here: the container. Does not belong here: how it is drawn (`process`) or written as registers (`registers`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FIRST_YEAR = 2003
LAST_YEAR = 2022
YEARS = np.arange(FIRST_YEAR, LAST_YEAR + 1)


@dataclass(frozen=True)
class Latent:
    """One part of the drawn population: P persons by Y calendar years.

    Attributes
    ----------
    pnr : (P,) array of '<U12'
        Pseudonymised person numbers, unique over all parts of a draw.
    birth_date : (P,) array of datetime64[D]
    sex : (P,) int8 array
        1 man, 2 woman.
    origin : (P,) int8 array
        1 Danish, 2 immigrant, 3 descendant.
    mother, father : (P,) int64 array
        Index of the parent in this part, -1 when unknown.
    role : (P,) int16 array
        Index of the planted role, -1 for parents and background population.
    entry_year : (P,) int16 array
        Calendar year of the planted entry, 0 without a role.
    death_date : (P,) array of datetime64[D]
        NaT when alive at the end of the last year.
    resident : (P, Y) bool array
        Resident in Denmark and alive on 31 December.
    municipality : (P, Y) int16 array
        Municipality code on 31 December; 0 when not resident.
    socio13 : (P, Y) int16 array
        Statistics Denmark's code; 0 when there is no row (below 15, not resident).
    hfaudd : (P, Y) int16 array
        Index into `HFAUDD_CODES`; -1 when there is no row.
    values : dict of str to (P, Y) int32 array
        Use and facts in base units (days, weeks, contacts, records, whole kr.), by name.
    """

    pnr: np.ndarray
    birth_date: np.ndarray
    sex: np.ndarray
    origin: np.ndarray
    mother: np.ndarray
    father: np.ndarray
    role: np.ndarray
    entry_year: np.ndarray
    death_date: np.ndarray
    resident: np.ndarray
    municipality: np.ndarray
    socio13: np.ndarray
    hfaudd: np.ndarray
    values: dict[str, np.ndarray]


HFAUDD_CODES = (
    "0110", "0120", "1021", "2010", "2020", "3010", "3020", "3030",
    "4010", "5010", "6010", "7010", "8010", "9999",
)  # fmt: skip
"""Highest completed education, four digits with leading zeros: the sample's own list."""

"""Which years and municipalities each register covers in the sample, the generator's own copy.

Belongs here: coverage as the truth and the latent membership need it. Does not belong here: the declared coverage the
pipeline reads; a test compares the two.
"""

from __future__ import annotations

import numpy as np

from sample_registers.latent import YEARS

FIRST_COVERED = {"nab": 2006, "handicap": 2014, "child_measures": 2011, "school_support": 2011}
FIRST_LOOK_BACK = {"child_measures": 2006}
MISSING_YEARS = {"krof": (2009,)}
MISSING_MUNICIPALITIES = {
    "nab": {2010: (101, 615), 2015: (851,), 2017: (461, 751)},
    "sib": {2012: (329,)},
    "handicap": {2016: (573,), 2019: (710,)},
}


def covers(register: str, municipality: np.ndarray | None, for_look_back: bool = False) -> np.ndarray:
    """Whether a register covers each year, and each person's municipality in it.

    Parameters
    ----------
    register : str
        nab, sib, handicap, child_measures, school_support (ordinary classes and support in them), krof, or any other
        name for a register that covers everything.
    municipality : (P, Y) int array or None
        None: years only.
    for_look_back : bool
        Use the first year that can be searched for earlier membership rather than the first covered year.

    Returns
    -------
    (P, Y) or (Y,) bool array
    """
    first = FIRST_COVERED.get(register, int(YEARS[0]))
    if for_look_back:
        first = FIRST_LOOK_BACK.get(register, first)
    years = (first <= YEARS) & ~np.isin(YEARS, MISSING_YEARS.get(register, ()))
    if municipality is None:
        return years
    covered = np.broadcast_to(years, municipality.shape).copy()
    for year, codes in MISSING_MUNICIPALITIES.get(register, {}).items():
        column = year - int(YEARS[0])
        covered[:, column] &= ~np.isin(municipality[:, column], codes)
    return covered

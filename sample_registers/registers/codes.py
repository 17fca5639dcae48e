"""The sample's code lists: what stands in the registers for each latent kind.

Belongs here: codes and the municipalities without approved data. Does not belong here: how often a code is
drawn (every code of a list is equally likely). The lists are the sample's own, in the shape of the official
ones.
"""

from __future__ import annotations

import numpy as np

from sample_registers.registers.rows import list_words

# DREAM ----------------------------------------------------------------------------------------------------
DREAM_CODES = {
    "cash_benefit": (*range(130, 140), *range(730, 740)),
    "disability_pension": (781, 783),
    "education_benefit": (*range(140, 150), *range(720, 730), 651, 652),
    "other_transfers": (
        111, *range(740, 749), *range(760, 769), *range(771, 775),
        *range(810, 819), 881, *range(870, 879), *range(890, 900),
    ),
    "guidance_upskilling": (412, 413, 211, 212),
}  # fmt: skip
"""DREAM codes by benefit."""
EDUCATION_BENEFIT_BEFORE_2014 = (651, 652)
"""Uddannelseshjælp exists from 2014: before, only SU."""
EMIGRATED, PENSION, DEAD = 997, 998, 999

# Social services ------------------------------------------------------------------------------------------
PARAGRAPHS = {
    "supported_housing": (107, 108),
    "social_pedagogical_support": (85,),
    "personal_practical_help": (95,),
    "citizen_controlled_assistance": (96,),
    "companion_scheme": (97,),
    "sheltered_employment": (103, 104),
}
"""Paragraphs of handicap by service."""
HANDICAP_GROUPS = list_words("fysisk funktionsnedsættelse", "psykisk funktionsnedsættelse", "socialt problem")
SHELTER_KINDS = list_words("01", "02", "110A", "110B")
SHELTER_KINDS_CHANGE = 2021
ALCOHOL_ENDS = list_words("færdigbehandlet", "afbrudt", "overført", "udeblevet")
DRUG_ENDS = list_words("gennemført", "afbrudt", "udskrevet mod råd", "overført")
DRUG_TYPES = list_words("døgn", "dag")
SUBSTITUTION = list_words("nej", "ja")
MAIN_DRUGS = list_words("heroin", "kokain", "hash", "amfetamin", "benzodiazepiner")

NOT_APPROVED = {
    "nab": {2010: (101, 615), 2015: (851,), 2017: (461, 751)},
    "sib": {2012: (329,)},
    "handicap": {2016: (573,), 2019: (710,)},
}
"""Municipalities whose rows are missing or partial, by register and year."""

# Child measures -------------------------------------------------------------------------------------------
PLACEMENT_HOMES = {
    "kinship": ("110", "120"),
    "foster": ("210", "220", "230"),
    "institution": ("310", "320", "330"),
}
PLACEMENT_PARAGRAPHS = tuple(range(100, 200))
MEASURE_PARAGRAPHS = {"preventive": (210, 220, 230, 240), "home_based": (250, 260, 270)}
FAMILY_PARAGRAPHS = (400, 410, 455)

# Crime ----------------------------------------------------------------------------------------------------
OFFENCES = {
    "sexual": ("1110505", "1120510"),
    "violence": ("1210110", "1230430"),
    "theft_vandalism": ("1310310", "1320715", "1390190"),
    "other": ("1410505", "1480110"),
    "traffic": tuple(f"{start}11105" for start in range(20, 30)),
    "special_acts": tuple(f"{start}10105" for start in range(30, 39)),
}
"""Offence codes (seven digits) by kind."""
CONVICTED = (11, 12, 13)
NOT_CONVICTED = (21, 31)
PRISON_KINDS = list_words("A1", "L2", "F3", "O4")
CHARGE_KINDS = list_words("sigtelse", "mistanke")

# Education ------------------------------------------------------------------------------------------------
PROGRAMMES = {
    "youth_preparatory": ("1001", "1002", "1003"),
    "youth_special_needs": ("2001",),
    "youth_ordinary": ("3101", "3102", "3201", "3202"),
    "higher": ("4101", "5101", "6101"),
}
"""Programme codes of kotre by education kind."""

# Health ---------------------------------------------------------------------------------------------------
PSYCHIATRIC_PRACTITIONERS = (24, 26, 63)
OTHER_PRACTITIONERS = (19, 21, 53)
GENERAL_PRACTITIONER = 80
ADHD_MEDICINES = ("N06BA04", "N06BA09", "N06BA12")
OTHER_MEDICINES = ("N06AB04", "C09AA02")


def choose(rng: np.random.Generator, codes: tuple, n: int) -> np.ndarray:
    """Choose n codes of a list, all equally likely."""
    return np.asarray(codes)[rng.integers(0, len(codes), n)]


def find_not_approved(register: str, year: np.ndarray, municipality: np.ndarray) -> np.ndarray:
    """Find person-years in a municipality whose rows of the register are not approved that year.

    Parameters
    ----------
    register : str
    year : (Y,) int array
    municipality : (P, Y) int array

    Returns
    -------
    (P, Y) bool array
    """
    found = np.zeros(municipality.shape, dtype=bool)
    for not_approved_year, codes in NOT_APPROVED[register].items():
        column = int(np.flatnonzero(year == not_approved_year)[0])
        found[:, column] = np.isin(municipality[:, column], codes)
    return found

"""The sample's own code lists and calendar facts, as the generator uses them.

Belongs here: codes that occur in the drawn registers, and rules about years and ages that need no drawing.
Does not belong here: planted parameters (`planted.toml`).
"""

from __future__ import annotations

import numpy as np

from sample_registers.latent import YEARS

MUNICIPALITIES = np.array(
    [
        101, 147, 151, 153, 155, 157, 159, 161, 163, 165, 167, 169, 173, 175, 183, 185, 187, 190, 201, 210,
        217, 219, 223, 230, 240, 250, 253, 259, 260, 265, 269, 270, 306, 316, 320, 326, 329, 330, 336, 340,
        350, 360, 370, 376, 390, 400, 410, 420, 430, 440, 450, 461, 479, 480, 482, 492, 510, 530, 540, 550,
        561, 563, 573, 575, 580, 607, 615, 621, 630, 657, 661, 665, 671, 706, 707, 710, 727, 730, 740, 741,
        746, 751, 756, 760, 766, 773, 779, 787, 791, 810, 813, 820, 825, 840, 846, 849, 851, 860,
    ],
    dtype=np.int16,
)  # fmt: skip

EMPLOYMENT_LEVELS = (
    "employed", "unemployed", "temporarily_out", "in_education", "disability_pension",
    "retired", "cash_benefit", "other", "unknown",
)  # fmt: skip
SOCIO13_BY_LEVEL = (
    (110, 111, 112, 113, 114, 120, 131, 132, 133, 134, 135, 139),
    (210,), (220,), (310,), (321,), (322, 323), (330,), (400, 410, 420), (0,),
)  # fmt: skip

EDUCATION_LEVELS = (
    "primary", "upper_secondary", "vocational", "short_higher", "medium_higher", "long_higher", "unknown",
)  # fmt: skip
HFAUDD_LEVEL = np.array([0, 0, 0, 1, 1, 2, 2, 2, 3, 4, 4, 5, 5, 6], dtype=np.int8)
"""Level of each entry of `latent.HFAUDD_CODES`; the last entry serves index -1 (no row) as well."""

DIAGNOSIS_LISTS = {
    "anxiety": (
        "F30", "F31", "F32", "F321", "F33", "F34", "F38", "F39", "F40", "F401", "F41", "F411", "F93", "F930",
    ),
    "attention": ("F90", "F900", "F901"),
    "moderate": ("F32", "F321", "F33", "F34", "F40", "F41", "F42", "F43", "F44", "F45", "F48", "F50", "F60"),
    "severe": ("F20", "F200", "F21", "F22", "F23", "F25", "F28", "F29", "F30", "F31", "F312"),
    "autism": ("F84", "F840", "F845"),
    "intellectual_disability": ("F70", "F71", "F72", "F73", "F78", "F79"),
    "brain_injury": ("S06", "S062", "I60", "I61", "I63", "I64", "G931"),
    "neutral_psychiatric": ("F10", "F91", "F95", "F98", "Z03", "F51", "F64"),
    "neutral_somatic": ("S52", "J18", "K35", "I10", "N39", "R10", "M54"),
}  # fmt: skip
ICD_CODES = tuple(sorted({code for codes in DIAGNOSIS_LISTS.values() for code in codes}))
"""Diagnoses without the leading D; a latent value v > 0 means ICD_CODES[v - 1]."""

PRICE_INDEX = np.array(
    [
        70.0, 71.5, 73.0, 74.6, 76.4, 78.8, 80.3, 82.0, 83.9, 85.6,
        86.8, 87.9, 88.8, 89.6, 90.8, 91.9, 92.9, 94.0, 96.0, 100.0,
    ]
)  # fmt: skip
TRANSFER_TAX_RATE = 0.30
DAYS_IN_YEAR = np.where(YEARS % 4 == 0, 366, 365)


def code_indices(name: str) -> np.ndarray:
    """Latent values (index + 1 into `ICD_CODES`) of one of `DIAGNOSIS_LISTS`, as (k,) int32."""
    return np.array([ICD_CODES.index(code) + 1 for code in DIAGNOSIS_LISTS[name]], dtype=np.int32)


def employment_level(socio13: np.ndarray) -> np.ndarray:
    """Level index into `EMPLOYMENT_LEVELS` of socio13 codes (any shape); no row (0) is unknown."""
    table = np.full(500, len(EMPLOYMENT_LEVELS) - 1, dtype=np.int8)
    for level, codes in enumerate(SOCIO13_BY_LEVEL[:-1]):
        table[list(codes)] = level
    return table[socio13]


def education_level(hfaudd: np.ndarray) -> np.ndarray:
    """Level index into `EDUCATION_LEVELS` of indices into `HFAUDD_CODES` (any shape); -1 is unknown."""
    return HFAUDD_LEVEL[hfaudd]


def pension_age(birth_year: np.ndarray) -> np.ndarray:
    """Whole-year pension age by birth cohort, (P,) int, as declared for the estimation."""
    return np.select([birth_year <= 1954, birth_year <= 1962, birth_year <= 1966], [65, 67, 68], 69)

"""Placements and measures for children and after-care: bua, bufo."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.latent import YEARS
from sample_registers.registers.codes import (
    FAMILY_PARAGRAPHS,
    MEASURE_PARAGRAPHS,
    PLACEMENT_HOMES,
    PLACEMENT_PARAGRAPHS,
    choose,
)
from sample_registers.registers.dates import NO_DATE, YEAR_LENGTH, YEAR_START, find_year
from sample_registers.registers.rows import Codes, Part, Rendered, list_words, split_by_year
from sample_registers.registers.spells import Spells, join_spells, place_spells, split_rows

SHARE_TWO_ROWS = 0.15
TOUCHING_OR_OVERLAPPING = (-3, 1)
BREAK_YEAR = 2006
"""Before the break of 2006 half of the measures are not in the registers."""
ADULT_AGE = 18
SHARE_FAMILY_MEASURE = 0.01
HOME_WORDS = list_words(*(code for codes in PLACEMENT_HOMES.values() for code in codes))


def render_placements(part: Part) -> Iterator[Rendered]:
    """Render placements outside the home, after-care placements among them."""
    rng = part.generator("bua")
    placed, homes, first_code = [], [], 0
    for kind, codes in PLACEMENT_HOMES.items():
        spells = _place(part, kind, rng)
        placed.append(spells)
        homes.append(first_code + rng.integers(0, len(codes), len(spells)))
        first_code += len(codes)
    spells = join_spells(*placed)
    columns = {
        "pnr": part.persons(spells.person),
        "pgf": choose(rng, PLACEMENT_PARAGRAPHS, len(spells)),
        "anbringelsessted": Codes(np.concatenate(homes), HOME_WORDS),
        "sag_vfra": spells.start,
        "sag_vtil": np.where(spells.is_open, NO_DATE, spells.end),
    }
    yield from split_by_year(part, "bua", find_year(spells.start), columns)


def render_measures(part: Part) -> Iterator[Rendered]:
    """Render measures directed at the child, and some directed at the family, which count for nobody."""
    rng = part.generator("bufo")
    placed, paragraphs = [], []
    everything = tuple(code for codes in MEASURE_PARAGRAPHS.values() for code in codes)
    for kind, codes in MEASURE_PARAGRAPHS.items():
        spells = _place(part, kind, rng)
        is_adult = part.ages[spells.person, spells.first_year] >= ADULT_AGE
        any_code = choose(rng, everything, len(spells))
        placed.append(spells)
        paragraphs.append(np.where(is_adult, any_code, choose(rng, codes, len(spells))))
    family = _place_family_measures(part, rng)
    spells = join_spells(*placed, family)
    columns = {
        "pnr": part.persons(spells.person),
        "pgf": np.concatenate([*paragraphs, choose(rng, FAMILY_PARAGRAPHS, len(family))]),
        "sag_vfra": spells.start,
        "sag_vtil": np.where(spells.is_open, NO_DATE, spells.end),
    }
    yield from split_by_year(part, "bufo", find_year(spells.start), columns)


def _place(part: Part, kind: str, rng: np.random.Generator) -> Spells:
    """Place the days of one kind; some before the break of 2006 are not known."""
    days = part.values(f"{kind}_days").copy()
    unknown = rng.random(len(days)) < 0.5
    days[np.ix_(unknown, YEARS < BREAK_YEAR)] = 0
    everyone = np.ones(len(days), dtype=bool)
    spells = place_spells(days, rng, earliest=part.earliest, may_be_open=everyone)
    return split_rows(spells, rng, SHARE_TWO_ROWS, TOUCHING_OR_OVERLAPPING)


def _place_family_measures(part: Part, rng: np.random.Generator) -> Spells:
    """Place measures directed at the family on a few resident children."""
    is_child = part.latent.resident & (part.ages >= 0) & (part.ages < ADULT_AGE)
    person, year = np.nonzero(is_child & (rng.random(is_child.shape) < SHARE_FAMILY_MEASURE))
    start = YEAR_START[year] + part.earliest[person, year]
    length = (rng.random(len(person)) * (YEAR_LENGTH[year] - part.earliest[person, year])).astype(np.int32)
    yes = np.ones(len(person), dtype=bool)
    return Spells(person, year, year, start, (start + length).astype(np.int32), ~yes, yes)

"""Shelters and services for adults: boform110, handicap."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.latent import YEARS
from sample_registers.registers.codes import (
    HANDICAP_GROUPS,
    PARAGRAPHS,
    SHELTER_KINDS,
    SHELTER_KINDS_CHANGE,
    choose,
    find_not_approved,
)
from sample_registers.registers.dates import NO_DATE, YEAR_START, find_year
from sample_registers.registers.rows import Codes, Part, Rendered, split_by_year
from sample_registers.registers.spells import join_spells, place_spells, split_rows

SHARE_TWO_ROWS = 0.15
TOUCHING_OR_OVERLAPPING = (-3, 1)
HANDICAP_FIRST_YEAR = 2013
DAYS_OF_FIRST_HALF_2013 = 181
SHARE_PARTIAL = 0.5


def render_shelter_stays(part: Part) -> Iterator[Rendered]:
    """Render stays: the day of discharge is no night; who is inside on 1 January is checked in once more."""
    rng = part.generator("boform110")
    spells = place_spells(part.values("shelter_days"), rng, earliest=part.earliest)
    spells = split_rows(spells, rng, SHARE_TWO_ROWS, TOUCHING_OR_OVERLAPPING)
    last_year = find_year(spells.end) - int(YEARS[0])
    again = np.flatnonzero(last_year > find_year(spells.start) - int(YEARS[0]))
    person = np.concatenate([spells.person, spells.person[again]])
    start = np.concatenate([spells.start, YEAR_START[last_year[again]]])
    end = np.concatenate([spells.end, spells.end[again]])
    year = find_year(start)
    first_kind = np.where(year >= SHELTER_KINDS_CHANGE, 2, 0)
    columns = {
        "pnr": part.persons(person),
        "inddato": start,
        "uddato": end + 1,
        "boform": Codes(first_kind + rng.integers(0, 2, len(person)), SHELTER_KINDS),
    }
    yield from split_by_year(part, "boform110", year, columns)


def render_adult_services(part: Part) -> Iterator[Rendered]:
    """Render spells of services from 1 July 2013."""
    rng = part.generator("handicap")
    not_approved = find_not_approved("handicap", YEARS, part.latent.municipality)
    lost = not_approved & (rng.random(len(part.latent.pnr)) < SHARE_PARTIAL)[:, None]
    earliest = np.broadcast_to(np.where(YEARS == HANDICAP_FIRST_YEAR, DAYS_OF_FIRST_HALF_2013, 0), lost.shape)
    placed, paragraphs = [], []
    for service, codes in PARAGRAPHS.items():
        days = np.where(lost | (YEARS < HANDICAP_FIRST_YEAR), 0, part.values(f"{service}_days"))
        started = YEARS == HANDICAP_FIRST_YEAR
        days[:, started] = np.minimum(days[:, started], 365 - DAYS_OF_FIRST_HALF_2013)
        everyone = np.ones(len(days), dtype=bool)
        spells = place_spells(days, rng, earliest=earliest, may_be_open=everyone)
        spells = split_rows(spells, rng, SHARE_TWO_ROWS, TOUCHING_OR_OVERLAPPING)
        placed.append(spells)
        paragraphs.append(choose(rng, codes, len(spells)))
    spells = join_spells(*placed)
    group = rng.integers(0, len(HANDICAP_GROUPS), len(part.latent.pnr))[spells.person]
    columns = {
        "pnr": part.persons(spells.person),
        "paragraf": np.concatenate(paragraphs),
        "start": spells.start,
        "slut": np.where(spells.is_open, NO_DATE, spells.end),
        "maalgruppe": Codes(group, HANDICAP_GROUPS),
    }
    yield from split_by_year(part, "handicap", find_year(spells.start), columns)

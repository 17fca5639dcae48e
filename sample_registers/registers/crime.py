"""Decisions, prison, charges and victims: kraf, krin, krsi, krof."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.registers.codes import (
    CHARGE_KINDS,
    CONVICTED,
    NOT_CONVICTED,
    OFFENCES,
    PRISON_KINDS,
    choose,
)
from sample_registers.registers.dates import NO_DATE, YEAR_LENGTH, YEAR_START, find_year
from sample_registers.registers.rows import (
    Codes,
    Part,
    Rendered,
    list_words,
    make_record_numbers,
    split_by_year,
)
from sample_registers.registers.spells import place_spells, split_rows, spread_days

OFFENCE_LIST = tuple(code for codes in OFFENCES.values() for code in codes)
OFFENCE_WORDS = list_words(*OFFENCE_LIST)
NEITHER_VIOLENCE_NOR_SEXUAL = tuple(
    code for kind, codes in OFFENCES.items() if kind not in ("violence", "sexual") for code in codes
)
CONVICTION_OFFENCES = {
    "violence_sexual": (*OFFENCES["sexual"], *OFFENCES["violence"]),
    "theft_vandalism": OFFENCES["theft_vandalism"],
    "traffic_special_acts": (*OFFENCES["traffic"], *OFFENCES["special_acts"]),
}
ACQUITTALS_PER_CONVICTION = 0.3
SHARE_SEVERAL_COUNTS = 0.2
SHARE_OTHER = 0.002
SHARE_MOVED = 0.4
MOVES = (1, 1)
DECISIONS, CHARGES = 5, 6


def _offence_positions(codes: tuple[str, ...]) -> np.ndarray:
    """Find the positions of offence codes in the word list."""
    return np.array([OFFENCE_LIST.index(code) for code in codes])


def _choose_offences(rng: np.random.Generator, codes: tuple[str, ...], n: int) -> np.ndarray:
    """Choose n offences of a kind, as positions in the word list."""
    return choose(rng, tuple(_offence_positions(codes)), n)


def render_decisions(part: Part) -> Iterator[Rendered]:
    """Render court decisions: one may hold several kinds and counts; acquittals are decisions too."""
    rng = part.generator("kraf")
    counts = np.stack([part.values(f"convictions_{kind}") for kind in CONVICTION_OFFENCES])
    n_decisions = counts.max(axis=0)
    person, year = np.nonzero(n_decisions > 0)
    n_here = n_decisions[person, year]
    row, day = spread_days(n_here, rng, YEAR_LENGTH[year], part.earliest[person, year])
    rank = np.arange(len(row)) - np.repeat(np.cumsum(n_here) - n_here, n_here)
    found = []
    for number, codes in enumerate(CONVICTION_OFFENCES.values()):
        decision = np.flatnonzero(rank < counts[number][person, year][row])
        several = decision[rng.random(len(decision)) < SHARE_SEVERAL_COUNTS]
        decision = np.concatenate([decision, several])
        found.append((decision, _choose_offences(rng, codes, len(decision))))
    decision, offence = (np.concatenate(parts) for parts in zip(*found, strict=True))
    person, days = person[row], YEAR_START[year[row]] + day
    extra_person, extra_days, extra_offence, extra_outcome = _choose_other_decisions(part, person, days, rng)
    records = make_record_numbers(part, DECISIONS, len(row) + len(extra_person))
    columns = {
        "pnr": part.persons(np.concatenate([person[decision], extra_person])),
        "journr": np.concatenate([records[decision], records[len(row) :]]),
        "afg_ger7": Codes(np.concatenate([offence, extra_offence]), OFFENCE_WORDS),
        "afg_afgtypko": np.concatenate([choose(rng, CONVICTED, len(decision)), extra_outcome]),
        "afg_dato": np.concatenate([days[decision], extra_days]),
    }
    yield from split_by_year(part, "kraf", find_year(columns["afg_dato"]), columns)


def _choose_other_decisions(
    part: Part, person: np.ndarray, days: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, ...]:
    """Choose acquittals, and convictions of kinds that are no consequence."""
    acquitted = np.flatnonzero(rng.random(len(person)) < ACQUITTALS_PER_CONVICTION)
    adult = part.latent.resident & (part.ages >= 18)
    other_person, other_year = np.nonzero(adult & (rng.random(adult.shape) < SHARE_OTHER))
    other_days = YEAR_START[other_year] + (rng.random(len(other_year)) * YEAR_LENGTH[other_year]).astype(
        np.int32
    )
    offences = np.concatenate(
        [
            rng.integers(0, len(OFFENCE_LIST), len(acquitted)),
            _choose_offences(rng, OFFENCES["other"], len(other_person)),
        ]
    )
    outcomes = np.concatenate(
        [choose(rng, NOT_CONVICTED, len(acquitted)), choose(rng, CONVICTED, len(other_person))]
    )
    return (
        np.concatenate([person[acquitted], other_person]),
        np.concatenate([days[acquitted], other_days]).astype(np.int32),
        offences,
        outcomes,
    )


def render_prison_stays(part: Part) -> Iterator[Rendered]:
    """Render stays in prison: a move to another prison is a row of its own."""
    rng = part.generator("krin")
    days = part.values("prison_days")
    spells = place_spells(days, rng, earliest=part.earliest, may_be_open=np.ones(len(days), dtype=bool))
    spells = split_rows(spells, rng, SHARE_MOVED, MOVES)
    columns = {
        "pnr": part.persons(spells.person),
        "ind_dato": spells.start,
        "loes_dato": np.where(spells.is_open, NO_DATE, spells.end),
        "ind_fgslkod": Codes(rng.integers(0, len(PRISON_KINDS), len(spells)), PRISON_KINDS),
    }
    yield from split_by_year(part, "krin", find_year(spells.start), columns)


def render_charges(part: Part) -> Iterator[Rendered]:
    """Render charges, and suspicions of children below 15; some cases have several rows."""
    rng = part.generator("krsi")
    found = []
    for kind, name in enumerate(("charges", "suspicions")):
        counts = part.values(name)
        person, year = np.nonzero(counts > 0)
        row, day = spread_days(counts[person, year], rng, YEAR_LENGTH[year])
        found.append((person[row], YEAR_START[year[row]] + day, np.full(len(row), kind)))
    person, days, kind = (np.concatenate(parts) for parts in zip(*found, strict=True))
    records = make_record_numbers(part, CHARGES, len(person))
    again = np.flatnonzero(rng.random(len(person)) < SHARE_SEVERAL_COUNTS)
    index = np.concatenate([np.arange(len(person)), again])
    columns = {
        "pnr": part.persons(person[index]),
        "journr": records[index],
        "sig_dato": days[index],
        "sig_ger7": Codes(rng.integers(0, len(OFFENCE_LIST), len(index)), OFFENCE_WORDS),
        "sig_art": Codes(kind[index], CHARGE_KINDS),
    }
    yield from split_by_year(part, "krsi", find_year(columns["sig_dato"]), columns)


def render_victims(part: Part) -> Iterator[Rendered]:
    """Render offences suffered: violence, sexual offences, and others that no definition asks for."""
    rng = part.generator("krof")
    found = []
    for name in ("violence", "sexual"):
        counts = part.values(f"victim_{name}")
        person, year = np.nonzero(counts > 0)
        row, day = spread_days(counts[person, year], rng, YEAR_LENGTH[year], part.earliest[person, year])
        offence = _choose_offences(rng, OFFENCES[name], len(row))
        found.append((person[row], YEAR_START[year[row]] + day, offence))
    anyone = part.latent.resident & (part.ages >= 12) & (rng.random(part.ages.shape) < SHARE_OTHER)
    person, year = np.nonzero(anyone)
    days = YEAR_START[year] + (rng.random(len(year)) * YEAR_LENGTH[year]).astype(np.int32)
    found.append((person, days, _choose_offences(rng, NEITHER_VIOLENCE_NOR_SEXUAL, len(person))))
    person, days, offence = (np.concatenate(parts) for parts in zip(*found, strict=True))
    columns = {"pnr": part.persons(person), "ger7": Codes(offence, OFFENCE_WORDS), "dato": days}
    yield from split_by_year(part, "krof", find_year(days), columns)

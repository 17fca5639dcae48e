"""Draws the latent world in parts: the entry point of the generator.

Belongs here: sizes, parts, seeds, and putting a part together. Does not belong here: what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.derived import derive_values, draw_completed
from sample_registers.entry_facts import force_entry
from sample_registers.latent import YEARS, Latent
from sample_registers.parameters import Parameters, load_parameters
from sample_registers.population import (
    CHILDREN_PER_MOTHER,
    PNR_SPACE,
    People,
    draw_people,
    number_persons,
)
from sample_registers.process import draw_start, draw_success, draw_years, open_pass
from sample_registers.success_facts import YearOne, force_success

DEFAULT_PERSONS = 87_500
DEFAULT_SEED = 2022
PART_PERSONS = 18_000
PART_STRIDE = 40_000
BACKGROUND_SHARE = 3_000
NATIONAL_PERSONS = 5_900_000


def draw_parts(
    persons: int = DEFAULT_PERSONS,
    seed: int = DEFAULT_SEED,
    national: bool = False,
    only_role: str | None = None,
) -> Iterator[Latent]:
    """Draw the latent world in parts of at most about 20,000 persons, each from its own random stream.

    Parameters
    ----------
    persons : int
        All persons together, parents and background included (met to within a few per cent).
    seed : int
        The same seed and size give the same parts.
    national : bool
        Roles at their true prevalence and the rest background, instead of over-sampled roles.
    only_role : str, optional
        A role of planted_roles.toml: draw its persons (and their parents) and nobody else.

    Yields
    ------
    Latent
        Parts with distinct persons.

    Examples
    --------
    >>> part = next(draw_parts(persons=2_000, seed=1))
    >>> part.values["shelter_days"].shape[1]
    20
    """
    parameters = load_parameters()
    counts = count_persons(parameters, persons, national, only_role)
    n_parts = max(1, -(-persons // PART_PERSONS))
    offset = int(np.random.default_rng([seed, 7]).integers(PNR_SPACE))
    for part, stream in enumerate(np.random.SeedSequence(seed).spawn(n_parts)):
        own = (part + 1) * counts // n_parts - part * counts // n_parts
        yield draw_part(np.random.default_rng(stream), parameters, own, part * PART_STRIDE, offset)


def count_persons(
    parameters: Parameters, persons: int, national: bool = False, only_role: str | None = None
) -> np.ndarray:
    """Persons of each role and of the background, (R + 1,) int; parents of child-role persons come on top."""
    roles = parameters.roles
    weights = np.array([*(role.national if national else role.share for role in roles), 0], dtype=float)
    with_parents = 1 + np.array([*(2 / CHILDREN_PER_MOTHER * (role.kind == "child") for role in roles), 0])
    if only_role is not None:
        weights = (np.arange(len(roles) + 1) == parameters.role(only_role)).astype(float)
    elif national:
        weights[-1] = NATIONAL_PERSONS - (weights * with_parents).sum()
    else:
        weights[-1] = BACKGROUND_SHARE
    return np.round(weights * persons / (weights * with_parents).sum()).astype(int)


def draw_part(
    rng: np.random.Generator, parameters: Parameters, counts: np.ndarray, first_index: int, offset: int
) -> Latent:
    """Draw one part: people, then the process of adults, then that of children."""
    people = draw_people(rng, parameters, counts)
    n, split = people.role.size, people.n_first
    values: dict[str, np.ndarray] = {}
    socio13 = np.zeros((n, YEARS.size), np.int16)
    for own, is_second in ((slice(0, split), False), (slice(split, n), True)):
        if own.start == own.stop:
            continue
        part_values, socio13[own] = draw_pass(rng, parameters, people, own, socio13 if is_second else None)
        for name, array in part_values.items():
            values.setdefault(name, np.zeros((n, YEARS.size), np.int32))[own] = array
    has_role = people.role < len(parameters.roles)
    return Latent(
        pnr=number_persons(first_index, n, offset),
        birth_date=people.birth_date,
        sex=people.sex,
        origin=people.origin,
        mother=people.mother,
        father=people.father,
        role=np.where(has_role, people.role, -1).astype(np.int16),
        entry_year=np.where(has_role, people.anchor_year, 0).astype(np.int16),
        death_date=people.death_date,
        resident=people.resident,
        municipality=people.municipality,
        socio13=socio13,
        hfaudd=people.hfaudd,
        values=values,
    )


def draw_pass(
    rng: np.random.Generator, parameters: Parameters, people: People, own: slice, socio13: np.ndarray | None
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The process of one pass: year 0, success, every year, year 1; values and employment codes of the persons."""
    state = open_pass(rng, parameters, people, own, socio13)
    draw_start(state)
    force_entry(state)
    draw_success(state)
    use, tax = draw_years(state)
    year = YearOne(state=state, use=use, tax=tax, completed=draw_completed(state, use))
    force_success(year)
    return derive_values(state, use, tax, year.completed)

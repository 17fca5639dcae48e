"""Population, deaths and migration: bef, dod, vnds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sample_registers.latent import YEARS
from sample_registers.registers.dates import NO_DATE, YEAR_LENGTH, YEAR_START, find_year, to_day_numbers
from sample_registers.registers.rows import Codes, Part, Rendered, list_words, make_table, split_by_year

CIVIL_STATUS = list_words("U", "G", "F", "E")
MIGRATION = list_words("I", "U")
DENMARK = 5100
COUNTRIES = np.array([5130, 5154, 5170, 5432, 5436])


def render_population(part: Part) -> Iterator[Rendered]:
    """Render the persons resident on each 31 December."""
    latent, rng = part.latent, part.generator("bef")
    n_persons = len(latent.pnr)
    country = np.where(latent.origin == 2, rng.choice(COUNTRIES, n_persons), DENMARK).astype(np.int32)
    marries_at = rng.integers(22, 60, n_persons)
    status = rng.integers(1, 4, n_persons)
    for column, year in enumerate(YEARS):
        index = np.flatnonzero(latent.resident[:, column])
        civil = np.where(part.ages[index, column] >= marries_at[index], status[index], 0)
        yield make_table(
            part,
            "bef",
            int(year),
            {
                "pnr": part.persons(index),
                "foed_dato": part.birth_days[index],
                "koen": latent.sex[index],
                "kom": latent.municipality[index, column],
                "ie_type": latent.origin[index],
                "opr_land": country[index],
                "civst": Codes(civil, CIVIL_STATUS),
                "mor_id": part.persons(latent.mother[index]),
                "far_id": part.persons(latent.father[index]),
            },
        )


def render_deaths(part: Part) -> Iterator[Rendered]:
    """Render the deaths."""
    days = to_day_numbers(part.latent.death_date)
    index = np.flatnonzero(days != NO_DATE)
    columns = {"pnr": part.persons(index), "doddato": days[index]}
    yield from split_by_year(part, "dod", find_year(days[index]), columns)


CAME_IN_FIRST_YEAR = 0.05


def render_migrations(part: Part) -> Iterator[Rendered]:
    """Render a move wherever residence begins after birth or ends before death.

    Before the first year nothing is drawn: of the immigrants who live here at its end, some are taken to have come
    in the course of it.
    """
    latent, rng = part.latent, part.generator("vnds")
    before, after = latent.resident[:, :-1], latent.resident[:, 1:]
    born_year = find_year(part.birth_days)
    death = to_day_numbers(latent.death_date)
    died_year = np.where(death == NO_DATE, 9999, find_year(np.maximum(death, 0)))
    moves_in = ~before & after & (YEARS[None, 1:] > born_year[:, None])
    moves_out = before & ~after & (YEARS[None, 1:] < died_year[:, None])
    came = latent.resident[:, 0] & (latent.origin == 2) & (born_year < YEARS[0])
    came &= rng.random(came.size) < CAME_IN_FIRST_YEAR
    tables = [np.nonzero(moves) for moves in (moves_in, moves_out)]
    person = np.concatenate([*(found[0] for found in tables), np.flatnonzero(came)])
    year = np.concatenate([*(found[1] + 1 for found in tables), np.zeros(came.sum(), dtype=int)])
    kind = np.repeat([0, 1, 0], [*(len(found[0]) for found in tables), came.sum()])
    days = YEAR_START[year] + (rng.random(len(year)) * YEAR_LENGTH[year]).astype(np.int32)
    columns = {"pnr": part.persons(person), "indud_kode": Codes(kind, MIGRATION), "haend_dato": days}
    yield from split_by_year(part, "vnds", YEARS[year], columns)

"""The people of one part: who they are, where they live, who their parents are, when they die or leave.

Belongs here: what does not depend on any use. Does not belong here: use and success (`process`, `facts`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_registers.codes import MUNICIPALITIES
from sample_registers.latent import FIRST_YEAR, LAST_YEAR, YEARS
from sample_registers.parameters import Parameters

CHILDREN_PER_MOTHER = 2.5
LAST_ENTRY = 2020
PNR_SPACE = 990_000_000_000
PNR_FIRST = 10_000_000_000
PNR_STEP = 387_420_489_013
NEVER = 9999
EDUCATION_SHARES = {
    "role": (0.48, 0.08, 0.27, 0.03, 0.07, 0.04, 0.03),
    "background": (0.20, 0.08, 0.38, 0.05, 0.18, 0.09, 0.02),
}
HFAUDD_FIRST = np.array([0, 3, 5, 8, 9, 11, 13])
HFAUDD_COUNT = np.array([3, 2, 3, 1, 2, 2, 1])
AGE_COMPLETED = np.array([16, 19, 21, 23, 24, 26, 16])


@dataclass(frozen=True)
class People:
    """P persons of one part, parents and background before adult roles before child roles.

    Attributes
    ----------
    role : (P,) int array
        Index of the planted role; R (one past the last) for parents and background.
    anchor_year : (P,) int array
        Year of entry; for parents and background the year their own process starts from.
    birth_year, sex, origin, mother, father : (P,) arrays
    birth_date, death_date : (P,) datetime64[D] arrays
    resident : (P, Y) bool array, municipality : (P, Y) int16 array, hfaudd : (P, Y) int16 array
    age : (P, Y) int16 array
        Age on 31 December, negative before birth.
    n_first : int
        Number of parents, background persons and adult-role persons: the first pass of the process.
    """

    role: np.ndarray
    anchor_year: np.ndarray
    birth_year: np.ndarray
    birth_date: np.ndarray
    sex: np.ndarray
    origin: np.ndarray
    mother: np.ndarray
    father: np.ndarray
    death_date: np.ndarray
    resident: np.ndarray
    municipality: np.ndarray
    hfaudd: np.ndarray
    age: np.ndarray
    n_first: int


def draw_people(rng: np.random.Generator, parameters: Parameters, counts: np.ndarray) -> People:
    """Draw the people of one part.

    Parameters
    ----------
    rng : numpy Generator
    parameters : Parameters
    counts : (R + 1,) int array
        Persons of each role; the last entry is background. Parents of child-role persons come on top.

    Returns
    -------
    People
    """
    roles = parameters.roles
    kinds = np.array([role.kind == "child" for role in roles])
    role = np.repeat(order := np.argsort(kinds, kind="stable"), counts[order])
    entry, age_at_entry = draw_entries(rng, parameters, role)
    is_child = kinds[role] if role.size else np.zeros(0, bool)
    families = draw_families(rng, (entry - age_at_entry)[is_child])
    mother_of, father_of, mother_birth, father_birth, last_birth = families
    n_mothers, n_background = mother_birth.size, int(counts[-1])
    background_birth = rng.integers(FIRST_YEAR - 70, LAST_YEAR - 4, n_background)
    birth = np.concatenate([mother_birth, father_birth, background_birth, entry - age_at_entry]).astype(int)
    n_parents, total = 2 * n_mothers, birth.size
    all_roles = np.concatenate([np.full(total - role.size, len(roles)), role]).astype(int)
    has_role = all_roles < len(roles)
    start = np.where(birth + 22 <= LAST_ENTRY, np.maximum(FIRST_YEAR, birth + 22), FIRST_YEAR)
    anchor = np.where(has_role, np.concatenate([np.zeros(total - role.size, int), entry]), start)
    settled = np.maximum(background_birth, FIRST_YEAR)
    safe = np.concatenate([last_birth, last_birth, settled, entry]).astype(int)
    sex = draw_sex(rng, parameters, all_roles, n_mothers)
    mother, father = number_parents(total, mother_of, father_of, n_mothers)
    link_background(rng, birth, sex, mother, father, slice(n_parents, n_parents + n_background))
    age = (YEARS - birth[:, None]).astype(np.int16)
    origin, arrival = draw_origin(rng, birth, has_role, safe)
    resident, death_year = draw_residence(rng, age, arrival, safe, has_role)
    municipality = draw_municipalities(rng, mother, age)
    return People(
        role=all_roles,
        anchor_year=anchor,
        birth_year=birth,
        birth_date=days_of_years(rng, birth),
        sex=sex,
        origin=origin,
        mother=mother,
        father=father,
        death_date=np.where(death_year < NEVER, days_of_years(rng, death_year), np.datetime64("NaT", "D")),
        resident=resident,
        municipality=np.where(resident, municipality, 0).astype(np.int16),
        hfaudd=draw_education(rng, age, origin, has_role, resident),
        age=age,
        n_first=total - int(is_child.sum()),
    )


def number_parents(
    total: int, mother_of: np.ndarray, father_of: np.ndarray, n_mothers: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows of mother and father of everybody, (total,) int; -1 unknown. The children are the last rows."""
    mother, father = np.full(total, -1), np.full(total, -1)
    n_first = total - mother_of.size
    mother[n_first:], father[n_first:] = mother_of, np.where(father_of >= 0, father_of + n_mothers, -1)
    return mother, father


def draw_entries(
    rng: np.random.Generator, parameters: Parameters, role: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Year of entry and age in it, two (N,) int arrays: about one in twelve enters inside the look-back."""
    roles = parameters.roles
    early_first, early_last = np.array([r.early for r in roles]).T
    youngest, oldest = np.array([r.ages for r in roles]).T
    first = np.array([r.first_year for r in roles])
    is_early = rng.random(role.size) < 0.08
    low = np.where(is_early, early_first[role], first[role])
    high = np.where(is_early, early_last[role], LAST_ENTRY)
    entry = rng.integers(low, high + 1)
    for index, settings in enumerate(roles):
        for year in settings.skip:
            hit = (role == index) & (entry == year)
            entry[hit] = rng.integers(year + 1, LAST_ENTRY + 1, hit.sum())
    return entry, rng.integers(youngest[role], oldest[role] + 1)


def draw_families(rng: np.random.Generator, birth: np.ndarray) -> tuple[np.ndarray, ...]:
    """Parents of N children: siblings are close in year of birth.

    Returns
    -------
    mother_of, father_of : (N,) int arrays
        Index of the mother and of the father among their own; -1 when unknown.
    mother_birth, father_birth, last_birth : (M,) int arrays
        Years of birth of the parents and of their youngest child.
    """
    n = birth.size
    if n == 0:
        return tuple(np.zeros(0, int) for _ in range(5))
    order = np.argsort(birth + rng.normal(0, 2.5, n), kind="stable")
    opens = rng.random(n) < 1 / CHILDREN_PER_MOTHER
    opens[0] = True
    family = np.empty(n, int)
    family[order] = np.cumsum(opens) - 1
    m = int(family.max()) + 1
    first_birth, last_birth = np.full(m, NEVER), np.zeros(m, int)
    np.minimum.at(first_birth, family, birth)
    np.maximum.at(last_birth, family, birth)
    mother_birth = np.maximum(first_birth - rng.integers(19, 35, m), last_birth - 45)
    father_birth = mother_birth - rng.integers(-1, 7, m)
    mother_of = np.where(rng.random(n) < 0.005, -1, family)
    father_of = np.where(rng.random(n) < 0.04, -1, family)
    return mother_of, father_of, mother_birth, father_birth, np.maximum(last_birth, FIRST_YEAR)


def link_background(
    rng: np.random.Generator,
    birth: np.ndarray,
    sex: np.ndarray,
    mother: np.ndarray,
    father: np.ndarray,
    own: slice,
) -> None:
    """Give two in three background persons parents among the background persons about 30 years older, in place."""
    index = np.arange(birth.size)[own]
    for target, parent_sex in ((mother, 2), (father, 1)):
        pool = index[sex[index] == parent_sex]
        if pool.size == 0:
            continue
        pool = pool[np.argsort(birth[pool], kind="stable")]
        at = np.searchsorted(birth[pool], birth[index] - rng.integers(22, 36, index.size))
        fits = (at < pool.size) & (rng.random(index.size) < 0.66)
        candidate = pool[np.minimum(at, pool.size - 1)]
        fits &= (birth[index] - birth[candidate] >= 17) & (birth[index] - birth[candidate] <= 50)
        target[index[fits]] = candidate[fits]


def draw_sex(
    rng: np.random.Generator, parameters: Parameters, role: np.ndarray, n_mothers: int
) -> np.ndarray:
    """1 man, 2 woman, (P,) int8; mothers first, then fathers."""
    fixed = np.array([*(r.sex for r in parameters.roles), 0])
    share = np.array([*(0.38 if r.kind == "adult" else 0.48 for r in parameters.roles), 0.5])
    sex = np.where(rng.random(role.size) < share[role], 2, 1)
    sex = np.where(fixed[role] > 0, fixed[role], sex)
    sex[:n_mothers], sex[n_mothers : 2 * n_mothers] = 2, 1
    return sex.astype(np.int8)


def draw_origin(
    rng: np.random.Generator, birth: np.ndarray, has_role: np.ndarray, safe: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Origin (1, 2, 3) and year of arrival (year of birth unless immigrant), two (P,) arrays."""
    draw = rng.random(birth.size)
    origin = np.select([draw < 0.82, draw < 0.93], [1, 2], 3).astype(np.int8)
    latest = np.maximum(np.minimum(safe, np.where(has_role, safe, FIRST_YEAR + 8)), birth)
    return origin, np.where(origin == 2, rng.integers(birth, latest + 1), birth)


def draw_residence(
    rng: np.random.Generator, age: np.ndarray, arrival: np.ndarray, safe: np.ndarray, has_role: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Residence on 31 December, (P, Y) bool, and year of death, (P,) int (9999: alive).

    Nobody dies or leaves up to the year `safe` (entry, or birth of the youngest child).
    """
    n = arrival.size
    leave = safe + rng.geometric(0.004, n)
    back = np.where(rng.random(n) < 0.5, leave + rng.integers(1, 6, n), NEVER)
    away = (leave[:, None] <= YEARS) & (back[:, None] > YEARS)
    resident = (arrival[:, None] <= YEARS) & ~away
    hazard = 0.0003 * np.exp(0.085 * np.clip(age - 20, 0, 75)) + np.where(has_role, 0.003, 0.0005)[
        :, None
    ] * (age >= 18)
    dies = (rng.random(age.shape, dtype=np.float32) < hazard) & (safe[:, None] < YEARS)
    dies &= resident
    dies[:, 1:] &= resident[:, :-1]
    dies[:, 0] = False
    death_year = np.where(dies.any(axis=1), YEARS[dies.argmax(axis=1)], NEVER)
    return resident & (death_year[:, None] > YEARS), death_year


def draw_municipalities(rng: np.random.Generator, mother: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Municipality by year, (P, Y) int16: 2 % move a year; children live with their mother until 18."""
    shape = age.shape
    weights = 1 / (np.arange(MUNICIPALITIES.size) + 12.0)
    table = np.repeat(MUNICIPALITIES, np.maximum(1, np.round(weights * 600)).astype(int))
    moves = rng.random(shape, dtype=np.float32) < 0.02
    moves[:, 0] = True
    candidates = table[rng.integers(0, table.size, shape)]
    last_move = np.maximum.accumulate(np.where(moves, np.arange(shape[1]), 0), axis=1)
    own = np.take_along_axis(candidates, last_move, axis=1)
    at_home = (age < 18) & (mother[:, None] >= 0)
    return np.where(at_home, own[mother], own)


def draw_education(
    rng: np.random.Generator, age: np.ndarray, origin: np.ndarray, has_role: np.ndarray, resident: np.ndarray
) -> np.ndarray:
    """Highest completed education by year, (P, Y) int16 index into `HFAUDD_CODES`, -1 without a row."""
    n = origin.size
    levels = np.where(
        has_role,
        rng.choice(7, n, p=EDUCATION_SHARES["role"]),
        rng.choice(7, n, p=EDUCATION_SHARES["background"]),
    )
    levels = np.where((origin == 2) & (rng.random(n) < 0.3), 6, levels)
    code = HFAUDD_FIRST[levels] + rng.integers(0, 1000, n) % HFAUDD_COUNT[levels]
    before = rng.integers(0, 3, n)
    upgrade = rng.geometric(0.012, n) + 21
    no_row = (levels == 6) & (rng.random(n) < 0.6)
    result = np.where(age >= AGE_COMPLETED[levels][:, None], code[:, None], before[:, None])
    result = np.where((levels == 0)[:, None] & (age >= upgrade[:, None]), 5, result)
    return np.where((age < 16) | no_row[:, None] | ~resident, -1, result).astype(np.int16)


def days_of_years(rng: np.random.Generator, year: np.ndarray) -> np.ndarray:
    """A random day of each year, (N,) datetime64[D]."""
    first = (np.minimum(year, LAST_YEAR + 1) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return first + rng.integers(0, 365, year.size)


def number_persons(first_index: int, n: int, seed_offset: int) -> np.ndarray:
    """Person numbers of n consecutive persons, (n,) '<U12': distinct for distinct indices, from 010000000000 up."""
    index = np.arange(first_index, first_index + n, dtype=object)
    numbers = (index * PNR_STEP + seed_offset) % PNR_SPACE + PNR_FIRST
    return np.char.zfill(numbers.astype("U12"), 12)

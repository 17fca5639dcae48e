"""Planted parameters as arrays, read from `planted.toml` and `planted_roles.toml`, with proof that nothing is clipped.

Belongs here: reading, expanding by role and channel, bounds, the hash. Does not belong here: drawing.
Known limitation: the bounds are checked at the extremes of each block of covariates, which is sharp only when every
combination of levels occurs.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from sample_registers.codes import EDUCATION_LEVELS, EMPLOYMENT_LEVELS
from sample_registers.latent import FIRST_YEAR, LAST_YEAR

FOLDER = Path(__file__).parent
SETS = ("placement", "benefit", "education", "school")
TRANSFERS = (
    "cash_benefit_weeks",
    "disability_pension_weeks",
    "education_benefit_weeks",
    "other_transfers_weeks",
)


@dataclass(frozen=True)
class Role:
    """One planted role: who enters, when, and by which rule.

    Attributes
    ----------
    name, kind, facts, diagnoses : str
        `kind` is child or adult; `facts` names the rule that forces year 0 and 1; `diagnoses` a code list or ''.
    share, national : int
        Persons at the default size, and of 5.9 million.
    ages : (int, int)
        First and last age at entry.
    first_year : int
        First usable base year; `early` the years of entry inside the look-back, `skip` years without entry.
    sex : int
        0 both, 1 men, 2 women.
    intercept : float
        Of the logit of success.
    """

    name: str
    kind: str
    facts: str
    diagnoses: str
    share: int
    national: int
    ages: tuple[int, int]
    first_year: int
    early: tuple[int, int]
    skip: tuple[int, ...]
    sex: int
    intercept: float


@dataclass(frozen=True)
class Parameters:
    """All planted numbers: R roles and the background as row R, C channels, levels of the covariate blocks.

    Attributes
    ----------
    roles : tuple of Role, length R
    channels : tuple of str, length C
    sets : dict of str to list of int
        Channels of each exclusive set; `singles` the other channels.
    amounts : tuple of (k,) int32 arrays
        Equally likely amounts given use, by channel; `mean` and `largest` (C,) of them.
    ages : (C, 2) int array
        First and last age with use.
    alpha, difference, sex, age, person : (R + 1, C) arrays
        Probabilities: level, difference in relative year 1, largest shift of each block.
    rho : (C,) array
        Weight of use in year 0 (as a share of the largest amount).
    employment : (2, R + 1, C, 9) array, education : (2, R + 1, C, 7) array
        Shift by level; first axis own or mother's, father's (0 for adults).
    quiet : (R + 1, C) bool array
        No use before entry.
    fade : (R + 1,) array
        Yearly factor of the difference; `lag_fade` that of rho.
    decay : (R + 1, C) array
        Yearly factor of level, shifts and rho toward `decay_floor` times them after entry; 1: they stay.
    tax : dict of str to array
        The same for tax of employment income, real kr.
    selection : dict of str to dict of str to float
        Logit weights by kind.
    settings : dict
        The file as read.
    """

    roles: tuple[Role, ...]
    channels: tuple[str, ...]
    sets: dict[str, list[int]]
    singles: list[int]
    amounts: tuple[np.ndarray, ...]
    mean: np.ndarray
    largest: np.ndarray
    ages: np.ndarray
    alpha: np.ndarray
    difference: np.ndarray
    rho: np.ndarray
    sex: np.ndarray
    age: np.ndarray
    person: np.ndarray
    employment: np.ndarray
    education: np.ndarray
    quiet: np.ndarray
    fade: np.ndarray
    lag_fade: float
    decay: np.ndarray
    decay_floor: float
    tax: dict[str, np.ndarray]
    selection: dict[str, dict[str, float]]
    settings: dict

    def channel(self, name: str) -> int:
        """Index of a channel."""
        return self.channels.index(name)

    def role(self, name: str) -> int:
        """Index of a role."""
        return [role.name for role in self.roles].index(name)


@lru_cache(maxsize=1)
def load_parameters() -> Parameters:
    """Read both TOML files and expand them; raises ValueError when a probability could leave 0–1."""
    settings = tomllib.loads((FOLDER / "planted.toml").read_text(encoding="utf-8"))
    role_tables = tomllib.loads((FOLDER / "planted_roles.toml").read_text(encoding="utf-8"))
    tables = [*role_tables.values(), {"kind": "background"}]
    channels = tuple(settings["channels"])
    entries = [settings["channels"][name] for name in channels]
    amounts = tuple(np.array(entry["amounts"], dtype=np.int32) for entry in entries)
    alpha, difference = expand_levels(settings, tables, channels)
    blocks = expand_blocks(settings, tables, channels, alpha)
    members = {name: [c for c, entry in enumerate(entries) if entry.get("set") == name] for name in SETS}
    parameters = Parameters(
        roles=tuple(read_role(name, table) for name, table in role_tables.items()),
        channels=channels,
        sets=members,
        singles=[c for c, entry in enumerate(entries) if "set" not in entry],
        amounts=amounts,
        mean=np.array([a.mean() for a in amounts]),
        largest=np.array([float(a.max()) for a in amounts]),
        ages=np.array([entry["ages"] for entry in entries]),
        alpha=alpha,
        difference=difference,
        rho=np.array([entry["rho"] for entry in entries]),
        quiet=np.array([[c in table.get("quiet", ()) for c in channels] for table in tables]),
        fade=np.array([table.get("fade", 1.0) for table in tables]),
        lag_fade=settings["lag_fade"],
        decay=expand_decay(settings, tables, channels),
        decay_floor=settings["decay_floor"],
        tax=expand_tax(settings, tables),
        selection=settings["selection"],
        settings=settings,
        **blocks,
    )
    check_bounds(parameters)
    return parameters


def read_role(name: str, table: dict) -> Role:
    """One role of planted_roles.toml."""
    return Role(
        name=name,
        kind=table["kind"],
        facts=table["facts"],
        diagnoses=table.get("diagnoses", ""),
        share=table["share"],
        national=table["national"],
        ages=tuple(table["ages"]),
        first_year=table["first"],
        early=tuple(table["early"]),
        skip=tuple(table.get("skip", ())),
        sex=table.get("sex", 0),
        intercept=table["intercept"],
    )


def expand_levels(
    settings: dict, tables: list[dict], channels: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Level and difference in relative year 1 by role and channel, two (R + 1, C) arrays."""
    alpha, share = [], []
    for table in tables:
        levels = {**settings["levels"][table["kind"]], **table.get("use", {})}
        shares = {**settings["difference"].get(table["kind"], {}), **table.get("difference", {})}
        unknown = (set(levels) | set(shares)) - set(channels)
        if unknown:
            raise ValueError(
                f"planted parameters: unknown channels {sorted(unknown)}; expected a name of [channels]"
            )
        alpha.append([levels[c] for c in channels])
        share.append([shares.get(c, 0.0) for c in channels])
    return np.array(alpha), np.array(alpha) * np.array(share)


def expand_blocks(settings: dict, tables: list[dict], channels: tuple[str, ...], alpha: np.ndarray) -> dict:
    """Shifts by block of covariates and by person, arrays by name as in `Parameters`."""
    signs = np.array([settings["channels"][c]["signs"] for c in channels])
    room = np.minimum(alpha, 1 - alpha)
    kinds = [table["kind"] for table in tables]
    shares = [settings["blocks"]["child" if kind == "child" else "adult"] for kind in kinds]

    def scale(name: str, other: str = "") -> np.ndarray:
        return np.array([b.get(name, b.get(other, 0.0)) for b in shares])[:, None] * room

    employment = np.array([settings["scores"]["employment"][level] for level in EMPLOYMENT_LEVELS])
    education = np.array([settings["scores"]["education"][level] for level in EDUCATION_LEVELS])
    own_employment = scale("mother_employment", "employment")[:, :, None] * signs[:, 0, None] * employment
    for c, name in enumerate(channels):
        if settings["channels"][name].get("set") == "benefit":
            shift = np.array([settings["benefit_shift"][name].get(level, 0.0) for level in EMPLOYMENT_LEVELS])
            own_employment[[kind != "child" for kind in kinds], c] = shift
    return {
        "sex": scale("sex") * signs[:, 1],
        "age": scale("age") * signs[:, 2],
        "person": scale("person") * np.where(signs[:, 0] < 0, -1, 1),
        "employment": np.stack(
            [own_employment, scale("father_employment")[:, :, None] * signs[:, 0, None] * employment]
        ),
        "education": np.stack(
            [
                scale("mother_education", "education")[:, :, None] * signs[:, 0, None] * education,
                scale("father_education")[:, :, None] * signs[:, 0, None] * education,
            ]
        ),
    }


def expand_tax(settings: dict, tables: list[dict]) -> dict[str, np.ndarray]:
    """Tax of employment income by role, each (R + 1,) in real kr.; `by_age` (17,) is added from age 15 for children."""
    entries = [{**settings["tax_employment"][t["kind"]], **t.get("tax_employment", {})} for t in tables]
    names = ("level", "difference", "sex", "age", "employment", "education", "person")
    tax = {name: np.array([float(entry.get(name, 0.0)) for entry in entries]) for name in names}
    tax["by_age"] = np.array(settings["tax_employment"]["child"]["by_age"], dtype=float)
    tax["is_child"] = np.array([t["kind"] == "child" for t in tables])
    return tax


def expand_decay(settings: dict, tables: list[dict], channels: tuple[str, ...]) -> np.ndarray:
    """Yearly decay of the level, (R + 1, C): the role's `decay` in the channels it enters by, 1 elsewhere."""
    decaying = np.array([c in settings["decaying"] for c in channels])
    return np.where(decaying, np.array([table.get("decay", 1.0) for table in tables])[:, None], 1.0)


def level_factor(decay: np.ndarray, floor: float, relative_year: np.ndarray) -> np.ndarray:
    """Factor of the level by relative year: 1 one year from entry, then toward the floor both ways; broadcasts."""
    return floor + (1 - floor) * decay ** np.maximum(abs(relative_year) - 1, 0)


def find_extremes(parameters: Parameters) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Smallest and largest probability over all covariate cells, lags, arms and relative years.

    Returns
    -------
    smallest, largest : (R + 1, C) arrays
    totals : dict of str to (R + 1,) array
        Largest sum of probabilities in each exclusive set.
    """
    p = parameters
    symmetric = abs(p.sex) + abs(p.age) + abs(p.person)
    low = p.alpha - symmetric + p.employment.min(axis=3).sum(axis=0) + p.education.min(axis=3).sum(axis=0)
    high = p.alpha + symmetric + p.employment.max(axis=3).sum(axis=0) + p.education.max(axis=3).sum(axis=0)
    smallest, largest = low + np.minimum(p.difference, 0), high + np.maximum(p.difference, 0) + p.rho
    for year in range(2, LAST_YEAR - FIRST_YEAR + 1):
        factor = level_factor(p.decay, p.decay_floor, np.array(year))
        difference = p.difference * p.fade[:, None] ** (year - 1)
        smallest = np.minimum(smallest, factor * low + np.minimum(difference, 0))
    totals = {}
    for name, members in p.sets.items():
        in_set = [array[:, members].sum(axis=1) for array in (p.alpha, p.sex, p.age, p.person, p.difference)]
        levels = p.employment[:, :, members].sum(axis=2).max(axis=2).sum(axis=0)
        levels = levels + p.education[:, :, members].sum(axis=2).max(axis=2).sum(axis=0)
        lag = p.rho[members].max()
        totals[name] = in_set[0] + sum(abs(a) for a in in_set[1:4]) + np.maximum(in_set[4], 0) + levels + lag
    return smallest, largest, totals


def check_bounds(parameters: Parameters) -> None:
    """Raise ValueError naming every role and channel whose probability could leave 0–1."""
    names = [*(role.name for role in parameters.roles), "background"]
    smallest, largest, totals = find_extremes(parameters)
    bad = [
        f"{names[r]}/{parameters.channels[c]}: {smallest[r, c]:.3f} to {largest[r, c]:.3f}"
        for r, c in np.argwhere((smallest < 0) | (largest > 1))
    ]
    bad += [f"{names[r]}/{name}: sum {t[r]:.3f}" for name, t in totals.items() for r in np.flatnonzero(t > 1)]
    if bad:
        raise ValueError("planted parameters leave 0–1; lower alpha, rho or the shifts: " + "; ".join(bad))

"""The linear process of use: what each person uses in each year, given success, use in year 0 and covariates.

Belongs here: the draws whose conditional mean is exactly linear, and their year-0 values. Does not belong here: what
membership and success force (`entry_facts`, `success_facts`), and what follows from use (`derived`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sample_registers.codes import education_level, employment_level, pension_age
from sample_registers.latent import FIRST_YEAR, YEARS
from sample_registers.parameters import Parameters, level_factor
from sample_registers.population import People

BENEFIT_OF_LEVEL = {
    "disability_pension": "disability_pension_weeks",
    "cash_benefit": "cash_benefit_weeks",
    "unemployed": "other_transfers_weeks",
    "temporarily_out": "other_transfers_weeks",
    "in_education": "education_benefit_weeks",
}


@dataclass
class Pass:
    """N persons whose process is drawn together (adults first, then children, whose parents must be known).

    Attributes
    ----------
    parameters : Parameters
    rng : numpy Generator
    role : (N,) int array
        Role, R for background.
    column : (N,) int array
        Column of the year of entry.
    age : (N, Y) int array
        Age on 31 December.
    is_adult : (N,) bool array
        Own covariates (adult roles, parents, background) rather than the parents'.
    employment : (2, N) int array, education : (2, N) int array
        Levels in the year of entry: own and unknown, or mother's and father's.
    sex_score, age_score : (N,) arrays between −1 and 1
    person : (N,) array of −1 and 1
        The person effect: independent of everything else, the same in every year.
    shift : (N, C) array
        Shift of the probability of use by the covariates; `tax_shift` (N,) that of tax in kr.
    allowed : (C, N, Y) bool, as function `is_allowed`
    start : (N, C) int32 array
        Use in the year of entry (relative year 0).
    start_tax : (N,) array
        Tax of employment income in it, real kr.
    success : (N,) bool array
    """

    parameters: Parameters
    rng: np.random.Generator
    role: np.ndarray
    column: np.ndarray
    age: np.ndarray
    is_adult: np.ndarray
    employment: np.ndarray
    education: np.ndarray
    sex_score: np.ndarray
    age_score: np.ndarray
    person: np.ndarray
    shift: np.ndarray
    tax_shift: np.ndarray
    resident: np.ndarray
    pension: np.ndarray
    start: np.ndarray
    start_tax: np.ndarray
    success: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """0 … N − 1."""
        return np.arange(self.role.size)

    @property
    def age_at_entry(self) -> np.ndarray:
        """(N,) age on 31 December of the year of entry."""
        return self.age[self.rows, self.column]

    def is_allowed(self, channel: int, age: np.ndarray) -> np.ndarray:
        """Whether a channel can be used at an age ((N,) or (N, Y)); benefits end at pension age."""
        low, high = self.parameters.ages[channel]
        allowed = (age >= low) & (age <= high)
        if channel in self.parameters.sets["benefit"]:
            allowed &= age <= (self.pension if age.ndim == 1 else self.pension[:, None])
        return allowed

    def draw_amounts(self, channel: int, n: int) -> np.ndarray:
        """Amounts given use, (n,) int32."""
        amounts = self.parameters.amounts[channel]
        return amounts[self.rng.integers(0, amounts.size, n)]


def open_pass(
    rng: np.random.Generator, parameters: Parameters, people: People, own: slice, socio13: np.ndarray | None
) -> Pass:
    """Covariates of the persons of one pass; `socio13` (P, Y) must hold the parents' when they are children.

    Returns
    -------
    Pass
        With `start`, `start_tax` and `success` still empty.
    """
    p = parameters
    role, column = people.role[own], people.anchor_year[own] - FIRST_YEAR
    age = people.age[own]
    n, rows = role.size, np.arange(role.size)
    at_entry = age[rows, column]
    is_child = np.array([*(r.kind == "child" for r in p.roles), False])[role]
    if socio13 is None:
        own_education = education_level(people.hfaudd[own][rows, column])
        employment = np.stack(
            [draw_employment(rng, p, role, at_entry, people.birth_year[own]), np.full(n, 8)]
        )
        education = np.stack([own_education, np.full(n, 6)])
        band = 5 * (at_entry // 5)
        age_score = np.clip((band - 40) / 25, -1, 1)
    else:
        employment, education = look_up_parents(people, own, column, socio13)
        age_score = (at_entry - 9) / 9
    sex_score = np.where(people.sex[own] == 1, 1.0, -1.0)
    n_parents = 1 if socio13 is None else 2
    shift, tax_shift = add_up_shifts(p, role, sex_score, age_score, employment, education, n_parents)
    return Pass(
        parameters=p,
        rng=rng,
        role=role,
        column=column,
        age=age,
        is_adult=~is_child,
        employment=employment,
        education=education,
        sex_score=sex_score,
        age_score=age_score,
        person=np.where(rng.random(n) < 0.5, -1.0, 1.0),
        shift=shift,
        tax_shift=tax_shift,
        resident=people.resident[own],
        pension=pension_age(people.birth_year[own]),
        start=np.zeros((n, len(p.channels)), np.int32),
        start_tax=np.zeros(n),
        success=np.zeros(n, bool),
    )


def add_up_shifts(
    p: Parameters,
    role: np.ndarray,
    sex_score: np.ndarray,
    age_score: np.ndarray,
    employment: np.ndarray,
    education: np.ndarray,
    n_parents: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Shifts of every channel and of tax by the covariates.

    Parameters
    ----------
    p : Parameters
    role, sex_score, age_score : (n,) arrays
    employment, education : (2, n) int arrays
        Levels of the person, or of mother and father.
    n_parents : int
        1 when the levels are the person's own.

    Returns
    -------
    (n, channels) float array
    (n,) float array
    """
    shift = p.sex[role] * sex_score[:, None] + p.age[role] * age_score[:, None]
    tax_shift = p.tax["sex"][role] * sex_score + p.tax["age"][role] * age_score
    by_level = {
        name: np.array(list(p.settings["scores"][name].values())) for name in ("employment", "education")
    }
    for parent in range(2):
        shift = shift + p.employment[parent, role, :, employment[parent]]
        shift = shift + p.education[parent, role, :, education[parent]]
        if parent < n_parents:
            tax_shift = tax_shift + p.tax["employment"][role] * by_level["employment"][employment[parent]]
            tax_shift = tax_shift + p.tax["education"][role] * by_level["education"][education[parent]]
    return shift, tax_shift


def look_up_parents(
    people: People, own: slice, column: np.ndarray, socio13: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mother's and father's employment and education levels in the year of entry, two (2, N) arrays."""
    employment, education = [], []
    for parent in (people.mother[own], people.father[own]):
        known = parent >= 0
        employment.append(np.where(known, employment_level(socio13[parent, column]), 8))
        education.append(np.where(known, education_level(people.hfaudd[parent, column]), 6))
    return np.stack(employment), np.stack(education)


def draw_employment(
    rng: np.random.Generator,
    parameters: Parameters,
    role: np.ndarray,
    age: np.ndarray,
    birth_year: np.ndarray,
) -> np.ndarray:
    """Own employment level in the year of entry, (N,) int: young, older and background persons differ."""
    shares = parameters.settings["employment_at_entry"]
    draw = rng.random(role.size)
    young, older, rest = (
        np.searchsorted(np.cumsum(list(shares[kind].values()))[:-1], draw)
        for kind in ("young", "older", "background")
    )
    names = list(shares["young"])
    levels = list(parameters.settings["scores"]["employment"])
    index = np.array([levels.index(name) for name in names])
    level = index[np.select([role == len(parameters.roles), age <= 25], [rest, young], older)]
    level = np.where((age < 18) & (level == levels.index("disability_pension")), levels.index("other"), level)
    level = np.where(age > pension_age(birth_year), levels.index("retired"), level)
    return np.where(age < 15, levels.index("unknown"), level)


def draw_start(state: Pass) -> None:
    """Draw use and tax in the year of entry, before what membership forces, in place."""
    p, rng, n = state.parameters, state.rng, state.role.size
    probability = p.alpha[state.role] + state.shift
    for c in p.singles:
        used = (rng.random(n) < probability[:, c]) & state.is_allowed(c, state.age_at_entry)
        state.start[used, c] = state.draw_amounts(c, used.sum())
    for members in p.sets.values():
        chosen = choose_kind(rng.random(n, dtype=np.float32), [probability[:, c] for c in members])
        for k, c in enumerate(members):
            used = (chosen == k) & state.is_allowed(c, state.age_at_entry)
            state.start[used, c] = state.draw_amounts(c, used.sum())
    start_benefits(state)
    draw_start_tax(state)


def start_benefits(state: Pass) -> None:
    """Benefits of adults in the year of entry follow from their employment, in place."""
    p, rng = state.parameters, state.rng
    levels = list(p.settings["scores"]["employment"])
    benefits = p.sets["benefit"]
    kept = state.start[:, benefits].copy()
    state.start[np.ix_(state.is_adult, benefits)] = 0
    long_weeks = np.array([26, 39, 52, 52])
    for level, name in BENEFIT_OF_LEVEL.items():
        c = p.channel(name)
        rows = np.flatnonzero(state.is_adult & (state.employment[0] == levels.index(level)))
        rows = rows[state.is_allowed(c, state.age_at_entry)[rows]]
        state.start[rows, c] = long_weeks[rng.integers(0, 4, rows.size)]
    working = state.is_adult & (state.employment[0] == levels.index("employed"))
    state.start[np.ix_(working, benefits)] = np.where(kept <= 18, kept, 0)[working]


def draw_start_tax(state: Pass) -> None:
    """Tax of employment income in the year of entry, real kr.: above 55,000 for the employed, else below 45,000."""
    p, rng, n = state.parameters, state.rng, state.role.size
    employed = state.is_adult & (state.employment[0] == 0)
    high = 55_000 + rng.gamma(3.0, 18_000, n)
    low = np.minimum(rng.normal(8_000, 8_000, n), 45_000)
    child = np.minimum(rng.normal(4_000, 4_000, n), 40_000)
    tax = np.where(employed, high, np.where(state.is_adult, low, child))
    state.start_tax = np.where(state.age_at_entry >= p.settings["tax_employment"]["ages"][0], tax, 0.0)


def draw_success(state: Pass) -> None:
    """Draw S: logistic in covariates and use in the year of entry, in place; False for background."""
    p = state.parameters
    score = np.zeros(state.role.size)
    employment = np.array(list(p.settings["scores"]["employment"].values()))
    education = np.array(list(p.settings["scores"]["education"].values()))
    for kind, weights in p.selection.items():
        rows = state.is_adult == (kind == "adult")
        terms = {
            "woman": state.sex_score < 0,
            "age": state.age_score,
            "employment": employment[state.employment[0]],
            "mother_employment": employment[state.employment[0]],
            "father_employment": employment[state.employment[1]],
            "education": education[state.education[0]],
            "mother_education": education[state.education[0]],
            "father_education": education[state.education[1]],
        }
        for name, weight in weights.items():
            if name not in terms:
                c = p.channel(name)
                terms[name] = state.start[:, c] / p.largest[c]
            score += np.where(rows, weight * terms[name], 0.0)
    intercept = np.array([*(r.intercept for r in p.roles), 0.0])[state.role]
    chance = 1 / (1 + np.exp(-(intercept + score)))
    state.success = (state.rng.random(score.size) < chance) & (state.role < len(p.roles))


def draw_years(state: Pass) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Draw use and tax in every year.

    Returns
    -------
    use : dict of str to (N, Y) int32 array
        By channel; zero at ages without use.
    tax : (N, Y) float array
        Tax of employment income, real kr.; 0 below 15.
    """
    p, rng, n = state.parameters, state.rng, state.role.size
    relative = np.arange(YEARS.size) - state.column[:, None]
    fade = np.where(relative > 0, p.fade[state.role][:, None] ** np.maximum(relative - 1, 0), 0.0)
    fade = (fade * state.success[:, None]).astype(np.float32)
    lag = (p.lag_fade ** np.maximum(abs(relative) - 1, 0)).astype(np.float32)
    base = (p.alpha[state.role] + state.shift + p.person[state.role] * state.person[:, None]).astype(
        np.float32
    )
    difference = p.difference[state.role].astype(np.float32)
    lag_weight = (p.rho * state.start / p.largest).astype(np.float32)
    decay = p.decay[state.role].astype(np.float32)
    before = relative < 0
    at_entry = relative == 0

    def chance(c: int) -> np.ndarray:
        level = base[:, c, None] + lag_weight[:, c, None] * lag
        if (decay[:, c] != 1).any():
            level = level * level_factor(decay[:, c, None], np.float32(p.decay_floor), relative)
        return level + difference[:, c, None] * fade

    use = {}
    for c in p.singles:
        used = rng.random((n, YEARS.size), dtype=np.float32) < chance(c)
        use[p.channels[c]] = fill_amounts(state, c, used, before, at_entry)
    for members in p.sets.values():
        chosen = choose_kind(rng.random((n, YEARS.size), dtype=np.float32), [chance(c) for c in members])
        for k, c in enumerate(members):
            use[p.channels[c]] = fill_amounts(state, c, chosen == k, before, at_entry)
    return use, draw_tax(state, fade, lag, at_entry)


def fill_amounts(
    state: Pass, c: int, used: np.ndarray, before: np.ndarray, at_entry: np.ndarray
) -> np.ndarray:
    """Amounts where used and allowed, the drawn start in the year of entry; (N, Y) int32."""
    used = used & state.is_allowed(c, state.age) & state.resident & ~at_entry
    used &= ~(before & state.parameters.quiet[state.role, c][:, None])
    values = np.zeros(used.shape, np.int32)
    values[used] = state.draw_amounts(c, np.count_nonzero(used))
    values[state.rows, state.column] = state.start[:, c]
    return values


def choose_kind(draw: np.ndarray, chances: list[np.ndarray]) -> np.ndarray:
    """Index of the kind one uniform draw falls on, the number of kinds for none; shape of `draw`."""
    chosen = np.zeros(draw.shape, np.int8)
    total = np.zeros(draw.shape, np.float32)
    for chance in chances:
        total = total + chance
        chosen += draw >= total
    return chosen


def draw_tax(state: Pass, fade: np.ndarray, lag: np.ndarray, at_entry: np.ndarray) -> np.ndarray:
    """Tax of employment income, real kr., (N, Y): linear mean plus normal noise, never cut."""
    tax, settings = state.parameters.tax, state.parameters.settings["tax_employment"]
    first_age = settings["ages"][0]
    level = tax["level"][state.role] + state.tax_shift + tax["person"][state.role] * state.person
    mean = level[:, None] + (tax["difference"][state.role])[:, None] * fade
    mean = mean + settings["rho"] * state.start_tax[:, None] * lag
    by_age = tax["by_age"][np.clip(state.age - first_age, 0, tax["by_age"].size - 1)]
    mean = mean + np.where(tax["is_child"][state.role][:, None], by_age, 0.0)
    drawn = mean + settings["noise"] * state.rng.standard_normal(mean.shape, dtype=np.float32)
    drawn = np.where(at_entry, state.start_tax[:, None], drawn)
    return np.where((state.age >= first_age) & state.resident, drawn, 0.0)

"""Random target groups for the tests: unbalanced, stacked base years, dummies, counts and kr."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from estimation.blocks import Block, BlockYear, CovariateBlock, Layout


@dataclass
class RandomGroup:
    """All rows of a group as plain arrays; year index 0 of `outcomes` is relative year 1."""

    person: np.ndarray
    success: np.ndarray
    design: np.ndarray
    baselines: np.ndarray
    outcomes: np.ndarray  # (T, n, m)
    observed: np.ndarray  # (T, n)
    covered: np.ndarray  # (T, n, P)
    layout: Layout

    def block(self, rows) -> Block:
        def year(t: int) -> BlockYear:
            return BlockYear(
                self.outcomes[t - 1][rows], self.observed[t - 1][rows], self.covered[t - 1][rows]
            )

        levels = read_levels(self.design[rows], self.layout.covariates)
        return Block(self.person[rows], self.success[rows], levels, self.baselines[rows], year)

    def blocks(self, n_blocks: int = 4):
        persons = np.unique(self.person)
        edges = [persons[len(persons) * i // n_blocks] for i in range(n_blocks)] + [persons[-1] + 1]
        cuts = [slice(*np.searchsorted(self.person, edges[i : i + 2])) for i in range(n_blocks)]
        return lambda: (self.block(cut) for cut in cuts)

    def sample(self, outcome: int, t: int) -> np.ndarray:
        pattern = self.layout.outcome_pattern[outcome]
        return np.flatnonzero(self.observed[t - 1] & self.covered[t - 1][:, pattern])

    def arrays(self, outcome: int, t: int):
        """What the reference regression reads for one cell."""
        rows = self.sample(outcome, t)
        return (
            self.outcomes[t - 1][rows, outcome],
            self.baselines[rows, outcome],
            self.success[rows],
            self.design[rows],
            self.person[rows],
        )


COVARIATES = {"sex": 1, "age": 6, "employment": 4, "education": 1, "education_again": 1, "base_year": 4}


def read_levels(design: np.ndarray, covariates) -> np.ndarray:
    """The levels that dummy columns say: 0 where none of a covariate's columns is 1."""
    levels = np.zeros((design.shape[0], len(covariates)), dtype=np.uint8)
    for number, covariate in enumerate(covariates):
        dummies = design[:, covariate.columns]
        assert set(np.unique(dummies)) <= {0, 1}
        assert (dummies.sum(axis=1) <= 1).all()
        levels[:, number] = dummies @ np.arange(1, dummies.shape[1] + 1)
    return levels


def make_group(
    seed: int,
    n_persons: int = 150,
    n_years: int = 3,
    n_patterns: int = 3,
    rows_per_person: int = 4,
    kr: float = 1e5,
    success_share: float = 0.4,
) -> RandomGroup:
    """A group with counts, days, kr. outcomes and every kind of dummy, some of them collinear."""
    rng = np.random.default_rng(seed)
    person = np.sort(np.repeat(np.arange(n_persons), rng.integers(1, rows_per_person + 1, n_persons)))
    n = person.size
    frailty = rng.gamma(1.0, 1.0, n_persons)[person]
    design, age, base_year = draw_design(rng, n)
    success = rng.random(n) < success_share * (0.6 + 0.2 * design[:, 0] + 0.1 * (age > 3))
    baselines = draw_use(rng, frailty, kr, last=np.full(n, 7.0))  # a constant use in year 0
    mean = frailty + 0.3 * age + 0.4 * ~success
    outcomes = np.stack([draw_use(rng, mean, kr) for _ in range(n_years)])
    reaches = np.stack([base_year + t <= 6 for t in range(n_years)])
    observed = reaches & (rng.random((n_years, n)) < 0.9)
    covered = rng.random((n_years, n, n_patterns)) < 0.9
    covered[:, :, 0] = True
    m = baselines.shape[1]
    layout = Layout(list_covariates(), np.arange(m) % n_patterns, np.zeros((m, n_years), dtype=bool))
    return RandomGroup(person, success, design, baselines, outcomes, observed, covered, layout)


def list_covariates() -> tuple[CovariateBlock, ...]:
    stops = np.cumsum(list(COVARIATES.values())).tolist()
    return tuple(
        CovariateBlock(name, slice(stop - width, stop))
        for (name, width), stop in zip(COVARIATES.items(), stops, strict=True)
    )


def draw_design(rng: np.random.Generator, n: int):
    sex = rng.integers(0, 2, n)
    age = rng.integers(0, 7, n)
    base_year = rng.integers(0, 5, n)
    rare = rng.random(n) < 0.01
    employment = rng.integers(0, 4, n)
    columns = [
        sex,
        *(age == a for a in range(1, 7)),
        *(employment == e for e in range(4)),  # collinear: no reference left out
        rare,
        rare,  # the same again
        *(base_year == b for b in range(1, 5)),
    ]
    return np.column_stack(columns).astype(float), age, base_year


def draw_use(rng: np.random.Generator, mean: np.ndarray, kr: float, last: np.ndarray | None = None):
    """Contacts, weeks, kr., weeks of few, kr. of either sign, and a last one."""
    n = mean.size
    columns = [
        rng.poisson(mean),
        np.minimum(rng.poisson(3 * mean), 52) * (rng.random(n) < 0.4),
        np.round(kr * (2 + mean + rng.normal(size=n)), 2),
        rng.poisson(7 * mean) / 7.0 * (rng.random(n) < 0.15),
        np.round(rng.normal(size=n) * kr, 2) * (rng.random(n) < 0.5),
    ]
    return np.column_stack([*columns, rng.poisson(2, n) if last is None else last]).astype(float)

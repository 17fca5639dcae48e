"""A random target group of any size, shaped as real ones: stacked base years, deaths, municipalities, few users."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from estimation import Block, BlockYear, CovariateBlock, Layout

N_BLOCKS = 16
N_YEARS = 10
N_OUTCOMES = 47
N_BASE_YEARS = 12
N_PATTERNS = 4
LAST_YEAR = 17  # counted from the first base year: the latest base years reach relative year 5
COLUMNS = {"sex": 1, "age": 9, "employment": 10, "education": 9, "base_year": N_BASE_YEARS - 1}
SHARE_PRONE, USE_IF_PRONE, USE_IF_NOT = (
    0.12,
    0.55,
    0.016,
)  # 8 % of observed years have use, of the same persons mostly
N_KR = 6  # the last consequences are kr.


@dataclass(frozen=True)
class RandomPanel:
    """Person-years in blocks of persons, in memory.

    Parameters
    ----------
    blocks : list of Block
        Sixteen.
    layout : Layout
        47 outcomes, 10 years, 40 covariate columns, 4 patterns.
    """

    blocks: list[Block]
    layout: Layout

    @property
    def n_rows(self) -> int:
        return sum(block.person.size for block in self.blocks)

    def cell(self, outcome: int, t: int) -> dict[str, np.ndarray]:
        """What an analyst puts into one regression: use, use in year 0, success, levels, person."""
        parts = [_take_cell(block, self.layout, outcome, t) for block in self.blocks]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def draw_panel(n_rows: int, seed: int = 1) -> RandomPanel:
    """Draw a group of about n_rows person-years."""
    stops = np.cumsum(list(COLUMNS.values())).tolist()
    covariates = tuple(
        CovariateBlock(name, slice(stop - width, stop))
        for (name, width), stop in zip(COLUMNS.items(), stops, strict=True)
    )
    layout = Layout(
        covariates, np.arange(N_OUTCOMES) % N_PATTERNS, np.zeros((N_OUTCOMES, N_YEARS), dtype=bool)
    )
    seeds = np.random.SeedSequence(seed).spawn(N_BLOCKS)
    blocks = [
        _draw_block(np.random.default_rng(seeds[number]), n_rows // N_BLOCKS, number)
        for number in range(N_BLOCKS)
    ]
    return RandomPanel(blocks, layout)


def _draw_block(rng: np.random.Generator, n_rows: int, number: int) -> Block:
    n_persons = max(round(n_rows / 1.83), 1)  # rows a person as in the largest real group
    rows_of_person = np.minimum(rng.geometric(1 / 1.9, n_persons), N_BASE_YEARS)
    person = np.repeat(np.arange(n_persons), rows_of_person)
    first = rng.integers(0, N_BASE_YEARS - rows_of_person + 1)
    base_year = (
        first[person]
        + np.arange(person.size)
        - np.repeat(np.cumsum(rows_of_person) - rows_of_person, rows_of_person)
    )
    levels = _draw_levels(rng, person, base_year)
    success = rng.random(person.size) < 0.3 + 0.02 * levels[:, 1] + 0.1 * levels[:, 0]
    exit_year = np.where(rng.random(n_persons) < 0.2, rng.integers(1, LAST_YEAR + 1, n_persons), 99)[person]
    municipality = rng.integers(0, 98, n_persons)[person]
    prone = rng.random((n_persons, N_OUTCOMES)) < SHARE_PRONE * rng.gamma(2.0, 0.5, (n_persons, 1))
    gone = [(base_year + t > LAST_YEAR) | (base_year + t >= exit_year) for t in range(N_YEARS + 1)]
    use = [_draw_use(rng, prone[person], success, levels, gone[t] & (t > 0)) for t in range(N_YEARS + 1)]
    covered = [_draw_covered(municipality, base_year + t) for t in range(N_YEARS + 1)]

    def year(t: int) -> BlockYear:
        return BlockYear(use[t], ~gone[t], covered[0] & covered[t], base_year + t <= LAST_YEAR)

    return Block(person + number * 10**7, success, levels, use[0], year)


def _draw_levels(rng: np.random.Generator, person: np.ndarray, base_year: np.ndarray) -> np.ndarray:
    """Sex and education stay, age grows by five years a band, employment is drawn each year."""
    n_persons = person[-1] + 1
    sex, education = rng.integers(0, 2, n_persons), _draw_skewed(rng, n_persons, 10)
    age = np.minimum(rng.integers(0, 10, n_persons)[person] + base_year // 5, 9)
    employment = _draw_skewed(rng, person.size, 11)
    return np.column_stack([sex[person], age, employment, education[person], base_year]).astype(np.uint8)


def _draw_skewed(rng: np.random.Generator, n: int, n_levels: int) -> np.ndarray:
    share = 0.7 ** np.arange(n_levels)
    return rng.choice(n_levels, n, p=share / share.sum())


def _draw_use(
    rng: np.random.Generator, prone: np.ndarray, success: np.ndarray, levels: np.ndarray, gone: np.ndarray
) -> csr_array:
    """Weeks, days, contacts, and kr. in the last columns; less of it after success, nothing of who is gone."""
    share = np.where(prone, np.float32(USE_IF_PRONE), np.float32(USE_IF_NOT))
    share[gone] = 0
    row, outcome = np.nonzero(rng.random(prone.shape, dtype=np.float32) < share)
    mean = (1 + 0.3 * levels[row, 1]) * np.where(success[row], 2.0, 3.0)
    amount = 1.0 + rng.poisson(mean)
    kr = outcome >= N_OUTCOMES - N_KR
    amount[kr] = np.round(amount[kr] * rng.lognormal(9.0, 0.5, kr.sum()), 2)
    pointers = np.searchsorted(row, np.arange(prone.shape[0] + 1))
    return csr_array((amount, outcome.astype(np.int32), pointers.astype(np.int32)), shape=prone.shape)


def _draw_covered(municipality: np.ndarray, year: np.ndarray) -> np.ndarray:
    """Everywhere; from the second year; not in every tenth municipality; municipalities that join year by year."""
    return np.column_stack(
        [np.ones(year.size, dtype=bool), year > 0, municipality % 10 > 0, municipality % 20 <= year + 8]
    )


def _take_cell(block: Block, layout: Layout, outcome: int, t: int) -> dict[str, np.ndarray]:
    year = block.year(t)
    rows = np.flatnonzero(year.observed & year.covered[:, layout.outcome_pattern[outcome]])
    return {
        "use": year.outcomes[rows][:, [outcome]].toarray()[:, 0],
        "before": block.baselines[rows][:, [outcome]].toarray()[:, 0],
        "success": block.success[rows],
        "levels": block.levels[rows],
        "person": block.person[rows],
    }

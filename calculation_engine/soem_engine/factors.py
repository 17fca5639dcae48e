"""Uncertain inputs as random factors with mean and variance in closed form.

Here: one input's distribution and its draws. Not here: which inputs (`uncertain_terms`), what the draws do
(`uncertainty`).
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from soem_engine.consequence_inputs import Distribution
from soem_engine.knowledge import FloatArray
from soem_engine.texts import Text

_NORMAL = NormalDist()
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Factor:
    """A random factor on something calculated; 1 is the value typed.

    Attributes
    ----------
    name
        Stable name; it seeds the draws, so the same name draws the same numbers.
    label
        What it is, for people.
    distribution
        `normal` (`low` and `high` are its 95 % interval; cut off at `floor` and `ceiling`), `triangular` (top at 1),
        `uniform`.
    low, high, floor, ceiling
        As factors.
    """

    name: str
    label: Text
    distribution: Distribution
    low: float
    high: float
    floor: float = -math.inf
    ceiling: float = math.inf

    @property
    def is_certain(self) -> bool:
        """Whether it does not vary at all."""
        return self.high <= self.low

    @property
    def _centre(self) -> float:
        return (self.low + self.high) / 2

    @property
    def _spread(self) -> float:
        return (self.high - self.low) / (2 * Z_95)

    def find_moments(self) -> tuple[float, float]:
        """Return mean and variance."""
        low, high = self.low, self.high
        if self.is_certain:
            return low, 0.0
        if self.distribution == "uniform":
            return self._centre, (high - low) ** 2 / 12
        if self.distribution == "triangular":
            mean = (low + high + 1.0) / 3
            return mean, (low**2 + high**2 + 1.0 - low * high - low - high) / 18
        return self._find_truncated_moments()

    def _find_truncated_moments(self) -> tuple[float, float]:
        """Return mean and variance of a normal variable cut off on both sides."""
        centre, spread = self._centre, self._spread
        a, b = (self.floor - centre) / spread, (self.ceiling - centre) / spread
        below, above = _NORMAL.cdf(a), _NORMAL.cdf(b)
        mass = above - below
        at_a, at_b = (0.0 if math.isinf(x) else _NORMAL.pdf(x) for x in (a, b))
        shift = (at_a - at_b) / mass
        tilt = ((0.0 if math.isinf(a) else a * at_a) - (0.0 if math.isinf(b) else b * at_b)) / mass
        return centre + spread * shift, spread**2 * (1.0 + tilt - shift**2)

    def draw(self, n_draws: int, seed: int) -> FloatArray:
        """Return (N,) draws."""
        generator = seed_stream(seed, self.name)
        if self.is_certain:
            return np.full(n_draws, self.low)
        if self.distribution == "uniform":
            return generator.uniform(self.low, self.high, n_draws)
        if self.distribution == "triangular":
            return generator.triangular(self.low, 1.0, self.high, n_draws)
        draws = generator.normal(self._centre, self._spread, n_draws)
        outside = (draws < self.floor) | (draws > self.ceiling)
        while outside.any():
            draws[outside] = generator.normal(self._centre, self._spread, int(outside.sum()))
            outside = (draws < self.floor) | (draws > self.ceiling)
        return draws


def seed_stream(seed: int, name: str) -> np.random.Generator:
    """Return the generator of one source of uncertainty: the same seed and name, the same numbers, whatever else."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])

"""Monte Carlo: how uncertain a net result is, and how likely it is to be positive.

Drawn are the estimates (through an eigen factor of their joint covariance, carried to the result by its gradient: one
matrix product for all draws), the success share, and the costs, participants and prices that have a range.

Here: the draws and what they say. Not here: the terms (`uncertain_terms`), the closed form (`analytic_variance`).

Known limitations: profile weights are held fixed, which understates the uncertainty of `soem_classic`; different
target groups are taken as independent; discount rates, horizon and view are not drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from soem_engine.analytic_variance import find_analytic_errors
from soem_engine.factors import seed_stream
from soem_engine.joint_result import JointResult, Term
from soem_engine.knowledge import FloatArray, lock_arrays
from soem_engine.notices import Caveat
from soem_engine.result import Result
from soem_engine.result_export import make_json, make_pair
from soem_engine.texts import Text
from soem_engine.uncertain_terms import UncertainSum, UncertainTerm, make_uncertain_sum

N_DRAWS: Final = 10_000
SEED: Final = 1
BLOCK: Final = 10_000
FAN: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
ESTIMATES = Text("Justerede forskelle", "Adjusted differences")


@dataclass(frozen=True)
class MonteCarlo:
    """Draws of a discounted net result, kr.

    Attributes
    ----------
    n_draws, seed
        The same seed gives the same draws.
    payers, years
        Axes P and T.
    draws_dkk
        (N, P) net present value by payer.
    cumulated_draws_dkk
        (N, T) net result of all payers, cumulated.
    analytic_sd_dkk, analytic_sd_by_payer_dkk
        Standard deviation in closed form: all payers, and (P,).
    sources
        What is drawn.
    caveats
        The warnings of what is drawn.
    """

    n_draws: int
    seed: int
    payers: tuple[str, ...]
    years: NDArray[np.int64]
    draws_dkk: FloatArray
    cumulated_draws_dkk: FloatArray
    analytic_sd_dkk: float
    analytic_sd_by_payer_dkk: FloatArray
    sources: tuple[Text, ...]
    caveats: tuple[Caveat, ...]

    def __post_init__(self) -> None:
        lock_arrays(self)

    @property
    def net_draws_dkk(self) -> FloatArray:
        """(N,) net present value of all payers."""
        return np.asarray(self.draws_dkk.sum(axis=1))

    @property
    def mean_dkk(self) -> float:
        """Mean of the draws."""
        return float(self.net_draws_dkk.mean())

    @property
    def sd_dkk(self) -> float:
        """Standard deviation of the draws."""
        return float(self.net_draws_dkk.std(ddof=1))

    @property
    def interval_dkk(self) -> tuple[float, float]:
        """95 % of the draws lie between these."""
        low, high = np.quantile(self.net_draws_dkk, (0.025, 0.975))
        return float(low), float(high)

    @property
    def probability_positive(self) -> float:
        """Share of the draws in which the public sector saves."""
        return float((self.net_draws_dkk > 0).mean())

    @property
    def probability_positive_by_payer(self) -> FloatArray:
        """(P,) share of the draws in which each payer saves."""
        return np.asarray((self.draws_dkk > 0).mean(axis=0))

    @property
    def probability_positive_by_year(self) -> FloatArray:
        """(T,) share of the draws in which the cumulated net result is positive by each year."""
        return np.asarray((self.cumulated_draws_dkk > 0).mean(axis=0))

    @property
    def fan_probabilities(self) -> tuple[float, ...]:
        """(Q,) probabilities of the fan's lines."""
        return FAN

    @property
    def fan_dkk(self) -> FloatArray:
        """(Q, T) quantiles of the cumulated net result."""
        return np.asarray(np.quantile(self.cumulated_draws_dkk, FAN, axis=0))

    def to_dict(self) -> dict[str, Any]:
        """Return what the draws say (not the draws) as nested plain values."""
        by_payer = {
            payer: {"probability_positive": float(chance), "analytic_sd_dkk": float(error)}
            for payer, chance, error in zip(
                self.payers, self.probability_positive_by_payer, self.analytic_sd_by_payer_dkk, strict=True
            )
        }
        return {
            "analysis": "montecarlo",
            "caveats": [{"code": caveat.code, **make_pair(caveat.text)} for caveat in self.caveats],
            "n_draws": self.n_draws,
            "seed": self.seed,
            "sources": [make_pair(source) for source in self.sources],
            "mean_dkk": self.mean_dkk,
            "sd_dkk": self.sd_dkk,
            "analytic_sd_dkk": self.analytic_sd_dkk,
            "interval_dkk": list(self.interval_dkk),
            "probability_positive": self.probability_positive,
            "by_payer": by_payer,
            "years": self.years.tolist(),
            "probability_positive_by_year": self.probability_positive_by_year.tolist(),
            "fan_probabilities": list(FAN),
            "fan_dkk": self.fan_dkk.tolist(),
        }

    def to_json(self, indent: int | None = 2) -> str:
        """Return what the draws say as JSON."""
        return make_json(self.to_dict(), indent)


def run_monte_carlo(subject: Result | JointResult, n_draws: int = N_DRAWS, seed: int = SEED) -> MonteCarlo:
    """Draw a net result many times.

    Parameters
    ----------
    subject
        A result, a comparison or a combination; in the last two, what has one truth (estimates, prices) is drawn
        once for all interventions (common random numbers).
    n_draws
        Number of draws, 2 or more.
    seed
        A whole number, 0 or more.
    """
    results = subject.terms if isinstance(subject, JointResult) else (Term("", 1.0, subject),)
    uncertain = make_uncertain_sum(results)
    cells = draw_cells(uncertain, n_draws, seed)
    years = subject.years
    by_year = cells.reshape(n_draws, len(years), len(subject.payers))
    errors = find_analytic_errors(uncertain)
    sources = [ESTIMATES] if uncertain.group_names else []
    sources += [factor.label for factor in uncertain.factors.values() if not factor.is_certain]
    return MonteCarlo(
        n_draws=n_draws,
        seed=seed,
        payers=subject.payers,
        years=years,
        draws_dkk=by_year.sum(axis=1),
        cumulated_draws_dkk=np.cumsum(by_year.sum(axis=2), axis=1),
        analytic_sd_dkk=float(errors[0]),
        analytic_sd_by_payer_dkk=errors[1:],
        sources=tuple(sources),
        caveats=subject.caveats,
    )


def draw_cells(uncertain: UncertainSum, n_draws: int, seed: int) -> FloatArray:
    """Return (N, T·P) draws of the discounted net result by year and payer.

    Drawn in blocks, so that memory stays small; the numbers do not depend on their size.
    """
    factors = {name: factor.draw(n_draws, seed) for name, factor in uncertain.factors.items()}
    slopes = [_Slope.of(term) for term in uncertain.terms]
    streams = {name: seed_stream(seed, name) for slope in slopes for name, _ in slope.by_source}
    width = uncertain.terms[0].mean_dkk.size if uncertain.terms else 1
    total = np.zeros((n_draws, width))
    for start in range(0, n_draws, BLOCK):
        rows = slice(start, min(start + BLOCK, n_draws))
        normals: dict[str, FloatArray] = {}
        for slope in slopes:
            drawn = slope.mean_dkk
            for name, carried in slope.by_source:
                if name not in normals:
                    shape = (rows.stop - start, carried.shape[1])
                    normals[name] = streams[name].standard_normal(shape)
                drawn = drawn + normals[name] @ carried.T
            for name in slope.factors:
                drawn = drawn * factors[name][rows, None]
            total[rows] += drawn
    return total


@dataclass(frozen=True)
class _Slope:
    """A term ready to draw: its mean (1, T·P), and for each source of normals what they do to it (T·P, width)."""

    factors: tuple[str, ...]
    mean_dkk: FloatArray
    by_source: tuple[tuple[str, FloatArray], ...]

    @classmethod
    def of(cls, term: UncertainTerm) -> _Slope:
        mean = term.mean_dkk.reshape(1, -1)
        if term.gradient is None or term.estimates is None:
            return cls(term.factors, mean, ())
        slope = term.gradient.reshape(-1, term.gradient.shape[2])
        n_estimates = len(term.estimates.covariance.matrix)
        carried = slope[:, :n_estimates] @ term.estimates.covariance.factor
        own = slope[:, n_estimates:] * term.estimates.own_errors
        sources = [(f"estimates:{term.group}", carried), (f"own:{term.role}:{term.group}", own)]
        return cls(term.factors, mean, tuple((name, part) for name, part in sources if part.any()))

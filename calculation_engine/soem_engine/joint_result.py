"""Several results taken together, each with a sign: what a comparison and a combination have in common.

Here: sums over results, exact as theirs. Not here: which results are taken together (`comparison`, `combination`).

Letters as in `result_data`: T calendar years, C consequences, P payers, A areas, B committees. Sign: positive means
that the public sector saves.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from soem_engine.knowledge import Consequence, FloatArray
from soem_engine.notices import Caveat, NotCounted
from soem_engine.result import Result
from soem_engine.result_data import find_break_even
from soem_engine.texts import Text, join_words


@dataclass(frozen=True)
class Term:
    """One result in a joint one: its role (a stable name), its sign (+1 or -1)."""

    role: str
    sign: float
    result: Result


@dataclass(frozen=True)
class JointResult:
    """Results that cover the same years, price level and rates, added with their signs.

    Attributes
    ----------
    terms
        The results.
    caveats
        All their warnings, each once, and those of the analysis itself first.
    """

    terms: tuple[Term, ...]
    caveats: tuple[Caveat, ...]

    @property
    def years(self) -> NDArray[np.int64]:
        """(T,) calendar years."""
        return self.terms[0].result.years

    @property
    def payers(self) -> tuple[str, ...]:
        """(P,) payers."""
        return self.terms[0].result.payers

    @functools.cached_property
    def net_dkk(self) -> FloatArray:
        """(T, P) net result."""
        return self._add(lambda result: result.net_dkk)

    @functools.cached_property
    def net_pv_dkk(self) -> FloatArray:
        """(T, P) net result, discounted."""
        return self._add(lambda result: result.net_pv_dkk)

    @functools.cached_property
    def consequences_pv_dkk(self) -> FloatArray:
        """(T, P) consequences, discounted."""
        return self._add(lambda result: np.asarray(result.consequences_pv_dkk.sum(axis=(0, 2))))

    @functools.cached_property
    def cost_pv_dkk(self) -> FloatArray:
        """(T, P) cost, discounted; positive when it spends."""
        return self._add(lambda result: np.asarray(result.cost_pv_dkk.sum(axis=1)))

    @functools.cached_property
    def net_present_value(self) -> float:
        """Net present value, kr."""
        return float(self.net_pv_dkk.sum())

    @functools.cached_property
    def net_present_value_by_payer(self) -> FloatArray:
        """(P,) net present value by payer; adds up to the total exactly."""
        return np.asarray(self.net_pv_dkk.sum(axis=0))

    @functools.cached_property
    def cumulated_dkk(self) -> FloatArray:
        """(T,) discounted net result of all payers, cumulated."""
        return np.cumsum(self.net_pv_dkk.sum(axis=1))

    @functools.cached_property
    def cumulated_by_payer_dkk(self) -> FloatArray:
        """(T, P) discounted net result by payer, cumulated."""
        return np.cumsum(self.net_pv_dkk, axis=0)

    @property
    def break_even_year(self) -> int | None:
        """First year from which the cumulated discounted net result is never negative again, if any."""
        return find_break_even(self.cumulated_dkk, self.years)

    @property
    def benefit_per_krone(self) -> float | None:
        """Discounted consequences per krone of discounted cost; None without a cost."""
        cost = float(self.cost_pv_dkk.sum())
        return float(self.consequences_pv_dkk.sum()) / cost if cost > 0 else None

    @functools.cached_property
    def areas(self) -> dict[str, Text]:
        """Areas (A) of all results by key."""
        return {key: name for term in self.terms for key, name in term.result.areas.items()}

    def sum_by_area(self) -> FloatArray:
        """Return the discounted consequences (kr.) by area, year and payer: (A, T, P), in the order of `areas`."""
        summed = np.zeros((len(self.areas), len(self.years), len(self.payers)))
        place = {area: a for a, area in enumerate(self.areas)}
        for term in self.terms:
            for area, cells in zip(term.result.areas, term.result.sum_by_area(), strict=True):
                summed[place[area]] += term.sign * cells
        return summed

    @functools.cached_property
    def consequences(self) -> dict[str, Consequence]:
        """Consequences (C) of all results by key."""
        return {one.key: one for term in self.terms for one in term.result.consequences}

    def sum_by_consequence(self) -> FloatArray:
        """Return the discounted consequences (kr.) by consequence, year and payer: (C, T, P)."""
        summed = np.zeros((len(self.consequences), len(self.years), len(self.payers)))
        place = {key: c for c, key in enumerate(self.consequences)}
        for term in self.terms:
            for one, cells in zip(term.result.consequences, term.result.sum_by_consequence(), strict=True):
                summed[place[one.key]] += term.sign * cells
        return summed

    def sum_use_change(self) -> FloatArray:
        """Return the change in use over the horizon, natural units of each consequence: (C,)."""
        summed = np.zeros(len(self.consequences))
        place = {key: c for c, key in enumerate(self.consequences)}
        for term in self.terms:
            for c, one in enumerate(term.result.consequences):
                summed[place[one.key]] += term.sign * float(term.result.use_change[:, :, c].sum())
        return summed

    @functools.cached_property
    def committees(self) -> tuple[str, ...]:
        """(B,) committees of all results; empty if any has no structure."""
        if not all(term.result.committees for term in self.terms):
            return ()
        return tuple(dict.fromkeys(name for term in self.terms for name in term.result.committees))

    @functools.cached_property
    def net_by_committee_pv_dkk(self) -> FloatArray:
        """(B, T) the municipality's discounted net result by committee."""
        summed = np.zeros((len(self.committees), len(self.years)))
        for term in self.terms if self.committees else ():
            for name, cells in zip(term.result.committees, term.result.net_by_committee_pv_dkk, strict=True):
                summed[self.committees.index(name)] += term.sign * cells
        return summed

    @property
    def not_counted(self) -> tuple[NotCounted, ...]:
        """What any of the results leaves out, each once."""
        return tuple(dict.fromkeys(entry for term in self.terms for entry in term.result.not_counted))

    def _add(self, find: Callable[[Result], FloatArray]) -> FloatArray:
        return np.asarray(sum(term.sign * find(term.result) for term in self.terms)) + 0.0


def join_caveats(own: list[Caveat], results: tuple[Result, ...]) -> tuple[Caveat, ...]:
    """Return an analysis' own warnings and those of its results, each text once.

    A warning that does not hold for all of them says in front which interventions it is about.
    """
    about: dict[Caveat, list[str]] = {}
    for result in results:
        for caveat in dict.fromkeys(result.caveats):
            about.setdefault(caveat, []).append(result.intervention.name)
    found = {caveat.text: caveat for caveat in own}
    for caveat, names in about.items():
        text = caveat.text
        if len(names) < len(results):
            text = Text(f"{join_words(names, 'og')}: {text.da}", f"{join_words(names, 'and')}: {text.en}")
        found.setdefault(text, Caveat(caveat.code, text))
    return tuple(found.values())

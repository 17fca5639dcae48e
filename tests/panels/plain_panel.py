"""A panel the plain way: every member looked up in every year, one at a time."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipeline.panels.patterns import Pattern
from tests.small_country import LAST_YEAR, SmallCountry


class PlainPanel:
    """Members of one target group followed by looking up rows.

    Parameters
    ----------
    country : SmallCountry
    members : polars.DataFrame
        Assessable members: pnr, base_year.
    """

    def __init__(self, country: SmallCountry, members: pl.DataFrame) -> None:
        self.keys = members.select("pnr", "base_year").rows()
        resident = country.person_years.filter("is_resident")
        self._municipality = {
            (pnr, year): code
            for pnr, year, code in resident.select("pnr", "year", "municipality_code").iter_rows()
        }
        use = country.read("person_year_quantities")
        self._use = {
            (pnr, year, consequence): quantity
            for pnr, year, consequence, quantity in use.select(
                "pnr", "year", "consequence", "quantity"
            ).iter_rows()
        }
        self._exits = {row["pnr"]: row for row in country.read("person_exits").iter_rows(named=True)}

    def municipality(self, pnr: int, base_year: int, t: int) -> int:
        """The last known municipality from year 0 to year t."""
        known = [self._municipality.get((pnr, base_year + step)) for step in range(t + 1)]
        return next(code for code in reversed(known) if code is not None)

    def observed(self, t: int) -> np.ndarray:
        return np.array(
            [
                base_year + t <= LAST_YEAR and (pnr, base_year + t) in self._municipality
                for pnr, base_year in self.keys
            ],
            dtype=bool,
        )

    def covered(self, t: int, pattern: Pattern) -> np.ndarray:
        def holds(pnr: int, base_year: int, step: int) -> bool:
            place = (base_year + step, self.municipality(pnr, base_year, step))
            return place[0] in pattern.years and place not in pattern.excepted

        return np.array([holds(*key, 0) and holds(*key, t) for key in self.keys], dtype=bool)

    def use(self, t: int, consequence: str) -> np.ndarray:
        return np.array(
            [self._use.get((pnr, base_year + t, consequence), 0.0) for pnr, base_year in self.keys]
        )

    def reasons(self, t: int) -> list[str]:
        """Why those who are followed and not observed are gone."""
        found = []
        for (pnr, base_year), is_observed in zip(self.keys, self.observed(t), strict=True):
            if base_year + t > LAST_YEAR or is_observed:
                continue
            said = "not_in_population"
            for reason, name in (("emigrated", "emigration_date"), ("died", "death_date")):
                date = self._exits.get(pnr, {}).get(name)
                said = reason if date is not None and date.year <= base_year + t else said
            found.append(said)
        return found

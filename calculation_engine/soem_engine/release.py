"""A release of the knowledge database, opened for reading.

Here: opening, the contract's check, lazy access to what a calculation needs. Not here: the queries
(`release_tables`), the shapes (`knowledge`), the contract itself (`contract`).
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import duckdb

from soem_engine import release_profiles, release_tables
from soem_engine.contract import add_contract_problems
from soem_engine.errors import ProblemList, ReleaseError
from soem_engine.knowledge import (
    Consequence,
    DiscountRate,
    EffectStudy,
    EstimateCovariance,
    NotMeasured,
    Parameters,
    PriceIndex,
    Profile,
    ProfileWeights,
    ReleaseInfo,
    TargetGroup,
    UnitPrices,
)
from soem_engine.manifest import FETCH_AGAIN, check_size, read_date, read_manifest
from soem_engine.prices import PriceFrame, PriceKnowledge, PricesByYear, prices_by_year
from soem_engine.texts import Text

Table = TypeVar("Table")

DATABASE = "knowledge.duckdb"


def open_release(path: Path | str) -> Release:
    """Open a release.

    Parameters
    ----------
    path
        The release's folder, or its `knowledge.duckdb`.

    Returns
    -------
    Release
        Open read-only; reads its tables when they are asked for.

    Raises
    ------
    ReleaseError
        If it is missing or damaged, or of a contract this engine does not read; all that is wrong at once.

    Examples
    --------
    >>> with open_release("outputs/releases/2026.1-sample") as release:  # doctest: +SKIP
    ...     release.info.version
    '2026.1-sample'
    """
    path = Path(path)
    database = path if path.suffix == ".duckdb" else path / DATABASE
    manifest = read_manifest(database.parent)
    problems = ProblemList()
    check_size(database, manifest, problems)
    if problems.problems:
        raise ReleaseError(_heading(database), problems.problems)
    connection = _connect(database)
    try:
        add_contract_problems(connection, database.parent, problems)
        if problems.problems:
            raise ReleaseError(_heading(database), problems.problems)
        info = dataclasses.replace(release_tables.read_info(connection), made_on=read_date(manifest))
        return Release(database, connection, info)
    except duckdb.Error as error:
        connection.close()
        raise _damaged(database) from error
    except ReleaseError:
        connection.close()
        raise


class Release:
    """An open release; made by `open_release`, never by hand.

    Attributes
    ----------
    path
        The database file.
    info
        The release's own row.
    """

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection, info: ReleaseInfo) -> None:
        self.path = path
        self.info = info
        self._connection = connection
        self._is_closed = False
        self._profiles: dict[tuple[str, str], Profile] = {}
        self._prices: dict[tuple[str, tuple[str, ...], PriceFrame], PricesByYear] = {}
        self._covariances: dict[str, tuple[dict[tuple[str, int], int], EstimateCovariance]] = {}
        self._weights: dict[tuple[str, str], ProfileWeights] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; what has been read stays usable."""
        self._is_closed = True
        self._connection.close()

    @functools.cached_property
    def target_groups(self) -> dict[str, TargetGroup]:
        """Target groups by key, in the release's order."""
        return self._read(release_tables.read_target_groups)

    @functools.cached_property
    def consequences(self) -> dict[str, Consequence]:
        """Consequences by key, in the release's order."""
        return self._read(release_tables.read_consequences)

    @functools.cached_property
    def not_measured(self) -> tuple[NotMeasured, ...]:
        """Services the release has no data on."""
        return self._read(release_tables.read_not_measured)

    @functools.cached_property
    def views(self) -> tuple[str, ...]:
        """Views of the profiles that the release holds."""
        return self._read(release_tables.read_views)

    @functools.cached_property
    def price_index(self) -> PriceIndex:
        """Price index by calendar year."""
        return self._read(release_tables.read_price_index)

    @functools.cached_property
    def discount_rates(self) -> tuple[DiscountRate, ...]:
        """Discount rates by date of validity and horizon, oldest first."""
        return self._read(release_tables.read_discount_rates)

    @functools.cached_property
    def parameters(self) -> Parameters:
        """Parameters by name: tax rate, shares of payers by rule, thresholds."""
        return self._read(release_tables.read_parameters)

    @functools.cached_property
    def effect_studies(self) -> dict[str, EffectStudy]:
        """Effect studies by key."""
        return self._read(release_tables.read_effect_studies)

    @functools.cached_property
    def unit_prices(self) -> UnitPrices:
        """Unit prices by (consequence, target group or None for all).

        Raises
        ------
        ReleaseError
            If a price lacks a payer or a value.
        """
        problems = ProblemList()
        prices = self._read(lambda connection: release_tables.read_unit_prices(connection, problems))
        if problems.problems:
            raise ReleaseError(_heading(self.path), problems.problems)
        return prices

    def get_profile(self, target_group: str, view: str) -> Profile:
        """Return the profiles of a target group in a view; C = 0 if the release has none."""
        key = (target_group, view)
        if key not in self._profiles:
            order = tuple(self.consequences)
            self._profiles[key] = self._read(
                lambda connection: release_profiles.read_profile(connection, target_group, view, order)
            )
        return self._profiles[key]

    @functools.cached_property
    def price_knowledge(self) -> PriceKnowledge:
        """Unit prices, index and parameters together."""
        return PriceKnowledge(self.unit_prices, self.price_index, self.parameters, self.info.price_year)

    def get_prices(self, target_group: str, keys: tuple[str, ...], frame: PriceFrame) -> PricesByYear:
        """Return a group's prices of some of the release's consequences, by calendar year.

        Parameters
        ----------
        target_group
            Whose prices.
        keys
            Consequences; those the release does not have get no price.
        frame
            Calendar years, price level, how to split.
        """
        key = (target_group, keys, frame)
        if key not in self._prices:
            known = [self.consequences.get(key) or _unknown(key) for key in keys]
            self._prices[key] = prices_by_year(known, target_group, self.price_knowledge, frame)
        return self._prices[key]

    def get_weights(self, target_group: str, view: str) -> ProfileWeights:
        """Return how a group's profiles rest on its estimates, with the estimates' joint covariance."""
        key = (target_group, view)
        if key not in self._weights:
            keys = self.get_profile(target_group, view).consequences
            if target_group not in self._covariances:
                self._covariances[target_group] = self._read(
                    lambda connection: release_profiles.read_covariance(connection, target_group)
                )
            self._weights[key] = self._read(
                lambda connection: release_profiles.read_weights(
                    connection, target_group, view, keys, *self._covariances[target_group]
                )
            )
        return self._weights[key]

    def _read(self, reader: Callable[[duckdb.DuckDBPyConnection], Table]) -> Table:
        if self._is_closed:
            raise _closed(self.path)
        try:
            return reader(self._connection.cursor())
        except duckdb.Error as error:
            raise _damaged(self.path) from error


def _unknown(key: str) -> Consequence:
    """Stand in for a consequence the release does not have: no price of its own."""
    return Consequence(key, Text(key, key), "", Text("", ""), Text("", ""), 1, False)


def _connect(database: Path) -> duckdb.DuckDBPyConnection:
    problems = ProblemList()
    if not database.is_file():
        problems.add(
            database.parent.name,
            Text(f"ingen {database.name}", f"no {database.name}"),
            Text(f"en udgivelse med filen {database.name}", f"a release with the file {database.name}"),
            Text("ret stien til udgivelsen", "correct the path to the release"),
        )
        raise ReleaseError(_heading(database), problems.problems)
    try:
        return duckdb.connect(str(database), read_only=True)
    except duckdb.Error as error:
        raise _damaged(database) from error


def _closed(database: Path) -> ReleaseError:
    problems = ProblemList()
    problems.add(
        database.name,
        Text("en udgivelse, der er lukket", "a release that has been closed"),
        Text("en åben udgivelse", "an open release"),
        Text(
            "beregn inden for with, eller åbn den igen", "calculate inside the with block, or open it again"
        ),
    )
    return ReleaseError(_heading(database), problems.problems)


def _damaged(database: Path) -> ReleaseError:
    problems = ProblemList()
    problems.add(
        database.name,
        Text("en fil, der ikke kan læses", "a file that cannot be read"),
        Text("en DuckDB-database, som den blev udgivet", "a DuckDB database as it was published"),
        FETCH_AGAIN,
    )
    return ReleaseError(_heading(database), problems.problems)


def _heading(database: Path) -> Text:
    name = database.parent.name or str(database)
    return Text(f"Udgivelsen {name} kan ikke bruges:", f"The release {name} cannot be used:")

"""The queries: each reads one table of a release into the shapes of `knowledge`.

Here: SQL and its results. Not here: opening, keeping and naming a release (`release`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from soem_engine.errors import ProblemList
from soem_engine.amounts import PAYERS
from soem_engine.knowledge import (
    NO_ROW,
    Consequence,
    DiscountRate,
    NotMeasured,
    PriceIndex,
    Profile,
    ProfileWeights,
    ReleaseInfo,
    TargetGroup,
    UnitPrice,
    UnitPrices,
)
from soem_engine.texts import Text, name_area

_UNITS_OF_MONEY = {"kr", "kr.", "dkk", "kroner"}


def read_info(connection: duckdb.DuckDBPyConnection) -> ReleaseInfo:
    """Read the release's own row."""
    caveat = _choose_columns(connection, "release", ("caveat_da", "caveat_en"))
    row = connection.execute(
        f"SELECT version, contract, registers, year_first, year_last, price_year, {caveat} FROM release"
    ).fetchall()[0]
    return ReleaseInfo(
        version=str(row[0]),
        contract=int(row[1]),
        is_sample=row[2] != "real",
        year_first=int(row[3]),
        year_last=int(row[4]),
        price_year=int(row[5]),
        caveat=_text(row[6], row[7]),
    )


def read_target_groups(connection: duckdb.DuckDBPyConnection) -> dict[str, TargetGroup]:
    """Read the target groups, in the table's own order."""
    population = _choose_columns(connection, "target_groups", ("population",))
    rows = connection.execute(
        "SELECT target_group, name_da, name_en, success_da, success_en, limitations_da, "
        "limitations_en, kind, "
        f"basis_membership, basis_success, {population} FROM target_groups ORDER BY rowid"
    ).fetchall()
    return {
        row[0]: TargetGroup(
            key=row[0],
            name=_text(row[1], row[2]),
            success=_text(row[3], row[4]),
            limitations=_text(row[5], row[6]),
            kind=row[7] or "",
            basis_membership=row[8] or "",
            basis_success=row[9] or "",
            population=row[10] or "",
        )
        for row in rows
    }


def read_consequences(connection: duckdb.DuckDBPyConnection) -> dict[str, Consequence]:
    """Read the consequences, in the table's own order."""
    area_names = _choose_columns(connection, "consequences", ("area_da", "area_en"))
    rows = connection.execute(
        f"SELECT consequence, name_da, name_en, area, unit_da, unit_en, budget_sign, {area_names} "
        "FROM consequences ORDER BY rowid"
    ).fetchall()
    return {
        row[0]: Consequence(
            key=row[0],
            name=_text(row[1], row[2]),
            area=row[3],
            area_name=_text(row[7], row[8]) if row[7] and row[8] else name_area(row[3]),
            unit=_text(row[4], row[5]),
            budget_sign=int(row[6]),
            is_dkk=str(row[4]).strip().lower() in _UNITS_OF_MONEY,
        )
        for row in rows
    }


def read_not_measured(connection: duckdb.DuckDBPyConnection) -> tuple[NotMeasured, ...]:
    """Read what has no data; a release without the table has nothing to say here."""
    tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    if ("not_measured",) not in tables:
        return ()
    wanted = ("name_da", "name_en", "reason_da", "reason_en", "population")
    columns = _choose_columns(connection, "not_measured", wanted)
    rows = connection.execute(f"SELECT {columns} FROM not_measured ORDER BY rowid").fetchall()
    return tuple(NotMeasured(_text(row[0], row[1]), _text(row[2], row[3]), row[4] or "") for row in rows)


def read_views(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Read which views the profiles come in."""
    return tuple(
        row[0] for row in connection.execute('SELECT DISTINCT "view" FROM profiles ORDER BY 1').fetchall()
    )


def read_price_index(connection: duckdb.DuckDBPyConnection) -> PriceIndex:
    """Read the price index by year."""
    basis = _choose_columns(connection, "price_index", ("basis",))
    rows = connection.execute(f'SELECT "year", "index", {basis} FROM price_index ORDER BY 1').fetchall()
    by_year = {int(year): float(value) for year, value, _ in rows}
    return PriceIndex(by_year, _join_bases(row[2] for row in rows))


def read_discount_rates(connection: duckdb.DuckDBPyConnection) -> tuple[DiscountRate, ...]:
    """Read the discount rates, oldest validity first, then by horizon."""
    basis = _choose_columns(connection, "discount_rates", ("basis",))
    rows = connection.execute(
        f"SELECT valid_from, horizon_from, horizon_to, rate, {basis} FROM discount_rates ORDER BY 1, 2"
    ).fetchall()
    return tuple(
        DiscountRate(
            row[0], int(row[1]), None if row[2] is None else int(row[2]), float(row[3]), row[4] or ""
        )
        for row in rows
    )


def read_unit_prices(connection: duckdb.DuckDBPyConnection, problems: ProblemList) -> UnitPrices:
    """Read the unit prices; one that lacks a payer is a problem, not a zero."""
    rows = connection.execute(
        "SELECT consequence, target_group, price_year, valid_from, payer, price_dkk, basis, valid_to "
        "FROM unit_prices ORDER BY price_year, valid_from"
    ).fetchall()
    collected: dict[tuple[str, str | None, int, datetime.date], dict[str, tuple[Any, ...]]] = {}
    for consequence, target_group, price_year, valid_from, payer, *rest in rows:
        collected.setdefault((consequence, target_group, int(price_year), valid_from), {})[payer] = tuple(
            rest
        )
    prices: dict[tuple[str, str | None], list[UnitPrice]] = {}
    for (consequence, target_group, price_year, valid_from), by_payer in collected.items():
        amounts = [by_payer.get(payer, (None,))[0] for payer in PAYERS]
        if None in amounts:
            _report_price(consequence, price_year, problems)
            continue
        municipality, region, state = (float(amount) for amount in amounts)
        ends = [row[2] for row in by_payer.values() if row[2] is not None]
        price = UnitPrice(
            by_payer=(municipality, region, state),
            price_year=price_year,
            basis=_join_bases(row[1] for row in by_payer.values()),
            valid_from=valid_from,
            valid_to=min(ends, default=None),
        )
        prices.setdefault((consequence, target_group), []).append(price)
    return {key: tuple(found) for key, found in prices.items()}


def _report_price(consequence: str, price_year: int, problems: ProblemList) -> None:
    problems.add(
        f"unit_prices.{consequence}.{price_year}",
        Text("en betaler uden pris", "a payer without a price"),
        Text("en pris for kommune, region og stat", "a price for municipality, region and state"),
        Text("hent udgivelsen igen, eller meld fejlen", "fetch the release again, or report the error"),
    )


def read_profile(
    connection: duckdb.DuckDBPyConnection, target_group: str, view: str, order: tuple[str, ...]
) -> Profile:
    """Read one group's profiles in one view, consequences in `order`."""
    columns = connection.execute(
        'SELECT consequence, relative_year, "value", status FROM profiles '
        'WHERE target_group = ? AND "view" = ? ORDER BY consequence, relative_year',
        [target_group, view],
    ).fetchnumpy()
    names = np.asarray(columns["consequence"], dtype=str)
    keys = tuple(
        sorted(set(names.tolist()), key=lambda key: order.index(key) if key in order else len(order))
    )
    row = {key: index for index, key in enumerate(keys)}
    c = np.array([row[name] for name in names], dtype=np.int64)
    k = np.asarray(columns["relative_year"], dtype=np.int64) - 1
    shape = (len(keys), int(k.max()) + 1 if len(k) else 0)
    value, has_value = np.zeros(shape), np.zeros(shape, dtype=bool)
    status = np.full(shape, NO_ROW, dtype="U20")
    given = np.ma.masked_invalid(np.ma.asarray(columns["value"]).astype(np.float64))
    value[c, k] = given.filled(0.0)
    has_value[c, k] = ~np.ma.getmaskarray(given)
    status[c, k] = np.asarray(columns["status"], dtype=str)
    insignificant, in_rule = _read_marks(connection, target_group, view, row, shape)
    return Profile(
        consequences=keys,
        value=value,
        has_value=has_value,
        status=status,
        is_tapered=status == "tapered",
        is_insignificant=insignificant,
        in_success_rule=in_rule & (status != "tapered"),
    )


def _read_marks(
    connection: duckdb.DuckDBPyConnection,
    target_group: str,
    view: str,
    row: dict[str, int],
    shape: tuple[int, int],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the profile years that rest on an estimate not significant, or part of the success rule."""
    rows = connection.execute(
        "SELECT consequence, w.relative_year, coalesce(NOT e.is_significant, false), "
        "coalesce(e.in_success_rule, false) "
        "FROM profile_weights w JOIN estimates e USING (target_group, consequence) "
        'WHERE e.relative_year = w.from_relative_year AND target_group = ? AND w."view" = ?',
        [target_group, view],
    ).fetchall()
    insignificant, in_rule = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
    for consequence, relative_year, is_insignificant, is_in_rule in rows:
        if consequence in row and 1 <= relative_year <= shape[1]:
            insignificant[row[consequence], relative_year - 1] |= is_insignificant
            in_rule[row[consequence], relative_year - 1] |= is_in_rule
    return insignificant, in_rule


def read_weights(
    connection: duckdb.DuckDBPyConnection, target_group: str, view: str, keys: tuple[str, ...]
) -> ProfileWeights:
    """Read one group's profile weights in one view, and the joint covariance of its estimates."""
    packed = connection.execute(
        "SELECT consequence, relative_year, covariances FROM estimate_covariance "
        "WHERE target_group = ? ORDER BY position",
        [target_group],
    ).fetchall()
    position = {(consequence, int(year)): index for index, (consequence, year, _) in enumerate(packed)}
    covariance = np.zeros((len(packed), len(packed)))
    for index, (_, _, values) in enumerate(packed):
        covariance[index, : index + 1] = values
        covariance[: index + 1, index] = values
    rows = connection.execute(
        "SELECT consequence, relative_year, from_relative_year, weight FROM profile_weights "
        'WHERE target_group = ? AND "view" = ?',
        [target_group, view],
    ).fetchall()
    row = {key: index for index, key in enumerate(keys)}
    found = [
        (row[consequence], int(year), position[consequence, int(from_year)], float(weight))
        for consequence, year, from_year, weight in rows
        if consequence in row and (consequence, int(from_year)) in position
    ]
    integers = np.array([entry[:3] for entry in found], dtype=np.int64).reshape(-1, 3)
    weights = np.array([entry[3] for entry in found], dtype=np.float64)
    return ProfileWeights(
        consequence_index=integers[:, 0],
        relative_year=integers[:, 1],
        position=integers[:, 2],
        weight=weights,
        covariance=covariance,
        n_outside=len(rows) - len(found),
    )


def _choose_columns(connection: duckdb.DuckDBPyConnection, table: str, wanted: tuple[str, ...]) -> str:
    """Return a column list that reads a column the release may leave out as NULL."""
    rows = connection.execute(
        "SELECT column_name FROM duckdb_columns() WHERE NOT internal AND table_name = ?", [table]
    ).fetchall()
    present = {row[0] for row in rows}
    return ", ".join(column if column in present else f"NULL AS {column}" for column in wanted)


def _join_bases(bases: Iterable[str | None]) -> str:
    """Return the one basis of several: a placeholder among them makes the whole a placeholder."""
    found = {basis for basis in bases if basis}
    return "placeholder" if "placeholder" in found else ", ".join(sorted(found))


def _text(danish: object, english: object) -> Text:
    return Text(str(danish or ""), str(english or ""))

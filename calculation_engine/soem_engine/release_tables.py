"""The queries: each reads one table of a release into the shapes of `knowledge`.

Here: SQL and its results. Not here: opening, keeping and naming a release (`release`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

import duckdb

from soem_engine.amounts import PAYERS
from soem_engine.errors import ProblemList
from soem_engine.knowledge import (
    Consequence,
    DiscountRate,
    EffectStudy,
    NotMeasured,
    Parameter,
    Parameters,
    PriceIndex,
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
    population = _choose_columns(connection, "target_groups", ("population", "n_success", "n_others"))
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
            base_share=row[11] / (row[11] + row[12]) if row[11] is not None and row[12] else None,
        )
        for row in rows
    }


def read_consequences(connection: duckdb.DuckDBPyConnection) -> dict[str, Consequence]:
    """Read the consequences, in the table's own order."""
    area_names = _choose_columns(connection, "consequences", ("area_name_da", "area_name_en"))
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
    if not _has_table(connection, "not_measured"):
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
    basis = _choose_columns(connection, "discount_rates", ("basis", "source"))
    rows = connection.execute(
        f"SELECT valid_from, horizon_from, horizon_to, rate, {basis} FROM discount_rates ORDER BY 1, 2"
    ).fetchall()
    return tuple(
        DiscountRate(
            valid_from=row[0],
            horizon_from=int(row[1]),
            horizon_to=None if row[2] is None else int(row[2]),
            rate=float(row[3]),
            basis=row[4] or "",
            source=row[5] or "",
        )
        for row in rows
    )


def read_unit_prices(connection: duckdb.DuckDBPyConnection, problems: ProblemList) -> UnitPrices:
    """Read the unit prices; one that lacks a payer is a problem, not a zero."""
    extra = _choose_columns(connection, "unit_prices", ("gross_dkk", "rule", "method", "source"))
    rows = connection.execute(
        "SELECT consequence, target_group, price_year, valid_from, payer, price_dkk, basis, valid_to, "
        f"{extra} FROM unit_prices ORDER BY price_year, valid_from"
    ).fetchall()
    collected: dict[tuple[str, str | None, int, datetime.date], dict[str, tuple[Any, ...]]] = {}
    for consequence, target_group, price_year, valid_from, payer, *rest in rows:
        key = (consequence, target_group, int(price_year), valid_from)
        collected.setdefault(key, {})[payer] = tuple(rest)
    prices: dict[tuple[str, str | None], list[UnitPrice]] = {}
    for (consequence, target_group, price_year, valid_from), by_payer in collected.items():
        if any(by_payer.get(payer, (None,))[0] is None for payer in PAYERS):
            _report_price(consequence, price_year, problems)
            continue
        if any(by_payer[payer][0] < 0 for payer in PAYERS):
            problems.add(
                f"unit_prices.{consequence}.{price_year}",
                Text("en negativ pris", "a negative price"),
                Text("priser på mindst 0 kr.", "prices of at least 0 kr."),
                Text(
                    "hent udgivelsen igen, eller meld fejlen", "fetch the release again, or report the error"
                ),
            )
            continue
        price = _make_price(target_group, price_year, valid_from, [by_payer[payer] for payer in PAYERS])
        prices.setdefault((consequence, target_group), []).append(price)
    return {key: tuple(found) for key, found in prices.items()}


def _make_price(
    target_group: str | None, price_year: int, valid_from: datetime.date, rows: list[tuple[Any, ...]]
) -> UnitPrice:
    """Make one price of its three rows, in the order of the payers: price, basis, valid_to, gross, rule …"""
    municipality, region, state = (float(row[0]) for row in rows)
    gross = rows[0][3]
    return UnitPrice(
        by_payer=(municipality, region, state),
        price_year=price_year,
        basis=_join_bases(row[1] for row in rows),
        valid_from=valid_from,
        valid_to=min((row[2] for row in rows if row[2] is not None), default=None),
        gross_dkk=municipality + region + state if gross is None else float(gross),
        rule=rows[0][4] or "",
        method=rows[0][5] or "",
        source=rows[0][6] or "",
        target_group=target_group,
    )


def _report_price(consequence: str, price_year: int, problems: ProblemList) -> None:
    problems.add(
        f"unit_prices.{consequence}.{price_year}",
        Text("en betaler uden pris", "a payer without a price"),
        Text("en pris for kommune, region og stat", "a price for municipality, region and state"),
        Text("hent udgivelsen igen, eller meld fejlen", "fetch the release again, or report the error"),
    )


def read_parameters(connection: duckdb.DuckDBPyConnection) -> Parameters:
    """Read the parameters by name; a release without the table has none."""
    if not _has_table(connection, "parameters"):
        return {}
    basis = _choose_columns(connection, "parameters", ("basis", "source"))
    rows = connection.execute(
        f"SELECT parameter, value, valid_from, valid_to, {basis} FROM parameters "
        "WHERE value IS NOT NULL ORDER BY valid_from"
    ).fetchall()
    found: dict[str, list[Parameter]] = {}
    for name, value, valid_from, valid_to, said, source in rows:
        parameter = Parameter(float(value), valid_from, valid_to, said or "", source or "")
        found.setdefault(name, []).append(parameter)
    return {name: tuple(values) for name, values in found.items()}


def read_effect_studies(connection: duckdb.DuckDBPyConnection) -> dict[str, EffectStudy]:
    """Read the effect studies by key; sizes turned so that positive is favourable."""
    if not _has_table(connection, "effect_studies"):
        return {}
    rows = connection.execute(
        "SELECT effect_study, target_group, intervention, effect_measure, design, country, quality, "
        "time_horizon_months, effect_size, effect_size_standard_error, reference, direction, is_synthetic "
        "FROM effect_studies WHERE effect_size IS NOT NULL"
    ).fetchall()
    return {row[0]: _make_study(row) for row in rows}


def _make_study(row: tuple[Any, ...]) -> EffectStudy:
    key, target_group, intervention, effect_measure, design, country, quality = (
        str(v or "") for v in row[:7]
    )
    return EffectStudy(
        key=key,
        target_group=target_group,
        intervention=intervention,
        effect_measure=effect_measure,
        design=design,
        country=country,
        quality=quality,
        time_horizon_months=row[7],
        effect_size=float(row[8]) * (-1.0 if row[11] == "lower_is_better" else 1.0),
        standard_error=None if row[9] is None else float(row[9]),
        reference=str(row[10] or ""),
        is_synthetic=bool(row[12]),
    )


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    return (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()


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

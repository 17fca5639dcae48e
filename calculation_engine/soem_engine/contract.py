"""The contract between a release and the engine: which tables and columns a calculation reads.

Here: the number of the contract and the check of a database against it. Not here: reading the tables
(`release`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from soem_engine.errors import ProblemList, suggest
from soem_engine.texts import Text

CONTRACT: Final = 1
KNOWN_CONTRACTS: Final[frozenset[int]] = frozenset({CONTRACT})

_TEXT, _NUMBER, _BOOLEAN, _DATE, _LIST = "text", "number", "boolean", "date", "list"
_NUMBER_TYPES = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "release": {
        "version": _TEXT,
        "contract": _NUMBER,
        "registers": _TEXT,
        "year_first": _NUMBER,
        "year_last": _NUMBER,
        "price_year": _NUMBER,
    },
    "target_groups": {
        "target_group": _TEXT,
        "name_da": _TEXT,
        "name_en": _TEXT,
        "kind": _TEXT,
        "basis_membership": _TEXT,
        "basis_success": _TEXT,
        "success_da": _TEXT,
        "success_en": _TEXT,
        "limitations_da": _TEXT,
        "limitations_en": _TEXT,
    },
    "consequences": {
        "consequence": _TEXT,
        "name_da": _TEXT,
        "name_en": _TEXT,
        "area": _TEXT,
        "unit_da": _TEXT,
        "unit_en": _TEXT,
        "budget_sign": _NUMBER,
    },
    "estimates": {
        "target_group": _TEXT,
        "consequence": _TEXT,
        "relative_year": _NUMBER,
        "is_significant": _BOOLEAN,
        "in_success_rule": _BOOLEAN,
        "status": _TEXT,
    },
    "estimate_covariance": {
        "target_group": _TEXT,
        "consequence": _TEXT,
        "relative_year": _NUMBER,
        "position": _NUMBER,
        "covariances": _LIST,
    },
    "profiles": {
        "target_group": _TEXT,
        "consequence": _TEXT,
        "relative_year": _NUMBER,
        "view": _TEXT,
        "value": _NUMBER,
        "status": _TEXT,
    },
    "profile_weights": {
        "target_group": _TEXT,
        "consequence": _TEXT,
        "view": _TEXT,
        "relative_year": _NUMBER,
        "from_relative_year": _NUMBER,
        "weight": _NUMBER,
    },
    "unit_prices": {
        "consequence": _TEXT,
        "payer": _TEXT,
        "target_group": _TEXT,
        "price_year": _NUMBER,
        "price_dkk": _NUMBER,
        "basis": _TEXT,
        "valid_from": _DATE,
        "valid_to": _DATE,
    },
    "price_index": {"year": _NUMBER, "index": _NUMBER},
    "discount_rates": {
        "valid_from": _DATE,
        "horizon_from": _NUMBER,
        "horizon_to": _NUMBER,
        "rate": _NUMBER,
    },
}


def add_contract_problems(connection: duckdb.DuckDBPyConnection, folder: Path, problems: ProblemList) -> None:
    """Check that the database holds every table and column of the contract, and one `release` row of it.

    Parameters
    ----------
    connection
        The open knowledge database.
    folder
        The release's folder; an engine that is shipped there is named in the error about another contract.
    problems
        What is wrong is added here.
    """
    found = _read_columns(connection)
    for table, columns in COLUMNS.items():
        if table not in found:
            problems.add(
                table,
                Text("tabellen findes ikke", "the table is missing"),
                Text("en tabel af det navn", "a table of that name"),
                suggest(table, found) if found else _OTHER_COPY,
            )
            continue
        for column, kind in columns.items():
            _check_column(table, column, kind, found[table], problems)
    if not problems.has_problem_within("release"):
        _check_release_row(connection, folder, problems)


_OTHER_COPY = Text("hent udgivelsen igen", "fetch the release again")


def _read_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    rows = connection.execute(
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal"
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        found.setdefault(table, {})[column] = data_type
    return found


def _check_column(table: str, column: str, kind: str, found: dict[str, str], problems: ProblemList) -> None:
    where = f"{table}.{column}"
    if column not in found:
        problems.add(
            where,
            Text("kolonnen findes ikke", "the column is missing"),
            Text("en kolonne af det navn", "a column of that name"),
            suggest(column, found),
        )
    elif _kind_of(found[column]) != kind:
        problems.add(
            where,
            Text(f"typen {found[column]}", f"the type {found[column]}"),
            Text(f"en type af slagsen {kind}", f"a type of the kind {kind}"),
            _OTHER_COPY,
        )


def _kind_of(data_type: str) -> str:
    if data_type.endswith("[]"):
        return _LIST
    if data_type.lstrip("U").startswith(_NUMBER_TYPES):
        return _NUMBER
    return {"BOOLEAN": _BOOLEAN, "DATE": _DATE}.get(data_type, _TEXT)


def _check_release_row(connection: duckdb.DuckDBPyConnection, folder: Path, problems: ProblemList) -> None:
    rows = connection.execute("SELECT contract FROM release").fetchall()
    if len(rows) != 1:
        problems.add(
            "release",
            Text(f"{len(rows)} rækker", f"{len(rows)} rows"),
            Text("en række", "one row"),
            _OTHER_COPY,
        )
    elif rows[0][0] not in KNOWN_CONTRACTS:
        known = ", ".join(map(str, sorted(KNOWN_CONTRACTS)))
        problems.add(
            "release.contract",
            Text(f"kontrakt {rows[0][0]}", f"contract {rows[0][0]}"),
            Text(f"kontrakt {known}, som denne motor læser", f"contract {known}, which this engine reads"),
            _name_other_engine(folder, rows[0][0]),
        )


def _name_other_engine(folder: Path, contract: object) -> Text:
    wheels = sorted(wheel.name for wheel in folder.glob("soem_engine-*.whl"))
    if wheels:
        return Text(
            f"brug den motor, der ligger i udgivelsen: pip install {wheels[-1]}",
            f"use the engine that is in the release: pip install {wheels[-1]}",
        )
    return Text(
        f"brug en udgave af soem-engine, der læser kontrakt {contract} (den følger med "
        "udgivelsen som soem_engine-*.whl)",
        f"use a soem-engine that reads contract {contract} (it comes with the release as soem_engine-*.whl)",
    )

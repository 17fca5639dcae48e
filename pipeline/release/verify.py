"""Verifying a release: is it whole, unchanged and what the contract says?

Belongs here: reading a release and comparing it with its manifest and the models. Does not belong here: whether its
numbers are right, which the gate checked before it was published. Everything is read through two readers: ZSTD
Parquet was once read wrongly by one of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline.declarations.problems import InputError, Problem, Problems
from pipeline.fingerprints import hash_file
from pipeline.release.content_hash import hash_content
from pipeline.release.manifest import list_files
from pipeline.release.table_files import read_csv
from pipeline.release.versions import MANIFEST
from schemas.checks import POLARS_TYPES
from schemas.database import SQL_TYPES
from schemas.release_tables import CONTRACT, RELEASE_TABLES, REQUIRED_TABLES

_FETCH = "fetch the release again; a release is never mended by hand"


@dataclass(frozen=True)
class VerifyReport:
    """What verifying a release found.

    Attributes
    ----------
    folder : Path
    version : str
        Empty when there is no readable manifest.
    n_files, n_tables : int
        How many were looked at.
    problems : tuple of Problem
        All of them.
    not_checked : tuple of str
        What could not be checked because of them.
    """

    folder: Path
    version: str
    n_files: int
    n_tables: int
    problems: tuple[Problem, ...]
    not_checked: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def __str__(self) -> str:
        """Tell the result, every problem in four lines."""
        if self.passed:
            return f"{self.version}: {self.n_files} files and {self.n_tables} tables are as published"
        return str(InputError(f"Release {self.version or self.folder.name}", self.problems, self.not_checked))

    def to_json(self) -> dict:
        """Return the report as plain data."""
        problems = [vars(problem) for problem in self.problems]
        return {"version": self.version, "passed": self.passed, "n_files": self.n_files} | {
            "n_tables": self.n_tables,
            "problems": problems,
            "not_checked": list(self.not_checked),
        }


def verify_release(folder: Path) -> VerifyReport:
    """Verify a release: checksums, missing and extra files, schema, content and contract.

    Parameters
    ----------
    folder : Path

    Returns
    -------
    VerifyReport
        With every problem, never only the first.
    """
    problems = Problems()
    manifest = _read_manifest(folder, problems)
    if manifest is None:
        not_checked = ("files", "tables", "contract")
        return VerifyReport(folder, "", 0, 0, tuple(problems.items), not_checked)
    _check_names(folder, manifest, problems)
    _check_files(folder, manifest, problems)
    tables = manifest["tables"]
    for name in (*REQUIRED_TABLES, "release"):
        if name not in tables and not RELEASE_TABLES[name].is_audit:
            problems.add(name, "no such table", "every table of the contract", _FETCH)
    for name in tables.keys() - RELEASE_TABLES.keys():
        problems.add_unknown(MANIFEST, name, RELEASE_TABLES, "table")
    known = [name for name in RELEASE_TABLES if name in tables]
    _check_database(folder, manifest, known, problems)
    for name in known:
        for label, read in _file_readers(folder, name):
            _compare(name, label, read, tables[name], problems)
    return VerifyReport(
        folder,
        manifest["version"],
        len(manifest["files"]),
        len(known),
        tuple(problems.items),
        tuple(problems.not_checked),
    )


def _read_manifest(folder: Path, problems: Problems) -> dict | None:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except FileNotFoundError:
        problems.add(str(folder.name), f"no {MANIFEST}", "a release with a manifest", _FETCH)
        return None
    except (json.JSONDecodeError, UnicodeDecodeError):
        problems.add(MANIFEST, "not readable as JSON", "the manifest as published", _FETCH)
        return None
    lacking = {"version", "contract", "registers", "files", "tables"} - manifest.keys()
    for name in sorted(lacking):
        problems.add(MANIFEST, f"no {name}", "the manifest as published", _FETCH)
    return None if lacking else manifest


def _check_names(folder: Path, manifest: dict, problems: Problems) -> None:
    version, contract = manifest["version"], manifest["contract"]
    if folder.resolve().name != version:
        problems.add("folder", folder.resolve().name, version, "give the folder its version's name")
    if contract != CONTRACT:
        expected = f"contract {CONTRACT}"
        problems.add(
            MANIFEST, f"contract {contract}", expected, f"use a program that knows contract {contract}"
        )
    if (manifest["registers"] == "sample") != str(version).endswith("-sample"):
        expected = "-sample in the version exactly when the registers are invented"
        problems.add(MANIFEST, f"{version} of {manifest['registers']} registers", expected, _FETCH)


def _check_files(folder: Path, manifest: dict, problems: Problems) -> None:
    found = set(list_files(folder)) - {MANIFEST}
    wanted = manifest["files"]
    for name in sorted(wanted.keys() - found):
        problems.add(name, "no such file", "every file of the manifest", _FETCH)
    for name in sorted(found - wanted.keys()):
        problems.add(name, "a file the manifest does not know", "no other file", "move it out of the release")
    for name in sorted(found & wanted.keys()):
        facts = wanted[name]
        if (size := (folder / name).stat().st_size) != facts["bytes"]:
            problems.add(name, f"{size:,} bytes", f"{facts['bytes']:,} bytes", _FETCH)
        elif hash_file(folder / name) != facts["sha256"]:
            problems.add(name, "another checksum", "the checksum of the manifest", _FETCH)


def _check_database(folder: Path, manifest: dict, known: list[str], problems: Problems) -> None:
    file = folder / "knowledge.duckdb"
    if not file.exists():
        problems.not_checked.append("tables of knowledge.duckdb")
        return
    try:
        connection = duckdb.connect(str(file), read_only=True)
    except duckdb.Error:
        problems.add(file.name, "not readable as a DuckDB database", "the database as published", _FETCH)
        problems.not_checked.append("tables of knowledge.duckdb")
        return
    try:
        shapes = _read_shapes(connection)
        for name in sorted(shapes.keys() - set(known)):
            problems.add(
                f"{file.name}, {name}", "a table the manifest does not know", "no other table", _FETCH
            )
        for name in known:
            if _check_shape(f"{file.name}, {name}", name, shapes.get(name), problems):
                _compare(
                    name,
                    file.name,
                    lambda name=name: connection.sql(f"SELECT * FROM {name}").pl(),
                    manifest["tables"][name],
                    problems,
                )
        if "release" in shapes:
            _check_release_row(connection, manifest, problems)
    finally:
        connection.close()


def _read_shapes(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str, bool]]]:
    rows = connection.execute(
        "SELECT table_name, column_name, data_type, comment IS NOT NULL FROM duckdb_columns() "
        "WHERE NOT internal ORDER BY table_name, column_index"
    ).fetchall()
    shapes: dict[str, list[tuple[str, str, bool]]] = {}
    for table, *column in rows:
        shapes.setdefault(table, []).append(tuple(column))
    return shapes


def _check_shape(
    where: str, name: str, shape: list[tuple[str, str, bool]] | None, problems: Problems
) -> bool:
    """Check names, types and comments; return whether the content can be compared."""
    if shape is None:
        problems.add(where, "no such table", "every table of the manifest", _FETCH)
        return False
    wanted = {column.name: SQL_TYPES[column.type] for column in RELEASE_TABLES[name].columns}
    found = {column: kind for column, kind, _ in shape}
    for column in wanted.keys() - found.keys():
        problems.add(where, f"no column {column}", f"{column} {wanted[column]}", _FETCH)
    for column in found.keys() - wanted.keys():
        problems.add(where, f"column {column}", "only columns of the contract", _FETCH)
    for column in wanted.keys() & found.keys():
        if wanted[column] != found[column]:
            problems.add(f"{where}.{column}", found[column], wanted[column], _FETCH)
    for column, _, has_comment in shape:
        if not has_comment:
            problems.add(f"{where}.{column}", "no comment", "description and unit as comment", _FETCH)
    return wanted == found


def _check_release_row(connection: duckdb.DuckDBPyConnection, manifest: dict, problems: Problems) -> None:
    fields = ("version", "contract", "registers")
    rows = connection.execute(f"SELECT {', '.join(fields)} FROM release").fetchall()
    expected = tuple(manifest[name] for name in fields)
    if rows != [expected]:
        told = ", ".join(str(part) for part in rows[0]) if len(rows) == 1 else f"{len(rows)} rows"
        problems.add("knowledge.duckdb, release", told, ", ".join(map(str, expected)), _FETCH)


def _file_readers(folder: Path, name: str) -> Iterator[tuple[str, Callable[[], pl.DataFrame]]]:
    parquet = folder / "tables" / f"{name}.parquet"
    if parquet.exists():
        yield f"tables/{name}.parquet by polars", lambda: pl.read_parquet(parquet)
        yield f"tables/{name}.parquet by duckdb", lambda: _read_parquet_by_duckdb(parquet)
    csv = folder / "csv" / f"{name}.csv"
    if csv.exists():
        yield f"csv/{name}.csv by polars", lambda: read_csv(name, csv)
        yield f"csv/{name}.csv by duckdb", lambda: _read_csv_by_duckdb(name, csv)


def _read_parquet_by_duckdb(file: Path) -> pl.DataFrame:
    with duckdb.connect() as connection:
        return connection.sql("SELECT * FROM read_parquet($file)", params={"file": str(file)}).pl()


def _read_csv_by_duckdb(name: str, file: Path) -> pl.DataFrame:
    types = {column.name: SQL_TYPES[column.type] for column in RELEASE_TABLES[name].columns}
    with duckdb.connect() as connection:
        return connection.read_csv(
            str(file),
            header=True,
            columns=types,
            delimiter=",",
            quotechar='"',
            escapechar='"',
            auto_detect=False,
        ).pl()


def _compare(
    name: str, label: str, read: Callable[[], pl.DataFrame], facts: dict, problems: Problems
) -> None:
    """Compare a table as one reader sees it with the manifest: types, rows, content."""
    try:
        frame = read()
    except (pl.exceptions.PolarsError, duckdb.Error, OSError, UnicodeDecodeError):
        problems.add(label, "not readable", "the table as published", _FETCH)
        return
    wanted = {column.name: POLARS_TYPES[column.type] for column in RELEASE_TABLES[name].columns}
    if dict(frame.schema) != wanted:
        different = sorted(
            k for k in wanted.keys() | frame.schema.keys() if wanted.get(k) != frame.schema.get(k)
        )
        problems.add(
            label, f"other columns or types: {', '.join(different)}", "those of the contract", _FETCH
        )
    elif frame.height != facts["rows"]:
        problems.add(label, f"{frame.height:,} rows", f"{facts['rows']:,} rows", _FETCH)
    elif hash_content(name, frame) != facts["content"]:
        problems.add(label, "other content", "the content of the manifest", _FETCH)

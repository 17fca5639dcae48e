"""Programs of others read a release alike: frictionless, pyarrow, pandas, polars and duckdb, types and nulls included.

Belongs here: files of a release read by a program outside. Does not belong here: the workbook (`test_workbook`).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.release_tables import RELEASE_TABLES

pytestmark = pytest.mark.xdist_group("release")

WITH_CSV = [name for name, model in RELEASE_TABLES.items() if model.has_csv]
ARROW_TYPES = {
    "text": pa.string(),
    "int16": pa.int16(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "floats": pa.list_(pa.float64()),
}
PANDAS_TYPES = {"string": "string", "integer": "Int64", "number": "Float64", "boolean": "boolean"}
"""The nullable type for every type of a data package but dates, which pandas parses."""


@pytest.fixture
def copy(release, tmp_path) -> Path:
    """The data package of the release, to be harmed; sizes and checksums are told by other tests."""
    shutil.copytree(release / "csv", tmp_path / "csv")
    package = json.loads((release / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        del resource["bytes"], resource["hash"]
    (tmp_path / "datapackage.json").write_text(json.dumps(package), "utf-8")
    return tmp_path


def find_errors(folder: Path) -> set[str]:
    """Return the kinds of errors frictionless finds in a data package."""
    report = frictionless.validate(str(folder / "datapackage.json"))
    return {error.type for task in report.tasks for error in task.errors}


def test_frictionless_passes_every_csv_file(release):
    command = [str(Path(sys.executable).parent / "frictionless"), "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=release, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    assert done.returncode == 0 and report["valid"]
    assert [task["name"] for task in report["tasks"]] == WITH_CSV
    empty = [task["name"] for task in report["tasks"] if not task["stats"].get("rows")]
    assert empty == ["changes"]  # it is the first release


HARM = {
    "constraint-error": ("profiles", "soem_classic", "smooth"),
    "foreign-key": ("unit_prices", "cash_benefit,", "cash_benefits,"),
    "primary-key": ("price_index", "2004,", "2003,"),
    "type-error": ("price_index", "2004,54.0", "2004,fifty"),
    "incorrect-label": ("price_index", "year,index", "year,indexes"),
}


@pytest.mark.parametrize("error", HARM)
def test_frictionless_finds_what_the_description_forbids(copy, error):
    table, old, new = HARM[error]
    file = copy / "csv" / f"{table}.csv"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    assert error in find_errors(copy)


def test_frictionless_finds_a_changed_byte(release, tmp_path):
    shutil.copytree(release / "csv", tmp_path / "csv")
    shutil.copyfile(release / "datapackage.json", tmp_path / "datapackage.json")
    file = tmp_path / "csv" / "price_index.csv"
    file.write_text(file.read_text("utf-8").replace("54.0", "54.1"), "utf-8")
    assert find_errors(tmp_path) == {"hash-count"}


@pytest.mark.parametrize("name", RELEASE_TABLES)
def test_parquet_is_the_same_to_polars_duckdb_and_pyarrow(release, name):
    file, model = release / "tables" / f"{name}.parquet", RELEASE_TABLES[name]
    by_pyarrow = pq.read_table(file)
    assert by_pyarrow.schema.types == [ARROW_TYPES[column.type] for column in model.columns]
    assert by_pyarrow.schema.names == list(model.column_names)
    assert {f.name for f in by_pyarrow.schema if f.nullable} == model.nullable
    with duckdb.connect() as con:
        by_duckdb = con.sql("FROM read_parquet($file)", params={"file": str(file)}).to_arrow_table()
    by_polars = pl.read_parquet(file).to_arrow()
    for other in (by_duckdb, by_polars):
        assert to_rows(other, by_pyarrow.schema) == to_rows(by_pyarrow, by_pyarrow.schema)


def to_rows(table: pa.Table, schema: pa.Schema) -> list[dict]:
    """Return rows as Python has them, after a cast that is refused where a type would lose anything."""
    plain = pa.schema([field.with_nullable(True) for field in schema])
    return table.cast(plain.remove_metadata()).to_pylist()


def read_with_pandas(folder: Path, resource: dict) -> pd.DataFrame:
    """Read a CSV file knowing nothing but what the data package says of it."""
    fields, missing = resource["schema"]["fields"], resource["schema"]["missingValues"]
    return pd.read_csv(
        folder / resource["path"],
        encoding=resource["encoding"],
        dtype={f["name"]: PANDAS_TYPES[f["type"]] for f in fields if f["type"] != "date"},
        parse_dates=[f["name"] for f in fields if f["type"] == "date"],
        na_values=missing,
        keep_default_na=False,
    )


def list_values(column: pd.Series) -> Iterator[object]:
    """Yield values as Python has them: a missing one is None, a day is a date."""
    for value in column:
        is_day = isinstance(value, pd.Timestamp)
        yield None if pd.isna(value) else value.date() if is_day else value


@pytest.mark.parametrize("name", WITH_CSV)
def test_pandas_reads_csv_as_the_data_package_says(release, name):
    package = json.loads((release / "datapackage.json").read_text("utf-8"))
    resource = next(resource for resource in package["resources"] if resource["name"] == name)
    found = read_with_pandas(release, resource)
    expected = pl.read_parquet(release / "tables" / f"{name}.parquet")
    assert list(found.columns) == expected.columns
    for column in expected.columns:
        assert list(list_values(found[column])) == expected[column].to_list(), column
    key = resource["schema"].get("primaryKey") or resource["schema"]["uniqueKeys"][0]
    assert not found.duplicated(key).any()

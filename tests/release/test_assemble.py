"""A release is whole or not there, says what it is, and is never written over."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline.declarations.problems import InputError
from pipeline.failures import GateError
from pipeline.release.assemble import assemble_release
from pipeline.release.gate import GateResult
from pipeline.release.versions import (
    find_newest,
    find_next_version,
    list_releases,
    lock_releases,
    parse_version,
)
from schemas.release_tables import RELEASE_TABLES, REQUIRED_TABLES
from tests.release.conftest import FIRST, PROJECT, make_context
from tests.release.tiny_tables import make_tiny_tables

pytestmark = pytest.mark.xdist_group("release")

OPEN = GateResult(())

KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.release import assemble
from pipeline.release.gate import GateResult
from tests.release.conftest import make_context
from tests.release.tiny_tables import make_tiny_tables

def stop(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(assemble, sys.argv[2], stop)
folder = Path(sys.argv[1])
assemble.assemble_release("2026.1-sample", make_tiny_tables(), context=make_context(folder),
                          root=folder / "releases", gate=GateResult(()))
"""


def visible(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.iterdir() if not entry.name.startswith("."))


def test_a_release_has_every_file(release):
    names = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    for table in (*REQUIRED_TABLES, "release"):
        assert f"tables/{table}.parquet" in names
        assert (f"csv/{table}.csv" in names) == RELEASE_TABLES[table].has_csv
    assert {"knowledge.duckdb", "knowledge.xlsx", "datapackage.json", "manifest.json", "README.md"} <= names
    assert "soem_contract_check.py" in names
    assert {"validation/index.html", "validation/index_en.html", "validation/gate.json"} <= names
    assert {"declarations/method.toml", "declarations/prices/price_index.toml"} <= names
    assert "declarations/rules.py" not in names
    assert len([name for name in names if name.startswith("soem_engine-") and name.endswith(".whl")]) == 1
    assert visible(release.parent) == ["2026.1-sample"]


def test_the_manifest_says_what_the_release_is_made_of(release):
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    assert (manifest["version"], manifest["contract"], manifest["registers"]) == (
        "2026.1-sample",
        1,
        "sample",
    )
    assert manifest["seeds"] == {"sample": 1}
    assert manifest["register_files"] == {"bef/2003.parquet": "f" * 64}
    assert set(manifest["declarations"]) == {
        "declarations/method.toml",
        "declarations/prices/price_index.toml",
    }
    assert manifest["packages"]["duckdb"] == duckdb.__version__
    assert manifest["tables"]["estimates"]["rows"] == 50
    units = {
        column["name"]: column["unit"] for column in manifest["tables"]["estimate_covariance"]["columns"]
    }
    assert units["covariances"] == "product of the consequences' units"
    assert "manifest.json" not in manifest["files"]
    assert str(PROJECT) not in (release / "manifest.json").read_text("utf-8")


def test_invented_registers_are_said_everywhere(release):
    with duckdb.connect(str(release / "knowledge.duckdb"), read_only=True) as connection:
        comments = connection.execute("SELECT comment FROM duckdb_tables()").fetchall()
        row = connection.execute("SELECT version, contract, registers, data_version FROM release").fetchone()
    assert len(comments) == len(RELEASE_TABLES)
    assert all("opdigtede registre" in comment and "invented registers" in comment for (comment,) in comments)
    assert row == ("2026.1-sample", 1, "sample", "0" * 32)
    metadata = pq.read_schema(release / "tables" / "estimates.parquet").metadata
    assert b"invented registers" in metadata[b"note"]
    package = json.loads((release / "datapackage.json").read_text("utf-8"))
    assert all("invented registers" in resource["description"] for resource in package["resources"])
    for name in ("README.md", "validation/index.html"):
        assert "opdigtede registre" in (release / name).read_text("utf-8")


def test_csv_is_plain(release):
    for file in (release / "csv").glob("*.csv"):
        content = file.read_bytes()
        content.decode("utf-8")
        assert b"\r" not in content and not content.startswith(b"\xef\xbb\xbf")
    assert ",2021-01-07," in (release / "csv" / "unit_prices.csv").read_text("utf-8")
    assert "æøå" in (release / "csv" / "effect_studies.csv").read_text("utf-8")


def test_the_same_tables_give_the_same_files(release, tmp_path):
    again = assemble_release(
        "2026.1-sample",
        make_tiny_tables(),
        context=make_context(tmp_path),
        root=tmp_path / "releases",
        changes=FIRST,
        gate=OPEN,
    )
    first, second = (json.loads((folder / "manifest.json").read_text("utf-8")) for folder in (release, again))
    assert first["tables"] == second["tables"]
    different = {name for name in first["files"] if first["files"][name] != second["files"][name]}
    of_checks = ("validation/", "audit/data/validation.js")
    assert {name for name in different if not name.startswith(of_checks)} <= {"knowledge.duckdb"}


def test_tables_may_be_parquet_files(tmp_path):
    tables = make_tiny_tables()
    file = tmp_path / "estimates.parquet"
    tables["estimates"].sample(fraction=1, shuffle=True, seed=1).write_parquet(file)
    tables["estimates"] = file
    folder = assemble_release(
        "2026.1-sample", tables, context=make_context(tmp_path), root=tmp_path / "releases", gate=OPEN
    )
    kept = pl.read_parquet(folder / "tables" / "estimates.parquet")
    assert kept.equals(make_tiny_tables()["estimates"].sort("target_group", "consequence", "relative_year"))


def test_an_existing_version_is_refused_and_left_alone(release):
    before = (release / "manifest.json").read_bytes()
    with pytest.raises(InputError, match="is published"):
        assemble_release(
            "2026.1-sample",
            make_tiny_tables(),
            context=make_context(release.parent.parent),
            root=release.parent,
        )
    assert (release / "manifest.json").read_bytes() == before


def test_everything_unfit_is_told_at_once(tmp_path):
    tables = make_tiny_tables() | {"profilez": pl.DataFrame()}
    del tables["profiles"], tables["estimates"]
    with pytest.raises(InputError) as caught:
        assemble_release("2026.1", tables, context=make_context(tmp_path), root=tmp_path / "releases")
    assert len(caught.value.problems) == 4
    assert "did you mean" in str(caught.value)
    assert not (tmp_path / "releases").exists()


def test_a_closed_gate_publishes_nothing(tmp_path):
    tables = make_tiny_tables()
    tables["price_index"] = tables["price_index"].drop("source")
    with pytest.raises(GateError, match="columns_and_types"):
        assemble_release("2026.1-sample", tables, context=make_context(tmp_path), root=tmp_path / "releases")
    assert visible(tmp_path / "releases") == []


@pytest.mark.parametrize("moment", ["write_database", "compose_manifest", "_appear"])
def test_a_killed_publisher_leaves_nothing_and_the_next_one_cleans_up(tmp_path, moment):
    root = tmp_path / "releases"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), moment], cwd=PROJECT, timeout=120, check=False
    )
    assert done.returncode == -9
    assert visible(root) == [] and list_releases(root) == []
    assert list(root.glob(".staging-*"))
    if moment == "_appear":
        assemble_release(
            "2026.1-sample", make_tiny_tables(), context=make_context(tmp_path), root=root, gate=OPEN
        )
        assert visible(root) == ["2026.1-sample"]
        assert not list(root.glob(".staging-*"))


def test_a_fault_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr("pipeline.release.assemble.write_csv", fail)
    with pytest.raises(OSError, match="disk full"):
        assemble_release(
            "2026.1-sample",
            make_tiny_tables(),
            context=make_context(tmp_path),
            root=tmp_path / "releases",
            gate=OPEN,
        )
    assert [entry.name for entry in (tmp_path / "releases").iterdir()] == [".publishing"]


def test_one_publisher_at_a_time(tmp_path):
    code = "import sys, time\nfrom pathlib import Path\nfrom pipeline.release.versions import lock_releases\n"
    code += "with lock_releases(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    other = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=PROJECT, stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(InputError, match="another process"), lock_releases(tmp_path):
            pass
    finally:
        other.kill()
        other.wait()
    time.sleep(0.05)
    with lock_releases(tmp_path):
        pass


def test_versions_go_by_calendar(tmp_path):
    assert find_next_version(tmp_path, 2026, is_sample=True) == "2026.1-sample"
    for name in ("2026.2-sample", "2026.10-sample", "2026.1", "2025.7", ".staging-2026.11-sample-x", "notes"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").touch()
    (tmp_path / "2027.1-sample").mkdir()  # without a manifest it is no release
    assert [str(version) for version in list_releases(tmp_path)] == [
        "2025.7",
        "2026.1",
        "2026.2-sample",
        "2026.10-sample",
    ]
    assert find_next_version(tmp_path, 2026, is_sample=True) == "2026.11-sample"
    assert find_next_version(tmp_path, 2026, is_sample=False) == "2026.2"
    assert find_newest(tmp_path, is_sample=False).name == "2026.1"
    assert find_newest(tmp_path).name == "2026.10-sample"
    assert find_newest(tmp_path / "none") is None
    for text in ("2026", "2026.0", "2026.01", "v2026.1", "2026.1-real"):
        with pytest.raises(InputError):
            parse_version(text)

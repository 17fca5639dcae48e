"""Verifying finds a flipped byte, a missing or extra file, another schema or contract, all at once."""

from __future__ import annotations

import json
import shutil

import duckdb
import polars as pl
import pytest

from pipeline.fingerprints import hash_file
from pipeline.release.content_hash import hash_content
from pipeline.release.verify import verify_release
from schemas.release_tables import RELEASE_TABLES
from tests.release.tiny_tables import make_tiny_tables

pytestmark = pytest.mark.xdist_group("release")


@pytest.fixture
def copy(release, tmp_path):
    """A copy of the release that may be harmed."""
    return shutil.copytree(release, tmp_path / release.name)


def flip(file, place):
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)


def accept(folder, *names):
    """Write the checksums of changed files into the manifest, as a forger would."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for name in names:
        manifest["files"][name] = {
            "bytes": (folder / name).stat().st_size,
            "sha256": hash_file(folder / name),
        }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def places(report):
    return [problem.where for problem in report.problems]


def test_a_release_is_as_published(release):
    report = verify_release(release)
    assert report.passed, str(report)
    assert report.version == "2026.1-sample" and report.n_tables == len(RELEASE_TABLES)
    assert "as published" in str(report) and report.to_json()["passed"]


def test_flipped_bytes_missing_and_extra_files_are_found_together(copy):
    flip(copy / "csv" / "price_index.csv", 20)
    flip(copy / "tables" / "estimates.parquet", 400)
    flip(copy / "knowledge.xlsx", 400)
    (copy / "declarations" / "method.toml").unlink()
    (copy / "notes.txt").write_text("mine", "utf-8")
    report = verify_release(copy)
    assert {
        "csv/price_index.csv",
        "tables/estimates.parquet",
        "knowledge.xlsx",
        "declarations/method.toml",
        "notes.txt",
    } <= set(places(report))
    assert not report.passed and "do this" in str(report)


def test_a_forged_checksum_does_not_hide_other_content(copy):
    file = copy / "csv" / "unit_prices.csv"
    file.write_text(file.read_text("utf-8").replace("20.0", "21.0", 1), "utf-8")
    parquet = copy / "tables" / "price_index.parquet"
    pl.read_parquet(parquet).head(5).write_parquet(parquet)
    with duckdb.connect(str(copy / "knowledge.duckdb")) as connection:
        connection.execute("UPDATE parameters SET value = 0.4")
    accept(copy, "csv/unit_prices.csv", "tables/price_index.parquet", "knowledge.duckdb")
    assert places(verify_release(copy)) == [
        "knowledge.duckdb",
        "csv/unit_prices.csv by polars",
        "csv/unit_prices.csv by duckdb",
        "tables/price_index.parquet by polars",
        "tables/price_index.parquet by duckdb",
    ]


def test_another_schema_is_found(copy):
    with duckdb.connect(str(copy / "knowledge.duckdb")) as connection:
        connection.execute("ALTER TABLE attrition DROP COLUMN reason")
        connection.execute("ALTER TABLE not_measured ADD COLUMN more VARCHAR")
        connection.execute("ALTER TABLE profiles ALTER COLUMN status SET DATA TYPE VARCHAR[] USING [status]")
        connection.execute("DROP TABLE diagnostics")
        connection.execute("CREATE TABLE people (pnr VARCHAR)")
        connection.execute("COMMENT ON COLUMN price_index.index IS NULL")
        connection.execute("UPDATE release SET contract = 2")
    accept(copy, "knowledge.duckdb")
    found = "\n".join(f"{p.where}: {p.found}" for p in verify_release(copy).problems)
    for text in (
        "attrition: no column reason",
        "not_measured: column more",
        "profiles.status: VARCHAR[]",
        "diagnostics: no such table",
        "people: a table the manifest does not know",
        "price_index.index: no comment",
        "release: 2026.1-sample, 2, sample",
    ):
        assert text in found


def test_an_unreadable_database_is_told_and_the_rest_still_checked(copy):
    (copy / "knowledge.duckdb").write_bytes(b"no database at all" * 1000)
    (copy / "csv" / "release.csv").unlink()
    report = verify_release(copy)
    assert "csv/release.csv" in places(report)
    assert report.not_checked == ("tables of knowledge.duckdb",)
    (copy / "knowledge.duckdb").unlink()
    assert verify_release(copy).not_checked == ("tables of knowledge.duckdb",)


def test_another_contract_name_or_manifest_is_told(copy):
    manifest = json.loads((copy / "manifest.json").read_text("utf-8"))
    (copy / "manifest.json").write_text(json.dumps(manifest | {"contract": 2, "registers": "real"}), "utf-8")
    renamed = copy.rename(copy.parent / "2026.7-sample")
    found = {problem.found for problem in verify_release(renamed).problems}
    assert {"contract 2", "2026.7-sample", "2026.1-sample of real registers"} <= found
    (renamed / "manifest.json").write_text('{"version": ', "utf-8")
    assert places(verify_release(renamed)) == ["manifest.json"]
    (renamed / "manifest.json").write_text('{"version": "2026.1-sample"}', "utf-8")
    assert len(verify_release(renamed).problems) == 4
    (renamed / "manifest.json").unlink()
    assert not verify_release(renamed).passed


def test_content_hashes_do_not_depend_on_row_order_and_see_every_value():
    frame = make_tiny_tables()["estimates"]
    first = hash_content("estimates", frame)
    assert hash_content("estimates", frame.sample(fraction=1, shuffle=True, seed=3)) == first
    for column in ("mean_success", "status", "n_success", "is_significant", "reason"):
        changed = frame.with_columns(
            pl.when(pl.int_range(pl.len()) == 7).then(None).otherwise(pl.col(column)).alias(column)
        )
        if not changed.equals(frame):
            assert hash_content("estimates", changed) != first
    covariances = make_tiny_tables()["estimate_covariance"]
    nudged = covariances.with_columns(pl.col("covariances").list.eval(pl.element() * (1 + 1e-15)))
    assert hash_content("estimate_covariance", covariances) != hash_content("estimate_covariance", nudged)

"""A release that is missing, damaged or of another contract is refused with everything that is wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from soem_engine import Intervention, ReleaseError, calculate, open_release

Tables = dict[str, tuple[str, list[tuple[Any, ...]]]]
MakeRelease = Callable[[Callable[[Tables], None]], Path]


def _refuse(folder: Path) -> ReleaseError:
    with pytest.raises(ReleaseError) as raised:
        open_release(folder)
    return raised.value


def test_folder_and_file_both_open(release_folder: Path) -> None:
    for path in (release_folder, str(release_folder), release_folder / "knowledge.duckdb"):
        with open_release(path) as release:
            assert release.info.version == "2030.1-sample"
            assert release.info.is_sample


def test_missing_release(tmp_path: Path) -> None:
    error = _refuse(tmp_path / "2031.1")
    assert "knowledge.duckdb" in error.format("da") and str(tmp_path) not in error.format("da")


@pytest.mark.parametrize("content", [b"", b"not a database", b"\x00" * 20000])
def test_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "knowledge.duckdb").write_bytes(content)
    assert _refuse(tmp_path).problems


def test_truncated_database(release_folder: Path, tmp_path: Path) -> None:
    whole = (release_folder / "knowledge.duckdb").read_bytes()
    (tmp_path / "knowledge.duckdb").write_bytes(whole[: len(whole) // 3])
    assert "DuckDB" in _refuse(tmp_path).format("en")


def test_all_missing_tables_and_columns_at_once(make_release: MakeRelease) -> None:
    def damage(tables: Tables) -> None:
        del tables["profiles"], tables["discount_rates"]
        tables["price_index"] = ("year SMALLINT, indeks DOUBLE", [(2022, 100.0)])
        tables["unit_prices"] = (
            tables["unit_prices"][0].replace("price_dkk DOUBLE", "price_dkk VARCHAR"),
            [],
        )

    error = _refuse(make_release(damage))
    places = [problem.where for problem in error.problems]
    assert places == ["profiles", "unit_prices.price_dkk", "price_index.index", "discount_rates"]
    assert "mente du indeks?" in error.format("da")


def test_another_contract_names_the_engine_that_reads_it(make_release: MakeRelease) -> None:
    def change_contract(tables: Tables) -> None:
        columns, rows = tables["release"]
        tables["release"] = (columns, [(rows[0][0], 2, *rows[0][2:])])

    folder = make_release(change_contract)
    assert "soem-engine that reads contract 2" in _refuse(folder).format("en")
    (folder / "soem_engine-3.0.0-py3-none-any.whl").touch()
    assert "pip install soem_engine-3.0.0-py3-none-any.whl" in _refuse(folder).format("da")


def test_release_without_its_row(make_release: MakeRelease) -> None:
    def empty(tables: Tables) -> None:
        tables["release"] = (tables["release"][0], [])

    assert "0 rækker" in _refuse(make_release(empty)).format("da")


def test_payer_without_a_price_is_never_zero(make_release: MakeRelease, intervention: Intervention) -> None:
    def drop_price(tables: Tables) -> None:
        columns, rows = tables["unit_prices"]
        tables["unit_prices"] = (columns, [row for row in rows if row[:2] != ("shelter", "region")])

    with open_release(make_release(drop_price)) as release, pytest.raises(ReleaseError, match="shelter"):
        calculate(release, intervention)


def test_a_negative_price_is_refused(make_release: MakeRelease, intervention: Intervention) -> None:
    def turn_sign(tables: Tables) -> None:
        columns, rows = tables["unit_prices"]
        tables["unit_prices"] = (
            columns,
            [(*row[:4], -row[4], *row[5:]) if row[0] == "shelter" else row for row in rows],
        )

    with (
        open_release(make_release(turn_sign)) as release,
        pytest.raises(ReleaseError, match="negative price"),
    ):
        calculate(release, intervention)


def test_a_database_of_another_size_than_published_is_refused(release_folder: Path, tmp_path: Path) -> None:
    size = (release_folder / "knowledge.duckdb").stat().st_size
    shutil.copy(release_folder / "knowledge.duckdb", tmp_path)
    for published in (size, size + 1):
        manifest = {
            "made_at": "2026-11-22T10:00:00+00:00",
            "files": {"knowledge.duckdb": {"bytes": published}},
        }
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        if published == size:
            with open_release(tmp_path) as release:
                assert str(release.info.made_on) == "2026-11-22"
        else:
            assert "manifest.json" in _refuse(tmp_path).format("da")


def test_consequence_without_a_price_is_an_error(
    make_release: MakeRelease, intervention: Intervention
) -> None:
    def drop_prices(tables: Tables) -> None:
        columns, rows = tables["unit_prices"]
        tables["unit_prices"] = (columns, [row for row in rows if row[0] != "shelter"])

    with open_release(make_release(drop_prices)) as release, pytest.raises(Exception, match="no unit price"):
        calculate(release, intervention)


def test_tables_stay_usable_after_closing(release_folder: Path, intervention: Intervention) -> None:
    with open_release(release_folder) as release:
        before = calculate(release, intervention)
    assert calculate(release, intervention).net_present_value == before.net_present_value


def test_reading_more_after_closing_says_so(release_folder: Path, intervention: Intervention) -> None:
    with open_release(release_folder) as release:
        pass
    with pytest.raises(ReleaseError, match="has been closed"):
        calculate(release, intervention)

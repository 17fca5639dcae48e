"""The explorer's files: every number as the tables have it, every word in both languages, no address outside."""

from __future__ import annotations

import json
import re

import polars as pl
import pytest

from pipeline.release.explorer.columnar import encode_table
from pipeline.release.explorer.page_data import OF_A_GROUP
from pipeline.release.explorer.write_explorer import APP, SCRIPTS, read_words
from tests.release.tiny_changes import MOVED_PRICE, copy_with_changes

pytestmark = pytest.mark.xdist_group("release")


def read_data(release, name: str) -> dict:
    text = (release / "audit" / "data" / f"{name}.js").read_text("utf-8")
    found = re.fullmatch(r'explorer\.receive\("(\w+)", (.*)\);\n', text, re.DOTALL)
    assert found is not None and found[1] == name
    return json.loads(found[2])


def decode(table: dict) -> dict[str, list]:
    def read(column):
        if isinstance(column, list):
            return column
        if "all" in column:
            return [column["all"]] * table["n"]
        return [column["values"][place] for place in column["at"]]

    return {name: read(column) for name, column in table["columns"].items()}


def test_a_column_is_short_and_comes_back_whole():
    frame = pl.DataFrame(
        {
            "same": ["x"] * 5,
            "often": ["a", "b", None, "a", "a"],
            "number": [0.1 + 0.2, None, 1e-300, -5.0, 2.0],
            "never": [None] * 5,
        },
        schema_overrides={"never": pl.Float64},
    )
    table = encode_table(frame)
    assert table["columns"]["same"] == {"all": "x"}
    assert "never" not in table["columns"]
    assert decode(json.loads(json.dumps(table))) == frame.drop("never").to_dict(as_series=False)
    assert encode_table(frame.head(0)) == {"n": 0, "columns": {}}


@pytest.mark.parametrize("name", sorted(set(OF_A_GROUP) - {"passports"}))
def test_a_groups_file_holds_its_tables_to_the_last_digit(release, name):
    table = pl.read_parquet(release / "tables" / f"{name}.parquet")
    seen = 0
    for group in pl.read_parquet(release / "tables" / "target_groups.parquet")["target_group"]:
        own = table.filter(pl.col("target_group") == group).drop("target_group")
        encoded = read_data(release, f"group_{group}")[name]
        filled = [column for column in own.columns if own[column].null_count() < own.height]
        assert encoded["n"] == own.height
        assert decode(encoded) == own.select(filled).to_dict(as_series=False)
        seen += own.height
    assert seen == table.height > 0


def test_every_file_of_the_explorer_is_in_the_manifest(release):
    files = json.loads((release / "manifest.json").read_text("utf-8"))["files"]
    there = {
        path.relative_to(release).as_posix() for path in (release / "audit").rglob("*") if path.is_file()
    }
    assert there == {name for name in files if name.startswith("audit/")}
    assert {
        "audit/index.html",
        "audit/vega.js",
        "audit/data/core.js",
        "audit/data/group_homeless.js",
    } <= there


def test_pages_name_no_address_outside_the_folder():
    for file in APP.iterdir():
        addresses = set(re.findall(r"\b(?:https?:)?//[\w.-]+\.\w+[^\s\"']*", file.read_text("utf-8")))
        assert addresses <= {"https://vega.github.io/schema/vega-lite/v6.json"}  # a name; it is never fetched


def test_every_word_is_there_in_both_languages():
    words = read_words()
    for section in words.values():
        for key, entry in section.items():
            assert set(entry) == {"da", "en"} and entry["da"].strip() and entry["en"].strip(), key
            assert set(re.findall(r"\{\w+\}", entry["da"])) == set(re.findall(r"\{\w+\}", entry["en"])), key


def test_pages_use_the_words_there_are_and_no_others():
    text = "".join((APP / name).read_text("utf-8") for name in (*SCRIPTS, "index.html.j2"))
    page = read_words()["page"]
    asked = set(re.findall(r'\bt\("(\w+)"', text))
    assert asked <= set(page)
    assert not {key for key in page if not re.search(rf"[\"'.]{key}\b", text) and key not in asked}
    sections = set(re.findall(r'\blabel\("(\w+)"', text)) | set(re.findall(r'\bbadge\("(\w+)"', text))
    assert sections <= set(read_words())


def test_a_list_of_changes_is_what_is_new(release, tmp_path):
    folder = copy_with_changes(release, tmp_path)
    core = read_data(folder, "core")
    assert core["changes_da"].startswith("# Ændringer") and core["changes_en"].startswith("# Changes")
    first = read_data(release, "core")
    assert "første udgivelse" in first["changes_da"] and "first release" in first["changes_en"]


def test_changes_lie_with_the_group_and_the_prices_they_are_about(release, tmp_path):
    folder = copy_with_changes(release, tmp_path)
    moved = decode(read_data(folder, "group_homeless")["changes"])
    assert moved["cause"] == ["register_data", "covariates+filter_and_taper"]
    assert moved["value_after"] == [-2.5, -1.5]
    assert read_data(folder, "group_mental_difficulties_0_5")["changes"]["n"] == 0
    assert decode(read_data(folder, "prices")["changes"])["number_id"] == [MOVED_PRICE]

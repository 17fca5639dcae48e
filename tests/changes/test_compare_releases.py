"""What differs between two releases, and its class: the tiny release against copies with one thing changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.changes.change_words import ChangeWords
from pipeline.changes.compare_releases import (
    MAJOR,
    MINOR,
    NONE,
    PATCH,
    Content,
    TableDifference,
    compare_releases,
)
from pipeline.release.manifest import describe_tables
from tests.release.tiny_tables import make_release_row, make_tiny_tables

Tables = dict[str, pl.DataFrame]
c = pl.col
METHOD = '[significance_level]\nvalue = 0.05\n[taper]\nvalue = "linear"\n[min_published_count]\nvalue = 5\n'


@pytest.fixture(scope="module")
def tables() -> Tables:
    return make_tiny_tables() | {"release": make_release_row()}


@pytest.fixture
def declarations(tmp_path: Path) -> Path:
    folder = tmp_path / "declarations"
    (folder / "prices").mkdir(parents=True)
    (folder / "method.toml").write_text(METHOD, "utf-8")
    return folder


def describe(version: str, tables: Tables, declarations: Path) -> Content:
    return Content(version, describe_tables(tables), tables, declarations)


def drop(table: str, where: pl.Expr) -> Callable[[Tables], Tables]:
    return lambda tables: tables | {table: tables[table].remove(where)}


def set_column(table: str, column: str, value: object) -> Callable[[Tables], Tables]:
    def apply(tables: Tables) -> Tables:
        frame = tables[table]
        new = value if isinstance(value, pl.Expr) else pl.lit(value)
        return tables | {table: frame.with_columns(new.cast(frame.schema[column]).alias(column))}

    return apply


IS_OF_GROUP = c("target_group").is_not_null()
IS_LAST_RATE = c("horizon_from") == c("horizon_from").max()
IS_LAST_PARAMETER = c("valid_from") == c("valid_from").max()
STEPS = [
    (drop("unit_prices", IS_OF_GROUP), "unit_price"),
    (drop("discount_rates", IS_LAST_RATE), "discount_rate"),
    (drop("parameters", IS_LAST_PARAMETER), "parameter"),
    (drop("price_index", c("year") == 2022), "year_of_index"),
    (drop("profiles", c("view") == "all_estimates"), "view"),
    (drop("profiles", c("relative_year") == 20), "year_of_profile"),
    (drop("estimates", c("relative_year") == 10), "year_estimated"),
]


def test_the_same_is_the_same(tables: Tables, declarations: Path) -> None:
    contents = [describe(version, tables, declarations) for version in ("2026.1", "2026.2")]
    difference = compare_releases(*contents)
    assert (difference.change_class, difference.changes, difference.tables) == (NONE, (), ())


@pytest.mark.parametrize(("step", "kind"), STEPS, ids=[kind for _, kind in STEPS])
def test_what_is_gone_is_major_and_what_came_is_minor(
    tables: Tables, declarations: Path, step: Callable, kind: str
) -> None:
    more, fewer = (describe(version, t, declarations) for version, t in (("a", tables), ("b", step(tables))))
    gone, came = compare_releases(more, fewer), compare_releases(fewer, more)
    assert [(change.change_class, change.kind) for change in gone.changes] == [(MAJOR, f"{kind}_gone")]
    assert [(change.change_class, change.kind) for change in came.changes] == [(MINOR, f"{kind}_new")]
    assert (gone.change_class, came.change_class) == (MAJOR, MINOR)


MEANINGS = [
    (set_column("unit_prices", "price_year", 2023), "year_of_prices"),
    (set_column("consequences", "unit_da", "måneder"), "consequence_redefined"),
    (set_column("target_groups", "age_to", 99), "target_group_redefined"),
    (set_column("release", "price_year", 2023), "price_year"),
    (set_column("estimates", "covariate_set", "other"), "covariate_set_gone"),
]


@pytest.mark.parametrize(("step", "kind"), MEANINGS, ids=[kind for _, kind in MEANINGS])
def test_another_meaning_is_major(tables: Tables, declarations: Path, step: Callable, kind: str) -> None:
    old, new = describe("a", tables, declarations), describe("b", step(tables), declarations)
    difference = compare_releases(old, new)
    assert difference.change_class == MAJOR
    assert kind in {change.kind for change in difference.changes}


@pytest.mark.parametrize(
    ("text", "other", "change_class", "kinds"),
    [
        ("value = 0.05", "value = 0.1", MAJOR, ["significance_level"]),
        ('"linear"', '"none"', MAJOR, ["taper"]),
        ("value = 5", "value = 6", NONE, []),
    ],
)
def test_what_a_view_shows_is_part_of_its_definition(
    tables: Tables, declarations: Path, tmp_path: Path, text: str, other: str, change_class: str, kinds: list
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "method.toml").write_text(METHOD.replace(text, other), "utf-8")
    difference = compare_releases(
        describe("a", tables, declarations), describe("b", tables, tmp_path / "new")
    )
    assert difference.change_class == change_class
    assert [change.kind for change in difference.changes] == kinds


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", 'taper = "none"', ["homeless: linear → none"]),
        ('taper = "none"', "", ["homeless: none → linear"]),
        ('taper = "linear"', "", []),
        ("", "max_contacts = 3", []),
    ],
)
def test_a_taper_of_a_group_is_part_of_its_definition(
    tables: Tables, declarations: Path, tmp_path: Path, before: str, after: str, told: list[str]
) -> None:
    contents = []
    for version, own in (("a", before), ("b", after)):
        folder = tmp_path / version / "target_groups"
        folder.mkdir(parents=True)
        (folder.parent / "method.toml").write_text(METHOD, "utf-8")
        (folder / "homeless.toml").write_text(f'kind = "register_rule"\n[method]\n{own}\n', "utf-8")
        contents.append(describe(version, tables, folder.parent))
    changes = compare_releases(*contents).changes
    assert [change.subject for change in changes if change.kind == "taper"] == told
    assert all(change.change_class == MAJOR for change in changes)


def test_a_number_that_moved_is_a_patch(tables: Tables, declarations: Path) -> None:
    moved = set_column("unit_prices", "price_dkk", c("price_dkk") + 1)(tables)
    difference = compare_releases(describe("a", tables, declarations), describe("b", moved, declarations))
    n = tables["unit_prices"].height
    assert difference.change_class == PATCH
    assert difference.tables == (TableDifference("unit_prices", 0, 0, n),)


def test_a_column_of_another_type_is_told_and_not_compared(tables: Tables, declarations: Path) -> None:
    """Text against whole numbers cannot be compared row by row, in a key neither."""
    old = dict(tables)
    old["target_groups"] = (
        tables["target_groups"].with_columns(pl.col("age_from").cast(pl.String)).drop("entry")
    )
    old["price_index"] = tables["price_index"].with_columns(pl.col("year").cast(pl.String))
    n = tables["price_index"].height
    described = describe("b", tables, declarations)
    difference = compare_releases(Content("a", describe_other(old), old, declarations), described)
    told = {(change.kind, change.subject) for change in difference.changes}
    assert told >= {("unit", "target_groups.age_from"), ("column_new", "target_groups.entry")}
    assert difference.tables == (TableDifference("price_index", n, n, 0),)


def describe_other(tables: Tables) -> dict:
    """Describe tables whose columns are not those of the contract."""
    described = {name: dict(facts) for name, facts in describe_tables(make_tiny_tables()).items()}
    for name, facts in described.items():
        facts["columns"] = [
            fact | ({"type": "string"} if tables[name].schema[fact["name"]] == pl.String else {})
            for fact in facts["columns"]
            if fact["name"] in tables[name].columns
        ]
    return described


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_change_has_words(language: str) -> None:
    words = ChangeWords(language)
    kinds = {f"{kind}_{end}" for _, kind in STEPS for end in ("gone", "new")} | {kind for _, kind in MEANINGS}
    for kind in (*kinds, "significance_level", "taper"):
        assert "42" in words.name("changes", kind, subject="42")

"""What differs between two releases, table by table, and what that makes of the new one: MAJOR, MINOR or PATCH.

Belongs here: rows added, gone and changed, and changes of meaning. Does not belong here: how far a number moved and why
(`attribute`). MAJOR: a unit, key, payer or definition changed its meaning, or something is gone that others may read.
MINOR: groups, consequences, years, prices, rates, studies or columns came. PATCH: numbers or texts moved. NONE: nothing
did.

Decided here: prices in the money of another year have another unit, MAJOR. The level of significance and the taper say
what the views show, so that another one is another definition of every number shown, MAJOR; the smallest counts only
say how much of the same is published, PATCH where nothing came or went.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.changes.causes import COHORT_DEFINITION, CONSEQUENCE_DEFINITION, SUCCESS_CRITERION
from pipeline.changes.mix_declarations import find_changed_causes, read_declarations
from pipeline.release.versions import MANIFEST
from schemas.release_tables import RELEASE_TABLES

MAJOR, MINOR, PATCH, NONE = "MAJOR", "MINOR", "PATCH", "NONE"

FOLLOWS_FROM_OTHERS = ("release", "changes", "declaration_history", "passports")
"""Tables that say what the release itself is, or follow from the others."""

DEFINES_GROUP = (
    "membership_sql",
    "success_sql",
    "age_from",
    "age_to",
    "entry",
    "kind",
    "union_of",
    "population",
)
DEFINES_CONSEQUENCE = ("unit_da", "budget_sign", "population", "age_from", "age_to")
DEFINES_VIEW = ("significance_level", "taper")
"""Keys of the method that say what the views show."""

ROWS = (
    ("target_group", "target_groups", ("target_group",)),
    ("consequence", "consequences", ("consequence",)),
    ("payer", "unit_prices", ("payer",)),
    ("unit_price", "unit_prices", ("consequence", "target_group", "payer")),
    ("view", "profiles", ("view",)),
    ("covariate_set", "estimates", ("covariate_set",)),
    ("year_estimated", "estimates", ("relative_year",)),
    ("year_of_profile", "profiles", ("relative_year",)),
    ("year_of_index", "price_index", ("year",)),
    ("discount_rate", "discount_rates", ("valid_from", "horizon_from")),
    ("parameter", "parameters", ("parameter", "valid_from")),
    ("effect_study", "effect_studies", ("effect_study",)),
)
"""Kinds of row that others may read by name, with the table and the columns that name them."""

DEFINITIONS = (CONSEQUENCE_DEFINITION, COHORT_DEFINITION, SUCCESS_CRITERION)


@dataclass(frozen=True)
class TableDifference:
    """How many rows of a table are new, gone, and there in both but not equal."""

    table: str
    n_added: int
    n_removed: int
    n_changed: int


@dataclass(frozen=True)
class Change:
    """One change of meaning or scope: its class, what kind it is, and what it is about.

    Attributes
    ----------
    change_class : str
        MAJOR or MINOR.
    kind : str
        Key of `words.toml` (`change_…`) that tells it.
    subject : str
        A table, a column, a target group, a consequence, a year …
    """

    change_class: str
    kind: str
    subject: str


@dataclass(frozen=True)
class Difference:
    """What differs between two releases.

    Attributes
    ----------
    old, new : str
        Versions.
    change_class : str
        MAJOR, MINOR, PATCH or NONE.
    changes : tuple of Change
        Of meaning and scope, the most serious first.
    tables : tuple of TableDifference
        Tables with any difference.
    """

    old: str
    new: str
    change_class: str
    changes: tuple[Change, ...]
    tables: tuple[TableDifference, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the difference as plain data."""
        return asdict(self)


@dataclass(frozen=True)
class Content:
    """A release, published or about to be: version, description of its tables, rows, and declarations."""

    version: str
    described: Mapping[str, Mapping[str, Any]]
    tables: Mapping[str, pl.DataFrame]
    declarations: Path


def read_content(release: Path) -> Content:
    """Read a published release.

    Parameters
    ----------
    release : Path
    """
    manifest = json.loads((release / MANIFEST).read_text("utf-8"))
    tables = {
        file.stem: pl.read_parquet(file)
        for file in sorted((release / "tables").glob("*.parquet"))
        if file.stem not in FOLLOWS_FROM_OTHERS or file.stem == "release"
    }
    return Content(manifest["version"], manifest["tables"], tables, release / "declarations")


def compare_releases(old: Content, new: Content) -> Difference:
    """Compare two releases.

    Parameters
    ----------
    old, new : Content

    Returns
    -------
    Difference
    """
    found = list(_find_in_shape(old, new))
    tables = [
        _compare_rows(name, old.tables[name], new.tables[name])
        for name in RELEASE_TABLES
        if name in old.tables and name in new.tables and name not in FOLLOWS_FROM_OTHERS
    ]
    moved = tuple(table for table in tables if table.n_added or table.n_removed or table.n_changed)
    found += [*_find_in_release(old, new), *_find_in_rows(old, new), *_find_definitions(old, new)]
    changes = tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda change: (change.change_class != MAJOR, change.kind, change.subject),
        )
    )
    change_class = changes[0].change_class if changes else PATCH if moved else NONE
    return Difference(old.version, new.version, change_class, changes, moved)


def _keep_comparable(old: pl.DataFrame, new: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Keep the columns that both have with the same type; another type is a change of meaning of its own."""
    shared = [name for name, kind in new.schema.items() if old.schema.get(name) == kind]
    return old.select(shared), new.select(shared)


def _compare_rows(name: str, old: pl.DataFrame, new: pl.DataFrame) -> TableDifference:
    n_old, n_new = old.height, new.height
    key = [column for column in RELEASE_TABLES[name].key if column in old.columns or column in new.columns]
    old, new = _keep_comparable(old, new)
    if not set(key) <= set(new.columns):
        return TableDifference(name, n_new, n_old, 0)
    shared = [column for column in new.columns if column not in key]
    joined = old.select(*key, *shared, _in_old=True).join(
        new.select(*key, *shared, _in_new=True), on=key, how="full", nulls_equal=True, suffix="_new"
    )
    in_old, in_new = pl.col("_in_old").is_not_null(), pl.col("_in_new").is_not_null()
    differs = [pl.col(column).ne_missing(pl.col(f"{column}_new")) for column in shared]
    counts = joined.select(
        added=(in_new & ~in_old).sum(),
        removed=(in_old & ~in_new).sum(),
        changed=(in_old & in_new & pl.any_horizontal(*differs)).sum() if differs else pl.lit(0),
    ).row(0)
    return TableDifference(name, *counts)


def _find_in_shape(old: Content, new: Content) -> Iterator[Change]:
    """Find tables, keys, columns, types and units that are not what they were."""
    for name in old.described.keys() | new.described.keys():
        if name not in new.described or name not in old.described:
            is_gone = name not in new.described
            yield Change(MAJOR if is_gone else MINOR, "table_gone" if is_gone else "table_new", name)
            continue
        before, after = old.described[name], new.described[name]
        if before["key"] != after["key"]:
            yield Change(MAJOR, "key", name)
        columns = [{column["name"]: column for column in facts["columns"]} for facts in (before, after)]
        for column in columns[0].keys() | columns[1].keys():
            subject = f"{name}.{column}"
            if column not in columns[1]:
                yield Change(MAJOR, "column_gone", subject)
            elif column not in columns[0]:
                yield Change(MINOR, "column_new", subject)
            elif any(columns[0][column][fact] != columns[1][column][fact] for fact in ("type", "unit")):
                yield Change(MAJOR, "unit", subject)


def _find_in_release(old: Content, new: Content) -> Iterator[Change]:
    """Find another contract, kind of registers, price year or span of years."""
    before, after = (content.tables["release"].row(0, named=True) for content in (old, new))
    for name in ("contract", "registers", "price_year"):
        if before.get(name) != after.get(name):
            yield Change(MAJOR, name, f"{before.get(name)} → {after.get(name)}")
    if before["year_first"] < after["year_first"] or before["year_last"] > after["year_last"]:
        yield Change(MAJOR, "register_years", f"{after['year_first']}–{after['year_last']}")
    elif (before["year_first"], before["year_last"]) != (after["year_first"], after["year_last"]):
        yield Change(MINOR, "register_years", f"{after['year_first']}–{after['year_last']}")


def _find_in_rows(old: Content, new: Content) -> Iterator[Change]:
    """Find target groups, consequences, payers, prices, rates, views and years that came, went or are defined anew."""
    for kind, table, columns in ROWS:
        before, after = (_list_named(content, table, columns) for content in (old, new))
        if gone := sorted(before - after, key=_place):
            yield Change(MAJOR, f"{kind}_gone", _name(gone))
        if came := sorted(after - before, key=_place):
            yield Change(MAJOR if kind in ("payer", "covariate_set") else MINOR, f"{kind}_new", _name(came))
    for kind, table, defining in (
        ("target_group", "target_groups", DEFINES_GROUP),
        ("consequence", "consequences", DEFINES_CONSEQUENCE),
    ):
        before, after = _keep_comparable(old.tables[table], new.tables[table])
        both = before.join(after, on=kind, how="inner", suffix="_new")
        differs = [
            pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in defining if name in before.columns
        ]
        if differs and (redefined := both.filter(pl.any_horizontal(differs))[kind].to_list()):
            yield Change(MAJOR, f"{kind}_redefined", _name(redefined))
    before, after = (_list_named(content, "unit_prices", ("price_year",)) for content in (old, new))
    if before and after and before != after:
        yield Change(MAJOR, "year_of_prices", f"{_name(sorted(before))} → {_name(sorted(after))}")


def _list_named(content: Content, table: str, columns: tuple[str, ...]) -> set[str]:
    """Name the rows of a table by some columns; a column that is not there, or null, is no part of the name."""
    frame = content.tables.get(table, pl.DataFrame())
    there = [name for name in columns if name in frame.columns]
    rows = frame.select(there).unique().iter_rows() if there else ()
    return {" / ".join(str(value) for value in row if value is not None) for row in rows}


def _place(name: str) -> tuple[int, str]:
    """Place years by number, names by letter."""
    return int(name) if name.isdigit() else 0, name


def _find_definitions(old: Content, new: Content) -> Iterator[Change]:
    """Find kinds of definition that are declared otherwise, also where no table shows it."""
    declared = [read_declarations(content.declarations) for content in (old, new)]
    for cause in find_changed_causes(*declared):
        if cause in DEFINITIONS:
            yield Change(MAJOR, "definition", cause)
    methods = [content.get("method.toml", {}) for content in declared]
    for key in DEFINES_VIEW:
        before, after = (method.get(key, {}).get("value") for method in methods)
        if before != after and None not in (before, after):
            yield Change(MAJOR, key, f"{before} → {after}")
        yield from _find_own_values(declared, key, (before, after))


def _find_own_values(
    declared: Sequence[Mapping[str, Any]], key: str, general: tuple[Any, Any]
) -> Iterator[Change]:
    """Find target groups with a value of their own, in either release, that follow another one than before."""
    for file in sorted(declared[0].keys() & declared[1].keys()):
        if not (file.startswith("target_groups/") and file.endswith(".toml")):
            continue
        own = [content[file].get("method", {}) for content in declared]
        before, after = (values.get(key, usual) for values, usual in zip(own, general, strict=True))
        if before != after and (key in own[0] or key in own[1]):
            yield Change(MAJOR, key, f"{Path(file).stem}: {before} → {after}")


def _name(values: list[Any]) -> str:
    shown = ", ".join(str(value) for value in values[:12])
    return shown if len(values) <= 12 else f"{shown} … ({len(values)})"

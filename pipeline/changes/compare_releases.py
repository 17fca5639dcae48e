"""What differs between two releases, table by table, and what that makes of the new one: MAJOR, MINOR or PATCH.

Belongs here: rows added, gone and changed, and changes of meaning. Does not belong here: how far a number moved and why
(`attribute`). MAJOR: a unit, key, payer or definition changed its meaning, or something is gone that others may read.
MINOR: groups, consequences, years, studies or columns came. PATCH: numbers or texts moved. NONE: nothing did.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.changes.causes import COHORT_DEFINITION, CONSEQUENCE_DEFINITION, SUCCESS_CRITERION
from pipeline.changes.mix_declarations import find_changed_causes, read_declarations
from pipeline.release.versions import MANIFEST
from schemas.release_tables import RELEASE_TABLES

MAJOR, MINOR, PATCH, NONE = "MAJOR", "MINOR", "PATCH", "NONE"

NOT_COMPARED = ("release", "changes", "declaration_history", "passports")
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
        if file.stem not in NOT_COMPARED or file.stem == "release"
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
    tables = [
        _compare_rows(name, old.tables[name], new.tables[name])
        for name in RELEASE_TABLES
        if name in old.tables and name in new.tables and name not in NOT_COMPARED
    ]
    moved = tuple(table for table in tables if table.n_added or table.n_removed or table.n_changed)
    found = [*_find_in_shape(old, new), *_find_in_release(old, new), *_find_in_rows(old, new)]
    found += [Change(MAJOR, "definition", cause) for cause in _find_definitions(old, new)]
    changes = tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda change: (change.change_class != MAJOR, change.kind, change.subject),
        )
    )
    change_class = changes[0].change_class if changes else PATCH if moved else NONE
    return Difference(old.version, new.version, change_class, changes, moved)


def _compare_rows(name: str, old: pl.DataFrame, new: pl.DataFrame) -> TableDifference:
    key = [column for column in RELEASE_TABLES[name].key if column in old.columns and column in new.columns]
    shared = [column for column in new.columns if column in old.columns and column not in key]
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
        if before[name] != after[name]:
            yield Change(MAJOR, name, f"{before[name]} → {after[name]}")
    if before["year_first"] < after["year_first"] or before["year_last"] > after["year_last"]:
        yield Change(MAJOR, "register_years", f"{after['year_first']}–{after['year_last']}")
    elif (before["year_first"], before["year_last"]) != (after["year_first"], after["year_last"]):
        yield Change(MINOR, "register_years", f"{after['year_first']}–{after['year_last']}")


def _find_in_rows(old: Content, new: Content) -> Iterator[Change]:
    """Find target groups, consequences, payers, views and years that came, went or are defined anew."""
    for kind, table, column in (
        ("target_group", "target_groups", "target_group"),
        ("consequence", "consequences", "consequence"),
        ("payer", "unit_prices", "payer"),
        ("view", "profiles", "view"),
        ("covariate_set", "estimates", "covariate_set"),
        ("year_estimated", "estimates", "relative_year"),
        ("year_of_profile", "profiles", "relative_year"),
        ("year_of_index", "price_index", "year"),
        ("parameter", "parameters", "parameter"),
        ("effect_study", "effect_studies", "effect_study"),
    ):
        before, after = (set(content.tables[table][column].unique()) for content in (old, new))
        if gone := sorted(before - after):
            yield Change(MAJOR, f"{kind}_gone", _name(gone))
        if came := sorted(after - before):
            yield Change(MAJOR if kind in ("payer", "covariate_set") else MINOR, f"{kind}_new", _name(came))
    for kind, table, column, defining in (
        ("target_group", "target_groups", "target_group", DEFINES_GROUP),
        ("consequence", "consequences", "consequence", DEFINES_CONSEQUENCE),
    ):
        both = old.tables[table].join(new.tables[table], on=column, how="inner", suffix="_new")
        differs = pl.any_horizontal(*(pl.col(name).ne_missing(pl.col(f"{name}_new")) for name in defining))
        if redefined := both.filter(differs)[column].to_list():
            yield Change(MAJOR, f"{kind}_redefined", _name(redefined))


def _find_definitions(old: Content, new: Content) -> list[str]:
    """Name the kinds of definition that are declared otherwise, also where no table shows it."""
    changed = find_changed_causes(*(read_declarations(content.declarations) for content in (old, new)))
    return [cause for cause in changed if cause in DEFINITIONS]


def _name(values: list[Any]) -> str:
    shown = ", ".join(str(value) for value in values[:12])
    return shown if len(values) <= 12 else f"{shown} … ({len(values)})"

"""Declarations between two releases: those of the new one, with some causes as they were in the old one.

Belongs here: reading a folder of declarations as plain data, undoing causes, writing the mixture. Does not belong here:
which cause a declaration belongs to (`causes`), what a declaration means (`pipeline.declarations`). What only the new
release has (a target group, a consequence, a price) stays in every mixture, and what only the old one has is in none:
a number that exists in one release only has not moved.
"""

from __future__ import annotations

import csv
import io
import shutil
import tomllib
from collections.abc import Collection, Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import tomlkit

from pipeline.changes.causes import CAUSE_OF_GROUP, CAUSE_OF_METHOD, CAUSES, find_cause
from pipeline.declarations.other_knowledge import INDEX_DECIMALS, PRICE_INDEX_FILE

Content = Any
"""A TOML file as a dictionary, a CSV file as a list of rows (dictionaries), another file as bytes."""

_ENTRIES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "consequences/*.toml": {"consequence": ("key",)},
    "prices/unit_prices.toml": {"price": ("consequence", "target_group")},
    "prices/reimbursement_rules.toml": {
        "step_table": ("key",),
        "weeks_distribution": ("key",),
        "rule": ("key",),
    },
    "parameters.toml": {"parameter": ("key", "valid_from")},
}
"""Lists of entries that are mixed one by one, with what names an entry."""

_TABLES = {"prices/unit_prices.toml": ("overhead",)}
"""Tables that are mixed key by key."""

_KEPT = ("prices/reimbursement_rules.toml", "prices/figures.csv", "prices/price_index.toml")
"""Files whose entries others refer to: those that only the old release has are kept."""

_TEXTS = ("name_da", "name_en", "notes_da", "notes_en", "basis", "source")
"""Keys of a consequence that no number depends on."""


def read_declarations(folder: Path) -> dict[str, Content]:
    """Read every declaration file of a folder as plain data.

    Parameters
    ----------
    folder : Path
        As analysts edit it, or as a release carries it.

    Returns
    -------
    dict of str to Content
        By path below the folder.
    """
    return {
        file.relative_to(folder).as_posix(): _read(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in (".toml", ".csv")
    }


def _read(file: Path) -> Content:
    text = file.read_text("utf-8")
    return tomllib.loads(text) if file.suffix == ".toml" else list(csv.DictReader(io.StringIO(text)))


def find_changed_causes(old: Mapping[str, Content], new: Mapping[str, Content]) -> tuple[str, ...]:
    """Return the causes whose declarations differ between two releases, in order.

    Parameters
    ----------
    old, new : mapping of str to Content
        From `read_declarations`.
    """
    return tuple(cause for cause in CAUSES if mix_declarations(old, new, (cause,)) != dict(new))


def mix_declarations(
    old: Mapping[str, Content], new: Mapping[str, Content], undone: Collection[str]
) -> dict[str, Content]:
    """Return the new declarations with some causes as they were in the old ones.

    Parameters
    ----------
    old, new : mapping of str to Content
        From `read_declarations`.
    undone : collection of str
        Causes.

    Returns
    -------
    dict of str to Content
        The files of the new declarations.
    """
    return {
        file: content if file not in old else _mix_file(file, old[file], content, undone)
        for file, content in new.items()
    }


def _mix_file(file: str, old: Content, new: Content, undone: Collection[str]) -> Content:
    if file == "method.toml":
        return _mix_method(old, new, undone)
    if fnmatch(file, "target_groups/*.toml"):
        return _mix_group(old, new, undone)
    if find_cause(file) not in undone:
        return new
    if file.endswith(".csv"):
        return _mix_entries(old, new, (next(iter(new[0])) if new else "",), is_kept=file in _KEPT)
    lists = next((lists for pattern, lists in _ENTRIES.items() if fnmatch(file, pattern)), {})
    mixed = dict(old)
    for name, key in lists.items():
        mixed[name] = _mix_entries(old.get(name, []), new.get(name, []), key, is_kept=file in _KEPT)
    for name in _TABLES.get(file, ()):
        known = {**old.get(name, {})} if file in _KEPT else {}
        mixed[name] = {
            **known,
            **{key: old.get(name, {}).get(key, value) for key, value in new[name].items()},
        }
    if file == PRICE_INDEX_FILE:
        mixed["index"] = _splice_index(old, new)
    return _keep_texts(mixed, new) if fnmatch(file, "consequences/*.toml") else mixed


def _splice_index(old: dict[str, Any], new: dict[str, Any]) -> dict[str, float]:
    """Return the old index with the years that only the new one has, put on the old one's base."""
    before, after = old["index"], new["index"]
    own = str(old["price_year"])
    base = own if own in after else max(before.keys() & after.keys(), default=None)
    factor = 1.0 if base is None else before[base] / after[base]
    came = {
        year: value if factor == 1 else round(value * factor, INDEX_DECIMALS)
        for year, value in after.items()
        if year not in before
    }
    return dict(sorted((before | came).items()))


def _mix_entries(
    old: list[dict[str, Any]], new: list[dict[str, Any]], key: tuple[str, ...], *, is_kept: bool
) -> list[dict[str, Any]]:
    """Give each new entry as it was before, if it was there; with `is_kept` also those that are gone."""

    def name(entry: dict[str, Any]) -> tuple:
        return tuple(entry.get(part) for part in key)

    before, after = {name(entry): entry for entry in old}, {name(entry) for entry in new}
    mixed = [before.get(name(entry), entry) for entry in new]
    return mixed + [entry for entry in old if is_kept and name(entry) not in after]


def _mix_method(old: dict[str, Any], new: dict[str, Any], undone: Collection[str]) -> dict[str, Any]:
    return {
        key: old[key]
        if key in old and CAUSE_OF_METHOD.get(key) in undone and old[key].get("value") != entry.get("value")
        else entry
        for key, entry in new.items()
    }


def _mix_group(old: dict[str, Any], new: dict[str, Any], undone: Collection[str]) -> dict[str, Any]:
    mixed = dict(new)
    for key, cause in CAUSE_OF_GROUP.items():
        if cause in undone and old.get(key) != new.get(key):
            mixed.pop(key, None)
            if key in old:
                mixed[key] = old[key]
    if mixed.get("age_bands") is not new.get("age_bands") and "age_bands" in old and "age_bands" in new:
        mixed["age_bands"] = _mix_entries(
            old["age_bands"], new["age_bands"], ("target_group",), is_kept=False
        )
    own = dict(new.get("method", {}))
    for key in old.get("method", {}).keys() | own.keys():
        if CAUSE_OF_METHOD.get(key) in undone:
            own.pop(key, None)
            if key in old.get("method", {}):
                own[key] = old["method"][key]
    mixed.pop("method", None)
    return {**mixed, "method": own} if own else mixed


def _keep_texts(mixed: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """Let the entries of consequences have their new texts."""
    texts = {entry["key"]: entry for entry in new.get("consequence", [])}
    entries = (
        [
            {key: value for key, value in entry.items() if key not in _TEXTS}
            | {key: value for key, value in texts[entry["key"]].items() if key in _TEXTS}
            for entry in mixed["consequence"]
        ]
        if "consequence" in mixed
        else []
    )
    others = {key: value for key, value in new.items() if key != "consequence"}
    return others | ({"consequence": entries} if entries else {})


def write_declarations(mixed: Mapping[str, Content], new: Path, folder: Path) -> Path:
    """Write a mixture as a folder of declarations; files that are as in the new release are copied as they are.

    Parameters
    ----------
    mixed : mapping of str to Content
    new : Path
        Folder of the new declarations.
    folder : Path
        Must not exist.

    Returns
    -------
    Path
        `folder`.
    """
    for file, content in mixed.items():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        if _read(new / file) == content:
            shutil.copyfile(new / file, target)
        elif target.suffix == ".toml":
            target.write_text(tomlkit.dumps(content), "utf-8")
        else:
            _write_csv(content, target)
    return folder


def _write_csv(rows: list[dict[str, Any]], file: Path) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]) if rows else [])
        writer.writeheader()
        writer.writerows(rows)

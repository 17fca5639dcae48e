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

from pipeline.changes.causes import (
    CAUSE_OF_GROUP,
    CAUSE_OF_METHOD,
    CAUSES,
    COHORT_DEFINITION,
    PRICES,
    find_cause,
)
from pipeline.changes.fit_declarations import (
    align_files,
    fit_entry,
    fit_file,
    keep_named_groups,
    keep_used_figures,
)

Declaration = Any
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
    "discount_rates.toml": {"period": ("valid_from",)},
}
"""Lists of entries that are mixed one by one, with what names an entry."""

_KEPT = ("prices/reimbursement_rules.toml", "prices/figures.csv")
"""Files whose entries others refer to: those that only the old release has are kept."""

_COMPLETE = ("covariates.toml", "prices/unit_prices.toml", "prices/price_index.toml")
"""Files whose keys at the top are all required: one that is new is as in the new release."""

_TEXTS = ("name_da", "name_en", "notes_da", "notes_en", "basis", "source")
"""Keys of a consequence that no number depends on."""


def read_declarations(folder: Path) -> dict[str, Declaration]:
    """Read every declaration file of a folder as plain data.

    Parameters
    ----------
    folder : Path
        As analysts edit it, or as a release carries it.

    Returns
    -------
    dict of str to Declaration
        By path below the folder.
    """
    return {
        file.relative_to(folder).as_posix(): _read(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in (".toml", ".csv")
    }


def _read(file: Path) -> Declaration:
    text = file.read_text("utf-8")
    return tomllib.loads(text) if file.suffix == ".toml" else list(csv.DictReader(io.StringIO(text)))


def find_changed_causes(old: Mapping[str, Declaration], new: Mapping[str, Declaration]) -> tuple[str, ...]:
    """Return the causes whose declarations differ between two releases, in order.

    Parameters
    ----------
    old, new : mapping of str to Declaration
        From `read_declarations`.
    """
    _, aligned = align_files(old, new)
    return tuple(cause for cause in CAUSES if mix_declarations(old, new, (cause,)) != dict(aligned))


def mix_declarations(
    old: Mapping[str, Declaration], new: Mapping[str, Declaration], undone: Collection[str]
) -> dict[str, Declaration]:
    """Return the new declarations with some causes as they were in the old ones.

    Parameters
    ----------
    old, new : mapping of str to Declaration
        From `read_declarations`.
    undone : collection of str
        Causes.

    Returns
    -------
    dict of str to Declaration
        The files of the new declarations.
    """
    old, new = align_files(old, new)
    mixed = {
        file: content if file not in old else _mix_file(file, old[file], content, undone)
        for file, content in new.items()
    }
    if COHORT_DEFINITION in undone:
        mixed = keep_named_groups(mixed, old)
    return keep_used_figures(mixed, new) if PRICES in undone else mixed


def _mix_file(file: str, old: Declaration, new: Declaration, undone: Collection[str]) -> Declaration:
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
    if file in _COMPLETE:
        mixed = {key: value for key, value in new.items() if key not in old} | mixed
    for name, key in lists.items():
        mixed[name] = _mix_entries(old.get(name, []), new.get(name, []), key, is_kept=file in _KEPT)
    mixed = fit_file(file, old, new, mixed)
    return _keep_texts(mixed, new) if fnmatch(file, "consequences/*.toml") else mixed


def _mix_entries(
    old: list[dict[str, Any]], new: list[dict[str, Any]], key: tuple[str, ...], *, is_kept: bool
) -> list[dict[str, Any]]:
    """Give each new entry as it was before, if it was there; with `is_kept` also those that are gone."""

    def name(entry: dict[str, Any]) -> tuple:
        return tuple(entry.get(part) for part in key)

    before, after = ({name(entry): entry for entry in part} for part in (old, new))
    mixed = [
        fit_entry(before[name(entry)], old, new, entry) if name(entry) in before else entry for entry in new
    ]
    gone = [entry for entry in old if is_kept and name(entry) not in after]
    return mixed + [fit_entry(entry, old, new, None) for entry in gone]


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


def write_declarations(mixed: Mapping[str, Declaration], new: Path, folder: Path) -> Path:
    """Write a mixture as a folder of declarations; files that are as in the new release are copied as they are.

    Parameters
    ----------
    mixed : mapping of str to Declaration
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
        if (new / file).is_file() and _read(new / file) == content:
            shutil.copyfile(new / file, target)
        elif target.suffix == ".toml":
            target.write_text(tomlkit.dumps(content), "utf-8")
        else:
            _write_csv(content, _read_header(new / file), target)
    return folder


def _read_header(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream), [])


def _write_csv(rows: list[dict[str, Any]], header: list[str], file: Path) -> None:
    """Write rows in the columns of the new file: what an old row lacks is empty, what only it has is left out."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)

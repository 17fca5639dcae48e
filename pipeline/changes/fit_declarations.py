"""Making a mixture of declarations one that loads: what old entries refer to is there, and nothing that none uses.

Belongs here: what follows from mixing entries of two releases. Does not belong here: which entries are mixed
(`mix_declarations`), what a declaration means (`pipeline.declarations`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any

from pipeline.declarations.corrections import CORRECTIONS_FILE
from pipeline.declarations.other_knowledge import (
    DISCOUNT_RATES_FILE,
    INDEX_DECIMALS,
    PARAMETERS_FILE,
    PRICE_INDEX_FILE,
)
from pipeline.declarations.price_figures import FIGURE_KINDS, FIGURES_FILE
from pipeline.declarations.prices import UNIT_PRICES_FILE

_PERIODS = {PARAMETERS_FILE: ("parameter", "key"), DISCOUNT_RATES_FILE: ("period", "")}
"""Files of entries with a validity: the list, and the key within which periods must not overlap."""

_GROUPS, _CONSEQUENCES = "target_groups", "consequences"
_USED_AS = ("account", "activity", "users", *FIGURE_KINDS)


def fit_entry(
    entry: dict[str, Any], entries: Sequence[dict[str, Any]], others: Sequence[dict[str, Any]], like: Any
) -> dict[str, Any]:
    """Give an old entry the keys that all new ones have and no old one had, and take those that no new one has.

    Parameters
    ----------
    entry : dict
        One of `entries`.
    entries, others : sequence of dict
        The old list and the new one. Only lists of several entries say what is required.
    like : dict or None
        The new entry of that name; where there is none nothing can be given.
    """
    if min(len(entries), len(others)) < 2:
        return entry
    old, new = ([set(one) for one in part] for part in (entries, others))
    gained, lost = set.intersection(*new) - set.union(*old), set.intersection(*old) - set.union(*new)
    kept = {key: value for key, value in entry.items() if key not in lost}
    return kept | {key: like[key] for key in like or () if key in gained}


def fit_file(file: str, old: dict[str, Any], new: dict[str, Any], mixed: dict[str, Any]) -> dict[str, Any]:
    """Mend one mixed file: validities that meet, an index on one base, overheads that prices use.

    Parameters
    ----------
    file : str
        Path below the declarations.
    old, new, mixed : dict
        What it says in both releases and in the mixture.
    """
    if file in _PERIODS:
        name, key = _PERIODS[file]
        if name not in mixed:
            return mixed
        entries = _leave_out_covered(mixed[name], old.get(name, []), key)
        return mixed | {name: _end_before_next(entries, key)}
    if file == PRICE_INDEX_FILE:
        return mixed | {"index": _splice_index(old, new)}
    if file == UNIT_PRICES_FILE:
        used = {price.get("overhead") for price in mixed["price"]} | new["overhead"].keys()
        known = new["overhead"] | old["overhead"]
        return mixed | {"overhead": {key: value for key, value in known.items() if key in used}}
    return mixed


def _leave_out_covered(
    entries: list[dict[str, Any]], old: Sequence[dict[str, Any]], key: str
) -> list[dict[str, Any]]:
    """Leave out new periods in which an old entry of the same name holds all the time: it says what held before."""

    def is_covered(entry: dict[str, Any]) -> bool:
        return any(
            before.get(key) == entry.get(key)
            and before["valid_from"] < entry["valid_from"]
            and before.get("valid_to", date.max) >= entry.get("valid_to", date.max)
            for before in old
        )

    known = {(before.get(key), before["valid_from"]) for before in old}
    return [
        entry for entry in entries if (entry.get(key), entry["valid_from"]) in known or not is_covered(entry)
    ]


def align_files(
    old: Mapping[str, Any], new: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Lay the old declarations out in the files of the new ones: what has moved to another file has not changed.

    Parameters
    ----------
    old, new : mapping of str to Declaration

    Returns
    -------
    tuple of mapping
        Old and new. A file of corrections that only one has is an empty one in the other.
    """
    laid = dict(old)
    if (CORRECTIONS_FILE in old) != (CORRECTIONS_FILE in new):
        laid, new = {CORRECTIONS_FILE: {}, **laid}, {CORRECTIONS_FILE: {}, **new}
    entries = {
        entry["key"]: entry
        for file, content in old.items()
        if PurePosixPath(file).parts[0] == _CONSEQUENCES
        for entry in content.get("consequence", ())
    }
    groups = {name: content for file, content in old.items() for name in _list_groups(file, content)}
    for file, content in new.items():
        folder = PurePosixPath(file).parts[0]
        if folder == _CONSEQUENCES:
            before = {entry["key"] for entry in old.get(file, {}).get("consequence", ())}
            moved = [
                entries[entry["key"]]
                for entry in content.get("consequence", ())
                if entry["key"] in entries and entry["key"] not in before
            ]
            if moved:
                own = laid.get(file, {key: value for key, value in content.items() if key != "consequence"})
                laid[file] = own | {"consequence": [*own.get("consequence", ()), *moved]}
        elif file not in old:
            was = next((groups[name] for name in _list_groups(file, content) if name in groups), None)
            if was is not None:
                laid[file] = was
    return laid, new


def _list_groups(file: str, content: Any) -> Iterator[str]:
    """Name the target groups that a file of declarations defines."""
    if PurePosixPath(file).parts[0] == _GROUPS:
        yield from (band["target_group"] for band in content.get("age_bands", ()))


def _end_before_next(entries: list[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """End an entry the day before the next one of the same name, where it would reach into it."""
    starts: dict[Any, list[date]] = {}
    for entry in entries:
        starts.setdefault(entry.get(key), []).append(entry["valid_from"])
    fitted = []
    for entry in entries:
        later = [start for start in starts[entry.get(key)] if start > entry["valid_from"]]
        last = min(later) - timedelta(days=1) if later else None
        is_over = last is not None and entry.get("valid_to", date.max) > last
        fitted.append(entry | {"valid_to": last} if is_over else entry)
    return fitted


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


def keep_used_figures(mixed: dict[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out figures that no price of a mixture uses, unless the new release has them too.

    Parameters
    ----------
    mixed, new : mapping of str to Declaration
    """
    if FIGURES_FILE not in mixed or UNIT_PRICES_FILE not in mixed:
        return mixed
    used = {price.get(name) for price in mixed[UNIT_PRICES_FILE].get("price", ()) for name in _USED_AS}
    if mixed[FIGURES_FILE] == new.get(FIGURES_FILE) and mixed[UNIT_PRICES_FILE] == new.get(UNIT_PRICES_FILE):
        return mixed
    return mixed | {FIGURES_FILE: [row for row in mixed[FIGURES_FILE] if row.get("figure") in used]}


def keep_named_groups(mixed: dict[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    """Add the target groups of the old release that rules of a mixture name and only the old one has.

    Parameters
    ----------
    mixed, old : mapping of str to Declaration
    """
    kept = dict(mixed)
    waiting = [content for file, content in mixed.items() if PurePosixPath(file).parts[0] == _GROUPS]
    while waiting:
        for name in _list_named(waiting.pop()):
            file = f"{_GROUPS}/{name}.toml"
            if file in old and file not in kept:
                kept[file] = old[file]
                waiting.append(old[file])
    return kept


def _list_named(content: Any) -> Iterator[str]:
    """Name the definitions that a target group's rules refer to."""
    if isinstance(content, list):
        for part in content:
            yield from _list_named(part)
    elif isinstance(content, dict):
        for key, value in content.items():
            if key == "union_of" or (key == "definition" and isinstance(value, str)):
                yield from [value] if isinstance(value, str) else value
            else:
                yield from _list_named(value)

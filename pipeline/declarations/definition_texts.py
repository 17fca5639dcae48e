"""The parts of a definition file around its rules: texts, bases, judgement, history, age bands.

Belongs here: reading and checking these tables. Does not belong here: rules, references, the order of groups.
"""

from __future__ import annotations

from typing import Any

from pipeline.declarations.problems import Problems
from pipeline.declarations.read_toml import (
    Text,
    check_keys,
    take_string,
    take_text,
    take_whole_number,
    take_word,
)
from pipeline.declarations.target_group import AgeBand, Basis, Change, Judgement
from pipeline.declarations.vocabulary import BASES, JUDGEMENTS

_NO_TEXT = Text("", "")
_OLDEST = 120


def read_texts(content: dict[str, Any], where: str, problems: Problems) -> dict[str, Any]:
    """Read name, purpose, limitations, judgement, history, notes and source (missing keys are silent here)."""
    return {
        "name": _take(content, "name", where, problems),
        "purpose": _take(content, "purpose", where, problems),
        "limitations": _read_list(content, "limitations", where, problems),
        "meaningful": _read_judgement(content, where, problems),
        "history": _read_history(content, where, problems),
        "notes": _read_list(content, "notes", where, problems),
        "source": take_string(content, "source", where, problems),
    }


def read_basis(content: dict[str, Any], key: str, where: str, problems: Problems) -> Basis:
    """Read `[basis_membership]` or `[basis_success]`: basis, reason in both languages, source."""
    if key not in content:
        return Basis("", _NO_TEXT, "")
    table = content[key]
    where = f"{where}: {key}"
    if not isinstance(table, dict):
        problems.add(where, f"{table!r}", "a table with basis, reason and source", f"write [{key}]")
        return Basis("", _NO_TEXT, "")
    check_keys(table, where, ("basis", "reason", "source"), (), problems)
    basis = take_word(table, "basis", where, BASES, problems)
    return Basis(
        basis, _take(table, "reason", where, problems), take_string(table, "source", where, problems)
    )


def read_age_bands(
    value: Any, bases: tuple[Basis, Basis], definition: str, where: str, problems: Problems
) -> tuple[AgeBand, ...]:
    """Read `[[age_bands]]`: key, ages, and a band's own bases where they differ from the file's.

    Parameters
    ----------
    value : list of dict
        The TOML tables.
    bases : tuple of Basis
        The file's basis of membership and of success.
    definition : str
        The file's name; keys are this name, with ages behind it where needed.
    where : str
        The file, for messages.
    problems : Problems
        Grows.
    """
    where = f"{where}: age_bands"
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        problems.add(
            where, "no list of tables", "one [[age_bands]] or more", "write [[age_bands]] and its keys"
        )
        return ()
    bands = []
    for number, table in enumerate(value):
        band = _read_band(table, bases, definition, f"{where}[{number}]", problems)
        if band is not None:
            bands.append(band)
    ordered = sorted(bands, key=lambda band: band.age_from)
    for lower, upper in zip(ordered, ordered[1:], strict=False):
        if upper.age_from <= lower.age_to:
            found = f"{lower.target_group} to {lower.age_to} and {upper.target_group} from {upper.age_from}"
            problems.add(where, found, "bands that do not overlap", "mend age_from or age_to")
    return tuple(ordered)


def _read_band(
    table: dict[str, Any], bases: tuple[Basis, Basis], definition: str, where: str, problems: Problems
) -> AgeBand | None:
    required, optional = ("target_group", "age_from", "age_to"), ("basis_membership", "basis_success")
    check_keys(table, where, required, optional, problems)
    key = take_string(table, "target_group", where, problems)
    low = take_whole_number(table, "age_from", where, 0, problems)
    high = take_whole_number(table, "age_to", where, 0, problems)
    own = [read_basis(table, name, where, problems) for name in optional]
    if not key or low is None or high is None:
        return None
    if low > high or high > _OLDEST:
        problems.add(where, f"ages {low} to {high}", f"age_from <= age_to <= {_OLDEST}", "mend the ages")
    if key not in (definition, f"{definition}_{low}_{high}"):
        expected = f"{definition!r} or {f'{definition}_{low}_{high}'!r}"
        problems.add(
            f"{where}: target_group", f"{key!r}", expected, "the key is the file's name, with its ages"
        )
    membership, success = (a if name in table else b for name, a, b in zip(optional, own, bases, strict=True))
    return AgeBand(key, low, high, membership, success)


def _take(table: dict[str, Any], key: str, where: str, problems: Problems) -> Text:
    return take_text(table[key], f"{where}: {key}", problems) if key in table else _NO_TEXT


def _read_list(content: dict[str, Any], key: str, where: str, problems: Problems) -> tuple[Text, ...]:
    value = content.get(key, [])
    if not isinstance(value, list) or (key in content and not value):
        problems.add(
            f"{where}: {key}", f"{value!r}", "one [[…]] table or more", f"write [[{key}]] with da and en"
        )
        return ()
    return tuple(take_text(item, f"{where}: {key}[{number}]", problems) for number, item in enumerate(value))


def _read_judgement(content: dict[str, Any], where: str, problems: Problems) -> Judgement:
    table = content.get("meaningful_to_municipalities")
    where = f"{where}: meaningful_to_municipalities"
    if not isinstance(table, dict):
        if table is not None:
            problems.add(where, f"{table!r}", "a table with judgement, reason and source", "write the table")
        return Judgement("", _NO_TEXT, "")
    check_keys(table, where, ("judgement", "reason", "source"), (), problems)
    word = take_word(table, "judgement", where, JUDGEMENTS, problems)
    return Judgement(
        word, _take(table, "reason", where, problems), take_string(table, "source", where, problems)
    )


def _read_history(content: dict[str, Any], where: str, problems: Problems) -> tuple[Change, ...]:
    value, where = content.get("history", []), f"{where}: history"
    if not isinstance(value, list) or ("history" in content and not value):
        problems.add(
            where, f"{value!r}", "one [[history]] or more", "write [[history]] with year, da, en, source"
        )
        return ()
    changes = []
    for number, table in enumerate(value):
        place = f"{where}[{number}]"
        if not isinstance(table, dict):
            problems.add(place, f"{table!r}", "a table", "write [[history]] with year, da, en, source")
            continue
        check_keys(table, place, ("year", "da", "en", "source"), (), problems)
        year = take_whole_number(table, "year", place, 2000, problems) or 0
        text = take_text({k: v for k, v in table.items() if k in ("da", "en")}, place, problems)
        changes.append(Change(year, text, take_string(table, "source", place, problems)))
    return tuple(changes)

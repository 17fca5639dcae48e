"""Reading the target-group files: all mistakes of all files at once, then typed target groups.

Belongs here: the keys of a definition file, references between files, order of the groups. Does not belong here:
the grammar of a rule (`parse_rules`), checks of a whole rule (`check_rules`), SQL, prose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.declarations.check_rules import check_membership
from pipeline.declarations.definition_texts import read_age_bands, read_basis, read_texts
from pipeline.declarations.link_definitions import link_definitions
from pipeline.declarations.method import Method, check_override, read_method
from pipeline.declarations.parse_rules import parse_rule
from pipeline.declarations.parse_values import RuleContext
from pipeline.declarations.problems import Problems
from pipeline.declarations.read_toml import check_keys, hash_content, read_toml, take_word
from pipeline.declarations.rules import Rule
from pipeline.declarations.target_group import Basis, Definition, TargetGroup
from pipeline.declarations.vocabulary import AREAS, ENTRIES, EVENT_TABLES, KINDS, EventTable

TARGET_GROUPS_FOLDER = Path(__file__).parent / "target_groups"
METHOD_FILE = Path(__file__).parent / "method.toml"

_ALWAYS = (
    "name",
    "area",
    "kind",
    "purpose",
    "limitations",
    "meaningful_to_municipalities",
    "history",
    "source",
)
_ESTIMATED = ("entry", "age_bands", "basis_membership", "basis_success")
_RULES = ("membership", "success")
_REQUIRED = {
    "register_rule": (*_ALWAYS, *_ESTIMATED, *_RULES),
    "union": (*_ALWAYS, *_ESTIMATED, "union_of"),
    "literature_only": _ALWAYS,
}
_KNOWN = (*_ALWAYS, *_ESTIMATED, *_RULES, "union_of", "notes", "method")


def load_target_groups(
    folder: Path = TARGET_GROUPS_FOLDER,
    method_file: Path = METHOD_FILE,
    event_tables: Mapping[str, EventTable] = EVENT_TABLES,
) -> tuple[TargetGroup, ...]:
    """Load every definition file of a folder.

    Parameters
    ----------
    folder : Path
        Folder of `<definition>.toml`.
    method_file : Path
        method.toml.
    event_tables : mapping of str to EventTable
        The closed vocabulary.

    Returns
    -------
    tuple of TargetGroup
        Every age band of every file, ordered by area, definition and age.

    Raises
    ------
    InputError
        Listing every mistake of every file.
    """
    problems = Problems()
    method = read_method(method_file, problems)
    thresholds = {"max_contacts": 0} if method is None else method.thresholds()
    definitions: dict[str, Definition] = {}
    files = sorted(folder.glob("*.toml"))
    if not files:
        problems.add("target_groups/", "no definition file", "one .toml file a definition", "add the files")
    for file in files:
        definition = _read_definition(file, thresholds, event_tables, problems)
        if definition is not None:
            definitions[file.stem] = definition
    _check_keys_of_groups(definitions, problems)
    linked = link_definitions(definitions, {file.stem for file in files}, problems)
    problems.raise_if_any("The target groups cannot be used")
    assert method is not None
    return _make_groups(linked, method)


def _read_definition(
    file: Path, thresholds: Mapping[str, int], event_tables: Mapping[str, EventTable], problems: Problems
) -> Definition | None:
    where = f"target_groups/{file.name}"
    content = read_toml(file, where, problems)
    if content is None:
        return None
    kind = take_word(content, "kind", where, KINDS, problems) or "register_rule"
    _check_file_keys(content, kind, where, problems)
    overrides = _read_overrides(content, where, problems)
    own = {**thresholds, **{k: v for k, v in overrides if k in thresholds and isinstance(v, int)}}
    bases = tuple(read_basis(content, key, where, problems) for key in ("basis_membership", "basis_success"))
    return Definition(
        definition=file.stem,
        area=take_word(content, "area", where, AREAS, problems),
        kind=kind,
        entry=take_word(content, "entry", where, ENTRIES, problems),
        membership=_read_rule(
            "membership", content, where, RuleContext("membership", event_tables, own, problems)
        ),
        success=_read_rule("success", content, where, RuleContext("success", event_tables, own, problems)),
        union_of=_read_union(content, where, problems),
        age_bands=_read_bands(content, bases, file.stem, where, problems),
        method_overrides=overrides,
        file_hashes=((file.stem, hash_content(content)),),
        **read_texts(content, where, problems),
    )


def _check_file_keys(content: dict[str, Any], kind: str, where: str, problems: Problems) -> None:
    required = _REQUIRED[kind]
    for key in content:
        if key not in _KNOWN:
            problems.add_unknown(where, key, _KNOWN, "key")
        elif key not in required and key not in ("notes", "method"):
            do = f"delete {key}, or write another kind"
            problems.add(where, f"{key!r} in a file of kind {kind!r}", f"no {key}", do)
    check_keys({k: v for k, v in content.items() if k in required}, where, required, (), problems)


def _read_overrides(
    content: dict[str, Any], where: str, problems: Problems
) -> tuple[tuple[str, object], ...]:
    table = content.get("method", {})
    if not isinstance(table, dict):
        problems.add(f"{where}: method", f"{table!r}", "a table of overridden keys", "write [method]")
        return ()
    return tuple(
        (key, check_override(key, value, f"{where}: method", problems)) for key, value in table.items()
    )


def _read_rule(role: str, content: dict[str, Any], where: str, context: RuleContext) -> Rule | None:
    if role not in content:
        return None
    rule = parse_rule(content[role], f"{where}: {role}", context)
    if rule is not None and role == "membership":
        check_membership(rule, f"{where}: {role}", context.problems)
    return rule


def _read_union(content: dict[str, Any], where: str, problems: Problems) -> tuple[Any, ...]:
    names = content.get("union_of", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        problems.add(
            f"{where}: union_of", f"{names!r}", "a list of definition names", "write union_of = [ … ]"
        )
        return ()
    if "union_of" in content and len(set(names)) < 2 or len(set(names)) < len(names):
        found = f"{len(names)} names, {len(set(names))} of them different"
        problems.add(f"{where}: union_of", found, "two or more definitions, each once", "mend union_of")
    return tuple(names)  # names until link_definitions puts the definitions in their place


def _read_bands(
    content: dict[str, Any], bases: tuple[Basis, ...], stem: str, where: str, problems: Problems
) -> tuple[Any, ...]:
    if "age_bands" not in content:
        return ()
    return read_age_bands(content["age_bands"], (bases[0], bases[1]), stem, where, problems)


def _check_keys_of_groups(definitions: Mapping[str, Definition], problems: Problems) -> None:
    owner: dict[str, str] = {}
    for name, definition in definitions.items():
        keys = [band.target_group for band in definition.age_bands]
        for key in keys if definition.kind != "literature_only" else [name]:
            if key in owner:
                found = f"target group {key!r}, also in {owner[key]}.toml"
                expected = "every key in one file, once"
                problems.add(
                    f"target_groups/{name}.toml: age_bands", found, expected, "rename one of the two"
                )
            owner[key] = name


def _make_groups(definitions: Mapping[str, Definition], method: Method) -> tuple[TargetGroup, ...]:
    groups = []
    for definition in definitions.values():
        hashed = "\n".join(
            [method.content_hash, *(f"{name} {value}" for name, value in definition.file_hashes)]
        )
        digest = hashlib.sha256(hashed.encode("utf-8")).hexdigest()
        own_method = method.override(dict(definition.method_overrides))
        for band in definition.age_bands or (None,):
            key = definition.definition if band is None else band.target_group
            groups.append(TargetGroup(key, definition, band, own_method, digest))
    return tuple(sorted(groups, key=_order))


def _order(group: TargetGroup) -> tuple[object, ...]:
    youngest = -1 if group.age_from is None else group.age_from
    return (not group.is_estimated, AREAS.index(group.area), group.definition.definition, youngest)

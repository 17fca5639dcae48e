"""Putting definitions in the place of their names: dual groups and unions.

Belongs here: unknown names, cycles, what a union may hold. Does not belong here: reading files.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping

from pipeline.declarations.problems import Problems
from pipeline.declarations.rules import AllOf, AnyOf, DefinitionReference, NoneOf, Rule, walk_rule
from pipeline.declarations.target_group import Definition


def link_definitions(
    definitions: Mapping[str, Definition], file_names: Collection[str], problems: Problems
) -> dict[str, Definition]:
    """Resolve every reference between definitions.

    Parameters
    ----------
    definitions : mapping of str to Definition
        As read, `union_of` still names and references without rules.
    file_names : collection of str
        Every file's name, also of files that could not be read (those are known, not misspelt).
    problems : Problems
        Grows: unknown names, cycles, unions of unions, references to what has no rule.

    Returns
    -------
    dict of str to Definition
        Linked; in file order. Incomplete when there are problems.
    """
    linked: dict[str, Definition] = {}
    for name in definitions:
        _link(name, definitions, file_names, (), linked, problems)
    return {name: linked[name] for name in definitions if name in linked}


def _link(
    name: str,
    definitions: Mapping[str, Definition],
    file_names: Collection[str],
    path: tuple[str, ...],
    linked: dict[str, Definition],
    problems: Problems,
) -> Definition | None:
    if name in linked:
        return linked[name]
    definition = definitions.get(name)
    if definition is None:
        return None
    parts = {}
    for reference in _list_references(definition):
        where = f"target_groups/{name}.toml: definition {reference!r}"
        if reference in (*path, name):
            found = " → ".join((*path, name, reference))
            problems.add(
                where, f"a circle of definitions: {found}", "no circle", "delete one of the references"
            )
        elif reference not in file_names:
            problems.add_unknown(f"target_groups/{name}.toml", reference, file_names, "definition")
        else:
            part = _link(reference, definitions, file_names, (*path, name), linked, problems)
            if part is not None and _check_part(part, where, problems):
                parts[reference] = part
    if set(parts) != set(_list_references(definition)):
        return None
    linked[name] = _replace_references(definition, parts)
    return linked[name]


def _list_references(definition: Definition) -> tuple[str, ...]:
    names = [str(part) for part in definition.union_of]
    if definition.membership is not None:
        rules = walk_rule(definition.membership)
        names += [rule.definition for rule in rules if isinstance(rule, DefinitionReference)]
    return tuple(dict.fromkeys(names))


def _check_part(part: Definition, where: str, problems: Problems) -> bool:
    if part.kind == "register_rule":
        return part.membership is not None
    found, expected = f"a definition of kind {part.kind!r}", "a definition of kind 'register_rule'"
    problems.add(where, found, expected, "name a definition with a rule of its own")
    return False


def _replace_references(definition: Definition, parts: Mapping[str, Definition]) -> Definition:
    hashes = dict(definition.file_hashes)
    for part in parts.values():
        hashes.update(part.file_hashes)
    membership = None if definition.membership is None else _replace_in_rule(definition.membership, parts)
    return dataclasses.replace(
        definition,
        membership=membership,
        union_of=tuple(parts[str(name)] for name in definition.union_of),
        file_hashes=tuple(sorted(hashes.items())),
    )


def _replace_in_rule(rule: Rule, parts: Mapping[str, Definition]) -> Rule:
    if isinstance(rule, DefinitionReference):
        return DefinitionReference(rule.definition, parts[rule.definition].membership)
    if isinstance(rule, AllOf | AnyOf | NoneOf):
        return type(rule)(tuple(_replace_in_rule(inner, parts) for inner in rule.rules))
    return rule

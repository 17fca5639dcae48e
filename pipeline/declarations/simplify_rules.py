"""Shorter rules with the same meaning, so that prose says a thing once.

Belongs here: rewriting a rule without changing who meets it (tests prove it by brute force). Does not belong here:
words.
"""

from __future__ import annotations

from pipeline.declarations.rules import AllOf, AnyOf, DefinitionReference, EventCondition, NoneOf, Rule


def simplify_rule(rule: Rule) -> Rule:
    """Give a rule that the same persons meet, with references opened and repetitions left out.

    - a definition stands as its rule; all_of in all_of and any_of in any_of are one;
    - in `A or (B and not A)` the `not A` says nothing;
    - of `events` and `events where …` an any_of keeps the wider.
    """
    if isinstance(rule, DefinitionReference):
        return simplify_rule(rule.rule) if rule.rule is not None else rule
    if isinstance(rule, NoneOf):
        return NoneOf(tuple(simplify_rule(inner) for inner in rule.rules))
    if isinstance(rule, AllOf | AnyOf):
        kind = type(rule)
        inner: list[Rule] = []
        for item in (simplify_rule(item) for item in rule.rules):
            inner += item.rules if isinstance(item, kind) else (item,)
        inner = list(dict.fromkeys(inner))
        if kind is AnyOf:
            inner = _drop_narrower([_drop_denials(item, inner) for item in inner])
        return inner[0] if len(inner) == 1 else kind(tuple(inner))
    return rule


def _drop_denials(item: Rule, branches: list[Rule]) -> Rule:
    if not isinstance(item, AllOf):
        return item
    denied = {NoneOf((other,)) for other in branches if other is not item}
    left = tuple(inner for inner in item.rules if inner not in denied)
    if not left:
        return item
    return left[0] if len(left) == 1 else AllOf(left)


def _drop_narrower(branches: list[Rule]) -> list[Rule]:
    return [
        item
        for item in branches
        if not any(other is not item and _is_narrower(item, other) for other in branches)
    ]


def _is_narrower(item: Rule, other: Rule) -> bool:
    """Say whether everybody who meets `item` meets `other`, both simple rows of the same table."""
    if not isinstance(item, EventCondition) or not isinstance(other, EventCondition):
        return False
    same = ("events", "relative_year")
    is_simple = all(
        not rule.measures and rule.at_least == 1 and rule.at_most is None for rule in (item, other)
    )
    wider = set(other.where) < set(item.where)
    return is_simple and wider and all(getattr(item, key) == getattr(other, key) for key in same)

"""Checks of a whole rule that its grammar cannot see.

Belongs here: populations true for people without data. Does not belong here: the
grammar (`parse_rules`).
"""

from __future__ import annotations

from pipeline.declarations.problems import Problems
from pipeline.declarations.rules import AnyOf, NoneOf, Rule, is_positive_rule


def check_membership(rule: Rule, where: str, problems: Problems) -> None:
    """Refuse a population that is true for people without data.

    Parameters
    ----------
    rule : Rule
        The membership rule.
    where : str
        File and key, for messages.
    problems : Problems
        Grows.
    """
    if is_positive_rule(rule):
        return
    if isinstance(rule, AnyOf):
        found = "any_of with a branch that holds for people without any event"
        do = "give every branch a condition with at_least = 1 or more, or narrow the branch with all_of"
    elif isinstance(rule, NoneOf):
        found = "only none_of: true for everybody without data"
        do = "say first who belongs (all_of with an event), then who does not (none_of)"
    else:
        found = (
            "only conditions that hold for people without any event (at_most, none_of, facts about a person)"
        )
        do = "add an event that must occur, with at_least = 1 or more"
    problems.add(where, found, "a population defined by something that happened", do)

"""A rule as a sentence about the members of one target group, in one language.

Belongs here: who is spoken of, joining and denying conditions, naming the registers. Does not belong here: single
conditions (`phrases`), what is said about a group beyond its rules (`prose`).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.declarations.functions import FUNCTIONS
from pipeline.declarations.phrases import list_registers, tell_event, tell_person
from pipeline.declarations.rules import (
    AllOf,
    AnyOf,
    DefinitionReference,
    EventCondition,
    FunctionCondition,
    NoneOf,
    PersonCondition,
    Rule,
    walk_rule,
)
from pipeline.declarations.simplify_rules import simplify_rule
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.words import Words, join_and, join_or, load_words

_NEITHER = {"da": ("hverken", "eller"), "en": ("neither", "nor")}
_OLDEST_CHILD = 13
_OLDEST_MINOR = 17
_OLDEST_YOUNG = 25


@dataclass(frozen=True)
class _Clause:
    """What somebody has (joined by 'and') and has not."""

    has: tuple[str, ...]
    has_not: tuple[str, ...]


class Teller:
    """Sentences of one group in one language."""

    def __init__(self, group: TargetGroup, language: str) -> None:
        self.language = language
        self.words: Words = load_words()
        self.age_from, self.age_to = group.age_from or 0, group.age_to or 0
        self.sex = _find_sex(group.definition.membership)
        self.subject, self.one = self._tell_subject()

    def _tell_subject(self) -> tuple[str, str]:
        danish = self.language == "da"
        if self.sex:
            plural, one = {"woman": ("Kvinder", "kvinden"), "man": ("Mænd", "manden")}[self.sex]
            if not danish:
                plural, one = {"woman": ("Women", "the woman"), "man": ("Men", "the man")}[self.sex]
        elif self.age_to <= _OLDEST_CHILD:
            plural, one = ("Børn", "barnet") if danish else ("Children", "the child")
        elif self.age_from <= _OLDEST_CHILD and self.age_to <= _OLDEST_MINOR:
            plural, one = (
                ("Børn og unge", "barnet eller den unge")
                if danish
                else ("Children and young people", "the child or young person")
            )
        elif self.age_to <= _OLDEST_YOUNG:
            plural, one = ("Unge", "den unge") if danish else ("Young people", "the young person")
        else:
            plural, one = ("Voksne", "personen") if danish else ("Adults", "the person")
        ages = f"{self.age_from}–{self.age_to}"
        return (f"{plural} på {ages} år" if danish else f"{plural} aged {ages}"), one

    def tell_relative(self, rule: Rule) -> str:
        """Tell a rule after 'som i år 0' / 'who in year 0'."""
        clause = self._clause(simplify_rule(_drop_sex(rule)))
        danish = self.language == "da"
        has = "har" if danish else "have"
        told = f"{has} {join_and(clause.has, self.language)}" if clause.has else ""
        if clause.has_not:
            denied = self._deny(clause.has_not)
            no = f"{denied} har {self._denied(clause.has_not)}" if danish and len(clause.has_not) == 1 else ""
            no = no or f"{'har' if danish else 'have'} {denied} {self._denied(clause.has_not)}"
            told = f"{told}, {'men' if danish else 'but'} {no}" if told else no
        return told

    def tell_main(self, rule: Rule | None, with_time: bool = True) -> str:
        """Tell a rule as a main sentence about the year after."""
        assert rule is not None
        clause = self._clause(simplify_rule(rule))
        danish = self.language == "da"
        parts = [join_and(clause.has, self.language)] if clause.has else []
        if clause.has_not:
            parts.append(f"{self._deny(clause.has_not)} {self._denied(clause.has_not)}")
        told = (", men " if danish else ", but has ").join(parts)
        if danish:
            return f"I året efter (år 1) har {self.one} {told}." if with_time else f"{self.one} har {told}."
        return (
            f"In the year after (year 1) {self.one} has {told}." if with_time else f"{self.one} has {told}."
        )

    def _deny(self, phrases: tuple[str, ...]) -> str:
        return _NEITHER[self.language][0] if len(phrases) > 1 else {"da": "ikke", "en": "not"}[self.language]

    def _denied(self, phrases: tuple[str, ...]) -> str:
        if len(phrases) == 1:
            return phrases[0]
        return f"{', '.join(phrases[:-1])} {_NEITHER[self.language][1]} {phrases[-1]}"

    def _clause(self, rule: Rule) -> _Clause:
        if isinstance(rule, EventCondition):
            told = tell_event(rule, self.words, self.language, self.age_from)
            is_denied = not rule.is_positive and rule.at_most == 0
            return _Clause((), (told,)) if is_denied else _Clause((told,), ())
        if isinstance(rule, PersonCondition):
            return _Clause((tell_person(rule, self.words, self.language),), ())
        if isinstance(rule, FunctionCondition):
            return _Clause((getattr(FUNCTIONS[rule.function].text, self.language),), ())
        if isinstance(rule, DefinitionReference):
            assert rule.rule is not None
            return self._clause(rule.rule)
        return self._join_clauses(rule)

    def _join_clauses(self, rule: AllOf | AnyOf | NoneOf) -> _Clause:
        clauses = [self._clause(inner) for inner in rule.rules]
        if isinstance(rule, AllOf):
            has = tuple(told for clause in clauses for told in clause.has)
            return _Clause(has, tuple(told for clause in clauses for told in clause.has_not))
        told = [self._tell_branch(clause) for clause in clauses]
        if isinstance(rule, NoneOf):
            return _Clause((), tuple(told))
        return _Clause((join_or(told, self.language),), ())

    def _tell_branch(self, clause: _Clause) -> str:
        """Tell one branch of any_of or none_of after 'har' / 'have'."""
        danish = self.language == "da"
        both = "både " if danish and len(clause.has) > 1 else ""
        told = f"{both}{join_and(clause.has, self.language)}" if clause.has else ""
        if not clause.has_not:
            return told
        no = f"{self._deny(clause.has_not)} {self._denied(clause.has_not)}"
        return f"{told} ({'men' if danish else 'but'} {no})" if told else no

    def tell_sources(self, rules: list[Rule]) -> str:
        """Name the registers that the rules read."""
        keys: dict[str, None] = {}
        for rule in rules:
            for inner in walk_rule(rule):
                if isinstance(inner, EventCondition | PersonCondition):
                    keys.update(dict.fromkeys(list_registers(inner)))
                elif isinstance(inner, FunctionCondition):
                    keys.update(dict.fromkeys([*(read[0] for read in FUNCTIONS[inner.function].reads)]))
                    keys.update(dict.fromkeys(FUNCTIONS[inner.function].registers))
        names = list(dict.fromkeys(self.words.first("registers", [key], self.language) for key in keys))
        if self.language == "da":
            return f"{'Kilde' if len(names) == 1 else 'Kilder'}: {join_and(names, 'da')}."
        return f"{'Source' if len(names) == 1 else 'Sources'}: {join_and(names, 'en')}."


def _find_sex(rule: Rule | None) -> str:
    """Give the one sex an all_of at the top is limited to, or ''."""
    for inner in rule.rules if isinstance(rule, AllOf) else ():
        if _is_one_sex(inner):
            return inner.values[0]
    return ""


def _is_one_sex(rule: Rule) -> bool:
    is_sex = isinstance(rule, PersonCondition) and rule.attribute == "sex"
    return is_sex and not rule.is_negated and len(rule.values) == 1


def _drop_sex(rule: Rule) -> Rule:
    if not _find_sex(rule):
        return rule
    left = tuple(inner for inner in rule.rules if not _is_one_sex(inner))
    return left[0] if len(left) == 1 else AllOf(left)

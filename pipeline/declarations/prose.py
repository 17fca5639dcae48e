"""Target groups in Danish and English sentences, from the same objects as their SQL.

Belongs here: sentences of membership and success, and the golden file of all groups
(`python -m pipeline.declarations.prose` prints it). Does not belong here: words (`words.toml`) and single
conditions (`phrases`).
"""

from __future__ import annotations

import sys

from pipeline.declarations.read_toml import Text
from pipeline.declarations.rules import Rule
from pipeline.declarations.sentences import Teller
from pipeline.declarations.target_group import Basis, TargetGroup
from pipeline.declarations.target_groups import load_target_groups
from pipeline.declarations.words import join_and, spell_number

_HEADINGS = {"da": ("Målgruppe", "Succes", "Begrænsninger"), "en": ("Group", "Success", "Limitations")}


def tell_membership(group: TargetGroup) -> Text:
    """Tell who is in the group, in sentences that can be read aloud.

    Parameters
    ----------
    group : TargetGroup
        Any group; one with a literature overview only is told as such.

    Returns
    -------
    Text
        Danish and English.
    """
    return Text(*(_tell_membership(group, language) for language in ("da", "en")))


def tell_success(group: TargetGroup) -> Text:
    """Tell what success is, in sentences that can be read aloud; see `tell_membership`."""
    return Text(*(_tell_success(group, language) for language in ("da", "en")))


def _tell_membership(group: TargetGroup, language: str) -> str:
    if group.band is None:
        return {
            "da": "Gruppen har ingen definition i registrene: Der er kun en oversigt over litteraturen.",
            "en": "The group has no definition in the registers: there is only an overview of the literature.",
        }[language]
    teller = Teller(group, language)
    rules = _membership_rules(group)
    if group.union_of:
        criteria = "; ".join(f"({n}) {teller.tell_relative(rule)}" for n, rule in enumerate(rules, 1))
        count = spell_number(len(rules), language)
        start = {
            "da": f"{teller.subject}, som i år 0 opfylder mindst ét af {count} kriterier: at de",
            "en": f"{teller.subject} who in year 0 meet at least one of {count} criteria: they",
        }[language]
        first = f"{start} {criteria}."
    else:
        start = {"da": f"{teller.subject}, som i år 0", "en": f"{teller.subject} who in year 0"}[language]
        first = f"{start} {teller.tell_relative(rules[0])}."
    return " ".join(
        [first, _tell_residence(language), _tell_entry(group, language), teller.tell_sources(rules)]
    )


def _tell_success(group: TargetGroup, language: str) -> str:
    if group.band is None:
        return {
            "da": "Gruppen har intet succesmål: Der er kun en oversigt over litteraturen.",
            "en": "The group has no success criterion: there is only an overview of the literature.",
        }[language]
    teller = Teller(group, language)
    if group.union_of:
        first, rules = _tell_union_success(group, teller)
    else:
        rules = [group.definition.success]
        first = teller.tell_main(rules[0])
    last = {
        "da": "Succes bedømmes kun for den, der har bopæl i Danmark ved udgangen af år 1.",
        "en": "Success is judged only for those who live in Denmark at the end of year 1.",
    }[language]
    return " ".join([first, last, teller.tell_sources(rules)])


def _tell_union_success(group: TargetGroup, teller: Teller) -> tuple[str, list[Rule]]:
    parts = group.definition.union_of
    rules = [part.success for part in parts if part.success is not None]
    groups: dict[str, list[str]] = {}
    for part in parts:
        told = teller.tell_main(part.success, with_time=False)
        groups.setdefault(told, []).append(part.name.da if teller.language == "da" else part.name.en)
    lines = [
        f"{join_and([f'»{name}«' for name in names], teller.language)}: {told}"
        for told, names in groups.items()
    ]
    start = {
        "da": "Barnet opfylder i året efter (år 1) succesmålet for hver af de definitioner, det kom ind ved.",
        "en": "In the year after (year 1) the child meets the success criterion of every definition it entered by.",
    }[teller.language]
    told = " ".join(f"({n}) {line[0].upper()}{line[1:]}" for n, line in enumerate(lines, 1))
    return f"{start} {told}", rules


def _membership_rules(group: TargetGroup) -> list[Rule]:
    definitions = group.definition.union_of or (group.definition,)
    return [definition.membership for definition in definitions if definition.membership is not None]


def _tell_residence(language: str) -> str:
    return {
        "da": "Bopæl i Danmark og alder opgøres den 31. december i år 0.",
        "en": "Residence in Denmark and age are those on 31 December of year 0.",
    }[language]


def _tell_entry(group: TargetGroup, language: str) -> str:
    years = spell_number(group.method.look_back_years, language)
    return {
        "first": {
            "da": "Den enkelte indgår kun én gang: i det første år, kriteriet er opfyldt, "
            f"når der ses mindst {years} år tilbage.",
            "en": "Each counts only once: in the first year the criterion is met, "
            f"looking back at least {years} years.",
        },
        "every_year": {
            "da": "Den enkelte indgår for hvert år, kriteriet er opfyldt.",
            "en": "Each counts for every year the criterion is met.",
        },
        "one_random_year": {
            "da": "Den enkelte indgår for ét tilfældigt valgt af de år, kriteriet er opfyldt.",
            "en": "Each counts for one of the years the criterion is met, chosen at random.",
        },
    }[group.entry][language]


def write_book(groups: tuple[TargetGroup, ...]) -> str:
    """Give the prose of every group as one Markdown text: the reviewed golden file of tests/golden."""
    head = (
        "# Målgrupperne i ord · The target groups in words\n\n"
        "Written by `python -m pipeline.declarations.prose` from the declarations; read and approved by people, "
        "and changed only when a definition or its wording changes.\n"
    )
    return "\n".join([head, *(_write_entry(group) for group in groups)])


def _write_entry(group: TargetGroup) -> str:
    membership, success = tell_membership(group), tell_success(group)
    lines = [f"## {group.target_group}", ""]
    for language, names in (
        ("da", ("Målgruppe", "Succes", "Begrænsninger")),
        ("en", ("Group", "Success", "Limitations")),
    ):
        lines += [f"**{getattr(group.name, language)}**", ""]
        lines += [
            f"- {names[0]}: {getattr(membership, language)}",
            f"- {names[1]}: {getattr(success, language)}",
        ]
        if group.band is not None:
            lines += [f"- {_tell_basis(group.band.basis_membership, 0, language)}"]
            lines += [f"- {_tell_basis(group.band.basis_success, 1, language)}"]
        lines += [f"- {names[2]}: " + " ".join(getattr(text, language) for text in group.limitations), ""]
    return "\n".join(lines)


def _tell_basis(basis: Basis, part: int, language: str) -> str:
    words = {"documented": "dokumenteret", "inferred": "udledt", "assumed": "antaget"}
    if language == "da":
        return f"{('Definitionen', 'Succesmålet')[part]} er {words[basis.basis]}: {basis.reason.da}"
    return f"The {('definition', 'success criterion')[part]} is {basis.basis}: {basis.reason.en}"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    sys.stdout.write(write_book(load_target_groups()))

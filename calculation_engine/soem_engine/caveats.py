"""Warnings that travel with every output.

Here: their order, and those about the release, its groups and what the consequences rest on. Not here: warnings about
inputs (`input_caveats`) and prices (`price_caveats`), errors that stop a calculation (`intervention_check`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from soem_engine.calculated import Amounts
from soem_engine.group_part import GroupPart, find_lag
from soem_engine.input_caveats import list_input_caveats
from soem_engine.intervention import Intervention
from soem_engine.make_up import MakeUp
from soem_engine.not_counted import find_missing, find_unmeasured
from soem_engine.notices import Caveat
from soem_engine.number_format import format_share
from soem_engine.price_caveats import list_price_caveats
from soem_engine.release import Release
from soem_engine.texts import BASIS_NAMES, Text, join_words

MOSTLY_TAPER: Final = 0.5


def collect_caveats(
    release: Release, intervention: Intervention, amounts: Amounts, make_up: MakeUp
) -> tuple[Caveat, ...]:
    """Return the warnings of a calculation, the weightiest first."""
    return (
        *_about_release(release),
        *_about_groups(amounts.parts),
        *list_input_caveats(intervention, amounts),
        *list_price_caveats(release, intervention, amounts, make_up),
        *_about_make_up(intervention, amounts.parts, make_up),
        *_about_not_counted(release, amounts.parts),
        Caveat(
            "adjusted_differences",
            Text(
                "Konsekvenserne er justerede forskelle mellem dem, der når SØM's succesmål, og "
                "andre; forskellene "
                "er ikke nødvendigvis forårsaget af succesen.",
                "The consequences are adjusted differences between those who reach SØM's "
                "success criterion and "
                "others; the differences are not necessarily caused by the success.",
            ),
        ),
    )


def _about_release(release: Release) -> Iterator[Caveat]:
    if release.info.is_sample:
        text = Text(
            "Udgivelsen er bygget på eksempelregistre med opdigtede personer: tallene siger "
            "intet om virkeligheden.",
            "The release is built from sample registers with invented persons: its numbers say "
            "nothing about reality.",
        )
        yield Caveat("sample_registers", text)


def _about_groups(parts: tuple[GroupPart, ...]) -> Iterator[Caveat]:
    for part in parts:
        group = part.group
        if group.limitations.da.strip():
            limitations = Text(group.limitations.da, group.limitations.en or group.limitations.da)
            yield Caveat(
                "limitations",
                Text(f"{group.name.da}: {limitations.da}", f"{group.name.en}: {limitations.en}"),
            )
        for what, basis in (
            (Text("definitionen af målgruppen", "the definition of the group"), group.basis_membership),
            (Text("SØM's succesmål", "SØM's success criterion"), group.basis_success),
        ):
            if basis != "documented" and not group.is_own:
                said = BASIS_NAMES.get(basis, Text("uoplyst grundlag", "basis not stated"))
                text = Text(
                    f"{group.name.da}: {what.da} er {said.da}.", f"{group.name.en}: {what.en} is {said.en}."
                )
                yield Caveat("definition_not_documented", text)


def _about_make_up(
    intervention: Intervention, parts: tuple[GroupPart, ...], make_up: MakeUp
) -> Iterator[Caveat]:
    tapered = make_up.share(make_up.tapered_dkk)
    if tapered > 0:
        text = Text(
            f"{format_share(tapered, 'da')} af konsekvensernes værdi er nedtrapning efter de år, "
            "der er data om.",
            f"{format_share(tapered, 'en')} of the consequences' value is taper, after the years with data.",
        )
        yield Caveat("mostly_taper" if tapered > MOSTLY_TAPER else "share_of_taper", text)
    insignificant = make_up.share(make_up.insignificant_dkk)
    if insignificant > 0:
        text = Text(
            f"{format_share(insignificant, 'da')} af værdien hviler på forskelle, der ikke er "
            "signifikante på 5 %.",
            f"{format_share(insignificant, 'en')} of the value rests on differences not significant at 5 %.",
        )
        yield Caveat("insignificant_estimates", text)
    in_rule = make_up.share(make_up.in_success_rule_dkk)
    if in_rule > 0:
        text = Text(
            f"{format_share(in_rule, 'da')} af værdien er en del af selve succesmålet: en "
            "definition, ikke et fund.",
            f"{format_share(in_rule, 'en')} of the value is part of the success criterion itself: "
            "a definition, not a finding.",
        )
        yield Caveat("in_success_rule", text)
    length = max((part.value.shape[1] for part in parts), default=0)
    if intervention.horizon_years - find_lag(intervention) > length:
        text = Text(
            f"Horisonten er længere end profilerne, som slutter i år {length}; derefter regnes "
            "der ingen konsekvenser.",
            f"The horizon is longer than the profiles, which end in year {length}; nothing is "
            "counted after that.",
        )
        yield Caveat("horizon_past_profile", text)


def _about_not_counted(release: Release, parts: tuple[GroupPart, ...]) -> Iterator[Caveat]:
    cells = sum(int(find_missing(part).sum()) for part in parts)
    if cells:
        text = Text(
            f"{cells} værdier (konsekvens × år i profilen) kendes ikke og er ikke regnet med; de "
            "regnes ikke som nul.",
            f"{cells} values (consequence × profile year) are not known and not counted; they "
            "are not taken as zero.",
        )
        yield Caveat("not_counted", text)
    unmeasured = dict.fromkeys(service.name for part in parts for service in find_unmeasured(release, part))
    if unmeasured:
        text = Text(
            f"Udgivelsen har ingen data om {join_words([name.da.lower() for name in unmeasured], 'og')}; det er "
            "ikke regnet med.",
            f"The release has no data on {join_words([name.en.lower() for name in unmeasured], 'and')}; that is "
            "not counted.",
        )
        yield Caveat("not_measured", text)
    if len(parts) > 1:
        text = Text(
            "Målgrupperne regnes som uafhængige i usikkerheden, selv om personer kan indgå i flere.",
            "The target groups are taken as independent in the uncertainty, though persons may "
            "be in several.",
        )
        yield Caveat("groups_independent", text)

"""Warnings that travel with every output, and the list of what is not counted.

Here: when a warning is due and its words. Not here: errors that stop a calculation (`intervention_check`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from soem_engine.group_part import GroupPart
from soem_engine.intervention import Intervention
from soem_engine.knowledge import Consequence, DiscountRate
from soem_engine.number_format import format_share, format_years
from soem_engine.release import Release
from soem_engine.result import Caveat, MakeUp, NotCounted
from soem_engine.texts import BASIS_NAMES, Text, join_words

MOSTLY_TAPER: Final = 0.5

NOT_COUNTED_REASONS: Final[dict[str, Text]] = {
    "not_observed": Text("ikke observeret i registrene", "not observed in the registers"),
    "not_estimable": Text("kan ikke estimeres", "cannot be estimated"),
    "suppressed": Text("tilbageholdt af hensyn til fortrolighed", "withheld for confidentiality"),
    "no_row": Text("udgivelsen har ingen værdi", "the release has no value"),
    "switched_off": Text("slået fra af brugeren", "switched off by the user"),
    "not_measured": Text("ingen data", "no data"),
}


def collect_not_counted(
    release: Release, intervention: Intervention, parts: list[GroupPart]
) -> tuple[NotCounted, ...]:
    """List what is left out: years without a value, consequences switched off, services without data."""
    found: list[NotCounted] = []
    for part in parts:
        found += _list_null_years(release, part)
        calculated = {part.profile.consequences[row] for row in part.rows}
        for key in part.profile.consequences:
            if key not in calculated:
                name = release.consequences[key].name
                found.append(NotCounted(part.group.target_group, name, key, (), "switched_off"))
        population = release.target_groups[part.group.target_group].population
        for service in release.not_measured:
            if not population or service.population in ("", "both", population):
                found.append(NotCounted(part.group.target_group, service.name, None, (), "not_measured"))
    return tuple(found)


def _list_null_years(release: Release, part: GroupPart) -> Iterator[NotCounted]:
    missing: dict[tuple[int, str], list[int]] = {}
    is_missing = part.exposure.any(axis=0) & ~part.profile.has_value[part.rows]
    for row, k in zip(*np.nonzero(is_missing), strict=True):
        status = str(part.profile.status[part.rows[row], k])
        missing.setdefault((part.rows[row], status), []).append(int(k) + 1)
    for (row, status), years in missing.items():
        key = part.profile.consequences[row]
        reason = status if status in NOT_COUNTED_REASONS else "no_row"
        yield NotCounted(part.group.target_group, release.consequences[key].name, key, tuple(years), reason)


def collect_caveats(
    release: Release,
    intervention: Intervention,
    parts: list[GroupPart],
    consequences: list[Consequence],
    make_up: MakeUp,
    rates: tuple[DiscountRate, ...],
) -> tuple[Caveat, ...]:
    """Return the warnings of a calculation, the weightiest first."""
    return (
        *_about_release(release),
        *_about_groups(release, parts),
        *_about_inputs(intervention),
        *_about_prices(release, intervention, parts, make_up, rates),
        *_about_make_up(intervention, parts, make_up),
        *_about_not_counted(parts),
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


def _about_groups(release: Release, parts: list[GroupPart]) -> Iterator[Caveat]:
    for part in parts:
        group = release.target_groups[part.group.target_group]
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
            if basis != "documented":
                said = BASIS_NAMES.get(basis, Text("uoplyst grundlag", "basis not stated"))
                text = Text(
                    f"{group.name.da}: {what.da} er {said.da}.", f"{group.name.en}: {what.en} is {said.en}."
                )
                yield Caveat("definition_not_documented", text)


def _about_inputs(intervention: Intervention) -> Iterator[Caveat]:
    if intervention.assumed:
        n = len(intervention.assumed)
        text = Text(
            f"{n} af indsatsens input er antaget, ikke oplyst; de står under »Antagelser«.",
            f"{n} of the intervention's inputs are assumed, not known; see »Assumptions«.",
        )
        yield Caveat("assumed_inputs", text)
    if not intervention.costs:
        text = Text("Der er ingen omkostninger i beregningen.", "The calculation has no costs.")
        yield Caveat("no_costs", text)


def _about_prices(
    release: Release,
    intervention: Intervention,
    parts: list[GroupPart],
    make_up: MakeUp,
    rates: tuple[DiscountRate, ...],
) -> Iterator[Caveat]:
    share = make_up.share(make_up.placeholder_price_dkk)
    if share > 0:
        text = Text(
            f"{format_share(share, 'da')} af konsekvensernes værdi regnes med pladsholderpriser, "
            "ikke rigtige priser.",
            f"{format_share(share, 'en')} of the consequences' value rests on placeholder "
            "prices, not real ones.",
        )
        yield Caveat("placeholder_prices", text)
    years = {intervention.price_year, intervention.price_year_of_costs, release.info.price_year}
    if len(years) > 1 and release.price_index.basis == "placeholder":
        text = Text("Prisindekset er en pladsholder.", "The price index is a placeholder.")
        yield Caveat("placeholder_price_index", text)
    used = [rate for rate in rates if rate.horizon_from < intervention.horizon_years]
    doubtful = sorted({rate.basis for rate in used} - {"documented", ""})
    if doubtful:
        named = [BASIS_NAMES.get(basis, Text(basis, basis)) for basis in doubtful]
        text = Text(
            "En diskonteringsrente er " + join_words([name.da for name in named], "og") + ".",
            "A discount rate is " + join_words([name.en for name in named], "and") + ".",
        )
        yield Caveat("doubtful_discount_rate", text)
    yield from _about_validity(release, intervention, parts)


def _about_validity(release: Release, intervention: Intervention, parts: list[GroupPart]) -> Iterator[Caveat]:
    past: dict[str, set[int]] = {}
    for part in parts:
        is_used = part.prices.is_outside_validity & (part.use_change != 0)
        for row, t in zip(*np.nonzero(is_used.T), strict=True):
            key = part.profile.consequences[part.rows[row]]
            past.setdefault(key, set()).add(intervention.first_year + int(t))
    if past:
        years = format_years(sorted(set.union(*past.values())))
        names = [release.consequences[key].name for key in past]
        text = Text(
            f"Priser bruges uden for deres gyldighed i {years}: "
            f"{_shorten([name.da for name in names], 'flere')}.",
            f"Prices are used outside their validity in {years}: "
            f"{_shorten([name.en for name in names], 'more')}.",
        )
        yield Caveat("price_outside_validity", text)


def _shorten(names: list[str], more: str) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} (+ {len(names) - 4} {more})"


def _about_make_up(intervention: Intervention, parts: list[GroupPart], make_up: MakeUp) -> Iterator[Caveat]:
    tapered = make_up.share(make_up.tapered_dkk)
    if tapered > MOSTLY_TAPER:
        text = Text(
            f"{format_share(tapered, 'da')} af konsekvensernes værdi er nedtrapning efter de år, "
            "der er data om.",
            f"{format_share(tapered, 'en')} of the consequences' value is taper, after the years with data.",
        )
        yield Caveat("mostly_taper", text)
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
    length = max((part.profile.value.shape[1] for part in parts), default=0)
    lag = 0 if intervention.first_consequence_year == "year_of_completion" else 1
    if intervention.horizon_years - lag > length:
        text = Text(
            f"Horisonten er længere end profilerne, som slutter i år {length}; derefter regnes "
            "der ingen konsekvenser.",
            f"The horizon is longer than the profiles, which end in year {length}; nothing is "
            "counted after that.",
        )
        yield Caveat("horizon_past_profile", text)


def _about_not_counted(parts: list[GroupPart]) -> Iterator[Caveat]:
    cells = sum(int((part.exposure.any(axis=0) & ~part.profile.has_value[part.rows]).sum()) for part in parts)
    if cells:
        text = Text(
            f"{cells} værdier (konsekvens × år i profilen) kendes ikke og er ikke regnet med; de "
            "regnes ikke som nul.",
            f"{cells} values (consequence × profile year) are not known and not counted; they "
            "are not taken as zero.",
        )
        yield Caveat("not_counted", text)
    if len(parts) > 1:
        text = Text(
            "Målgrupperne regnes som uafhængige i usikkerheden, selv om personer kan indgå i flere.",
            "The target groups are taken as independent in the uncertainty, though persons may "
            "be in several.",
        )
        yield Caveat("groups_independent", text)

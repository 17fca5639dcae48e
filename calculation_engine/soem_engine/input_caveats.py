"""Warnings about what the user typed: success share, success measure, own data, switches.

Here: when such a warning is due and its words. Not here: prices and rates (`price_caveats`), the release and its groups
(`caveats`).
"""

from __future__ import annotations

from collections.abc import Iterator

from soem_engine.axis import TAX_ON_TRANSFERS, TRANSFERS
from soem_engine.calculated import Amounts
from soem_engine.group_part import GroupPart, find_lag
from soem_engine.intervention import Intervention
from soem_engine.notices import Caveat
from soem_engine.number_format import format_number, format_plain, format_share
from soem_engine.part_checks import find_unknown_costs
from soem_engine.success_share import UNKNOWN_ERROR, SuccessShare
from soem_engine.texts import LANGUAGES, Language, Text, join_words


def list_input_caveats(intervention: Intervention, amounts: Amounts) -> Iterator[Caveat]:
    """Yield the warnings about what was typed, the weightiest first."""
    if not intervention.same_success_measure:
        text = Text(
            "Indsatsens eget succesmål er ikke SØM's succesmål; nettosuccesandelen skal gælde SØM's. De står side "
            "om side.",
            "The intervention's own success measure is not SØM's success criterion; the net success share must be "
            "about SØM's. They are printed side by side.",
        )
        yield Caveat("own_success_measure", text)
    for part in amounts.parts:
        yield from _about_success_share(part)
        yield from _about_late_cohorts(intervention, part)
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
    yield from _about_own_data(intervention, amounts)
    yield from _about_running(intervention, amounts)
    yield from _about_switches(intervention)


def _about_success_share(part: GroupPart) -> Iterator[Caveat]:
    success, name = part.success, part.group.name
    if success.is_assumed:
        effect, base, share, error = _say_chain(success, "da")
        danish = (
            f"{name.da}: nettosuccesandelen på {share} (standardfejl {error}) er antaget: regnet fra en effekt på "
            f"{effect} standardafvigelser og en basisandel på {base} med en probitmodel."
        )
        effect, base, share, error = _say_chain(success, "en")
        english = (
            f"{name.en}: the net success share of {share} (standard error {error}) is assumed: taken from an "
            f"effect of {effect} standard deviations and a base share of {base} by a probit model."
        )
        yield Caveat("success_share_assumed", Text(danish, english))
    if success.study is not None and success.study.is_synthetic:
        text = Text(
            f"Effektstudiet {success.study.key} er opdigtet til afprøvning.",
            f"The effect study {success.study.key} is invented for testing.",
        )
        yield Caveat("synthetic_study", text)
    if success.base_share is not None and not 0.0 <= success.base_share + success.share <= 1.0:
        text = Text(
            f"{name.da}: basisandel og nettosuccesandel er tilsammen ikke mellem 0 og 1.",
            f"{name.en}: base share and net success share together are not between 0 and 1.",
        )
        yield Caveat("share_impossible", text)


def _about_late_cohorts(intervention: Intervention, part: GroupPart) -> Iterator[Caveat]:
    """Say how many start (or complete) whose consequences begin after the horizon."""
    staying = sum(part.inputs.starting.values()) * (1.0 - part.inputs.dropout_share)
    expected = staying or float(part.completing.sum())
    late = expected - float(part.completing[: intervention.horizon_years - find_lag(intervention)].sum())
    if late <= 1e-9:
        return
    (da, en), last, name = (
        (format_plain(round(late, 1), lang) for lang in LANGUAGES),
        intervention.last_year,
        part.group.name,
    )
    text = Text(
        f"{name.da}: {da} personers konsekvenser begynder først efter horisonten ({last}) og er ikke regnet med, "
        "selv om omkostningerne ved dem inden da er.",
        f"{name.en}: the consequences of {en} persons begin after the horizon ({last}) and are not counted, "
        "though their costs until then are.",
    )
    yield Caveat("completing_after_horizon", text)


def _say_chain(success: SuccessShare, language: Language) -> tuple[str, str, str, str]:
    """Return effect, base share, net success share and its standard error as text."""
    return (
        format_number(success.effect_size or 0.0, language, 2),
        format_share(success.base_share or 0.0, language, 1),
        format_share(success.share, language, 1),
        UNKNOWN_ERROR.pick(language)
        if success.effect_size_standard_error is None
        else format_share(success.standard_error, language, 1),
    )


def _about_own_data(intervention: Intervention, amounts: Amounts) -> Iterator[Caveat]:
    names = {consequence.key: consequence.name for consequence in amounts.consequences}
    own = [part.group.name for part in amounts.parts if part.group.is_own]
    if own:
        text = Text(
            f"{join_words([name.da for name in own], 'og')} er en egen målgruppe: alle tal om den er egne.",
            f"{join_words([name.en for name in own], 'and')} is a target group of one's own: all numbers on it "
            "are own.",
        )
        yield Caveat("own_group", text)
    keys = dict.fromkeys(
        data.consequence for data in intervention.own_consequences if data.consequence in names
    )
    if keys:
        text = Text(
            f"Egne data i stedet for udgivelsens: {join_words([names[key].da for key in keys], 'og')}.",
            f"Own data instead of the release's: {join_words([names[key].en for key in keys], 'and')}.",
        )
        yield Caveat("own_data", text)
    typed = {own.consequence for own in intervention.own_consequences}
    typed |= {running.consequence for running in intervention.while_running}
    changed = typed & {c.key for c in amounts.consequences if c.area == TRANSFERS}
    tax_is_on = TAX_ON_TRANSFERS in names and intervention.tax_on_transfers == "release"
    if changed and tax_is_on and TAX_ON_TRANSFERS not in keys:
        text = Text(
            "Indkomstoverførsler har egne data, men skatten af dem er stadig udgivelsens; tax_on_transfers = "
            '"computed" lader den følge med.',
            "Income transfers have own data, but the tax on them is still the release's; tax_on_transfers = "
            '"computed" lets it follow.',
        )
        yield Caveat("tax_not_following", text)


def _about_running(intervention: Intervention, amounts: Amounts) -> Iterator[Caveat]:
    if not intervention.while_running or intervention.first_consequence_year != "year_of_completion":
        return
    twice = [
        consequence.name
        for c, consequence in enumerate(amounts.consequences)
        if any(part.running_change[c] != 0 and part.value[c, 0] != 0 for part in amounts.parts)
    ]
    if twice:
        text = Text(
            f"År 1 kan være talt med to gange: {join_words([name.da for name in twice], 'og')} tæller både, mens "
            "indsatsen kører, og i det år, forløbet afsluttes.",
            f"Year 1 may be counted twice: {join_words([name.en for name in twice], 'and')} counts both while the "
            "intervention runs and in the year of completion.",
        )
        yield Caveat("year_one_twice", text)


def _about_switches(intervention: Intervention) -> Iterator[Caveat]:
    unknown = find_unknown_costs(intervention)
    if unknown:
        text = Text(
            f"Udvalgsstrukturen nævner omkostninger, som indsatsen ikke har: {join_words(unknown, 'og')}.",
            f"The committee structure names costs the intervention does not have: {join_words(unknown, 'and')}.",
        )
        yield Caveat("committee_costs_unknown", text)
    if intervention.survival_weighting:
        text = Text(
            "Konsekvenserne er vægtet med, hvor mange der stadig bor i landet; det gør SØM ikke.",
            "The consequences are weighted with how many are still resident; SØM does not do that.",
        )
        yield Caveat("survival_weighting", text)
    if intervention.discounting == "release" and intervention.discount_rate is not None:
        rate_da, rate_en = (format_share(intervention.discount_rate, lang, 1) for lang in ("da", "en"))
        text = Text(
            f"Diskonteringsrenten er egen: {rate_da} i alle år.",
            f"The discount rate is one's own: {rate_en} in all years.",
        )
        yield Caveat("own_discount_rate", text)

"""Checks of an intervention against a release: does the release hold what the calculation needs?

Here: unknown groups, views, studies and consequences, years outside the price index, rates and prices. Not here:
checks that need no release (`intervention_check`).
"""

from __future__ import annotations

import numpy as np

from soem_engine.amounts import PAYERS
from soem_engine.axis import TAX_ON_TRANSFERS, find_consequences, find_new_consequences, find_profile
from soem_engine.errors import ProblemList, show_value, suggest
from soem_engine.group_inputs import TargetGroupInput
from soem_engine.group_part import find_price_frame, find_tax_rate
from soem_engine.intervention import Intervention
from soem_engine.knowledge import UnitPrice
from soem_engine.money import covers_horizon
from soem_engine.own_data_check import check_kroner_prices, check_own_quantities
from soem_engine.range_checks import check_range_subjects
from soem_engine.rates import find_rates
from soem_engine.release import Release
from soem_engine.single_cases import has_refund_rule
from soem_engine.texts import Text


def add_release_problems(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    """Add what an intervention asks for that a release does not hold."""
    if intervention.view not in release.views:
        expected = Text("en visning, som udgivelsen har", "a view the release has")
        problems.add(
            "view", show_value(intervention.view), expected, suggest(intervention.view, release.views)
        )
    for n, group in enumerate(intervention.target_groups, start=1):
        place = f"target_groups[{n}]"
        _check_group(group, f"{place}.target_group", intervention, release, problems)
        _check_chain(group, f"{place}.success_chain", release, problems)
    _check_consequence_names(intervention, release, problems)
    check_own_quantities(intervention, release, problems)
    check_kroner_prices(intervention, release, problems)
    check_range_subjects(intervention, release, problems)
    _check_committee_keys(intervention, release, problems)
    _check_price_years(intervention, release, problems)
    _check_rates(intervention, release, problems)
    _check_parameters(intervention, release, problems)
    if not problems.problems:
        _check_anything_left(intervention, release, problems)
        _check_prices(intervention, release, problems)


def _check_group(
    group: TargetGroupInput, place: str, intervention: Intervention, release: Release, problems: ProblemList
) -> None:
    if problems.has_problem_within(place):
        return
    key = group.target_group
    released = release.target_groups.get(key)
    expected = Text("en målgruppe i udgivelsen", "a target group of the release")
    if group.own_group is not None:
        if released is not None:
            do_this = Text("giv den egne målgruppe et andet navn", "give the own group another key")
            free = Text("en nøgle, udgivelsen ikke har", "a key the release does not have")
            problems.add(place, show_value(key), free, do_this)
    elif released is None:
        names = {known.key: known.name for known in release.target_groups.values()}
        problems.add(place, show_value(key), expected, suggest(key, release.target_groups, names))
    elif released.kind == "literature_only":
        found = Text(
            f"{key}, som kun har en litteraturoversigt", f"{key}, which has a literature overview only"
        )
        do_this = Text("vælg en målgruppe med estimater", "choose a target group with estimates")
        problems.add(place, found, expected, do_this)
    elif not problems.is_bad("view") and not release.get_profile(key, intervention.view).consequences:
        found = Text(f"{key}, som ikke har profiler", f"{key}, which has no profiles")
        problems.add(place, found, expected, Text("vælg en anden målgruppe", "choose another target group"))


def _check_chain(group: TargetGroupInput, place: str, release: Release, problems: ProblemList) -> None:
    chain = group.success_chain
    if chain is None:
        return
    if chain.effect_study is not None and chain.effect_study not in release.effect_studies:
        expected = Text("et effektstudie i udgivelsen", "an effect study of the release")
        do_this = suggest(chain.effect_study, release.effect_studies)
        problems.add(f"{place}.effect_study", show_value(chain.effect_study), expected, do_this)
    released = release.target_groups.get(group.target_group)
    base = released.base_share if released else None
    if chain.base_share is None and (base is None or not 0.0 < base < 1.0):
        problems.add(
            f"{place}.base_share",
            Text("ingen basisandel", "no base share"),
            Text("en andel mellem 0 og 1", "a share between 0 and 1"),
            Text("skriv base_share og base_share_reason", "write base_share and base_share_reason"),
        )


def _check_consequence_names(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    known = {**release.consequences, **find_new_consequences(intervention, release)}
    choice = intervention.consequences
    named: list[tuple[str, str]] = []
    if choice is not None:
        if choice.only and choice.without:
            problems.add(
                "consequences",
                Text("både only og without", "both only and without"),
                Text("kun en af dem", "one of them only"),
                Text("fjern den ene", "take one away"),
            )
        named += [(f"consequences.only[{n}]", key) for n, key in enumerate(choice.only, start=1)]
        named += [(f"consequences.without[{n}]", key) for n, key in enumerate(choice.without, start=1)]
    for field in ("own_consequences", "while_running", "own_prices"):
        for n, entry in enumerate(getattr(intervention, field), start=1):
            named.append((f"{field}[{n}].consequence", entry.consequence))
    for n, given in enumerate(intervention.ranges, start=1):
        table, _, key = given.input.partition(".")
        if table in ("prices", "consequences"):
            named.append((f"ranges[{n}].input", key))
    for place, key in named:
        if key not in known:
            expected = Text("en konsekvens i udgivelsen", "a consequence of the release")
            names = {one.key: one.name for one in known.values()}
            problems.add(place, show_value(key), expected, suggest(key, known, names))
    _check_new(intervention, release, problems)


def _check_new(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    areas = {consequence.area for consequence in release.consequences.values()}
    for n, own in enumerate(intervention.own_consequences, start=1):
        if own.new is None:
            continue
        place = f"own_consequences[{n}]"
        if own.consequence in release.consequences:
            expected = Text("en nøgle, udgivelsen ikke har", "a key the release does not have")
            do_this = Text("fjern new, eller giv den et andet navn", "take new away, or give it another key")
            problems.add(f"{place}.consequence", show_value(own.consequence), expected, do_this)
        if own.new.area not in areas:
            expected = Text("et område i udgivelsen", "an area of the release")
            problems.add(
                f"{place}.new.area", show_value(own.new.area), expected, suggest(own.new.area, areas)
            )


def _check_committee_keys(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    structure = intervention.committees
    if structure is None:
        return
    new = find_new_consequences(intervention, release)
    known = {
        "areas": {c.area: c.area_name for c in release.consequences.values()},
        "consequences": {one.key: one.name for one in (*release.consequences.values(), *new.values())},
    }
    for table, keys in known.items():
        for key in getattr(structure, table):
            if key not in keys:
                expected = Text("en nøgle i udgivelsen", "a key of the release")
                problems.add(f"committees.{table}.{key}", show_value(key), expected, suggest(key, keys, keys))


def _check_anything_left(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    chosen = find_consequences(intervention, release)
    for group in intervention.target_groups:
        if not chosen[group.target_group]:
            name = group.target_group
            problems.add(
                "consequences",
                Text(f"ingen konsekvenser tilbage for {name}", f"no consequences left for {name}"),
                Text("mindst en konsekvens, som målgruppen har", "at least one consequence the group has"),
                suggest("", find_profile(group, intervention, release).consequences or release.consequences),
            )


def _check_price_years(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    index, base = release.price_index.by_year, release.info.price_year
    target, costs = intervention.price_year, intervention.price_year_of_costs
    if not index:
        return
    expected = Text(
        f"et år i udgivelsens prisindeks, {min(index)}-{max(index)}",
        f"a year of the release's price index, {min(index)}-{max(index)}",
    )
    do_this = Text(
        f"regn i et af årene (udgivelsens eget prisår er {base}), og omregn beløbene dertil",
        f"calculate in one of the years (the release's own price year is {base}), and convert "
        "the amounts to it",
    )
    if target != base and target not in index:
        problems.add("price_year", show_value(target), expected, do_this)
    if costs != target and costs not in index:
        problems.add("cost_price_year", show_value(costs), expected, do_this)
    for n, own in enumerate(intervention.own_prices, start=1):
        if own.price_year is not None and own.price_year != target and own.price_year not in index:
            problems.add(f"own_prices[{n}].price_year", show_value(own.price_year), expected, do_this)


def _check_rates(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    if problems.has_problem_within("first_year") or problems.has_problem_within("horizon_years"):
        return
    if intervention.discounting == "none":
        return
    rates = find_rates(intervention, release)
    if not rates:
        first = min((rate.valid_from for rate in release.discount_rates), default=None)
        place = "first_year" if intervention.discount_rates_date is None else "discount_rates_date"
        problems.add(
            place,
            Text("en dag uden en diskonteringsrente i kraft", "a day without a discount rate in force"),
            Text(f"en dag fra {first} eller senere", f"a day from {first} or later"),
            Text(
                'skriv discount_rates_date, eller discounting = "none"',
                'write discount_rates_date, or discounting = "none"',
            ),
        )
    elif not covers_horizon(rates, intervention.horizon_years):
        problems.add(
            "horizon_years",
            show_value(intervention.horizon_years),
            Text("en horisont, som renterne dækker", "a horizon the rates cover"),
            Text("forkort horisonten", "shorten the horizon"),
        )


def _check_parameters(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    if intervention.tax_on_transfers == "computed" and (
        find_tax_rate(release, intervention.first_year) is None
        or TAX_ON_TRANSFERS not in release.consequences
    ):
        problems.add(
            "tax_on_transfers",
            Text("computed, men ingen skatteprocent", "computed, but no tax rate"),
            Text("en udgivelse med en skatteprocent", "a release with a tax rate"),
            Text('skriv "release" eller "none"', 'write "release" or "none"'),
        )
    if not has_refund_rule(release.parameters):
        for n, line in enumerate(intervention.costs, start=1):
            place = f"costs[{n}].single_cases"
            if line.single_cases and not problems.has_problem_within(place):
                problems.add(
                    place,
                    Text("en enkeltsag, men ingen grænser for refusion", "a single case, but no thresholds"),
                    Text("en udgivelse med grænserne", "a release with the thresholds"),
                    Text("skriv nettobeløbet i items", "write the net amount in items"),
                )


def _check_prices(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    own = {price.consequence: set(price.price_dkk.by_payer) for price in intervention.own_prices}
    frame = find_price_frame(intervention)
    for group, keys in find_consequences(intervention, release).items():
        prices = release.get_prices(group, keys, frame)
        for c in np.flatnonzero(np.isnan(prices.price_dkk).any(axis=(0, 2))):
            if own.get(keys[c]) != set(PAYERS):
                _report_price(keys[c], prices.used[c].rows, problems)


def _report_price(key: str, rows: tuple[UnitPrice, ...], problems: ProblemList) -> None:
    found = Text("ingen enhedspris", "no unit price")
    if rows:
        year = rows[0].price_year
        found = Text(f"en pris i {year}, uden for prisindekset", f"a price of {year}, outside the index")
    problems.add(
        f"unit_prices.{key}",
        found,
        Text("en pris, der kan omregnes", "a price that can be converted"),
        Text(
            "skriv en pris for alle tre betalere i own_prices, eller slå konsekvensen fra",
            "write a price for all three payers in own_prices, or switch the consequence off",
        ),
    )

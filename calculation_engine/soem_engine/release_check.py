"""Checks of an intervention against a release: does the release hold what the calculation needs?

Here: unknown groups, views and consequences, years outside the price index, rates and prices. Not here:
checks that need no release (`intervention_check`).
"""

from __future__ import annotations

import datetime

from soem_engine.errors import ProblemList, show_value, suggest
from soem_engine.intervention import Intervention
from soem_engine.knowledge import DiscountRate
from soem_engine.money import can_convert, choose_rates, covers_horizon, find_price_level, find_prices
from soem_engine.release import Release
from soem_engine.texts import Text


def add_release_problems(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    """Add what an intervention asks for that a release does not hold."""
    if intervention.view not in release.views:
        expected = Text("en visning, som udgivelsen har", "a view the release has")
        problems.add(
            "view", show_value(intervention.view), expected, suggest(intervention.view, release.views)
        )
    for n, group in enumerate(intervention.target_groups, start=1):
        _check_group(group.target_group, f"target_groups[{n}].target_group", intervention, release, problems)
    _check_choice(intervention, release, problems)
    _check_price_years(intervention, release, problems)
    _check_rates(intervention, release, problems)
    if not problems.problems:
        _check_anything_left(intervention, release, problems)
        _check_prices(intervention, release, problems)


def find_rates(intervention: Intervention, release: Release) -> tuple[DiscountRate, ...]:
    """Return the discount rates of a calculation; empty: no discounting."""
    if intervention.discounting == "none":
        return ()
    day = intervention.discount_rates_date or datetime.date(intervention.first_year, 1, 1)
    return choose_rates(release.discount_rates, day)


def find_consequences(intervention: Intervention, release: Release) -> dict[str, tuple[str, ...]]:
    """Return the consequences calculated, by target group: those with profiles, less those switched off."""
    choice = intervention.consequences
    chosen: dict[str, tuple[str, ...]] = {}
    for group in intervention.target_groups:
        keys = release.get_profile(group.target_group, intervention.view).consequences
        if choice is not None:
            keys = tuple(k for k in keys if k not in choice.without and (not choice.only or k in choice.only))
        chosen[group.target_group] = keys
    return chosen


def _check_group(
    key: str, place: str, intervention: Intervention, release: Release, problems: ProblemList
) -> None:
    if problems.has_problem_within(place):
        return
    group = release.target_groups.get(key)
    expected = Text("en målgruppe i udgivelsen", "a target group of the release")
    if group is None:
        problems.add(place, show_value(key), expected, suggest(key, release.target_groups))
    elif group.kind == "literature_only":
        found = Text(
            f"{key}, som kun har en litteraturoversigt", f"{key}, which has a literature overview only"
        )
        do_this = Text("vælg en målgruppe med estimater", "choose a target group with estimates")
        problems.add(place, found, expected, do_this)
    elif not problems.is_bad("view") and not release.get_profile(key, intervention.view).consequences:
        found = Text(f"{key}, som ikke har profiler", f"{key}, which has no profiles")
        problems.add(place, found, expected, Text("vælg en anden målgruppe", "choose another target group"))


def _check_choice(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    choice = intervention.consequences
    if choice is None:
        return
    if choice.only and choice.without:
        problems.add(
            "consequences",
            Text("både only og without", "both only and without"),
            Text("kun en af dem", "one of them only"),
            Text("fjern den ene", "take one away"),
        )
    for name, keys in (("only", choice.only), ("without", choice.without)):
        for n, key in enumerate(keys, start=1):
            if key not in release.consequences:
                expected = Text("en konsekvens i udgivelsen", "a consequence of the release")
                place = f"consequences.{name}[{n}]"
                problems.add(place, show_value(key), expected, suggest(key, release.consequences))


def _check_anything_left(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    for group, keys in find_consequences(intervention, release).items():
        if not keys:
            problems.add(
                "consequences",
                Text(f"ingen konsekvenser tilbage for {group}", f"no consequences left for {group}"),
                Text("mindst en konsekvens, som målgruppen har", "at least one consequence the group has"),
                suggest("", release.get_profile(group, intervention.view).consequences),
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


def _check_prices(intervention: Intervention, release: Release, problems: ProblemList) -> None:
    target = intervention.price_year
    for group, keys in find_consequences(intervention, release).items():
        for key in keys:
            rows = find_prices(release.unit_prices, key, group, target)
            year = find_price_level(release.consequences[key], rows, release.info.price_year)
            if year is None:
                found = Text("ingen enhedspris", "no unit price")
            elif not can_convert(release.price_index, year, target):
                found = Text(
                    f"en pris i {year}, uden for prisindekset", f"a price of {year}, outside the index"
                )
            else:
                continue
            problems.add(
                f"unit_prices.{key}",
                found,
                Text("en pris, der kan omregnes", "a price that can be converted"),
                Text(
                    "slå konsekvensen fra, og meld fejlen", "switch the consequence off, and report the error"
                ),
            )

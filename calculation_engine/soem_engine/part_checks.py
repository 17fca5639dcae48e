"""Checks of the parts of an intervention: costs, own data, committees.

Here: what is wrong whatever the release. Not here: single numbers and groups (`intervention_check`), ranges typed
(`range_checks`).
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from soem_engine.amounts import YearAmounts
from soem_engine.axis import TAX_ON_TRANSFERS
from soem_engine.consequence_inputs import CommitteeStructure, OwnConsequence, WhileRunning
from soem_engine.cost_inputs import CostItem, CostLine
from soem_engine.errors import ProblemList, show_value, suggest
from soem_engine.intervention import Intervention
from soem_engine.texts import Text

_SHARE_TOLERANCE = 1e-9


def check_filled(text: str, place: str, problems: ProblemList) -> None:
    """Check that a text is not empty."""
    if not text.strip():
        problems.add(
            place,
            Text("en tom tekst", "an empty text"),
            Text("en tekst; den skrives i resultatet", "a text; it is printed with the result"),
            Text("skriv teksten", "write the text"),
        )


def check_years(
    by_year: Mapping[int, float], place: str, intervention: Intervention, problems: ProblemList
) -> None:
    """Check that calendar years lie in the horizon."""
    if problems.has_problem_within("first_year") or problems.has_problem_within("horizon_years"):
        return
    first, last = intervention.first_year, intervention.last_year
    for year in by_year:
        if not first <= year <= last:
            problems.add(
                f"{place}.{year}",
                Text(f"et beløb eller antal i {year}", f"an amount or number in {year}"),
                Text(f"et år i beregningen, {first}-{last}", f"a year of the calculation, {first}-{last}"),
                Text(
                    "ret året, first_year eller horizon_years",
                    "correct the year, first_year or horizon_years",
                ),
            )


def check_shares(shares: Mapping[str, float], place: str, problems: ProblemList) -> None:
    """Check that shares add up to 1."""
    total = sum(shares.values())
    if abs(total - 1.0) > _SHARE_TOLERANCE and not problems.has_problem_within(place):
        problems.add(
            place,
            Text(f"andele, der tilsammen giver {total:g}", f"shares that add up to {total:g}"),
            Text("andele, der tilsammen giver 1", "shares that add up to 1"),
            Text("ret andelene", "correct the shares"),
        )


def check_cost(cost: CostLine, where: str, intervention: Intervention, problems: ProblemList) -> None:
    """Check one cost line and its cost sheet."""
    has_sheet = bool(cost.items or cost.single_cases)
    if (cost.amounts_dkk is None) != has_sheet:
        problems.add(
            f"{where}.amounts_dkk",
            Text("ingen af delene, eller begge dele", "neither, or both"),
            Text("et beløb eller et omkostningsark (items)", "an amount or a cost sheet (items)"),
            Text("skriv en af dem", "write one of them"),
        )
    if cost.amounts_dkk is not None:
        _check_amounts(cost.amounts_dkk, f"{where}.amounts_dkk", intervention, problems)
    for n, item in enumerate(cost.items, start=1):
        _check_item(item, f"{where}.items[{n}]", intervention, problems)
    for n, case in enumerate(cost.single_cases, start=1):
        place = f"{where}.single_cases[{n}]"
        _check_amounts(case.persons, f"{place}.persons", intervention, problems)
        if cost.kind not in ("start_up", "fixed"):
            expected = Text("en linje af arten fixed eller start_up", "a line of the kind fixed or start_up")
            do_this = Text("læg sagen i en linje for sig", "put the case in a line of its own")
            problems.add(place, show_value(cost.kind), expected, do_this)
    check_shares(cost.payer.shares, f"{where}.payer", problems)


def _check_amounts(
    amounts: YearAmounts, place: str, intervention: Intervention, problems: ProblemList
) -> None:
    if (amounts.constant is None) == (not amounts.by_year):
        problems.add(
            place,
            Text(
                "intet beløb, eller både et fast og et pr. år",
                "no amount, or both a constant and one by year",
            ),
            Text("et beløb, eller en tabel efter år", "an amount, or a table by year"),
            Text("skriv et af dem", "write one of them"),
        )
    check_years(amounts.by_year, place, intervention, problems)


def _check_item(item: CostItem, where: str, intervention: Intervention, problems: ProblemList) -> None:
    by_hours = (item.hours is not None, item.wage_dkk is not None)
    by_quantity = (item.quantity is not None, item.unit_cost_dkk is not None)
    if not ((all(by_hours) and not any(by_quantity)) or (all(by_quantity) and not any(by_hours))):
        problems.add(
            where,
            Text("hverken det ene eller det andet par, helt", "neither pair, whole"),
            Text(
                "hours og wage_dkk, eller quantity og unit_cost_dkk",
                "hours and wage_dkk, or quantity and unit_cost_dkk",
            ),
            Text("skriv et af parrene", "write one of the pairs"),
        )
    if item.overhead_share > 0 and all(by_quantity):
        problems.add(
            f"{where}.overhead_share",
            show_value(item.overhead_share),
            Text("overhead på løn (hours og wage_dkk)", "overhead on wages (hours and wage_dkk)"),
            Text("læg det til unit_cost_dkk", "add it to unit_cost_dkk"),
        )
    for name in ("hours", "quantity"):
        amounts = getattr(item, name)
        if amounts is not None:
            _check_amounts(amounts, f"{where}.{name}", intervention, problems)


def check_own_data(intervention: Intervention, problems: ProblemList) -> None:
    """Check own consequences, consequences while running and own prices against the intervention itself."""
    groups = [group.target_group for group in intervention.target_groups]
    seen: set[tuple[str, str]] = set()
    for n, own in enumerate(intervention.own_consequences, start=1):
        where = f"own_consequences[{n}]"
        _check_group_name(own.target_group, groups, where, problems)
        _check_values(own, where, problems)
        if own.consequence == TAX_ON_TRANSFERS and intervention.tax_on_transfers != "release":
            expected = Text("release, når skatten har egne data", "release, where the tax has own data")
            do_this = Text("fjern det ene", "take one away")
            problems.add("tax_on_transfers", show_value(intervention.tax_on_transfers), expected, do_this)
        for group in [own.target_group] if own.target_group else groups:
            _check_once((own.consequence, group), seen, where, problems)
            seen.add((own.consequence, group))
    for n, running in enumerate(intervention.while_running, start=1):
        _check_group_name(running.target_group, groups, f"while_running[{n}]", problems)
        _check_running(running, f"while_running[{n}]", intervention, problems)
    priced: set[tuple[str, str]] = set()
    for n, price in enumerate(intervention.own_prices, start=1):
        where = f"own_prices[{n}]"
        _check_once((price.consequence, ""), priced, where, problems)
        priced.add((price.consequence, ""))
        if not price.price_dkk.by_payer:
            expected = Text("mindst en betaler", "at least one payer")
            do_this = Text("skriv fx { municipality = 800 }", "write for example { municipality = 800 }")
            problems.add(f"{where}.price_dkk", show_value(None), expected, do_this)


def _check_values(own: OwnConsequence, where: str, problems: ProblemList) -> None:
    if not own.values and not problems.has_problem_within(f"{where}.values"):
        expected = Text("mindst et år", "at least one year")
        do_this = Text("skriv fx { 1 = -2.9 }", "write for example { 1 = -2.9 }")
        problems.add(f"{where}.values", show_value(None), expected, do_this)
    expected = Text("et år, der har en værdi: 1, 2 ...", "a year that has a value: 1, 2 ...")
    do_this = Text("ret året", "correct the year")
    for year in own.values:
        if year < 1:
            problems.add(f"{where}.values.{year}", show_value(year), expected, do_this)
    for year in own.standard_errors:
        if year not in own.values:
            problems.add(f"{where}.standard_errors.{year}", show_value(year), expected, do_this)


def _check_running(
    running: WhileRunning, where: str, intervention: Intervention, problems: ProblemList
) -> None:
    concerned = [
        group for group in intervention.target_groups if running.target_group in (None, group.target_group)
    ]
    if concerned and not any(group.duration_months > 0 for group in concerned):
        problems.add(
            where,
            Text("et forløb uden varighed", "a course without duration"),
            Text("duration_months på målgruppen", "duration_months of the target group"),
            Text("skriv forløbets længde i måneder", "write the length of the course in months"),
        )


def _check_once(
    key: tuple[str, str], seen: Collection[tuple[str, str]], where: str, problems: ProblemList
) -> None:
    if key in seen:
        expected = Text("hver konsekvens en gang", "each consequence once")
        do_this = Text("læg dem sammen til en", "make them one")
        problems.add(f"{where}.consequence", show_value(key[0]), expected, do_this)


def _check_group_name(name: str | None, groups: list[str], where: str, problems: ProblemList) -> None:
    if name is not None and name not in groups:
        expected = Text("en af indsatsens målgrupper", "one of the intervention's target groups")
        problems.add(f"{where}.target_group", show_value(name), expected, suggest(name, groups))


def check_committees(intervention: Intervention, problems: ProblemList) -> None:
    """Check that committees' shares add up to 1, and that no cost line is named almost rightly."""
    structure = intervention.committees
    if structure is None:
        return
    check_shares(structure.default.shares, "committees.default", problems)
    for table in ("areas", "consequences", "costs"):
        for key, shares in getattr(structure, table).items():
            check_shares(shares.shares, f"committees.{table}.{key}", problems)
    _check_cost_names(intervention, structure, problems)


def find_unknown_costs(intervention: Intervention) -> tuple[str, ...]:
    """Return the cost lines a committee structure names that the intervention does not have.

    A structure is kept in a file of its own and used for several interventions, so that is a warning, no mistake.
    """
    structure, lines = intervention.committees, {line.name for line in intervention.costs}
    return () if structure is None else tuple(name for name in structure.costs if name not in lines)


def _check_cost_names(
    intervention: Intervention, structure: CommitteeStructure, problems: ProblemList
) -> None:
    """Refuse a name that is nearly that of a cost line: a slip of the pen would send the cost to the default."""
    unnamed = [line.name for line in intervention.costs if line.name not in structure.costs]
    for name in find_unknown_costs(intervention):
        near = difflib.get_close_matches(name.lower(), [line.lower() for line in unnamed], n=1, cutoff=0.8)
        if near:
            expected = Text("navnet på en af indsatsens omkostninger", "the name of one of the costs")
            do_this = suggest(name, [line for line in unnamed if line.lower() in near])
            problems.add(f"committees.costs.{name}", show_value(name), expected, do_this)

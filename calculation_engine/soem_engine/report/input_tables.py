"""Tables of inputs: costs and cost sheets, committees, own data, ranges.

Here: inputs as typed, with units and reasons. Not here: what they come to (`result_tables`).
"""

from __future__ import annotations

from collections.abc import Mapping

from soem_engine.amounts import YearAmounts
from soem_engine.cost_inputs import CostLine
from soem_engine.intervention import Intervention
from soem_engine.report.document import Column, Row, Table
from soem_engine.report.input_words import (
    DISTRIBUTION_NAMES,
    PARAGRAPH_NAMES,
    name_place,
)
from soem_engine.report.wording import DASH, NO_BREAK, Words
from soem_engine.result import Result
from soem_engine.texts import COST_KIND_NAMES, ITEM_CATEGORY_NAMES, name_area


def tabulate_costs(typed: Intervention, words: Words) -> Table:
    """Return the cost lines as typed: kind, amount, payer."""
    rows = []
    for line in typed.costs:
        kind = words.pick(COST_KIND_NAMES[line.kind])
        saved = (
            words.say(" (sparet ved alternativet)", " (saved: the alternative)")
            if line.saved_alternative
            else ""
        )
        rows.append(
            Row(
                (
                    line.name + saved,
                    kind,
                    _write_line_amount(line, words),
                    _write_shares(line.payer.shares, words),
                )
            )
        )
    title = words.say("Omkostninger, som de er skrevet", "Costs as typed")
    return Table(
        f"{title}, {typed.price_year_of_costs}{words.say('-priser', ' prices')}",
        (
            Column(words.say("Omkostning", "Cost"), is_number=False, share=3),
            Column(words.say("Art", "Kind"), is_number=False),
            Column(words.say("Beløb, kr.", "Amount, DKK"), share=2),
            Column(words.say("Betaler", "Payer"), is_number=False),
        ),
        tuple(rows),
    )


def _write_line_amount(line: CostLine, words: Words) -> str:
    if line.amounts_dkk is None:
        return words.say("se opgørelsen", "see the sheet")
    return _write_amounts(line.amounts_dkk, words)


def _write_amounts(amounts: YearAmounts | None, words: Words) -> str:
    if amounts is None:
        return ""
    if amounts.constant is not None:
        return words.plain(amounts.constant)
    return "\n".join(f"{year}: {words.plain(value)}" for year, value in sorted(amounts.by_year.items()))


def _write_shares(shares: Mapping[str, float], words: Words) -> str:
    used = {payer: share for payer, share in shares.items() if share > 0}
    if len(used) == 1:
        return words.payer(next(iter(used)))
    return "\n".join(
        f"{words.payer(payer)}{NO_BREAK}{words.share_plain(share)}" for payer, share in used.items()
    )


def tabulate_items(typed: Intervention, words: Words) -> Table:
    """Return the cost sheets: hours × wage with overhead, or quantity × unit cost."""
    rows: list[Row] = []
    for line in typed.costs:
        if not line.items:
            continue
        rows.append(Row((f"{line.name} ({words.pick(COST_KIND_NAMES[line.kind])})",), "group"))
        for item in line.items:
            is_staff = item.hours is not None
            price = item.wage_dkk if is_staff else item.unit_cost_dkk
            rows.append(
                Row(
                    (
                        item.name,
                        words.pick(ITEM_CATEGORY_NAMES[item.category]),
                        _write_amounts(item.hours if is_staff else item.quantity, words),
                        DASH if price is None else words.plain(price),
                        words.share_plain(item.overhead_share) if is_staff else "",
                    )
                )
            )
    return Table(
        words.say("Opgørelse af omkostninger", "Cost sheet"),
        (
            Column(words.say("Post", "Item"), is_number=False, share=1),
            Column(words.say("Slags", "Category"), is_number=False),
            Column(words.say("Timer eller antal", "Hours or quantity")),
            Column(words.say("Kr. pr. time eller enhed", "DKK per hour or unit")),
            Column(words.say("Overhead", "Overhead")),
        ),
        tuple(rows),
    )


def tabulate_single_cases(typed: Intervention, words: Words) -> Table:
    """Return the specially expensive single cases as typed."""
    rows = [
        Row(
            (
                case.name,
                line.name,
                words.pick(PARAGRAPH_NAMES[case.rule]),
                words.plain(case.cost_dkk),
                _write_amounts(case.persons, words),
            )
        )
        for line in typed.costs
        for case in line.single_cases
    ]
    return Table(
        words.say("Særligt dyre enkeltsager", "Specially expensive single cases"),
        (
            Column(words.say("Sag", "Case"), is_number=False, share=1),
            Column(words.say("Omkostning", "Cost line"), is_number=False),
            Column(words.say("Regel", "Rule"), is_number=False),
            Column(words.say("Kr. pr. person pr. år", "DKK per person per year")),
            Column(words.say("Personer", "Persons")),
        ),
        tuple(rows),
    )


def tabulate_committees(result: Result, words: Words) -> Table:
    """Return which committee has what: the rules as typed, the most particular first."""
    structure = result.intervention.committees
    if structure is None:
        raise ValueError("the intervention has no committees")
    consequences = {one.key: words.pick(one.name) for one in result.consequences}
    rules = [(name, shares) for name, shares in structure.costs.items()]
    rules += [(consequences.get(key, key), shares) for key, shares in structure.consequences.items()]
    rules += [
        (words.pick(result.areas.get(key, name_area(key))), shares) for key, shares in structure.areas.items()
    ]
    rules.append((words.say("Alt andet", "Everything else"), structure.default))
    rows = [
        Row((name, "\n".join(f"{who} {words.share_plain(share)}" for who, share in shares.shares.items())))
        for name, shares in rules
    ]
    return Table(
        f"{words.say('Udvalg', 'Committees')}: {structure.name}",
        (
            Column(words.say("Konsekvens, område eller omkostning", "Consequence, area or cost"), False, 1),
            Column(words.say("Udvalg", "Committee"), False, 1),
        ),
        tuple(rows),
    )


def tabulate_own_consequences(result: Result, words: Words) -> Table:
    """Return own data on consequences, with reasons."""
    rows = []
    for own in result.intervention.own_consequences:
        values = ", ".join(
            f"{words.say('år', 'year')} {year}: {words.plain(value)}"
            for year, value in sorted(own.values.items())
        )
        if own.standard_errors:
            errors = ", ".join(words.plain(error) for _, error in sorted(own.standard_errors.items()))
            values += f" ({words.say('standardfejl', 'standard errors')} {errors})"
        name = _name_consequence(own.consequence, own.target_group, result, words)
        if own.new is not None:
            is_expense = own.new.budget_sign == "expense"
            sign = words.say("udgift" if is_expense else "indtægt", "expense" if is_expense else "revenue")
            name += f" ({words.say('egen konsekvens', 'own consequence')}, {sign})"
        rows.append(Row((name, values, _join_lines(own.reason))))
    return _tabulate_reasons(
        words.say("Egne data om konsekvenser", "Own data on consequences"),
        words.say(
            "Forskel i brug pr. person, der når succes", "Difference in use per person reaching success"
        ),
        rows,
        words,
    )


def tabulate_running(result: Result, words: Words) -> Table:
    """Return the consequences while the intervention runs, with reasons."""
    rows = [
        Row(
            (
                _name_consequence(one.consequence, one.target_group, result, words),
                words.plain(one.change),
                _join_lines(one.reason),
            )
        )
        for one in result.intervention.while_running
    ]
    return _tabulate_reasons(
        words.say("Konsekvenser, mens indsatsen kører", "Consequences while the intervention runs"),
        words.say("Ændring pr. deltagerår", "Change per participant-year"),
        rows,
        words,
    )


def tabulate_own_prices(result: Result, words: Words) -> Table:
    """Return own prices by payer, with reasons."""
    rows = []
    for own in result.intervention.own_prices:
        prices = ", ".join(
            f"{words.payer(payer)} {words.dkk_plain(price)}"
            for payer, price in own.price_dkk.by_payer.items()
        )
        level = own.price_year or result.intervention.price_year
        prices += f" ({words.say(f'{level}-priser', f'prices of {level}')})"
        rows.append(
            Row((_name_consequence(own.consequence, None, result, words), prices, _join_lines(own.reason)))
        )
    return _tabulate_reasons(
        words.say("Egne priser", "Own prices"), words.say("Kr. pr. enhed", "DKK per unit"), rows, words
    )


def tabulate_ranges(typed: Intervention, words: Words) -> Table:
    """Return the ranges of inputs, with reasons."""
    rows = []
    for one in typed.ranges:
        is_share = one.input.endswith("net_success_share") or one.input == "discount_rate"
        low, high = (words.share_plain(v) if is_share else f"× {words.plain(v)}" for v in (one.low, one.high))
        name = words.pick(DISTRIBUTION_NAMES[one.distribution])
        span = f"{low} {words.say('til', 'to')} {high} ({name})"
        rows.append(Row((name_place(one.input, typed, words), span, _join_lines(one.reason))))
    return _tabulate_reasons(
        words.say("Usikkerhed på input", "Ranges of inputs"), words.say("Fra – til", "From – to"), rows, words
    )


def _tabulate_reasons(title: str, what: str, rows: list[Row], words: Words) -> Table:
    columns = (
        Column(words.say("Hvad", "What"), is_number=False, share=3),
        Column(what, is_number=False, share=4),
        Column(words.say("Begrundelse", "Reason"), is_number=False, share=5),
    )
    return Table(title, columns, tuple(rows))


def _name_consequence(key: str, group: str | None, result: Result, words: Words) -> str:
    names = {one.key: f"{words.pick(one.name)}, {words.pick(one.unit)}" for one in result.consequences}
    groups = {one.key: words.pick(one.name) for one in result.target_groups}
    return names.get(key, key) + (f", {groups[group]}" if group in groups else "")


def _join_lines(text: str) -> str:
    return " ".join(text.split())

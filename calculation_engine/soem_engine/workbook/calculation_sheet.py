"""The sheet of calculation: from participants to kr. by year, consequence, payer and cost line.

Here: everything between the inputs and the results, laid out so that each step can be followed. Not here: sums and
figures for reading (`result_sheet`), costs (`cost_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass

from soem_engine.group_part import GroupPart
from soem_engine.knowledge import FloatArray
from soem_engine.result import Result
from soem_engine.texts import PAYER_NAMES
from soem_engine.workbook.consequence_order import order_consequences
from soem_engine.workbook.consequence_sheet import count_profile_years
from soem_engine.workbook.cost_rows import write_costs
from soem_engine.workbook.participation_rows import write_operation, write_participation
from soem_engine.workbook.places import GroupPlaces, Places
from soem_engine.workbook.sheet import FIRST_YEAR, LABEL, TOTAL, UNIT, Sheet, set_year_columns, write_years


def start_calculation(sheet: Sheet, result: Result, places: Places) -> int:
    """Write time, persons and consequences, note where they stand, and return the row after them."""
    set_year_columns(sheet, max(len(result.years), count_profile_years(result)))
    sheet.text(0, LABEL, sheet.say("Beregning", "Calculation"), "title")
    sheet.text(
        1,
        LABEL,
        sheet.say(
            f"Kr. i {result.intervention.price_year}-priser. Plus: det offentlige sparer. Intet her "
            "skal rettes.",
            f"DKK in prices of {result.intervention.price_year}. Plus: the public sector saves. "
            "Nothing to change here.",
        ),
        "subtitle",
    )
    row = _write_time(sheet, result, places, 3)
    for g, part in enumerate(result.parts):
        row = write_participation(sheet, result, part, places.groups[g], row + 1)
    row = _write_participants(sheet, result, places, row + 1)
    row = write_operation(sheet, result, places, row)
    for g, part in enumerate(result.parts):
        group = _Group(g, sheet.pick(part.group.name), part, places.groups[g])
        row = _write_group(sheet, result, places, group, row + 1)
    sheet.worksheet.freeze_panes(5, FIRST_YEAR)
    return row


def finish_calculation(sheet: Sheet, result: Result, places: Places, row: int) -> None:
    """Write the costs and the sums from `row` on."""
    row = write_costs(sheet, result, places, row + 1)
    _write_sums(sheet, result, places, row + 1)


def _years(sheet: Sheet, result: Result, row: int) -> str:
    return sheet.span(row, FIRST_YEAR, row, FIRST_YEAR + len(result.years) - 1)


def _write_time(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    last = FIRST_YEAR + len(result.years) - 1
    sheet.wide_text(row, (LABEL, last), sheet.say("Tid og diskontering", "Time and discounting"), "section")
    labels = (
        sheet.say("Kalenderår", "Calendar year"),
        sheet.say("År efter det første", "Years after the first"),
        sheet.say("Inden for horisonten (1 = ja)", "Inside the horizon (1 = yes)"),
        sheet.say("Diskonteringsrente", "Discount rate"),
        sheet.say("Diskonteringsfaktor", "Discount factor"),
        sheet.say("Faktor inden for horisonten", "Factor inside the horizon"),
    )
    for n, label in enumerate(labels, start=1):
        sheet.texts(row + n, LABEL, (label, "", "", ""), "head" if n == 1 else "label")
    rate_of = _list_rates(result)
    factor = ""
    for t, year in enumerate(result.years):
        column = FIRST_YEAR + t
        places.years.append(sheet.number(row + 1, column, int(year), "year", "head"))
        number = sheet.number(row + 2, column, t, "year")
        inside = sheet.formula(row + 3, column, f"=IF({number}<{places.horizon},1,0)", 1, "year")
        places.in_horizon.append(inside)
        rate = sheet.formula(row + 4, column, _rate_formula(places, number), rate_of[t], "rate")
        formula = f"={factor}/(1+{rate})" if factor else "=1"
        factor = sheet.formula(row + 5, column, formula, result.discount_factors[t], "factor")
        sheet.formula(row + 6, column, f"={factor}*{inside}", result.discount_factors[t], "factor")
    places.factors = _years(sheet, result, row + 6)
    return row + 7


def _list_rates(result: Result) -> list[float]:
    """Return the rate of each year of the horizon; the first year has a rate too, which is not used."""
    rates = []
    for t in range(len(result.years)):
        fitting = [
            rate.rate
            for rate in result.rates
            if rate.horizon_from <= t and (rate.horizon_to is None or t <= rate.horizon_to)
        ]
        rates.append(fitting[0] if fitting else 0.0)
    return rates


def _rate_formula(places: Places, number: str) -> str:
    formula = "0"
    for first, last, rate in reversed(places.rates):
        formula = f"IF(AND({number}>={first},{number}<={last}),{rate},{formula})"
    return f"={formula}"


def _write_participants(sheet: Sheet, result: Result, places: Places, row: int) -> int:
    label = sheet.say("Gennemfører, alle målgrupper", "Complete, all target groups")
    sheet.texts(row, LABEL, (label, sheet.say("personer", "persons"), ""))
    totals = result.participants.sum(axis=0)
    for t in range(len(result.years)):
        added = "+".join(group.completing[t] for group in places.groups)
        formula = f"=({added})*{places.in_horizon[t]}"
        cell = sheet.formula(row, FIRST_YEAR + t, formula, totals[t], "persons")
        places.participants_by_year.append(cell)
    places.participants = _years(sheet, result, row)
    sheet.formula(row, TOTAL, f"=SUM({places.participants})", totals.sum(), "persons", "sum")
    return row + 1


@dataclass(frozen=True)
class _Group:
    """A target group while it is written: its number, its name, its part of the result, its addresses."""

    number: int
    name: str
    part: GroupPart
    places: GroupPlaces


def _write_group(sheet: Sheet, result: Result, places: Places, group: _Group, row: int) -> int:
    succeeding = _write_succeeding(sheet, result, places, group, row)
    row += len(result.years) + 3
    row = _write_use_change(sheet, result, places, group, succeeding, row)
    for p in range(len(result.payers)):
        row = _write_money(sheet, result, places, group, p, row + 1)
    return row


def _write_succeeding(sheet: Sheet, result: Result, places: Places, group: _Group, row: int) -> list[str]:
    """Write who is in which year of the profile (columns) in which calendar year (rows); return the (T,) rows."""
    n_profile = count_profile_years(result)
    title = sheet.say(
        "personer med succes efter år i profilen", "persons who succeed, by year of the profile"
    )
    sheet.wide_text(row, (LABEL, FIRST_YEAR + n_profile - 1), f"{group.name}: {title}", "section")
    sheet.texts(row + 1, LABEL, (sheet.say("Kalenderår", "Calendar year"), "", ""), "head")
    heads = [sheet.say("i alt", "in all")]
    heads += [f"{sheet.say('År', 'Year')} {k + 1}" for k in range(n_profile)]
    sheet.texts(row + 1, TOTAL, heads, "head_right")
    cells, share, lag = group.places.completing, group.places.share, places.lag
    completing = f"{cells[0]}:{cells[-1].split('!')[1]}"
    rows = []
    for t, year in enumerate(result.years):
        at_row = row + 2 + t
        sheet.texts(at_row, LABEL, (str(year), "", ""))
        for k in range(min(t + 1, n_profile)):
            since = t - k
            formula = f"=IF({since}-{lag}>=0,INDEX({completing},1,MAX(1,{since}-{lag}+1)),0)*{share}"
            sheet.formula(at_row, FIRST_YEAR + k, formula, group.part.succeeding[t, k], "use")
        block = sheet.span(at_row, FIRST_YEAR, at_row, FIRST_YEAR + n_profile - 1)
        total = group.part.succeeding[t, :n_profile].sum()
        sheet.formula(at_row, TOTAL, f"=SUM({block})", total, "use", "sum")
        rows.append(block)
    return rows


def _write_use_change(
    sheet: Sheet, result: Result, places: Places, group: _Group, succeeding: list[str], row: int
) -> int:
    title = f"{group.name}: {sheet.say('ændring i forbrug (minus: mindre)', 'change in use (minus: less)')}"
    sheet.wide_text(row, (LABEL, FIRST_YEAR + len(result.years) - 1), title, "section")
    write_years(sheet, row + 1, _heads(sheet), result.years.tolist())
    row += 2
    for c in order_consequences(result):
        consequence = result.consequences[c]
        if not group.part.is_calculated[c]:
            continue
        sheet.text(row, LABEL, sheet.pick(consequence.name))
        sheet.texts(row, UNIT, (sheet.pick(consequence.unit), ""), "unit")
        for t in range(len(result.years)):
            running = f"{group.places.running[c]}*{group.places.participant_years[t]}"
            use = f"SUMPRODUCT({group.places.values[c]},{succeeding[t]})+{running}"
            formula = f'=IF({group.places.is_on[c]}="{places.yes}",({use})*{places.in_horizon[t]},0)'
            value = result.use_change[group.number, t, c]
            group.places.use_change[c, t] = sheet.formula(row, FIRST_YEAR + t, formula, value, "use")
        total = result.use_change[group.number, :, c].sum()
        sheet.formula(row, TOTAL, f"=SUM({_years(sheet, result, row)})", total, "use", "sum")
        row += 1
    return row


def _heads(sheet: Sheet) -> tuple[str, str, str, str]:
    say = sheet.say
    return say("Konsekvens", "Consequence"), say("Enhed", "Unit"), "", say("i alt", "in all")


def _write_money(sheet: Sheet, result: Result, places: Places, group: _Group, p: int, row: int) -> int:
    n_years, money = len(result.years), result.consequences_dkk[group.number]
    payer = sheet.pick(PAYER_NAMES[result.payers[p]])
    title = f"{group.name}: {sheet.say('konsekvenser', 'consequences')}, {payer} (kr.)"
    sheet.wide_text(row, (LABEL, FIRST_YEAR + n_years - 1), title, "section")
    write_years(sheet, row + 1, _heads(sheet), result.years.tolist())
    first = row = row + 2
    for c in order_consequences(result):
        consequence = result.consequences[c]
        if not group.part.is_calculated[c]:
            continue
        sheet.texts(row, LABEL, (sheet.pick(consequence.name), "", ""))
        values: FloatArray = money[:, c, p]
        for t in range(n_years):
            price = group.places.prices[c, t][p]
            formula = f"=-{places.signs[c]}*{group.places.use_change[c, t]}*{price}"
            sheet.formula(row, FIRST_YEAR + t, formula, values[t], "amount")
        block = _years(sheet, result, row)
        sheet.formula(row, TOTAL, f"=SUM({block})", values.sum(), "amount", "sum")
        group.places.money[c, p] = block
        row += 1
    sheet.texts(row, LABEL, (sheet.say("I alt", "In all"), "", "", ""), "band")
    totals = money[:, :, p].sum(axis=1)
    group.places.money_totals.append(
        [
            sheet.formula(row, column, _sum_above(sheet, first, row, column), value, "amount", "total")
            for column, value in enumerate(totals, start=FIRST_YEAR)
        ]
    )
    return row + 1


def _sum_above(sheet: Sheet, first: int, row: int, column: int) -> str:
    return f"=SUM({sheet.span(first, column, row - 1, column)})" if row > first else "=0"


def _write_sums(sheet: Sheet, result: Result, places: Places, row: int) -> None:
    """Write consequences and costs by payer and year, all groups and lines together."""
    last = FIRST_YEAR + len(result.years) - 1
    sheet.wide_text(row, (LABEL, last), sheet.say("I alt pr. år (kr.)", "In all a year (DKK)"), "section")
    heads = ("", "", "", sheet.say("i alt", "in all"))
    write_years(sheet, row + 1, heads, result.years.tolist())
    row += 2
    consequences, cost = result.consequences_dkk.sum(axis=(0, 2)), result.cost_dkk.sum(axis=1)
    for p, payer in enumerate(result.payers):
        name = sheet.pick(PAYER_NAMES[payer])
        addends = [[group.money_totals[p][t] for group in places.groups] for t in range(len(result.years))]
        label = f"{sheet.say('Konsekvenser', 'Consequences')}, {name}"
        places.consequences_by_payer.append(_write_sum(sheet, row + p, label, addends, consequences[:, p]))
        addends = [[line[p][t] for line in places.costs] for t in range(len(result.years))]
        label = f"{sheet.say('Omkostninger', 'Costs')}, {name}"
        places.costs_by_payer.append(_write_sum(sheet, row + 3 + p, label, addends, cost[:, p]))


def _write_sum(sheet: Sheet, row: int, label: str, addends: list[list[str]], values: FloatArray) -> list[str]:
    sheet.texts(row, LABEL, (label, "", ""))
    cells = [
        sheet.formula(row, FIRST_YEAR + t, "=" + ("+".join(addends[t]) or "0"), values[t], "amount")
        for t in range(len(values))
    ]
    block = sheet.span(row, FIRST_YEAR, row, FIRST_YEAR + len(values) - 1)
    sheet.formula(row, TOTAL, f"=SUM({block})", values.sum(), "amount", "sum")
    return cells

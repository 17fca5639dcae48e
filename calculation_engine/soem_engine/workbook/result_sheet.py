"""The sheet of results: key figures, by payer, by year, by area, by consequence, by committee.

Here: what a reader looks at first. Not here: the calculation (`calculation_sheet`), charts (`charts`).
"""

from __future__ import annotations

from soem_engine.result import Result
from soem_engine.result_data import NEVER_BROKEN_EVEN, NOTHING_TO_BREAK_EVEN, describe_no_break_even
from soem_engine.texts import PAYER_NAMES
from soem_engine.workbook.charts import CUMULATED, N_CHART_ROWS, ChartSources, insert_charts
from soem_engine.workbook.consequence_tables import write_areas, write_committees, write_consequences
from soem_engine.workbook.payer_table import (
    LABEL,
    LAST,
    PAYER,
    SUM,
    write_payer_cells,
    write_payer_heads,
)
from soem_engine.workbook.places import Places
from soem_engine.workbook.sheet import SHARES_RIGHT, Sheet

_N_KEYS = 9
_PARTICIPANTS, _CONSEQUENCES, _COSTS, _FACTOR, _DISCOUNTED, _AHEAD = 1, 2, 3, 8, 9, 11

Figure = tuple[str, str, float | str, str]
"""Label, formula, value, number format."""


def fill_results(sheet: Sheet, result: Result, places: Places) -> None:
    """Write the sheet of results and note where the key figures stand."""
    sheet.worksheet.set_column(LABEL, LABEL, 46)
    sheet.worksheet.set_column(1, 1, 25)
    sheet.worksheet.set_column(2, LAST, 13.5)
    sheet.text(0, LABEL, sheet.say("Resultater", "Results"), "title")
    intervention = result.intervention
    sheet.text(
        1,
        LABEL,
        sheet.say(
            f"Kr. i {intervention.price_year}-priser, diskonteret til {intervention.first_year}. Plus: "
            "det offentlige sparer.",
            f"DKK in prices of {intervention.price_year}, discounted to {intervention.first_year}. "
            "Plus: the public sector saves.",
        ),
        "subtitle",
    )
    key_row = 3
    payer_row = key_row + _N_KEYS + 2
    chart_row = payer_row + 6
    year_row = chart_row + N_CHART_ROWS + 1
    area_row = year_row + len(result.years) + 4
    consequence_row = area_row + len(result.areas) + 4
    committee_row = consequence_row + len(result.consequences) + 4
    _write_years(sheet, result, places, year_row)
    columns = write_consequences(sheet, result, places, consequence_row)
    write_areas(sheet, result, columns, area_row)
    if places.committee_shares:
        write_committees(sheet, result, places, columns, committee_row)
    _write_payers(sheet, result, places, payer_row)
    _write_keys(sheet, result, places, (key_row, year_row + 2))
    insert_charts(sheet, result, ChartSources(chart_row, payer_row, year_row, area_row))
    sheet.worksheet.freeze_panes(3, 1)


def _write_keys(sheet: Sheet, result: Result, places: Places, at: tuple[int, int]) -> None:
    """Write the key figures from a row on; the table of years begins in another."""
    row, first = at
    sheet.wide_text(row, (LABEL, LAST), sheet.say("Hovedtal", "Key figures"), "section")
    figures = _list_keys(sheet, result, places, first)
    cells = []
    for n, (label, formula, value, number_format) in enumerate(figures, start=1):
        sheet.texts(row + n, LABEL, (label, ""), "label_bold")
        cells.append(sheet.formula(row + n, 1, formula, value, number_format, "key"))
    _write_check(sheet, places, row + len(figures) + 1)
    places.net_present_value, places.per_participant, places.break_even_year, places.benefit_per_krone = (
        cells[:4]
    )


def _list_keys(sheet: Sheet, result: Result, places: Places, first: int) -> list[Figure]:
    """Return the key figures; the table of years has its first year in row `first`."""
    say = sheet.say
    net, cost = places.by_payer["net"][-1], places.by_payer["costs"][-1]
    consequences = places.by_payer["consequences"][-1]
    persons = f"SUM({places.participants})"
    n_participants, benefit = result.n_participants, result.benefit_per_krone
    per_participant = result.net_present_value_per_participant if n_participants else 0.0
    total_consequences, total_cost = float(result.consequences_pv_dkk.sum()), float(result.cost_pv_dkk.sum())
    return [
        (
            say("Nettonutidsværdi, kr.", "Net present value, DKK"),
            f"={net}",
            result.net_present_value,
            "amount",
        ),
        (
            say("Nettonutidsværdi pr. deltager, kr.", "Net present value per participant, DKK"),
            f"=IF({persons}>0,{net}/{persons},0)",
            per_participant,
            "amount",
        ),
        _find_break_even(sheet, result, places, first),
        (
            say("Udbytte pr. krone", "Benefit per krone"),
            f'=IF({cost}>0.005,{consequences}/{cost},"-")',
            "-" if benefit is None else benefit,
            "ratio",
        ),
        (
            say("Konsekvenser i alt, kr.", "Consequences in all, DKK"),
            f"={consequences}",
            total_consequences,
            "amount",
        ),
        (say("Omkostninger i alt, kr.", "Costs in all, DKK"), f"={cost}", total_cost, "amount"),
        (
            say("Deltagere, der gennemfører", "Participants who complete"),
            f"={persons}",
            n_participants,
            "persons",
        ),
    ]


def _find_break_even(sheet: Sheet, result: Result, places: Places, first: int) -> Figure:
    """Return the first year from which the cumulated result is never negative again.

    The column `lowest from here` never falls, so the number of its negative years is the number before that year.
    """
    last = first + len(result.years) - 1
    negative = f'COUNTIF({sheet.span(first, _AHEAD, last, _AHEAD)},"<-0.005")'
    years = sheet.span(first, LABEL, last, LABEL)
    cumulated = sheet.span(first, CUMULATED, last, CUMULATED)
    is_zero = f'COUNTIF({cumulated},"<-0.005")+COUNTIF({cumulated},">0.005")=0'
    never, nothing = sheet.pick(NEVER_BROKEN_EVEN), sheet.pick(NOTHING_TO_BREAK_EVEN)
    year = f"INDEX({years},MIN({negative}+1,{len(result.years)}),1)"
    return (
        sheet.say("Tjent hjem fra (år)", "Breaks even from (year)"),
        f'=IF({is_zero},"{nothing}",IF({negative}<{places.horizon},{year},"{never}"))',
        result.break_even_year or sheet.pick(describe_no_break_even(result.cumulated_dkk)),
        "year",
    )


def _write_check(sheet: Sheet, places: Places, row: int) -> None:
    """Write whether every row of shares in the workbook adds up to all of it."""
    right = sheet.say(*SHARES_RIGHT)
    wrong = sheet.say("andele giver ikke 100 %", "shares are not 100 %")
    tests = ",".join(f'{cell}="{right}"' for cell in places.share_checks)
    formula = f'=IF(AND({tests}),"{right}","{wrong}")' if tests else f'="{right}"'
    label = sheet.say("Kontrol af andele", "Check of shares")
    sheet.texts(row, LABEL, (label, ""), "label_bold")
    sheet.formula(row, 1, formula, right, "plain", "key")


def _write_payers(sheet: Sheet, result: Result, places: Places, row: int) -> None:
    say = sheet.say
    sheet.wide_text(
        row, (LABEL, LAST), say("Efter betaler (kr., diskonteret)", "By payer (DKK, discounted)"), "section"
    )
    write_payer_heads(sheet, result, row + 1, ("", "", "", ""))
    consequences = result.consequences_pv_dkk.sum(axis=(0, 1, 2))
    cost = result.cost_pv_dkk.sum(axis=(0, 1))
    tables = (
        ("consequences", say("Konsekvenser", "Consequences"), consequences, places.consequences_by_payer),
        ("costs", say("Omkostninger", "Costs"), cost, places.costs_by_payer),
    )
    for n, (kind, label, values, by_year) in enumerate(tables):
        sheet.texts(row + 2 + n, LABEL, (label, "", "", ""))
        formulas = [
            f"=SUMPRODUCT({cells[0]}:{cells[-1].split('!')[1]},{places.factors})" for cells in by_year
        ]
        places.by_payer[kind] = write_payer_cells(sheet, row + 2 + n, formulas, values)
    sheet.texts(row + 4, LABEL, (say("Netto", "Net"), "", "", ""), "label_bold")
    pairs = zip(places.by_payer["consequences"], places.by_payer["costs"], strict=True)
    formulas = [f"={consequence}-{spent}" for consequence, spent in pairs][:-1]
    net = result.net_present_value_by_payer
    places.by_payer["net"] = write_payer_cells(sheet, row + 4, formulas, net)


def _write_years(sheet: Sheet, result: Result, places: Places, row: int) -> None:
    say = sheet.say
    sheet.wide_text(row, (LABEL, LAST), say("År for år (kr.)", "Year by year (DKK)"), "section")
    payers = [sheet.pick(PAYER_NAMES[payer]) for payer in result.payers]
    heads = [
        say("Deltagere", "Participants"),
        say("Konsekvenser", "Consequences"),
        say("Omkostninger", "Costs"),
        *(f"{say('Netto', 'Net')}, {payer}" for payer in payers),
        say("Netto i alt", "Net in all"),
        say("Faktor", "Factor"),
        say("Netto, diskonteret", "Net, discounted"),
        say("Akkumuleret, diskonteret", "Cumulated, discounted"),
        say("Laveste herfra", "Lowest from here"),
    ]
    sheet.text(row + 1, LABEL, say("År", "Year"), "head")
    sheet.texts(row + 1, 1, heads, "head_right")
    sheet.worksheet.set_row(row + 1, 30)
    for t in range(len(result.years)):
        _write_year(sheet, result, places, (t, row + 2 + t, row + 1 + len(result.years)))
    _write_year_sums(sheet, result, (row + 2, row + 2 + len(result.years)))


def _write_year(sheet: Sheet, result: Result, places: Places, at: tuple[int, int, int]) -> None:
    t, row, last_row = at
    sheet.formula(row, LABEL, f"={places.years[t]}", result.years[t], "year", "left")
    persons = result.participants[:, t].sum()
    sheet.formula(row, _PARTICIPANTS, f"={places.participants_by_year[t]}", persons, "persons")
    totals = (
        (_CONSEQUENCES, places.consequences_by_payer, result.consequences_dkk[:, t].sum()),
        (_COSTS, places.costs_by_payer, result.cost_dkk[t].sum()),
    )
    for column, by_payer, value in totals:
        formula = "=" + "+".join(cells[t] for cells in by_payer)
        sheet.formula(row, column, formula, value, "amount")
    formulas = [
        f"={consequences[t]}-{spent[t]}"
        for consequences, spent in zip(places.consequences_by_payer, places.costs_by_payer, strict=True)
    ]
    net = write_payer_cells(sheet, row, formulas, result.net_dkk[t])[-1]
    factor = sheet.formula(
        row, _FACTOR, f"=INDEX({places.factors},1,{t + 1})", result.discount_factors[t], "factor"
    )
    discounted = f"={net}*{factor}"
    value = result.net_pv_dkk[t].sum()
    now = sheet.formula(row, _DISCOUNTED, discounted, value, "amount")
    formula = f"={sheet.ref(row - 1, CUMULATED)}+{now}" if t else f"={now}"
    sheet.formula(row, CUMULATED, formula, result.cumulated_dkk[t], "amount", "sum")
    block = sheet.span(row, CUMULATED, last_row, CUMULATED)
    sheet.formula(row, _AHEAD, f"=MIN({block})", result.cumulated_dkk[t:].min(), "amount")


def _write_year_sums(sheet: Sheet, result: Result, at: tuple[int, int]) -> None:
    first, row = at
    sheet.text(row, LABEL, sheet.say("I alt", "In all"), "band")
    sums: dict[int, float] = {
        _PARTICIPANTS: result.participants.sum(),
        _CONSEQUENCES: result.consequences_dkk.sum(),
        _COSTS: result.cost_dkk.sum(),
        SUM: result.net_dkk.sum(),
        _DISCOUNTED: result.net_present_value,
    }
    sums |= {PAYER + p: value for p, value in enumerate(result.net_dkk.sum(axis=0))}
    for column in range(1, LAST + 1):
        if column not in sums:
            sheet.text(row, column, "", "band")
            continue
        number_format = "persons" if column == _PARTICIPANTS else "amount"
        formula = f"=SUM({sheet.span(first, column, row - 1, column)})"
        sheet.formula(row, column, formula, sums[column], number_format, "total")

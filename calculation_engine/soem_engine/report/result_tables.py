"""The tables of a calculation: year by payer, areas, consequences, committees, costs.

Here: every amount to the krone, so that a table can be added up again. Not here: charts (`result_charts`).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from soem_engine.joint_result import JointResult
from soem_engine.knowledge import FloatArray
from soem_engine.report.document import Block, Column, Paragraph, Row, Section, Table
from soem_engine.report.outcome import Outcome
from soem_engine.report.wording import Words
from soem_engine.result import Result
from soem_engine.texts import COST_KIND_NAMES


def make_tables(result: Result, outcome: Outcome, words: Words) -> Section:
    """Return the tables of a calculation."""
    blocks: list[Block] = [
        Paragraph(
            words.say(
                "Alle beløb er i hele kr.; summerne er regnet af uafrundede tal, så sidste ciffer kan afvige.",
                "All amounts are in whole kr.; sums are made from unrounded numbers, so the last digit may differ.",
            ),
            is_note=True,
        ),
        tabulate_years(outcome, words),
        _tabulate_parts_by_year(result, words),
        tabulate_areas(outcome, words),
        _tabulate_consequences(result, words),
    ]
    if result.committees:
        blocks.append(_tabulate_committees(result, words))
    if result.intervention.costs:
        blocks.append(_tabulate_costs(result, words))
    return Section("tables", words.say("Tabeller", "Tables"), tuple(blocks))


def make_joint_tables(subject: JointResult, outcome: Outcome, words: Words) -> Section:
    """Return the tables of a comparison or of several interventions together."""
    blocks: tuple[Block, ...] = (
        tabulate_years(outcome, words),
        tabulate_areas(outcome, words),
        _tabulate_consequences(subject, words),
    )
    if subject.committees:
        net = subject.net_by_committee_pv_dkk.sum(axis=1)
        rows = [
            Row((name, *_write(words, [amount])))
            for name, amount in zip(subject.committees, net, strict=True)
        ]
        rows.append(
            Row((words.say("Kommunen i alt", "The municipality"), *_write(words, [net.sum()])), "total")
        )
        columns = (
            Column(words.say("Udvalg", "Committee"), is_number=False, share=1),
            Column(words.say("Netto", "Net")),
        )
        title = words.say(
            "Kommunens nutidsværdi efter udvalg, kr.", "The municipality's present value by committee, DKK"
        )
        blocks = (*blocks, Table(title, columns, tuple(rows)))
    return Section("tables", words.say("Tabeller", "Tables"), blocks)


def tabulate_years(outcome: Outcome, words: Words) -> Table:
    """Return the net result by year and payer, undiscounted, and cumulated, discounted."""
    columns = (
        Column(words.say("År", "Year"), is_number=False, share=1),
        *(Column(words.payer(payer)) for payer in outcome.payers),
        Column(words.say("I alt", "Total")),
        Column(words.say("Diskonteret", "Discounted")),
        Column(words.say("Akkumuleret", "Cumulated")),
    )
    discounted, cumulated = outcome.net_pv_dkk.sum(axis=1), outcome.cumulated_dkk
    rows = [
        Row(
            (
                str(year),
                *_write(words, [*outcome.net_dkk[t], outcome.net_dkk[t].sum(), discounted[t], cumulated[t]]),
            )
        )
        for t, year in enumerate(outcome.years)
    ]
    totals = [*outcome.net_dkk.sum(axis=0), outcome.net_dkk.sum(), discounted.sum()]
    rows.append(Row((words.say("I alt", "Total"), *_write(words, totals), ""), "total"))
    return Table(
        words.say("Nettoresultat efter år og betaler, kr.", "Net result by year and payer, DKK"),
        columns,
        tuple(rows),
        words.say(
            f"Betalere og i alt: ikke diskonteret. Diskonteret og akkumuleret: til {outcome.first_year}.",
            f"Payers and total: undiscounted. Discounted and cumulated: to {outcome.first_year}.",
        ),
    )


def _tabulate_parts_by_year(result: Result, words: Words) -> Table:
    columns = (
        Column(words.say("År", "Year"), is_number=False, share=1),
        Column(words.say("Gennemfører", "Complete")),
        Column(words.say("Konsekvenser", "Consequences")),
        Column(words.say("Omkostninger", "Costs")),
        Column(words.say("Netto", "Net")),
        Column(words.say("Diskonteringsfaktor", "Discount factor")),
        Column(words.say("Heraf nedtrapning", "Of which taper")),
    )
    consequences, cost = result.consequences_dkk.sum(axis=(0, 2, 3)), result.cost_dkk.sum(axis=(1, 2))
    net, make_up = result.net_dkk.sum(axis=1), result.make_up
    rows = []
    for t, year in enumerate(result.years):
        whole = float(make_up.absolute_dkk[t])
        taper = float(make_up.tapered_dkk[t]) / whole if whole else 0.0
        persons = words.plain(round(float(result.participants[:, t].sum()), 2))
        rows.append(
            Row(
                (
                    str(year),
                    persons,
                    *_write(words, [consequences[t], cost[t], net[t]]),
                    words.number(float(result.discount_factors[t]), 4),
                    words.share(taper),
                )
            )
        )
    totals = _write(words, [consequences.sum(), cost.sum(), net.sum()])
    persons = words.plain(round(result.n_participants, 2))
    taper_share = words.share(make_up.share(make_up.tapered_dkk))
    rows.append(Row((words.say("I alt", "Total"), persons, *totals, "", taper_share), "total"))
    return Table(
        words.say(
            "Deltagere, konsekvenser og omkostninger år for år, kr.",
            "Participants, consequences and costs year by year, DKK",
        ),
        columns,
        tuple(rows),
        words.say(
            "Ikke diskonteret. Heraf nedtrapning: hvor stor en del af konsekvensernes værdi der falder efter "
            "de år, der er data om.",
            "Undiscounted. Of which taper: how much of the consequences' value falls after the years with data.",
        ),
    )


def tabulate_areas(outcome: Outcome, words: Words) -> Table:
    """Return the discounted consequences by area and payer, the cost, and the net present value."""
    rows = [
        Row((name, *_write_with_sum(words, amounts)))
        for name, amounts in zip(outcome.area_names, outcome.area_pv_dkk, strict=True)
        if np.any(amounts)
    ]
    cost = 0.0 - outcome.cost_pv_dkk.sum(axis=0)
    rows.append(Row((words.say("Omkostninger", "Costs"), *_write_with_sum(words, cost))))
    net = outcome.net_pv_dkk.sum(axis=0)
    rows.append(Row((words.say("Netto", "Net"), *_write_with_sum(words, net)), "total"))
    title = words.say("Nutidsværdi efter område og betaler, kr.", "Present value by area and payer, DKK")
    return Table(title, _payer_columns(words.say("Område", "Area"), outcome.payers, words), tuple(rows))


def _tabulate_consequences(subject: Result | JointResult, words: Words) -> Table:
    amounts = subject.sum_by_consequence().sum(axis=1)
    if isinstance(subject, Result):
        consequences, change = list(subject.consequences), subject.use_change.sum(axis=(0, 1))
    else:
        consequences, change = list(subject.consequences.values()), subject.sum_use_change()
    rows: list[Row] = []
    for area, area_name in subject.areas.items():
        chosen = [
            c for c, one in enumerate(consequences) if one.area == area and (np.any(amounts[c]) or change[c])
        ]
        if not chosen:
            continue
        rows.append(Row((words.pick(area_name),), "group"))
        for c in chosen:
            one = consequences[c]
            use = f"{words.number(float(change[c]), 1)} {words.pick(one.unit)}"
            rows.append(Row((words.pick(one.name), use, *_write_with_sum(words, amounts[c]))))
    total = amounts.sum(axis=0)
    rows.append(
        Row(
            (words.say("Konsekvenser i alt", "All consequences"), "", *_write_with_sum(words, total)), "total"
        )
    )
    name, *payers = _payer_columns(words.say("Konsekvens", "Consequence"), subject.payers, words)
    use_column = Column(words.say("Ændring i brug", "Change in use"))
    return Table(
        words.say(
            "Nutidsværdi efter konsekvens og betaler, kr.", "Present value by consequence and payer, DKK"
        ),
        (name, use_column, *payers),
        tuple(rows),
        words.say(
            "Ændring i brug: over hele horisonten, ikke diskonteret; minus er mindre brug. Konsekvenser uden "
            "virkning og uden værdi er ikke vist.",
            "Change in use: over the whole horizon, undiscounted; minus is less use. Consequences without change "
            "and value are not shown.",
        ),
    )


def _tabulate_committees(result: Result, words: Words) -> Table:
    columns = (
        Column(words.say("Udvalg", "Committee"), is_number=False, share=1),
        Column(words.say("Konsekvenser", "Consequences")),
        Column(words.say("Omkostninger", "Costs")),
        Column(words.say("Netto", "Net")),
    )
    consequences = result.committee_consequences_pv_dkk.sum(axis=(1, 2))
    cost = result.committee_cost_pv_dkk.sum(axis=(1, 2))
    net = result.net_by_committee_pv_dkk.sum(axis=1)
    rows = [
        Row((name, *_write(words, [consequences[b], cost[b], net[b]])))
        for b, name in enumerate(result.committees)
    ]
    totals = [consequences.sum(), cost.sum(), net.sum()]
    rows.append(Row((words.say("Kommunen i alt", "The municipality"), *_write(words, totals)), "total"))
    structure = result.intervention.committees
    name = "" if structure is None else structure.name
    return Table(
        words.say(
            "Kommunens nutidsværdi efter udvalg, kr.", "The municipality's present value by committee, DKK"
        ),
        columns,
        tuple(rows),
        words.say(f"Fordelt efter »{name}«.", f"Divided by “{name}”."),
    )


def _tabulate_costs(result: Result, words: Words) -> Table:
    rows: list[Row] = []
    for n, (line, detail) in enumerate(zip(result.intervention.costs, result.cost_detail, strict=True)):
        kind = words.pick(COST_KIND_NAMES[line.kind])
        rows.append(Row((line.name, kind, *_write_with_sum(words, result.cost_pv_dkk[:, n].sum(axis=0)))))
        if len(detail) > 1:
            rows += [
                Row(
                    (
                        f"\u2003{part.name}",
                        words.say("heraf", "of which"),
                        *_write_with_sum(words, (result.discount_factors[:, None] * part.dkk).sum(axis=0)),
                    )
                )
                for part in detail
            ]
    total = result.cost_pv_dkk.sum(axis=(0, 1))
    rows.append(
        Row((words.say("Omkostninger i alt", "All costs"), "", *_write_with_sum(words, total)), "total")
    )
    name, *payers = _payer_columns(words.say("Omkostning", "Cost"), result.payers, words)
    kind_column = Column(words.say("Art", "Kind"), is_number=False)
    title = words.say("Omkostninger efter betaler, nutidsværdi, kr.", "Costs by payer, present value, DKK")
    return Table(title, (name, kind_column, *payers), tuple(rows))


def _payer_columns(first: str, payers: tuple[str, ...], words: Words) -> tuple[Column, ...]:
    return (
        Column(first, is_number=False, share=1),
        *(Column(words.payer(payer)) for payer in payers),
        Column(words.say("I alt", "Total")),
    )


def _write(words: Words, values: Iterable[float]) -> tuple[str, ...]:
    return tuple(words.number(float(value)) for value in values)


def _write_with_sum(words: Words, amounts: FloatArray) -> tuple[str, ...]:
    return _write(words, [*amounts, amounts.sum()])

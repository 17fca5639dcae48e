"""A result as readable tables on a terminal, in Danish or English.

Here: what is shown, in which order: warnings first, then inputs, result, years, areas, what is not counted.
Not here: columns and wrapping (`text_table`), number formats (`number_format`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soem_engine.factors import Z_95
from soem_engine.notices import NOT_COUNTED_REASONS
from soem_engine.number_format import format_dkk, format_number, format_plain, format_share, format_years
from soem_engine.result import Result
from soem_engine.result_data import describe_no_break_even
from soem_engine.terminal_inputs import format_assumptions, format_inputs
from soem_engine.text_table import TextTable, format_heading, format_item, format_pairs
from soem_engine.texts import PAYER_NAMES, Language


def format_result(result: Result, language: Language = "da") -> str:
    """Return a result as text for a terminal.

    Parameters
    ----------
    result
        The result.
    language
        `da`: Danish words and numbers (1.234.567) · `en`: English.
    """
    page = _Page(result, language)
    sections = [
        page.title(),
        page.caveats(),
        format_inputs(result, language),
        format_assumptions(result, language),
        page.outcome(),
        page.by_year(),
        page.by_area(),
        page.by_consequence(),
        page.by_committee(),
        page.not_counted(),
    ]
    return "\n".join(section for section in sections if section) + "\n"


@dataclass(frozen=True)
class _Page:
    result: Result
    language: Language

    def say(self, danish: str, english: str) -> str:
        return danish if self.language == "da" else english

    def number(self, value: float) -> str:
        return format_number(value, self.language)

    @property
    def payers(self) -> list[str]:
        return [PAYER_NAMES[payer].pick(self.language) for payer in self.result.payers]

    def title(self) -> str:
        result = self.result
        release = f"{self.say('udgivelse', 'release')} {result.release.version}"
        engine = f"{self.say('motor', 'engine')} {result.engine_version}"
        title = f"{self.say('SØM-beregning', 'SØM calculation')}: {result.intervention.name}"
        return f"{title}\n{'=' * len(title)}\n  {release}, {engine}"

    def caveats(self) -> str:
        lines = [format_heading(self.say("Forbehold", "Warnings"))]
        lines += [format_item(caveat.text.pick(self.language), "!") for caveat in self.result.caveats]
        return "\n".join(lines)

    def outcome(self) -> str:
        result, errors = self.result, self.result.standard_errors
        year = result.break_even_year
        half = Z_95 * errors.net_present_value
        low, high = result.net_present_value - half, result.net_present_value + half
        interval = (
            f"{format_dkk(low, self.language)} {self.say('til', 'to')} {format_dkk(high, self.language)}"
        )
        note = self.say(
            " (mindst: kun fra de justerede forskelle; succesandel, priser, omkostninger og visning holdt fast)",
            " (at least: from the adjusted differences only; success share, prices, costs and view held fixed)",
        )
        per_participant = format_dkk(result.net_present_value_per_participant, self.language)
        never = describe_no_break_even(result.cumulated_dkk).pick(self.language)
        pairs = [
            (
                self.say("Nettonutidsværdi", "Net present value"),
                format_dkk(result.net_present_value, self.language),
            ),
            (self.say("95 %-interval", "95 % interval"), interval + note),
            (self.say("Pr. deltager", "Per participant"), per_participant),
            (self.say("Tjent hjem fra", "Breaks even from"), never if year is None else str(year)),
        ]
        benefit = result.benefit_per_krone
        if benefit is not None:
            name = self.say("Udbytte pr. krone", "Benefit per krone")
            pairs.append((name, format_number(benefit, self.language, 2)))
        if result.running_pv_dkk.any():
            name = self.say("Heraf under indsatsen", "Of that while running")
            pairs.append((name, format_dkk(float(result.running_pv_dkk.sum()), self.language)))
        sign = self.say(
            "Kr. i {}-priser, diskonteret til {}. Plus: det offentlige sparer.",
            "kr. in prices of {}, discounted to {}. Plus: the public sector saves.",
        ).format(result.intervention.price_year, result.intervention.first_year)
        heading = format_heading(self.say("Resultat", "Result"))
        return f"{heading}\n  {sign}\n\n{format_pairs(pairs)}\n\n{self._payer_table().format()}"

    def _payer_table(self) -> TextTable:
        result = self.result
        consequences = result.consequences_pv_dkk.sum(axis=(0, 1, 2))
        cost = result.cost_pv_dkk.sum(axis=(0, 1))
        net, errors = result.net_present_value_by_payer, result.standard_errors
        table = TextTable(
            [
                self.say("Betaler", "Payer"),
                self.say("Konsekvenser", "Consequences"),
                self.say("Omkostninger", "Costs"),
                self.say("Netto", "Net"),
                self.say("Standardfejl", "Standard error"),
            ]
        )
        for p, name in enumerate(self.payers):
            values = (consequences[p], cost[p], net[p], errors.by_payer[p])
            table.add(name, *(self.number(float(value)) for value in values))
        table.rule()
        totals = (consequences.sum(), cost.sum(), net.sum(), errors.net_present_value)
        table.add(self.say("I alt", "Total"), *(self.number(float(value)) for value in totals))
        return table

    def by_year(self) -> str:
        result = self.result
        table = TextTable(
            [
                self.say("År", "Year"),
                self.say("Deltagere", "Participants"),
                self.say("Konsekvenser", "Consequences"),
                self.say("Omkostninger", "Costs"),
                *self.payers,
                self.say("Netto", "Net"),
                self.say("Akkumuleret*", "Cumulated*"),
            ]
        )
        consequences, cost = result.consequences_dkk.sum(axis=(0, 2, 3)), result.cost_dkk.sum(axis=(1, 2))
        for t, year in enumerate(result.years):
            amounts = (*result.net_dkk[t], result.net_dkk[t].sum(), result.cumulated_dkk[t])
            table.add(
                str(year),
                format_plain(float(result.participants[:, t].sum()), self.language),
                *(self.number(float(value)) for value in (consequences[t], cost[t], *amounts)),
            )
        table.rule()
        total = (consequences.sum(), cost.sum(), *result.net_dkk.sum(axis=0), result.net_dkk.sum())
        persons = format_plain(result.n_participants, self.language)
        table.add(self.say("I alt", "Total"), persons, *(self.number(float(v)) for v in total), "")
        heading = format_heading(
            self.say(
                "År for år, kr. (ikke diskonteret; netto pr. betaler)", "Year by year, kr. (undiscounted)"
            )
        )
        note = self.say("* diskonteret til første driftsår", "* discounted to the first year of operation")
        return f"{heading}\n{table.format()}\n  {note}"

    def by_area(self) -> str:
        result = self.result
        table = TextTable([self.say("Område", "Area"), *self.payers, self.say("I alt", "Total")])
        for amounts, name in zip(result.sum_by_area().sum(axis=1), result.areas.values(), strict=True):
            if np.any(amounts):
                table.add(
                    name.pick(self.language), *(self.number(float(v)) for v in (*amounts, amounts.sum()))
                )
        cost = 0.0 - result.cost_pv_dkk.sum(axis=(0, 1))
        cost_name = self.say("Indsatsens omkostninger", "Cost of the intervention")
        table.add(cost_name, *(self.number(float(v)) for v in (*cost, cost.sum())))
        table.rule()
        net = result.net_present_value_by_payer
        table.add(self.say("Netto", "Net"), *(self.number(float(v)) for v in (*net, net.sum())))
        heading = format_heading(self.say("Efter område, kr. (diskonteret)", "By area, kr. (discounted)"))
        return f"{heading}\n{table.format()}"

    def by_consequence(self) -> str:
        result = self.result
        money, use = result.sum_by_consequence().sum(axis=(1, 2)), result.use_change.sum(axis=(0, 1))
        table = TextTable(
            [
                self.say("Konsekvens", "Consequence"),
                self.say("Ændret forbrug", "Change in use"),
                self.say("Kr. (diskonteret)", "kr. (discounted)"),
            ]
        )
        for c in np.argsort(-np.abs(money), kind="stable"):
            if money[c] != 0 or use[c] != 0:
                consequence = result.consequences[c]
                decimals = 0 if consequence.is_dkk else 1
                change = format_number(float(use[c]), self.language, decimals)
                unit = consequence.unit.pick(self.language)
                table.add(
                    consequence.name.pick(self.language), f"{change} {unit}", self.number(float(money[c]))
                )
        heading = format_heading(
            self.say("Efter konsekvens, hele horisonten", "By consequence, whole horizon")
        )
        tapered = format_share(result.make_up.share(result.make_up.tapered_dkk), self.language)
        note = self.say(f"{tapered} af værdien er nedtrapning", f"{tapered} of the value is taper")
        return f"{heading}\n{table.format()}\n  {note}"

    def by_committee(self) -> str:
        result = self.result
        if not result.committees:
            return ""
        table = TextTable(
            [
                self.say("Udvalg", "Committee"),
                self.say("Konsekvenser", "Consequences"),
                self.say("Omkostninger", "Costs"),
                self.say("Netto", "Net"),
            ]
        )
        for b, name in enumerate(result.committees):
            consequences = float(result.committee_consequences_pv_dkk[b].sum())
            cost = float(result.committee_cost_pv_dkk[b].sum())
            table.add(name, *(self.number(v) for v in (consequences, cost, consequences - cost)))
        table.rule()
        totals = (
            result.committee_consequences_pv_dkk,
            result.committee_cost_pv_dkk,
            result.net_by_committee_pv_dkk,
        )
        table.add(
            self.say("Kommunen", "Municipality"), *(self.number(float(cells.sum())) for cells in totals)
        )
        heading = format_heading(
            self.say(
                "Kommunen efter udvalg, kr. (diskonteret)", "Municipality by committee, kr. (discounted)"
            )
        )
        return f"{heading}\n{table.format()}"

    def not_counted(self) -> str:
        if not self.result.not_counted:
            return ""
        lines = [format_heading(self.say("Ikke regnet med", "Not counted"))]
        for entry in self.result.not_counted:
            years = ""
            if entry.relative_years:
                years = f", {self.say('profilens år', 'profile year')} {format_years(entry.relative_years)}"
            reason = NOT_COUNTED_REASONS[entry.reason].pick(self.language)
            lines.append(format_item(f"{entry.name.pick(self.language)}{years}: {reason}"))
        return "\n".join(dict.fromkeys(lines))

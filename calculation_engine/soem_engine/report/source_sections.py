"""What the release gave: profiles and prices with their number ids, rates, sources, and what is not counted.

Here: the release's side of a calculation. Not here: what the user typed (`input_sections`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from soem_engine.amounts import PAYERS
from soem_engine.cost_lines import CostRow
from soem_engine.notices import NOT_COUNTED_REASONS
from soem_engine.number_format import format_years
from soem_engine.prices import PriceUsed
from soem_engine.report.document import Block, Column, Items, Pairs, Paragraph, Row, Section, Table
from soem_engine.report.profile_tables import tabulate_profiles
from soem_engine.report.wording import DASH, Words
from soem_engine.result import Result
from soem_engine.texts import BASIS_NAMES, Text


@dataclass
class SourceList:
    """Sources in the order they are first named; a source has one number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def cite(self, source: str) -> str:
        """Return the number of a source; none has none."""
        return str(self.numbers.setdefault(source, len(self.numbers) + 1)) if source else ""


def make_sources(results: Sequence[Result], words: Words) -> list[Section]:
    """Return the sections on what the release gave to one or more results, with one list of sources at the end."""
    sources = SourceList()
    sections = [_explain_numbers(results[0], words)]
    used: dict[tuple[str, str, str, bool, str], Section] = {}
    for result in results:
        typed = result.intervention
        for part in result.parts:
            owned = repr(typed.own_consequences)
            key = (part.group.key, typed.view, typed.taper, typed.survival_weighting, owned)
            title = words.say("Konsekvensernes størrelse", "Size of the consequences")
            name = f"{title}: {words.pick(part.group.name)}"
            blocks = tabulate_profiles(part, result, words)
            used.setdefault(key, Section(f"profiles-{len(used) + 1}", name, blocks, level=2))
    prices = _tabulate_prices(results, sources, words)
    sections += [*used.values(), Section("prices", words.say("Priser", "Prices"), (prices,), level=2)]
    sections.append(_describe_rates(results, sources, words))
    if sources.numbers:
        quoted = words.say("Ordret fra udgivelsen.", "Word for word from the release, in Danish.")
        blocks = (Paragraph(quoted, is_note=True), Items(tuple(sources.numbers), is_numbered=True))
        sections.append(Section("sources", words.say("Kilder", "Sources"), blocks, level=2))
    return sections


def _explain_numbers(result: Result, words: Words) -> Section:
    group = next((g.key for g in result.target_groups if not g.is_own), "homeless")
    one = next((c.key for c in result.consequences if not c.is_own), "cash_benefit")
    release = result.release
    registers = words.span(release.year_first, release.year_last)
    pairs = [
        (words.say("Udgivelse", "Release"), release.version),
        (words.say("Registre", "Registers"), registers),
        (words.say("Udgivelsens prisniveau", "Price level of the release"), str(release.price_year)),
        (words.say("Beregnet med", "Calculated with"), f"soem-engine {result.engine_version}"),
    ]
    told = words.say(
        "Hvert tal fra udgivelsen har et tal-id, som det kan slås op med. Den justerede forskel i relativt år 3 hedder "
        f"fx {group}/{one}/3 og kommunens enhedspris price/{one}/municipality/{release.price_year}. Med udgivelsen "
        f"{release.version} og inputtene ovenfor kan beregningen gentages.",
        "Every number of the release has a number id to look it up by. The adjusted difference in relative year 3 is "
        f"called e.g. {group}/{one}/3 and the municipality's unit price price/{one}/municipality/{release.price_year}. "
        f"With release {release.version} and the inputs above the calculation can be repeated.",
    )
    blocks: tuple[Block, ...] = (Pairs(tuple(pairs)), Paragraph(told))
    return Section("numbers", words.say("Kilder og tal", "Sources and numbers"), blocks)


def _tabulate_prices(results: Sequence[Result], sources: SourceList, words: Words) -> Block:
    columns = (
        Column(words.say("Konsekvens, enhed", "Consequence, unit"), is_number=False, share=1),
        Column(words.say("Betaler", "Payer"), is_number=False),
        Column(words.say("Kr. pr. enhed", "DKK per unit")),
        Column(words.say("Grundlag", "Basis"), is_number=False),
        Column(words.say("Kilde", "Source"), is_number=False),
        Column(words.say("Tal-id", "Number id"), is_number=False),
    )
    seen: set[tuple[str, ...]] = set()
    rows: list[Row] = []
    for part, consequences in ((part, one.consequences) for one in results for part in one.parts):
        for c, consequence in enumerate(consequences):
            used = part.price_sources[c]
            if not part.is_calculated[c] or not used.number_ids or used.number_ids in seen:
                continue
            seen.add(used.number_ids)
            name = f"{words.pick(consequence.name)}, {words.pick(consequence.unit)}"
            rows.append(_write_price(name, used, sources, words))
    if not rows:
        none = words.say("Ingen af udgivelsens priser er brugt.", "None of the release's prices are used.")
        return Paragraph(none)
    note = words.say(
        "Efter refusion, i priser fra det år, som tal-id'et ender på; en betaler, der ikke er nævnt, betaler intet. "
        "Egne priser står under »Egne data og valg«. Tallet under kilde henviser til listen over kilder. "
        "* fordelt efter den refusionsregel, der gælder i de år.",
        "After reimbursement, in prices of the year in the number id; a payer not named pays nothing. Own prices are "
        "under “Own data and choices”. The number under source is that of the list of sources. * split by the "
        "reimbursement rule in force in those years.",
    )
    title = words.say("Enhedspriser", "Unit prices")
    return Table(title, columns, tuple(rows), note, is_dense=True)


def _write_price(name: str, used: PriceUsed, sources: SourceList, words: Words) -> Row:
    """Return one row: every payer who pays, in every period of its own split, on a line of its own."""
    ids = dict(zip(_list_released_payers(used), used.number_ids, strict=True))
    payers, amounts, numbers = [], [], []
    for period in used.periods:
        since = f" {words.span(period.first_year, period.last_year)}" if len(used.periods) > 1 else ""
        since += "*" if period.is_split_by_date else ""
        for payer, price in zip(PAYERS, period.by_payer, strict=True):
            if payer in ids and price != 0:
                payers.append(words.payer(payer) + since)
                amounts.append(words.number(price, 2))
                numbers.append(ids[payer])
    if not payers:
        payers, amounts, numbers = [DASH], [words.number(0.0, 2)], list(used.number_ids)
    first = used.rows[0]
    return Row(
        (
            name,
            "\n".join(payers),
            "\n".join(amounts),
            name_basis(first.basis, words),
            _cite_all(used, sources),
            "\n".join(numbers),
        )
    )


def _list_released_payers(used: PriceUsed) -> list[str]:
    overridden = set() if used.own is None else set(used.own.price_dkk.by_payer)
    return [payer for payer in PAYERS if payer not in overridden]


def _cite_all(used: PriceUsed, sources: SourceList) -> str:
    named = dict.fromkeys(source for period in used.periods for source in period.sources if source)
    return ", ".join(sources.cite(source) for source in named)


def name_basis(basis: str, words: Words) -> str:
    """Return what a basis is called, in a word."""
    name = words.pick(BASIS_NAMES.get(basis, Text(basis, basis))) or DASH
    return name.partition(",")[0]


def _describe_rates(results: Sequence[Result], sources: SourceList, words: Words) -> Section:
    result, blocks = results[0], list[Block]()
    used = [rate for rate in result.rates if rate.horizon_from < len(result.years)]
    if used and result.intervention.discount_rate is None:
        rows = [
            Row(
                (
                    _write_span(rate.horizon_from, rate.horizon_to, words),
                    words.share_plain(rate.rate),
                    words.date(rate.valid_from),
                    name_basis(rate.basis, words),
                    sources.cite(rate.source),
                )
            )
            for rate in used
        ]
        columns = (
            Column(words.say("År efter det første", "Years after the first"), is_number=False, share=1),
            Column(words.say("Rente", "Rate")),
            Column(words.say("Gælder fra", "Valid from"), is_number=False),
            Column(words.say("Grundlag", "Basis"), is_number=False),
            Column(words.say("Kilde", "Source"), is_number=False),
        )
        blocks.append(Table(words.say("Diskonteringsrenter", "Discount rates"), columns, tuple(rows)))
    typed = result.intervention
    years = sorted({result.release.price_year, typed.price_year, typed.price_year_of_costs})
    known = {year: result.price_index.by_year[year] for year in years if year in result.price_index.by_year}
    listed = ", ".join(f"{year}: {words.plain(value)}" for year, value in known.items())
    basis = name_basis(result.price_index.basis, words)
    blocks.append(Pairs(((words.say("Prisindeks", "Price index"), f"{listed} ({basis})"),)))
    refunded = [
        row for one in results for rows in one.cost_detail for row in rows if row.refund_terms.shape[1]
    ]
    if refunded:
        blocks.append(_tabulate_refunds(refunded, result, words))
    return Section(
        "rates", words.say("Renter og prisindeks", "Rates and price index"), tuple(blocks), level=2
    )


def _tabulate_refunds(refunded: list[CostRow], result: Result, words: Words) -> Table:
    """Return the state's refund of single cases: the release's thresholds and shares, and what they come to."""
    rows = []
    for row in refunded:
        is_new = (row.refund_terms[1:] != row.refund_terms[:-1]).any(axis=1)
        changes = [0, *(np.flatnonzero(is_new) + 1).tolist()]
        for start, end in zip(changes, [*changes[1:], len(result.years)], strict=True):
            low, high, above_low, above_high = row.refund_terms[start]
            span = words.span(int(result.years[start]), int(result.years[end - 1]))
            rows.append(
                Row(
                    (
                        row.name,
                        span,
                        words.number(float(low)),
                        words.share_plain(float(above_low)),
                        words.number(float(high)),
                        words.share_plain(float(above_high)),
                        words.number(float(row.refund_dkk[start:end].sum())),
                    )
                )
            )
    columns = (
        Column(words.say("Enkeltsag", "Single case"), is_number=False, share=1),
        Column(words.say("År", "Years"), is_number=False),
        Column(words.say("Over, kr.", "Above, DKK")),
        Column(words.say("Refusion", "Refund")),
        Column(words.say("Over, kr.", "Above, DKK")),
        Column(words.say("Refusion", "Refund")),
        Column(words.say("Refunderet, kr.", "Refunded, DKK")),
    )
    title = words.say(
        "Statens refusion af særligt dyre enkeltsager", "The state's refund of expensive single cases"
    )
    note = words.say(
        f"Grænser i {result.intervention.price_year_of_costs}-priser pr. person pr. år; refunderet i alt, ikke "
        "diskonteret.",
        f"Thresholds in prices of {result.intervention.price_year_of_costs} per person per year; refunded in all, "
        "undiscounted.",
    )
    return Table(title, columns, tuple(rows), note)


def _write_span(first: int, last: int | None, words: Words) -> str:
    return f"{first} {words.say('og frem', 'and on')}" if last is None else words.span(first, last)


def make_not_counted(results: Sequence[Result], words: Words) -> Section:
    """Return what is not counted, and never taken as zero."""
    said = words.say(
        "Det følgende er ikke regnet med, fordi det ikke kendes eller er slået fra. Det regnes ikke som nul.",
        "The following is left out because it is not known or was switched off. It is not taken as zero.",
    )
    title = words.say("Ikke medregnet", "Not counted")
    entries = list(dict.fromkeys(entry for result in results for entry in result.not_counted))
    if not entries:
        nothing = words.say("Alt, udgivelsen har, er regnet med.", "Everything the release has is counted.")
        return Section("not-counted", title, (Paragraph(nothing),))
    names = {group.key: words.pick(group.name) for result in results for group in result.target_groups}
    several = len(names) > 1
    rows = []
    for entry in entries:
        years = format_years(entry.relative_years).replace("-", DASH) or words.say("alle", "all")
        name = words.pick(entry.name)
        if several:
            name = f"{names.get(entry.target_group, entry.target_group)}: {name}"
        rows.append(Row((name, years, words.pick(NOT_COUNTED_REASONS[entry.reason]))))
    columns = (
        Column(words.say("Konsekvens eller ydelse", "Consequence or service"), is_number=False, share=3),
        Column(words.say("Relative år", "Relative years"), is_number=False, share=1),
        Column(words.say("Hvorfor", "Why"), is_number=False, share=2),
    )
    table = Table(words.say("Udeladt", "Left out"), columns, tuple(rows))
    return Section("not-counted", title, (Paragraph(said), table))

"""Warnings about prices, price levels, rates and what is used past its validity.

Here: when such a warning is due and its words. Not here: choosing prices (`prices`) and rates (`rates`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

import numpy as np

from soem_engine.axis import TAX_ON_TRANSFERS
from soem_engine.calculated import Amounts
from soem_engine.group_part import find_tax_rate
from soem_engine.intervention import Intervention
from soem_engine.knowledge import BoolArray
from soem_engine.make_up import MakeUp
from soem_engine.notices import Caveat
from soem_engine.number_format import format_share, format_years
from soem_engine.rates import OWN_RATE
from soem_engine.release import Release
from soem_engine.texts import BASIS_NAMES, Text, join_words


def list_price_caveats(
    release: Release, intervention: Intervention, amounts: Amounts, make_up: MakeUp
) -> Iterator[Caveat]:
    """Yield the warnings about prices and rates, the weightiest first."""
    share = make_up.share(make_up.placeholder_price_dkk)
    if share > 0:
        text = Text(
            f"{format_share(share, 'da')} af konsekvensernes værdi regnes med pladsholderpriser, "
            "ikke rigtige priser.",
            f"{format_share(share, 'en')} of the consequences' value rests on placeholder "
            "prices, not real ones.",
        )
        yield Caveat("placeholder_prices", text)
    years = {intervention.price_year, intervention.price_year_of_costs, release.info.price_year}
    years |= {own.price_year for own in intervention.own_prices if own.price_year}
    if len(years) > 1 and release.price_index.basis == "placeholder":
        text = Text("Prisindekset er en pladsholder.", "The price index is a placeholder.")
        yield Caveat("placeholder_price_index", text)
    used = [rate for rate in amounts.rates if rate.horizon_from < intervention.horizon_years]
    doubtful = sorted({rate.basis for rate in used} - {"documented", "", OWN_RATE})
    if doubtful:
        named = [BASIS_NAMES.get(basis, Text(basis, basis)) for basis in doubtful]
        text = Text(
            "En diskonteringsrente er " + join_words([name.da for name in named], "og") + ".",
            "A discount rate is " + join_words([name.en for name in named], "and") + ".",
        )
        yield Caveat("doubtful_discount_rate", text)
    yield from _about_own_prices(intervention, amounts)
    yield from _about_validity(intervention, amounts)
    yield from _about_other_values(release, intervention, amounts)


def _about_own_prices(intervention: Intervention, amounts: Amounts) -> Iterator[Caveat]:
    names = {consequence.key: consequence.name for consequence in amounts.consequences}
    own = [names[price.consequence] for price in intervention.own_prices if price.consequence in names]
    if own:
        text = Text(
            f"Egne priser: {_shorten([name.da for name in own], 'flere')}.",
            f"Own prices: {_shorten([name.en for name in own], 'more')}.",
        )
        yield Caveat("own_prices", text)


def _about_validity(intervention: Intervention, amounts: Amounts) -> Iterator[Caveat]:
    past = _find_used(amounts, [part.prices.is_outside_validity for part in amounts.parts])
    if past.any():
        years, da, en = _name_cells(past, intervention, amounts)
        text = Text(
            f"Priser bruges uden for deres gyldighed i {years}: {da}.",
            f"Prices are used outside their validity in {years}: {en}.",
        )
        yield Caveat("price_outside_validity", text)
    split = _find_used(amounts, [part.prices.is_split_by_date for part in amounts.parts])
    if split.any():
        years, da, en = _name_cells(split, intervention, amounts)
        text = Text(
            f"Priser er fordelt på betalere efter den refusionsregel, der gælder, i {years}: {da}.",
            f"Prices are split between payers by the reimbursement rule in force in {years}: {en}.",
        )
        yield Caveat("reimbursement_by_date", text)


def _find_used(amounts: Amounts, marks: Iterable[BoolArray]) -> BoolArray:
    """Return (T, C) the marked cells that change the use of anything."""
    used = np.zeros(amounts.use_change.shape[1:], dtype=bool)
    for change, mark in zip(amounts.use_change, marks, strict=True):
        used |= mark & (change != 0)
    return used


def _name_cells(cells: BoolArray, intervention: Intervention, amounts: Amounts) -> tuple[str, str, str]:
    years = [intervention.first_year + int(t) for t in np.flatnonzero(cells.any(axis=1))]
    names = [amounts.consequences[int(c)].name for c in np.flatnonzero(cells.any(axis=0))]
    da, en = [name.da for name in names], [name.en for name in names]
    return format_years(years), _shorten(da, "flere"), _shorten(en, "more")


def _about_other_values(release: Release, intervention: Intervention, amounts: Amounts) -> Iterator[Caveat]:
    past: list[Text] = []
    if intervention.tax_on_transfers == "computed":
        years = _find_years_past_tax_rate(release, intervention, amounts)
        if years:
            said = format_years(years)
            past.append(
                Text(f"skatteprocenten for overførsler ({said})", f"the tax rate on transfers ({said})")
            )
    if any(row.refund_outside_validity for rows in amounts.cost_detail for row in rows):
        past.append(
            Text("grænserne for særligt dyre enkeltsager", "the thresholds of expensive single cases")
        )
    if past:
        text = Text(
            f"Bruges uden for deres gyldighed: {join_words([name.da for name in past], 'og')}.",
            f"Used outside their validity: {join_words([name.en for name in past], 'and')}.",
        )
        yield Caveat("value_outside_validity", text)


def _find_years_past_tax_rate(
    release: Release, intervention: Intervention, amounts: Amounts
) -> tuple[int, ...]:
    """Return the calendar years with tax on transfers in which the rate used is not in force on 1 January."""
    keys = [consequence.key for consequence in amounts.consequences]
    rate = find_tax_rate(release, intervention.first_year)
    if TAX_ON_TRANSFERS not in keys or rate is None:
        return ()
    taxed = (amounts.use_change[:, :, keys.index(TAX_ON_TRANSFERS)] != 0).any(axis=0)
    years = (intervention.first_year + int(t) for t in np.flatnonzero(taxed))
    return tuple(year for year in years if not rate.holds_on(datetime.date(year, 1, 1)))


def _shorten(names: list[str], more: str) -> str:
    shown = ", ".join(names[:4])
    return shown if len(names) <= 4 else f"{shown} (+ {len(names) - 4} {more})"

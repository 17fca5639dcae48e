"""Unit prices by payer: what one unit of a consequence costs municipality, region and state.

Belongs here: the formulas, in exact arithmetic, and the table. Does not belong here: the declared figures and
rules (`pipeline.declarations.prices`, `pipeline.declarations.reimbursement_rules`).

Prices are after reimbursement, without equalisation between municipalities, and include operation and
overhead; income transfers are gross of tax. Known limitation: one average price a consequence, whatever the
length of the use and whoever uses it, except where a target-group price is declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from pipeline.declarations.consequence import Consequence
from pipeline.declarations.knowledge import KnowledgeDeclarations
from pipeline.declarations.other_knowledge import PriceIndex
from pipeline.declarations.price_figures import Figure
from pipeline.declarations.prices import KR_KINDS, UNIT_PRICES_FILE, PriceDeclaration
from pipeline.declarations.problems import Problems
from pipeline.declarations.reimbursement import PAYERS, compute_shares, round_half_up, split_gross
from pipeline.knowledge.danish_numbers import tell_number, tell_share

MONTHS_A_YEAR = 12
WEEKS_A_YEAR = 52
DAYS_A_YEAR = 365
UNIT_PRICE_SCHEMA = {
    "consequence": pl.String,
    "payer": pl.String,
    "target_group": pl.String,
    "price_year": pl.Int16,
    "price_dkk": pl.Float64,
    "gross_dkk": pl.Float64,
    "method": pl.String,
    "rule": pl.String,
    "basis": pl.String,
    "source": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "derivation": pl.String,
}
_PAYERS_DA = {"municipality": "kommunen", "region": "regionen", "state": "staten"}
_BASES_BY_STRENGTH = ("documented", "inferred", "assumed", "placeholder")


@dataclass(frozen=True)
class GrossPrice:
    """A gross price in whole øre and how it came about, in Danish."""

    oere: int
    derivation: str


def unit_prices_table(knowledge: KnowledgeDeclarations) -> pl.DataFrame:
    """Return the price of every consequence for all three payers, nationally and where a group has its own.

    Parameters
    ----------
    knowledge : KnowledgeDeclarations
        Loaded declarations.

    Returns
    -------
    polars.DataFrame
        One row a consequence, target group (null: all) and payer; prices in kr. per unit of the price year.
        Municipality + region + state = gross exactly in øre. The basis is the weakest of everything a price
        rests on.

    Raises
    ------
    InputError
        If a gross price lies outside its declared plausible bounds, all such prices at once.
    """
    consequences = {consequence.key: consequence for consequence in knowledge.consequences}
    problems = Problems()
    rows: list[dict] = []
    for price in knowledge.price_list.prices:
        gross = compute_gross(price, consequences[price.consequence], knowledge)
        _check_plausible(price, gross, knowledge.price_index, knowledge.price_list.price_year, problems)
        rows += _build_rows(price, gross, knowledge)
    problems.raise_if_any("Unit prices")
    return pl.DataFrame(rows, schema=UNIT_PRICE_SCHEMA)


def compute_gross(
    price: PriceDeclaration, consequence: Consequence, knowledge: KnowledgeDeclarations
) -> GrossPrice:
    """Compute the gross price of one unit.

    Parameters
    ----------
    price : PriceDeclaration
        Formula, figures and overhead.
    consequence : Consequence
        Whose unit the price is for.
    knowledge : KnowledgeDeclarations
        For the price year and the index that converts figures of other years.

    Returns
    -------
    GrossPrice
        Rounded once, half up, to øre of the price year.
    """
    if price.formula == "one_krone":
        return GrossPrice(100, "1 kr. i prisåret")
    factor = price.overhead.factor
    overhead = f" × {tell_number(factor)} overhead" if factor != 1 else ""
    if price.formula == "monthly_rate":
        rate, told = _convert(price.figures["monthly_rate"], knowledge)
        amount = rate * MONTHS_A_YEAR / WEEKS_A_YEAR
        formula = f"{told} × 12 måneder ÷ 52 uger{overhead}"
    else:
        account, told = _convert(price.figures["account"], knowledge)
        divisor, told_divisor = _find_divisor(price, consequence)
        amount = account / divisor
        formula = f"{told} ÷ {told_divisor}{overhead}"
    oere = round_half_up(amount * factor * 100)
    return GrossPrice(oere, f"{formula} = {tell_number(Fraction(oere, 100), 2)} kr.")


def units_a_full_year(consequence: Consequence) -> Fraction:
    """Return how many units a full-year user has: 365 days, 365/7 weeks, the school weeks, or one year."""
    if consequence.scale == "school_weeks":
        return Fraction(consequence.weeks_a_record)
    if consequence.scale == "share_of_year":
        return Fraction(1)
    if consequence.scale == "weeks_from_days":
        return Fraction(DAYS_A_YEAR, 7)
    return Fraction(WEEKS_A_YEAR if consequence.unit_en == "weeks" else DAYS_A_YEAR)


def _find_divisor(price: PriceDeclaration, consequence: Consequence) -> tuple[Fraction, str]:
    if price.formula == "per_activity":
        activity = price.figures["activity"]
        return activity.value, f"{tell_number(activity.value)} {activity.unit_da}"
    users, units = price.figures["users"], units_a_full_year(consequence)
    told = f"{tell_number(users.value)} {users.unit_da}"
    if units == 1:
        return users.value, told
    shown = "365/7" if consequence.scale == "weeks_from_days" else tell_number(units)
    return users.value * units, f"({told} × {shown} {consequence.unit_da})"


def _convert(figure: Figure, knowledge: KnowledgeDeclarations) -> tuple[Fraction, str]:
    price_year = knowledge.price_list.price_year
    konto = f"Konto {figure.konto}, " if figure.konto else ""
    unit = figure.unit_da.removeprefix("kr.").strip()
    told = f"{konto}{figure.name_da}: {tell_number(figure.value)} kr. {unit} ({figure.year})"
    if figure.kind not in KR_KINDS or figure.year == price_year:
        return figure.value, told
    factor = compute_index_ratio(knowledge.price_index, figure.year, price_year)
    return figure.value * factor, f"{told} omregnet til {price_year}-priser"


def compute_index_ratio(price_index: PriceIndex, from_year: int, to_year: int) -> Fraction:
    """Return what a krone of one year is in the money of another, exactly."""
    by_year: Mapping[int, float] = price_index.by_year
    return Fraction(str(by_year[to_year])) / Fraction(str(by_year[from_year]))


def _check_plausible(
    price: PriceDeclaration, gross: GrossPrice, price_index: PriceIndex, price_year: int, problems: Problems
) -> None:
    bounds = price.plausible
    if bounds is None:
        return
    ratio = compute_index_ratio(price_index, bounds.year, price_year)
    low, high = bounds.low * ratio, bounds.high * ratio
    if not low <= Fraction(gross.oere, 100) <= high:
        expected = f"{tell_number(low, 0)} to {tell_number(high, 0)} kr. ({bounds.source})"
        found = f"a gross price of {tell_number(Fraction(gross.oere, 100), 2)} kr."
        do = "correct the figures, the overhead or the bounds"
        problems.add(f"{UNIT_PRICES_FILE}: {price.consequence}", found, expected, do)


def _build_rows(price: PriceDeclaration, gross: GrossPrice, knowledge: KnowledgeDeclarations) -> list[dict]:
    price_list, rule = knowledge.price_list, knowledge.rules[price.rule]
    version = rule.find_version(price_list.rules_as_of)
    shares = compute_shares(version, knowledge.rules, price_list.rules_as_of)
    bases = [price_list.basis, version.basis, *(figure.basis for figure in price.figures.values())]
    sources = dict.fromkeys([price_list.source, *(f.source for f in price.figures.values()), version.source])
    parts = split_gross(gross.oere, shares, rule.rounding)
    return [
        {
            "consequence": price.consequence,
            "payer": payer,
            "target_group": price.target_group,
            "price_year": price_list.price_year,
            "price_dkk": parts[payer] / 100,
            "gross_dkk": gross.oere / 100,
            "method": "target_group_average" if price.target_group else "national_average",
            "rule": price.rule,
            "basis": max(bases, key=_BASES_BY_STRENGTH.index),
            "source": "; ".join(sources),
            "valid_from": max(price_list.valid_from, version.valid_from),
            "valid_to": version.valid_to,
            "derivation": f"{gross.derivation}; heraf {_PAYERS_DA[payer]} {tell_share(shares[payer])} ({rule.name_da})",
        }
        for payer in PAYERS
    ]

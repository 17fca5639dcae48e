"""Unit prices as declared: the formula of each, the figures it uses and who pays.

Belongs here: reading and checking `prices/unit_prices.toml`. Does not belong here: the figures
(`price_figures`), the rules (`reimbursement_rules`) and the arithmetic (`pipeline.knowledge.unit_prices`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from pipeline.declarations.consequence import Consequence
from pipeline.declarations.other_knowledge import VALUE_BASES, PriceIndex
from pipeline.declarations.price_figures import FIGURES_FILE, Figure, read_figures
from pipeline.declarations.problems import Problems
from pipeline.declarations.reimbursement import ReimbursementRule
from pipeline.declarations.reimbursement_rules import to_fraction
from pipeline.declarations.toml_entries import Entry, read_toml

UNIT_PRICES_FILE = "prices/unit_prices.toml"
KR_KINDS = ("account", "monthly_rate")
# Formula: the figures it needs, by key in the file and kind in the figures.
FORMULAS: Mapping[str, Mapping[str, str]] = {
    "per_activity": {"account": "account", "activity": "activity"},
    "per_full_year_user": {"account": "account", "users": "full_year_users"},
    "monthly_rate": {"monthly_rate": "monthly_rate"},
    "one_krone": {},
}


@dataclass(frozen=True)
class Overhead:
    """A factor on figures, 1 or more, for administration and other overhead."""

    key: str
    factor: Fraction
    name_da: str
    name_en: str


@dataclass(frozen=True)
class Plausible:
    """What the gross price is held against: bounds in kr. per unit in the money of `year`."""

    low: Fraction
    high: Fraction
    year: int
    source: str


@dataclass(frozen=True)
class PriceDeclaration:
    """How the price of one consequence is derived, nationally or for one target group.

    Attributes
    ----------
    consequence : str
        Key of the consequence.
    target_group : str or None
        None for the national average.
    formula : str
        One of `FORMULAS`.
    figures : mapping of str to Figure
        The figures of the formula by name.
    overhead : Overhead or None
        None for `one_krone`.
    rule : str
        Key of the reimbursement rule.
    plausible : Plausible or None
        An outside unit cost, where one is known.
    """

    consequence: str
    target_group: str | None
    formula: str
    figures: Mapping[str, Figure]
    overhead: Overhead | None
    rule: str
    plausible: Plausible | None


@dataclass(frozen=True)
class PriceList:
    """All price declarations and what they have in common."""

    price_year: int
    valid_from: date
    rules_as_of: date
    basis: str
    source: str
    prices: tuple[PriceDeclaration, ...]


def read_price_list(
    folder: Path,
    consequences: Collection[Consequence],
    rules: Mapping[str, ReimbursementRule],
    target_groups: Collection[str] | None,
    problems: Problems,
) -> PriceList:
    """Read the price declarations against consequences, rules and target groups.

    Parameters
    ----------
    folder : Path
        The declarations folder.
    consequences : collection of Consequence
        Every one must have a national price; empty when some could not be read.
    rules : mapping of str to ReimbursementRule
        The reimbursement rules by key; empty when they could not be read.
    target_groups : collection of str or None
        Keys a target-group price may name; None when they are not known here.
    problems : Problems
        Grows; when it has grown the result is not to be used.
    """
    figures = read_figures(folder, problems)
    for known, what in ((consequences, "consequences"), (rules, "rules"), (figures, "figures")):
        if not known:
            problems.not_checked.append(f"{UNIT_PRICES_FILE} against {what} that could not be read")
    top = Entry(UNIT_PRICES_FILE, read_toml(folder / UNIT_PRICES_FILE, problems), problems)
    if not top.values:
        return PriceList(0, date.min, date.min, "", "", ())
    top.check_keys(("price_year", "valid_from", "rules_as_of", "basis", "source", "overhead", "price"))
    table = top.read_table("overhead")
    overheads = {name: _read_overhead(table.read_table(name), name) for name in table.values}
    by_key = {consequence.key: consequence for consequence in consequences}
    prices = [
        _read_price(entry, by_key, figures, overheads, rules, target_groups)
        for entry in top.read_entries("price", "consequence")
    ]
    _check_complete(prices, by_key, problems)
    _check_figures_used(prices, figures, problems)
    return PriceList(
        price_year=top.read_integer("price_year", 1980, 2100) or 0,
        valid_from=top.read_date("valid_from") or date.min,
        rules_as_of=top.read_date("rules_as_of") or date.min,
        basis=top.read_word("basis", VALUE_BASES, "basis"),
        source=top.read_text("source"),
        prices=tuple(prices),
    )


def _read_price(
    entry: Entry,
    consequences: Mapping[str, Consequence],
    figures: Mapping[str, Figure],
    overheads: Mapping[str, Overhead],
    rules: Mapping[str, ReimbursementRule],
    target_groups: Collection[str] | None,
) -> PriceDeclaration:
    consequence = _read_known(entry, "consequence", consequences, "consequence")
    group = entry.read_text("target_group") or None
    if group:
        entry.where += f" ({group})"
    if group and target_groups is not None and group not in target_groups:
        entry.problems.add_unknown(f"{entry.where}: target_group", group, target_groups, "target group")
    formula = entry.read_word("formula", FORMULAS, "formula")
    needed = FORMULAS.get(formula, {})
    overhead_key = ("overhead",) if needed else ()
    required = ("consequence", "formula", "rule", *needed, *overhead_key)
    if formula:
        entry.check_keys(required, ("target_group", "plausible"))
        _check_krone(entry, formula, consequences.get(consequence))
    return PriceDeclaration(
        consequence=consequence,
        target_group=group,
        formula=formula,
        figures={name: _find_figure(entry, name, kind, figures) for name, kind in needed.items()},
        overhead=overheads.get(entry.read_word("overhead", overheads, "overhead")),
        rule=_read_known(entry, "rule", rules, "reimbursement rule"),
        plausible=_read_plausible(entry) if "plausible" in entry.values else None,
    )


def _read_known(entry: Entry, key: str, known: Collection[str], kind: str) -> str:
    return entry.read_word(key, known, kind) if known else entry.read_text(key)


def _read_overhead(entry: Entry, key: str) -> Overhead:
    entry.check_keys(("factor", "name_da", "name_en"))
    factor = to_fraction(entry.read_number("factor", 1, 3) or 1)
    return Overhead(key, factor, entry.read_text("name_da"), entry.read_text("name_en"))


def _find_figure(entry: Entry, name: str, kind: str, figures: Mapping[str, Figure]) -> Figure | None:
    figure = figures.get(_read_known(entry, name, figures, "figure"))
    if figure and figure.kind != kind:
        found = f"{figure.key!r} is a figure of kind {figure.kind!r}"
        entry.problems.add(f"{entry.where}: {name}", found, f"kind {kind!r}", "name a figure of that kind")
    return figure


def _check_krone(entry: Entry, formula: str, consequence: Consequence | None) -> None:
    if consequence and (formula == "one_krone") != (consequence.scale == "real_kr"):
        found = f"formula {formula!r} for a consequence in {consequence.unit_da}"
        expected = "'one_krone' for consequences in kr. and no others"
        entry.problems.add(entry.where, found, expected, "use the formula of the unit")


def _read_plausible(entry: Entry) -> Plausible:
    table = entry.read_table("plausible")
    table.check_keys(("low", "high", "year", "source"))
    low, high = table.read_number("low", 0) or 0, table.read_number("high", 0) or 0
    if low > high:
        table.problems.add(table.where, f"low {low} above high {high}", "low <= high", "swap them")
    year = table.read_integer("year", 1980, 2100) or 0
    return Plausible(to_fraction(low), to_fraction(high), year, table.read_text("source"))


def _check_complete(
    prices: list[PriceDeclaration], consequences: Mapping[str, Consequence], problems: Problems
) -> None:
    declared = [(price.consequence, price.target_group) for price in prices if price.consequence]
    for key, group in sorted(set(declared), key=str):
        if declared.count((key, group)) > 1:
            where = f"{UNIT_PRICES_FILE}: {key}" + (f" ({group})" if group else "")
            problems.add(where, f"{declared.count((key, group))} prices", "one price", "delete all but one")
    for key in consequences:
        if (key, None) not in declared:
            expected = "a national price for every consequence"
            problems.add(UNIT_PRICES_FILE, f"no price of {key!r}", expected, f"add a [[price]] for {key}")


def _check_figures_used(
    prices: list[PriceDeclaration], figures: Mapping[str, Figure], problems: Problems
) -> None:
    used = {figure.key for price in prices for figure in price.figures.values() if figure}
    for key in figures:
        if key not in used:
            problems.add(
                f"{FIGURES_FILE}: {key}", "a figure no price uses", "figures in use", "delete or use it"
            )


def check_price_dates(
    price_list: PriceList,
    rules: Mapping[str, ReimbursementRule],
    price_index: PriceIndex,
    problems: Problems,
) -> None:
    """Report rules that do not stand on the day prices are read, and years the index does not reach.

    Parameters
    ----------
    price_list : PriceList
        Declarations without other problems.
    rules : mapping of str to ReimbursementRule
        The reimbursement rules by key.
    price_index : PriceIndex
        Converts figures and bounds of other years.
    problems : Problems
        Grows.
    """
    day, years = price_list.rules_as_of, {price_list.price_year}
    for key in sorted({price.rule for price in price_list.prices}):
        if rules[key].find_version(day) is None:
            expected = "a rule that stands on that day"
            problems.add(
                f"{UNIT_PRICES_FILE}: {key}", f"no version on {day}", expected, "correct rules_as_of"
            )
    for price in price_list.prices:
        years |= {figure.year for figure in price.figures.values() if figure.kind in KR_KINDS}
        years |= {price.plausible.year} if price.plausible else set()
    for year in sorted(years - set(price_index.by_year)):
        expected = "a year of the price index"
        problems.add(UNIT_PRICES_FILE, f"kr. of {year}", expected, f"add {year} to prices/price_index.toml")

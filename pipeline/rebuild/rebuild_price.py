"""A price made again from the declared figures, by arithmetic written out by hand.

Belongs here: the four formulas, the three ways to split a price, and mixtures, in exact fractions. Does not belong
here: the release's own arithmetic (`pipeline.knowledge`, `pipeline.declarations`): nothing of it is used.
"""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

PAYERS = ("municipality", "region", "state")


def rebuild_prices(declarations: Path, consequence: str, target_group: str | None) -> dict[str, Fraction]:
    """Make the prices of a consequence again.

    Parameters
    ----------
    declarations : Path
        The folder of declarations of a release.
    consequence : str
    target_group : str or None
        None for the national price.

    Returns
    -------
    dict of str to Fraction
        Kroner by payer, and `gross`.
    """
    folder = declarations / "prices"
    declared = _read(folder / "unit_prices.toml")
    entry = next(
        price
        for price in declared["price"]
        if (price["consequence"], price.get("target_group")) == (consequence, target_group)
    )
    gross = _round(100 * _compute_gross(entry, declared, declarations))
    rules = _read(folder / "reimbursement_rules.toml")
    shares = _share(entry["rule"], rules, declared["rules_as_of"])
    rounding = next(rule for rule in rules["rule"] if rule["key"] == entry["rule"])["rounding"]
    parts = {payer: _round(gross * shares[payer]) for payer in PAYERS if payer != rounding}
    parts[rounding] = gross - sum(parts.values())
    return {name: Fraction(oere, 100) for name, oere in {**parts, "gross": gross}.items()}


def _compute_gross(entry: dict[str, Any], declared: dict[str, Any], declarations: Path) -> Fraction:
    if entry["formula"] == "one_krone":
        return Fraction(1)
    factor = _exact(declared["overhead"][entry["overhead"]]["factor"])
    if entry["formula"] == "monthly_rate":
        return _money(entry["monthly_rate"], declared, declarations) * 12 / 52 * factor
    account = _money(entry["account"], declared, declarations)
    if entry["formula"] == "per_activity":
        return account / _figure(entry["activity"], declarations)[0] * factor
    users = _figure(entry["users"], declarations)[0]
    return account / (users * _units_a_year(entry["consequence"], declarations)) * factor


def _units_a_year(consequence: str, declarations: Path) -> Fraction:
    """What somebody who uses it all year uses: weeks, days or one year."""
    entry = next(
        item
        for file in sorted((declarations / "consequences").glob("*.toml"))
        for item in _read(file).get("consequence", [])
        if item["key"] == consequence
    )
    quantity = entry["quantity"]
    if quantity.get("scale") == "school_weeks":
        return Fraction(quantity["weeks_a_record"])
    if quantity.get("scale") == "share_of_year":
        return Fraction(1)
    if quantity.get("scale") == "weeks_from_days":
        return Fraction(365, 7)
    return Fraction(52) if entry["unit_en"] == "weeks" else Fraction(365)


def _figure(key: str, declarations: Path) -> tuple[Fraction, int]:
    with (declarations / "prices" / "figures.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["figure"] == key)
    return Fraction(row["value"]), int(row["year"])


def _money(key: str, declared: dict[str, Any], declarations: Path) -> Fraction:
    """A figure in kroner of the price year."""
    value, year = _figure(key, declarations)
    index = _read(declarations / "prices" / "price_index.toml")["index"]
    return value * _exact(index[str(declared["price_year"])]) / _exact(index[str(year)])


def _share(key: str, rules: dict[str, Any], day: date) -> dict[str, Fraction]:
    rule = next(rule for rule in rules["rule"] if rule["key"] == key)
    version = next(
        version
        for version in rule["versions"]
        if version["valid_from"] <= day <= version.get("valid_to", date.max)
    )
    if "shares" in version:
        return {payer: _exact(version["shares"][payer]) for payer in PAYERS}
    if "mixture" in version:
        parts = [(_exact(weight), _share(part, rules, day)) for part, weight in version["mixture"].items()]
        return {payer: sum((weight * part[payer] for weight, part in parts), Fraction(0)) for payer in PAYERS}
    if "refund" in version:
        refund = version["refund"]
        share = _exact(refund["share"]) * _exact(refund.get("share_of_days", 1))
        return _two(refund["payer"], share, refund["remainder"])
    steps = version["steps"]
    table = next(item for item in rules["step_table"] if item["key"] == steps["table"])
    weeks = next(item for item in rules["weeks_distribution"] if item["key"] == steps["weeks"])
    share = sum(
        (_exact(a) * _exact(b) for a, b in zip(table["shares"], weeks["shares"], strict=True)), Fraction(0)
    )
    return _two(table["payer"], share, steps["remainder"])


def _two(payer: str, share: Fraction, remainder: str) -> dict[str, Fraction]:
    return {**dict.fromkeys(PAYERS, Fraction(0)), payer: share, remainder: 1 - share}


def _exact(value: float) -> Fraction:
    return Fraction(str(value))


def _round(value: Fraction) -> int:
    """Round a number that is not negative, halves up."""
    return int(value + Fraction(1, 2))


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))

"""The tables of declared knowledge, with the columns of the release.

Belongs here: consequences, what is not measured, price index, discount rates and parameters as polars tables.
Does not belong here: unit prices (`unit_prices`), effect studies (`effect_studies`), the calendar (`calendar`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction

import polars as pl

from pipeline.declarations.knowledge import KnowledgeDeclarations
from pipeline.declarations.reimbursement import (
    PAYERS,
    Mixture,
    Refund,
    ReimbursementRule,
    RuleVersion,
    Steps,
    StepTable,
    WeeksDistribution,
    compute_shares,
)

_PAYERS_DA = {"municipality": "kommunen", "region": "regionen", "state": "staten"}
_PAYERS_EN = {"municipality": "the municipality", "region": "the region", "state": "the state"}
_PARAMETER_SCHEMA = {
    "parameter": pl.String,
    "value": pl.Float64,
    "unit": pl.String,
    "valid_from": pl.Date,
    "valid_to": pl.Date,
    "source": pl.String,
    "basis": pl.String,
    "name_da": pl.String,
    "name_en": pl.String,
}


def consequences_table(knowledge: KnowledgeDeclarations) -> pl.DataFrame:
    """Return one row a consequence, in the order of the areas.

    Returns
    -------
    polars.DataFrame
        Ages in whole years on 31 December, null without a bound (pension age is a bound that depends on the
        birth cohort, so `age_to` is null there); `basis` is that of the measuring rule.
    """
    rows = [
        {
            "consequence": item.key,
            "name_da": item.name_da,
            "name_en": item.name_en,
            "area": item.area,
            "unit_da": item.unit_da,
            "unit_en": item.unit_en,
            "population": item.population,
            "age_from": item.age_from,
            "age_to": item.age_to,
            "budget_sign": item.budget_sign,
            "register": ", ".join(item.registers),
            "source": item.source,
            "area_name_da": item.area_name_da,
            "area_name_en": item.area_name_en,
            "notes_da": item.notes_da,
            "notes_en": item.notes_en,
            "basis": item.basis,
        }
        for item in knowledge.consequences
    ]
    whole = dict.fromkeys(("age_from", "age_to", "budget_sign"), pl.Int16)
    return pl.DataFrame(rows, schema_overrides=whole)


def not_measured_table(knowledge: KnowledgeDeclarations) -> pl.DataFrame:
    """Return one row a service that no register holds, and why."""
    columns = ("name_da", "name_en", "population", "reason_da", "reason_en", "source")
    rows = [
        {"service": item.key} | {name: getattr(item, name) for name in columns}
        for item in knowledge.not_measured
    ]
    return pl.DataFrame(rows)


def price_index_table(knowledge: KnowledgeDeclarations) -> pl.DataFrame:
    """Return one row a calendar year; 100 in the price year."""
    index = knowledge.price_index
    years = sorted(index.by_year)
    columns = {"year": years, "index": [index.by_year[year] for year in years]}
    table = pl.DataFrame(columns, schema={"year": pl.Int16, "index": pl.Float64})
    return table.with_columns(source=pl.lit(index.source), basis=pl.lit(index.basis))


def discount_rates_table(knowledge: KnowledgeDeclarations) -> pl.DataFrame:
    """Return one row a stretch of the horizon and period of validity; rates a year, 0.035 is 3.5 %."""
    columns = ("valid_from", "horizon_from", "horizon_to", "rate", "source", "valid_to", "basis")
    rows = [{name: getattr(rate, name) for name in columns} for rate in knowledge.discount_rates]
    types = {"horizon_from": pl.Int32, "horizon_to": pl.Int32, "valid_to": pl.Date}
    return pl.DataFrame(rows, schema_overrides=types)


def parameters_table(knowledge: KnowledgeDeclarations) -> pl.DataFrame:
    """Return the declared parameters and the reimbursement rules by date.

    Returns
    -------
    polars.DataFrame
        Beside the declared parameters: `payer_share_<rule>_<payer>` (share of the gross price after
        reimbursement), the steps and distributions the shares come from, and the overheads of the prices.
    """
    declared = [
        {
            "parameter": item.key,
            "value": item.value,
            "unit": item.unit,
            "valid_from": item.valid_from,
            "valid_to": item.valid_to,
            "source": item.source,
            "basis": item.basis,
            "name_da": item.name_da,
            "name_en": item.name_en,
        }
        for item in knowledge.parameters
    ]
    rules = [row for rule in knowledge.rules.values() for row in _tell_rule(rule, knowledge.rules)]
    rows = [*declared, *rules, *_tell_steps(knowledge.rules), *_tell_overheads(knowledge)]
    return pl.DataFrame(rows, schema=_PARAMETER_SCHEMA)


def split_periods(
    rule: ReimbursementRule, rules: Mapping[str, ReimbursementRule]
) -> Iterator[tuple[date, date | None, RuleVersion, dict[str, Fraction]]]:
    """Give each period in which a rule's shares stand still.

    Parameters
    ----------
    rule : ReimbursementRule
        The rule.
    rules : mapping of str to ReimbursementRule
        All rules; a mixture changes when one of its parts does.

    Yields
    ------
    tuple
        First day, last day (None until further notice), the version and each payer's share.
    """
    for version in rule.versions:
        parts = version.split.weights if isinstance(version.split, Mixture) else ()
        changes = {part.valid_from for key in parts for part in rules[key].versions}
        starts = sorted({version.valid_from} | {day for day in changes if version.is_valid(day)})
        ends = [day - timedelta(days=1) for day in starts[1:]] + [version.valid_to]
        for start, end in zip(starts, ends, strict=True):
            yield start, end, version, compute_shares(version, rules, start)


def _tell_rule(rule: ReimbursementRule, rules: Mapping[str, ReimbursementRule]) -> list[dict]:
    rows = []
    for start, end, version, shares in split_periods(rule, rules):
        common = {"valid_from": start, "valid_to": end, "source": version.source, "basis": version.basis}
        for payer in PAYERS:
            key, value = f"payer_share_{rule.key}_{payer}", float(shares[payer])
            names = (
                f"{rule.name_da}: {_PAYERS_DA[payer]}s andel",
                f"{rule.name_en}: share of {_PAYERS_EN[payer]}",
            )
            rows.append(_row(key, value, "share", names, common))
        if isinstance(version.split, Refund):
            rows += _tell_refund(rule, version.split, common)
    return rows


def _tell_refund(rule: ReimbursementRule, refund: Refund, shares: Mapping) -> list[dict]:
    common = {**shares, "basis": refund.basis or shares["basis"]}
    names = (f"{rule.name_da}: refusion af det, der tæller", f"{rule.name_en}: refund of what counts")
    rows = [_row(f"{rule.key}_refund_share", float(refund.share), "share", names, common)]
    if refund.first_days is not None:
        names = (f"{rule.name_da}: dage, der tæller", f"{rule.name_en}: days that count")
        rows.append(_row(f"{rule.key}_first_days", float(refund.first_days), "days", names, common))
        names = (f"{rule.name_da}: andel af døgn, der tæller", f"{rule.name_en}: share of days that count")
        rows.append(_row(f"{rule.key}_share_of_days", float(refund.share_of_days), "share", names, shares))
    return rows


def _tell_steps(rules: Mapping[str, ReimbursementRule]) -> list[dict]:
    splits = [version.split for rule in rules.values() for version in rule.versions]
    steps = [split for split in splits if isinstance(split, Steps)]
    tables = {split.table.key: split for split in steps}.values()
    rows = [row for split in tables for row in _tell_by_week(split, split.table, "")]
    return rows + [row for split in steps for row in _tell_by_week(split, split.weeks, "weeks_")]


def _tell_by_week(steps: Steps, item: StepTable | WeeksDistribution, prefix: str) -> Iterator[dict]:
    period = {"valid_from": steps.table.valid_from, "valid_to": steps.table.valid_to}
    for first, share in zip(steps.table.first_weeks, item.shares, strict=True):
        names = (f"{item.name_da}: fra uge {first}", f"{item.name_en}: from week {first}")
        common = period | {"source": item.source, "basis": item.basis}
        yield _row(f"{prefix}{item.key}_from_week_{first}", float(share), "share", names, common)


def _tell_overheads(knowledge: KnowledgeDeclarations) -> list[dict]:
    prices = knowledge.price_list
    overheads = dict.fromkeys(price.overhead for price in prices.prices if price.overhead)
    common = {
        "valid_from": prices.valid_from,
        "valid_to": None,
        "source": prices.source,
        "basis": prices.basis,
    }
    return [
        _row(f"overhead_{item.key}", float(item.factor), "factor", (item.name_da, item.name_en), common)
        for item in overheads
    ]


def _row(key: str, value: float, unit: str, names: tuple[str, str], common: Mapping) -> dict:
    return {
        "parameter": key,
        "value": value,
        "unit": unit,
        "name_da": names[0],
        "name_en": names[1],
        **common,
    }

"""Loading the reimbursement rules by date from `prices/reimbursement_rules.toml`.

Belongs here: reading and checking. Does not belong here: what shares a rule gives (`reimbursement`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from pipeline.declarations.other_knowledge import VALUE_BASES, check_periods_apart, read_validity
from pipeline.declarations.problems import Problems
from pipeline.declarations.reimbursement import (
    PAYERS,
    FixedShares,
    Mixture,
    Refund,
    ReimbursementRule,
    RuleVersion,
    Steps,
    StepTable,
    WeeksDistribution,
    compute_shares,
)
from pipeline.declarations.toml_entries import Entry, read_toml

RULES_FILE = "prices/reimbursement_rules.toml"
_SPLITS = ("shares", "refund", "steps", "mixture")


def read_reimbursement_rules(folder: Path, problems: Problems) -> dict[str, ReimbursementRule]:
    """Read the rules by key, with mistakes collected in `problems`.

    Parameters
    ----------
    folder : Path
        The declarations folder.
    problems : Problems
        Grows; when it has grown the result is not to be used.

    Returns
    -------
    dict of str to ReimbursementRule
        In the order of the file.
    """
    top = Entry(RULES_FILE, read_toml(folder / RULES_FILE, problems), problems)
    if not top.values:
        return {}
    before = len(problems.items)
    top.check_keys(("step_table", "weeks_distribution", "rule"))
    tables = {t.key: t for t in (_read_step_table(e) for e in top.read_entries("step_table", "key"))}
    entries = top.read_entries("weeks_distribution", "key")
    weeks = {w.key: w for w in (_read_weeks(entry) for entry in entries)}
    entries = top.read_entries("rule", "key")
    keys = [entry.read_text("key") for entry in entries]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        problems.add(
            f"{RULES_FILE}: {key}", f"{keys.count(key)} rules", "one rule a key", "rename one of them"
        )
    rules = {rule.key: rule for rule in (_read_rule(entry, tables, weeks, keys) for entry in entries)}
    if len(problems.items) == before:
        _check_mixtures(rules, problems)
    if len(problems.items) == before:
        _check_rounding(rules, problems)
    return rules


def add_up_to_one(entry: Entry, key: str, shares: Sequence[Fraction]) -> None:
    """Report shares that are not exactly one together."""
    if shares and sum(shares) != 1:
        found = f"shares that add to {float(sum(shares)):.6g}"
        entry.problems.add(f"{entry.where}: {key}", found, "1 in all", "correct the shares")


def to_fraction(value: float) -> Fraction:
    """Return the decimal number as written, exactly: 0.1 is one tenth."""
    return Fraction(str(value))


def _read_shares(entry: Entry, key: str) -> tuple[Fraction, ...]:
    values = entry.values.get(key)
    if key in entry.values and not (isinstance(values, list) and values and all(map(_is_share, values))):
        do = f"correct `{key}`"
        entry.problems.add(f"{entry.where}: {key}", f"{values!r}", "a list of shares between 0 and 1", do)
        return ()
    return tuple(to_fraction(value) for value in values or ())


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _read_step_table(entry: Entry) -> StepTable:
    required = (
        "key",
        "name_da",
        "name_en",
        "payer",
        "first_weeks",
        "shares",
        "valid_from",
        "basis",
        "source",
    )
    entry.check_keys(required, ("valid_to",))
    shares = _read_shares(entry, "shares")
    first_weeks = entry.values.get("first_weeks") or []
    if not isinstance(first_weeks, list) or [*first_weeks] != sorted({1, *first_weeks}):
        expected = "first weeks that start at 1 and grow, as [1, 5, 27, 53]"
        entry.problems.add(f"{entry.where}: first_weeks", f"{first_weeks!r}", expected, "correct the weeks")
    elif len(first_weeks) != len(shares):
        found = f"{len(first_weeks)} steps and {len(shares)} shares"
        entry.problems.add(entry.where, found, "one share a step", "correct first_weeks or shares")
    texts = {key: entry.read_text(key) for key in ("key", "name_da", "name_en", "source")}
    first, last = read_validity(entry)
    payer = entry.read_word("payer", PAYERS, "payer")
    basis = entry.read_word("basis", VALUE_BASES, "basis")
    return StepTable(
        **texts, payer=payer, first_weeks=tuple(first_weeks), shares=shares, valid_from=first, valid_to=last,
        basis=basis,
    )  # fmt: skip


def _read_weeks(entry: Entry) -> WeeksDistribution:
    entry.check_keys(("key", "name_da", "name_en", "shares", "basis", "source"))
    shares = _read_shares(entry, "shares")
    add_up_to_one(entry, "shares", shares)
    texts = {key: entry.read_text(key) for key in ("key", "name_da", "name_en", "source")}
    return WeeksDistribution(**texts, shares=shares, basis=entry.read_word("basis", VALUE_BASES, "basis"))


def _read_rule(
    entry: Entry, tables: Mapping[str, StepTable], weeks: Mapping[str, WeeksDistribution], keys: Sequence[str]
) -> ReimbursementRule:
    entry.check_keys(("key", "name_da", "name_en", "rounding", "versions"))
    versions = []
    for version in entry.read_entries("versions", "valid_from"):
        given = [name for name in _SPLITS if name in version.values]
        if len(given) != 1:
            found = f"{len(given)} of {', '.join(_SPLITS)}"
            entry.problems.add(
                version.where, found, "exactly one of them", "say how the price is split, once"
            )
            continue
        version.check_keys(("valid_from", given[0], "basis", "source"), ("valid_to",))
        first, last = read_validity(version)
        split = _read_split(given[0], version.read_table(given[0]), tables, weeks, keys)
        basis = version.read_word("basis", VALUE_BASES, "basis")
        versions.append(RuleVersion(first, last, split, basis, version.read_text("source")))
    check_periods_apart(entry.where, [(v.valid_from, v.valid_to) for v in versions], entry.problems)
    texts = {key: entry.read_text(key) for key in ("key", "name_da", "name_en")}
    rounding = entry.read_word("rounding", PAYERS, "payer")
    ordered = tuple(sorted(versions, key=lambda version: version.valid_from))
    return ReimbursementRule(**texts, rounding=rounding, versions=ordered)


def _read_split(
    name: str,
    entry: Entry,
    tables: Mapping[str, StepTable],
    weeks: Mapping[str, WeeksDistribution],
    keys: Sequence[str],
) -> FixedShares | Refund | Steps | Mixture:
    if name == "shares":
        entry.check_keys(PAYERS)
        shares = {payer: to_fraction(entry.read_number(payer, 0, 1) or 0) for payer in PAYERS}
        add_up_to_one(entry, "municipality + region + state", tuple(shares.values()))
        return FixedShares(shares)
    if name == "refund":
        return _read_refund(entry)
    if name == "steps":
        entry.check_keys(("table", "weeks", "remainder"))
        table = tables.get(entry.read_word("table", tables, "step table"))
        distribution = weeks.get(entry.read_word("weeks", weeks, "weeks distribution"))
        if table and distribution and len(table.shares) != len(distribution.shares):
            found = f"{len(table.shares)} steps and {len(distribution.shares)} shares of weeks"
            entry.problems.add(entry.where, found, "one share of weeks a step", "correct the distribution")
        return Steps(table, distribution, entry.read_word("remainder", PAYERS, "payer"))
    for key in entry.values:
        if key not in keys:
            entry.problems.add_unknown(entry.where, key, keys, "reimbursement rule")
    weights = {key: to_fraction(entry.read_number(key, 0, 1) or 0) for key in entry.values}
    add_up_to_one(entry, "weights", tuple(weights.values()))
    return Mixture(weights)


def _read_refund(entry: Entry) -> Refund:
    required = ("payer", "share", "remainder")
    capped = ("first_days", "share_of_days", "basis")
    is_capped = any(key in entry.values for key in capped)
    entry.check_keys((*required, *capped) if is_capped else required)
    payer = entry.read_word("payer", PAYERS, "payer")
    remainder = entry.read_word("remainder", PAYERS, "payer")
    if payer and payer == remainder:
        found = f"{payer} refunds itself"
        entry.problems.add(entry.where, found, "another payer of the remainder", "correct payer or remainder")
    share = to_fraction(entry.read_number("share", 0, 1) or 0)
    within = entry.read_number("share_of_days", 0, 1) if is_capped else 1
    first_days = entry.read_integer("first_days", 1)
    basis = entry.read_word("basis", VALUE_BASES, "basis") or None
    return Refund(payer, share, remainder, first_days, to_fraction(within or 0), basis)


def _check_mixtures(rules: Mapping[str, ReimbursementRule], problems: Problems) -> None:
    for rule in rules.values():
        for version in rule.versions:
            weights = version.split.weights if isinstance(version.split, Mixture) else {}
            for key in weights:
                where = f"{RULES_FILE}: {rule.key}: mixture"
                if any(isinstance(part.split, Mixture) for part in rules[key].versions):
                    problems.add(
                        where, f"{key!r} is a mixture itself", "rules that are no mixture", "write its parts"
                    )
                elif rules[key].find_version(version.valid_from) is None:
                    found = f"{key!r} does not stand on {version.valid_from}"
                    problems.add(where, found, "parts that stand when the mixture does", "correct valid_from")


def _check_rounding(rules: Mapping[str, ReimbursementRule], problems: Problems) -> None:
    for rule in rules.values():
        for version in rule.versions:
            if not compute_shares(version, rules, version.valid_from)[rule.rounding]:
                where, found = f"{RULES_FILE}: {rule.key}: rounding", f"{rule.rounding} pays nothing"
                problems.add(where, found, "a payer with a share", "name a payer that pays part of the price")

"""Who pays: the shares of municipality, region and state in a gross price, by rule and date.

Belongs here: the typed rules and the exact shares they give. Does not belong here: reading and checking the
file (`reimbursement_rules`) and unit prices.

Known limitations: a rule that depends on the length of a case is turned into an average share with a declared
distribution; a single case has other shares. Special single cases (section 176) have a threshold per person
and cannot act on an average price: they are no rule here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

PAYERS = ("municipality", "region", "state")


@dataclass(frozen=True)
class StepTable:
    """The share one payer pays by the number of weeks a case has lasted.

    Attributes
    ----------
    key, name_da, name_en : str
        What it is called.
    payer : str
        The payer the shares belong to.
    first_weeks : tuple of int
        First week of each step; the last step has no end.
    shares : tuple of Fraction
        The payer's share on each step.
    valid_from, valid_to : date, date or None
        First and last day; None until further notice.
    basis, source : str
        Where it comes from.
    """

    key: str
    name_da: str
    name_en: str
    payer: str
    first_weeks: tuple[int, ...]
    shares: tuple[Fraction, ...]
    valid_from: date
    valid_to: date | None
    basis: str
    source: str


@dataclass(frozen=True)
class WeeksDistribution:
    """How the paid weeks of a benefit fall on the steps: shares that add to one."""

    key: str
    name_da: str
    name_en: str
    shares: tuple[Fraction, ...]
    basis: str
    source: str


@dataclass(frozen=True)
class FixedShares:
    """Each payer's share as declared."""

    shares: Mapping[str, Fraction]


@dataclass(frozen=True)
class Refund:
    """One payer refunds a share, of all use or of the use within the first days of a year.

    Attributes
    ----------
    payer : str
        Who refunds.
    share : Fraction
        Share refunded of what counts.
    remainder : str
        Who pays the rest.
    first_days : int or None
        Only the first days of a running year count; None when all count.
    share_of_days : Fraction
        Share of all days that are within the first days; 1 when all count.
    basis : str or None
        Basis of the rule itself where it differs from that of the shares.
    """

    payer: str
    share: Fraction
    remainder: str
    first_days: int | None
    share_of_days: Fraction
    basis: str | None = None


@dataclass(frozen=True)
class Steps:
    """The average share of a step table over a distribution of weeks."""

    table: StepTable
    weeks: WeeksDistribution
    remainder: str


@dataclass(frozen=True)
class Mixture:
    """Other rules weighted together; the weights add to one."""

    weights: Mapping[str, Fraction]


@dataclass(frozen=True)
class RuleVersion:
    """A rule as it stands in one period."""

    valid_from: date
    valid_to: date | None
    split: FixedShares | Refund | Steps | Mixture
    basis: str
    source: str

    def is_valid(self, day: date) -> bool:
        """Say whether the version stands on the day."""
        return self.valid_from <= day <= (self.valid_to or day)


@dataclass(frozen=True)
class ReimbursementRule:
    """A rule by date.

    Attributes
    ----------
    key, name_da, name_en : str
        What it is called.
    rounding : str
        The payer that takes the rounding in øre.
    versions : tuple of RuleVersion
        In order of date, without overlap.
    """

    key: str
    name_da: str
    name_en: str
    rounding: str
    versions: tuple[RuleVersion, ...]

    def find_version(self, day: date) -> RuleVersion | None:
        """Return the version that stands on the day, None if there is none."""
        return next((version for version in self.versions if version.is_valid(day)), None)


def compute_shares(
    version: RuleVersion, rules: Mapping[str, ReimbursementRule], day: date
) -> dict[str, Fraction]:
    """Compute each payer's average share.

    Parameters
    ----------
    version : RuleVersion
        The version in force.
    rules : mapping of str to ReimbursementRule
        All rules by key; a mixture looks its parts up here.
    day : date
        The day on which the parts of a mixture are read.

    Returns
    -------
    dict of str to Fraction
        Municipality, region and state; exactly one together.

    Raises
    ------
    LookupError
        If a part of a mixture does not stand on the day.
    """
    split = version.split
    if isinstance(split, FixedShares):
        return {payer: split.shares[payer] for payer in PAYERS}
    if isinstance(split, Refund):
        return _share_out(split.payer, split.share * split.share_of_days, split.remainder)
    if isinstance(split, Steps):
        pairs = zip(split.table.shares, split.weeks.shares, strict=True)
        return _share_out(split.table.payer, sum(share * weeks for share, weeks in pairs), split.remainder)
    return _mix(split, rules, day)


def split_gross(gross_oere: int, shares: Mapping[str, Fraction], rounding: str) -> dict[str, int]:
    """Split a gross price in whole øre between the payers; they add up to it exactly.

    Parameters
    ----------
    gross_oere : int
        Gross price in øre, not negative.
    shares : mapping of str to Fraction
        Each payer's share, one together.
    rounding : str
        The payer that gets what is left when the others are rounded half up.

    Returns
    -------
    dict of str to int
        Øre by payer.
    """
    parts = {payer: round_half_up(gross_oere * shares[payer]) for payer in PAYERS if payer != rounding}
    parts[rounding] = gross_oere - sum(parts.values())
    return {payer: parts[payer] for payer in PAYERS}


def round_half_up(value: Fraction) -> int:
    """Round a number that is not negative to a whole one, halves up."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _share_out(payer: str, share: Fraction | int, remainder: str) -> dict[str, Fraction]:
    shares = dict.fromkeys(PAYERS, Fraction(0))
    shares[payer] += share
    shares[remainder] += 1 - share
    return shares


def _mix(split: Mixture, rules: Mapping[str, ReimbursementRule], day: date) -> dict[str, Fraction]:
    shares = dict.fromkeys(PAYERS, Fraction(0))
    for key, weight in split.weights.items():
        part = rules[key].find_version(day)
        if part is None:
            raise LookupError(f"reimbursement rule {key!r} does not stand on {day}")
        for payer, share in compute_shares(part, rules, day).items():
            shares[payer] += weight * share
    return shares

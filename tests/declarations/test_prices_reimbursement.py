"""Who pays: reimbursement worked by hand, by date, and the exact split of a gross price."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from pipeline.declarations.knowledge import load_knowledge
from pipeline.declarations.reimbursement import PAYERS, compute_shares, round_half_up, split_gross

ON_PRICE_DAY = date(2022, 12, 31)


@pytest.fixture(scope="module")
def rules():
    return load_knowledge().rules


def shares_on(rules, key: str, day: date = ON_PRICE_DAY) -> tuple[float, float, float]:
    shares = compute_shares(rules[key].find_version(day), rules, day)
    return tuple(float(shares[payer]) for payer in PAYERS)


# municipality, region, state, each worked by hand from the declared steps, distributions and weights
BY_HAND = {
    # state: 0.05·80 % + 0.15·40 % + 0.10·30 % + 0.70·20 % = 4 + 6 + 3 + 14 = 27 %
    "refund_steps_cash_benefit": (0.73, 0, 0.27),
    # state: 0.02·30 % + 0.98·20 % = 0.6 + 19.6 = 20.2 %
    "refund_steps_disability_pension": (0.798, 0, 0.202),
    # state: 0.10·80 % + 0.30·40 % + 0.20·30 % + 0.40·20 % = 8 + 12 + 6 + 8 = 34 %
    "refund_steps_education_assistance": (0.66, 0, 0.34),
    # municipality: 0.15·20 % + 0.45·60 % + 0.25·70 % + 0.15·80 % = 3 + 27 + 17.5 + 12 = 59.5 %
    "unemployment_co_financing": (0.595, 0, 0.405),
    # municipality: 0.35·66 % = 23.1 %
    "education_benefit_mix": (0.231, 0, 0.769),
    # municipality: 0.45·59.5 % + 0.45·65 % = 26.775 + 29.25 = 56.025 %
    "other_transfers_mix": (0.56025, 0, 0.43975),
    "state_only": (0, 0, 1),
    "municipality_only": (1, 0, 0),
    "region_practitioners": (0.10, 0.90, 0),
    "region_somatic_hospital": (0.20, 0.80, 0),
    "region_psychiatric_hospital": (0.15, 0.85, 0),
    "tax_on_transfers": (0.70, 0, 0.30),
}


@pytest.mark.parametrize("key", BY_HAND)
def test_shares_by_hand(rules, key):
    assert shares_on(rules, key) == BY_HAND[key]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2023, 9, 30), 0.50),  # half of everything
        (date(2023, 10, 1), 0.31),  # half of the 62 % of days that are within 120
        (date(2026, 3, 31), 0.31),
        (date(2026, 4, 1), 0.26),  # half of the 52 % of days that are within 90
    ],
)
def test_section_110_by_date(rules, day, state):
    assert shares_on(rules, "section_110", day) == (1 - state, 0, state)


def test_shares_are_one_in_all_at_every_version(rules):
    for rule in rules.values():
        for version in rule.versions:
            shares = compute_shares(version, rules, version.valid_from)
            assert sum(shares.values()) == 1
            assert all(share >= 0 for share in shares.values())
            assert shares[rule.rounding] > 0


def test_a_rule_does_not_stand_before_its_first_day(rules):
    assert rules["refund_steps_cash_benefit"].find_version(date(2015, 12, 31)) is None


@pytest.mark.parametrize("gross", [0, 1, 2, 3, 99, 101, 154_033, 10**12 + 7])
@pytest.mark.parametrize("rounding", PAYERS)
@pytest.mark.parametrize(
    "shares",
    [
        (Fraction(1, 3),) * 3,
        (Fraction(1, 7), Fraction(2, 7), Fraction(4, 7)),
        (Fraction(1, 2), 0, Fraction(1, 2)),
    ],
)
def test_split_adds_up_in_oere(gross, rounding, shares):
    parts = split_gross(gross, dict(zip(PAYERS, shares, strict=True)), rounding)
    assert sum(parts.values()) == gross
    assert all(isinstance(part, int) for part in parts.values())
    for payer, share in zip(PAYERS, shares, strict=True):
        assert abs(parts[payer] - gross * share) <= 1


def test_rounding_goes_to_the_declared_payer():
    half = {"municipality": Fraction(1, 2), "region": Fraction(0), "state": Fraction(1, 2)}
    assert split_gross(154_033, half, "municipality") == {
        "municipality": 77_016,
        "region": 0,
        "state": 77_017,
    }
    assert split_gross(154_033, half, "state") == {"municipality": 77_017, "region": 0, "state": 77_016}


def test_halves_are_rounded_up():
    assert [round_half_up(Fraction(n, 2)) for n in (1, 3, 4)] == [1, 2, 2]
    assert round_half_up(Fraction(49, 100)) == 0

"""Bad declarations of prices, rules, index, rates and parameters: every problem of every file at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.declarations.knowledge import DECLARATIONS_FOLDER, load_knowledge
from pipeline.declarations.problems import InputError

RULES, PRICES, FIGURES = "prices/reimbursement_rules.toml", "prices/unit_prices.toml", "prices/figures.csv"
INDEX, RATES, PARAMETERS = "prices/price_index.toml", "discount_rates.toml", "parameters.toml"


@pytest.fixture
def folder(tmp_path):
    for name in ("consequences", "prices"):
        shutil.copytree(DECLARATIONS_FOLDER / name, tmp_path / name)
    for name in (RATES, PARAMETERS):
        shutil.copy(DECLARATIONS_FOLDER / name, tmp_path / name)
    return tmp_path


def replace(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")


MISTAKES = [
    # shares
    (
        RULES,
        "shares = [0.05, 0.15, 0.10, 0.70]",
        "shares = [0.05, 0.15, 0.10, 0.60]",
        "shares that add to 0.9",
    ),
    (
        RULES,
        "municipality = 0.20, region = 0.80",
        "municipality = 0.20, region = 0.70",
        "shares that add to 0.9",
    ),
    (RULES, "{ state_only = 0.65,", "{ state_only = 0.66,", "shares that add to 1.01"),
    (RULES, "municipality = 0.20, region = 0.80", "municipality = -0.20, region = 1.20", "at least 0"),
    (RULES, "shares = [0.80, 0.40, 0.30, 0.20]", "shares = [0.80, 0.40, 0.30]", "4 steps and 3 shares"),
    (RULES, "first_weeks = [1, 5, 27, 53]", "first_weeks = [5, 1, 27, 53]", "first weeks that start at 1"),
    (RULES, 'weeks = "cash_benefit"', 'weeks = "cash_benefits"', "did you mean 'cash_benefit'"),
    (RULES, "{ state_only = 0.65,", "{ state_onyl = 0.65,", "did you mean 'state_only'"),
    (RULES, 'rounding = "state"', 'rounding = "region"', "region pays nothing"),
    (
        RULES,
        'payer = "state", share = 0.50, rem',
        'payer = "municipality", share = 0.50, rem',
        "refunds itself",
    ),
    (RULES, "valid_to = 2023-09-30", "valid_to = 2023-10-31", "periods that do not overlap"),
    (RULES, "valid_to = 2023-09-30", "valid_to = 2006-09-30", "valid_from <= valid_to"),
    (RULES, "refund_steps_education_assistance = 0.35", "other_transfers_mix = 0.35", "is a mixture itself"),
    # prices
    (PRICES, 'consequence = "shelter"', 'consequence = "sheltr"', "did you mean 'shelter'"),
    (PRICES, 'consequence = "shelter"', 'consequence = "prison_days"', "no price of 'shelter'"),
    (PRICES, 'rule = "section_110"', 'rule = "section_111"', "did you mean 'section_110'"),
    (PRICES, 'account = "shelter_expense"', 'account = "shelter_expence"', "did you mean 'shelter_expense'"),
    (PRICES, 'account = "shelter_expense"', 'account = "shelter_users"', "name a figure of that kind"),
    (PRICES, 'overhead = "region"', 'overhead = "regoin"', "did you mean 'region'"),
    (PRICES, "factor = 1.10", "factor = -1.10", "at least 1"),
    (PRICES, 'formula = "one_krone"', 'formula = "monthly_rate"', "'one_krone' for consequences in kr."),
    (PRICES, "rules_as_of = 2022-12-31", "rules_as_of = 2015-12-31", "no version on 2015-12-31"),
    (PRICES, "price_year = 2022", "price_year = 2031", "a year of the price index"),
    (PRICES, 'target_group = "homeless"', 'target_group = "homeles"', "did you mean 'homeless'"),
    # figures
    (FIGURES, "9000000000", "-9000000000", "no price is negative"),
    (FIGURES, "9000000000", "9.000.000.000", "nothing between thousands"),
    (FIGURES, "gp_contacts_expense,account", "gp_contacts_expense,acount", "did you mean 'account'"),
    (FIGURES, ",2022,placeholder,Pladsholder", ",2022,plaseholder,Pladsholder", "did you mean 'placeholder'"),
    (FIGURES, "figure,kind", "figur,kind", "write the header in this order"),
    # index, rates, parameters
    (INDEX, "2010 = 82.0\n", "", "no index for [2010]"),
    (INDEX, "2022 = 100.0", "2022 = 101.0", "100 in the price year"),
    (INDEX, "2010 = 82.0", "2010 = 82.05", "at most one decimal"),
    (INDEX, "2010 = 82.0", "2010 = 0", "a positive number"),
    (RATES, "horizon_from = 36", "horizon_from = 37", "leave no gap and no overlap"),
    (RATES, "valid_to = 2021-01-06", "valid_to = 2021-01-07", "periods that do not overlap"),
    (
        RATES,
        "{ horizon_from = 71, rate = 0.02 }",
        "{ horizon_from = 71, horizon_to = 90, rate = 0.02 }",
        "without horizon_to",
    ),
    (RATES, "rate = 0.04", "rate = 4", "at most 1"),
    (PARAMETERS, "value = 0.30", "value = 30", "at most 1"),
    (PARAMETERS, 'source = "Lov om social service § 176 a, beløbsgrænser 2020"\n', "", "no key 'source'"),
    (PARAMETERS, 'basis = "placeholder"', 'basis = "fact"', "documented, inferred, placeholder"),
    (PARAMETERS, "valid_to = 2022-12-31", 'valid_to = "2022-12-31"', "without quotes"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), MISTAKES)
def test_a_mistake_is_told_with_what_to_do(folder, file, old, new, said):
    replace(folder, file, old, new)
    with pytest.raises(InputError) as caught:
        load_knowledge(
            folder,
            target_groups=["homeless", "alcohol_misuse", "severe_mental_disorder", "anxiety_depression_6_13"],
        )
    assert said in str(caught.value)
    assert all(
        problem.where and problem.found and problem.expected and problem.do
        for problem in caught.value.problems
    )


def test_all_mistakes_of_all_files_come_at_once(folder):
    for number in (0, 14, 24, 29, 33, 37):
        file, old, new, _ = MISTAKES[number]
        replace(folder, file, old, new)
    replace(folder, "consequences/crime.toml", 'events = "prison_stays"', 'events = "prison_stay"')
    with pytest.raises(InputError) as caught:
        load_knowledge(folder)
    files = {problem.where.split(":")[0] for problem in caught.value.problems}
    assert files >= {RULES, PRICES, FIGURES, INDEX, RATES, PARAMETERS, "consequences/crime.toml"}


def test_a_missing_file_is_told(folder):
    (folder / FIGURES).unlink()
    (folder / RATES).unlink()
    with pytest.raises(InputError) as caught:
        load_knowledge(folder)
    told = str(caught.value)
    assert FIGURES in told
    assert RATES in told


def test_the_committed_declarations_are_sound(folder):
    assert len(load_knowledge(folder).price_list.prices) == 47 + 8


def test_what_could_not_be_read_is_not_blamed_on_the_prices(folder):
    (folder / "consequences" / "school.toml").write_text("area = ", "utf-8")
    replace(folder, FIGURES, "figure,kind", "figur,kind")
    with pytest.raises(InputError) as caught:
        load_knowledge(folder)
    assert not [problem for problem in caught.value.problems if problem.where.startswith(PRICES)]
    assert len([name for name in caught.value.not_checked if name.startswith(PRICES)]) == 2

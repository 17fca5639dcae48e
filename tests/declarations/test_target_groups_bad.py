"""Bad target-group files: each mistake is told with file, place, what was found, what was expected, what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.declarations.problems import InputError, Problem
from pipeline.declarations.target_groups import METHOD_FILE, load_target_groups

GOOD = Path(__file__).with_name("test_target_groups_trial.toml").read_text("utf-8")
MEMBERSHIP = 'all_of = [{ events = "shelter_stays", within = "year_0" }]'
SUCCESS = 'events = "shelter_stays"\nat_most = 0\nwithin = "year_1"'


def load_bad(tmp_path: Path, **files: str) -> list[Problem]:
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        load_target_groups(tmp_path, METHOD_FILE)
    assert all(
        problem.where and problem.found and problem.expected and problem.do
        for problem in caught.value.problems
    )
    return list(caught.value.problems)


def told(problems: list[Problem]) -> str:
    return "\n".join(str(problem) for problem in problems)


def event(text: str) -> str:
    return f'all_of = [{{ {text}, within = "year_0" }}]'


def test_the_good_file_is_good(tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(GOOD, "utf-8")
    (group,) = load_target_groups(tmp_path, METHOD_FILE)
    assert (group.target_group, group.age_from, group.age_to) == ("trial", 18, 65)


CASES = {
    "unknown event table": (event('events = "shelter_stay"'), "did you mean 'shelter_stays'"),
    "unknown attribute": (
        event('events = "hospital_contacts", where = { hospitals = "psychiatric" }'),
        "did you mean 'hospital'",
    ),
    "attribute of a table without any": (
        event('events = "shelter_stays", where = { kind = "x" }'),
        "shelter_stays has no attributes",
    ),
    "unknown value": (
        event('events = "hospital_contacts", where = { hospital = "psychiatrik" }'),
        "did you mean 'psychiatric'",
    ),
    "true or false as text": (
        event('events = "drug_courses", where = { is_substitution = "ja" }'),
        "write true or false without quotes",
    ),
    "leading D of a diagnosis": (
        event('events = "hospital_diagnoses", where = { diagnosis = "DF90" }'),
        "did you mean 'F90'",
    ),
    "range backwards": (
        event('events = "hospital_diagnoses", where = { diagnosis = "F39-F30" }'),
        "the lower first",
    ),
    "no values": (event('events = "dispensings", where = { atc = [] }'), "no values"),
    "value twice": (
        event('events = "dispensings", where = { atc = ["N06BA", "N06BA"] }'),
        "the same value twice",
    ),
    "unknown operator": (f'{MEMBERSHIP[:-1]}, {{ event = "shelter_stays" }}]', "did you mean 'events'"),
    "unknown combinator": (
        'al_of = [{ events = "shelter_stays", within = "year_0" }]',
        "did you mean 'all_of'",
    ),
    "unknown key of a condition": (
        event('events = "shelter_stays", at_leest = 1'),
        "did you mean 'at_least'",
    ),
    "two heads": (event('events = "shelter_stays", person = "sex"'), "events and person in one condition"),
    "empty list": ("all_of = []", "a list of one or more conditions"),
    "condition about nothing": ('within = "year_0"', "a condition about nothing"),
    "no year": ('events = "shelter_stays"', "there is no default"),
    "unknown year": ('events = "shelter_stays"\nwithin = "year 0"', "did you mean 'year_0'"),
    "membership in a later year": (
        'events = "shelter_stays"\nwithin = "year_1"',
        "membership is judged in the base year alone",
    ),
    "unknown measure": (event('events = "shelter_stays", measure = "n_day"'), "did you mean 'n_days'"),
    "sum of different things": (
        event('events = "incomes", measure = ["wage_dkk", "tax_dkk"], at_least = 1'),
        "a sum of different things",
    ),
    "at_least nought": (
        event('events = "shelter_stays", at_least = 0'),
        "write `at_most = 0` for no such event",
    ),
    "bounds crossed": (
        event('events = "shelter_stays", measure = "n_days", at_least = 5, at_most = 2'),
        "at_least 5 over at_most 2",
    ),
    "bound without measure": (event('events = "shelter_stays", at_least = 3'), "add measure"),
    "unknown threshold": (
        event('events = "shelter_stays", measure = "n_days", at_least = "max_contact"'),
        "did you mean 'max_contacts'",
    ),
    "unknown fact": (
        f'{MEMBERSHIP[:-1]}, {{ person = "sexx", is = "woman", within = "year_0" }}]',
        "did you mean 'sex'",
    ),
    "unknown value of a fact": (
        f'{MEMBERSHIP[:-1]}, {{ person = "sex", is = "women", within = "year_0" }}]',
        "did you mean 'woman'",
    ),
    "fact without value": (f'{MEMBERSHIP[:-1]}, {{ person = "sex", within = "year_0" }}]', "no key 'is'"),
    "unknown function": ('function = "increased_employmnt"', "did you mean 'increased_employment'"),
    "function in membership": ('function = "increased_employment"', "a function only in a success rule"),
    "unknown definition": ('definition = "trail"', "did you mean 'trial'"),
    "a circle": ('definition = "trial"', "a circle of definitions"),
    "true without data: at_most": (
        'events = "shelter_stays"\nat_most = 0\nwithin = "year_0"',
        "hold for people without any event",
    ),
    "true without data: none_of": (
        'none_of = [{ events = "shelter_stays", within = "year_0" }]',
        "true for everybody without data",
    ),
    "true without data: a fact": (
        'all_of = [{ person = "sex", is = "woman", within = "year_0" }]',
        "hold for people without any event",
    ),
    "true without data: one branch": (
        'any_of = [{ events = "shelter_stays", within = "year_0" }, { person = "sex", is = "man", within = "year_0" }]',
        "any_of with a branch",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_bad_membership(tmp_path: Path, case: str) -> None:
    membership, expected = CASES[case]
    problems = load_bad(tmp_path, trial=GOOD.replace(MEMBERSHIP, membership))
    assert expected in told(problems)
    assert all("trial.toml" in problem.where for problem in problems)


SUCCESS_CASES = {
    "in the membership year": (SUCCESS.replace("year_1", "year_0"), "before or together with membership"),
    "before membership": (SUCCESS.replace("year_1", "year_-1"), "before or together with membership"),
    "later than the split": (SUCCESS.replace("year_1", "year_2"), "after the split"),
    "a definition": ('definition = "trial"', "conditions on year_1"),
}


@pytest.mark.parametrize("case", SUCCESS_CASES)
def test_success_reads_the_year_after_membership(tmp_path: Path, case: str) -> None:
    success, expected = SUCCESS_CASES[case]
    assert expected in told(load_bad(tmp_path, trial=GOOD.replace(SUCCESS, success)))


FILE_CASES = {
    "unknown key": (("entry = ", "entri = "), "did you mean 'entry'"),
    "missing key": (('entry = "every_year"\n', ""), "no key 'entry'"),
    "unknown area": (("vulnerable_adults", "vulnerable_adult"), "did you mean 'vulnerable_adults'"),
    "unknown entry": (('"every_year"', '"each_year"'), "did you mean 'every_year'"),
    "unknown kind": (('"register_rule"', '"register"'), "did you mean 'register_rule'"),
    "bad basis": (('basis = "assumed"', 'basis = "assumption"'), "did you mean 'assumed'"),
    "no reason": (('reason = { da = "Vores læsning.", en = "Our reading." }', ""), "no key 'reason'"),
    "no Danish": (('name = { da = "Prøve", en', "name = { en"), "no Danish text"),
    "empty English": (('en = "To test."', 'en = " "'), "no English text"),
    "no limitations": (('[{ da = "Ingen.", en = "None." }]', "[]"), "one [[…]] table or more"),
    "unknown judgement": (('judgement = "yes"', 'judgement = "no doubt"'), "partly, unclear, yes"),
    "ages backwards": (("age_from = 18", "age_from = 70"), "age_from <= age_to"),
    "age not a number": (("age_to = 65", 'age_to = "65"'), "a whole number, 0 or more"),
    "key not the file's name": (
        ('target_group = "trial"', 'target_group = "other"'),
        "'trial' or 'trial_18_65'",
    ),
    "not an overridable key": (("[membership]", "[method]\nprice_year = 2020\n[membership]"), "method key"),
    "override of the wrong type": (("[membership]", '[method]\ntaper = "curved"\n[membership]'), "linear"),
    "the same key twice": (("age_to = 65", "age_to = 65\nage_to = 66"), "the same key twice"),
    "not TOML": (("age_to = 65", "age_to 65"), "not TOML"),
}


@pytest.mark.parametrize("case", FILE_CASES)
def test_bad_file(tmp_path: Path, case: str) -> None:
    (found, replacement), expected = FILE_CASES[case]
    assert found in GOOD
    assert expected in told(load_bad(tmp_path, trial=GOOD.replace(found, replacement)))


def test_syntax_errors_name_the_line(tmp_path: Path) -> None:
    assert "line 13" in told(load_bad(tmp_path, trial=GOOD.replace("age_to = 65", "age_to 65")))


def test_overlapping_age_bands(tmp_path: Path) -> None:
    band = '[[age_bands]]\ntarget_group = "trial_60_70"\nage_from = 60\nage_to = 70\n[membership]'
    assert "bands that do not overlap" in told(load_bad(tmp_path, trial=GOOD.replace("[membership]", band)))


def test_two_files_may_not_claim_one_key(tmp_path: Path) -> None:
    same = GOOD.replace('"trial"', '"trial_18_65"')
    assert "target group 'trial_18_65', also in trial.toml" in told(
        load_bad(tmp_path, trial=same, trial_18_65=same)
    )


def test_a_literature_group_has_no_rules(tmp_path: Path) -> None:
    problems = load_bad(tmp_path, trial=GOOD.replace("register_rule", "literature_only"))
    assert {"'membership'", "'success'", "'age_bands'", "'entry'"} <= {
        p.found.split(" ")[0] for p in problems
    }


def test_a_circle_of_files(tmp_path: Path) -> None:
    texts = {name: GOOD.replace('"trial"', f'"{name}"') for name in ("first", "second")}
    first = texts["first"].replace(MEMBERSHIP, 'definition = "second"')
    second = texts["second"].replace(MEMBERSHIP, 'definition = "first"')
    assert "first → second → first" in told(load_bad(tmp_path, first=first, second=second))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ('["trial"]', "two or more definitions"),
        ('["trial", "trail"]', "did you mean 'trial'"),
        ('["trial", "literature"]', "a definition of kind 'literature_only'"),
        ('["trial", "union"]', "a circle of definitions"),
    ],
)
def test_bad_union(tmp_path: Path, names: str, expected: str) -> None:
    rules = f"[membership]\n{MEMBERSHIP}\n[success]\n{SUCCESS}\n"
    union = GOOD.replace(rules, "").replace('"trial"', '"union"').replace("register_rule", "union")
    union = union.replace("[[age_bands]]", f"union_of = {names}\n[[age_bands]]", 1)
    head = GOOD[: GOOD.index("[[age_bands]]")] + GOOD[GOOD.index("[meaningful") :]
    literature = head.replace("register_rule", "literature_only").replace('entry = "every_year"\n', "")
    assert expected in told(load_bad(tmp_path, trial=GOOD, union=union, literature=literature))


def test_all_mistakes_of_all_files_at_once(tmp_path: Path) -> None:
    second = GOOD.replace('"trial"', '"second"').replace('area = "vulnerable_adults"', 'area = "adults"')
    first = GOOD.replace('entry = "every_year"', 'entry = "yearly"').replace("shelter_stays", "shelters")
    problems = load_bad(tmp_path, trial=first, second=second, third="kind = ")
    assert len(problems) == 5
    assert {problem.where.split(":")[0] for problem in problems} == {
        "target_groups/trial.toml",
        "target_groups/second.toml",
        "target_groups/third.toml",
    }


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert "no definition file" in told(load_bad(tmp_path))


def test_a_bad_method_is_told_with_the_groups(tmp_path: Path) -> None:
    (tmp_path / "trial.toml").write_text(GOOD.replace("every_year", "yearly"), "utf-8")
    method = tmp_path / "elsewhere.toml.txt"
    method.write_text(METHOD_FILE.read_text("utf-8").replace("[taper]", "[tapper]"), "utf-8")
    with pytest.raises(InputError) as caught:
        load_target_groups(tmp_path, method)
    text = str(caught.value)
    assert "did you mean 'taper'" in text and "entry" in text

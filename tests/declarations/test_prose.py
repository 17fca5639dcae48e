"""The prose of target groups: the reviewed golden file, and sentences for rules no group uses yet."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from pipeline.declarations.prose import tell_membership, tell_success, write_book
from pipeline.declarations.rules import AllOf, AnyOf, EventCondition, NoneOf, Rule
from pipeline.declarations.simplify_rules import simplify_rule
from pipeline.declarations.target_groups import METHOD_FILE, load_target_groups
from pipeline.declarations.vocabulary import EVENT_TABLES, PERSON_ATTRIBUTES
from pipeline.declarations.words import join_or, load_words

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "target_group_prose.md"
TRIAL = Path(__file__).with_name("test_target_groups_trial.toml").read_text("utf-8")
MEMBERSHIP = 'all_of = [{ events = "shelter_stays", within = "year_0" }]'
SUCCESS = 'events = "shelter_stays"\nat_most = 0\nwithin = "year_1"'


def test_prose_is_the_reviewed_golden_file() -> None:
    """To renew it: `python -m pipeline.declarations.prose > tests/golden/target_group_prose.md`, then read it."""
    assert write_book(load_target_groups()) == GOLDEN.read_text("utf-8")


def test_golden_file_has_every_group_and_no_code_words() -> None:
    text = GOLDEN.read_text("utf-8")
    keys = re.findall(r"^## (\w+)$", text, re.M)
    assert keys == [group.target_group for group in load_target_groups()]
    prose = re.sub(r"^## \w+$|method\.toml, max_contacts|`.*?`", "x", text, flags=re.M)
    assert not re.findall(r"\b\w+_\w+\b", prose)
    assert "  " not in prose and " ." not in prose and ".." not in prose and "None" not in prose


def test_homeless_in_words() -> None:
    group = next(group for group in load_target_groups() if group.target_group == "homeless")
    assert tell_membership(group).da.startswith(
        "Voksne på 18–65 år, som i år 0 har boet på herberg, forsorgshjem eller et andet botilbud"
    )
    assert tell_success(group).da.startswith("I året efter (år 1) har personen hverken boet på herberg")
    assert " nor been in prison or remand." in tell_success(group).en


def tell(
    tmp_path: Path, membership: str = MEMBERSHIP, success: str = SUCCESS, extra: str = ""
) -> tuple[str, str]:
    text = TRIAL.replace(MEMBERSHIP, membership).replace(SUCCESS, success) + extra
    (tmp_path / "trial.toml").write_text(text, "utf-8")
    (group,) = load_target_groups(tmp_path, METHOD_FILE)
    return tell_membership(group).da, tell_success(group).da


CONTACTS = (
    'events = "hospital_contacts"\nwhere = { hospital = "psychiatric" }\nmeasure = ["n_days", "n_visits"]\n'
)


@pytest.mark.parametrize(
    ("membership", "expected"),
    [
        (CONTACTS + 'at_least = 3\nwithin = "year_0"', "skadestue), mindst 3 sengedage og besøg i alt."),
        (
            'events = "hospital_contacts"\n'
            'where = { hospital = "somatic", contact_type = ["inpatient", "emergency"] }\nwithin = "year_0"',
            "har været indlagt på en somatisk afdeling eller været på skadestue.",
        ),
        (
            'events = "hospital_contacts"\nwhere = { hospital = { not = ["somatic"] }, contact_type = "emergency" }\n'
            'within = "year_0"',
            "har været på psykiatrisk skadestue.",
        ),
        (
            'events = "hospital_diagnoses"\nwhere = { hospital = "somatic", diagnosis = "C50" }\nwithin = "year_0"',
            "har været i kontakt med et somatisk sygehus med diagnosen C50.",
        ),
        (
            'events = "hospital_diagnoses"\nwhere = { diagnosis = { not = ["F84"] } }\nwithin = "year_0"',
            "med en anden diagnose end F84 (gennemgribende udviklingsforstyrrelser, herunder autisme).",
        ),
        (
            'events = "practitioner_contacts"\nwhere = { speciality = "21" }\nwithin = "year_0"',
            "har været hos behandler i privat praksis (sygesikringens speciale 21).",
        ),
        (
            'events = "benefit_weeks"\nwhere = { benefit_kind = "cash_benefit" }\nmeasure = "n_weeks"\nat_least = 26\n'
            'within = "year_0"',
            "har modtaget kontanthjælp, mindst 26 uger.",
        ),
        (
            'events = "child_measures"\nwhere = { measure = ["foster", "preventive"] }\nwithin = "year_0"',
            "har været anbragt i plejefamilie eller fået en forebyggende foranstaltning.",
        ),
        (
            'all_of = [{ events = "prison_stays", within = "year_0" }, '
            '{ person = "employment_code", is = ["retired", "other"], within = "year_0" }]',
            "har siddet i fængsel eller arresthus og haft arbejdsmarkedsstatussen »efterlønsmodtager eller "
            "folkepensionist« eller »øvrige uden for arbejdsmarkedet«.",
        ),
        (
            'any_of = [{ events = "prison_stays", within = "year_0" }, { all_of = ['
            '{ events = "shelter_stays", within = "year_0" }, '
            '{ none_of = [{ events = "charges", within = "year_0" }] }] }]',
            "har siddet i fængsel eller arresthus eller boet på herberg, forsorgshjem eller et andet botilbud efter "
            "servicelovens § 110 (men ikke været sigtet",
        ),
        (
            'all_of = [{ person = "sex", is = "man", within = "year_0" }, '
            '{ events = "prison_stays", within = "year_0" }]',
            "Mænd på 18–65 år, som i år 0 har siddet i fængsel",
        ),
    ],
)
def test_rules_no_group_uses_yet(tmp_path: Path, membership: str, expected: str) -> None:
    assert expected in tell(tmp_path, membership=membership)[0]


def test_limited_contact_is_told_with_its_number(tmp_path: Path) -> None:
    success = CONTACTS + 'at_most = "max_contacts"\nwithin = "year_1"'
    assert "har personen ikke haft kontakt" in tell(tmp_path, success=success)[1]
    told = tell(tmp_path, success=success, extra="[method]\nmax_contacts = 2\n")[1]
    assert "har personen haft kontakt med sygehuspsykiatrien" in told
    assert "højst 2 sengedage og besøg i alt" in told


def test_one_random_year_is_told(tmp_path: Path) -> None:
    text = TRIAL.replace("every_year", "one_random_year")
    (tmp_path / "trial.toml").write_text(text, "utf-8")
    assert "ét tilfældigt valgt" in tell_membership(load_target_groups(tmp_path, METHOD_FILE)[0]).da


@pytest.mark.parametrize("table", EVENT_TABLES)
def test_every_event_table_value_and_measure_can_be_told(tmp_path: Path, table: str) -> None:
    vocabulary = EVENT_TABLES[table]
    rules = [f'events = "{table}"\nwithin = "year_0"']
    for attribute in vocabulary.attributes:
        rules += [
            f'events = "{table}"\nwhere = {{ {attribute.name} = "{value}" }}\nwithin = "year_0"'
            for value in attribute.values
        ]
    rules += [
        f'events = "{table}"\nmeasure = "{measure}"\nat_least = 2\nwithin = "year_0"'
        for measure in vocabulary.measures
    ]
    for rule in rules:
        told = tell(tmp_path, membership=rule)[0]
        assert re.match(r"Voksne på 18–65 år, som i år 0 har \w+ ", told) or "hverken" in told
        assert "_" not in told


def test_words_are_there_for_every_table_and_fact() -> None:
    words = load_words()
    assert all(f"person.{attribute}" in words.sections["phrases"] for attribute in PERSON_ATTRIBUTES)
    for table in EVENT_TABLES:
        keys = [key for key in words.sections["registers"] if key.split(".")[0] == table]
        assert keys, table
    assert join_or(["a", "b", "c"], "da") == "a, b eller c"


def conditions() -> list[EventCondition]:
    from pipeline.declarations.rules import AttributeFilter

    wide = EventCondition("drug_courses", (), (), 1, None, 0)
    narrow = EventCondition("drug_courses", (AttributeFilter("is_substitution", (True,)),), (), 1, None, 0)
    return [wide, narrow, EventCondition("shelter_stays", (), (), 1, None, 0)]


def is_met(rule: Rule, truth: dict[EventCondition, bool]) -> bool:
    if isinstance(rule, EventCondition):
        return truth[rule]
    met = [is_met(inner, truth) for inner in rule.rules]
    return all(met) if isinstance(rule, AllOf) else any(met) if isinstance(rule, AnyOf) else not any(met)


def test_simplified_rules_mean_the_same_by_brute_force() -> None:
    a, b, c = conditions()
    atoms: list[Rule] = [a, b, c, NoneOf((b,)), NoneOf((c,))]
    pairs = [kind(pair) for kind in (AllOf, AnyOf) for pair in itertools.product(atoms, repeat=2)]
    rules = [kind((one, two)) for kind in (AllOf, AnyOf) for one in atoms for two in pairs]
    rules += [AnyOf((one, two, a)) for one in pairs for two in pairs[::7]]
    worlds = [
        dict(zip((a, b, c), values, strict=True))
        for values in itertools.product((False, True), repeat=3)
        if values[0] or not values[1]  # a course with substitution is a course
    ]
    for rule in rules:
        short = simplify_rule(rule)
        assert [is_met(rule, world) for world in worlds] == [is_met(short, world) for world in worlds]
    both = AnyOf((b, AllOf((a, NoneOf((b,))))))
    assert simplify_rule(both) == a

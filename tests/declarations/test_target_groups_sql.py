"""The SQL of rules on tables small enough to judge by hand."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.declarations.compile_sql import membership_by_definition_sql, membership_sql, success_sql
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.target_groups import METHOD_FILE, load_target_groups
from pipeline.declarations.vocabulary import EVENT_TABLES, PERSON_ATTRIBUTES

GOOD = Path(__file__).with_name("test_target_groups_trial.toml").read_text("utf-8")
MEMBERSHIP = 'all_of = [{ events = "shelter_stays", within = "year_0" }]'
SUCCESS = 'events = "shelter_stays"\nat_most = 0\nwithin = "year_1"'

# One row: person, year, attributes, measures (in the order of the vocabulary). Year 0 is 2010, year 1 is 2011.
EVENTS = {
    "shelter_stays": [("A", 2010, 20), ("B", 2010, 1), ("B", 2011, 1), ("C", 2010, 3), ("D", 2009, 9)],
    "prison_stays": [("C", 2011, 4), ("E", 2010, 30)],
    "hospital_contacts": [
        ("A", 2010, "psychiatric", "outpatient", None, 3),
        ("A", 2010, "somatic", "inpatient", 2, None),
        ("B", 2010, "psychiatric", "outpatient", None, 1),
        ("B", 2010, "psychiatric", "inpatient", 5, None),
        ("C", 2010, "psychiatric", "emergency", None, 1),
        ("D", 2010, "psychiatric", "outpatient", None, 2),
        ("A", 2011, "psychiatric", "outpatient", None, 2),
        ("A", 2011, "psychiatric", "inpatient", 1, None),
        ("D", 2011, "somatic", "outpatient", None, 7),
    ],
    "hospital_diagnoses": [
        ("A", 2010, "psychiatric", "F321", 1),
        ("B", 2010, "psychiatric", "F39", 1),
        ("C", 2010, "somatic", "F419", 1),
        ("D", 2010, "psychiatric", "F42", 1),
        ("E", 2010, "somatic", "F938", 1),
        ("F", 2010, "psychiatric", "F90", 2),
        ("G", 2009, "psychiatric", "F30", 1),
    ],
    "dispensings": [("F", 2010, "N06BA04", 4), ("G", 2010, "N06BA12", 1), ("A", 2010, "N06AB04", 3)],
    "practitioner_contacts": [
        ("A", 2010, "80", 9),
        ("B", 2010, "24", 1),
        ("C", 2010, "63", 2),
        ("H", 2010, "26", 1),
        ("H", 2011, "53", 1),
        ("C", 2011, "63", 1),
    ],
    "alcohol_courses": [("A", 2010, 90, 1), ("B", 2010, 10, 0), ("A", 2011, 5, 0), ("B", 2011, 40, 1)],
    "drug_courses": [
        ("A", 2010, "day", True, 30, 0),
        ("B", 2010, "day", False, 30, 0),
        ("C", 2010, "day", False, 3, 0),
        ("C", 2010, "residential", True, 3, 0),
        ("B", 2011, "day", False, 30, 1),
        ("C", 2011, "day", False, 30, 0),
        ("C", 2011, "residential", False, 3, 1),
    ],
    "victim_events": [("A", 2010, "violence", 1), ("B", 2010, "violence", 2), ("C", 2010, "sexual", 1)],
    "education_spells": [
        ("A", 2010, "higher", 200, 0),
        ("A", 2011, "higher", 100, 1),
        ("B", 2011, "higher", 5, 0),
    ],
    "child_measures": [("A", 2010, "foster", 100), ("B", 2010, "home_based", 9), ("C", 2010, "kinship", 365)],
    "incomes": [
        ("A", 2010, 100_000, 0, 0),
        ("A", 2011, 101_000, 0, 0),
        ("B", 2010, 100_000, 0, 0),
        ("B", 2011, 100_000, 0, 0),
        ("C", 2011, 50_000, 0, 0),
        ("D", 2010, -5, 0, 0),
        ("D", 2011, 0, 0, 0),
        ("E", 2010, 74_600, 0, 0),
        ("E", 2011, 76_600, 0, 0),
    ],
}
EMPLOYMENT = {  # person: year 0, year 1
    "A": ("unemployed", "unemployed"),
    "B": ("unemployed", "employed"),
    "C": ("employed", "employed"),
    "D": ("other", "other"),
    "E": ("other", "other"),
    "F": ("unknown", "employed"),
    "G": ("employed", "unemployed"),
}
WOMEN = {"A", "C"}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for table in EVENT_TABLES.values():
        attributes = [f"{a.name} {'BOOLEAN' if a.is_boolean else 'VARCHAR'}" for a in table.attributes]
        measures = [f"{name} INTEGER" for name in table.measures]
        columns = ", ".join(["leaf UTINYINT", "pnr VARCHAR", "year SMALLINT", *attributes, *measures])
        con.execute(f"CREATE TABLE {table.name} ({columns})")
        for row in EVENTS.get(table.name, []):
            con.execute(f"INSERT INTO {table.name} VALUES (7, {', '.join('?' * len(row))})", row)
    facts = ", ".join(f"{name} VARCHAR" for name in PERSON_ATTRIBUTES)
    con.execute(f"CREATE TABLE person_years (leaf UTINYINT, pnr VARCHAR, year SMALLINT, {facts})")
    for person in "ABCDEFGH":
        for t in (0, 1):
            values = {
                "sex": "woman" if person in WOMEN else "man",
                "employment_code": EMPLOYMENT.get(person, ("other", "other"))[t],
            }
            con.execute(
                "INSERT INTO person_years (leaf, pnr, year, sex, employment_code) VALUES (7, ?, ?, ?, ?)",
                (person, 2010 + t, *values.values()),
            )
    con.execute('CREATE TABLE price_index (year SMALLINT, "index" DOUBLE)')
    con.execute("INSERT INTO price_index VALUES (2010, 74.6), (2011, 76.6)")
    return con


def load(tmp_path: Path, membership: str = MEMBERSHIP, success: str = SUCCESS) -> TargetGroup:
    (tmp_path / "trial.toml").write_text(
        GOOD.replace(MEMBERSHIP, membership).replace(SUCCESS, success), "utf-8"
    )
    return load_target_groups(tmp_path, METHOD_FILE)[0]


def declared(key: str) -> TargetGroup:
    return next(group for group in load_target_groups() if group.target_group == key)


def members(con: duckdb.DuckDBPyConnection, group: TargetGroup, year: int = 2010) -> str:
    rows = con.execute(membership_sql(group)).fetchall()
    assert len(rows) == len(set(rows)), "membership rows are distinct"
    assert [column[0] for column in con.description] == ["leaf", "pnr", "year"]
    return "".join(sorted(pnr for leaf, pnr, found in rows if found == year and leaf == 7))


def successes(con: duckdb.DuckDBPyConnection, group: TargetGroup, candidates: str) -> str:
    con.execute("CREATE OR REPLACE TABLE candidates (leaf UTINYINT, pnr VARCHAR, base_year SMALLINT)")
    con.executemany("INSERT INTO candidates VALUES (7, ?, 2010)", [[person] for person in candidates])
    rows = con.execute(success_sql(group)).fetchall()
    assert [column[0] for column in con.description] == ["leaf", "pnr", "base_year", "is_success"]
    assert sorted(row[1] for row in rows) == sorted(candidates), "one row a candidate"
    assert all(row[3] is True or row[3] is False for row in rows)
    return "".join(sorted(row[1] for row in rows if row[3]))


def event(text: str, year: int = 0) -> str:
    return f'{{ {text}, within = "year_{year}" }}'


PSYCHIATRIC = 'events = "hospital_contacts", where = { hospital = "psychiatric" }'
SHELTER, PRISON = event('events = "shelter_stays"'), event('events = "prison_stays"')
SHELTER_1, PRISON_1 = event('events = "shelter_stays"', 1), event('events = "prison_stays"', 1)
FEW_DAYS = event('events = "shelter_stays", measure = "n_days", at_most = 1')
VICTIM = event('events = "victim_events"')
EDUCATION_1, ALCOHOL_1 = event('events = "education_spells"', 1), event('events = "alcohol_courses"', 1)
OPERATORS = {
    "a row exists": (f"all_of = [{event(PSYCHIATRIC)}]", "ABCD"),
    "a list of values": (
        'events = "hospital_contacts"\nwhere = { contact_type = ["inpatient", "emergency"] }\nwithin = "year_0"',
        "ABC",
    ),
    "a negated value": (
        'events = "hospital_contacts"\nwhere = { contact_type = { not = ["outpatient"] } }\nwithin = "year_0"',
        "ABC",
    ),
    "a negated list": (
        'events = "hospital_contacts"\nwhere = { contact_type = { not = ["outpatient", "inpatient"] } }\n'
        'within = "year_0"',
        "C",
    ),
    "true": ('events = "drug_courses"\nwhere = { is_substitution = true }\nwithin = "year_0"', "AC"),
    "a range of codes": (
        'events = "hospital_diagnoses"\nwhere = { diagnosis = "F30-F39" }\nwithin = "year_0"',
        "AB",
    ),
    "prefixes and ranges": (
        'events = "hospital_diagnoses"\nwhere = { diagnosis = ["F30-F39", "F40-F41", "F93"] }\nwithin = "year_0"',
        "ABCE",
    ),
    "negated codes": (
        'events = "hospital_diagnoses"\nwhere = { diagnosis = { not = ["F30-F39", "F93"] } }\nwithin = "year_0"',
        "CDF",
    ),
    "a speciality stands for itself": (
        'events = "practitioner_contacts"\nwhere = { speciality = ["24", "63"] }\nwithin = "year_0"',
        "BC",
    ),
    "a negated speciality": (
        'events = "practitioner_contacts"\nwhere = { speciality = { not = "80" } }\nwithin = "year_0"',
        "BCH",
    ),
    "at least a sum": (
        'events = "shelter_stays"\nmeasure = "n_days"\nat_least = 3\nwithin = "year_0"',
        "AC",
    ),
    "between two bounds": (
        'events = "shelter_stays"\nmeasure = "n_days"\nat_least = 2\nat_most = 10\nwithin = "year_0"',
        "C",
    ),
    "a sum of two measures, over rows": (
        'events = "hospital_contacts"\nwhere = { hospital = "psychiatric" }\nmeasure = ["n_days", "n_visits"]\n'
        'at_least = 3\nwithin = "year_0"',
        "AB",
    ),
    "all_of": (f"all_of = [{event(PSYCHIATRIC)}, {SHELTER}]", "ABC"),
    "any_of": (f"any_of = [{PRISON}, {SHELTER}]", "ABCE"),
    "all_of with none_of": (
        f"all_of = [{event(PSYCHIATRIC)}, {{ none_of = [{SHELTER}] }}]",
        "D",
    ),
    "all_of with at_most": (
        f"all_of = [{event(PSYCHIATRIC)}, {FEW_DAYS}]",
        "BD",
    ),
    "any_of inside all_of": (
        f"all_of = [{event(PSYCHIATRIC)}, {{ any_of = [{PRISON}, {VICTIM}] }}]",
        "ABC",
    ),
    "all_of with none_of inside any_of": (
        f"any_of = [{PRISON}, {{ all_of = [{event(PSYCHIATRIC)}, {{ none_of = [{SHELTER}] }}] }}]",
        "DE",
    ),
    "a fact about the person": (
        f'all_of = [{{ person = "sex", is = "woman", within = "year_0" }}, {event(PSYCHIATRIC)}]',
        "AC",
    ),
    "a negated fact": (
        f"all_of = [{event(PSYCHIATRIC)}, "
        '{ person = "employment_code", is = { not = ["unemployed", "employed"] }, within = "year_0" }]',
        "D",
    ),
}


@pytest.mark.parametrize("operator", OPERATORS)
def test_membership(con: duckdb.DuckDBPyConnection, tmp_path: Path, operator: str) -> None:
    membership, expected = OPERATORS[operator]
    assert members(con, load(tmp_path, membership)) == expected


SUCCESS_OPERATORS = {
    "no such event": (SUCCESS, "ACDE"),
    "none_of": (
        f"none_of = [{SHELTER_1}, {PRISON_1}]",
        "ADE",
    ),
    "at least": ('events = "alcohol_courses"\nmeasure = "n_completed"\nat_least = 1\nwithin = "year_1"', "B"),
    "at most a number from method.toml": (
        'events = "hospital_contacts"\nwhere = { hospital = "psychiatric" }\nmeasure = ["n_days", "n_visits"]\n'
        'at_most = "max_contacts"\nwithin = "year_1"',
        "BCDE",
    ),
    "at most three": (
        'events = "hospital_contacts"\nmeasure = ["n_days", "n_visits"]\nat_most = 3\nwithin = "year_1"',
        "ABCE",
    ),
    "any_of event and fact": (
        f'any_of = [{EDUCATION_1}, {{ person = "employment_code", is = "employed", within = "year_1" }}]',
        "ABC",
    ),
    "all_of event and none_of": (
        f"all_of = [{ALCOHOL_1}, {{ none_of = [{SHELTER_1}] }}]",
        "A",
    ),
}


@pytest.mark.parametrize("operator", SUCCESS_OPERATORS)
def test_success(con: duckdb.DuckDBPyConnection, tmp_path: Path, operator: str) -> None:
    success, expected = SUCCESS_OPERATORS[operator]
    assert successes(con, load(tmp_path, success=success), "ABCDE") == expected


def test_max_contacts_of_the_group_overrides_the_method(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    success = SUCCESS_OPERATORS["at most a number from method.toml"][0]
    text = GOOD.replace(SUCCESS, success) + "[method]\nmax_contacts = 3\n"
    (tmp_path / "trial.toml").write_text(text, "utf-8")
    (group,) = load_target_groups(tmp_path, METHOD_FILE)
    assert group.method.max_contacts == 3
    assert successes(con, group, "ABCDE") == "ABCDE"


def test_increased_employment(con: duckdb.DuckDBPyConnection) -> None:
    """A: wage rises nominally, falls in constant prices. B: into work. C: no wage in year 0, employed all along.

    D: wage from below nought to nought. E: the wage follows the index exactly. F: unknown in year 0. G: out of work.
    """
    assert successes(con, declared("adhd"), "ABCDEFG") == "BD"


def test_homeless(con: duckdb.DuckDBPyConnection) -> None:
    group = declared("homeless")
    assert members(con, group) == "ABC"
    assert members(con, group, 2009) == "D"
    assert successes(con, group, "ABC") == "A"


def test_alcohol(con: duckdb.DuckDBPyConnection) -> None:
    group = declared("alcohol_misuse")
    assert (members(con, group), successes(con, group, "AB")) == ("AB", "B")


def test_drugs_with_and_without_substitution(con: duckdb.DuckDBPyConnection) -> None:
    with_it, without = declared("drug_misuse_substitution"), declared("drug_misuse_no_substitution_18_25")
    assert (members(con, with_it), members(con, without)) == ("AC", "B")
    assert successes(con, without, "ABC") == "BC"


def test_dual_groups(con: duckdb.DuckDBPyConnection) -> None:
    assert members(con, declared("alcohol_and_hospital_contact")) == "AB"
    assert members(con, declared("drug_and_hospital_contact")) == "ABC"
    assert members(con, declared("drug_and_moderate_disorder")) == "AC"
    assert successes(con, declared("alcohol_and_hospital_contact"), "ABCD") == "CD"
    assert successes(con, declared("drug_and_practising_contact"), "ABCDH") == "DH"


def test_women_exposed_to_violence(con: duckdb.DuckDBPyConnection) -> None:
    group = declared("women_exposed_to_violence")
    assert (members(con, group), successes(con, group, "AC")) == ("A", "A")


def test_aftercare(con: duckdb.DuckDBPyConnection) -> None:
    inside, outside = declared("aftercare_in_education"), declared("aftercare_not_in_education")
    assert (members(con, inside), members(con, outside)) == ("A", "BC")
    assert successes(con, inside, "ABC") == "AB"
    assert successes(con, outside, "ABCD") == "ABC"


def test_union_by_definition(con: duckdb.DuckDBPyConnection) -> None:
    group = declared("mental_difficulties_0_5")
    rows = con.execute(membership_by_definition_sql(group)).fetchall()
    by_definition: dict[str, str] = {}
    for _, pnr, year, definition in sorted(rows):
        if year == 2010:
            by_definition[definition] = by_definition.get(definition, "") + pnr
    assert by_definition == {
        "anxiety_depression": "ABCE",
        "attention_disorders": "FG",
        "psychiatric_admission": "B",
        "psychiatric_outpatient": "AD",
        "practising_psychologist_psychiatrist": "BCH",
    }
    assert members(con, group) == "ABCDEFGH"


def test_union_success_is_that_of_every_definition_entered_by(con: duckdb.DuckDBPyConnection) -> None:
    """A: in hospital psychiatry again. C: psychologist again, entered by it. H: another speciality only."""
    assert successes(con, declared("mental_difficulties_0_5"), "ABCDEFGH") == "BDEFGH"


def test_every_estimated_group_compiles_and_runs(con: duckdb.DuckDBPyConnection) -> None:
    for group in load_target_groups():
        if group.is_estimated:
            members(con, group)
            successes(con, group, "ABCDEFGH")
            assert ";" not in membership_sql(group) + success_sql(group)


def test_literature_only_has_no_sql() -> None:
    with pytest.raises(ValueError, match="literature overview only"):
        membership_sql(declared("stuttering"))
    with pytest.raises(ValueError, match="literature overview only"):
        success_sql(declared("stuttering"))
    with pytest.raises(ValueError, match="not a union"):
        membership_by_definition_sql(declared("homeless"))

"""The edge-case persons: read whole, all mistakes told at once, every quirk and kind of rule present."""

import tomllib
from pathlib import Path

import polars as pl
import pytest

from sample_registers.edge_cases import (
    EdgeCaseError,
    edge_case_registers,
    expected_events,
    expected_memberships,
    expected_person_years,
    expected_quantities,
    load_edge_cases,
)
from sample_registers.registers.layout import LAYOUT

DECLARATIONS = Path(__file__).parents[2] / "pipeline" / "declarations"

QUIRKS = {
    "duplicate rows",
    "end date missing",
    "end date before start",
    "spell over New Year",
    "in a register but not in BEF",
    "events after death",
    "dead person in BEF",
    "emigrants who return",
    "events while away",
    "leading zero lost",
    "education unknown",
    "LPR2 to LPR3 break",
    "LPR3 has no patient type",
    "a register that starts late",
    "one column renamed",
    "technical check-in",
}
RULES = {
    "all_of",
    "any_of",
    "none_of in a membership rule",
    "none_of in a success rule",
    "any_of in a success rule",
    "at_most in a success rule",
    "union of definitions",
    "dual group: definition by name",
    "entry first",
    "entry first with look-back",
    "entry first needs residence",
    "enters in several base years",
    "last base year",
    "residence",
    "population defined positively",
    "assessable: died before the end of year 1",
    "assessable: emigrated",
    "coverage by municipality",
    "coverage starts in 2011",
    "a year missing from a delivery (krof 2009)",
    "function increased_employment",
    "person condition",
    "diagnosis range",
    "diagnosis prefix",
    "two age bands of one definition",
    "age band edge 5/6",
    "age band edge 13/14",
    "age band edge 17/18",
    "age band edge 18",
    "age band edge 22",
    "age band edge 25/26",
    "age band edge 64",
    "age band edge 65",
    "age domain of a consequence",
    "pension age by birth cohort",
    "success rule on another measure than membership",
    "courses at most ten days apart",
    "courses more than ten days apart",
    "union of overlapping rows",
    "union of touching rows",
    "parents' background",
    "non-case",
}


@pytest.fixture(scope="module")
def cases():
    return load_edge_cases()


def test_every_quirk_and_kind_of_rule_has_a_person(cases):
    tested = {name for case in cases for name in case.tests}
    assert {f"quirk: {name}" for name in QUIRKS} <= tested
    assert tested >= RULES


def test_every_person_says_why_and_expects_something(cases):
    for case in cases:
        assert len(case.why_da) > 20 and len(case.why_en) > 20, case.name
        assert case.tests, case.name
        assert case.quantities or case.events or case.memberships or case.person_years, case.name


def test_non_cases_expect_not_to_be_members(cases):
    for case in cases:
        if "non-case" in case.tests:
            assert any(entry.status == "not_member" for entry in case.memberships), case.name


def read_declared_names(folder: str, key: str, table: str) -> set[str]:
    found = set()
    for path in (DECLARATIONS / folder).glob("*.toml"):
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
        found |= {entry[key] for entry in declared.get(table, ())}
    return found


def test_expectations_name_declared_groups_and_consequences(cases):
    groups = read_declared_names("target_groups", "target_group", "age_bands")
    consequences = read_declared_names("consequences", "key", "consequence")
    assert {entry.target_group for case in cases for entry in case.memberships} <= groups
    assert {entry.consequence for case in cases for entry in case.quantities} <= consequences


def test_expectations_come_as_tables(cases):
    quantities = expected_quantities(cases)
    assert quantities.columns == ["case", "pnr", "year", "consequence", "quantity"]
    assert quantities.select("pnr", "year", "consequence").is_duplicated().sum() == 0
    memberships = expected_memberships(cases)
    assert set(memberships["status"]) == {"success", "other", "not_assessable", "not_member"}
    assert memberships.select("pnr", "target_group", "base_year").is_duplicated().sum() == 0
    assert {"case", "pnr", "events", "where", "year", "measure", "value"} == set(expected_events(cases)[0])
    assert any(fact["column"] == "pnr" and fact["value"] is None for fact in expected_person_years(cases))


def test_delivery_of_edge_cases_only_has_every_file(cases, tmp_path):
    root = edge_case_registers(tmp_path / "registers")
    for register, layout in LAYOUT.items():
        names = {path.stem for path in (root / register).iterdir()}
        assert names == ({str(year) for year in layout.years} or {register})
    population = pl.concat([pl.read_parquet(path) for path in (root / "bef").iterdir()])
    assert set(population["pnr"]) == {
        case.pnr for case in cases if case.name != "not_in_the_population_register"
    }
    shelters = pl.read_parquet(root / "boform110" / "2010.parquet")
    assert shelters.filter(pl.col("pnr") == "900000000003").height == 2
    assert "maalgr" in pl.read_parquet(root / "handicap" / "2013.parquet").columns
    visits = pl.read_parquet(root / "psyk_bes" / "2013.parquet")
    contacts = pl.read_parquet(root / "psyk_adm" / "2013.parquet")
    assert set(visits["recnum"]) <= set(contacts["recnum"])
    weeks = pl.read_parquet(root / "dream" / "dream.parquet").filter(pl.col("pnr") == "900000000061")
    assert weeks["y_2053"].to_list() == ["730"]


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "a.toml").write_text(
        """
why_en = "x"
why_da = "x"
tests = []
[person]
pnr = "800000000001"
birth_date = 1980-01-01
sex = "man"
municipality = 101
resident = "2003-2022"
father = "nobody"
[[boform110]]
inddato = "2012-01-01"
udato = 2012-01-02
[[krof]]
ger7 = "1210110"
dato = 2009-01-01
[expect]
memberships = [{ target_group = "homeless", base_year = 2012, status = "succes" }]
quantities = [{ consequence = "shelter", year = 2012 }]
""",
        encoding="utf-8",
    )
    (tmp_path / "b.toml").write_text("why_en = 'x'\n[[boform]]\ninddato = 2012-01-01\n", encoding="utf-8")
    (tmp_path / "c.toml").write_text("why_en = \n", encoding="utf-8")
    with pytest.raises(EdgeCaseError) as told:
        load_edge_cases(tmp_path)
    text = str(told.value)
    for piece in (
        "12 digits, the first a 9",
        "person.father",
        "inddato of another type",
        "unknown column udato",
        "a row for 2009",
        "did you mean 'success'?",
        "quantities",
        "unknown key boform",
        "no why_da",
        "no person",
        "not TOML",
    ):
        assert piece in text, piece
    assert "800000000001" not in text

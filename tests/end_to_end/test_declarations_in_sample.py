"""Every declaration walked: each register, column, code and attribute it uses is in the sample and occurs there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.declarations.consequence import Consequence
from pipeline.declarations.covariates import Covariate
from pipeline.declarations.functions import FUNCTIONS
from pipeline.declarations.register_layout import RegisterLayout
from pipeline.declarations.rule_reads import as_filters
from pipeline.declarations.rules import (
    AttributeFilter,
    EventCondition,
    FunctionCondition,
    PersonCondition,
    walk_rule,
)
from pipeline.declarations.target_group import Definition
from pipeline.declarations.vocabulary import EVENT_TABLES, EventTable
from pipeline.project import Project
from pipeline.stages.stage_2_person_years import HOSPITAL_REGISTERS, REGISTERS_READ
from tests.end_to_end.conftest import SampleBuild

DECLARED = Project().declared
LAYOUTS = DECLARED.layouts
DEFINITIONS = {group.definition.definition: group.definition for group in DECLARED.target_groups}
CODE_FILES = {
    "diagnosis": (("lpr_diag", "c_diag"), ("psyk_diag", "c_diag"), ("lpr3_diagnoser", "diagnosekode")),
    "atc": (("lmdb", "atc"),),
    "speciality": (("sssy", "speciale"),),
}
"""Where codes of an open classification stand in the registers."""
NOT_IN_ICD10 = {"F26", "F27", "F35", "F36", "F37", "F46", "F47", "F74", "F75", "F76", "F77"}
"""Three-character codes inside the declared ranges that ICD-10 leaves free: nobody can have them."""


def registers_of(events: str) -> tuple[str, ...]:
    """Registers an event table is made from."""
    return HOSPITAL_REGISTERS if events.startswith("hospital_") else REGISTERS_READ[events]


@cache
def read_codes(root: Path, register: str, column: str) -> frozenset[str]:
    """Every value of a column in all files of a register, by its newest name, as text."""
    layout = LAYOUTS[register]
    found: set[str] = set()
    for year in layout.years or (None,):
        column_here = layout.columns[column].name_in(year)
        file = root / register / f"{year or register}.parquet"
        found |= set(pl.read_parquet(file, columns=[column_here]).to_series().cast(pl.String).unique())
    return frozenset(found - {None})


@cache
def read_week_codes(root: Path) -> frozenset[str]:
    """Every code of every week of DREAM."""
    weeks = pl.read_parquet(root / "dream" / "dream.parquet").drop("pnr")
    return frozenset({code for column in weeks for code in column.unique()} - {None})


def open_tables(sample: SampleBuild) -> duckdb.DuckDBPyConnection:
    """Connect with every event table, person_years and person_year_quantities as views."""
    con = duckdb.connect()
    for table in (*EVENT_TABLES, "person_years", "person_year_quantities"):
        pattern = sample.project.tables.pattern(table)
        con.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{pattern}')")
    return con


@pytest.fixture(scope="module")
def con(sample: SampleBuild) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_tables(sample) as opened:
        yield opened


def count(con: duckdb.DuckDBPyConnection, table: str, where: str) -> int:
    return con.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]


# --- Register layouts ---------------------------------------------------------------------------------------


def test_every_register_of_the_sample_is_declared(sample: SampleBuild) -> None:
    folders = {path.name for path in sample.project.registers.iterdir() if path.is_dir()}
    assert folders == set(LAYOUTS.registers)


@pytest.mark.parametrize("layout", LAYOUTS.registers.values(), ids=list(LAYOUTS.registers))
def test_every_file_is_there_and_every_column_occurs(sample: SampleBuild, layout: RegisterLayout) -> None:
    folder = sample.project.registers / layout.name
    years = [str(year) for year in layout.years] or [layout.name]
    assert {path.stem for path in folder.iterdir()} == set(years)
    assert not {str(year) for year in layout.missing_years} & {path.stem for path in folder.iterdir()}
    for file in folder.iterdir():
        year = int(file.stem) if layout.years else None
        assert set(pl.read_parquet_schema(file)) == set(layout.columns_in(year)), file.name
    empty = [name for name in layout.columns if not read_codes(sample.project.registers, layout.name, name)]
    assert not empty


def list_code_columns(layout: RegisterLayout) -> Iterator[tuple[str, tuple[str, ...], int | None]]:
    for column in layout.columns.values():
        if column.codes:
            yield column.name, column.codes, column.first_characters


CODE_COLUMNS = [
    (layout.name, *entry) for layout in LAYOUTS.registers.values() for entry in list_code_columns(layout)
]


@pytest.mark.parametrize(
    ("register", "column", "codes", "first"), CODE_COLUMNS, ids=[f"{c[0]}.{c[1]}" for c in CODE_COLUMNS]
)
def test_every_code_of_a_column_occurs(
    sample: SampleBuild, register: str, column: str, codes: tuple[str, ...], first: int | None
) -> None:
    found = {code[:first] for code in read_codes(sample.project.registers, register, column)}
    digits = LAYOUTS[register].columns[column].zero_pad
    if digits:
        found = {code.zfill(digits.digits) for code in found}
    assert found == set(codes)


def test_every_code_list_belongs_to_a_column_or_to_weeks() -> None:
    for layout in LAYOUTS.registers.values():
        used = [set(column.codes) for column in (*layout.columns.values(), layout.week) if column]
        for code_list in layout.code_lists.values():
            assert set(code_list.codes) in used, (layout.name, code_list.name)
            assert all(code_list.kinds.values()), (layout.name, code_list.name)


def test_every_benefit_code_occurs_in_some_week(sample: SampleBuild) -> None:
    assert read_week_codes(sample.project.registers) == set(LAYOUTS["dream"].week.codes)


@pytest.mark.parametrize("layout", LAYOUTS.registers.values(), ids=list(LAYOUTS.registers))
def test_what_a_register_covers_occurs_in_its_first_and_last_year(
    sample: SampleBuild, con: duckdb.DuckDBPyConnection, layout: RegisterLayout
) -> None:
    for cover in layout.covers:
        for value in cover.values or (None,):
            where = "TRUE" if value is None else f"{cover.attribute} = '{value}'"
            for year in {cover.first_year, cover.last_year, cover.look_back_from}:
                n = count(con, cover.events, f"year = {year} AND {where}")
                assert n, (cover.events, value, year)
        for exception in cover.exceptions:
            codes = ", ".join(map(str, exception.municipalities))
            for code in exception.municipalities:
                where = f"year = {exception.year} AND municipality_code = {code} AND is_resident"
                assert count(con, "person_years", where), (exception.year, codes)


# --- Event tables -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", EVENT_TABLES.values(), ids=list(EVENT_TABLES))
def test_every_value_and_measure_of_an_event_table_occurs(
    con: duckdb.DuckDBPyConnection, table: EventTable
) -> None:
    for attribute in table.attributes:
        found = {
            row[0] for row in con.execute(f"SELECT DISTINCT {attribute.name} FROM {table.name}").fetchall()
        }
        if attribute.is_boolean:
            assert found == {True, False}
        elif attribute.values:
            assert found == set(attribute.values)
        else:
            assert found and all(attribute.codes.is_code(code) for code in found), attribute.name
    for measure in table.measures:
        assert count(con, table.name, f"{measure} > 0"), measure


@pytest.mark.parametrize("events", EVENT_TABLES)
def test_an_event_table_is_made_from_registers_of_the_sample(sample: SampleBuild, events: str) -> None:
    for register in registers_of(events):
        assert register in LAYOUTS.registers
        assert any((sample.project.registers / register).glob("*.parquet")), register


# --- Target groups ------------------------------------------------------------------------------------------


def list_conditions(definition: Definition) -> Iterator[object]:
    for part in definition.union_of or (definition,):
        for rule in (part.membership, part.success):
            if rule is not None:
                yield from walk_rule(rule)


ESTIMATED = {name: found for name, found in DEFINITIONS.items() if found.kind != "literature_only"}


def expand_range(code: str) -> list[str]:
    """Expand 'F30-F39' to its ten three-character codes; a prefix stands for itself."""
    low, dash, high = code.partition("-")
    if not dash:
        return [code]
    assert low[0] == high[0] and len(low) == len(high) == 3, code
    return [f"{low[0]}{number:02d}" for number in range(int(low[1:]), int(high[1:]) + 1)]


def find_missing_codes(root: Path, item: AttributeFilter) -> list[str]:
    """List codes of a filter that no row of any register begins with, in each generation of registers."""
    files = CODE_FILES[item.attribute]
    generations = [files[:2], files[2:]] if item.attribute == "diagnosis" else [files]
    missing = []
    for generation in generations:
        found = set().union(*(read_codes(root, *file) for file in generation))
        if item.attribute == "diagnosis":
            found = {code.removeprefix("D") for code in found}
        for code in (code for value in item.values for code in expand_range(str(value))):
            if code not in NOT_IN_ICD10 and not any(written.startswith(code) for written in found):
                missing.append(f"{code} in {', '.join(name for name, _ in generation)}")
    return missing


def compile_filters(filters: tuple[AttributeFilter, ...]) -> str:
    """Compile filters on closed attributes and open codes to SQL, apart from the pipeline's compiler."""
    terms = ["TRUE"]
    for item in filters:
        if item.attribute in CODE_FILES:
            codes = [code for value in item.values for code in expand_range(str(value))]
            term = " OR ".join(f"starts_with({item.attribute}, '{code}')" for code in codes)
        else:
            listed = ", ".join(str(v) if isinstance(v, bool) else f"'{v}'" for v in item.values)
            term = f"{item.attribute} IN ({listed})"
        terms.append(f"NOT ({term})" if item.is_negated else f"({term})")
    return " AND ".join(terms)


@pytest.mark.parametrize("definition", ESTIMATED.values(), ids=list(ESTIMATED))
def test_every_event_a_target_group_asks_for_occurs(
    sample: SampleBuild, con: duckdb.DuckDBPyConnection, definition: Definition
) -> None:
    events = [found for found in list_conditions(definition) if isinstance(found, EventCondition)]
    assert events
    for condition in events:
        table = EVENT_TABLES[condition.events]
        for item in condition.where:
            attribute = table.attribute(item.attribute)
            if attribute.codes:
                assert not find_missing_codes(sample.project.registers, item)
            for value in item.values:
                one = compile_filters((AttributeFilter(item.attribute, (value,)),))
                assert count(con, condition.events, one), (condition.events, value)
        some = " + ".join(condition.measures) or "1"
        where = f"{compile_filters(condition.where)} AND ({some}) >= {condition.at_least or 1}"
        for year in (2012, 2021):
            assert count(con, condition.events, f"{where} AND year = {year}"), (condition.events, year)


@pytest.mark.parametrize("definition", ESTIMATED.values(), ids=list(ESTIMATED))
def test_every_fact_and_function_a_target_group_asks_for_occurs(
    sample: SampleBuild, con: duckdb.DuckDBPyConnection, definition: Definition
) -> None:
    for found in list_conditions(definition):
        if isinstance(found, PersonCondition):
            for value in found.values:
                assert count(con, "person_years", f"{found.attribute} = '{value}'"), value
        if isinstance(found, FunctionCondition):
            for events, measures, _ in FUNCTIONS[found.function].reads:
                for measure in measures:
                    assert count(con, events, f"{measure} > 0"), (events, measure)


@pytest.mark.parametrize("group", sorted(g.target_group for g in DECLARED.target_groups if g.is_estimated))
def test_a_target_group_has_members_of_both_arms_at_both_ends_of_its_ages(
    sample: SampleBuild, group: str
) -> None:
    band = DECLARED.group[group].band
    members = pl.read_parquet(sample.project.tables.pattern("target_group_members", group))
    ages = set(members["age"])
    assert {band.age_from, band.age_to} <= ages
    assert min(ages) == band.age_from and max(ages) == band.age_to
    statuses = pl.read_parquet(sample.project.tables.pattern("success_status", group))["status"]
    assert {"success", "other"} <= set(statuses)


# --- Consequences and covariates ----------------------------------------------------------------------------


@pytest.mark.parametrize("consequence", DECLARED.consequences, ids=[c.key for c in DECLARED.consequences])
def test_every_consequence_is_measured_from_rows_that_occur(
    sample: SampleBuild, con: duckdb.DuckDBPyConnection, consequence: Consequence
) -> None:
    assert consequence.registers
    for register in consequence.registers:
        assert register in LAYOUTS.registers
        assert register in registers_of(consequence.events)
    where: Mapping = consequence.where
    for item in as_filters({name: _plain(rule) for name, rule in where.items()}):
        for value in item.values:
            one = compile_filters((AttributeFilter(item.attribute, (value,)),))
            assert count(con, consequence.events, one), (consequence.events, value)
    if consequence.measure:
        measured = f"{consequence.where_sql()} AND {consequence.measure} > 0"
        assert count(con, consequence.events, measured)
    quantities = f"consequence = '{consequence.key}'"
    assert count(con, "person_year_quantities", quantities)
    for year in (2014, 2022):
        assert count(con, "person_year_quantities", f"{quantities} AND year = {year}"), year


def _plain(rule: tuple | Mapping[str, tuple]) -> object:
    return {"not": list(rule["not"])} if isinstance(rule, Mapping) else list(rule)


@pytest.mark.parametrize("covariate", DECLARED.covariates.covariates, ids=lambda c: c.covariate)
def test_every_level_of_a_covariate_occurs(con: duckdb.DuckDBPyConnection, covariate: Covariate) -> None:
    found = con.execute(f"SELECT DISTINCT {covariate.column} FROM person_years WHERE is_resident").fetchall()
    levels = {level.level for level in covariate.levels}
    assert levels <= {value for (value,) in found}
    assert not levels or {value for (value,) in found} <= levels

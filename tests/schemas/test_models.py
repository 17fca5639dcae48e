"""The models fit together: vocabulary, tables and everything generated from them."""

from __future__ import annotations

import duckdb
import pytest

from schemas.checks import TABLES, make_schema
from schemas.data_package import describe_resource
from schemas.database import SQL_TYPES, write_comments, write_create_table
from schemas.dictionary import write_dictionary
from schemas.expectations import expect_of_table
from schemas.intermediate_tables import EVENT_TABLES
from schemas.release_tables import RELEASE_TABLES, REQUIRED_TABLES
from schemas.vocabulary import TYPES, columns, find_column, headings

HOMONYMS = {
    "child_measures.measure",
    "consequences.basis",
    "success_status.status",
    "profiles.status",
    "profiles.value",
    "not_measured.service",
    "attrition.relative_year",
    "diagnostics.relative_year",
    "diagnostics.standard_error",
    "adjustment_by_covariate.adjustment",
}


def test_every_column_of_the_vocabulary_is_used_and_described():
    used = {name for model in TABLES.values() for name in model.column_names}
    named = {name for name in columns() if "." not in name}
    assert used <= named
    assert named <= used, "columns no table has: " + ", ".join(sorted(named - used))
    for column in columns().values():
        assert column.da and column.en and column.da != column.en or column.name == "atc", column.name
        assert column.type in TYPES


def test_homonyms_are_the_few_the_contract_fixes():
    assert {name for name in columns() if "." in name} == HOMONYMS


@pytest.mark.parametrize("name", sorted(TABLES))
def test_keys_and_references_are_columns(name):
    model = TABLES[name]
    assert set(model.key) <= set(model.column_names)
    assert set(model.references) <= set(model.column_names)
    assert len(set(model.column_names)) == len(model.column_names)
    assert set(model.optional) <= model.nullable
    assert all(TABLES[table].key == (column,) for column, table in model.references.items())
    assert make_schema(name).unique == list(model.key)


def test_release_tables_come_after_those_they_refer_to():
    seen = set()
    for name, model in RELEASE_TABLES.items():
        assert set(model.references.values()) <= seen
        seen.add(name)


def test_database_tables_carry_comments_types_and_keys():
    connection = duckdb.connect()
    for model in TABLES.values():
        connection.execute(write_create_table(model))
        for statement in write_comments(model, "Opdigtet / invented"):
            connection.execute(statement)
    columns_found = connection.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns()"
    )
    found = {(table, name): (kind, comment) for table, name, kind, comment in columns_found.fetchall()}
    for model in TABLES.values():
        for column in model.columns:
            kind, comment = found[(model.name, column.name)]
            assert kind == SQL_TYPES[column.type]
            assert column.da in comment and column.en in comment
    without = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE comment IS NULL").fetchone()
    assert without == (0,)


def test_every_table_with_csv_has_a_resource_with_units_and_keys():
    for model in RELEASE_TABLES.values():
        if not model.has_csv:
            assert model.name == "estimate_covariance"
            continue
        schema = describe_resource(model, f"csv/{model.name}.csv")["schema"]
        assert [field["name"] for field in schema["fields"]] == list(model.column_names)
        assert all("unit" in field and field["description"] for field in schema["fields"])
        assert ("primaryKey" in schema) != ("uniqueKeys" in schema)


def test_expectations_name_columns_of_their_table():
    for model in RELEASE_TABLES.values():
        for expectation in expect_of_table(model):
            assert expectation.da and expectation.en
            assert not expectation.column or expectation.column in model.column_names


@pytest.mark.parametrize("language", ["da", "en"])
def test_dictionary_says_every_column(language):
    text = write_dictionary(TABLES.values(), language)
    for model in TABLES.values():
        assert f"## {model.name}\n" in text
        assert all(f"| `{name}` |" in text for name in model.column_names)


def test_the_tables_the_flow_hands_over():
    assert len(EVENT_TABLES) == 17
    assert len(REQUIRED_TABLES) == 21
    assert not {"declaration_history", "release"} & set(REQUIRED_TABLES)


def test_headings_are_short_and_of_known_columns():
    assert set(headings()) <= set(columns())
    for name, model in RELEASE_TABLES.items():
        found = [column.heading for column in model.columns]
        assert len(set(found)) == len(found), name
        assert all(len(heading) <= 32 for heading in found), name
    assert find_column("profiles", "status").heading == "Status"
    assert find_column("unit_prices", "price_year").heading == find_column("unit_prices", "price_year").da

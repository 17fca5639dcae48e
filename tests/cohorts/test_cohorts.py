"""Members, success and counts of all groups together are those of each group alone, however leaves are grouped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from pipeline.cohorts.base_years import find_base_years, find_exceptions
from pipeline.cohorts.cohort import find_cohorts, tabulate_cohort
from pipeline.declarations.compile_sql import (
    list_conditions,
    membership_by_definition_sql,
    membership_sql,
    success_sql,
)
from pipeline.declarations.rule_reads import list_reads
from pipeline.declarations.target_group import TargetGroup
from pipeline.knowledge import price_index_table
from tests.small_country import EVENTS, SmallCountry

GROUPS = (
    *("homeless", "adhd", "severe_mental_disorder", "autism"),
    *("anxiety_depression_6_13", "mental_difficulties_0_5", "alcohol_and_hospital_contact"),
)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> SmallCountry:
    return SmallCountry(tmp_path_factory.mktemp("country"), seed=1, n_persons=400)


def build(country: SmallCountry, n_ranges: int, groups: tuple[str, ...], to: Path) -> dict[str, Any]:
    """Run the jobs one after the other, last range first, and tabulate what they counted."""
    jobs = country.jobs(n_ranges, groups, to)
    found = [find_cohorts(job) for job in reversed(jobs)]
    declared = country.project.declared
    tables: dict[str, Any] = {}
    for name in groups:
        parts = [counts[name] for counts in found]
        tables[name] = dict(tabulate_cohort(declared.group[name], parts))
        for table in ("target_group_members", "success_status"):
            tables[name][table] = country.read(table, name, to)
            assert tables[name][table].height == sum(part.n_members for part in parts)
    return tables


@pytest.fixture(scope="module")
def built(country: SmallCountry, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return build(country, 4, GROUPS, tmp_path_factory.mktemp("built"))


@pytest.mark.parametrize("n_ranges", [1, 16])
def test_nothing_depends_on_how_leaves_are_grouped(
    country: SmallCountry, built: dict[str, Any], n_ranges: int, tmp_path: Path
) -> None:
    other = build(country, n_ranges, GROUPS, tmp_path)
    for name in GROUPS:
        for table, frame in built[name].items():
            assert frame.equals(other[name][table]), (name, table)


def test_nothing_depends_on_the_groups_beside(
    country: SmallCountry, built: dict[str, Any], tmp_path: Path
) -> None:
    for name in ("adhd", "mental_difficulties_0_5"):
        alone = build(country, 2, (name,), tmp_path / name)
        for table, frame in built[name].items():
            assert frame.equals(alone[name][table]), (name, table)


def find_plainly(country: SmallCountry, group: TargetGroup) -> dict[tuple[int, int], tuple[str, list[str]]]:
    """One group alone, its published SQL over whole tables, everything else in loops: (pnr, base year) to status."""
    coverage, reads = country.project.coverage, list_reads(group)
    base_years = find_base_years(group, reads, coverage)
    excepted = [find_exceptions(reads, t, coverage) for t in (0, 1)]
    rows = {(row["pnr"], row["year"]): row for row in country.person_years.iter_rows(named=True)}
    exits = {row["pnr"]: row for row in country.read("person_exits").iter_rows(named=True)}
    with duckdb.connect() as con:
        for table in (*EVENTS, "person_years"):
            files = country.project.tables.pattern(table)
            con.execute(f"CREATE VIEW {table} AS FROM read_parquet('{files}')")
        con.register("price_index", price_index_table(country.project.declared.knowledge).to_arrow())
        met: dict[tuple[int, int], set[str]] = {}
        if group.union_of:
            for _, pnr, year, definition in con.execute(membership_by_definition_sql(group)).fetchall():
                met.setdefault((pnr, year), set()).add(definition)
        else:
            for _, pnr, year in con.execute(membership_sql(group)).fetchall():
                met[pnr, year] = {group.definition.definition}
        candidates = sorted(
            (pnr, year)
            for pnr, year in met
            if year >= base_years.look_back_from
            and (pnr, year) in rows
            and rows[pnr, year]["is_resident"]
            and group.age_from <= rows[pnr, year]["age"] <= group.age_to
        )
        first = dict(reversed(candidates))
        members = [
            (pnr, year)
            for pnr, year in candidates
            if year in base_years.years
            and (year, rows[pnr, year]["municipality_code"]) not in excepted[0]
            and (group.entry == "every_year" or first[pnr] == year)
        ]
        listed = [(rows[key]["leaf"], *key) for key in members]
        schema = {"leaf": pl.Int16, "pnr": pl.Int64, "base_year": pl.Int16}
        con.register("candidates", pl.DataFrame(listed, schema=schema, orient="row").to_arrow())
        succeeds = {(pnr, year): ok for _, pnr, year, ok in con.execute(success_sql(group)).fetchall()}
    return {key: (_judge(rows, exits, excepted[1], succeeds, key), sorted(met[key])) for key in members}


def _judge(rows: dict, exits: dict, excepted: frozenset, succeeds: dict, key: tuple[int, int]) -> str:
    pnr, year = key[0], key[1] + 1
    following = rows.get((pnr, year))
    if following is None or not following["is_resident"]:
        for reason, name in (("died", "death_date"), ("emigrated", "emigration_date")):
            date = exits.get(pnr, {}).get(name)
            if date is not None and date.year <= year:
                return reason
        return "not_in_population"
    if (year, following["municipality_code"]) in excepted:
        return "municipality_not_covered"
    return "success" if succeeds[key] else "other"


@pytest.mark.parametrize("name", GROUPS)
def test_members_and_success_are_those_of_the_group_alone(
    country: SmallCountry, built: dict[str, Any], name: str
) -> None:
    expected = find_plainly(country, country.project.declared.group[name])
    assert expected
    members = built[name]["target_group_members"]
    status = built[name]["success_status"].with_columns(said=pl.coalesce("reason", "status"))
    key = ("pnr", "base_year")
    assert dict(zip(members.select(key).rows(), members["definitions_met"].to_list(), strict=True)) == {
        key: definitions for key, (_, definitions) in expected.items()
    }
    assert dict(zip(status.select(key).rows(), status["said"], strict=True)) == {
        key: said for key, (said, _) in expected.items()
    }
    covariates = members.drop("definitions_met", "target_group").rename({"base_year": "year"})
    same = covariates.join(country.person_years, on=covariates.columns, how="inner")
    assert same.height == members.height


def test_attrition_counts_the_statuses(built: dict[str, Any]) -> None:
    for name, tables in built.items():
        status = tables["success_status"]
        said = Counter(status.select(pl.coalesce("reason", "status")).to_series())
        for row in tables["attrition"].filter(pl.col("step") >= 7).iter_rows(named=True):
            if row["n_person_years"] is not None and row["reason"] != "remaining":
                assert row["n_person_years"] == said[row["reason"]], (name, row)


def test_a_characteristic_is_a_share_of_the_members(built: dict[str, Any]) -> None:
    for name, tables in built.items():
        members = tables["target_group_members"]
        rows = tables["target_group_characteristics"]
        for row in rows.filter(pl.col("characteristic") == "sex").iter_rows(named=True):
            own = members.filter(sex=row["category"])
            assert row["n_persons"] in (None, own["pnr"].n_unique())
            assert row["share"] is None or row["share"] == pytest.approx(own.height / members.height)
        age = rows.filter(pl.col("characteristic") == "age")
        if age.height:
            assert age["mean"][0] == members["age"].sum() / members.height, name


def test_a_condition_held_is_read_and_no_event_beside_it(country: SmallCountry) -> None:
    for name in GROUPS:
        group = country.project.declared.group[name]
        held = {sql: f"held_{number}" for number, sql in enumerate(list_conditions(group))}
        write = membership_by_definition_sql if group.union_of else membership_sql
        for text in (write(group, held), success_sql(group, held)):
            assert "FROM hospital" not in text
            assert "held_" in text or "increased_employment" in text

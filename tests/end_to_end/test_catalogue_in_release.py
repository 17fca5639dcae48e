"""A release holds all that the catalogue names, and says of nothing assumed that it is documented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import polars as pl
import pytest

from tests.end_to_end.catalogue import (
    CHILD,
    CONSEQUENCES,
    DISCOUNT_RATES,
    GROUPS,
    LITERATURE_ONLY,
    NOT_MEASURED,
    PARAMETERS,
    PAYERS,
    REASONS,
    STATUSES,
    UNION_OF,
)
from tests.end_to_end.conftest import DefaultSample, SampleBuild

UNION = "mental_difficulties_0_5"
YEARS = range(1, 11)


@pytest.fixture(scope="module")
def release(sample: SampleBuild) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(sample.release / "knowledge.duckdb", read_only=True) as con:
        yield con


def read(release: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    return release.sql(query).pl()


def followed(group: str) -> set[str]:
    """Consequences of a target group's population."""
    population = "children" if GROUPS[group][0] == CHILD else "adults"
    return {name for name, (_, of, _) in CONSEQUENCES.items() if of in (population, "both")}


def test_the_catalogue_has_as_many_as_it_says() -> None:
    areas = [area for area, *_ in GROUPS.values()]
    assert (areas.count(CHILD), areas.count("vulnerable_adults"), len(areas)) == (20, 20, 44)
    assert len(CONSEQUENCES) == 47
    assert (len(followed("homeless")), len(followed(UNION))) == (30, 39)


def test_every_target_group_with_area_ages_and_basis(release: duckdb.DuckDBPyConnection) -> None:
    found = read(
        release,
        """SELECT target_group, area, age_from, age_to, basis_membership, basis_success FROM target_groups
        WHERE kind <> 'literature_only'""",
    )
    assert {row[0]: row[1:] for row in found.iter_rows()} == GROUPS


def test_groups_with_a_literature_overview_only(release: duckdb.DuckDBPyConnection) -> None:
    found = read(release, "SELECT * FROM target_groups WHERE kind = 'literature_only'")
    assert set(found["target_group"]) == LITERATURE_ONLY
    rules = ["basis_membership", "basis_success", "membership_sql", "success_sql", "n_persons", "entry"]
    assert found.select(pl.col(rules).is_not_null().any()).row(0) == (False,) * len(rules)
    assert (
        read(release, "SELECT DISTINCT target_group FROM effect_studies")["target_group"]
        .is_in([*GROUPS, *LITERATURE_ONLY])
        .all()
    )


def test_what_every_estimated_group_publishes_about_itself(release: duckdb.DuckDBPyConnection) -> None:
    groups = read(release, "SELECT * FROM target_groups WHERE kind <> 'literature_only'")
    told = [
        *("name_da", "name_en", "membership_da", "membership_en", "success_da", "success_en"),
        *("membership_sql", "success_sql", "limitations_da", "limitations_en", "definition_hash", "source"),
        *("n_persons", "n_person_years", "n_success", "n_others"),
    ]
    assert groups.select(pl.col(told).null_count()).row(0) == (0,) * len(told)
    entries = {name: "first" if GROUPS[name][0] == CHILD else "every_year" for name in GROUPS}
    assert dict(groups.select("target_group", "entry").iter_rows()) == entries
    kinds = read(release, "SELECT DISTINCT target_group, characteristic FROM target_group_characteristics")
    by_group = kinds.group_by("target_group").agg("characteristic")
    found = {name: set(listed) for name, listed in by_group.iter_rows()}
    for name, (area, *_) in GROUPS.items():
        own = {"sex", "age", "origin"}
        own |= {"mother_education", "father_employment"} if area == CHILD else {"employment", "education"}
        assert own <= found[name], name


def test_every_consequence_with_area_population_and_unit(release: duckdb.DuckDBPyConnection) -> None:
    found = read(release, "SELECT consequence, area, population, unit_en, budget_sign FROM consequences")
    assert {row[0]: row[1:4] for row in found.iter_rows()} == CONSEQUENCES
    revenue = {row[0] for row in found.iter_rows() if row[4] == -1}
    assert revenue == {"tax_employment", "tax_transfers"}


def test_services_that_are_not_measured(release: duckdb.DuckDBPyConnection) -> None:
    found = read(release, "SELECT name_da, population, reason_da, reason_en, source FROM not_measured")
    assert set(found["name_da"]) == NOT_MEASURED
    assert set(found["population"]) == {"children"}
    assert found.null_count().row(0) == (0, 0, 0, 0, 0)


def test_prices_of_all_payers_for_every_consequence(release: duckdb.DuckDBPyConnection) -> None:
    national = read(
        release,
        """SELECT consequence, price_year, valid_from, list(payer) AS payers, sum(price_dkk) AS together,
        min(gross_dkk) AS gross, max(gross_dkk) AS gross_too
        FROM unit_prices WHERE target_group IS NULL GROUP BY ALL""",
    )
    assert set(national["consequence"]) == set(CONSEQUENCES)
    assert all(sorted(payers) == sorted(PAYERS) for payers in national["payers"])
    assert (national["together"] - national["gross"]).abs().max() < 1e-6
    assert national["gross"].equals(national["gross_too"], check_names=False)
    groups = read(
        release,
        """SELECT consequence, target_group, list(payer) AS payers FROM unit_prices
        WHERE target_group IS NOT NULL GROUP BY consequence, target_group, price_year, valid_from""",
    )
    assert groups.height and all(sorted(payers) == sorted(PAYERS) for payers in groups["payers"])


def test_nothing_made_up_is_presented_as_a_fact(release: duckdb.DuckDBPyConnection) -> None:
    assert read(release, "SELECT DISTINCT basis FROM unit_prices")["basis"].to_list() == ["placeholder"]
    assert read(release, "SELECT DISTINCT basis FROM price_index")["basis"].to_list() == ["placeholder"]
    studies = read(
        release, "SELECT count(*) AS n, bool_and(is_synthetic) AS all_synthetic FROM effect_studies"
    )
    n, all_synthetic = studies.row(0)
    assert n >= 300 and all_synthetic
    tax = read(release, "SELECT basis FROM parameters WHERE parameter = 'tax_rate_on_transfers'")
    assert set(tax["basis"]) == {"placeholder"}
    mixed = read(
        release,
        """SELECT DISTINCT basis FROM parameters WHERE parameter LIKE 'weeks\\_%' ESCAPE '\\'
        OR parameter = 'section_110_share_of_days'""",
    )
    assert set(mixed["basis"]) == {"placeholder"}
    assert read(release, "SELECT registers FROM release")["registers"].to_list() == ["sample"]


def test_every_rate_and_rule_the_catalogue_names(release: duckdb.DuckDBPyConnection) -> None:
    rows = read(release, "SELECT parameter, valid_from, value, valid_to, unit, source, basis FROM parameters")
    found = {(name, valid_from): value for name, valid_from, value, *_ in rows.iter_rows()}
    assert {key: found.get(key) for key in PARAMETERS} == PARAMETERS
    assert rows.select("unit", "source", "basis").null_count().row(0) == (0, 0, 0)
    until = dict(
        rows.filter(pl.col("parameter") == "section_110_refund_share")
        .select("valid_from", "valid_to")
        .iter_rows()
    )
    assert until[date(2007, 1, 1)] == date(2023, 9, 30)


def test_index_and_discount_rates(release: duckdb.DuckDBPyConnection) -> None:
    index = read(release, 'SELECT year, "index" FROM price_index ORDER BY year')
    assert index["year"].to_list() == list(range(2003, 2023))
    assert index["index"][-1] == 100
    rates = read(
        release, "SELECT year(valid_from), horizon_from, horizon_to, rate, basis FROM discount_rates"
    )
    assert set(rates.iter_rows()) == DISCOUNT_RATES


def test_every_cell_of_every_group_consequence_and_year(release: duckdb.DuckDBPyConnection) -> None:
    cells = read(release, "SELECT target_group, consequence, relative_year, status, reason FROM estimates")
    wanted = {(group, name, year) for group in GROUPS for name in followed(group) for year in YEARS}
    found = list(cells.select("target_group", "consequence", "relative_year").iter_rows())
    assert len(found) == len(wanted) == 15_000
    assert set(found) == wanted
    assert set(cells["status"]) <= STATUSES
    assert set(cells.filter(pl.col("status") == "not_estimable")["reason"]) <= REASONS
    assert cells.filter(pl.col("status") == "not_estimable")["reason"].null_count() == 0


def test_every_profile_to_year_20_in_both_views(release: duckdb.DuckDBPyConnection) -> None:
    found = read(
        release,
        """SELECT target_group, consequence, view, count(*) AS n, max(relative_year) AS last
        FROM profiles GROUP BY ALL""",
    )
    wanted = {
        (group, name, view)
        for group in GROUPS
        for name in followed(group)
        for view in ("soem_classic", "all_estimates")
    }
    assert set(found.select("target_group", "consequence", "view").iter_rows()) == wanted
    assert set(found["n"]) == set(found["last"]) == {20}
    statuses = set(read(release, "SELECT DISTINCT status FROM profiles")["status"])
    assert statuses <= STATUSES | {"set_to_zero", "tapered"}


def test_the_0_5_group_is_a_union_and_says_what_each_pattern_contributes(
    release: duckdb.DuckDBPyConnection,
) -> None:
    query = f"SELECT kind, union_of FROM target_groups WHERE target_group = '{UNION}'"
    kind, union_of = read(release, query).row(0)
    assert (kind, union_of.split(", ")) == ("union", UNION_OF)
    shares = read(
        release,
        f"""SELECT category, value, n_persons FROM diagnostics
        WHERE target_group = '{UNION}' AND measure = 'share_of_person_years'""",
    )
    met = {name for category in shares["category"] for name in category.split(" + ")}
    assert met == set(UNION_OF)
    withheld = shares["value"].null_count()
    assert shares["value"].is_null().equals(shares["n_persons"].is_null(), check_names=False)
    assert 0.5 < shares["value"].sum() <= 1 + 1e-9
    assert withheld or abs(shares["value"].sum() - 1) < 1e-9
    assert shares["n_persons"].drop_nulls().min() >= 5


def test_the_0_5_group_is_tested_for_heterogeneity(release: duckdb.DuckDBPyConnection) -> None:
    tests = read(
        release,
        f"""SELECT consequence, relative_year, value, p_value, verdict FROM diagnostics
        WHERE target_group = '{UNION}' AND measure = 'heterogeneity_wald'""",
    )
    assert set(tests["consequence"]) <= followed(UNION)
    assert {"gp_contacts", "specialist_contacts"} <= set(tests["consequence"])
    assert tests["p_value"].is_between(0, 1).all() and (tests["value"] >= 0).all()
    assert tests["verdict"].str.contains(r"^(differ|no difference shown) \(df [1-9]").all()
    differences = read(
        release,
        f"""SELECT consequence, relative_year, count(*) AS n FROM diagnostics
        WHERE target_group = '{UNION}' AND measure = 'adjusted_difference_of_pattern' GROUP BY ALL""",
    )
    tested = tests.join(differences, on=["consequence", "relative_year"], how="left")
    assert (tested["n"] >= 2).all()


def test_the_0_5_group_carries_its_three_limitations(release: duckdb.DuckDBPyConnection) -> None:
    query = f"SELECT limitations_da, limitations_en FROM target_groups WHERE target_group = '{UNION}'"
    told = read(release, query).row(0)
    danish, english = (text.split("\n") for text in told)
    assert len(danish) == len(english) == 3
    for text, words in zip(
        danish, ("gennemsnit", "Sundhedspleje og støtte i dagtilbud", "diagnose"), strict=True
    ):
        assert words in text
    for text, words in zip(
        english, ("averages", "Health visitors and support in day care", "diagnosis"), strict=True
    ):
        assert words in text


@pytest.mark.slow
def test_at_default_size_more_than_5000_cells_are_estimated(default_sample: DefaultSample) -> None:
    cells = pl.read_parquet(default_sample.project.tables.pattern("estimates"))
    assert cells.height == 15_000
    assert cells.filter(pl.col("status") == "estimated").height > 5_000


@pytest.mark.slow
def test_at_default_size_every_group_has_1000_persons_in_each_arm(default_sample: DefaultSample) -> None:
    few = {}
    for group in GROUPS:
        statuses = pl.read_parquet(default_sample.project.tables.pattern("success_status", group))
        arms = statuses.group_by("status").agg(pl.col("pnr").n_unique())
        found = dict(arms.iter_rows())
        if min(found.get("success", 0), found.get("other", 0)) < 1_000:
            few[group] = found
    assert not few

"""Every rule of the gate holds for good tables, and a table that breaks it closes the gate."""

from __future__ import annotations

import socket

import polars as pl
import pytest

from pipeline.failures import GateError
from pipeline.release.covariance import check_covariances
from pipeline.release.coverage import compare_coverage, read_waivers
from pipeline.release.gate import all_rules, evaluate_rule, register_tables, run_gate
from tests.release.tiny_changes import make_changes
from tests.release.tiny_tables import make_frame, make_release_row, make_tiny_tables

pytestmark = pytest.mark.xdist_group("release")


@pytest.fixture(scope="module")
def tables() -> dict[str, pl.DataFrame]:
    return make_tiny_tables() | {"release": make_release_row(), "changes": make_changes()}


def change(table, column, value, where):
    """Set one column of the rows where an expression is true."""

    def apply(tables):
        new = (
            pl.when(where)
            .then(pl.lit(value) if not isinstance(value, pl.Expr) else value)
            .otherwise(pl.col(column))
        )
        changed = tables[table].with_columns(new.cast(tables[table].schema[column]).alias(column))
        assert tables[table].filter(where).height, "the breaker changes nothing"
        return tables | {table: changed}

    return apply


def drop(table, where):
    """Remove the rows where an expression is true."""

    def apply(tables):
        assert tables[table].filter(where).height, "the breaker removes nothing"
        return tables | {table: tables[table].remove(where)}

    return apply


def add(table, **values):
    """Add a copy of the first row with other values."""

    def apply(tables):
        first = (
            tables[table]
            .head(1)
            .with_columns(
                **{name: pl.lit(value).cast(tables[table].schema[name]) for name, value in values.items()}
            )
        )
        return tables | {table: pl.concat([tables[table], first])}

    return apply


def count_persons(*links):
    """Tell of the persons of a group, before and after each cause."""

    def apply(tables):
        rows = [
            {"number_id": "homeless", "measure": "n_persons", "link": place, "cause": f"cause_{place}"}
            | {"number_kind": "group", "target_group": "homeless"}
            | {"value_before": before, "value_after": after}
            for place, (before, after) in enumerate(links, 1)
        ]
        return tables | {"changes": make_frame("changes", rows)}

    return apply


c = pl.col
CELL = (c("target_group") == "homeless") & (c("consequence") == "shelter") & (c("relative_year") == 1)
TAIL = (c("target_group") == "homeless") & (c("consequence") == "shelter") & (c("relative_year") == 12)
END = (c("relative_year") == 20) & (c("consequence") == "shelter") & (c("view") == "all_estimates")
FEW = c("reason") == "few_users"
ALL = c("view") == "all_estimates"

UNION = c("kind") == "union"
SEXES = "target_group_characteristics"

BREAKERS = [
    ("estimates_complete", drop("estimates", CELL)),
    ("estimates_complete", drop("estimates", c("target_group") == "homeless")),
    ("estimates_not_beyond", add("estimates", relative_year=11)),
    ("estimates_not_beyond", add("estimates", target_group="stuttering")),
    ("one_covariate_set", change("estimates", "covariate_set", "other", CELL)),
    ("raw_is_difference_of_means", change("estimates", "mean_success", c("mean_success") + 0.01, CELL)),
    ("raw_is_adjustment_plus_adjusted", change("estimates", "adjustment", c("adjustment") + 0.001, CELL)),
    ("adjustment_is_sum_of_covariates", drop("adjustment_by_covariate", CELL & (c("covariate") == "sex"))),
    ("adjustment_is_sum_of_covariates", change("adjustment_by_covariate", "relative_year", 4, CELL)),
    ("estimated_cells_have_all_numbers", change("estimates", "q_value", None, CELL)),
    ("estimated_cells_have_all_numbers", change("estimates", "ci_high", -100.0, CELL)),
    ("estimated_cells_have_all_numbers", change("estimates", "is_significant", ~c("is_significant"), CELL)),
    ("estimated_cells_above_floor", change("estimates", "n_users_success", 3, CELL)),
    ("estimated_cells_above_floor", change("estimates", "n_persons_others", 4, CELL)),
    ("withheld_cells_are_empty", change("estimates", "mean_others", 1.0, FEW)),
    ("status_agrees_with_numbers", change("estimates", "reason", None, FEW)),
    ("status_agrees_with_numbers", change("estimates", "adjusted_difference", 1.0, c("status") == "no_use")),
    ("status_agrees_with_numbers", change("estimates", "adjusted_difference", 0.0, c("status") == "not_observed")),
    ("means_within_unit", change("estimates", "mean_others", 54.0, c("consequence") == "cash_benefit")),
    ("means_within_unit", change("estimates", "mean_others", 367.0, CELL)),
    ("means_within_unit", change("consequences", "unit_en", "fortnights", c("consequence") == "shelter")),
    ("covariance_positions", drop("estimate_covariance", CELL)),
    ("covariance_positions", add("estimate_covariance", relative_year=4, consequence="shelter")),
    ("covariance_lengths", change("estimate_covariance", "covariances", [1.0, 2.0], c("position") == 1)),
    ("covariance_diagonal", change("estimates", "standard_error", c("standard_error") * 1.001, CELL)),
    ("profiles_complete", drop("profiles", END)),
    ("profiles_not_beyond", add("profiles", relative_year=21)),
    ("taper_ends_at_zero", change("profiles", "value", 0.01, END)),
    ("taper_never_grows", change("profiles", "value", c("value") * 1.5 - 0.1, TAIL & ALL)),
    ("taper_never_grows", change("profiles", "value", -c("value") + 0.001, TAIL & ALL)),
    ("taper_after_last_year", change("profiles", "status", "tapered", CELL)),
    ("taper_after_last_year", change("profiles", "status", "estimated", TAIL & ALL)),
    ("classic_filters_insignificant", change("estimates", "p_value", 0.06, CELL)),
    ("all_estimates_filters_nothing", change("profiles", "value", 0.0, CELL & ALL)),
    ("missing_is_not_zero", change("profiles", "value", 0.0, c("status") == "not_estimable")),
    ("weights_make_values", change("profile_weights", "weight", 0.4, TAIL & ALL)),
    ("weights_make_values", drop("profile_weights", TAIL & ALL)),
    ("weights_have_a_profile", change("profile_weights", "weight", 0.0, TAIL & ALL)),
    ("prices_of_all_payers", drop("unit_prices", (c("payer") == "state") & (c("consequence") == "tax_employment"))),
    ("payers_add_up_to_gross", change("unit_prices", "price_dkk", 49.99, c("payer") == "municipality")),
    ("payers_add_up_to_gross", drop("unit_prices", (c("payer") == "state") & c("target_group").is_not_null())),
    ("price_kind_agrees_with_group", change("unit_prices", "method", "target_group_average", pl.lit(True))),
    ("index_reaches_price_year", drop("price_index", c("year") == 2022)),
    ("discount_horizons_meet", change("discount_rates", "horizon_from", 40, c("horizon_from") == 36)),
    ("one_release_row", change("release", "registers", "real", pl.lit(True))),
    ("groups_say_how_they_are_defined", change("target_groups", "success_sql", None, UNION)),
    ("groups_say_how_they_are_defined", change("target_groups", "union_of", None, UNION)),
    ("small_groups_show_no_shares", change(SEXES, "share", 0.1, c("n_persons").is_null())),
    ("every_year_has_one_passport", drop("passports", CELL)),
    ("every_year_has_one_passport", add("passports", target_group="homeless", relative_year=21)),
    ("every_year_has_one_passport", change("passports", "number_id", "homeless/shelter/2", CELL)),
    ("every_price_has_one_passport", drop("passports", (c("payer") == "state") & (c("consequence") == "shelter"))),
    ("every_price_has_one_passport", drop("unit_prices", c("target_group") == "homeless")),
    ("disclosure_agrees_with_estimates", change("passports", "disclosure", "withheld", CELL)),
    ("disclosure_agrees_with_estimates", change("passports", "disclosure", "published", c("disclosure") == "withheld")),
    ("disclosure_agrees_with_estimates", change("passports", "disclosure", "no_number", c("disclosure") == "withheld")),
    ("passports_have_sources", drop("passport_sources", (c("subject") == "shelter") & (c("source_kind") != "events"))),
    ("passports_have_sources", drop("passport_sources", c("subject_kind") == "price")),
    ("registers_are_counted", change("passports", "n_registers", 9, CELL)),
    ("events_have_coverage", drop("coverage", c("attribute_value") == "ordinary")),
    ("corrections_hit_what_was_expected", change("corrections", "n_rows_corrected", 9, pl.lit(True))),
    ("corrections_hit_what_was_expected", change("corrections", "n_rows_corrected", None, pl.lit(True))),
    ("changes_are_chains", change("changes", "link", 3, c("link") == 2)),
    ("changes_are_chains", count_persons((90.0, 99.0), (98.0, 108.0))),
    ("changes_tell_published_numbers", count_persons((None, 99.0), (99.0, None))),
    ("changes_tell_of_no_few_persons", count_persons((90.0, 93.0), (93.0, 108.0))),
    ("unit_prices_target_group_known", change("unit_prices", "target_group", "x", c("target_group").is_not_null())),
    ("estimates_consequence_known", change("estimates", "consequence", "nothing", CELL)),
    ("target_groups_limitations_in_both_languages", change("target_groups", "limitations_en", None, UNION)),
    ("consequences_name_in_both_languages", change("consequences", "name_da", "  ", c("consequence") == "shelter")),
    ("attrition_n_persons_above_floor", change("attrition", "n_persons", 4, c("step") == 1)),
    ("estimates_n_users_others_above_floor", change("estimates", "n_users_others", 1, CELL)),
    (f"{SEXES}_n_persons_above_floor", change(SEXES, "n_persons", 2, c("category") == "man")),
]  # fmt: skip


def find_broken(tables, only=None) -> set[str]:
    connection = register_tables(tables)
    broken = set()
    for rule in all_rules():
        if only not in (None, rule.name):
            continue
        frame = evaluate_rule(connection, rule)
        if not frame["holds"].all() or (rule.needs_rows and frame.is_empty()):
            broken.add(rule.name)
    connection.close()
    return broken


def test_rules_hold_for_good_tables(tables):
    assert find_broken(tables) == set()


def test_every_rule_has_a_name_and_texts_of_its_own():
    names = [rule.name for rule in all_rules()]
    assert len(set(names)) == len(names)
    assert all(rule.da and rule.en and rule.da != rule.en for rule in all_rules())


def test_every_written_rule_is_broken_by_a_test():
    written = {
        rule.name
        for rule in all_rules()
        if not rule.name.endswith(("_known", "_in_both_languages", "_above_floor"))
    }
    assert written <= {name for name, _ in BREAKERS}


@pytest.mark.parametrize(("name", "breaker"), BREAKERS, ids=[f"{n}-{i}" for i, (n, _) in enumerate(BREAKERS)])
def test_a_broken_table_breaks_its_rule(tables, name, breaker):
    assert find_broken(breaker(tables), only=name) == {name}


def test_a_matrix_that_is_no_covariance_is_found(tables):
    frame = tables["estimate_covariance"]
    assert check_covariances(frame)["holds"].all()
    wrong = frame.with_columns(
        pl.when(c("position") == 2)
        .then(pl.lit([9.0, 0.001]))
        .otherwise(c("covariances"))
        .alias("covariances")
    )
    assert not check_covariances(wrong)["holds"].all()


def test_the_gate_opens_for_good_tables_and_asks_no_network(tables, monkeypatch, capfd):
    asked = []
    monkeypatch.setattr(socket.socket, "connect", lambda self, address: asked.append(address))
    result = run_gate(tables)
    assert asked == []
    assert "Calculating Metrics" not in capfd.readouterr().err, "no progress bar"
    assert result.passed, [check.name for check in result.failures]
    assert result.engine.startswith("Great Expectations 1.")
    assert len(result.checks) > 300


def test_the_closed_gate_tells_everything_at_once_in_counts(tables):
    bad = tables
    for breaker in (
        change("profiles", "value", 666.125, END),
        change("attrition", "n_persons", 3, c("step") == 1),
        add("price_index"),
        change(SEXES, "share", 1.5, c("category") == "man"),
        change("effect_studies", "quality", "fremragende-666", pl.lit(True)),
        change("consequences", "unit_da", None, c("consequence") == "shelter"),
    ):
        bad = breaker(bad)
    result = run_gate(bad)
    found = {(check.table, check.name) for check in result.failures}
    assert found >= {
        ("profiles", "taper_ends_at_zero"),
        ("profile_weights", "weights_make_values"),
        ("attrition", "attrition_n_persons_above_floor"),
        ("price_index", "BeUnique:year"),
        ("target_group_characteristics", "BeBetween:share"),
        ("effect_studies", "BeInSet:quality"),
        ("consequences", "NotBeNull:unit_da"),
        ("consequences", "consequences_unit_in_both_languages"),
    }
    with pytest.raises(GateError) as caught:
        result.raise_if_failed()
    for text in (str(caught.value), str(result.to_json())):
        assert "666" not in text
    assert "taper_ends_at_zero" in str(caught.value)


def test_missing_tables_and_columns_are_told_before_anything_is_run(tables):
    bad = {name: frame for name, frame in tables.items() if name != "profiles"}
    bad["estimates"] = bad["estimates"].drop("p_value")
    bad["people"] = pl.DataFrame()
    result = run_gate(bad)
    found = {(check.table, check.name) for check in result.failures}
    assert found == {
        ("profiles", "table_present"),
        ("estimates", "columns_and_types"),
        ("people", "table_known"),
    }


def test_waivers_are_read_whole(tmp_path):
    file = tmp_path / "waivers.toml"
    file.write_text(
        '[[waiver]]\ncovers = "homeless"\nreason_da = "Register lukket"\nreasonen = "x"\n', "utf-8"
    )
    with pytest.raises(ValueError, match="reason_en") as caught:
        read_waivers(file)
    assert "date" in str(caught.value) and "did you mean" in str(caught.value)
    assert read_waivers(tmp_path / "none.toml") == ()


def test_coverage_may_not_shrink_without_a_waiver(tables, tmp_path, release):
    worse = change(
        "estimates", "status", "not_observed", (c("target_group") == "homeless") & (c("relative_year") == 9)
    )(tables)
    connection = register_tables(worse)
    frame, used = compare_coverage(connection, release, ())
    lost = frame.remove(c("holds"))["covers"].to_list()
    assert lost == ["homeless/cash_benefit", "homeless/shelter", "homeless/tax_employment"]
    assert used == ()
    file = tmp_path / "waivers.toml"
    text = '[[waiver]]\ncovers = "{}"\nreason_da = "Lukket"\nreason_en = "Closed"\ndate = 2026-11-22\n'
    file.write_text(text.format("homeless/shelter") + text.format("nobody"), "utf-8")
    frame, used = compare_coverage(connection, release, read_waivers(file))
    assert frame.remove(c("holds")).height == 2
    assert [waiver.covers for waiver in used] == ["homeless/shelter"]
    file.write_text(text.format("homeless"), "utf-8")
    frame, _ = compare_coverage(connection, release, read_waivers(file))
    assert frame["holds"].all()


def test_the_gate_compares_with_the_release_before(tables, release):
    gone = {
        name: frame.remove(c("target_group") == "homeless") if "target_group" in frame.columns else frame
        for name, frame in tables.items()
    }
    result = run_gate(gone, previous=release)
    assert [check.name for check in result.failures] == ["coverage_kept"]
    assert result.previous == "2026.1-sample"

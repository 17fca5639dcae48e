"""Every kind of published number of an estimated target group, made again by another path (`other_path`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest
import scipy.stats

from tests.end_to_end.conftest import SampleBuild
from tests.end_to_end.other_path import FLOOR, OtherPath, count_cells, joint_covariance
from tests.end_to_end.other_path_profiles import PROFILE_YEARS, is_inside, remake_profile, shares_inside

KEY = ["target_group", "consequence", "relative_year"]
COUNTS = ("n", "n_persons", "n_users")
ARMS = ("success", "others")
#: Outcomes that the success criterion reads in year 1, by hand from the catalogue.
PSYCHIATRY = {"psychiatric_bed_days", "psychiatric_outpatient_visits", "psychiatric_emergency_visits"}
IN_SUCCESS_RULE = {
    "homeless": {"shelter", "prison_days"},
    "alcohol_misuse": {"alcohol_treatment"},
    "drug_misuse_substitution": {"drug_treatment_residential", "drug_treatment_day"},
    "women_exposed_to_violence": {"specialist_contacts"},
    "psychiatric_hospital_contact": PSYCHIATRY,
    "alcohol_and_hospital_contact": {"alcohol_treatment"} | PSYCHIATRY,
    "alcohol_and_practising_contact": {"alcohol_treatment", "specialist_contacts"} | PSYCHIATRY,
    "foster_care_14_17": {"placement_institution", "aftercare_institution"},
    "mental_difficulties_0_5": {"specialist_contacts"} | PSYCHIATRY,
    "crime_threatened_12_17": set(),
    "aftercare_in_education": {"education"},
    "adhd": set(),
}


@pytest.fixture(scope="module")
def other(sample: SampleBuild) -> OtherPath:
    return OtherPath(sample.project.tables.root, sample.release)


@pytest.fixture(scope="module")
def estimates(other: OtherPath) -> pl.DataFrame:
    return other.published("estimates")


def differ(published: float | None, remade: float | None, scale: float, tolerance: float = 1e-9) -> bool:
    """Say whether two numbers, either of them null, are further apart than a share of the scale."""
    if published is None or remade is None:
        return published is not remade
    return not abs(published - remade) <= tolerance * scale


def tell(wrong: list) -> str:
    return f"{len(wrong)} differ, the first of them:\n" + "\n".join(str(line) for line in wrong[:15])


def by_cell(estimates: pl.DataFrame) -> dict[tuple[str, str, int], dict[str, Any]]:
    return {tuple(row[name] for name in KEY): row for row in estimates.iter_rows(named=True)}


def one_of_each_area(other: OtherPath, estimates: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """First and last estimated year of one consequence of every area, a different one from group to group."""
    estimated = estimates.filter(status="estimated").sort(KEY)
    estimated = estimated.with_columns(pl.col("consequence").replace_strict(other.area_of).alias("area"))
    for number, target_group in enumerate(other.groups["target_group"]):
        of_group = estimated.filter(target_group=target_group)
        for area in of_group["area"].unique(maintain_order=True):
            of_area = of_group.filter(area=area)
            names = of_area["consequence"].unique(maintain_order=True)
            rows = of_area.filter(consequence=names[number % names.len()])
            yield from (
                rows.unique("relative_year").sort("relative_year")[[0, -1]].unique().iter_rows(named=True)
            )


def compare_refits(other: OtherPath, rows: Iterable[dict[str, Any]]) -> list[tuple]:
    parts: dict[tuple, dict[str, float]] = {}
    for row in other.published("adjustment_by_covariate").iter_rows(named=True):
        parts.setdefault(tuple(row[name] for name in KEY), {})[row["covariate"]] = row["adjustment"]
    wrong = []
    for row in rows:
        cell = tuple(row[name] for name in KEY)
        found = other.group(cell[0]).refit(*cell[1:])
        error = row["standard_error"]
        scales = dict.fromkeys(("adjusted_difference", "standard_error", "ci_low", "ci_high"), error)
        scales["raw_difference"] = max(error, abs(row["mean_success"]), abs(row["mean_others"]))
        for name, scale in scales.items():
            if differ(row[name], getattr(found, name), scale):
                wrong.append((cell, name, row[name], getattr(found, name)))
        if differ(row["p_value"], found.p_value, found.p_value, 1e-8):
            wrong.append((cell, "p_value", row["p_value"], found.p_value))
        if differ(row["adjustment"], found.raw_difference - found.adjusted_difference, error, 1e-7):
            wrong.append((cell, "adjustment is raw less adjusted", row["adjustment"]))
        published = parts.get(cell, {})
        if (
            differ(row["adjustment"], sum(published.values()), error)
            or published.keys() != found.adjustments.keys()
        ):
            wrong.append((cell, "adjustments add up", row["adjustment"], published))
        wrong += [
            (cell, covariate, value, found.adjustments.get(covariate))
            for covariate, value in published.items()
            if differ(value, found.adjustments.get(covariate), error, 1e-7)
        ]
    return wrong


def test_one_consequence_of_each_area_in_every_group(other: OtherPath, estimates: pl.DataFrame) -> None:
    rows = list(one_of_each_area(other, estimates))
    assert {row["target_group"] for row in rows} == set(other.groups["target_group"])
    assert {row["area"] for row in rows} == set(other.consequences["area"])
    assert len({row["consequence"] for row in rows}) >= 35
    wrong = compare_refits(other, rows)
    assert not wrong, tell(wrong)


@pytest.mark.slow
def test_all_estimated_cells(other: OtherPath, estimates: pl.DataFrame) -> None:
    rows = estimates.filter(status="estimated").sort(KEY)
    assert rows.height > 5_000
    wrong = compare_refits(other, rows.iter_rows(named=True))
    assert not wrong, tell(wrong)


def expected_cells(other: OtherPath, target_group: str) -> Iterator[dict[str, Any]]:
    """What must be published of every cell that needs no regression: status, counts, shares, means, base years."""
    group = other.groups.row(by_predicate=pl.col("target_group") == target_group, named=True)
    population = "children" if other.group(target_group).is_children else "adults"
    followed = other.consequences.filter(pl.col("population").is_in([population, "both"]))
    declared = {row["consequence"]: row for row in followed.iter_rows(named=True)}
    ages = np.arange(group["age_from"], group["age_to"] + 1)
    for cell in count_cells(other.group(target_group), declared).iter_rows(named=True):
        in_2000 = np.full(ages.shape, 2000)  # a birth year: no group is near pension age as a whole
        can_use = is_inside(declared[cell["consequence"]], ages + cell["t"], in_2000).any()
        yield judge_cell({"target_group": target_group, **cell}, bool(can_use))


def judge_cell(cell: dict[str, Any], can_use: bool) -> dict[str, Any]:
    persons = [cell[f"n_persons_{arm}"] for arm in ARMS]
    users = [cell[f"n_users_{arm}"] for arm in ARMS]
    status, reason = "estimated", None
    if not can_use:
        status = "outside_ages"
    elif not any(persons):
        status = "not_observed"
    elif min(persons) < FLOOR:
        status, reason = "not_estimable", "few_clusters"
    elif not any(users):
        status = "no_use"
    elif any(0 < count < FLOOR for count in users):
        status, reason = "not_estimable", "few_users"
    judged = {**cell, "relative_year": cell["t"], "status": status, "reason": reason}
    for arm in ARMS:
        for name in COUNTS:
            count = cell[f"{name}_{arm}"]
            judged[f"{name}_{arm}"] = None if 0 < count < FLOOR else count
        followed = cell[f"followed_{arm}"] or 0
        is_few = reason == "few_clusters" or any(0 < count < FLOOR for count in persons)
        hidden = not followed or is_few
        judged[f"share_observed_{arm}"] = None if hidden else cell[f"n_{arm}"] / followed
        mean = cell[f"total_{arm}"] / cell[f"n_{arm}"] if cell[f"n_{arm}"] else None
        if status in ("no_use", "outside_ages"):
            mean = 0.0
        judged[f"mean_{arm}"] = None if reason else mean
    return judged


def test_status_counts_shares_and_means_of_every_cell(other: OtherPath, estimates: pl.DataFrame) -> None:
    published = by_cell(estimates)
    wrong, seen = [], set()
    exact = ["base_year_first", "base_year_last", *(f"{name}_{arm}" for name in COUNTS for arm in ARMS)]
    for target_group in other.groups["target_group"]:
        for cell in expected_cells(other, target_group):
            key = tuple(cell[name] for name in KEY)
            row = published[key]
            seen.add(key)
            needs_regression = cell["status"] == "estimated" and row["reason"] in (
                "collinear",
                "no_residual_variation",
            )
            names = exact if needs_regression else [*exact, "status", "reason"]
            wrong += [(key, name, row[name], cell[name]) for name in names if row[name] != cell[name]]
            wrong += [
                (key, name, row[name], cell[name])
                for name in (f"{part}_{arm}" for part in ("share_observed", "mean") for arm in ARMS)
                if differ(row[name], cell[name], abs(cell[name] or 0.0), 1e-12)
            ]
    assert not wrong, tell(wrong)
    assert seen == set(published)


def test_withheld_cells_hold_no_number(estimates: pl.DataFrame) -> None:
    numbers = ["mean_success", "mean_others", "raw_difference", "adjustment", "adjusted_difference"]
    numbers += ["standard_error", "ci_low", "ci_high", "p_value", "q_value", "is_significant"]
    few = estimates.filter(pl.col("reason").is_in(["few_clusters", "few_users"]))
    assert few.height > 0
    assert few.select(pl.col(numbers).is_not_null().sum()).row(0) == (0,) * len(numbers)
    counts = [f"{name}_{arm}" for name in COUNTS for arm in ARMS]
    assert estimates.select(pl.col(counts).is_between(1, FLOOR - 1).sum()).row(0) == (0,) * len(counts)


def test_only_estimated_cells_are_in_covariance_and_adjustments(
    other: OtherPath, estimates: pl.DataFrame
) -> None:
    estimated = set(estimates.filter(status="estimated").select(KEY).rows())
    assert set(other.published("adjustment_by_covariate").select(KEY).rows()) == estimated
    covariance = other.published("estimate_covariance")
    assert sorted(covariance.select(KEY).rows()) == sorted(estimated)
    positions = covariance.group_by("target_group").agg(pl.col("position").sort())
    assert all(places == list(range(1, len(places) + 1)) for places in positions["position"].to_list())
    assert (covariance["covariances"].list.len() == covariance["position"]).all()


def test_variance_is_the_squared_error(other: OtherPath, estimates: pl.DataFrame) -> None:
    diagonal = other.published("estimate_covariance").select(
        *KEY, pl.col("covariances").list.last().alias("variance")
    )
    both = diagonal.join(estimates, on=KEY)
    assert ((both["variance"] / both["standard_error"] ** 2 - 1).abs() < 1e-12).all()


def compare_covariances(other: OtherPath, groups: Iterable[str], pairs: int) -> list[tuple]:
    covariance = other.published("estimate_covariance")
    wrong = []
    for target_group in groups:
        rows = covariance.filter(target_group=target_group).sort("position").rows(named=True)
        chosen = np.random.default_rng(len(rows)).integers(0, len(rows), (pairs, 2))
        # neighbours too: the same consequence a year apart, where the covariance is largest
        chosen[::3, 1] = np.maximum(chosen[::3, 0] - 1, 0)
        for first, second in np.sort(chosen, axis=1):
            cells = [rows[first], rows[second]]
            fits = [
                other.group(target_group).refit(row["consequence"], row["relative_year"]) for row in cells
            ]
            published = rows[second]["covariances"][first]
            remade = joint_covariance(*fits)
            scale = fits[0].standard_error * fits[1].standard_error
            if differ(published, remade, scale):
                wrong.append(
                    (
                        target_group,
                        *(tuple(row[name] for name in KEY[1:]) for row in cells),
                        published,
                        remade,
                    )
                )
    return wrong


def test_covariances_by_stacked_influences(other: OtherPath) -> None:
    wrong = compare_covariances(other, other.groups["target_group"][::4], 6)
    assert not wrong, tell(wrong)


@pytest.mark.slow
def test_covariances_by_stacked_influences_of_all_groups(other: OtherPath) -> None:
    wrong = compare_covariances(other, other.groups["target_group"], 30)
    assert not wrong, tell(wrong)


def test_q_values_and_significance(estimates: pl.DataFrame) -> None:
    for rows in estimates.filter(status="estimated").partition_by("target_group"):
        q = scipy.stats.false_discovery_control(rows["p_value"].to_numpy(), method="bh")
        assert np.allclose(rows["q_value"].to_numpy(), q, rtol=1e-12, atol=0)
        assert (rows["is_significant"] == (rows["p_value"] < 0.05)).all()


def test_outcomes_that_the_success_criterion_reads(estimates: pl.DataFrame) -> None:
    marked = estimates.filter("in_success_rule")
    assert marked["relative_year"].unique().to_list() == [1]
    for target_group, expected in IN_SUCCESS_RULE.items():
        assert set(marked.filter(target_group=target_group)["consequence"]) == expected, target_group


def compare_profiles(other: OtherPath, estimates: pl.DataFrame, groups: Iterable[str]) -> list[tuple]:
    profiles = {
        (row["target_group"], row["consequence"], row["view"], row["relative_year"]): row
        for row in other.published("profiles").iter_rows(named=True)
    }
    weights: dict[tuple, dict[int, float]] = {}
    for row in other.published("profile_weights").iter_rows(named=True):
        cell = (row["target_group"], row["consequence"], row["view"], row["relative_year"])
        weights.setdefault(cell, {})[row["from_relative_year"]] = row["weight"]
    declared = {row["consequence"]: row for row in other.consequences.iter_rows(named=True)}
    wrong = []
    for target_group in groups:
        members = other.group(target_group).members
        rows = estimates.filter(target_group=target_group).sort(KEY)
        for of_one in rows.partition_by("consequence"):
            consequence = of_one["consequence"][0]
            inside = shares_inside(declared[consequence], members)
            for view in ("soem_classic", "all_estimates"):
                remade = remake_profile(of_one.rows(named=True), inside, view == "soem_classic")
                for t, (value, error, status, weight) in enumerate(remade, 1):
                    cell = (target_group, consequence, view, t)
                    row = profiles.pop(cell)
                    found, expected = weights.pop(cell, {}), {k: w for k, w in weight.items() if w}
                    if row["status"] != status or found.keys() != expected.keys():
                        wrong.append((cell, row["status"], status, found, expected))
                    elif (
                        differ(row["value"], value, abs(value or 0), 1e-12)
                        or differ(row["standard_error"], error, abs(error or 0), 1e-9)
                        or any(differ(found[k], w, w, 1e-12) for k, w in expected.items())
                    ):
                        wrong.append((cell, row["value"], value, row["standard_error"], error))
    left = [cell for cell in (*profiles, *weights) if cell[0] in set(groups)]
    return wrong + left


def test_profiles_by_a_plain_loop(other: OtherPath, estimates: pl.DataFrame) -> None:
    groups = other.groups["target_group"].gather_every(4)
    assert "mental_difficulties_0_5" in groups.to_list() or groups.len() >= 10
    wrong = compare_profiles(other, estimates, groups.to_list())
    assert not wrong, tell(wrong)


@pytest.mark.slow
def test_profiles_of_all_groups_by_a_plain_loop(other: OtherPath, estimates: pl.DataFrame) -> None:
    wrong = compare_profiles(other, estimates, other.groups["target_group"].to_list())
    assert not wrong, tell(wrong)
    assert other.published("profiles")["relative_year"].max() == PROFILE_YEARS

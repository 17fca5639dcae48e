"""What every drawn part promises, and that the planted parameters cannot be clipped."""

import dataclasses

import numpy as np
import pytest

from sample_registers.codes import ICD_CODES, employment_level
from sample_registers.draw import count_persons, draw_parts
from sample_registers.latent import FIRST_YEAR, YEARS
from sample_registers.membership import age_by_year, list_members, psychiatric_contact
from sample_registers.parameters import check_bounds, find_extremes, load_parameters

SMALL = 9_000


@pytest.fixture(scope="module")
def part():
    return next(draw_parts(SMALL, seed=41))


@pytest.fixture(scope="module")
def parameters():
    return load_parameters()


def test_no_probability_can_leave_zero_to_one(parameters):
    smallest, largest, totals = find_extremes(parameters)
    assert smallest.min() >= 0 and largest.max() <= 1
    assert max(total.max() for total in totals.values()) <= 1


@pytest.mark.parametrize(
    ("channel", "value"), [("gp_contacts", 0.95), ("foster_days", 0.9), ("prison_days", 0.0)]
)
def test_a_probability_that_could_leave_zero_to_one_is_refused(parameters, channel, value):
    alpha = parameters.alpha.copy()
    alpha[parameters.role("foster_6_13"), parameters.channel(channel)] = value
    difference = parameters.difference.copy()
    if value == 0:
        difference[parameters.role("foster_6_13"), parameters.channel(channel)] = -0.01
    with pytest.raises(ValueError, match="foster_6_13"):
        check_bounds(dataclasses.replace(parameters, alpha=alpha, difference=difference))


def test_transfers_share_one_amount_and_one_lag_so_that_their_tax_is_linear_in_its_own_lag(parameters):
    transfers = [
        parameters.channel(f"{k}_weeks") for k in ("cash_benefit", "disability_pension", "other_transfers")
    ]
    specialists = [
        parameters.channel(k) for k in ("other_specialist_contacts", "psych_practitioner_contacts")
    ]
    for channels in (transfers, specialists):
        assert len({parameters.rho[c] for c in channels}) == 1
        assert len({tuple(parameters.amounts[c]) for c in channels}) == 1


def test_not_resident_means_nothing(part):
    away = ~part.resident
    assert away.any()
    for name, values in part.values.items():
        assert values.dtype == np.int32 and not values[away].any(), name
    assert not part.socio13[away].any() and not part.municipality[away].any()
    assert (part.hfaudd[away] == -1).all()
    assert (part.municipality[part.resident] > 0).all()


def test_dead_persons_are_not_resident_from_the_year_of_death(part):
    died = ~np.isnat(part.death_date)
    assert died.any()
    year = part.death_date[died].astype("datetime64[Y]").astype(int) + 1970
    assert not (part.resident[died] & (year[:, None] <= YEARS)).any()
    assert (part.death_date[died] > part.birth_date[died]).all()


def test_at_most_one_of_each_exclusive_set(part):
    v = part.values
    sets = (
        [name for name in v if name.endswith("_weeks")],
        ["kinship_days", "foster_days", "institution_days"],
        ["youth_preparatory_days", "youth_special_needs_days", "youth_ordinary_days", "higher_days"],
    )
    for names in sets:
        assert sum(v[name] > 0 for name in names).max() == 1
    assert sum(v[name] for name in sets[0]).max() <= 52
    assert v["school_kind"].max() == 5


def test_no_use_outside_the_ages(part):
    age, v = age_by_year(part), part.values
    assert not v["charges"][age < 15].any() and not v["suspicions"][(age < 12) | (age > 14)].any()
    for name in ("prison_days", "tax_dkk", "wage_dkk", "convictions_theft_vandalism"):
        assert not v[name][age < 15].any(), name
    assert not v["cash_benefit_weeks"][(age < 16) | (age > 69)].any()
    assert not v["preventive_days"][age > 17].any() and not v["foster_days"][age > 22].any()
    assert not v["school_kind"][(age < 5) | (age > 18)].any()
    assert not part.socio13[age < 15].any()


def test_a_diagnosis_where_and_only_where_there_is_contact(part):
    assert ((part.values["psychiatric_diagnosis"] > 0) == psychiatric_contact(part)).all()
    somatic = (
        sum(part.values[f"somatic_{k}"] for k in ("bed_days", "outpatient_visits", "emergency_visits")) > 0
    )
    assert ((part.values["somatic_diagnosis"] > 0) == somatic).all()


def test_every_diagnosis_occurs():
    seen = set()
    for latent in draw_parts(20_000, seed=4):
        for name in ("psychiatric_diagnosis", "somatic_diagnosis"):
            seen |= set(np.unique(latent.values[name]))
    assert seen - {0} == set(range(1, len(ICD_CODES) + 1))


def test_employment_code_fits_use(part):
    v, level = part.values, employment_level(part.socio13)
    employed = level == 0
    transfers = ("cash_benefit", "disability_pension", "education_benefit", "other_transfers")
    long_benefit = np.max([v[f"{name}_weeks"] for name in transfers], axis=0) >= 26
    assert not (employed & long_benefit).any()
    assert (v["wage_dkk"][employed] > 0).all()
    assert (level[v["cash_benefit_weeks"] >= 26] == 6).all()


def test_parents_are_of_the_right_sex_and_age(part):
    for parent, sex in ((part.mother, 2), (part.father, 1)):
        child = np.flatnonzero(parent >= 0)
        assert (part.sex[parent[child]] == sex).all()
        years = (part.birth_date[child] - part.birth_date[parent[child]]).astype(int) / 365.25
        assert years.min() > 12 and years.max() < 55
    kinds = np.array([role.kind == "child" for role in load_parameters().roles])
    of_child_role = (part.role >= 0) & kinds[part.role]
    assert 0.95 < (part.mother[of_child_role] >= 0).mean() < 1
    assert 0.90 < (part.father[of_child_role] >= 0).mean() < 1


def test_role_persons_are_resident_and_in_their_age_band_at_entry(part, parameters):
    for index, role in enumerate(parameters.roles):
        own = np.flatnonzero(part.role == index)
        column = part.entry_year[own] - FIRST_YEAR
        age = age_by_year(part)[own, column]
        assert part.resident[own, column].all()
        assert age.min() >= role.ages[0] and age.max() <= role.ages[1], role.name
        assert not np.isin(part.entry_year[own], role.skip).any()


def test_same_seed_same_world_other_seed_another():
    first, again, other = (next(draw_parts(2_000, seed=s)) for s in (5, 5, 6))
    assert (first.pnr == again.pnr).all()
    assert all((first.values[name] == again.values[name]).all() for name in first.values)
    assert not np.array_equal(first.values["gp_contacts"], other.values["gp_contacts"])


def test_parts_are_bounded_and_their_persons_distinct():
    parts = list(draw_parts(40_000, seed=8))
    assert len(parts) >= 2 and max(p.pnr.size for p in parts) <= 20_000
    pnr = np.concatenate([p.pnr for p in parts])
    assert len(np.unique(pnr)) == len(pnr)
    assert (np.char.str_len(pnr) == 12).all() and (pnr >= "010000000000").all()
    assert abs(len(pnr) - 40_000) < 2_000


def test_only_one_role_and_its_parents(parameters):
    latent = next(draw_parts(1_500, seed=9, only_role="foster_6_13"))
    assert set(np.unique(latent.role)) == {-1, parameters.role("foster_6_13")}
    parents = np.unique(np.concatenate([latent.mother, latent.father]))
    assert set(np.flatnonzero(latent.role == -1)) >= set(parents[parents >= 0])


def test_national_draw_is_mostly_background(parameters):
    counts = count_persons(parameters, 590_000, national=True)
    assert counts[-1] > 0.6 * counts.sum()
    assert (counts[:-1] >= 0).all()


def test_success_is_common_and_failure_too():
    """At entry about half succeed in every role: both arms fill up without the help of others."""
    role_groups = {
        "foster_6_13": "foster_care_6_13",
        "crime_12_17": "crime_threatened_12_17",
        "homeless": "homeless",
        "alcohol": "alcohol_misuse",
        "adhd": "adhd",
        "autism": "autism",
        "aftercare_out": "aftercare_not_in_education",
        "misuse_and_severe": "alcohol_and_severe_disorder",
        "practising_6_13": "practising_psychologist_psychiatrist_6_13",
    }
    parameters = load_parameters()
    for role, group in role_groups.items():
        latent = next(draw_parts(2_500, seed=10, only_role=role))
        members = list_members(latent)[group]
        own = (latent.role[members.person] == parameters.role(role)) & (
            members.base_year == latent.entry_year[members.person]
        )
        status = members.status[own]
        assert own.sum() > 250, role
        assert 0.38 < (status == 1).sum() / (status >= 0).sum() < 0.62, role

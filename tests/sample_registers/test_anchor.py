"""Anchor: with no other group in the draw, the regression gives back the planted differences.

First-entry groups only, outcomes outside the success rule of year 1, cells whose members are all inside the ages at
which the outcome is known or drawn, in year 0 and in year t.
"""

import numpy as np
import pytest

from sample_registers.draw import draw_parts
from sample_registers.membership import age_by_year, list_members
from sample_registers.panel import RELATIVE_YEARS, build_panel, open_part
from sample_registers.parameters import load_parameters
from sample_registers.planted_differences import list_planted
from sample_registers.regression_sums import GroupSums, solve_group

PLACEMENTS = ("placement_kinship", "placement_foster", "placement_institution")
HOSPITAL = ("psychiatric_bed_days", "psychiatric_outpatient_visits", "psychiatric_emergency_visits")
ANCHORS = {
    "foster_care_6_13": ("foster_6_13", PLACEMENTS),
    "violence_sexual_abuse_6_13": ("violence_6_13", ("specialist_contacts", *HOSPITAL)),
    "preventive_measures_6_13": ("preventive_6_13", PLACEMENTS),
    "crime_threatened_12_17": ("crime_12_17", ()),
}
"""Target group → role, and the consequences its success rule reads in year 1."""
DRAWN_FROM = {
    "alcohol_treatment": 15,
    "drug_treatment_residential": 15,
    "drug_treatment_day": 15,
    "shelter": 18,
}
"""Consequences without an age domain that are never drawn below an age."""
N_DRAWS = {"fast": 8, "slow": 30}
PERSONS = {"fast": 5_000, "slow": 9_000}
FIRST_SEED = 71_000


def regress(group: str, role: str, seed: int, persons: int) -> tuple[np.ndarray, np.ndarray, list]:
    """Adjusted differences (C, 10) of one draw, and the cells where everybody is inside the ages."""
    sums, inside = GroupSums(), []
    for latent in draw_parts(persons, seed, only_role=role):
        panel = build_panel(open_part(latent), group, list_members(latent)[group])
        sums.add(panel)
        first = age_by_year(latent)[panel.person, panel.base_year - 2003]
        ages = first[:, None] + np.arange(RELATIVE_YEARS + 1)
        for q in panel.quantities:
            rows = panel.resident & panel.covered[q.register]
            known = panel.inside[panel.quantities.index(q)] & (ages >= DRAWN_FROM.get(q.key, 0))
            inside.append(((known & known[:, :1]) | ~rows).all(axis=0)[1:])
    quantities = list(sums.quantities)
    everybody = np.array(inside).reshape(-1, len(quantities), RELATIVE_YEARS).all(axis=0)
    return solve_group(sums).adjusted, everybody, quantities


def compare(group: str, size: str) -> tuple[np.ndarray, int]:
    """Deviations from the planted differences in Monte Carlo errors, and how many cells with a difference planted."""
    role, in_rule = ANCHORS[group]
    draws = [regress(group, role, FIRST_SEED + k, PERSONS[size]) for k in range(N_DRAWS[size])]
    parameters, quantities = load_parameters(), draws[0][2]
    kept = np.all([inside for _, inside, _ in draws], axis=0)
    for c, q in enumerate(quantities):
        kept[c, 0] &= q.key not in in_rule
    found = np.array([adjusted for adjusted, _, _ in draws])
    planted = np.array([list_planted(parameters, parameters.role(role), q.key) for q in quantities])
    error = found.std(axis=0, ddof=1) / np.sqrt(len(draws))
    deviation = ((found.mean(axis=0) - planted) / np.where(error > 0, error, np.nan))[kept]
    return deviation[np.isfinite(deviation)], int((planted[kept] != 0).sum())


@pytest.mark.slow
@pytest.mark.parametrize("group", list(ANCHORS))
def test_regression_equals_planted_difference(group):
    deviation, n_planted = compare(group, "slow")
    print(
        f"\n{group}: {deviation.size} cells, largest {abs(deviation).max():.2f}, spread {deviation.std():.2f}"
    )
    assert deviation.size >= 60 and n_planted >= 20
    assert abs(deviation).max() < 3
    assert 0.8 < deviation.std() < 1.2


def test_planted_difference_is_found_in_a_few_draws():
    deviation, n_planted = compare("foster_care_6_13", "fast")
    assert n_planted >= 20
    assert np.median(abs(deviation)) < 1.1
    assert abs(deviation).max() < 6


@pytest.mark.slow
def test_a_wrong_year_would_be_noticed():
    """Year 1, which the success rule decides, held against what is planted for year 2, is far off."""
    role, _ = ANCHORS["foster_care_6_13"]
    draws = [regress("foster_care_6_13", role, FIRST_SEED + k, 4_000) for k in range(6)]
    parameters, quantities = load_parameters(), draws[0][2]
    c = [q.key for q in quantities].index("placement_institution")
    found = np.array([adjusted[c] for adjusted, _, _ in draws])
    error = found.std(axis=0, ddof=1) / np.sqrt(len(draws))
    planted = list_planted(parameters, parameters.role(role), "placement_institution")
    assert abs(found.mean(axis=0) - planted)[1] / error[1] < 6
    assert abs(found.mean(axis=0)[0] - planted[1]) / error[0] > 20

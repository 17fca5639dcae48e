"""The declared target groups: keys, areas, ages and bases exactly as the catalogue has them."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.target_groups import load_target_groups

CHILD_DEFINITIONS = (
    "anxiety_depression",
    "attention_disorders",
    "psychiatric_admission",
    "psychiatric_outpatient",
    "practising_psychologist_psychiatrist",
    "foster_care",
    "institution",
    "preventive_measures",
    "violence_sexual_abuse",
)
CHILDREN = {
    **{f"{name}_6_13": (6, 13) for name in CHILD_DEFINITIONS},
    **{f"{name}_14_17": (14, 17) for name in CHILD_DEFINITIONS},
    "mental_difficulties_0_5": (0, 5),
    "crime_threatened_12_17": (12, 17),
}
DUAL = {
    f"{misuse}_and_{other}": (18, 65)
    for misuse in ("alcohol", "drug")
    for other in ("hospital_contact", "practising_contact", "moderate_disorder", "severe_disorder")
}
VULNERABLE = {
    "homeless": (18, 65),
    "alcohol_misuse": (18, 64),
    "drug_misuse_substitution": (18, 64),
    "drug_misuse_no_substitution_18_25": (18, 25),
    "drug_misuse_no_substitution_26_64": (26, 64),
    "psychiatric_hospital_contact": (18, 65),
    "psychiatric_practising_contact": (18, 65),
    "moderate_mental_disorder": (18, 64),
    "severe_mental_disorder": (18, 64),
    **DUAL,
    "women_exposed_to_violence": (18, 65),
    "aftercare_in_education": (18, 22),
    "aftercare_not_in_education": (18, 22),
}
DISABILITIES = dict.fromkeys(("adhd", "autism", "intellectual_disability", "acquired_brain_injury"), (18, 65))
LITERATURE_ONLY = {"sexual_abuse_sequelae", "stuttering", "mobility_aids"}

# (membership, success) of groups where something is documented or inferred; every other estimated group is assumed.
BASES = {
    "mental_difficulties_0_5": ("documented", "assumed"),
    "anxiety_depression_6_13": ("inferred", "documented"),
    "anxiety_depression_14_17": ("inferred", "documented"),
    "foster_care_6_13": ("documented", "documented"),
    "foster_care_14_17": ("documented", "documented"),
    "homeless": ("documented", "documented"),
    "alcohol_misuse": ("documented", "documented"),
    "drug_misuse_substitution": ("inferred", "inferred"),
    "drug_misuse_no_substitution_18_25": ("documented", "documented"),
    "drug_misuse_no_substitution_26_64": ("inferred", "inferred"),
    "psychiatric_hospital_contact": ("inferred", "documented"),
    "moderate_mental_disorder": ("inferred", "documented"),
    "severe_mental_disorder": ("inferred", "documented"),
    "women_exposed_to_violence": ("documented", "documented"),
    **dict.fromkeys(DUAL, ("inferred", "inferred")),
    "alcohol_and_hospital_contact": ("documented", "documented"),
}


@pytest.fixture(scope="module")
def groups() -> dict[str, TargetGroup]:
    return {group.target_group: group for group in load_target_groups()}


def test_keys_areas_and_ages_are_the_catalogue_s(groups: dict[str, TargetGroup]) -> None:
    by_area: dict[str, dict] = {}
    for key, group in groups.items():
        if group.is_estimated:
            by_area.setdefault(group.area, {})[key] = (group.age_from, group.age_to)
    assert by_area == {
        "children_and_youth": CHILDREN,
        "vulnerable_adults": VULNERABLE,
        "adults_with_disabilities": DISABILITIES,
    }
    assert {key for key, group in groups.items() if not group.is_estimated} == LITERATURE_ONLY


def test_counts(groups: dict[str, TargetGroup]) -> None:
    assert Counter(group.is_estimated for group in groups.values()) == {True: 44, False: 3}
    assert sum(group.is_children for group in groups.values()) == 20


def test_bases_are_the_catalogue_s(groups: dict[str, TargetGroup]) -> None:
    found = {
        key: (group.band.basis_membership.basis, group.band.basis_success.basis)
        for key, group in groups.items()
        if group.band is not None
    }
    assert found == {key: BASES.get(key, ("assumed", "assumed")) for key in found}


def test_entry_is_first_for_children_and_every_year_for_adults(groups: dict[str, TargetGroup]) -> None:
    for group in groups.values():
        expected = "" if not group.is_estimated else "first" if group.is_children else "every_year"
        assert group.entry == expected, group.target_group


def test_union_holds_the_five_definitions(groups: dict[str, TargetGroup]) -> None:
    union = groups["mental_difficulties_0_5"]
    assert union.kind == "union"
    assert set(union.union_of) == set(CHILD_DEFINITIONS[:5])
    assert len(union.limitations) == 3
    assert [key for key, group in groups.items() if group.union_of] == ["mental_difficulties_0_5"]


def test_every_text_is_there_in_both_languages(groups: dict[str, TargetGroup]) -> None:
    for group in groups.values():
        definition = group.definition
        texts = [group.name, definition.purpose, definition.meaningful.reason]
        texts += [*definition.limitations, *definition.notes, *(change.text for change in definition.history)]
        if group.band is not None:
            texts += [group.band.basis_membership.reason, group.band.basis_success.reason]
        assert all(text.da.strip() and text.en.strip() for text in texts), group.target_group
        assert all(text.da != text.en or text.da == "ADHD" for text in texts), group.target_group
        assert group.limitations, group.target_group


def test_hash_follows_own_file_named_definitions_and_method_only(tmp_path, groups) -> None:
    from pipeline.declarations.target_groups import METHOD_FILE, TARGET_GROUPS_FOLDER

    for file in TARGET_GROUPS_FOLDER.glob("*.toml"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    changed = tmp_path / "psychiatric_admission.toml"
    changed.write_text(changed.read_text("utf-8") + '\n[[notes]]\nda = "Prøve."\nen = "A test."\n', "utf-8")
    homeless = tmp_path / "homeless.toml"
    homeless.write_text("# a comment is no change\n" + homeless.read_text("utf-8"), "utf-8")
    after = {g.target_group: g.definition_hash for g in load_target_groups(tmp_path, METHOD_FILE)}
    moved = {key for key, group in groups.items() if after[key] != group.definition_hash}
    assert moved == {
        "psychiatric_admission_6_13",
        "psychiatric_admission_14_17",
        "mental_difficulties_0_5",
    }

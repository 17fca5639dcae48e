"""What rules read: for coverage and for marking outcomes that are part of the success rule."""

from __future__ import annotations

import pytest

from pipeline.declarations.rule_reads import list_reads, reads_overlap
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.target_groups import load_target_groups
from pipeline.declarations.vocabulary import EVENT_TABLES

GROUPS = {group.target_group: group for group in load_target_groups()}


def reads(group: TargetGroup) -> set[tuple[str, int, str]]:
    return {(read.events, read.relative_year, read.role) for read in list_reads(group)}


def test_reads_name_table_year_and_role() -> None:
    assert reads(GROUPS["homeless"]) == {
        ("shelter_stays", 0, "membership"),
        ("shelter_stays", 1, "success"),
        ("prison_stays", 1, "success"),
    }


def test_reads_keep_filters_and_negative_conditions() -> None:
    found = list_reads(GROUPS["drug_misuse_no_substitution_18_25"])
    assert [(read.where, read.role) for read in found if read.where] != []
    assert {read.events for read in found} == {"drug_courses"}
    (foster,) = [read for read in list_reads(GROUPS["foster_care_6_13"]) if read.role == "success"]
    assert [(item.attribute, item.values) for item in foster.where] == [("measure", ("institution",))]


def test_functions_read_both_years() -> None:
    assert {("incomes", 0, "success"), ("incomes", 1, "success")} <= reads(GROUPS["adhd"])


def test_a_union_reads_what_its_definitions_read() -> None:
    parts = ("anxiety_depression", "attention_disorders", "psychiatric_admission", "psychiatric_outpatient")
    expected = set().union(
        *(reads(GROUPS[f"{part}_6_13"]) for part in (*parts, "practising_psychologist_psychiatrist"))
    )
    assert reads(GROUPS["mental_difficulties_0_5"]) == expected


def test_dual_groups_read_both_definitions() -> None:
    assert {("alcohol_courses", 0, "membership"), ("hospital_contacts", 0, "membership")} <= reads(
        GROUPS["alcohol_and_hospital_contact"]
    )


def test_literature_reads_nothing() -> None:
    assert list_reads(GROUPS["stuttering"]) == ()


def test_every_read_is_in_the_vocabulary() -> None:
    for group in GROUPS.values():
        for read in list_reads(group):
            table = EVENT_TABLES[read.events]
            assert {item.attribute for item in read.where} <= {a.name for a in table.attributes}
            assert set(read.measures) <= set(table.measures)


@pytest.mark.parametrize(
    ("group", "events", "where", "expected"),
    [
        ("homeless", "shelter_stays", {}, True),
        ("homeless", "prison_stays", {}, True),
        ("homeless", "benefit_weeks", {"benefit_kind": "cash_benefit"}, False),
        ("alcohol_misuse", "alcohol_courses", {}, True),
        ("anxiety_depression_6_13", "hospital_contacts", {"hospital": "psychiatric"}, True),
        ("anxiety_depression_6_13", "hospital_contacts", {"hospital": ["somatic"]}, False),
        ("anxiety_depression_6_13", "hospital_contacts", {"hospital": {"not": ["somatic"]}}, True),
        ("anxiety_depression_6_13", "hospital_contacts", {"contact_type": "emergency"}, True),
        ("attention_disorders_6_13", "dispensings", {"atc": "N06BA"}, False),
        ("foster_care_6_13", "child_measures", {"measure": "institution"}, True),
        ("foster_care_6_13", "child_measures", {"measure": "foster"}, False),
        ("women_exposed_to_violence", "practitioner_contacts", {"speciality": {"not": ["80"]}}, True),
        (
            "women_exposed_to_violence",
            "practitioner_contacts",
            {"speciality": {"not": ["24", "26", "63"]}},
            False,
        ),
        ("women_exposed_to_violence", "practitioner_contacts", {"speciality": ["80"]}, False),
        ("women_exposed_to_violence", "practitioner_contacts", {"speciality": {"not": ["24", "26"]}}, True),
        ("mental_difficulties_0_5", "practitioner_contacts", {"speciality": "63"}, True),
        ("drug_misuse_substitution", "drug_courses", {"treatment_type": "day"}, True),
        ("autism", "education_spells", {}, True),
        ("autism", "hospital_diagnoses", {"diagnosis": "F84"}, False),
        ("stuttering", "hospital_contacts", {}, False),
    ],
)
def test_overlap(group: str, events: str, where: dict, expected: bool) -> None:
    assert reads_overlap(GROUPS[group], events, where) is expected


def test_measures_matter_only_where_they_are_different_things() -> None:
    adhd = GROUPS["adhd"]
    assert reads_overlap(adhd, "incomes", {}, ["wage_dkk"])
    assert reads_overlap(adhd, "incomes", {})
    assert not reads_overlap(adhd, "incomes", {}, ["tax_dkk", "taxable_transfers_dkk"])
    assert reads_overlap(GROUPS["alcohol_misuse"], "alcohol_courses", {}, ["n_days"])

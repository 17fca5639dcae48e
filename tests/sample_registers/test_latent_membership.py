"""The definitions on hand-made latent persons, one branch a test."""

import numpy as np
import pytest

from sample_registers.codes import ICD_CODES, MUNICIPALITIES
from sample_registers.draw import draw_parts
from sample_registers.latent import FIRST_YEAR, YEARS, Latent
from sample_registers.membership import list_members, table_of_members

NAMES = tuple(next(draw_parts(500, seed=1)).values)


def code(name: str) -> int:
    return ICD_CODES.index(name) + 1


def make_person(
    birth_year: int, sex: int = 1, municipality: int = 147, socio13: int = 410, **facts
) -> Latent:
    """One person, resident throughout; facts: name = {year: value}."""
    shape = (1, YEARS.size)
    values = {name: np.zeros(shape, np.int32) for name in NAMES}
    for name, by_year in facts.items():
        for year, value in by_year.items():
            values[name][0, year - FIRST_YEAR] = value
    assert municipality in MUNICIPALITIES
    return Latent(
        pnr=np.array(["012345678901"]),
        birth_date=np.array([f"{birth_year}-06-01"], dtype="datetime64[D]"),
        sex=np.array([sex], np.int8),
        origin=np.ones(1, np.int8),
        mother=np.array([-1]),
        father=np.array([-1]),
        role=np.array([-1], np.int16),
        entry_year=np.zeros(1, np.int16),
        death_date=np.array(["NaT"], dtype="datetime64[D]"),
        resident=np.ones(shape, bool),
        municipality=np.full(shape, municipality, np.int16),
        socio13=np.full(shape, socio13, np.int16),
        hfaudd=np.zeros(shape, np.int16),
        values=values,
    )


def status(person: Latent, group: str) -> dict[int, int]:
    members = list_members(person)[group]
    return dict(zip(members.base_year.tolist(), members.status.tolist(), strict=True))


def test_there_are_44_groups():
    assert len(list_members(make_person(1980))) == 44


def test_homeless_stack_and_prison_is_no_success():
    person = make_person(1980, shelter_days={2010: 5, 2011: 3, 2014: 9}, prison_days={2015: 30})
    assert status(person, "homeless") == {2010: 0, 2011: 1, 2014: 0}


def test_ages_are_those_of_31_december():
    person = make_person(1945, shelter_days=dict.fromkeys((2009, 2010, 2011), 5))
    assert status(person, "homeless") == {2009: 0, 2010: 0}
    assert status(make_person(1945, alcohol_days={2009: 5, 2010: 5}), "alcohol_misuse") == {2009: 0}


def test_base_years_end_two_years_before_the_registers():
    person = make_person(1980, shelter_days=dict.fromkeys((2007, 2008, 2020, 2021), 5))
    assert status(person, "homeless") == {2008: 1, 2020: 0}


def test_not_resident_at_the_end_of_year_1_is_not_assessable():
    person = make_person(1980, shelter_days={2010: 5})
    person.resident[0, 2011 - FIRST_YEAR :] = False
    assert status(person, "homeless") == {2010: -1}


def test_children_enter_once_and_the_look_back_excludes():
    facts = {"psychiatric_bed_days": {2006: 4, 2012: 4}}
    assert status(make_person(1999, **facts), "psychiatric_admission_6_13") == {}
    assert status(make_person(2001, **facts), "psychiatric_admission_6_13") == {2012: 1}


def test_the_older_band_has_its_own_first_year():
    person = make_person(2000, psych_practitioner_contacts={2012: 2, 2015: 3, 2016: 1})
    assert status(person, "practising_psychologist_psychiatrist_6_13") == {2012: 1}
    assert status(person, "practising_psychologist_psychiatrist_14_17") == {2015: 0}


def test_child_measures_count_from_2011_with_look_back_from_2006():
    assert status(make_person(2002, foster_days={2005: 90, 2012: 90}), "foster_care_6_13") == {2012: 1}
    assert status(make_person(2002, foster_days={2008: 90, 2012: 90}), "foster_care_6_13") == {}
    assert status(make_person(2002, foster_days={2010: 90}), "foster_care_6_13") == {}
    placed = make_person(2002, foster_days={2012: 90}, institution_days={2013: 9})
    assert status(placed, "foster_care_6_13") == {2012: 0}


def test_a_year_missing_from_the_register_of_victims_is_no_base_year():
    assert status(make_person(2000, victim_violence={2009: 1}), "violence_sexual_abuse_6_13") == {}
    person = make_person(2000, victim_sexual={2009: 1, 2010: 1}, psych_practitioner_contacts={2011: 1})
    assert status(person, "violence_sexual_abuse_6_13") == {2010: 0}


def test_municipalities_that_are_not_approved():
    misuse = {"alcohol_days": {2009: 50, 2010: 50}, "alcohol_completed": {2010: 1}}
    assert status(make_person(1980, municipality=147, **misuse), "alcohol_misuse") == {2009: 1, 2010: 0}
    assert status(make_person(1980, municipality=101, **misuse), "alcohol_misuse") == {2009: -1}


def test_substitution_decides_the_drug_group():
    days = {"drug_day_days": {2012: 90, 2013: 20}, "drug_completed": {2013: 1}}
    with_it = make_person(1980, drug_substitution={2012: 1}, **days)
    assert status(with_it, "drug_misuse_substitution") == {2012: 1}
    assert status(with_it, "drug_misuse_no_substitution_26_64") == {2013: 0}
    assert status(make_person(1988, **days), "drug_misuse_no_substitution_18_25") == {2012: 1, 2013: 0}


def test_dual_groups_need_both_and_success_is_neither():
    facts = {"alcohol_days": {2012: 60}, "psychiatric_outpatient_visits": {2012: 2, 2013: 1}}
    person = make_person(1980, psychiatric_diagnosis={2012: code("F32"), 2013: code("Z03")}, **facts)
    assert status(person, "alcohol_and_moderate_disorder") == {2012: 0}
    assert status(person, "alcohol_and_severe_disorder") == {}
    assert status(person, "drug_and_hospital_contact") == {}


def test_the_pooled_group_needs_the_criterion_of_every_definition():
    both = make_person(
        2008, psychiatric_outpatient_visits={2012: 1}, psych_practitioner_contacts={2012: 1, 2013: 1}
    )
    assert status(both, "mental_difficulties_0_5") == {2012: 0}
    one = make_person(2008, psychiatric_outpatient_visits={2012: 1}, psych_practitioner_contacts={2013: 1})
    assert status(one, "mental_difficulties_0_5") == {2012: 1}


def test_attention_by_medicine_alone():
    person = make_person(2000, adhd_dispensings={2012: 3}, psychiatric_emergency_visits={2013: 1})
    assert status(person, "attention_disorders_6_13") == {2012: 0}


def test_outpatient_children_were_not_admitted():
    person = make_person(2000, psychiatric_outpatient_visits={2012: 3}, psychiatric_bed_days={2012: 1})
    assert status(person, "psychiatric_outpatient_6_13") == {}


@pytest.mark.parametrize(("sex", "expected"), [(1, {}), (2, {2012: 1})])
def test_women_exposed_to_violence_are_women_and_hospitals_do_not_matter(sex, expected):
    person = make_person(1980, sex=sex, victim_violence={2012: 1}, psychiatric_outpatient_visits={2013: 1})
    assert status(person, "women_exposed_to_violence") == expected


def test_aftercare_by_enrolment():
    facts = {"home_based_days": {2014: 90}}
    assert status(make_person(1995, youth_ordinary_days={2014: 60}, **facts), "aftercare_in_education") == {
        2014: 0
    }
    assert status(make_person(1995, higher_days={2015: 60}, **facts), "aftercare_not_in_education") == {
        2014: 1
    }
    employed = make_person(1995, socio13=131, **facts)
    assert status(employed, "aftercare_not_in_education") == {2014: 1}
    assert status(employed, "aftercare_in_education") == {}


@pytest.mark.parametrize(("wage", "expected"), [(101_000, 0), (104_000, 1)])
def test_adhd_needs_a_wage_above_the_rise_of_prices(wage, expected):
    """Prices rise 85.6 → 86.8 from 2012 to 2013, 1.4 %."""
    person = make_person(1980, adhd_dispensings={2012: 3}, wage_dkk={2012: 100_000, 2013: wage})
    assert status(person, "adhd") == {2012: expected}


def test_brain_injury_needs_work_or_education():
    facts = {"somatic_bed_days": {2012: 3}, "somatic_diagnosis": {2012: code("I61")}}
    assert status(make_person(1980, **facts), "acquired_brain_injury") == {2012: 0}
    assert status(make_person(1980, higher_days={2013: 9}, **facts), "acquired_brain_injury") == {2012: 1}


def test_crime_counts_suspicions_below_15():
    person = make_person(1999, suspicions={2012: 1}, charges={2014: 1})
    assert status(person, "crime_threatened_12_17") == {2012: 1}


def test_the_table_for_the_round_trip():
    table = table_of_members(make_person(1980, shelter_days={2010: 5}))["homeless"]
    assert table["pnr"].tolist() == ["012345678901"]
    assert table["status"].tolist() == ["success"]

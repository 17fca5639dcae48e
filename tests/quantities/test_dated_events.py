"""Events of a day or a week, one declared rule at a time."""

from __future__ import annotations

from pipeline.quantities.dated_events import (
    build_charges,
    build_convictions,
    build_dispensings,
    build_incomes,
    build_school_years,
    build_victim_events,
)
from pipeline.quantities.practitioner_contacts import build_practitioner_contacts
from tests.quantities.hand_written import HandWritten


def line(week: str, speciality: str = "80", for_child: int = 0, fee: float = 100.0) -> dict:
    return {"speciale": speciality, "honuge": week, "antydel": 1, "bruhon": fee, "barnmak": for_child}


def test_a_contact_is_a_person_week_and_speciality(hand_written: HandWritten) -> None:
    hand_written.put(
        "sssy",
        line("1205"),
        line("1205", fee=250.0),
        line("1206"),
        line("1205", "24"),
        line("1207", for_child=1),
    )
    counts = hand_written.build(build_practitioner_contacts)
    found = hand_written.rows("practitioner_contacts", "year", "speciality", "n_contacts")
    assert found == [(2012, "24", 1), (2012, "80", 2)]
    assert counts.drops == {"for_child": 1, "same_contact": 1}


def test_week_53_belongs_to_the_year_of_its_number_and_the_week_of_death_counts(
    hand_written: HandWritten,
) -> None:
    hand_written.put("dod", {"doddato": "2009-12-30"})
    hand_written.put("sssy", line("0953"), line("1001"))
    counts = hand_written.build(build_practitioner_contacts)
    assert hand_written.rows("practitioner_contacts", "year", "n_contacts") == [(2009, 1)]
    assert counts.drops == {"after_death": 1}


def test_medicines_dispensed_on_one_day_are_told_apart_by_code(hand_written: HandWritten) -> None:
    hand_written.put(
        "lmdb",
        {"eksd": "2012-05-01", "atc": "N06BA04"},
        {"eksd": "2012-05-01", "atc": "N06BA04"},
        {"eksd": "2012-05-01", "atc": "N06BA09"},
        {"eksd": "2012-06-01", "atc": "N06BA04"},
    )
    counts = hand_written.build(build_dispensings)
    assert hand_written.rows("dispensings", "atc", "n_dispensings") == [("N06BA04", 2), ("N06BA09", 1)]
    assert counts.drops == {"exact_duplicate": 1}


def decision(case: str, offence: str, day: str, kind: int = 11) -> dict:
    return {"journr": case, "afg_ger7": offence, "afg_afgtypko": kind, "afg_dato": day}


def test_a_conviction_is_one_decision_and_kind(hand_written: HandWritten) -> None:
    hand_written.put(
        "kraf",
        decision("1", "1210110", "2012-05-01"),
        decision("1", "1110505", "2012-05-01"),
        decision("1", "1310310", "2012-05-01"),
        decision("2", "2421110", "2012-06-01", 12),
        decision("2", "3421110", "2012-06-01", 12),
        decision("3", "1410505", "2012-07-01"),
        decision("4", "1310310", "2012-07-01", 21),
        decision("5", "1310310", "2012-07-01", 31),
    )
    counts = hand_written.build(build_convictions)
    assert hand_written.rows("convictions", "offence_kind", "n_convictions") == [
        ("other", 1),
        ("theft_vandalism", 1),
        ("traffic_special_acts", 1),
        ("violence_sexual", 1),
    ]
    assert counts.drops == {"no_conviction": 2, "same_decision_and_kind": 2}


def test_charges_are_cases_and_suspicions_stand_apart(hand_written: HandWritten) -> None:
    def charge(case: str, kind: str, day: str = "2012-05-01") -> dict:
        return {"journr": case, "sig_dato": day, "sig_ger7": "1310310", "sig_art": kind}

    hand_written.put(
        "krsi", charge("1", "sigtelse"), charge("1", "sigtelse", "2013-01-02"), charge("2", "mistanke")
    )
    hand_written.build(build_charges)
    assert hand_written.rows("charges", "year", "charge_kind", "n_charges") == [
        (2012, "charge", 1),
        (2012, "suspicion", 1),
    ]


def test_victims_of_violence_sexual_offences_and_others(hand_written: HandWritten) -> None:
    hand_written.put(
        "krof",
        {"ger7": "1110505", "dato": "2012-05-01"},
        {"ger7": "1210110", "dato": "2012-05-01"},
        {"ger7": "1230430", "dato": "2012-05-01"},
        {"ger7": "1310310", "dato": "2012-05-01"},
    )
    hand_written.build(build_victim_events)
    assert hand_written.rows("victim_events", "offence_kind", "n_events") == [
        ("other", 1),
        ("sexual", 1),
        ("violence", 2),
    ]


def test_school_kind_is_the_first_that_fits(hand_written: HandWritten) -> None:
    def pupil(year: int, grade: str, class_kind: int, school: int, hours: float | None) -> dict:
        return {
            "file_year": year, "klassetrin": grade, "kl_type": class_kind, "institutionstype": school,
            "specialundervisning": hours,
        }  # fmt: skip

    hand_written.put(
        "grundskole",
        pupil(2010, "03", 40, 1011, None),
        pupil(2011, "04", 41, 1012, 4.4),
        pupil(2012, "05", 40, 1011, 4.5),
        pupil(2013, "06", 50, 1011, 20.0),
        pupil(2014, "07", 50, 1015, 20.0),
        pupil(2015, "10", 40, 1011, 5.0),
    )
    hand_written.build(build_school_years)
    assert hand_written.rows("school_years", "year", "school_kind", "n_records") == [
        (2010, "ordinary", 1),
        (2011, "ordinary", 1),
        (2012, "special_support", 1),
        (2013, "special_class", 1),
        (2014, "special_school", 1),
        (2015, "grade_10", 1),
    ]


def test_incomes_stay_nominal_and_negative_until_the_year_of_death(hand_written: HandWritten) -> None:
    hand_written.put("dod", {"doddato": "2012-01-01"})
    hand_written.put(
        "ind",
        *(
            {"file_year": year, "loenmv_13": 0, "skatmvialt_13": -50, "off_overforsel_13": 7}
            for year in (2011, 2012, 2013)
        ),
    )
    counts = hand_written.build(build_incomes)
    assert hand_written.rows("incomes", "year", "wage_dkk", "tax_dkk", "taxable_transfers_dkk") == [
        (2011, 0, -50, 7),
        (2012, 0, -50, 7),
    ]
    assert counts.drops == {"after_death": 1}

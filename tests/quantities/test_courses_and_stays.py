"""Courses, stays, services and education, one declared rule at a time, worked by hand."""

from __future__ import annotations

from pipeline.quantities.courses_and_stays import (
    build_adult_services,
    build_alcohol_courses,
    build_drug_courses,
    build_education_spells,
    build_prison_stays,
    build_shelter_stays,
)
from tests.quantities.hand_written import HandWritten

ALCOHOL = ("year", "n_days", "n_completed")


def alcohol(start: str, end: str | None = None, reason: str | None = None) -> dict:
    return {"start": start, "slut": end, "slutaarsag": reason}


def test_rows_ten_days_apart_are_one_course_with_the_days_between(hand_written: HandWritten) -> None:
    hand_written.put(
        "nab",
        alcohol("2012-01-01", "2012-01-10", "overført"),
        alcohol("2012-01-20", "2012-01-25", "færdigbehandlet"),
    )
    hand_written.build(build_alcohol_courses)
    assert hand_written.rows("alcohol_courses", *ALCOHOL) == [(2012, 25, 1)]


def test_rows_eleven_days_apart_are_two_courses(hand_written: HandWritten) -> None:
    hand_written.put(
        "nab",
        alcohol("2012-01-01", "2012-01-10", "færdigbehandlet"),
        alcohol("2012-01-21", "2012-01-25", "færdigbehandlet"),
    )
    hand_written.build(build_alcohol_courses)
    assert hand_written.rows("alcohol_courses", *ALCOHOL) == [(2012, 15, 2)]


def test_only_the_last_row_of_a_course_completes_it(hand_written: HandWritten) -> None:
    hand_written.put(
        "nab",
        alcohol("2012-01-01", "2012-01-10", "færdigbehandlet"),
        alcohol("2012-01-12", "2012-01-20", "afbrudt"),
    )
    hand_written.build(build_alcohol_courses)
    assert hand_written.rows("alcohol_courses", *ALCOHOL) == [(2012, 20, 0)]


def test_a_course_over_new_year_is_completed_in_the_year_of_its_end(hand_written: HandWritten) -> None:
    hand_written.put("nab", alcohol("2011-12-30", "2012-01-02", "færdigbehandlet"))
    hand_written.build(build_alcohol_courses)
    assert hand_written.rows("alcohol_courses", *ALCOHOL) == [(2011, 2, 0), (2012, 2, 1)]


def test_a_course_without_end_goes_on_to_the_last_day(hand_written: HandWritten) -> None:
    hand_written.put("nab", alcohol("2021-12-31"))
    hand_written.build(build_alcohol_courses)
    assert hand_written.rows("alcohol_courses", *ALCOHOL) == [(2021, 1, 0), (2022, 365, 0)]


def test_death_cuts_a_course_and_it_is_not_completed(hand_written: HandWritten) -> None:
    hand_written.put("dod", {"doddato": "2012-01-05"})
    hand_written.put(
        "nab",
        alcohol("2012-01-01", "2012-02-01", "færdigbehandlet"),
        alcohol("2012-06-01", "2012-06-05", "færdigbehandlet"),
    )
    counts = hand_written.build(build_alcohol_courses)
    assert hand_written.rows("alcohol_courses", *ALCOHOL) == [(2012, 5, 0)]
    assert counts.drops == {"after_death": 1}


def test_end_before_start_and_exact_duplicates_are_dropped_and_counted(hand_written: HandWritten) -> None:
    once = alcohol("2012-01-01", "2012-01-03", "afbrudt")
    hand_written.put("nab", once, once, once, alcohol("2012-05-10", "2012-05-09", "afbrudt"))
    counts = hand_written.build(build_alcohol_courses)
    assert hand_written.rows("alcohol_courses", *ALCOHOL) == [(2012, 3, 0)]
    assert counts.drops == {"exact_duplicate": 2, "end_before_start": 1}


def drug(start: str, end: str, kind: str, substitution: str, reason: str = "afbrudt") -> dict:
    return {
        "start": start, "slut": end, "behandlingstype": kind, "substitution": substitution,
        "slutaarsag": reason, "hovedstof": "heroin",
    }  # fmt: skip


def test_a_day_in_two_drug_courses_counts_once_as_substitution(hand_written: HandWritten) -> None:
    hand_written.put(
        "sib",
        drug("2012-03-01", "2012-03-20", "dag", "ja", "gennemført"),
        drug("2012-03-11", "2012-03-31", "dag", "nej", "gennemført"),
        drug("2012-03-05", "2012-03-06", "døgn", "nej"),
    )
    hand_written.build(build_drug_courses)
    columns = ("treatment_type", "is_substitution", "n_days", "n_completed")
    assert hand_written.rows("drug_courses", *columns) == [
        ("day", False, 11, 1),
        ("day", True, 20, 1),
        ("residential", False, 2, 0),
    ]


def test_drug_rows_of_different_types_do_not_merge_over_a_gap(hand_written: HandWritten) -> None:
    hand_written.put(
        "sib",
        drug("2012-03-01", "2012-03-02", "dag", "ja"),
        drug("2012-03-05", "2012-03-06", "dag", "nej"),
    )
    hand_written.build(build_drug_courses)
    assert hand_written.rows("drug_courses", "is_substitution", "n_days") == [(False, 2), (True, 2)]


def stay(start: str, end: str | None) -> dict:
    return {"inddato": start, "uddato": end, "boform": "01"}


def test_a_stay_counts_nights_and_a_technical_check_in_counts_once(hand_written: HandWritten) -> None:
    hand_written.put("boform110", stay("2012-12-22", "2013-01-11"), stay("2013-01-01", "2013-01-11"))
    hand_written.build(build_shelter_stays)
    assert hand_written.rows("shelter_stays", "year", "n_days") == [(2012, 10), (2013, 10)]


def test_a_stay_of_one_day_is_one_night(hand_written: HandWritten) -> None:
    hand_written.put("boform110", stay("2012-05-01", "2012-05-01"), stay("2012-12-31", "2012-12-31"))
    hand_written.build(build_shelter_stays)
    assert hand_written.rows("shelter_stays", "year", "n_days") == [(2012, 2)]


def test_a_stay_without_end_closes_with_its_year(hand_written: HandWritten) -> None:
    hand_written.put("boform110", stay("2012-12-30", None))
    hand_written.build(build_shelter_stays)
    assert hand_written.rows("shelter_stays", "year", "n_days") == [(2012, 2)]


def test_death_on_the_first_day_of_a_stay_is_one_night(hand_written: HandWritten) -> None:
    hand_written.put("dod", {"doddato": "2012-05-01"})
    hand_written.put("boform110", stay("2012-05-01", "2012-05-20"))
    hand_written.build(build_shelter_stays)
    assert hand_written.rows("shelter_stays", "year", "n_days") == [(2012, 1)]


def test_a_move_between_prisons_counts_its_day_once(hand_written: HandWritten) -> None:
    hand_written.put(
        "krin",
        {"ind_dato": "2012-03-01", "loes_dato": "2012-03-10", "ind_fgslkod": "A1"},
        {"ind_dato": "2012-03-10", "loes_dato": "2012-03-20", "ind_fgslkod": "L2"},
    )
    hand_written.build(build_prison_stays)
    assert hand_written.rows("prison_stays", "year", "n_days") == [(2012, 20)]


def test_paragraphs_of_one_service_are_united(hand_written: HandWritten) -> None:
    hand_written.put(
        "handicap",
        {"paragraf": 107, "start": "2016-02-01", "slut": "2016-02-29"},
        {"paragraf": 108, "start": "2016-02-20", "slut": "2016-03-10"},
        {"paragraf": 85, "start": "2016-02-20", "slut": "2016-02-20"},
    )
    hand_written.build(build_adult_services)
    assert hand_written.rows("adult_services", "service", "n_days") == [
        ("social_pedagogical_support", 1),
        ("supported_housing", 39),
    ]


def test_education_completed_in_the_year_it_ends_unless_audd_is_blank(hand_written: HandWritten) -> None:
    hand_written.put(
        "kotre",
        {"udd": "3101", "elev3_vfra": "2012-12-01", "elev3_vtil": "2013-01-31", "audd": "3101"},
        {"udd": "3102", "elev3_vfra": "2013-01-15", "elev3_vtil": "2013-02-10", "audd": " "},
        {"udd": "2001", "elev3_vfra": "2013-02-01", "elev3_vtil": "2013-02-01", "audd": None},
    )
    hand_written.build(build_education_spells)
    columns = ("year", "education_kind", "n_days", "n_completed")
    assert hand_written.rows("education_spells", *columns) == [
        (2012, "youth_ordinary", 31, 0),
        (2013, "youth_ordinary", 41, 1),
        (2013, "youth_special_needs", 1, 0),
    ]

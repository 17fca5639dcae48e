"""Persons, their parents' background, child measures and benefit weeks."""

from __future__ import annotations

import numpy as np

from pipeline.quantities.benefit_weeks import build_benefit_weeks
from pipeline.quantities.child_measures import build_child_measures
from pipeline.quantities.persons import build_person_exits
from pipeline.registers.read_weeks import list_codes, make_code_words, sum_weeks
from tests.quantities.hand_written import ANNA, BENT, CARL, LAYOUTS, HandWritten, day, resident


def test_the_first_death_date_and_the_latest_migrations_count(hand_written: HandWritten) -> None:
    hand_written.put("dod", {"doddato": "2012-03-02"}, {"doddato": "2012-03-01"}, {"doddato": "2012-03-01"})
    hand_written.put(
        "vnds",
        {"pnr": BENT, "indud_kode": "U", "haend_dato": "2010-01-01"},
        {"pnr": BENT, "indud_kode": "I", "haend_dato": "2011-01-01"},
        {"pnr": BENT, "indud_kode": "U", "haend_dato": "2012-01-01"},
    )
    counts = hand_written.build(build_person_exits, persons=False)
    assert hand_written.rows("person_exits", "pnr", "death_date", "emigration_date", "return_date") == [
        (ANNA, day("2012-03-01"), None, None),
        (BENT, None, day("2012-01-01"), day("2011-01-01")),
    ]
    assert counts.drops == {"exact_duplicate": 1, "several_death_dates": 1}


def test_who_died_by_31_december_is_in_the_table_but_not_resident(hand_written: HandWritten) -> None:
    hand_written.put("bef", *resident(years=range(2011, 2014)))
    hand_written.put("dod", {"doddato": "2012-12-31"})
    hand_written.build(build_person_exits, persons=False)
    hand_written.build_persons()
    assert hand_written.rows("person_years", "year", "age", "is_resident") == [
        (2011, 31, True),
        (2012, 32, False),
        (2013, 33, False),
    ]


def test_background_is_own_and_parents_the_same_year_and_unknown_without_a_row(
    hand_written: HandWritten,
) -> None:
    hand_written.put(
        "bef", *resident(years=range(2011, 2013), born="2004-02-29", mor_id=BENT, far_id=CARL, koen=2)
    )
    hand_written.put("akm", {"pnr": BENT, "file_year": 2011, "socio13": 131})
    hand_written.put(
        "udda",
        {"pnr": BENT, "file_year": 2012, "hfaudd": "0110"},
        {"pnr": CARL, "file_year": 2012, "hfaudd": "9999"},
    )
    hand_written.build(build_person_exits, persons=False)
    hand_written.build_persons()
    columns = (
        "year", "sex", "employment_code", "education_code", "mother_employment_code", "mother_education_code",
        "father_employment_code", "father_education_code",
    )  # fmt: skip
    assert hand_written.rows("person_years", *columns) == [
        (2011, "woman", "unknown", "unknown", "employed", "unknown", "unknown", "unknown"),
        (2012, "woman", "unknown", "unknown", "unknown", "primary", "unknown", "unknown"),
    ]


def placement(home: str, start: str, end: str | None) -> dict:
    return {"pgf": 110, "anbringelsessted": home, "sag_vfra": start, "sag_vtil": end}


def measure(paragraph: int, start: str, end: str | None) -> dict:
    return {"pgf": paragraph, "sag_vfra": start, "sag_vtil": end}


def test_from_the_18th_year_every_measure_is_after_care_counted_once(hand_written: HandWritten) -> None:
    hand_written.put("bef", *resident(born="1996-12-31"))
    hand_written.put(
        "bufo", measure(210, "2013-12-30", "2014-01-10"), measure(250, "2014-01-05", "2014-01-12")
    )
    hand_written.put("bua", placement("210", "2013-12-31", "2014-01-01"))
    hand_written.build(build_child_measures)
    assert hand_written.rows("child_measures", "year", "measure", "n_days") == [
        (2013, "foster", 1),
        (2013, "preventive", 2),
        (2014, "foster", 1),
        (2014, "home_based", 12),
    ]


def test_family_directed_measures_are_dropped_and_a_person_not_in_bef_is_kept(
    hand_written: HandWritten,
) -> None:
    hand_written.put(
        "bufo", measure(400, "2013-01-01", "2013-02-01"), measure(210, "2013-01-01", "2013-01-02")
    )
    counts = hand_written.build(build_child_measures)
    assert hand_written.rows("child_measures", "measure", "n_days") == [("preventive", 2)]
    assert counts.drops == {"family_directed": 1}


def test_weeks_are_counted_by_kind_in_the_year_of_the_column(hand_written: HandWritten) -> None:
    weeks = dict.fromkeys(LAYOUTS["dream"].week_columns[2009], 130) | {
        "y_0901": 998,
        "y_0902": 651,
        "y_1001": 781,
    }
    hand_written.put("dream", weeks, {"pnr": BENT, "y_2252": 111})
    hand_written.build(build_benefit_weeks)
    assert hand_written.rows("benefit_weeks", "pnr", "year", "benefit_kind", "n_weeks") == [
        (ANNA, 2009, "cash_benefit", 51),
        (ANNA, 2009, "education_benefit", 1),
        (ANNA, 2010, "disability_pension", 1),
        (BENT, 2022, "other_transfers", 1),
    ]


def test_weeks_that_begin_after_death_are_dropped(hand_written: HandWritten) -> None:
    hand_written.put("dod", {"doddato": "2009-12-28"})
    hand_written.put("dream", {"y_0952": 130, "y_0953": 130, "y_1001": 130, "y_1002": 999})
    counts = hand_written.build(build_benefit_weeks)
    assert hand_written.rows("benefit_weeks", "year", "n_weeks") == [(2009, 2)]
    assert counts.drops == {"after_death": 1}


def test_sums_of_weeks_agree_with_counting_one_by_one() -> None:
    code_list = LAYOUTS["dream"].code_lists["benefit_kind"]
    rng = np.random.default_rng(1)
    listed = list_codes(code_list)
    places = rng.integers(0, len(listed) + 1, (53, 200)).astype(np.int16)
    weeks_begun = rng.integers(0, 54, 200)
    alive, late = sum_weeks(list(places), make_code_words(code_list, listed), weeks_begun)
    is_late = np.arange(53)[:, None] >= weeks_begun
    for position, of_kind in enumerate(code_list.kinds.values()):
        is_kind = np.isin(places, [listed.index(code) + 1 for code in of_kind])
        for sums, counted in ((alive, is_kind & ~is_late), (late, is_kind & is_late)):
            assert ((sums >> (6 * position)) & 63 == counted.sum(axis=0)).all()

"""Hospital contacts: the rules of LPR2 and LPR3, and the break between them."""

from __future__ import annotations

from pipeline.quantities.hospital import build_hospital_tables
from tests.quantities.hand_written import HandWritten

CONTACTS = ("year", "hospital", "contact_type", "n_days", "n_visits")


def lpr2(recnum: str, start: str, end: str | None, kind: str, acute: str = "2") -> dict:
    return {
        "recnum": recnum,
        "d_inddto": start,
        "d_uddto": end,
        "c_pattype": kind,
        "c_spec": "50",
        "c_indm": acute,
    }


def lpr3(number: str, start: str, end: str | None, priority: str = "ATA1", **values: str) -> dict:
    (start_day, start_time), (end_day, end_time) = start.split(), (end.split() if end else (None, None))
    return {
        "dw_ek_kontakt": number, "dato_start": start_day, "tidspunkt_start": start_time, "dato_slut": end_day,
        "tidspunkt_slut": end_time, "kontakttype": "ALCA00", "prioritet": priority,
        "hovedspeciale_ans": "psykiatri",
    } | values  # fmt: skip


def test_inpatient_nights_of_transfers_and_same_day_stays(hand_written: HandWritten) -> None:
    hand_written.put(
        "psyk_adm",
        lpr2("1", "2012-12-30", "2013-01-02", "0"),
        lpr2("2", "2013-01-02", "2013-01-04", "0"),
        lpr2("3", "2013-06-01", "2013-06-01", "0"),
    )
    hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [
        (2012, "psychiatric", "inpatient", 2, 0),
        (2013, "psychiatric", "inpatient", 4, 0),
    ]


def test_a_stay_over_the_break_that_stands_in_both_registers_counts_once(hand_written: HandWritten) -> None:
    hand_written.put("psyk_adm", lpr2("1", "2018-12-28", None, "0"))
    hand_written.put("lpr3_kontakter", lpr3("9", "2018-12-28 10:00", "2019-01-03 10:00"))
    hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [
        (2018, "psychiatric", "inpatient", 4, 0),
        (2019, "psychiatric", "inpatient", 2, 0),
    ]


def test_an_open_lpr2_stay_ends_with_lpr2_and_an_open_lpr3_stay_with_the_data(
    hand_written: HandWritten,
) -> None:
    hand_written.put("lpr_adm", lpr2("1", "2018-12-30", None, "0"))
    hand_written.put(
        "lpr3_kontakter", lpr3("9", "2022-12-30 10:00", None, "ATA3", hovedspeciale_ans="kirurgi")
    )
    hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [
        (2018, "somatic", "inpatient", 2, 0),
        (2022, "somatic", "inpatient", 2, 0),
    ]


def test_emergency_is_type_3_and_from_2014_an_acute_contact_of_one_day(hand_written: HandWritten) -> None:
    hand_written.put(
        "lpr_adm",
        lpr2("1", "2013-05-01", "2013-05-01", "3", "1"),
        lpr2("2", "2013-05-02", "2013-05-02", "2", "1"),
        lpr2("3", "2014-05-01", "2014-05-01", "2", "1"),
        lpr2("4", "2014-05-01", "2014-05-01", "2", "1"),
        lpr2("5", "2014-05-03", "2014-05-04", "2", "1"),
        lpr2("6", "2014-05-05", "2014-05-05", "2", "2"),
    )
    hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [
        (2013, "somatic", "emergency", 0, 1),
        (2014, "somatic", "emergency", 0, 1),
    ]


def test_outpatient_visits_are_days_with_a_visit_not_months_of_a_course(hand_written: HandWritten) -> None:
    hand_written.put(
        "psyk_adm",
        lpr2("1", "2012-01-01", "2013-12-31", "2"),
        lpr2("2", "2012-01-01", "2012-12-31", "2"),
    )
    hand_written.put(
        "psyk_bes",
        {"recnum": "1", "d_ambdto": "2012-03-01"},
        {"recnum": "1", "d_ambdto": "2012-03-01"},
        {"recnum": "2", "d_ambdto": "2012-03-01"},
        {"recnum": "2", "d_ambdto": "2012-04-01"},
    )
    counts, _ = hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [(2012, "psychiatric", "outpatient", 0, 2)]
    assert counts.drops == {"exact_duplicate": 1}


def test_visits_of_an_emergency_contact_are_no_outpatient_visits(hand_written: HandWritten) -> None:
    hand_written.put("lpr_adm", lpr2("1", "2015-03-01", "2015-03-01", "2", "1"))
    hand_written.put("lpr_bes", {"recnum": "1", "d_ambdto": "2015-03-01"})
    hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [(2015, "somatic", "emergency", 0, 1)]


def test_lpr3_is_sorted_by_hours_priority_and_presence(hand_written: HandWritten) -> None:
    hand_written.put(
        "lpr3_kontakter",
        lpr3("1", "2020-03-01 08:00", "2020-03-01 20:00", "ATA3"),
        lpr3("2", "2020-04-01 08:00", "2020-04-01 19:59", "ATA1"),
        lpr3("3", "2020-04-30 22:00", "2020-05-01 06:00", "ATA1"),
        lpr3("4", "2020-05-01 09:00", "2020-05-01 10:00", "ATA3"),
        lpr3("5", "2020-05-01 13:00", "2020-05-01 14:00", "ATA3"),
        lpr3("6", "2020-06-01 13:00", "2020-06-01 14:00", "ATA3", kontakttype="ALCA10"),
        lpr3("7", "2020-07-01 13:00", "2020-07-01 12:00", "ATA3"),
    )
    counts, _ = hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [
        (2020, "psychiatric", "emergency", 0, 2),
        (2020, "psychiatric", "inpatient", 1, 0),
        (2020, "psychiatric", "outpatient", 0, 1),
    ]
    assert counts.drops == {"virtual_contact": 1, "end_before_start": 1}


def test_the_same_use_gives_the_same_units_before_and_after_the_break(hand_written: HandWritten) -> None:
    """Three nights, two emergency days, two visit days: in 2018 as in 2019."""
    hand_written.put(
        "psyk_adm",
        lpr2("1", "2018-02-01", "2018-02-04", "0"),
        lpr2("2", "2018-03-01", "2018-03-01", "2", "1"),
        lpr2("3", "2018-03-05", "2018-03-05", "2", "1"),
        lpr2("4", "2018-04-01", "2018-09-01", "2"),
    )
    hand_written.put(
        "psyk_bes",
        {"recnum": "4", "d_ambdto": "2018-04-01"},
        {"recnum": "4", "d_ambdto": "2018-09-01"},
    )
    hand_written.put(
        "lpr3_kontakter",
        lpr3("1", "2019-02-01 14:00", "2019-02-04 11:00"),
        lpr3("2", "2019-03-01 10:00", "2019-03-01 15:00"),
        lpr3("3", "2019-03-05 23:00", "2019-03-06 03:00"),
        lpr3("4", "2019-04-01 10:00", "2019-04-01 11:00", "ATA3"),
        lpr3("5", "2019-09-01 10:00", "2019-09-01 11:00", "ATA3"),
    )
    hand_written.build(build_hospital_tables)
    rows = hand_written.rows("hospital_contacts", *CONTACTS)
    by_year = {year: [row[1:] for row in rows if row[0] == year] for year in (2018, 2019)}
    assert by_year[2018] == by_year[2019]
    assert len(by_year[2018]) == 3


def test_a_diagnosis_stands_in_every_year_its_contact_counts(hand_written: HandWritten) -> None:
    hand_written.put(
        "psyk_adm",
        lpr2("1", "2011-12-30", "2012-01-03", "0"),
        lpr2("2", "2012-05-01", "2014-05-01", "2"),
        lpr2("3", "2015-05-01", "2015-06-01", "2"),
    )
    hand_written.put(
        "psyk_bes",
        {"recnum": "2", "d_ambdto": "2012-06-01"},
        {"recnum": "2", "d_ambdto": "2014-04-01"},
    )
    hand_written.put(
        "psyk_diag",
        {"recnum": "1", "c_diag": "DF321", "c_diagtype": "A"},
        {"recnum": "1", "c_diag": "DF321", "c_diagtype": "B"},
        {"recnum": "2", "c_diag": "DF321", "c_diagtype": "A"},
        {"recnum": "3", "c_diag": "DF20", "c_diagtype": "A"},
    )
    _, counts = hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_diagnoses", "year", "hospital", "diagnosis", "n_contacts") == [
        (2011, "psychiatric", "F321", 1),
        (2012, "psychiatric", "F321", 2),
        (2014, "psychiatric", "F321", 1),
    ]
    assert counts.drops == {"contact_not_counted": 1}


def test_a_diagnosis_ruled_out_later_is_dropped_and_one_of_another_register_does_not_match(
    hand_written: HandWritten,
) -> None:
    hand_written.put("lpr_adm", lpr2("1", "2018-02-01", "2018-02-04", "0"))
    hand_written.put("lpr3_kontakter", lpr3("1", "2019-02-01 14:00", "2019-02-04 11:00"))
    hand_written.put(
        "lpr3_diagnoser",
        {"dw_ek_kontakt": "1", "diagnosekode": "DF84", "diagnosetype": "A", "senere_afkraeftet": "Nej"},
        {"dw_ek_kontakt": "1", "diagnosekode": "DF20", "diagnosetype": "A", "senere_afkraeftet": "Ja"},
    )
    _, counts = hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_diagnoses", "year", "hospital", "diagnosis") == [
        (2019, "psychiatric", "F84")
    ]
    assert counts.drops == {"ruled_out": 1}


def test_contacts_after_death_are_dropped(hand_written: HandWritten) -> None:
    hand_written.put("dod", {"doddato": "2012-06-01"})
    hand_written.put(
        "lpr_adm", lpr2("1", "2012-05-30", "2012-06-10", "0"), lpr2("2", "2012-07-01", None, "0")
    )
    hand_written.put("lpr_bes", {"recnum": "7", "d_ambdto": "2012-06-02"})
    counts, _ = hand_written.build(build_hospital_tables)
    assert hand_written.rows("hospital_contacts", *CONTACTS) == [(2012, "somatic", "inpatient", 2, 0)]
    assert counts.drops == {"after_death": 2}

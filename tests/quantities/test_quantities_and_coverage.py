"""Coverage as declared, and events to quantities: residence, age domain, coverage, units, tax in real kr."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl
import pytest

from pipeline.declarations.consequences import load_consequences
from pipeline.declarations.knowledge import load_knowledge
from pipeline.knowledge.calendar import calendar_table
from pipeline.quantities.coverage import can_look_back, coverage_table, is_covered
from pipeline.quantities.person_year_quantities import build_person_year_quantities
from pipeline.quantities.persons import build_person_exits, build_person_years
from pipeline.quantities.stage_2 import EVENT_BUILDERS, build_hospital_tables, build_stage_2
from pipeline.registers.leaves import split_leaves
from tests.quantities.hand_written import ANNA, BENT, LAYOUTS, METHOD, HandWritten, resident

CONSEQUENCES = load_consequences()


@pytest.fixture(scope="module")
def calendar() -> pl.DataFrame:
    knowledge = load_knowledge()
    return calendar_table(knowledge.price_index, knowledge.parameters, 2003, 2022, METHOD.price_year)


@pytest.fixture
def build(hand_written: HandWritten, calendar: pl.DataFrame) -> Iterator:
    def run() -> tuple[list[tuple], dict[str, int]]:
        tables = hand_written.tables
        build_person_exits(tables)
        build_person_years(tables)
        build_hospital_tables(tables)
        for builder in EVENT_BUILDERS.values():
            builder(tables)
        counts = build_person_year_quantities(tables, CONSEQUENCES, calendar)
        return hand_written.rows("person_year_quantities", "year", "consequence", "quantity"), dict(
            counts.drops
        )

    return run


def test_years_of_a_register_and_a_missing_year() -> None:
    assert not is_covered(LAYOUTS, "victim_events", None, 2009)
    assert is_covered(LAYOUTS, "victim_events", None, 2010)
    assert not is_covered(LAYOUTS, "alcohol_courses", None, 2005)
    assert is_covered(LAYOUTS, "alcohol_courses", None, 2006)


def test_a_register_that_starts_in_mid_year_covers_from_the_next() -> None:
    assert not is_covered(LAYOUTS, "adult_services", None, 2013)
    assert is_covered(LAYOUTS, "adult_services", None, 2014)


def test_hospitals_are_covered_over_both_generations() -> None:
    for value in (None, "psychiatric", "somatic"):
        assert all(is_covered(LAYOUTS, "hospital_contacts", value, year) for year in range(2003, 2023))


def test_child_measures_compare_from_2011_and_serve_look_back_from_2006() -> None:
    assert not is_covered(LAYOUTS, "child_measures", "foster", 2010)
    assert is_covered(LAYOUTS, "child_measures", "preventive", 2011)
    assert can_look_back(LAYOUTS, "child_measures", "foster", 2006)
    assert not can_look_back(LAYOUTS, "child_measures", "foster", 2005)


def test_special_support_and_ordinary_school_are_covered_from_2011() -> None:
    assert not is_covered(LAYOUTS, "school_years", "special_support", 2010)
    assert not is_covered(LAYOUTS, "school_years", "ordinary", 2010)
    assert is_covered(LAYOUTS, "school_years", "special_class", 2010)


def test_an_unknown_event_table_is_refused() -> None:
    with pytest.raises(KeyError, match="no register declares"):
        is_covered(LAYOUTS, "alcohol", None, 2010)


def test_the_table_gives_every_year_and_the_excepted_municipalities() -> None:
    table = coverage_table(LAYOUTS).filter(pl.col("event_table") == "alcohol_courses")
    assert table.filter(pl.col("municipality_code").is_null()).height == 20
    excepted = table.filter(pl.col("municipality_code").is_not_null())
    assert excepted.select("year", "municipality_code").sort("year", "municipality_code").rows() == [
        (2010, 101), (2010, 615), (2015, 851), (2017, 461), (2017, 751),
    ]  # fmt: skip
    assert not excepted["is_covered"].any()


def test_units_are_days_weeks_shares_and_school_weeks(hand_written: HandWritten, build) -> None:
    hand_written.put("bef", *resident(born="2000-01-01"))
    hand_written.put("bufo", {"pgf": 250, "sag_vfra": "2012-01-01", "sag_vtil": "2012-06-30"})
    hand_written.put("handicap", {"paragraf": 85, "start": "2019-01-01", "slut": "2019-01-10"})
    hand_written.put(
        "grundskole",
        {
            "file_year": 2012,
            "klassetrin": "06",
            "kl_type": 50,
            "institutionstype": 1011,
            "specialundervisning": 9.0,
        },
    )
    hand_written.put("nab", {"start": "2019-03-01", "slut": "2019-03-10", "slutaarsag": "afbrudt"})
    rows, _ = build()
    assert rows == [
        (2012, "child_home_based", 182 / 366),
        (2012, "school_special_class", 40.0),
        (2019, "alcohol_treatment", 10.0),
        (2019, "social_pedagogical_support", 10 / 7),
    ]


def test_tax_is_in_the_money_of_the_price_year_to_the_oere_and_may_be_negative(
    hand_written: HandWritten, build
) -> None:
    hand_written.put("bef", *resident())
    incomes = {2008: (10_000, 120_001), 2022: (100, 1_000)}
    hand_written.put(
        "ind",
        *(
            {"file_year": year, "loenmv_13": 0, "skatmvialt_13": tax, "off_overforsel_13": transfers}
            for year, (tax, transfers) in incomes.items()
        ),
    )
    rows, _ = build()
    real = {(year, name): quantity for year, name, quantity in rows}
    assert real[2022, "tax_transfers"] == 300.0
    assert real[2022, "tax_employment"] == -200.0
    assert real[2008, "tax_transfers"] == round(120_001 * 0.3 * 100 / 78.8, 2)
    assert real[2008, "tax_employment"] == round((10_000 - 120_001 * 0.3) * 100 / 78.8, 2)


def test_age_domains_and_pension_age(hand_written: HandWritten, build) -> None:
    hand_written.put("bef", *resident(born="1950-06-01"))
    hand_written.put("dream", {"y_1501": 130, "y_1601": 130, "y_1602": 130})
    rows, drops = build()
    assert rows == [(2015, "cash_benefit", 1.0)]
    assert drops == {"outside_ages: cash_benefit": 1}


def test_after_care_begins_in_the_year_of_the_18th_birthday(hand_written: HandWritten, build) -> None:
    hand_written.put("bef", *resident(born="1996-12-31"))
    hand_written.put("bufo", {"pgf": 210, "sag_vfra": "2013-12-31", "sag_vtil": "2014-01-01"})
    rows, _ = build()
    assert rows == [(2013, "child_preventive", 1 / 365), (2014, "aftercare_home_based", 1 / 365)]


def test_years_without_residence_and_without_coverage_leave_no_quantity(
    hand_written: HandWritten, build
) -> None:
    hand_written.put("bef", *resident(years=range(2003, 2012)), *resident(BENT, kom=751))
    course = {"slut": None, "slutaarsag": None}
    hand_written.put(
        "nab",
        {"start": "2009-01-01"} | course,
        {"pnr": BENT, "start": "2016-12-31", "slut": "2018-01-01", "slutaarsag": "afbrudt"},
    )
    rows, drops = build()
    assert rows == [
        (2009, "alcohol_treatment", 365.0),
        (2011, "alcohol_treatment", 365.0),
        (2016, "alcohol_treatment", 1.0),
        (2018, "alcohol_treatment", 1.0),
    ]  # 2010: 101 is not approved; 2017: 751 is not approved; 2012 on: not resident
    assert drops == {"not_resident: alcohol_courses": 11, "not_covered: alcohol_courses": 2}


def test_leaf_ranges_together_give_the_same_rows_as_one(
    hand_written: HandWritten, calendar: pl.DataFrame
) -> None:
    """Parents in other leaves included: each range reads the background of parents wherever they are."""
    people = list(range(1, 200))
    mothers = dict(zip(people, people[1:] + people[:1], strict=True))
    years = range(2010, 2012)
    bef = [row | {"mor_id": mothers[pnr]} for pnr in people for row in resident(pnr, years)]
    hand_written.put("bef", *bef)
    hand_written.put("akm", *({"pnr": pnr, "file_year": 2010, "socio13": 131} for pnr in people[::3]))
    hand_written.put(
        "sssy",
        *(
            {"pnr": pnr, "speciale": "80", "honuge": week, "antydel": 1, "bruhon": 1.0, "barnmak": 0}
            for pnr in people
            for week in ("1001", "1002", "1101")
        ),
    )
    hand_written.put("dream", *({"pnr": pnr, "y_1001": 130} for pnr in people[::2]))
    tables = hand_written.tables
    out = tables.stage_2.parent
    found = {}
    for n_ranges in (1, 4):
        folder = out / f"in_{n_ranges}"
        build_stage_2(
            hand_written.con,
            tables.stage_1,
            folder,
            LAYOUTS,
            METHOD,
            CONSEQUENCES,
            calendar,
            split_leaves(n_ranges),
        )
        found[n_ranges] = {
            name: hand_written.con.execute(f"FROM '{folder}/{name}/*.parquet' ORDER BY ALL").fetchall()
            for name in ("person_years", "practitioner_contacts", "benefit_weeks", "person_year_quantities")
        }
    assert found[1] == found[4]
    assert len(found[1]["person_years"]) == 2 * len(people)
    assert sum(row[-4] == "employed" for row in found[1]["person_years"]) == len(people[::3])


def test_no_table_repeats_a_person_year(hand_written: HandWritten, build) -> None:
    hand_written.put("bef", *resident(), *resident(BENT))
    hand_written.put(
        "nab", {"start": "2012-01-01", "slut": "2012-01-02"}, {"start": "2012-08-01", "slut": "2012-08-02"}
    )
    build()
    rows = hand_written.rows("alcohol_courses", "pnr", "year", "n_days")
    assert rows == [(ANNA, 2012, 4)]


@pytest.mark.parametrize("table", ["person_years", "incomes"])
def test_a_table_in_another_order_is_refused(
    hand_written: HandWritten, build: Callable, calendar: pl.DataFrame, table: str
) -> None:
    hand_written.put("bef", *resident(), *resident(BENT))
    income = dict.fromkeys(LAYOUTS["ind"].columns, 1000) | {"pnr": ANNA}
    hand_written.put("ind", *({"file_year": year} | income for year in (2010, 2011)))
    build()
    [path] = (hand_written.tables.stage_2 / table).glob("*.parquet")
    rows = pl.read_parquet(path)
    assert rows.height > 1
    rows.reverse().write_parquet(path)
    with pytest.raises(ValueError, match=f"{table}: rows are not in the order"):
        build_person_year_quantities(hand_written.tables, CONSEQUENCES, calendar)


def test_a_measure_that_is_not_known_is_refused(
    hand_written: HandWritten, build: Callable, calendar: pl.DataFrame
) -> None:
    hand_written.put("bef", *resident())
    hand_written.put("ind", {"file_year": 2010, "loenmv_13": 100_000})
    with pytest.raises(ValueError, match="incomes: .* are not filled in every row"):
        build()

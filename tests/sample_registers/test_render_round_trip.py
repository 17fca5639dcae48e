"""Rendered registers, read back by plain means, say what the latent tables say."""

import numpy as np
import polars as pl
import pytest

from sample_registers.codes import ICD_CODES
from sample_registers.latent import HFAUDD_CODES, YEARS, Latent
from sample_registers.write import write_registers
from tests.sample_registers import mini_readers as readers
from tests.sample_registers.random_latent import make_latent

N_PERSONS = 700
SEED = 11


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    """Two parts, rendered and written, with what is true of them."""
    parts = [make_latent(N_PERSONS, 1), make_latent(N_PERSONS // 2, 2, first_pnr=N_PERSONS + 1)]
    root = write_registers(tmp_path_factory.mktemp("delivery") / "registers", seed=SEED, parts=parts)
    return root, parts


def truth(parts: list[Latent], table) -> pl.DataFrame:
    """Non-zero values as pnr, year, n."""
    frames = []
    for latent in parts:
        values = table(latent)
        person, year = np.nonzero(values)
        frames.append(
            pl.DataFrame({"pnr": latent.pnr[person], "year": YEARS[year], "n": values[person, year]})
        )
    return normalise(pl.concat(frames))


def normalise(table: pl.DataFrame) -> pl.DataFrame:
    table = table.select("pnr", pl.col("year").cast(pl.Int32), pl.col("n").cast(pl.Int64))
    return table.filter(~pl.col("pnr").str.starts_with("9000000000")).sort("pnr", "year")


def check(found: pl.DataFrame, parts: list[Latent], name: str, years=(2003, 2022), unless=None) -> None:
    """Found equals the latent table over these years, person by person."""
    first, last = years
    inside = (first <= YEARS) & (last >= YEARS)

    def table(latent: Latent) -> np.ndarray:
        values = np.where(inside, latent.values[name], 0)
        return np.where(unless(latent), 0, values) if unless is not None else values

    expected = truth(parts, table)
    found = normalise(found).filter(pl.col("year").is_between(first, last))
    if unless is not None:
        left_out = truth(parts, lambda latent: unless(latent) & latent.resident)
        found = found.join(left_out, on=["pnr", "year"], how="anti").sort("pnr", "year")
    assert expected.height > 100
    assert (found.height, found.equals(expected)) == (expected.height, True), name


def not_approved(register: str):
    """Person-years in a municipality whose rows are not approved."""
    codes = {
        "nab": {2010: (101, 615), 2015: (851,), 2017: (461, 751)},
        "sib": {2012: (329,)},
        "handicap": {2016: (573,), 2019: (710,)},
    }[register]

    def find(latent: Latent) -> np.ndarray:
        found = np.zeros(latent.municipality.shape, dtype=bool)
        for year, municipalities in codes.items():
            found[:, year == YEARS] = np.isin(latent.municipality[:, year == YEARS], municipalities)
        return found

    return find


@pytest.mark.parametrize("hospital", ["somatic", "psychiatric"])
@pytest.mark.parametrize("unit", ["bed_days", "outpatient_visits", "emergency_visits"])
def test_hospital_use_comes_back(delivery, hospital, unit):
    root, parts = delivery
    check(readers.count_hospital(root, hospital, unit), parts, f"{hospital}_{unit}")


def test_practitioner_contacts_come_back(delivery):
    root, parts = delivery
    check(readers.count_practitioner_contacts(root, {"80"}), parts, "gp_contacts")
    specialists = {"24", "26", "63", "19", "21", "53"}
    check(readers.count_practitioner_contacts(root, specialists), parts, "specialist_contacts")
    psychiatric = readers.count_practitioner_contacts(root, {"24", "26", "63"})
    check(psychiatric, parts, "psych_practitioner_contacts")


def test_dispensings_come_back(delivery):
    root, parts = delivery
    rows = readers.read(root, "lmdb").filter(pl.col("atc").str.starts_with("N06BA"))
    check(readers.count(rows, "eksd", "eksd"), parts, "adhd_dispensings")


@pytest.mark.parametrize(
    ("benefit", "codes"),
    [
        ("cash_benefit", [*range(130, 140), *range(730, 740)]),
        ("disability_pension", [781, 783]),
        ("education_benefit", [*range(140, 150), *range(720, 730), 651, 652]),
        ("guidance_upskilling", [412, 413, 211, 212]),
        (
            "other_transfers",
            [
                111,
                *range(740, 749),
                *range(760, 769),
                *range(771, 775),
                *range(810, 819),
                *range(870, 879),
                881,
            ]
            + [*range(890, 900)],
        ),
    ],
)
def test_benefit_weeks_come_back(delivery, benefit, codes):
    root, parts = delivery
    check(readers.count_benefit_weeks(root, {str(code) for code in codes}), parts, f"{benefit}_weeks")


def test_alcohol_courses_come_back(delivery):
    root, parts = delivery
    courses = readers.join_courses(readers.read(root, "nab"))
    unless = not_approved("nab")
    check(readers.count_days(courses, "start", "slut"), parts, "alcohol_days", (2006, 2022), unless)
    ended = courses.filter(pl.col("slutaarsag") == "færdigbehandlet")
    check(readers.count(ended, "slut", "course"), parts, "alcohol_completed", (2006, 2022), unless)


def test_drug_courses_come_back(delivery):
    root, parts = delivery
    unless = not_approved("sib")
    rows = readers.read(root, "sib")
    courses = readers.join_courses(rows, "behandlingstype", "substitution")
    for kind, name in (("døgn", "residential"), ("dag", "day")):
        days = readers.count_days(courses.filter(pl.col("behandlingstype") == kind), "start", "slut")
        check(days, parts, f"drug_{name}_days", unless=unless)
    ended = courses.filter(pl.col("slutaarsag") == "gennemført")
    check(readers.count(ended, "slut", "behandlingstype", "course"), parts, "drug_completed", unless=unless)
    again = readers.join_courses(rows, "behandlingstype")
    assert again.height == courses.height, (
        "courses of a type are apart whether or not substitution divides them"
    )


def test_shelter_and_prison_days_come_back(delivery):
    root, parts = delivery
    stays = readers.read(root, "boform110")
    check(readers.count_nights(stays, "inddato", "uddato"), parts, "shelter_days")
    prison = readers.read(root, "krin")
    check(readers.count_days(prison, "ind_dato", "loes_dato"), parts, "prison_days")


@pytest.mark.parametrize(
    ("service", "paragraphs"),
    [
        ("supported_housing", (107, 108)),
        ("social_pedagogical_support", (85,)),
        ("personal_practical_help", (95,)),
        ("citizen_controlled_assistance", (96,)),
        ("companion_scheme", (97,)),
        ("sheltered_employment", (103, 104)),
    ],
)
def test_adult_services_come_back(delivery, service, paragraphs):
    root, parts = delivery
    rows = readers.read(root, "handicap").filter(pl.col("paragraf").is_in(list(paragraphs)))
    days = readers.count_days(rows, "start", "slut")
    check(days, parts, f"{service}_days", (2014, 2022), not_approved("handicap"))


@pytest.mark.parametrize(("home", "first"), [("kinship", "1"), ("foster", "2"), ("institution", "3")])
def test_placements_come_back(delivery, home, first):
    root, parts = delivery
    rows = readers.read(root, "bua").filter(pl.col("anbringelsessted").str.starts_with(first))
    check(readers.count_days(rows, "sag_vfra", "sag_vtil"), parts, f"{home}_days", (2006, 2022))


def test_measures_come_back(delivery):
    root, parts = delivery
    rows = readers.read(root, "bufo").filter(pl.col("pgf") < 300)
    young = pl.concat(
        pl.DataFrame(
            {"pnr": latent.pnr, "born": latent.birth_date.astype("datetime64[Y]").astype(int) + 1970}
        )
        for latent in parts
    )
    preventive = readers.count_days(rows.filter(pl.col("pgf") < 250), "sag_vfra", "sag_vtil")
    preventive = preventive.join(young, on="pnr").filter(pl.col("year") - pl.col("born") < 18)
    check(preventive, parts, "preventive_days", (2006, 2022))
    home_based = readers.count_days(rows.filter(pl.col("pgf") >= 250), "sag_vfra", "sag_vtil")
    home_based = home_based.join(young, on="pnr").filter(pl.col("year") - pl.col("born") < 18)
    adult = readers.count_days(rows, "sag_vfra", "sag_vtil").join(young, on="pnr")
    adult = adult.filter(pl.col("year") - pl.col("born") >= 18)
    found = pl.concat([home_based, adult])
    check(found, parts, "home_based_days", (2006, 2022))


def test_crime_comes_back(delivery):
    root, parts = delivery
    digits = [f"{number}" for number in range(20, 40)]
    check(readers.count_convictions(root, {"11", "12"}), parts, "convictions_violence_sexual")
    check(readers.count_convictions(root, {"13"}), parts, "convictions_theft_vandalism")
    check(readers.count_convictions(root, set(digits)), parts, "convictions_traffic_special_acts")
    check(readers.count_charges(root, "sigtelse"), parts, "charges")
    check(readers.count_charges(root, "mistanke"), parts, "suspicions", (2003, 2022))


def test_victims_come_back(delivery):
    root, parts = delivery
    rows = readers.read(root, "krof")
    for digits, name in (("11", "sexual"), ("12", "violence")):
        found = readers.count(rows.filter(pl.col("ger7").str.starts_with(digits)), "dato", "dato")
        for years in ((2003, 2008), (2010, 2022)):
            check(found, parts, f"victim_{name}", years)


@pytest.mark.parametrize(
    ("kind", "first"),
    [("youth_preparatory", "1"), ("youth_special_needs", "2"), ("youth_ordinary", "3"), ("higher", "456")],
)
def test_education_comes_back(delivery, kind, first):
    root, parts = delivery
    rows = readers.read(root, "kotre").filter(pl.col("udd").str.slice(0, 1).is_in(list(first)))
    check(readers.count_days(rows, "elev3_vfra", "elev3_vtil"), parts, f"{kind}_days")


def test_completed_education_comes_back(delivery):
    root, parts = delivery
    rows = readers.read(root, "kotre").filter(pl.col("audd").is_not_null())
    check(readers.count(rows, "elev3_vtil", "elev3_vtil"), parts, "education_completed")


def test_school_kinds_come_back(delivery):
    root, parts = delivery
    kind = (
        pl.when(pl.col("institutionstype") == 1015)
        .then(4)
        .when(pl.col("kl_type") == 50)
        .then(3)
        .when(pl.col("klassetrin") == "10")
        .then(5)
        .when(pl.col("specialundervisning") >= 4.5)
        .then(2)
        .otherwise(1)
    )
    rows = readers.read(root, "grundskole").select("pnr", pl.col("file_year").alias("year"), kind.alias("n"))
    check(rows, parts, "school_kind", (2011, 2022))


@pytest.mark.parametrize("hospital", ["somatic", "psychiatric"])
def test_diagnoses_come_back(delivery, hospital):
    """Main diagnoses of LPR3 contacts that count name the latent code of their year."""
    root, parts = delivery
    new = readers.read_lpr3(root, hospital).filter(
        (pl.col("hours") >= 12) | (pl.col("kontakttype") == "ALCA00")
    )
    rows = readers.read(root, "lpr3_diagnoser").filter(
        (pl.col("senere_afkraeftet") == "Nej") & (pl.col("diagnosetype") == "A")
    )
    rows = rows.join(new, on="dw_ek_kontakt").select(
        "pnr", pl.col("dato_start").dt.year().alias("year"), pl.col("diagnosekode").str.slice(1).alias("code")
    )
    codes = pl.DataFrame({"n": range(1, len(ICD_CODES) + 1), "latent": ICD_CODES})
    expected = truth(parts, lambda latent: np.where(YEARS >= 2019, latent.values[f"{hospital}_diagnosis"], 0))
    both = rows.join(expected.join(codes, on="n"), on=["pnr", "year"])
    assert both.height == rows.filter(~pl.col("pnr").str.starts_with("9000000000")).height > 500
    assert both.filter(~pl.col("code").str.starts_with(pl.col("latent"))).is_empty()


def test_incomes_employment_and_education_come_back(delivery):
    root, parts = delivery
    income = readers.read(root, "ind").rename({"file_year": "year"})
    for column, name in (
        ("loenmv_13", "wage_dkk"),
        ("skatmvialt_13", "tax_dkk"),
        ("off_overforsel_13", "taxable_transfers_dkk"),
    ):
        found = income.select("pnr", "year", pl.col(column).alias("n")).filter(pl.col("n") != 0)
        check(found, parts, name)
    employed = readers.read(root, "akm").select(
        "pnr", pl.col("file_year").alias("year"), pl.col("socio13").alias("n")
    )
    assert normalise(employed).equals(truth(parts, lambda latent: latent.socio13))
    educated = readers.read(root, "udda").with_columns(pl.col("hfaudd").str.zfill(4))
    positions = pl.DataFrame({"hfaudd": HFAUDD_CODES, "n": range(1, len(HFAUDD_CODES) + 1)})
    found = educated.join(positions, on="hfaudd").select("pnr", pl.col("file_year").alias("year"), "n")
    assert normalise(found).equals(truth(parts, lambda latent: latent.hfaudd + 1))


def test_population_comes_back(delivery):
    root, parts = delivery
    rows = readers.read(root, "bef").select(
        "pnr", pl.col("file_year").alias("year"), pl.col("kom").alias("n")
    )
    assert normalise(rows).equals(truth(parts, lambda latent: latent.municipality))
    deaths = readers.read(root, "dod").filter(~pl.col("pnr").str.starts_with("9000000000"))
    assert deaths.height == sum(int((~np.isnat(latent.death_date)).sum()) for latent in parts)

"""The files of a delivery: whole or not at all, as declared, with every code, the same from the same seed."""

import hashlib
import json

import polars as pl
import pytest

from sample_registers.kept_latent import read_kept_parts
from sample_registers.registers.codes import (
    ADHD_MEDICINES,
    DREAM_CODES,
    FAMILY_PARAGRAPHS,
    MEASURE_PARAGRAPHS,
    OFFENCES,
    PARAGRAPHS,
    PLACEMENT_HOMES,
    PLACEMENT_PARAGRAPHS,
    PROGRAMMES,
)
from sample_registers.registers.layout import LAYOUT, RENAMED_COLUMNS
from sample_registers.write import write_registers
from tests.sample_registers.mini_readers import read
from tests.sample_registers.random_latent import make_latent

POLARS_TYPES = {"str": pl.String, "id": pl.String, "date": pl.Date, "int": pl.Int32, "float": pl.Float64}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    parts = [make_latent(900, 5), make_latent(300, 6, first_pnr=901)]
    return write_registers(folder / "registers", seed=5, parts=parts, keep_latent=folder / "latent")


def hash_files(root):
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*.parquet"))
    }


def test_every_register_and_year_has_the_declared_columns_and_types(root):
    assert {path.name for path in root.iterdir() if path.is_dir()} == set(LAYOUT)
    for register, layout in LAYOUT.items():
        names = {path.stem for path in (root / register).iterdir()}
        assert names == ({str(year) for year in layout.years} or {register})
        for path in (root / register).iterdir():
            year = int(path.stem) if path.stem.isdigit() else 0
            renamed = RENAMED_COLUMNS.get((register, year), {})
            expected = {renamed.get(name, name): POLARS_TYPES[kind] for name, kind in layout.columns.items()}
            assert dict(pl.read_parquet_schema(path)) == expected, f"{register}/{path.name}"


def test_no_file_is_empty(root):
    empty = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.parquet")
        if path.parent.name not in ("vnds", "dod")
        and pl.scan_parquet(path).select(pl.len()).collect().item() == 0
    ]
    assert empty == []


def list_codes(codes):
    return {str(code) for listed in codes.values() for code in listed}


@pytest.mark.parametrize(
    ("register", "column", "codes"),
    [
        ("lmdb", "atc", {*ADHD_MEDICINES, "N06AB04", "C09AA02"}),
        ("handicap", "paragraf", list_codes(PARAGRAPHS)),
        ("bua", "anbringelsessted", list_codes(PLACEMENT_HOMES)),
        ("bua", "pgf", {str(code) for code in PLACEMENT_PARAGRAPHS}),
        ("bufo", "pgf", list_codes(MEASURE_PARAGRAPHS) | {str(code) for code in FAMILY_PARAGRAPHS}),
        ("kraf", "afg_ger7", list_codes(OFFENCES)),
        ("kraf", "afg_afgtypko", {"11", "12", "13", "21", "31"}),
        ("krsi", "sig_art", {"sigtelse", "mistanke"}),
        ("kotre", "udd", list_codes(PROGRAMMES)),
        ("nab", "slutaarsag", {"færdigbehandlet", "afbrudt", "overført", "udeblevet"}),
        ("sib", "slutaarsag", {"gennemført", "afbrudt", "udskrevet mod råd", "overført"}),
        ("sib", "behandlingstype", {"døgn", "dag"}),
        ("sib", "substitution", {"ja", "nej"}),
        ("boform110", "boform", {"01", "02", "110A", "110B"}),
        ("sssy", "speciale", {"80", "24", "26", "63", "19", "21", "53"}),
        ("grundskole", "klassetrin", {f"{grade:02d}" for grade in range(11)}),
        ("grundskole", "kl_type", {"40", "41", "50"}),
        ("grundskole", "institutionstype", {"1011", "1012", "1015"}),
        ("lpr3_kontakter", "kontakttype", {"ALCA00", "ALCA10"}),
        ("lpr3_kontakter", "prioritet", {"ATA1", "ATA3"}),
        ("lpr3_diagnoser", "senere_afkraeftet", {"Ja", "Nej"}),
        ("psyk_adm", "c_pattype", {"0", "2", "3"}),
        ("vnds", "indud_kode", {"I", "U"}),
    ],
)
def test_every_declared_code_occurs(root, register, column, codes):
    found = read(root, register)[column].drop_nulls().cast(pl.String).unique().to_list()
    assert set(found) == codes


def test_every_benefit_code_occurs(root):
    weeks = pl.read_parquet(root / "dream" / "dream.parquet").drop("pnr")
    found = {code for column in weeks for code in column.unique().drop_nulls().to_list()}
    assert found == list_codes(DREAM_CODES) | {"997", "998", "999"}
    before_2014 = {
        code for name in weeks.columns if name < "y_14" for code in weeks[name].unique().drop_nulls()
    }
    reformed = {str(code) for code in (*range(140, 150), *range(720, 730))}
    assert not before_2014 & reformed


def test_quirks_that_rules_resolve_are_there(root):
    shelters = pl.read_parquet(root / "boform110" / "2012.parquet")
    assert shelters.is_duplicated().any()
    assert pl.read_parquet(root / "lmdb" / "2012.parquet")["pnr"].str.len_chars().min() == 11
    assert pl.read_parquet(root / "sssy" / "2005.parquet")["honuge"].str.len_chars().min() == 3
    assert pl.read_parquet(root / "udda" / "2007.parquet")["hfaudd"].str.len_chars().min() == 3
    inside = (pl.col("inddato").dt.ordinal_day() == 1).sum()
    assert shelters.select(inside).item() > 0
    assert (pl.read_parquet(root / "ind" / "2010.parquet")["dispon_13"] < 0).any()
    assert pl.read_parquet(root / "krin" / "2022.parquet")["loes_dato"].is_null().any()


def test_visits_follow_the_file_of_their_course(root):
    for prefix in ("lpr", "psyk"):
        for year in (2003, 2018):
            contacts = pl.read_parquet(root / f"{prefix}_adm" / f"{year}.parquet")["recnum"]
            for register in (f"{prefix}_bes", f"{prefix}_diag"):
                rows = pl.read_parquet(root / register / f"{year}.parquet")["recnum"]
                assert rows.is_in(contacts.to_list()).all()
        contacts = read(root, f"{prefix}_adm")["recnum"]
        assert contacts.n_unique() == contacts.len()
        assert contacts.str.len_chars().unique().to_list() == [18]


def test_same_seed_same_files_and_other_seed_others(tmp_path):
    parts = [make_latent(120, 7), make_latent(80, 8, first_pnr=121)]
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_registers(tmp_path / name, seed=seed, parts=parts)
    assert hash_files(tmp_path / "a") == hash_files(tmp_path / "b")
    assert hash_files(tmp_path / "a")["sssy/2010.parquet"] != hash_files(tmp_path / "c")["sssy/2010.parquet"]


def test_latent_tables_are_kept_and_read_back(root):
    kept = list(read_kept_parts(root.parent / "latent"))
    assert [len(part.pnr) for part in kept] == [900, 300]
    assert (kept[0].values["shelter_days"] == make_latent(900, 5).values["shelter_days"]).all()


def test_description_says_sample_and_lists_quirk_persons(root):
    description = json.loads((root / "sample.json").read_text())
    assert description["registers"] == "sample"
    assert description["persons"] == 1200
    assert description["quirk_persons"]
    assert all(pnr.startswith("9") and len(pnr) == 12 for pnr in description["quirk_persons"])


def test_an_interrupt_leaves_nothing(tmp_path):
    def break_off():
        yield make_latent(50, 1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_registers(tmp_path / "registers", seed=1, parts=break_off())
    assert list(tmp_path.iterdir()) == []


def test_a_delivery_is_not_written_over(root):
    with pytest.raises(FileExistsError, match="expected"):
        write_registers(root, seed=1, parts=[])

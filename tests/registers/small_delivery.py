"""A sound delivery of three registers, small enough to break one thing at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from pipeline.declarations.register_layout import RegisterLayouts
from pipeline.declarations.register_layouts import load_register_layouts

ALL = load_register_layouts()
YEARS = (2016, 2017)
NAMES = ("bef", "lpr_adm", "lpr_diag", "lpr_bes", "nab", "dream", "sssy", "handicap")
PNRS = [f"{number:012d}" for number in range(123456780, 123456880)]
SHORT_PNR = PNRS[0][1:]


def small_layouts() -> RegisterLayouts:
    """The declared layouts of a few registers, in two years."""
    registers = {
        name: replace(ALL[name], first_year=YEARS[0], last_year=YEARS[1], missing_years=(), until_death=None)
        for name in NAMES
    }
    return replace(ALL, registers=registers, first_year=YEARS[0], last_year=YEARS[1], tolerated_rows=2)


def frame(register: str, year: int) -> pl.DataFrame:
    """Sound rows of one register and year."""
    n = len(PNRS)
    recnums = [f"{year}{number:014d}" for number in range(n)]
    start = date(year, 3, 1)
    frames = {
        "bef": {
            "pnr": PNRS, "foed_dato": [date(1980, 1, 1)] * n, "koen": [1, 2] * (n // 2), "kom": [101] * n,
            "ie_type": [1] * n, "opr_land": [5100] * n, "civst": ["U"] * n, "mor_id": [None, *PNRS[1:]],
            "far_id": [None] * n,
        },
        "lpr_adm": {
            "pnr": PNRS, "recnum": recnums, "d_inddto": [start] * n, "d_uddto": [date(year, 3, 4)] * n,
            "c_pattype": ["0"] * n, "c_spec": ["01"] * n, "c_indm": ["1"] * n,
        },
        "lpr_diag": {"recnum": recnums, "c_diag": ["DF321"] * n, "c_diagtype": ["A"] * n},
        "lpr_bes": {"recnum": recnums, "d_ambdto": [start] * n},
        "nab": {"pnr": PNRS, "start": [start] * n, "slut": [date(year, 3, 9)] * n, "slutaarsag": ["afbrudt"] * n},
        "sssy": {
            "pnr": PNRS, "speciale": ["80"] * n, "honuge": [f"{year % 100}05"] * n, "antydel": [1] * n,
            "bruhon": [100.0] * n, "barnmak": [0] * n,
        },
        "handicap": {
            "pnr": PNRS, "paragraf": [85] * n, "start": [start] * n, "slut": [None] * n,
            "maalgruppe": ["andet"] * n,
        },
    }  # fmt: skip
    return _with_types(register, pl.DataFrame(frames[register]))


def dream_frame() -> pl.DataFrame:
    weeks = [week for names in small_layouts()["dream"].week_columns.values() for week in names]
    return pl.DataFrame({"pnr": PNRS, **{week: ["130"] * len(PNRS) for week in weeks}})


def _with_types(register: str, rows: pl.DataFrame) -> pl.DataFrame:
    types = {
        "pnr": pl.String,
        "digits": pl.String,
        "text": pl.String,
        "date": pl.Date,
        "integer": pl.Int32,
        "decimal": pl.Float64,
    }
    columns = ALL[register].columns
    return rows.select(pl.col(name).cast(types[column.type]) for name, column in columns.items())


def write_delivery(root: Path) -> Path:
    """Write the sound delivery."""
    for name in NAMES:
        (root / name).mkdir(parents=True)
        for year in () if name == "dream" else YEARS:
            frame(name, year).write_parquet(root / name / f"{year}.parquet")
    dream_frame().write_parquet(root / "dream" / "dream.parquet")
    return root

"""Slow, plain readers of register files: days exploded one by one, nothing shared with other code of ours."""

from datetime import date
from pathlib import Path

import polars as pl

LAST_DAY = date(2022, 12, 31)
Table = pl.DataFrame
"""pnr, year, n: what a register says of a person and year."""


def read(root: Path, register: str) -> Table:
    """All year files of a register, exact duplicates once, `file_year` beside, lost zeros mended."""
    frames = []
    for path in sorted((root / register).glob("*.parquet")):
        frame = pl.read_parquet(path).unique()
        if path.stem.isdigit():
            frame = frame.with_columns(pl.lit(int(path.stem)).alias("file_year"))
        if "maalgr" in frame.columns:
            frame = frame.rename({"maalgr": "maalgruppe"})
        if "pnr" in frame.columns:
            frame = frame.with_columns(pl.col("pnr").str.zfill(12))
        frames.append(frame)
    return pl.concat(frames)


def count(rows: Table, day: str, *distinct: str) -> Table:
    """Distinct combinations of person, year of the day and the columns named."""
    rows = rows.with_columns(pl.col(day).dt.year().alias("year"))
    return rows.unique(["pnr", "year", *distinct]).group_by("pnr", "year").agg(pl.len().alias("n"))


def count_days(spells: Table, start: str, end: str) -> Table:
    """Distinct days of a person in each year, both ends included, a missing end running to the last day."""
    days = spells.select(
        "pnr", pl.date_ranges(pl.col(start), pl.col(end).fill_null(LAST_DAY)).alias("day")
    ).explode("day")
    return count(days, "day", "day")


def count_nights(stays: Table, start: str, end: str) -> Table:
    """Distinct nights: the day of discharge is none, but every stay has at least one."""
    last = pl.max_horizontal(pl.col(end) - pl.duration(days=1), pl.col(start))
    return count_days(stays.with_columns(last.alias("last_night")), start, "last_night")


def join_courses(rows: Table, *kind: str) -> Table:
    """Courses: rows of a kind at most ten days apart, with the reason of the last row."""
    keys = ["pnr", *kind]
    rows = rows.with_columns(pl.col("slut").fill_null(LAST_DAY)).sort(*keys, "start", "slut")
    before = pl.col("slut").cum_max().shift(1).over(keys)
    is_new = (pl.col("start") - before > pl.duration(days=10)).fill_null(True)
    rows = rows.with_columns(is_new.cum_sum().over(keys).alias("course"))
    return rows.group_by(*keys, "course").agg(
        pl.col("start").min(), pl.col("slut").max(), pl.col("slutaarsag").last()
    )


def count_benefit_weeks(root: Path, codes: set[str]) -> Table:
    """Weeks with one of these codes, by the year in the column's name."""
    weeks = read(root, "dream").unpivot(index="pnr", variable_name="week", value_name="code").drop_nulls()
    weeks = weeks.filter(pl.col("code").is_in(list(codes)))
    weeks = weeks.with_columns((2000 + pl.col("week").str.slice(2, 2).cast(pl.Int32)).alias("year"))
    return weeks.group_by("pnr", "year").agg(pl.len().alias("n"))


def count_practitioner_contacts(root: Path, specialities: set[str]) -> Table:
    """Person by week by speciality, services for a child left out."""
    lines = read(root, "sssy").filter((pl.col("barnmak") == 0) & pl.col("speciale").is_in(list(specialities)))
    week = pl.col("honuge").str.zfill(4)
    lines = lines.with_columns(week.alias("week"), (2000 + week.str.slice(0, 2).cast(pl.Int32)).alias("year"))
    lines = lines.unique(["pnr", "week", "speciale"])
    return lines.group_by("pnr", "year").agg(pl.len().alias("n"))


def read_lpr3(root: Path, hospital: str) -> Table:
    """LPR3 contacts of a hospital type with their hours."""
    rows = read(root, "lpr3_kontakter")
    psychiatric = pl.col("hovedspeciale_ans").str.contains("psykiatri")
    rows = rows.filter(psychiatric if hospital == "psychiatric" else ~psychiatric)

    def clock(day: str, time: str) -> pl.Expr:
        return pl.col(day).cast(pl.Datetime) + pl.duration(
            hours=pl.col(time).str.slice(0, 2).cast(pl.Int32),
            minutes=pl.col(time).str.slice(3, 2).cast(pl.Int32),
        )

    hours = clock("dato_slut", "tidspunkt_slut") - clock("dato_start", "tidspunkt_start")
    return rows.with_columns((hours.dt.total_minutes() / 60).alias("hours"))


def count_hospital(root: Path, hospital: str, unit: str) -> Table:
    """Bed days, outpatient visits or emergency visits over both generations of the register."""
    prefix = {"psychiatric": "psyk", "somatic": "lpr"}[hospital]
    old, new = read(root, f"{prefix}_adm"), read_lpr3(root, hospital)
    short = new.filter((pl.col("hours") < 12) & (pl.col("kontakttype") == "ALCA00"))
    if unit == "bed_days":
        stays = old.filter(pl.col("c_pattype") == "0")
        long = new.filter(pl.col("hours") >= 12)
        both = pl.concat(
            [
                stays.select("pnr", pl.col("d_inddto").alias("a"), pl.col("d_uddto").alias("b")),
                long.select("pnr", pl.col("dato_start").alias("a"), pl.col("dato_slut").alias("b")),
            ]
        )
        return count_nights(both, "a", "b")
    if unit == "emergency_visits":
        acute = (pl.col("c_pattype") == "2") & (pl.col("c_indm") == "1") & (pl.col("file_year") >= 2014)
        acute &= pl.col("d_inddto") == pl.col("d_uddto")
        before = old.filter((pl.col("c_pattype") == "3") | acute).select(
            "pnr", pl.col("d_inddto").alias("day")
        )
        after = short.filter(pl.col("prioritet") == "ATA1").select("pnr", pl.col("dato_start").alias("day"))
    else:
        visits = read(root, f"{prefix}_bes")
        before = visits.join(old, on="recnum").select("pnr", pl.col("d_ambdto").alias("day"))
        after = short.filter(pl.col("prioritet") == "ATA3").select("pnr", pl.col("dato_start").alias("day"))
    return count(pl.concat([before, after]), "day", "day")


def count_charges(root: Path, kind: str) -> Table:
    """Distinct cases."""
    return count(read(root, "krsi").filter(pl.col("sig_art") == kind), "sig_dato", "journr")


def count_convictions(root: Path, digits: set[str]) -> Table:
    """Distinct decisions with a conviction for an offence that begins with these digits."""
    rows = read(root, "kraf").filter(pl.col("afg_afgtypko").is_in([11, 12, 13]))
    return count(rows.filter(pl.col("afg_ger7").str.slice(0, 2).is_in(list(digits))), "afg_dato", "journr")

"""The latent tables of a draw as the pipeline names them, for comparing the two."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from sample_registers.codes import EMPLOYMENT_LEVELS, employment_level
from sample_registers.coverage import covers
from sample_registers.kept_latent import read_kept_parts
from sample_registers.latent import HFAUDD_CODES, YEARS, Latent
from sample_registers.membership import age_by_year, table_of_members
from sample_registers.quantities import list_quantities

EDUCATION = {"0": "primary", "1": "primary", "2": "upper_secondary", "3": "vocational", "4": "short_higher"}
EDUCATION |= {
    "5": "medium_higher",
    "6": "medium_higher",
    "7": "long_higher",
    "8": "long_higher",
    "9": "unknown",
}


def quirk_persons(registers: Path) -> list[int]:
    return [int(pnr) for pnr in json.loads((registers / "sample.json").read_text("utf-8"))["quirk_persons"]]


def latent_quantities(folder: Path) -> pl.DataFrame:
    """Person, calendar year, consequence and quantity; resident, covered, non-zero."""
    return pl.concat(frame for part in read_kept_parts(folder) for frame in _quantities(part))


def _quantities(latent: Latent) -> Iterator[pl.DataFrame]:
    for quantity in list_quantities():
        value = quantity.values(latent)
        kept = (value != 0) & latent.resident
        if quantity.register:
            kept &= covers(quantity.register, latent.municipality)
        person, year = np.nonzero(kept)
        yield pl.DataFrame(
            {
                "pnr": latent.pnr[person].astype(np.int64),
                "year": YEARS[year].astype(np.int16),
                "consequence": [quantity.key] * person.size,
                "quantity": value[person, year],
            },
            schema={"pnr": pl.Int64, "year": pl.Int16, "consequence": pl.String, "quantity": pl.Float64},
        )


def latent_person_years(folder: Path) -> pl.DataFrame:
    """Residents with age, municipality and background."""
    return pl.concat(_person_years(part) for part in read_kept_parts(folder))


def _person_years(latent: Latent) -> pl.DataFrame:
    person, year = np.nonzero(latent.resident)
    employment = np.array(EMPLOYMENT_LEVELS)[employment_level(latent.socio13)]
    education = np.array([EDUCATION[code[0]] for code in HFAUDD_CODES] + ["unknown"])[latent.hfaudd]
    columns = {
        "pnr": latent.pnr[person].astype(np.int64),
        "year": YEARS[year].astype(np.int16),
        "age": age_by_year(latent)[person, year].astype(np.int16),
        "sex": np.where(latent.sex[person] == 1, "man", "woman"),
        "origin_code": np.array(["", "danish", "immigrant", "descendant"])[latent.origin[person]],
        "municipality_code": latent.municipality[person, year].astype(np.int16),
        "employment_code": employment[person, year],
        "education_code": education[person, year],
    }
    for parent, rows in (("mother", latent.mother), ("father", latent.father)):
        known = rows[person] >= 0
        for name, own in (("employment", employment), ("education", education)):
            columns[f"{parent}_{name}_code"] = np.where(known, own[rows[person], year], "unknown")
    return pl.DataFrame(columns)


def latent_members(folder: Path) -> pl.DataFrame:
    """Target group, person, base year and status."""
    frames = []
    for part in read_kept_parts(folder):
        for group, rows in table_of_members(part).items():
            frames.append(
                pl.DataFrame(
                    {
                        "target_group": [group] * len(rows["pnr"]),
                        "pnr": rows["pnr"].astype(np.int64),
                        "base_year": rows["base_year"].astype(np.int16),
                        "status": rows["status"],
                    },
                    schema={
                        "target_group": pl.String,
                        "pnr": pl.Int64,
                        "base_year": pl.Int16,
                        "status": pl.String,
                    },
                )
            )
    return pl.concat(frames)


def count_differences(latent: pl.DataFrame, built: pl.DataFrame, keys: list[str], by: str) -> pl.DataFrame:
    """Rows that are in only one of two tables, or differ, counted by one column; never a person."""
    values = [name for name in latent.columns if name not in keys]
    joined = latent.join(built, on=keys, how="full", suffix="_built", coalesce=True)
    differs = pl.any_horizontal(*(pl.col(name).ne_missing(pl.col(f"{name}_built")) for name in values))
    return (
        joined.filter(differs)
        .group_by(by)
        .agg(
            pl.len().alias("n_differ"),
            pl.col(values[0]).is_null().sum().alias("only_built"),
            pl.col(f"{values[0]}_built").is_null().sum().alias("only_latent"),
        )
        .sort("n_differ", descending=True)
    )

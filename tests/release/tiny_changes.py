"""A copy of the tiny release that follows another one: three links of two numbers, invented."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl

from pipeline.release.explorer.write_explorer import write_explorer
from tests.release.tiny_tables import make_frame

MOVED = "homeless/cash_benefit/2"
MOVED_PRICE = "price/shelter/municipality/2022"
_LINKS = (
    (MOVED, "soem_classic", 1, "register_data", "difference", -2.0, -2.5),
    (MOVED, "soem_classic", 2, "covariates+filter_and_taper", "difference", -2.5, -1.5),
    (MOVED_PRICE, "price_dkk", 1, "prices", "price", 1500.0, 1525.5),
)
_COLUMNS = ("number_id", "measure", "link", "cause", "number_kind", "value_before", "value_after")


def make_changes() -> pl.DataFrame:
    """Make the table `changes`."""
    rows = [dict(zip(_COLUMNS, link, strict=True)) for link in _LINKS]
    for row in rows:
        row["value_change"] = row["value_after"] - row["value_before"]
        if row["number_kind"] == "difference":
            group, consequence, year = row["number_id"].split("/")
            row |= {"target_group": group, "consequence": consequence, "relative_year": int(year)}
    return make_frame("changes", rows)


def copy_with_changes(release: Path, folder: Path) -> Path:
    """Copy the pages of a release as if it followed 2025.3-sample."""
    copy = folder / "release"
    shutil.copytree(release, copy, ignore=shutil.ignore_patterns("audit", "*.duckdb", "csv"))
    make_changes().write_parquet(copy / "tables" / "changes.parquet")
    (copy / "CHANGES.md").write_text(
        "# Ændringer\n\n- én gruppe er ny\n\n---\n\n# Changes\n\n- one new group\n", "utf-8"
    )
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    write_explorer(copy, manifest | {"previous": "2025.3-sample"})
    return copy

"""The tables of a release as built: all target groups together.

Belongs here: gathering. Does not belong here: writing a release (`pipeline/release`).
"""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from pipeline.project import Project
from pipeline.release.made_at_publication import make_release_table
from pipeline.release.manifest import ReleaseContext
from schemas.release_tables import REQUIRED_TABLES

BESIDE = {"attrition": ("attrition", "attrition_by_year")}
"""Published tables that are built in more than one stage."""


def gather_tables(project: Project) -> dict[str, pl.DataFrame]:
    """Read every published table, all target groups together.

    Returns
    -------
    dict of str to polars.DataFrame
    """
    return {table: _read(project, BESIDE.get(table, (table,))) for table in REQUIRED_TABLES}


def _read(project: Project, built: tuple[str, ...]) -> pl.DataFrame:
    patterns = [project.tables.pattern(table) for table in built]
    return pl.concat([pl.read_parquet(pattern) for pattern in patterns])


def name_draft(context: ReleaseContext) -> pl.DataFrame:
    """Return the one-row table `release` of tables that are not published yet."""
    year = datetime.now(UTC).year
    return make_release_table(f"{year}.0" + ("-sample" if context.is_sample else ""), context)

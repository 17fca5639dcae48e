"""The tables a release makes of itself: its own row, the history of its declarations, what changed.

Belongs here: those tables. Does not belong here: finding what they say (`release_context`, `pipeline.changes`), writing
a release (`assemble`).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from pipeline.release.manifest import ReleaseContext
from pipeline.release.readme import CAVEATS
from schemas.checks import POLARS_TYPES
from schemas.release_tables import CONTRACT, RELEASE_TABLES


def make_release_table(version: str, context: ReleaseContext) -> pl.DataFrame:
    """Make the one-row `release` table.

    Parameters
    ----------
    version : str
    context : ReleaseContext

    Returns
    -------
    polars.DataFrame
    """
    caveat = CAVEATS[context.registers]
    row = {
        "version": version,
        "contract": CONTRACT,
        "registers": context.registers,
        "year_first": context.year_first,
        "year_last": context.year_last,
        "price_year": context.price_year,
        "code_commit": context.code_commit,
        "data_version": context.data_version,
        "caveat_da": caveat.da,
        "caveat_en": caveat.en,
        "significance_level": context.significance_level,
        "last_year_followed": context.last_year_followed,
        "last_year_of_profile": context.last_year_of_profile,
    }
    model = RELEASE_TABLES["release"]
    return pl.DataFrame([row], schema={column.name: POLARS_TYPES[column.type] for column in model.columns})


def make_history_table(context: ReleaseContext) -> pl.DataFrame:
    """Make the table `declaration_history`: empty where nothing is known."""
    rows = [vars(change) for change in context.declaration_changes]
    return pl.DataFrame(rows, schema=make_empty_table("declaration_history").schema)


def make_empty_table(name: str) -> pl.DataFrame:
    """Make a table of a release without any row."""
    return pl.DataFrame(schema={c.name: POLARS_TYPES[c.type] for c in RELEASE_TABLES[name].columns})


@dataclass(frozen=True)
class ChangeList:
    """What changed since the release before.

    Attributes
    ----------
    previous : str or None
        Its version; None for the first release.
    links : polars.DataFrame
        The table `changes`.
    text : str
        The content of CHANGES.md.
    """

    previous: str | None
    links: pl.DataFrame
    text: str

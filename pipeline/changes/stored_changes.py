"""What a release itself says of how it differs from the one before.

Belongs here: reading it. Does not belong here: finding it (`why`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.changes.number_levels import list_released
from pipeline.declarations.problems import Problems
from pipeline.release.changes_page import CHANGES_PAGE, WITHOUT_COMPARISON, split_languages
from pipeline.release.versions import MANIFEST


@dataclass(frozen=True)
class Why:
    """Why two releases differ.

    Attributes
    ----------
    links : polars.DataFrame
        Rows of the table `changes`.
    pages : dict of str to str
        What CHANGES.md says, by language.
    """

    links: pl.DataFrame
    pages: dict[str, str]


def read_stored(old: Path, new: Path) -> Why | None:
    """Read what a release says of its differences from another; None unless that is the one before it.

    Parameters
    ----------
    old, new : Path
        Folders of releases.
    """
    if not is_stored(old, new):
        return None
    page = (new / CHANGES_PAGE).read_text("utf-8")
    return Why(pl.read_parquet(new / "changes.parquet"), split_languages(page))


def is_stored(old: Path, new: Path) -> bool:
    """Say whether a release holds what differs from another: that is the one before it, and it was compared.

    Parameters
    ----------
    old, new : Path
        Folders of releases.
    """
    manifest = json.loads((new / MANIFEST).read_text("utf-8"))
    page = new / CHANGES_PAGE
    return (
        manifest.get("previous") == old.name
        and (new / "changes.parquet").is_file()
        and page.is_file()
        and page.read_text("utf-8") != WITHOUT_COMPARISON
    )


def refuse_unknown(number_id: str, old: Path, new: Path) -> None:
    """Refuse a number that neither release has.

    Raises
    ------
    InputError
        With the nearest names.
    """
    known = pl.concat(list_released(release)["number_id"] for release in (old, new)).unique()
    problems = Problems()
    if number_id not in known:
        problems.add_unknown("number", number_id, known.to_list(), "number")
    problems.raise_if_any("No such number")

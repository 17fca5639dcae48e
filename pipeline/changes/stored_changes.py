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
from pipeline.release.explorer.page_data import BETWEEN_LANGUAGES
from pipeline.release.versions import MANIFEST

LANGUAGES = ("da", "en")


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
    manifest = json.loads((new / MANIFEST).read_text("utf-8"))
    if manifest.get("previous") != old.name or not (new / "changes.parquet").exists():
        return None
    return Why(
        pl.read_parquet(new / "changes.parquet"),
        split_languages((new / "CHANGES.md").read_text("utf-8")),
    )


def split_languages(text: str) -> dict[str, str]:
    """Return the text of CHANGES.md by language."""
    return dict(zip(LANGUAGES, text.split(BETWEEN_LANGUAGES), strict=True))


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

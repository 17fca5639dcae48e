"""The published calculations: their files, what they found, and our results.

Here: reading and calculating. Not here: the page (`page`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from soem_engine.calculation import calculate
from soem_engine.intervention_file import load_intervention
from soem_engine.release import Release
from soem_engine.result import Result
from soem_engine.texts import Text

FOLDER: Final = Path(__file__).parent
_LIST: Final = FOLDER / "published.toml"


@dataclass(frozen=True)
class Published:
    """What a published calculation found, as printed.

    Attributes
    ----------
    file
        The inputs, in this folder.
    result
        The result in the page's words.
    """

    file: Path
    result: Text


@dataclass(frozen=True)
class GalleryEntry:
    """A published calculation and ours; None where the release has not its target group."""

    published: Published
    name: str
    ours: Result | None


def load_published() -> tuple[Published, ...]:
    """Return the published calculations, in the order of the page."""
    rows = tomllib.loads(_LIST.read_text(encoding="utf-8"))["calculation"]
    return tuple(
        Published(
            file=FOLDER / row["file"],
            result=Text(row["result_da"], row["result_en"]),
        )
        for row in rows
    )


def calculate_gallery(release: Release) -> tuple[GalleryEntry, ...]:
    """Calculate every published calculation whose target group the release has.

    Raises
    ------
    InputError
        If the release cannot carry a calculation for another reason (years, prices).
    """
    entries = []
    for published in load_published():
        intervention = load_intervention(published.file)
        groups = {group.target_group for group in intervention.target_groups}
        ours = calculate(release, intervention) if groups <= set(release.target_groups) else None
        entries.append(GalleryEntry(published, intervention.name, ours))
    return tuple(entries)

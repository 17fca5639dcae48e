"""Why two published releases differ: read from the new one where it says so, built again where it does not.

Belongs here: choosing between the two, and whether what must be built can be. Does not belong here: how it is found
(`find_changes`, `calculation_levels`) or told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.changes.calculation_levels import attribute_calculation
from pipeline.changes.compare_releases import read_content
from pipeline.changes.find_changes import find_changes
from pipeline.changes.number_levels import list_released
from pipeline.changes.tell_changes import LANGUAGES, write_changes
from pipeline.changes.walk_back import Between, compare_making, name_code
from pipeline.declarations.problems import Problems
from pipeline.project import Project
from pipeline.release.explorer.page_data import BETWEEN_LANGUAGES
from pipeline.release.manifest import MANIFEST, describe_code
from pipeline.release_context import hash_number_code
from pipeline.stages import FLOW


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


@dataclass(frozen=True)
class Places:
    """Where deliveries and built tables lie.

    Attributes
    ----------
    registers : Path
        The delivery behind the new release.
    old_registers : Path or None
        That behind the old one.
    outputs : Path
        Built tables are taken from here, and a hidden folder is made here.
    """

    registers: Path
    old_registers: Path | None
    outputs: Path


def find_why(old: Path, new: Path, places: Places) -> Why:
    """Find what changed between two releases, and what each cause did.

    Parameters
    ----------
    old, new : Path
        Folders of releases.
    places : Places

    Returns
    -------
    Why
        As the new release says, if it was compared with the old one and no old delivery is given.

    Raises
    ------
    InputError
        When tables must be built and the registers or the code of the new release are not at hand.
    """
    if places.old_registers is None and _read_manifest(new).get("previous") == old.name:
        text = (new / "CHANGES.md").read_text("utf-8").split(BETWEEN_LANGUAGES)
        return Why(pl.read_parquet(new / "changes.parquet"), dict(zip(LANGUAGES, text, strict=True)))
    changes = find_changes(_compare(old, new, places), read_content(new))
    text = write_changes(changes, new.name).split(BETWEEN_LANGUAGES)
    return Why(changes.links, dict(zip(LANGUAGES, text, strict=True)))


def find_why_of_calculation(file: Path, old: Path, new: Path, places: Places) -> pl.DataFrame:
    """Find what each cause did to the result of a calculation; see `attribute_calculation`."""
    return attribute_calculation(file, _compare(old, new, places), new)


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


def _compare(old: Path, new: Path, places: Places) -> Between:
    """Compare how two releases were made; refuse what cannot be told."""
    made = _read_manifest(new)
    project = Project(places.registers, places.outputs, new / "declarations")
    between = compare_making(old, project, FLOW, made, places.old_registers)
    if len(between.causes) > 1:
        _refuse_unbuildable(new, made, project)
    return between


def _refuse_unbuildable(new: Path, made: dict[str, Any], project: Project) -> None:
    problems = Problems()
    if name_code(made) != name_code(describe_code(hash_number_code())):
        problems.add(
            f"code of {new.name}",
            f"this code is not that of commit {made['code_commit'][:12]}, or runs on other packages",
            "the code the release was made with: causes are told apart by building with it",
            f"check out {made['code_commit'][:12]} and install its requirements.lock",
        )
    wanted = made["register_files"]
    n_other = sum(
        not (project.registers / name).is_file()
        or project.file_hashes.hash_file(project.registers / name) != digest
        for name, digest in wanted.items()
    )
    if n_other:
        problems.add(
            f"registers of {new.name}",
            f"{n_other} of {len(wanted)} files are not there or not the same",
            "the delivery the release was made from",
            "give --registers DIR",
        )
    problems.raise_if_any("The causes cannot be told apart")


def _read_manifest(release: Path) -> dict[str, Any]:
    return json.loads((release / MANIFEST).read_text("utf-8"))

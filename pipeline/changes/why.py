"""Why two published releases differ, found by building what stands between them.

Belongs here: whether what must be built can be. Does not belong here: how it is found (`find_changes`,
`calculation_levels`) or told, and reading what a release says already (`stored_changes`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.changes.between import Between, compare_making, count_other_files, name_code
from pipeline.changes.calculation_levels import attribute_calculation
from pipeline.changes.compare_releases import read_content
from pipeline.changes.find_changes import find_changes
from pipeline.changes.stored_changes import Why, is_stored
from pipeline.changes.tell_changes import tell_changes
from pipeline.declarations.problems import Problems
from pipeline.project import Project
from pipeline.release.changes_page import PAGE_LANGUAGES
from pipeline.release.manifest import describe_code
from pipeline.release.versions import MANIFEST
from pipeline.release_context import hash_number_code
from pipeline.stages.in_order import FLOW


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

    Raises
    ------
    InputError
        When tables must be built and the registers or the code of the new release are not at hand.
    """
    between = _compare(old, new, places)
    changes = find_changes(between, read_content(new), is_stored=is_stored(old, new))
    pages = {language: tell_changes(changes, new.name, language) for language in PAGE_LANGUAGES}
    return Why(changes.links, pages)


def find_why_of_calculation(file: Path, old: Path, new: Path, places: Places) -> pl.DataFrame:
    """Find what each cause did to the result of a calculation; see `attribute_calculation`."""
    return attribute_calculation(file, _compare(old, new, places), new)


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
    n_other = count_other_files(project.registers, wanted, project.file_hashes)
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

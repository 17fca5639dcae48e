"""What stands between two releases: which causes there are, and what is at hand to tell them apart.

Belongs here: comparing how two releases were made. Does not belong here: which declaration belongs to which cause
(`causes`), undoing a cause (`mix_declarations`, `build_state`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.changes.causes import CAUSES, CODE, REGISTER_DATA
from pipeline.changes.mix_declarations import Declaration, find_changed_causes, read_declarations
from pipeline.declarations.problems import InputError, Problem
from pipeline.fingerprints import FileHashes
from pipeline.flow import Flow
from pipeline.project import Project
from pipeline.release.versions import MANIFEST

NOT_NUMBERS = ("passports", "corrections")
"""Tables before the gate that no number comes from."""

NUMBER_PACKAGES = ("duckdb", "numpy", "polars", "pyarrow", "scipy")
"""The packages of others whose versions numbers may depend on."""


@dataclass(frozen=True)
class Between:
    """What stands between two releases.

    Attributes
    ----------
    old : Path
        Folder of the old release.
    project : Project
        As the new one was made: registers, declarations, and built tables to go on from.
    causes : tuple of str
        What differs between them, in order.
    old_registers : Path or None
        The delivery the old release was made from, as far as it is still there; byte for byte the same.
    declared : tuple of two dicts
        Old and new declarations, as plain data.
    numbers : Flow
        The part of the flow that numbers come from.
    """

    old: Path
    project: Project
    causes: tuple[str, ...]
    old_registers: Path | None
    declared: tuple[Mapping[str, Declaration], Mapping[str, Declaration]]
    numbers: Flow


def compare_making(
    old: Path, project: Project, flow: Flow, made: Mapping[str, Any], old_registers: Path | None = None
) -> Between:
    """Find what differs between an old release and what the new one is made from.

    Parameters
    ----------
    old : Path
        Folder of a release.
    project : Project
        Registers and declarations of the new one.
    flow : Flow
        All stages.
    made : mapping
        Of the new one, as `describe_making` or its manifest has it.
    old_registers : Path, optional
        Where the old delivery might lie; left out: where the new one lies.

    Returns
    -------
    Between

    Raises
    ------
    InputError
        When a folder is given that does not hold that very delivery.
    """
    manifest = json.loads((old / MANIFEST).read_text("utf-8"))
    declared = read_declarations(old / "declarations"), read_declarations(project.declarations)
    place = old_registers or project.registers
    n_other = count_other_files(place, manifest["register_files"], project.file_hashes)
    if old_registers is not None and n_other:
        found = f"{n_other} of {len(manifest['register_files'])} files are not in {place}, or not the same"
        problem = Problem(
            f"registers of {old.name}",
            found,
            "the delivery the release was made from, byte for byte",
            "give another folder, or leave it out",
        )
        raise InputError("The old registers are others", [problem])
    causes = find_causes(manifest, made, declared)
    return Between(old, project, causes, None if n_other else place, declared, _keep_numbers(flow))


def count_other_files(registers: Path, wanted: Mapping[str, str], hashes: FileHashes) -> int:
    """Count the files of a delivery that are not in a folder, or not the same.

    Parameters
    ----------
    registers : Path
    wanted : mapping of str to str
        Name to SHA-256, as a manifest has it.
    hashes : FileHashes
        What is known of files.
    """
    return sum(
        not (registers / name).is_file() or hashes.hash_file(registers / name) != digest
        for name, digest in wanted.items()
    )


def find_causes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    declared: tuple[Mapping[str, Declaration], Mapping[str, Declaration]],
) -> tuple[str, ...]:
    """Name what differs in how two releases were made, in order.

    Parameters
    ----------
    old, new : mapping
        As their manifests have it.
    declared : tuple of two dicts
        Their declarations, as plain data.
    """
    found = set(find_changed_causes(*declared))
    if name_code(old) != name_code(new):
        found.add(CODE)
    if old["register_files"] != new["register_files"]:
        found.add(REGISTER_DATA)
    return tuple(cause for cause in CAUSES if cause in found)


def _keep_numbers(flow: Flow) -> Flow:
    is_kept = {asset: asset.stage < "stage_8" and asset.tables[0] not in NOT_NUMBERS for asset in flow.assets}
    return Flow(tuple(asset for asset in flow.assets if is_kept[asset]))


def name_code(made: Mapping[str, Any]) -> tuple:
    """Return what a manifest says of the code that numbers depend on: ours, Python, and packages of others."""
    packages = made.get("packages", {})
    return (made.get("code_version"), made.get("python"), *(packages.get(name) for name in NUMBER_PACKAGES))

"""The tables between two releases: from the new one back to the old one, undoing one cause at a time.

Belongs here: which causes there are, and building the tables with a cause undone. Does not belong here: undoing a cause
in the declarations (`mix_declarations`), comparing the tables (`attribute`). Going backwards builds least: what a cause
touches is built once, and a target group that is new is never built again. The last cause undone is not built at all:
without it everything is as in the old release, whose tables are at hand.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.build import build
from pipeline.changes.causes import CAUSES, CODE, FILTER_AND_TAPER, REGISTER_DATA, UNEXPLAINED
from pipeline.changes.mix_declarations import (
    Content,
    find_changed_causes,
    mix_declarations,
    read_declarations,
    write_declarations,
)
from pipeline.changes.small_counts import is_laxer, keep_strictest
from pipeline.checks import check_written
from pipeline.declarations.method import Method
from pipeline.declarations.problems import InputError
from pipeline.delivery import check_registers
from pipeline.executors import DEFAULT_RESOURCES, Resources
from pipeline.failures import BuildFailed
from pipeline.flow import Flow
from pipeline.progress import tell
from pipeline.project import Project
from pipeline.release.versions import MANIFEST

NOT_NUMBERS = ("passports", "corrections")
"""Tables before the gate that no number comes from."""

TABLES_OF_NUMBERS = (
    *("target_groups", "consequences", "not_measured", "estimates", "estimate_covariance", "profiles"),
    *("profile_weights", "unit_prices", "price_index", "discount_rates", "parameters", "effect_studies"),
)
"""The tables of a release that numbers and calculations are read from."""

NUMBER_PACKAGES = ("duckdb", "numpy", "polars", "pyarrow", "scipy")
"""The packages of others whose versions numbers may depend on."""

SAID_BY_METHOD = {
    "year_first": "first_year",
    "year_last": "last_year",
    "price_year": "price_year",
    "significance_level": "significance_level",
    "last_year_followed": "relative_years",
    "last_year_of_profile": "profile_years",
}
"""Columns of the table `release` that a calculation may read, and the key of the method each stands in."""

Tables = Mapping[str, pl.DataFrame | Path]


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
    declared: tuple[Mapping[str, Content], Mapping[str, Content]]
    numbers: Flow


@dataclass(frozen=True)
class State:
    """The tables once a cause has done its part.

    Attributes
    ----------
    cause : str
        Empty for the old release.
    tables : mapping of str to polars.DataFrame or Path, or None
        None when they could not be built. Files are there until the next state is asked for.
    reason : str
        Why not, in words.
    is_stricter : bool
        Whether more is withheld than its declarations say: the smallest counts are the stricter ones of both releases.
    """

    cause: str
    tables: Tables | None
    reason: str = ""
    is_stricter: bool = False


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
    """
    manifest = json.loads((old / MANIFEST).read_text("utf-8"))
    declared = read_declarations(old / "declarations"), read_declarations(project.declarations)
    place = old_registers or project.registers
    is_there = all(
        (place / name).is_file() and project.file_hashes.hash_file(place / name) == digest
        for name, digest in manifest["register_files"].items()
    )
    causes = find_causes(manifest, made, declared)
    return Between(old, project, causes, place if is_there else None, declared, _keep_numbers(flow))


def find_causes(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    declared: tuple[Mapping[str, Content], Mapping[str, Content]],
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


def walk_back(between: Between, new: Tables, resources: Resources = DEFAULT_RESOURCES) -> Iterator[State]:
    """Give the tables of the new release, then with each cause undone in turn, the old release last.

    Parameters
    ----------
    between : Between
    new : mapping of str to polars.DataFrame or Path
        Tables of the new release.
    resources : Resources
        For what must be built.

    Yields
    ------
    State
        The new release first, the old one last, one more than there are causes; a state's cause is the one that comes
        next when going forward from the state before, so that reversed they are a chain. Without any cause what moved
        is unexplained.
    """
    old = {file.stem: file for file in sorted((between.old / "tables").glob("*.parquet"))}
    if not between.causes:
        yield State(UNEXPLAINED, new)
        yield State("", old)
        return
    tables: Tables | None = new
    reason = ""
    with _open_workshop(between) as workshop:
        for place in range(len(between.causes) - 1, -1, -1):
            yield State(between.causes[place], tables, reason, _is_stricter(between, place + 1))
            if place:
                tell("undoing changes", len(between.causes) - 1 - place, len(between.causes) - 1)
                tables, reason = _build_without(between, between.causes[place:], new, workshop, resources)
    tell("undoing changes", max(len(between.causes) - 1, 1), max(len(between.causes) - 1, 1))
    yield State("", old)


def _is_stricter(between: Between, first_undone: int) -> bool:
    return FILTER_AND_TAPER in between.causes[first_undone:] and is_laxer(*between.declared)


@contextmanager
def _open_workshop(between: Between) -> Iterator[Path]:
    """Open a hidden folder beside the built tables, with links to them, so that only what differs is built."""
    outputs = between.project.outputs
    outputs.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=".undoing-", dir=outputs))
    try:
        if between.project.tables.root.is_dir():
            shutil.copytree(
                between.project.tables.root,
                workshop / "outputs" / "tables",
                copy_function=_link,
                ignore=shutil.ignore_patterns(".*"),
            )
        for name in ("file_hashes.json", "delivery_passed.json"):
            if (outputs / name).exists():
                (workshop / "outputs").mkdir(exist_ok=True)
                shutil.copyfile(outputs / name, workshop / "outputs" / name)
        yield workshop
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _link(source: str, target: str) -> None:
    """Link a file; copy it where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _build_without(
    between: Between, undone: tuple[str, ...], new: Tables, workshop: Path, resources: Resources
) -> tuple[Tables | None, str]:
    """Build the tables of the new release without some causes; None with a reason where that cannot be done."""
    registers = between.old_registers if REGISTER_DATA in undone else between.project.registers
    if registers is None:
        return None, "the register files of the old release are not there"
    folder = workshop / f"declarations_{len(undone)}"
    mixed = keep_strictest(mix_declarations(*between.declared, undone), *between.declared)
    write_declarations(mixed, between.project.declarations, folder)
    project = Project(registers, workshop / "outputs", folder)
    try:
        check_registers(project)
        build(project, between.numbers, check_written, resources=resources)
    except (InputError, BuildFailed) as error:
        return None, str(error).splitlines()[0]
    tables = {name: Path(project.tables.pattern(name)) for name in TABLES_OF_NUMBERS}
    return {**tables, "release": _describe_state(new["release"], project.declared.method)}, ""


def _describe_state(release: pl.DataFrame | Path, method: Method) -> pl.DataFrame:
    """Return the new release's own row with what a state's method says of years, price year and significance."""
    row = release if isinstance(release, pl.DataFrame) else pl.read_parquet(release)
    own = {column: getattr(method, key) for column, key in SAID_BY_METHOD.items() if column in row.columns}
    return row.with_columns(pl.lit(value, row.schema[column]).alias(column) for column, value in own.items())

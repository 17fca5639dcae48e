"""Assembling a release: in a hidden folder, then renamed, whole or not at all.

Belongs here: which files a release has and the order they are written in. Does not belong here: the gate (`gate`), the
tables' formats (`table_files`), pages (`pages`).
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from pipeline.declarations.problems import InputError, Problem, Problems
from pipeline.fingerprints import hash_file
from pipeline.release.changes_page import CHANGES_PAGE, WITHOUT_COMPARISON
from pipeline.release.contract_kit.write_contract_check import write_contract_check
from pipeline.release.engine_wheel import build_engine_wheel
from pipeline.release.explorer.write_explorer import write_explorer
from pipeline.release.gate import GateResult, run_gate
from pipeline.release.made_at_publication import (
    ChangeList,
    make_empty_table,
    make_history_table,
    make_release_table,
)
from pipeline.release.manifest import ReleaseContext, compose_manifest, describe_files
from pipeline.release.pages import write_pages
from pipeline.release.readme import CAVEATS, write_readme
from pipeline.release.table_files import sort_table, write_csv, write_database, write_parquet
from pipeline.release.versions import MANIFEST, find_newest, lock_releases, parse_version
from pipeline.release.workbook.write_workbook import WORKBOOK, write_workbook
from schemas.checks import CheckResult, check_table, conform_table
from schemas.data_package import describe_resource
from schemas.dictionary import write_dictionary
from schemas.release_tables import CONTRACT, RELEASE_TABLES, REQUIRED_TABLES


def assemble_release(
    version: str,
    tables: Mapping[str, pl.DataFrame | Path],
    *,
    context: ReleaseContext,
    root: Path,
    changes: ChangeList | None = None,
    checks: Sequence[CheckResult] = (),
    gate: GateResult | None = None,
    waivers: Path | None = None,
) -> Path:
    """Publish a release: all of it appears at once, or nothing does.

    Parameters
    ----------
    version : str
        As `2026.1-sample`; must not exist.
    tables : mapping of str to polars.DataFrame or Path
        Every table of `REQUIRED_TABLES`, as a frame or a Parquet file.
    context : ReleaseContext
    root : Path
        `outputs/releases`.
    changes : ChangeList, optional
        What changed since the release before; left out, the release says that it was not compared.
    checks : sequence of CheckResult
        Results of the checks of earlier stages, published beside those of the release tables.
    gate : GateResult, optional
        The gate's result on the same tables; run here when not given.
    waivers : Path, optional
        Declared waivers of coverage, for the gate.

    Returns
    -------
    Path
        The release's folder.

    Raises
    ------
    InputError
        When the version exists, is no version or does not say what its registers are, a table is absent or larger
        than a sheet of the workbook, another process is publishing, or one has published since the changes were found.
    GateError
        When the gate is closed. Nothing is published then.
    """
    _refuse_unfit(version, tables, context, root)
    with lock_releases(root):
        previous = find_newest(root, is_sample=context.is_sample)
        _refuse_overtaken(previous, changes)
        frames = {name: _read_table(name, tables[name]) for name in RELEASE_TABLES if name in tables}
        frames["declaration_history"] = make_history_table(context)
        frames["changes"] = changes.links if changes else make_empty_table("changes")
        frames["release"] = make_release_table(version, context)
        gate = gate or run_gate(frames, previous=previous, waivers=waivers)
        gate.raise_if_failed()
        own_checks = [check_table(name, frame) for name, frame in frames.items()]
        for result in own_checks:
            result.raise_if_failed()
        frames = {name: sort_table(name, frame) for name, frame in frames.items()}
        staging = root / f".staging-{version}-{uuid.uuid4().hex[:8]}"
        staging.mkdir()
        try:
            _write_files(staging, version, frames, context, gate, [*checks, *own_checks])
            _write_changes(staging, changes)
            manifest = compose_manifest(
                version, context, frames, staging, previous.name if previous else None
            )
            explorer = write_explorer(staging, manifest)
            manifest["files"] |= describe_files(staging, f"{explorer.name}/")
            _write_json(staging / MANIFEST, manifest)
            return _appear(staging, root / version)
        finally:
            shutil.rmtree(staging, ignore_errors=True)


def refuse_version(version: str, context: ReleaseContext, root: Path) -> None:
    """Refuse a version that is there already, or does not say what its registers are.

    Raises
    ------
    InputError
    """
    problems = Problems()
    _check_version(version, context, root, problems)
    problems.raise_if_any("Publishing")


def _check_version(version: str, context: ReleaseContext, root: Path, problems: Problems) -> None:
    if parse_version(version).is_sample != context.is_sample:
        expected = "a version that ends with -sample exactly when the registers are invented"
        problems.add(
            "version", f"{version} of {context.registers} registers", expected, "give the right version"
        )
    if (root / version).exists():
        problems.add(
            "version", f"{version} is published", "a new version", "publish under the next free version"
        )


def _refuse_unfit(version: str, tables: Mapping, context: ReleaseContext, root: Path) -> None:
    problems = Problems()
    _check_version(version, context, root, problems)
    for name in REQUIRED_TABLES:
        if name not in tables:
            problems.add(name, "no table", "a table of the release", "build it first")
    for name in tables:
        if name not in RELEASE_TABLES:
            problems.add_unknown("release tables", name, RELEASE_TABLES, "table")
    problems.raise_if_any("Publishing")


def _refuse_overtaken(previous: Path | None, changes: ChangeList | None) -> None:
    newest = None if previous is None else previous.name
    if changes is not None and changes.previous != newest:
        problem = Problem(
            "releases folder",
            f"{newest}, published meanwhile",
            f"{changes.previous or 'no release'} as the newest, as when the changes were looked for",
            "publish again",
        )
        raise InputError("Nothing was published", [problem])


def _write_changes(folder: Path, changes: ChangeList | None) -> None:
    """Write what changed where readers look for it, beside the table among the others."""
    shutil.copyfile(folder / "tables" / "changes.parquet", folder / "changes.parquet")
    (folder / CHANGES_PAGE).write_text(changes.text if changes else WITHOUT_COMPARISON, "utf-8")


def _read_table(name: str, table: pl.DataFrame | Path) -> pl.DataFrame:
    return conform_table(name, table if isinstance(table, pl.DataFrame) else pl.read_parquet(table))


def _write_files(
    folder: Path,
    version: str,
    frames: Mapping[str, pl.DataFrame],
    context: ReleaseContext,
    gate: GateResult,
    checks: Sequence[CheckResult],
) -> None:
    note = f"{CAVEATS[context.registers].both} Version {version}."
    for name in ("tables", "csv", "validation"):
        (folder / name).mkdir()
    for name, frame in frames.items():
        write_parquet(name, frame, folder / "tables" / f"{name}.parquet", note)
        if RELEASE_TABLES[name].has_csv:
            write_csv(frame, folder / "csv" / f"{name}.csv")
    write_database(frames, folder / "knowledge.duckdb", note)
    write_workbook(frames, folder / WORKBOOK)
    _write_json(folder / "datapackage.json", describe_package(folder, version, frames, context))
    _write_json(folder / "validation" / "gate.json", gate.to_json())
    _write_json(folder / "validation" / "tables.json", [check.to_json() for check in checks])
    write_pages(folder / "validation", version, context.registers, gate, checks)
    _copy_declarations(context.declarations, folder / "declarations")
    write_contract_check(folder)
    wheel = build_engine_wheel(context.engine_project, folder)
    models = [RELEASE_TABLES[name] for name in frames]
    for language in ("da", "en"):
        (folder / f"dictionary_{language}.md").write_text(write_dictionary(models, language), "utf-8")
    (folder / "README.md").write_text(write_readme(version, context, wheel.name), "utf-8")


def describe_package(
    folder: Path, version: str, frames: Mapping[str, pl.DataFrame], context: ReleaseContext
) -> dict:
    """Describe the CSV files of a release as a Frictionless data package.

    Parameters
    ----------
    folder : Path
        The release, with its CSV files written.
    version : str
    frames : mapping of str to polars.DataFrame
    context : ReleaseContext

    Returns
    -------
    dict
        The content of datapackage.json.
    """
    caveat = CAVEATS[context.registers]
    resources = []
    for name in frames:
        if RELEASE_TABLES[name].has_csv:
            path = f"csv/{name}.csv"
            facts = {"bytes": (folder / path).stat().st_size, "hash": f"sha256:{hash_file(folder / path)}"}
            resource = describe_resource(RELEASE_TABLES[name], path, **facts)
            resource["description"] += f". {caveat.en}"
            resources.append(resource)
    return {
        "name": f"soem-{version}",
        "title": f"SØM's vidensdatabase {version}",
        "description": caveat.both,
        "version": version,
        "contract": CONTRACT,
        "registers": context.registers,
        "resources": resources,
    }


def _copy_declarations(source: Path, target: Path) -> None:
    target.mkdir()
    for file in sorted(source.rglob("*")):
        if file.is_file() and file.suffix not in (".py", ".pyc"):
            copy = target / file.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)


def _write_json(file: Path, content: object) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _appear(staging: Path, target: Path) -> Path:
    """Make everything written last a power cut, then rename: from here on the release is there."""
    for path in sorted(staging.rglob("*")):
        if path.is_file():
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        else:
            _sync_folder(path)
    _sync_folder(staging)
    staging.rename(target)
    _sync_folder(target.parent)
    return target


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

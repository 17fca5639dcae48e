"""Publishing what is built: a version, or the next free one if anything has changed, and what changed and why.

Belongs here: when a release is due, under which version, and what it is compared with. Does not belong here: what a
release holds (`pipeline/release`), finding what changed (`pipeline/changes`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipeline.changes.between import compare_making
from pipeline.changes.compare_releases import Content
from pipeline.changes.find_changes import find_changes
from pipeline.changes.tell_changes import write_changes
from pipeline.declarations.problems import InputError, Problem
from pipeline.flow import Flow
from pipeline.progress import tell
from pipeline.project import Project
from pipeline.published_tables import gather_tables
from pipeline.release.assemble import assemble_release, refuse_version
from pipeline.release.made_at_publication import ChangeList, make_empty_table, make_release_table
from pipeline.release.manifest import ReleaseContext, describe_making, describe_tables
from pipeline.release.versions import find_newest, find_next_version
from pipeline.release_context import describe_release
from schemas.checks import conform_table
from schemas.release_tables import MADE_AT_PUBLICATION

NEXT = "next"
"""In place of a version: the next free one, and only if the newest release does not hold the same."""


@dataclass(frozen=True)
class Outcome:
    """What publishing came to: the version that holds the tables, and what happened in words."""

    version: str
    message: str


def publish(project: Project, flow: Flow, version: str, previous_registers: Path | None = None) -> Outcome:
    """Publish the built tables, compared with the release before.

    Parameters
    ----------
    project : Project
    flow : Flow
        All stages; says what is out of date and the data version of the publication.
    version : str
        As 2026.1 or 2026.1-sample, or `next`.
    previous_registers : Path, optional
        The delivery the release before was made from. Without it what data and what code moved stands together where
        both have changed.

    Returns
    -------
    Outcome

    Raises
    ------
    InputError
        When something is out of date, or the version exists.
    GateError
        When a check fails. Nothing is published then.
    """
    _refuse_stale(project, flow)
    data_version = flow.version(project, "published_release", "all")
    context = describe_release(project, data_version)
    root = project.releases
    newest = find_newest(root, is_sample=context.is_sample)
    if version == NEXT:
        if newest is not None and _data_version(newest) == data_version:
            return Outcome(newest.name, f"Nothing to publish: {newest.name} holds these very tables.")
        version = find_next_version(root, datetime.now(UTC).year, is_sample=context.is_sample)
    refuse_version(version, context, root)
    tables = gather_tables(project)
    content = describe_content(version, tables, project, context)
    changes = _list_changes(newest, content, project, flow, context, previous_registers)
    tell("publishing", 0, 1)
    waivers = project.declarations / "coverage_waivers.toml"
    root.mkdir(parents=True, exist_ok=True)
    folder = assemble_release(
        version,
        tables,
        context=context,
        root=root,
        changes=changes,
        waivers=waivers if waivers.exists() else None,
    )
    tell("publishing", 1, 1)
    return Outcome(version, f"Published {folder.name}.")


def describe_content(
    version: str, tables: Mapping[str, pl.DataFrame], project: Project, context: ReleaseContext
) -> Content:
    """Describe the release to be, as a published one describes itself."""
    conformed = {name: conform_table(name, frame) for name, frame in tables.items()}
    conformed["release"] = make_release_table(version, context)
    for name in MADE_AT_PUBLICATION:
        conformed.setdefault(name, make_empty_table(name))
    return Content(version, describe_tables(conformed), conformed, project.declarations)


def _list_changes(
    previous: Path | None,
    new: Content,
    project: Project,
    flow: Flow,
    context: ReleaseContext,
    previous_registers: Path | None,
) -> ChangeList:
    """Find what changed since the release before, and why."""
    if previous is None:
        return ChangeList(None, make_empty_table("changes"), write_changes(None, new.version))
    between = compare_making(previous, project, flow, describe_making(context), previous_registers)
    changes = find_changes(between, new)
    return ChangeList(previous.name, changes.links, write_changes(changes, new.version))


def _refuse_stale(project: Project, flow: Flow) -> None:
    stale = [asset.tables[0] for asset in flow.find_stale(project) if asset.stage != "stage_9_publication"]
    if stale:
        problem = Problem(
            "publication",
            f"{len(stale)} tables out of date, {stale[0]} first",
            "every table built from the present registers, declarations and code",
            "run soem build first",
        )
        raise InputError("Nothing was published", [problem])


def _data_version(release) -> str | None:
    return json.loads((release / "manifest.json").read_text("utf-8")).get("data_version")

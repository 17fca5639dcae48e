"""Publishing what is built: a version, or the next free one if anything has changed.

Belongs here: when a release is due and under which version. Does not belong here: what a release holds
(`pipeline/release`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

from pipeline.declarations.problems import InputError, Problem
from pipeline.flow import Flow
from pipeline.progress import tell
from pipeline.project import Project
from pipeline.published_tables import gather_tables
from pipeline.release.assemble import assemble_release
from pipeline.release.versions import find_newest, find_next_version
from pipeline.release_context import describe_release

NEXT = "next"
"""In place of a version: the next free one, and only if the newest release does not hold the same."""


@dataclass(frozen=True)
class Outcome:
    """What publishing came to: the version that holds the tables, and what happened in words."""

    version: str
    message: str


def publish(project: Project, flow: Flow, version: str) -> Outcome:
    """Publish the built tables.

    Parameters
    ----------
    project : Project
    flow : Flow
        All stages; says what is out of date and the data version of the publication.
    version : str
        As 2026.1 or 2026.1-sample, or `next`.

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
    if version == NEXT:
        newest = find_newest(root, is_sample=context.is_sample)
        if newest is not None and _data_version(newest) == data_version:
            return Outcome(newest.name, f"Nothing to publish: {newest.name} holds these very tables.")
        version = find_next_version(root, datetime.now(UTC).year, is_sample=context.is_sample)
    tell("publishing", 0, 1)
    waivers = project.declarations / "coverage_waivers.toml"
    root.mkdir(parents=True, exist_ok=True)
    folder = assemble_release(
        version,
        gather_tables(project),
        context=context,
        root=root,
        waivers=waivers if waivers.exists() else None,
    )
    tell("publishing", 1, 1)
    return Outcome(version, f"Published {folder.name}.")


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

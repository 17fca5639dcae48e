"""Building what is out of date, in order, through Dagster; telling what was done.

Belongs here: which runs a build takes and keeping Dagster's records with the outputs. Does not belong here: when a
table is out of date (`flow`), the terminal (`cli`).
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG
from sqlalchemy import Engine, event

from pipeline.dagster_assets import make_definitions
from pipeline.executors import DEFAULT_RESOURCES, Resources, open_pool
from pipeline.failures import BuildFailed
from pipeline.flow import Check, Flow, FlowAsset
from pipeline.measure import start_measuring
from pipeline.project import Project

_INTERRUPTS = ("KeyboardInterrupt", "DagsterExecutionInterruptedError")
_SETTINGS = """telemetry:
  enabled: false
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
"""Nothing is sent, and what is printed while a table is built is not kept: the processes that would copy it speak up
when somebody interrupts a build."""
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    Attributes
    ----------
    built : tuple of (str, int)
        First table of each asset built, and how many partitions of it.
    """

    built: tuple[tuple[str, int], ...]


def build(
    project: Project,
    flow: Flow,
    check: Check,
    stages: tuple[str, ...] | None = None,
    resources: Resources = DEFAULT_RESOURCES,
) -> BuildReport:
    """Build every table that is out of date.

    Parameters
    ----------
    project : Project
    flow : Flow
    check : callable
        The blocking check of a freshly written table.
    stages : tuple of str, optional
        Only these stages; all by default.
    resources : Resources
        Memory, jobs side by side, and who runs them; no number depends on it.

    Returns
    -------
    BuildReport
        Empty when everything was up to date.

    Raises
    ------
    BuildFailed
        With the message of what failed.
    """
    stale = {
        asset: partitions
        for asset, partitions in flow.find_stale(project).items()
        if stages is None or asset.stage in stages
    }
    for asset in flow.assets:
        for table in asset.tables:
            project.tables.drop_unknown_partitions(table, flow.partitions(project, asset))
    if stale:
        start_measuring(project)
        with open_pool(resources, project) as pool, open_instance(project.outputs / "dagster") as instance:
            definitions = make_definitions(flow, project, check, pool)
            for (_, is_by_group), assets in groupby(stale, key=_choose_run):
                _run(definitions, instance, tuple(assets), stale if is_by_group else {}, project)
    project.file_hashes.save()
    return BuildReport(tuple((asset.tables[0], len(partitions)) for asset, partitions in stale.items()))


def _choose_run(asset: FlowAsset) -> tuple[bool, bool]:
    """Tell assets of different runs apart: registers, so that a fault is told before anything is made of them."""
    return asset.stage == "stage_1_registers", asset.is_by_group


def _run(
    definitions: dg.Definitions,
    instance: dg.DagsterInstance,
    assets: tuple[FlowAsset, ...],
    stale: dict[FlowAsset, tuple[str, ...]],
    project: Project,
) -> None:
    """Run some assets once; of target groups the range from the first to the last that any asset needs."""
    tags = {}
    if stale:
        wanted = {partition for asset in assets for partition in stale[asset]}
        keys = [group for group in project.estimated_groups if group in wanted]
        tags = {ASSET_PARTITION_RANGE_START_TAG: keys[0], ASSET_PARTITION_RANGE_END_TAG: keys[-1]}
    result = dg.materialize(
        list(definitions.assets),
        selection=[table for asset in assets for table in asset.tables],
        instance=instance,
        tags=tags,
        run_config=_QUIET,
        raise_on_error=False,
    )
    if _was_interrupted(result):
        raise KeyboardInterrupt
    if not result.success:
        raise BuildFailed(_tell_failures(result))


def _was_interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Say whether somebody interrupted the run; Dagster records it as a failure of the step or of the run."""
    failed = [event.step_failure_data for event in result.get_step_failure_events()]
    failed += [event.job_failure_data for event in result.all_events if event.is_job_failure]
    return any(data.error is not None and data.error.cls_name in _INTERRUPTS for data in failed)


def _tell_failures(result: dg.ExecuteInProcessResult) -> str:
    messages = []
    for failed in result.get_step_failure_events():
        error = failed.step_failure_data.error
        described = failed.step_failure_data.user_failure_data
        if described is not None and described.description:
            messages.append(described.description)
        elif error is not None:
            cause = error.cause or error
            messages.append(
                f"{failed.step_key}: {cause.cls_name}: {cause.message.split(': ', 1)[-1].strip()}"
            )
    return "\n".join(messages) or "the build failed before any step"


@contextmanager
def open_instance(folder: Path) -> Iterator[dg.DagsterInstance]:
    """Open Dagster's records in a folder, with telemetry off.

    Yields
    ------
    dagster.DagsterInstance
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dagster.yaml").write_text(_SETTINGS, "utf-8")
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    is_inside_another = event.contains(Engine, "connect", _skip_waiting_for_disk)
    if not is_inside_another:
        event.listen(Engine, "connect", _skip_waiting_for_disk)
    try:
        with _keep_engines(), dg.DagsterInstance.from_config(str(folder)) as instance:
            yield instance
    finally:
        if not is_inside_another:
            event.remove(Engine, "connect", _skip_waiting_for_disk)


@contextmanager
def _keep_engines() -> Iterator[None]:
    """Let Dagster's event log keep its engines, which remember compiled statements: it makes one anew an event."""
    make, kept = sqlite_event_log.create_engine, {}

    def create_engine(address: str, **settings: Any) -> Engine:
        if address not in kept:
            kept[address] = make(address, **settings)
        return kept[address]

    sqlite_event_log.create_engine = create_engine
    try:
        yield
    finally:
        sqlite_event_log.create_engine = make


def _skip_waiting_for_disk(connection, _) -> None:
    """Let run records be written without waiting for the disk: tables and releases do not depend on them."""
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")

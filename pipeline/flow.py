"""The mechanism of the flow: what a table is built from, when it is out of date, and building it whole.

Belongs here: the one mechanism of data versions, and running a building function so that a table is replaced only
when its checks pass. Does not belong here: any table (`stages`), Dagster (`definitions`), choosing what to run
(`build`).
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.declarations.problems import InputError
from pipeline.executors import LeafPool
from pipeline.fingerprints import hash_code, hash_text
from pipeline.project import Project
from pipeline.tables import WHOLE
from pipeline.task import Task
from schemas.checks import TABLES

Fingerprint = Callable[[Project, str], str]
Inputs = Callable[[Project, str], Iterable[str]]


@dataclass(frozen=True)
class Failure:
    """A check that failed: its name, and counts in words (never a row)."""

    check: str
    message: str


Check = Callable[[str, tuple[Path, ...]], tuple[Failure, ...]]


class CheckFailed(RuntimeError):
    """A table failed its checks and was not put in place."""

    def __init__(self, table: str, partition: str, failures: tuple[Failure, ...]) -> None:
        self.table, self.partition, self.failures = table, partition, failures
        where = table if partition == WHOLE else f"{table} of {partition}"
        lines = "\n".join(f"  - {failure.check}: {failure.message}" for failure in failures)
        super().__init__(f"{where} failed {len(failures)} check(s) and was left as it was:\n{lines}")


def _tell_model(table: str) -> str:
    """Return the model a table is written and checked by, the same in every process."""
    model = TABLES[table]
    return repr((model.key, model.required, model.optional, sorted(model.nullable), model.columns))


@dataclass(frozen=True)
class FlowAsset:
    """Tables that are built together, and what they are built from.

    Attributes
    ----------
    tables : tuple of str
    stage : str
        The stage, as `stage_3_cohorts`.
    inputs : tuple of str
        Tables read.
    code : tuple of str
        Packages whose Python files are part of the data version.
    build : callable
        Writes Parquet files into `task.folders`.
    declarations : callable
        Fingerprint of the declarations used, by project and partition.
    is_by_group : bool
        One partition a target group, else one partition.
    inputs_used : callable, optional
        The part of `inputs` that one partition really reads.
    description : str
    """

    tables: tuple[str, ...]
    stage: str
    inputs: tuple[str, ...]
    code: tuple[str, ...]
    build: Callable[[Task], None]
    declarations: Fingerprint
    is_by_group: bool = False
    inputs_used: Inputs | None = None
    description: str = ""


@dataclass
class Flow:
    """All tables of the flow, in the order they are built.

    Attributes
    ----------
    assets : tuple of FlowAsset
        Inputs before those who read them.
    """

    assets: tuple[FlowAsset, ...]

    def __post_init__(self) -> None:
        """Index the assets by table."""
        self.by_table = {table: asset for asset in self.assets for table in asset.tables}

    def partitions(self, project: Project, asset: FlowAsset) -> tuple[str, ...]:
        """Return the partitions an asset has."""
        return project.estimated_groups if asset.is_by_group else (WHOLE,)

    def version(self, project: Project, table: str, partition: str) -> str:
        """Return the data version a table should have: code, model, declarations, versions of its inputs.

        Parameters
        ----------
        project : Project
            A snapshot: what it has read of code, declarations and registers is not read again.
        table, partition : str

        Returns
        -------
        str
            A fingerprint; equal if and only if nothing the table depends on has changed.
        """
        known = project.known_versions
        if (table, partition) not in known:
            asset = self.by_table[table]
            used = asset.inputs_used(project, partition) if asset.inputs_used else asset.inputs
            parts = [hash_code(package) for package in (*asset.code, f"pipeline/stages/{asset.stage}.py")]
            parts += [_tell_model(name) for name in asset.tables if name in TABLES]
            parts.append(asset.declarations(project, partition))
            for name in used:
                source = self.by_table[name]
                if source.is_by_group and asset.is_by_group:
                    parts.append(self.version(project, name, partition))
                else:
                    parts += [self.version(project, name, p) for p in self.partitions(project, source)]
            for name in asset.tables:
                known[name, partition] = hash_text(name, partition, *parts)
        return known[table, partition]

    def find_stale(self, project: Project) -> dict[FlowAsset, tuple[str, ...]]:
        """Return the assets that are out of date, each with its partitions that are, in building order."""
        stale: dict[str, tuple[str, ...]] = {}
        for asset in self.assets:
            partitions = tuple(
                partition
                for partition in self.partitions(project, asset)
                if not self.is_current(project, asset, partition)
            )
            if partitions:
                stale[asset.tables[0]] = partitions
        return {self.by_table[table]: partitions for table, partitions in stale.items()}

    def is_stale(self, project: Project, stage: str) -> bool:
        """Say whether any table of a stage is out of date."""
        return any(asset.stage == stage for asset in self.find_stale(project))

    def is_current(self, project: Project, asset: FlowAsset, partition: str) -> bool:
        """Say whether every table of an asset's partition is built at the version it should have."""
        return all(
            project.tables.version(table, partition) == self.version(project, table, partition)
            for table in asset.tables
        )

    def build(
        self, project: Project, asset: FlowAsset, partitions: tuple[str, ...], check: Check, pool: LeafPool
    ) -> None:
        """Build partitions of an asset together; each takes its place only if every check of it passes.

        Parameters
        ----------
        project : Project
        asset : FlowAsset
        partitions : tuple of str
        check : callable
            `check(table, folders)` gives the failures of freshly written partitions of a table.
        pool : LeafPool

        Raises
        ------
        CheckFailed
            Of the first partition that fails; those that pass are in place, and no table of one that fails is.
        """
        started = time.perf_counter()
        task = self._stage(project, asset, partitions, pool)
        try:
            asset.build(task)
        except InputError:
            self._discard(task)
            raise
        except BaseException:
            self._keep_finished_jobs(task)
            raise
        failed: CheckFailed | None = None
        passed = self._passes(task, partitions, check)
        for partition in partitions:
            if passed or self._passes(task, (partition,), check):
                self._put_in_place(task, partition, started)
            else:
                failed = failed or self._tell_failures(task, partition, check)
        shutil.rmtree(project.tables.records(asset.tables[0]), ignore_errors=True)
        if failed is not None:
            raise failed

    def _stage(self, project: Project, asset: FlowAsset, partitions: tuple[str, ...], pool: LeafPool) -> Task:
        """Make the folders a task writes into; of a building that was interrupted, take them as they are."""
        task = Task(project, self, asset, partitions, pool)
        store, records = project.tables, project.tables.records(asset.tables[0])
        places = [(table, partition) for partition in partitions for table in asset.tables]
        versions = [self.version(project, *place) for place in places]
        stamp = hash_text(repr(pool.ranges), *versions)
        goes_on = records.is_dir() and all(store.is_staged(*place, stamp) for place in places)
        if not goes_on:
            shutil.rmtree(records, ignore_errors=True)
        for place in places:
            task.folders[place] = store.staging(*place) if goes_on else store.stage(*place, stamp)
            task.notes[place] = {}
        return task

    def _keep_finished_jobs(self, task: Task) -> None:
        """Keep what a stopped building has staged if any of its jobs had finished; else remove it."""
        records = task.project.tables.records(task.asset.tables[0])
        if not any(records.glob("*.pickle")):
            self._discard(task)

    def _discard(self, task: Task) -> None:
        """Remove all that a stopped building has staged: other input would need all of it anew."""
        shutil.rmtree(task.project.tables.records(task.asset.tables[0]), ignore_errors=True)
        for place in task.folders:
            task.project.tables.discard(*place)

    def _passes(self, task: Task, partitions: tuple[str, ...], check: Check) -> bool:
        """Say whether every table of some partitions passes its checks, all partitions of a table taken together."""
        return not any(
            check(table, tuple(task.folder(table, partition) for partition in partitions))
            for table in task.asset.tables
        )

    def _tell_failures(self, task: Task, partition: str, check: Check) -> CheckFailed:
        """Remove what is staged of a partition that fails; return what is wrong with its first bad table."""
        found = {table: check(table, (task.folder(table, partition),)) for table in task.asset.tables}
        for table in task.asset.tables:
            task.project.tables.discard(table, partition)
        table, failures = next((table, failures) for table, failures in found.items() if failures)
        return CheckFailed(table, partition, failures)

    def _put_in_place(self, task: Task, partition: str, started: float) -> None:
        """Let all tables of a partition take their places."""
        for table in task.asset.tables:
            note = task.note(table, partition)
            note["seconds"] = round(time.perf_counter() - started, 2)
            version = self.version(task.project, table, partition)
            task.project.tables.put_in_place(table, partition, version, note)

"""The mechanism of the flow: what a table is built from, when it is out of date, and building it whole.

Belongs here: the one mechanism of data versions, and running a building function so that a table is replaced only
when its checks pass. Does not belong here: any table (`stages`), Dagster (`definitions`), choosing what to run
(`build`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.fingerprints import hash_code, hash_text
from pipeline.progress import tell
from pipeline.project import Project
from pipeline.tables import WHOLE
from schemas.checks import TABLES, conform_table

Fingerprint = Callable[[Project, str], str]
Inputs = Callable[[Project, str], Iterable[str]]


@dataclass(frozen=True)
class Failure:
    """A check that failed: its name, and counts in words (never a row)."""

    check: str
    message: str


class CheckFailed(RuntimeError):
    """A table failed its checks and was not put in place."""

    def __init__(self, table: str, partition: str, failures: tuple[Failure, ...]) -> None:
        self.table, self.partition, self.failures = table, partition, failures
        where = table if partition == WHOLE else f"{table} of {partition}"
        lines = "\n".join(f"  - {failure.check}: {failure.message}" for failure in failures)
        super().__init__(f"{where} failed {len(failures)} check(s) and was left as it was:\n{lines}")


@dataclass
class Task:
    """One building of one or more tables, for the whole country's persons or one target group.

    Attributes
    ----------
    project : Project
    flow : Flow
        All stages.
    partition : str
        The target group, or `all`.
    folders : dict of str to Path
        Table to the hidden folder its Parquet files go into.
    notes : dict of str to dict
        Table to what is noted beside it (rows, drops).
    """

    project: Project
    flow: Flow
    partition: str
    folders: dict[str, Path] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self, table: str, frame: pl.DataFrame, file: str = "rows.parquet") -> None:
        """Write a table's rows, its columns and types as in its model, and note how many there are.

        Parameters
        ----------
        table : str
        frame : polars.DataFrame
        file : str
            Name of the Parquet file.
        """
        if table in TABLES:
            frame = conform_table(table, frame)
        frame.write_parquet(self.folders[table] / file, compression="zstd")
        self.notes[table]["rows"] = self.notes[table].get("rows", 0) + frame.height


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

    def is_current(self, project: Project, asset: FlowAsset, partition: str) -> bool:
        """Say whether every table of an asset's partition is built at the version it should have."""
        return all(
            project.tables.version(table, partition) == self.version(project, table, partition)
            for table in asset.tables
        )

    def build(
        self,
        project: Project,
        asset: FlowAsset,
        partition: str,
        check: Callable[[str, Path], tuple[Failure, ...]],
    ) -> dict[str, dict[str, Any]]:
        """Build one partition of an asset; its tables take their place only if every check passes.

        Parameters
        ----------
        project : Project
        asset : FlowAsset
        partition : str
        check : callable
            `check(table, folder)` gives the failures of a freshly written table.

        Returns
        -------
        dict of str to dict
            What was noted of each table (rows, seconds, drops).

        Raises
        ------
        CheckFailed
            Before anything is replaced.
        """
        started = time.perf_counter()
        with self._stage_tables(project, asset, partition) as task:
            asset.build(task)
            for table in asset.tables:
                failures = check(table, task.folders[table])
                if failures:
                    raise CheckFailed(table, partition, failures)
                task.notes[table]["seconds"] = round(time.perf_counter() - started, 2)
        return task.notes

    @contextmanager
    def _stage_tables(self, project: Project, asset: FlowAsset, partition: str) -> Iterator[Task]:
        task = Task(project, self, partition)
        with ExitStack() as stack:
            for table in asset.tables:
                version = self.version(project, table, partition)
                folder, note = stack.enter_context(project.tables.replace(table, version, partition))
                task.folders[table], task.notes[table] = folder, note
            yield task

    def tell_progress(self, asset: FlowAsset, done: int, total: int) -> None:
        """Say how many partitions of an asset are done."""
        tell(asset.tables[0], done, total)

"""A task: one building of an asset's tables, with the folders it writes into and the jobs it runs over leaves.

Belongs here: what a stage's building function is given. Does not belong here: when a table is built and put in place
(`flow`), what it holds (`stages`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline.executors import LeafPool, run_jobs, widen_to_blocks
from pipeline.leaf_jobs import LeafJob, LeafTree, name_function
from pipeline.progress import tell
from pipeline.project import Project
from pipeline.registers.leaves import ALL_LEAVES, LeafRange
from pipeline.tables import WHOLE
from schemas.checks import TABLES, conform_table

if TYPE_CHECKING:
    from pipeline.flow import Flow, FlowAsset


class Task:
    """One building of the tables of an asset: for the whole country's persons, or all target groups out of date.

    Attributes
    ----------
    project : Project
    flow : Flow
        All stages.
    asset : FlowAsset
    partitions : tuple of str
        What is built, all at once: target groups, or `all`.
    folders : dict of (table, partition) to Path
        Hidden folders that Parquet files go into.
    notes : dict of (table, partition) to dict
        What is noted beside each (rows, drops).
    """

    def __init__(
        self, project: Project, flow: Flow, asset: FlowAsset, partitions: tuple[str, ...], pool: LeafPool
    ) -> None:
        self.project, self.flow, self.asset, self.partitions = project, flow, asset, partitions
        self._pool = pool
        self.folders: dict[tuple[str, str], Path] = {}
        self.notes: dict[tuple[str, str], dict[str, Any]] = {}

    @property
    def ranges(self) -> tuple[LeafRange, ...]:
        """The ranges of leaves of this build."""
        return self._pool.ranges

    @property
    def records(self) -> Path:
        """The hidden folder of what jobs have found: it outlives an interruption, and goes when tables are in place."""
        return self.project.tables.records(self.asset.tables[0])

    @property
    def memory(self) -> int:
        """Bytes all jobs of this machine may hold together."""
        return self._pool.resources.memory

    def folder(self, table: str, partition: str = WHOLE) -> Path:
        """Return the hidden folder a table is written into."""
        return self.folders[table, partition]

    def note(self, table: str, partition: str = WHOLE) -> dict[str, Any]:
        """Return what is noted beside a table; facts may be added."""
        return self.notes[table, partition]

    def write(
        self, table: str, frame: pl.DataFrame, partition: str = WHOLE, file: str = "rows.parquet"
    ) -> None:
        """Write a table's rows, its columns and types as in its model, and note how many there are.

        Parameters
        ----------
        table : str
        frame : polars.DataFrame
        partition : str
        file : str
            Name of the Parquet file.
        """
        if table in TABLES:
            frame = conform_table(table, frame)
        frame.write_parquet(self.folder(table, partition) / file, compression="zstd")
        note = self.note(table, partition)
        note["rows"] = note.get("rows", 0) + frame.height

    def map_leaves(
        self, function: Callable[[LeafJob], Any], payload: Any = None, *, whole_blocks: bool = False
    ) -> list[tuple[LeafRange, Any]]:
        """Run a function over all ranges of leaves.

        Parameters
        ----------
        function : callable
            A function of a module (or a partial of one) that writes files and returns what can be pickled. What
            jobs have written and found survives an interruption.
        payload : object, optional
            What every job gets besides its leaves.
        whole_blocks : bool
            Ranges of at least one block of 16 leaves, the unit of sums of floats.

        Returns
        -------
        list of (LeafRange, object)
            Results in leaf order.
        """
        found: dict[LeafRange, Any] = {}
        self._run(function, self._list_jobs(payload, whole_blocks), found.__setitem__)
        return sorted(found.items(), key=lambda item: item[0])

    def map_parts(self, function: Callable[[LeafJob], Any], parts: Mapping[str, Any]) -> list[Any]:
        """Run a function over parts of a table that are not ranges of leaves, each job for all leaves.

        Parameters
        ----------
        function : callable
            As in `map_leaves`.
        parts : mapping of str to object
            Name of each part, under which what its job found is kept, to the payload of its job.

        Returns
        -------
        list of object
            Results, in no order.
        """
        found: list[Any] = []
        jobs = {name: self._make_job(ALL_LEAVES, payload) for name, payload in parts.items()}
        self._run(function, jobs, lambda _, result: found.append(result))
        return found

    def add_leaves(
        self, function: Callable[[LeafJob], Any], add: Callable[[Any, Any], Any], payload: Any = None
    ) -> Any:
        """Run a function over ranges of whole blocks and add up what it returns, in the order of `LeafTree`.

        Parameters
        ----------
        function : callable
            As in `map_leaves`; returns the sum of its range, None for nothing.
        add : callable
            `add(left, right)` gives the sum of two results.
        payload : object, optional

        Returns
        -------
        object
            The sum over all leaves, the same to the bit however leaves are grouped.
        """
        tree = LeafTree(add)
        self._run(function, self._list_jobs(payload, True), tree.put)
        return tree.total

    def _make_job(self, leaves: LeafRange, payload: Any) -> LeafJob:
        memory = self._pool.resources.job_memory
        return LeafJob(self.project, leaves, self.partitions, self.folders, memory, payload)

    def _list_jobs(self, payload: Any, whole_blocks: bool) -> dict[str, LeafJob]:
        ranges = widen_to_blocks(self._pool.ranges) if whole_blocks else self._pool.ranges
        return {f"{own.first:03d}-{own.last:03d}": self._make_job(own, payload) for own in ranges}

    def _run(
        self,
        function: Callable[[LeafJob], Any],
        jobs: Mapping[str, LeafJob],
        is_done: Callable[[LeafRange, Any], None],
    ) -> None:
        self.records.mkdir(parents=True, exist_ok=True)
        files = [self.records / f"{name_function(function)}-{name}.pickle" for name in jobs]
        n_done = 0

        def tell_done(leaves: LeafRange, result: Any) -> None:
            nonlocal n_done
            n_done += 1
            is_done(leaves, result)
            tell(self.asset.tables[0], n_done, len(jobs))

        run_jobs(self._pool, function, list(jobs.values()), files, tell_done)

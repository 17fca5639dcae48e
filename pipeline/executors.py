"""Who runs leaf jobs, and within which memory: threads, processes of this machine, or the workers of a Dask cluster.

Belongs here: opening an executor, handing jobs to it, the budget. Does not belong here: what a job does (`leaf_jobs`
and the stages): every executor runs the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from pipeline.leaf_jobs import JobFailed, LeafJob, pack_job, run_job, run_sent_job
from pipeline.project import Project
from pipeline.registers.leaves import LEAVES_PER_BLOCK, N_LEAVES, LeafRange, split_leaves
from pipeline.worker_processes import WorkerProcesses, hold_one_thread

BYTES_HELD_PER_BYTE_DELIVERED = 6
"""Memory needed by the largest step for every byte of Parquet delivered; measured on the sample registers."""

BYTES_WORTH_PROCESSES = 1_000_000_000
"""Delivered bytes from which jobs are run by processes: they do not wait for each other as threads do, but take some
seconds to start."""


@dataclass(frozen=True)
class Resources:
    """What a build may use.

    Attributes
    ----------
    memory : int
        Bytes that the jobs of one machine may hold together.
    n_jobs : int
        Jobs side by side on one machine.
    scheduler : str, optional
        Address of a Dask scheduler whose workers run the jobs; this machine when not given.
    in_processes : bool, optional
        Whether this machine runs jobs in processes and not in threads; by the size of the delivery when not given.
    """

    memory: int = 6_000_000_000
    n_jobs: int = 2
    scheduler: str | None = None
    in_processes: bool | None = None

    @property
    def job_memory(self) -> int:
        """Bytes one job may hold."""
        return self.memory // self.n_jobs

    def takes_processes(self, bytes_delivered: int) -> bool:
        """Say whether this machine runs jobs in processes; no number depends on it."""
        if self.in_processes is not None:
            return self.in_processes
        return self.n_jobs > 1 and bytes_delivered >= BYTES_WORTH_PROCESSES

    def split(self, bytes_delivered: int) -> tuple[LeafRange, ...]:
        """Return as few ranges of leaves as memory allows, but one for each job; no number depends on it.

        Parameters
        ----------
        bytes_delivered : int
            Size of the delivery.
        """
        needed = bytes_delivered * BYTES_HELD_PER_BYTE_DELIVERED
        n_ranges = 1
        while n_ranges < N_LEAVES and (n_ranges < self.n_jobs or needed > n_ranges * self.job_memory):
            n_ranges *= 2
        return split_leaves(n_ranges)


DEFAULT_RESOURCES = Resources()


@dataclass(frozen=True)
class LeafPool:
    """What runs the leaf jobs of a build.

    Attributes
    ----------
    executor : concurrent.futures.Executor
    ranges : tuple of LeafRange
        Together all leaves.
    resources : Resources
    """

    executor: Executor
    ranges: tuple[LeafRange, ...]
    resources: Resources

    def submit(self, function: Callable[[LeafJob], Any], job: LeafJob, record: Path) -> Future:
        """Hand one job to the executor; to another process as bytes, which nobody on the way has to open."""
        if isinstance(self.executor, ThreadPoolExecutor):
            return self.executor.submit(run_job, function, job, record)
        return self.executor.submit(run_sent_job, pack_job(function, job), record)


def widen_to_blocks(ranges: Sequence[LeafRange]) -> tuple[LeafRange, ...]:
    """Return the same ranges, none narrower than a block of 16 leaves: the unit of sums of floats."""
    return split_leaves(min(len(ranges), N_LEAVES // LEAVES_PER_BLOCK))


@contextmanager
def open_pool(resources: Resources, project: Project) -> Iterator[LeafPool]:
    """Open what runs jobs; BLAS is held at one thread wherever a job runs.

    Parameters
    ----------
    resources : Resources
    project : Project
        Its delivery decides how many ranges of leaves there are.

    Yields
    ------
    LeafPool
        Jobs not begun are dropped when the block ends with an error.
    """
    ranges = resources.split(project.bytes_delivered)
    with threadpool_limits(1), _open_executor(resources, project) as executor:
        yield LeafPool(executor, ranges, resources)


@contextmanager
def _open_executor(resources: Resources, project: Project) -> Iterator[Executor]:
    if resources.scheduler is not None:
        from distributed import Client  # the extra soem[dask]

        with Client(resources.scheduler, set_as_default=False) as client:
            client.run(hold_one_thread)
            yield client.get_executor(pure=False)
    else:
        is_apart = resources.takes_processes(project.bytes_delivered)
        executor = WorkerProcesses(resources.n_jobs) if is_apart else ThreadPoolExecutor(resources.n_jobs)
        try:
            yield executor
        finally:
            executor.shutdown(cancel_futures=True)


def run_jobs(
    pool: LeafPool,
    function: Callable[[LeafJob], Any],
    jobs: Sequence[LeafJob],
    records: Sequence[Path],
    is_done: Callable[[LeafRange, Any], None],
) -> None:
    """Run jobs, in any order, and hand over each result as it comes.

    Parameters
    ----------
    pool : LeafPool
    function : callable
        As in `run_job`.
    jobs : sequence of LeafJob
    records : sequence of Path
        One file a job, where its result is kept.
    is_done : callable
        `is_done(leaves, result)`, called here, one at a time.

    Raises
    ------
    JobFailed, InputError
        Of the first job that fails; jobs not begun are dropped.
    """
    running = {
        pool.submit(function, job, record): job.leaves for job, record in zip(jobs, records, strict=True)
    }
    try:
        for future in as_completed(running):
            leaves = running.pop(future)
            is_done(leaves, _take_result(future))
    finally:
        for future in running:
            future.cancel()


def _take_result(future: Future) -> Any:
    try:
        return future.result()
    except BrokenExecutor as error:
        raise JobFailed(
            f"a worker process stopped with {type(error).__name__}; most often the system ends one when memory runs"
            " out: run the build again with a smaller --memory or with --jobs 1 (what was finished is kept)"
        ) from None

"""Who runs leaf jobs, and within which memory: threads of this process, or the workers of a Dask cluster.

Belongs here: opening an executor, handing jobs to it, the budget. Does not belong here: what a job does (`leaf_jobs`
and the stages): every executor runs the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_limits

from pipeline.leaf_jobs import LeafJob, pack_job, run_job, run_sent_job
from pipeline.project import Project
from pipeline.registers.leaves import LEAVES_PER_BLOCK, N_LEAVES, LeafRange, split_leaves

BYTES_HELD_PER_BYTE_DELIVERED = 6
"""Memory needed by the largest step for every byte of Parquet delivered; measured on the sample registers."""


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
        Address of a Dask scheduler whose workers run the jobs; threads of this process when not given.
    """

    memory: int = 6_000_000_000
    n_jobs: int = 2
    scheduler: str | None = None

    @property
    def job_memory(self) -> int:
        """Bytes one job may hold."""
        return self.memory // self.n_jobs

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
        if self.resources.scheduler is None:
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
    if resources.scheduler is None:
        with threadpool_limits(1):
            executor = ThreadPoolExecutor(resources.n_jobs, thread_name_prefix="leaves")
            try:
                yield LeafPool(executor, ranges, resources)
            finally:
                executor.shutdown(cancel_futures=True)
        return
    from distributed import Client  # the extra soem[dask]

    with threadpool_limits(1), Client(resources.scheduler, set_as_default=False) as client:
        client.run(hold_one_thread)
        yield LeafPool(client.get_executor(pure=False), ranges, resources)


def hold_one_thread() -> None:
    """Hold BLAS at one thread for as long as a worker lives."""
    threadpool_limits(1)


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
            is_done(leaves, future.result())
    finally:
        for future in running:
            future.cancel()

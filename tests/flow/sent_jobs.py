"""Jobs that tests send to workers; a module of their own, so that a worker process can import it by name."""

from __future__ import annotations

import os
import signal

import polars as pl
from threadpoolctl import threadpool_info

from pipeline.leaf_jobs import LeafJob

SECRET = "987654321098"


def die_once(job: LeafJob) -> int:
    """Kill the worker the first time leaf 0 is worked on; tell who did the work."""
    died = job.payload / "died"
    if job.leaves.first == 0 and not died.exists():
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return os.getpid()


def quote_a_row(job: LeafJob) -> None:
    raise ValueError(f"cannot parse the row of {SECRET}")


def tell_opened(job: LeafJob) -> tuple[int, int]:
    """Tell which process and which opened project a job has, and that its declarations can be read there."""
    assert job.project.declared.target_groups
    return os.getpid(), id(job.project)


def tell_threads(job: LeafJob) -> tuple[int, int, int]:
    """Tell which process a job has, and how many threads polars and BLAS may use in it."""
    assert job.project.declared.target_groups
    return os.getpid(), pl.thread_pool_size(), max(own["num_threads"] for own in threadpool_info())

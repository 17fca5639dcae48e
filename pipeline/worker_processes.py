"""Worker processes of this machine: they begin with the build and end with it, whatever becomes of it.

Belongs here: starting and ending them. Does not belong here: what they run (`leaf_jobs`), when they are worth it
(`executors`). They are started anew, not forked: polars and DuckDB hold threads, which a fork would break.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any

from threadpoolctl import threadpool_limits

ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Each worker is one thread of the build; read by libraries when they are imported."""


class WorkerProcesses(Executor):
    """Worker processes, started at once; where one was killed, all are started anew for the next job.

    Jobs that were handed out when a worker was killed fail with `BrokenExecutor`: they are not done again, since most
    often one of them needed more memory than there is.

    Parameters
    ----------
    n_jobs : int
        Processes, each of which runs one job at a time.
    """

    def __init__(self, n_jobs: int) -> None:
        self._n_jobs = n_jobs
        self._pool = self._start()

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future:
        """Hand a job to the next worker that is free."""
        try:
            return self._pool.submit(function, *arguments, **named)
        except BrokenExecutor:
            self._pool = self._start()
            return self._pool.submit(function, *arguments, **named)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers when their jobs are done; with `cancel_futures`, jobs not begun are dropped."""
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _start(self) -> ProcessPoolExecutor:
        spawn = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self._n_jobs, mp_context=spawn, initializer=_begin_work)
        for _ in range(self._n_jobs):
            pool.submit(hold_one_thread)  # each starts a process, as no other is idle yet
        return pool


def hold_one_thread() -> None:
    """Hold BLAS at one thread for as long as a worker lives."""
    threadpool_limits(1)


def _begin_work() -> None:
    """Leave interruptions to the build, which lets running jobs end; end at once when the build is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_build, daemon=True).start()
    os.environ.update(ONE_THREAD)
    importlib.import_module("pipeline.panels.estimate")  # the libraries that jobs need, before the first job
    hold_one_thread()


def _end_with_build() -> None:
    build = multiprocessing.parent_process()
    if build is not None:
        build.join()
        os._exit(1)

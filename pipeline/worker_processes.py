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
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

ONE_THREAD = {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Each worker is one thread of the build; read by libraries when they are imported."""


@contextmanager
def open_processes(n_jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Start worker processes, and end them with the block; jobs not begun are dropped then.

    Parameters
    ----------
    n_jobs : int
        Processes, each of which runs one job at a time.

    Yields
    ------
    concurrent.futures.ProcessPoolExecutor
        Its processes are already starting.
    """
    executor = ProcessPoolExecutor(
        n_jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_begin_work
    )
    try:
        for _ in range(n_jobs):
            executor.submit(hold_one_thread)  # each starts a process, as no other is idle yet
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


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

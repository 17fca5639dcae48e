"""What a build costs: seconds, bytes read and peak memory of each asset, kept with the outputs.

Belongs here: measuring, and the table of it. Does not belong here: any benchmark (`tests/benchmarks`).

Known limitations: bytes read count what processes ask the system for (files mapped into memory are not counted), and
memory is sampled, pages that processes share counted in each. What Dask workers use is theirs and not counted here;
their dashboard shows it.
"""

from __future__ import annotations

import csv
import multiprocessing
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import psutil

from pipeline.project import Project
from pipeline.tables import WHOLE

if TYPE_CHECKING:
    from pipeline.flow import FlowAsset

SECONDS_BETWEEN_SAMPLES = 0.05
COLUMNS = ("stage", "asset", "n_partitions", "seconds", "cpu_seconds", "rows", "bytes_read", "peak_bytes")


def path_of(project: Project) -> Path:
    """Return the file that measurements are kept in: those of the last build that did anything."""
    return project.outputs / "profile.csv"


def start_measuring(project: Project) -> None:
    """Forget the measurements of the build before."""
    project.outputs.mkdir(parents=True, exist_ok=True)
    with path_of(project).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(COLUMNS)


@contextmanager
def measure(project: Project, asset: FlowAsset, n_partitions: int) -> Iterator[None]:
    """Measure the building of an asset and add a line to the measurements.

    Parameters
    ----------
    project : Project
    asset : FlowAsset
    n_partitions : int
        Partitions built together.
    """
    processes = _list_processes()
    before, started = [_count_used(process) for process in processes], time.perf_counter()
    with _sample_memory(processes) as peak:
        yield
    after = [_count_used(process) for process in processes]
    used = [
        (last[0] - first[0], last[1] - first[1])
        for first, last in zip(before, after, strict=True)
        if first and last
    ]
    notes = [
        project.tables.note(table, partition)
        for table in asset.tables
        for partition in (project.estimated_groups if asset.is_by_group else (WHOLE,))
    ]
    line = (
        asset.stage,
        asset.tables[0],
        n_partitions,
        round(time.perf_counter() - started, 2),
        round(sum(cpu for cpu, _ in used), 2),
        sum(note.get("rows") or 0 for note in notes),
        sum(read for _, read in used),
        peak[0],
    )
    if not path_of(project).exists():
        start_measuring(project)
    with path_of(project).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(line)


def _list_processes() -> list[psutil.Process]:
    """Return this process and the workers it has started."""
    found = [psutil.Process()]
    for worker in multiprocessing.active_children():
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(worker.pid))
    return found


def _count_used(process: psutil.Process) -> tuple[float, int] | None:
    """Return CPU seconds and bytes read so far; None of a worker that has ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return None
    return times.user + times.system, _count_bytes_read(process)


def _count_bytes_read(process: psutil.Process) -> int:
    try:
        counters = process.io_counters()
    except (AttributeError, psutil.Error):  # not on macOS
        return 0
    return int(getattr(counters, "read_chars", counters.read_bytes))


@contextmanager
def _sample_memory(processes: Sequence[psutil.Process]) -> Iterator[list[int]]:
    """Sample the memory of processes together in a thread; the highest value is in the list."""
    peak, is_over = [_add_memory(processes)], threading.Event()

    def sample() -> None:
        while not is_over.wait(SECONDS_BETWEEN_SAMPLES):
            peak[0] = max(peak[0], _add_memory(processes))

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    try:
        yield peak
    finally:
        is_over.set()
        sampler.join()


def _add_memory(processes: Sequence[psutil.Process]) -> int:
    held = 0
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # a worker that has ended
            held += process.memory_info().rss
    return held


def sum_by_stage(project: Project) -> pl.DataFrame:
    """Add up the measurements of the last build by stage.

    Returns
    -------
    polars.DataFrame
        stage, assets, seconds, cpu_seconds, rows, bytes_read, peak_bytes; a last row `all`.
    """
    lines = pl.read_csv(path_of(project))
    sums = [
        pl.len().alias("assets"),
        *(pl.col(name).sum() for name in ("seconds", "cpu_seconds", "rows", "bytes_read")),
        pl.col("peak_bytes").max(),
    ]
    stages = lines.group_by("stage").agg(sums).sort("stage")
    return pl.concat([stages, lines.select(pl.lit("all").alias("stage"), *sums)])

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
    processes = [psutil.Process(), *(psutil.Process(own.pid) for own in multiprocessing.active_children())]
    read, cpu, started = _count_bytes_read(processes), _count_cpu(processes), time.perf_counter()
    with _sample_memory(processes) as peak:
        yield
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
        round(_count_cpu(processes) - cpu, 2),
        sum(note.get("rows") or 0 for note in notes),
        _count_bytes_read(processes) - read,
        peak[0],
    )
    if not path_of(project).exists():
        start_measuring(project)
    with path_of(project).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(line)


def _count_cpu(processes: Sequence[psutil.Process]) -> float:
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def _count_bytes_read(processes: Sequence[psutil.Process]) -> int:
    try:
        counters = [process.io_counters() for process in processes]
    except (AttributeError, psutil.AccessDenied):  # not on macOS
        return 0
    return sum(int(getattr(own, "read_chars", own.read_bytes)) for own in counters)


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
        with suppress(psutil.NoSuchProcess):  # a worker was killed: the build tells it
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

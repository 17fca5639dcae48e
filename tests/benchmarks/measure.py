"""Time and peak memory of one way of doing a job, in a process of its own; ways beside each other as a table.

Belongs here: measuring in a fork. Does not belong here: where results are kept (`results`), what is measured.
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import polars as pl

from tests.benchmarks.results import RESULTS, write_table

KB = 1024


@dataclass(frozen=True)
class Run:
    """One run.

    Parameters
    ----------
    seconds : list of float
        Of each repetition.
    peak_mb : float
        Most memory taken beyond what was there before, MB.
    result : Any
        What the last repetition returned.
    """

    seconds: list[float]
    peak_mb: float
    result: Any


def run_apart(work: Callable[[], Any], repetitions: int = 1) -> Run:
    """Run in a forked process, so that memory is its own and data need not be sent.

    Parameters
    ----------
    work : callable
        What is measured; its result is sent back.
    repetitions : int
    """
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)

    def child() -> None:
        before = _read_peak_mb()
        seconds, result = [], None
        for _ in range(repetitions):
            start = time.perf_counter()
            result = work()
            seconds.append(time.perf_counter() - start)
        send.send(Run(seconds, _read_peak_mb() - before, result))

    process = context.Process(target=child)
    process.start()
    send.close()
    try:
        run: Run = receive.recv()
    except EOFError:
        raise RuntimeError("the measured process ended without a result") from None
    process.join()
    return run


def write_comparison(name: str, rows: Sequence[dict[str, Any]], notes: Sequence[str]) -> None:
    """Write rows as CSV and as a table in Markdown with notes below, and print the latter."""
    write_table(name, pl.DataFrame(rows))
    columns = list(rows[0])
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(str(row[column]) for column in columns) for row in rows]
    text = (
        "\n".join(f"| {line} |" for line in lines) + "\n\n" + "\n".join(f"- {note}" for note in notes) + "\n"
    )
    (RESULTS / f"{name}.md").write_text(text, "utf-8")
    print(text)


def spread(values: Sequence[float], digits: int = 3) -> str:
    """Write min – median – max."""
    return " – ".join(f"{value:.{digits}g}" for value in (min(values), median(values), max(values)))


def _read_peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB

"""Benchmark: the calculation engine behind a slider, and the same draws as a plain Python loop.

Belongs here: opening a release, one calculation, 10,000 draws, the tornado, import and size, each with its target.
Does not belong here: building releases (`whole_build`).

    python -m tests.benchmarks.engine --release DIR [--file INTERVENTION] [--repeat N]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.metadata import files
from pathlib import Path

import numpy as np
import polars as pl
import soem_engine
from soem_engine import (
    Release,
    Result,
    calculate,
    find_sensitivity,
    load_intervention,
    open_release,
    run_monte_carlo,
)
from soem_engine.factors import seed_stream
from soem_engine.tornado import find_tornado

from tests.benchmarks.results import write_table

ENGINE = Path(soem_engine.__file__).parent
EXAMPLE = ENGINE.parent / "examples" / "icm_homeless.toml"
EXTRAS = ("report", "workbook", "gallery")
N_DRAWS, N_LOOP = 10_000, 20
_TIMED = (
    "import time; {0}; t, c = time.perf_counter(), time.process_time(); {1}; "
    "print(time.perf_counter() - t, time.process_time() - c)"
)


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--release", type=Path, required=True)
    parser.add_argument("--file", type=Path, default=EXAMPLE)
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    with open_release(options.release) as release:
        rows = list_rows(release, options.file, options.repeat)
    frame = pl.DataFrame(rows)
    write_table("engine", frame)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=160):
        print(frame)


def list_rows(release: Release, file: Path, repeat: int) -> list[dict[str, object]]:
    """Return one row a measurement: wall seconds min, median, max, the least processor seconds, the target."""
    intervention = load_intervention(file, release)
    result = calculate(release, intervention)
    run_monte_carlo(result, 2)
    draws = measure("10,000 Monte Carlo draws", 0.2, repeat, lambda: run_monte_carlo(result, N_DRAWS))
    loop = measure(f"{N_LOOP} draws in a plain Python loop", None, 3, lambda: draw_in_a_loop(result, N_LOOP))
    opening = f"soem_engine.open_release({str(release.path)!r})"
    calculating = (
        f"r = open_release({str(release.path)!r}); calculate(r, load_intervention({str(file)!r}, r))"
    )
    per_draw = float(str(loop["seconds_median"])) / N_LOOP
    ratio = per_draw * N_DRAWS / float(str(draws["seconds_median"]))
    return [
        process_row("import soem_engine", 0.5, repeat, "import soem_engine"),
        process_row("of that duckdb and numpy", None, repeat, "import duckdb, numpy"),
        process_row("open a release", 0.15, repeat, opening, "import soem_engine"),
        process_row("open, read and calculate", None, repeat, calculating, "from soem_engine import *"),
        measure("one calculation", 0.002, 20 * repeat, lambda: calculate(release, intervention)),
        draws,
        loop,
        {"what": "10,000 draws in the loop ÷ 10,000 draws", "unit": "times", "seconds_median": ratio},
        measure("tornado over all inputs", 0.2, repeat, lambda: find_tornado(result)),
        measure("whole sensitivity", None, repeat, lambda: find_sensitivity(release, intervention)),
        {"what": "installed without extras", "unit": "MB", "seconds_median": find_size(), "target": 150.0},
    ]


def measure(what: str, target: float | None, repeat: int, job: Callable[[], object]) -> dict[str, object]:
    """Run a job some times and return its row."""
    wall, processor = [], []
    for _ in range(repeat):
        started, used = time.perf_counter(), time.process_time()
        job()
        wall.append(time.perf_counter() - started)
        processor.append(time.process_time() - used)
    return make_row(what, wall, min(processor), target)


def make_row(what: str, wall: list[float], processor: float, target: float | None) -> dict[str, object]:
    """Return a row of seconds."""
    return {
        "what": what,
        "unit": "s",
        "seconds_min": min(wall),
        "seconds_median": float(np.median(wall)),
        "seconds_max": max(wall),
        "cpu_seconds_min": processor,
        "target": target,
    }


def process_row(
    what: str, target: float | None, repeat: int, statement: str, before: str = "pass"
) -> dict[str, object]:
    """Measure a statement in processes of their own, after another that is not measured."""
    wall, processor = [], []
    for _ in range(repeat):
        command = [sys.executable, "-c", _TIMED.format(before, statement)]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        wall.append(float(told[0]))
        processor.append(float(told[1]))
    return make_row(what, wall, min(processor), target)


def draw_in_a_loop(result: Result, n_draws: int) -> list[float]:
    """Draw the net present value as one would write it down: estimate by estimate, cell by cell."""
    totals = []
    cost = float(result.cost_pv_dkk.sum())
    for number in range(n_draws):
        total = -cost
        for part in result.parts:
            factor, links = part.estimates.covariance.factor.tolist(), part.estimates
            normals = seed_stream(number, part.group.key).standard_normal(len(factor[0])).tolist()
            errors = [sum(f * z for f, z in zip(row, normals, strict=True)) for row in factor]
            value = part.value.tolist()
            for c, k, position, weight in zip(
                links.consequence, links.relative_year, links.position, links.weight, strict=True
            ):
                value[c][k] += float(weight) * errors[position]
            succeeding, prices = part.succeeding.tolist(), part.price_dkk.tolist()
            for t, discount in enumerate(result.discount_factors.tolist()):
                for c, consequence in enumerate(result.consequences):
                    use = sum(n * v for n, v in zip(succeeding[t], value[c], strict=True))
                    for price in prices[t][c]:
                        total -= consequence.budget_sign * use * price * discount
        totals.append(total)
    return totals


def find_size() -> float:
    """Return the megabytes of duckdb, numpy and the engine without its extras."""
    total = 0
    for name in ("duckdb", "numpy"):
        for entry in files(name) or ():
            path = Path(str(entry.locate()))
            total += path.stat().st_size if path.is_file() else 0
    for path in ENGINE.rglob("*"):
        if path.is_file() and path.relative_to(ENGINE).parts[0] not in EXTRAS:
            total += path.stat().st_size
    return total / 1e6


if __name__ == "__main__":
    main()

"""Where benchmarks keep their tables: one CSV each, and the machine they were measured on.

Belongs here: writing results. Does not belong here: any measurement.
"""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import polars as pl
import psutil

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("duckdb", "numpy", "polars", "scipy", "statsmodels")


def write_table(name: str, frame: pl.DataFrame) -> None:
    """Write a table of results, and beside it what it was measured on.

    Parameters
    ----------
    name : str
    frame : polars.DataFrame
    """
    RESULTS.mkdir(exist_ok=True)
    frame.write_csv(RESULTS / f"{name}.csv")
    lines = [
        f"cores: {os.cpu_count()}",
        f"memory: {psutil.virtual_memory().total / 2**30:.0f} GiB",
        f"processor: {_name_processor()}",
        f"python: {platform.python_version()}",
        *(f"{package}: {version(package)}" for package in PACKAGES),
    ]
    (RESULTS / f"{name}.machine.txt").write_text("\n".join(lines) + "\n", "utf-8")


def _name_processor() -> str:
    """Return the model of the processor; Linux keeps it in a file."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")

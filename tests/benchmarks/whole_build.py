"""Benchmark: from register files to a release at parts of national size, and one more target group on a finished build.

Belongs here: drawing registers, running the commands people run, measuring them from outside. Does not belong here:
the estimator alone (`estimator`), the same job as it is done today (`analysts_way`), the floor itself (`floor`).

    python -m tests.benchmarks.whole_build --work FOLDER [--sizes 1/30 1/10 1/3 1/1] [--memory GB]

Registers that lie in the folder already are not drawn again. Every size is built in a process of its own; the floor,
one scan of the needed columns of the same files, is measured right before and after it.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import polars as pl
import psutil

from pipeline.project import DECLARATIONS
from sample_registers.draw import NATIONAL_PERSONS
from tests.benchmarks.results import write_table

GROUP_COPIED = "homeless"
SIZES = ("1/30", "1/10", "1/3", "1/1")


@dataclass(frozen=True)
class Measured:
    """What a command took: seconds, CPU seconds, and the peak memory of all its processes together (bytes)."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run_measured(*arguments: str | Path) -> Measured:
    """Run the command line in a process of its own and measure it from outside.

    Raises
    ------
    subprocess.CalledProcessError
        When it fails.
    """
    started = time.perf_counter()
    command = [sys.executable, "-m", "pipeline.cli", *map(str, arguments)]
    process = psutil.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    seen = {"peak": 0, "cpu": 0.0}
    sampler = threading.Thread(target=_sample, args=(process, seen), daemon=True)
    sampler.start()
    told, _ = process.communicate()
    seconds = time.perf_counter() - started
    sampler.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, told)
    return Measured(seconds, seen["cpu"], seen["peak"])


def _sample(process: psutil.Popen, seen: dict) -> None:
    cpu: dict[int, float] = {}
    while process.is_running():
        held = 0
        with suppress(psutil.Error):  # it has just ended
            for member in (process, *process.children(recursive=True)):
                with suppress(psutil.Error):
                    held += member.memory_info().rss
                    times = member.cpu_times()
                    cpu[member.pid] = times.user + times.system  # of one that ended what was seen last
        seen["peak"] = max(seen["peak"], held)
        seen["cpu"] = sum(cpu.values())
        time.sleep(0.5)  # each look walks over all processes: more often, and it takes from what it measures


def draw(work: Path, size: str) -> Path:
    """Draw registers of a part of national size with true prevalences, unless they are there."""
    folder = work / f"registers_{size.replace('/', '_of_')}"
    if not folder.exists():
        persons = round(NATIONAL_PERSONS * Fraction(size))
        arguments = ("registers", "sample", "--out", folder, "--persons", persons, "--national")
        run_measured(*(str(argument) for argument in arguments))
    return folder


def add_target_group(declarations: Path) -> None:
    """Declare one more target group: a copy of another under a new name."""
    folder = declarations / "target_groups"
    text = (folder / f"{GROUP_COPIED}.toml").read_text("utf-8")
    (folder / f"{GROUP_COPIED}_again.toml").write_text(
        text.replace(f'"{GROUP_COPIED}"', f'"{GROUP_COPIED}_again"'), "utf-8"
    )


def measure_size(work: Path, size: str, memory: float) -> tuple[list[dict], pl.DataFrame]:
    """Build and publish at one size, the floor beside it; then one more target group.

    Returns
    -------
    list of dict
        Rows of the table of results.
    polars.DataFrame
        The build by asset, as `soem build --profile` keeps it.
    """
    from tests.benchmarks.floor import scan_delivery

    registers = draw(work, size)
    outputs, declarations = work / f"outputs_{size.replace('/', '_of_')}", work / "declarations"
    for folder in (outputs, declarations):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DECLARATIONS, declarations, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    places = ("--registers", registers, "--outputs", outputs, "--declarations", declarations)
    floors = [scan_delivery(registers)]
    build = run_measured("build", *places, "--memory", memory, "--profile")
    by_asset = pl.read_csv(outputs / "profile.csv").insert_column(0, pl.lit(size).alias("size"))
    publish = run_measured("publish", "next", *places)
    floors.append(scan_delivery(registers))
    add_target_group(declarations)
    one_more = run_measured("build", *places, "--memory", memory)
    bytes_delivered = sum(file.stat().st_size for file in registers.rglob("*.parquet"))
    floor = [found.seconds for found in floors]
    rows = []
    for what, measured in (("build", build), ("publish", publish), ("one more target group", one_more)):
        ratios = sorted(measured.seconds / seconds for seconds in floor)
        rows.append(
            {
                "size": size,
                "persons": round(NATIONAL_PERSONS * Fraction(size)),
                "delivered_mb": round(bytes_delivered / 1e6),
                "what": what,
                "seconds": round(measured.seconds, 1),
                "cpu_seconds": round(measured.cpu_seconds, 1),
                "peak_mb": round(measured.peak_bytes / 1e6),
                "floor_seconds_min": round(min(floor), 2),
                "floor_seconds_max": round(max(floor), 2),
                "times_floor_min": round(ratios[0], 1),
                "times_floor_max": round(ratios[-1], 1),
            }
        )
    return rows, by_asset


def main() -> None:
    """Measure the sizes asked for and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--sizes", nargs="+", default=["1/30"], choices=SIZES)
    parser.add_argument("--memory", type=float, default=6.0, help="GB, as soem build --memory")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    rows, profiles = [], []
    for size in options.sizes:
        found, by_asset = measure_size(options.work, size, options.memory)
        rows += found
        profiles.append(by_asset)
        write_table("whole_build", pl.DataFrame(rows))
        write_table("whole_build_by_asset", pl.concat(profiles))
        for row in found:
            print(*row.values(), sep="\t", flush=True)


if __name__ == "__main__":
    main()

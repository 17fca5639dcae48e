"""The same jobs in worker processes of this machine: equal to the bit, and gone with the build, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import psutil
import pytest

from pipeline.executors import BYTES_WORTH_PROCESSES, Resources, open_pool, run_jobs
from pipeline.failures import BuildFailed
from pipeline.leaf_jobs import JobFailed
from pipeline.measure import measure, path_of
from pipeline.stages.in_order import FLOW
from tests.flow.sent_jobs import SECRET, die_once, quote_a_row, tell_threads
from tests.flow.small_build import ROOT, SmallBuild, places_of, run_soem
from tests.flow.test_dask import make_jobs
from tests.flow.test_interruption import SECONDS_TO_BEGIN, read_tables

IN_PROCESSES = Resources(in_processes=True)


@pytest.mark.slow
def test_a_build_in_processes_is_equal_to_the_bit(small: SmallBuild, tmp_path: Path) -> None:
    project = small.open(outputs=tmp_path / "outputs")
    done = run_soem("build", "--executor", "processes", "--profile", *places_of(project))
    assert done.returncode == 0, done.stderr
    assert read_tables(project) == read_tables(small.project)
    assert not list(project.tables.root.glob(".*"))


def test_workers_are_processes_of_one_thread_each(small: SmallBuild, tmp_path: Path) -> None:
    jobs, records = make_jobs(small.project, tmp_path / "records", 8)
    found: list[tuple[int, int, int]] = []
    with open_pool(IN_PROCESSES, small.project) as pool:
        run_jobs(pool, tell_threads, jobs, records, lambda leaves, told: found.append(told))
    assert len(found) == len(jobs)
    assert {polars for _, polars, _ in found} == {1}
    assert {blas for _, _, blas in found} == {1}
    workers = {pid for pid, _, _ in found}
    assert os.getpid() not in workers
    assert not any(psutil.pid_exists(pid) for pid in workers)


def test_a_killed_worker_is_told_and_what_was_finished_is_kept(small: SmallBuild, tmp_path: Path) -> None:
    jobs, records = make_jobs(small.project, tmp_path / "records", 16)
    jobs, records = jobs[::-1], records[::-1]  # the job that kills its worker comes last
    found: dict[int, int] = {}
    again: dict[int, int] = {}
    with open_pool(IN_PROCESSES, small.project) as pool:
        with pytest.raises(JobFailed) as caught:
            run_jobs(pool, die_once, jobs, records, lambda leaves, pid: found.update({leaves.first: pid}))
        kept = {int(file.stem) for file in (tmp_path / "records").glob("*.pickle")}
        run_jobs(pool, die_once, jobs, records, lambda leaves, pid: again.update({leaves.first: pid}))
    assert "smaller --memory" in str(caught.value)
    assert BuildFailed(str(caught.value)).is_of_machine
    assert kept >= set(found)
    assert kept
    assert set(again) == {job.leaves.first for job in jobs}
    assert found.items() <= again.items()


def test_a_build_is_measured_though_a_worker_was_killed(small: SmallBuild, tmp_path: Path) -> None:
    project = small.open(outputs=tmp_path / "outputs")
    jobs, records = make_jobs(project, tmp_path / "records", 4)
    with open_pool(IN_PROCESSES, project) as pool, measure(project, FLOW.assets[0], 1):
        with pytest.raises(JobFailed):
            run_jobs(pool, die_once, jobs, records, lambda leaves, pid: None)
        run_jobs(pool, die_once, jobs, records, lambda leaves, pid: None)
    (line,) = pl.read_csv(path_of(project)).to_dicts()
    assert line["asset"] == FLOW.assets[0].tables[0]
    assert line["cpu_seconds"] >= 0
    assert line["peak_bytes"] > 0


def test_the_text_of_an_error_does_not_leave_the_worker(small: SmallBuild, tmp_path: Path, capfd) -> None:
    jobs, records = make_jobs(small.project, tmp_path / "records", 2)
    with open_pool(IN_PROCESSES, small.project) as pool, pytest.raises(JobFailed) as caught:
        run_jobs(pool, quote_a_row, jobs, records, lambda leaves, result: None)
    assert "ValueError" in str(caught.value)
    assert SECRET not in str(caught.value) + "".join(capfd.readouterr())


@pytest.mark.parametrize("send", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_no_worker_outlives_its_build(small: SmallBuild, tmp_path: Path, send: signal.Signals) -> None:
    project = small.open(outputs=tmp_path / "outputs")
    build = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pipeline.cli",
            "build",
            "--executor",
            "processes",
            *map(str, places_of(project)),
        ],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + SECONDS_TO_BEGIN
    while not any(project.tables.root.rglob("built.json")):
        assert build.poll() is None, "the build ended before it was stopped"
        assert time.monotonic() < until
        time.sleep(0.05)
    workers = psutil.Process(build.pid).children(recursive=True)
    assert len(workers) >= IN_PROCESSES.n_jobs
    if send == signal.SIGINT:
        os.killpg(build.pid, send)  # as a terminal does: to the workers as well
    else:
        build.send_signal(send)
    _, told = build.communicate(timeout=SECONDS_TO_BEGIN)
    assert build.returncode != 0
    if send == signal.SIGINT:
        lines = [line for line in told.splitlines() if line.strip()]
        assert lines == ["Interrupted. What is built stays built; run the same command again to go on."]
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive


def test_a_small_delivery_is_not_worth_processes() -> None:
    assert not Resources().takes_processes(BYTES_WORTH_PROCESSES - 1)
    assert Resources().takes_processes(BYTES_WORTH_PROCESSES)
    assert not Resources(n_jobs=1).takes_processes(BYTES_WORTH_PROCESSES)
    assert Resources(in_processes=True).takes_processes(1)
    assert not Resources(in_processes=False).takes_processes(BYTES_WORTH_PROCESSES)

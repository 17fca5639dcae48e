"""The same jobs on the workers of a Dask cluster: equal to the bit; what a killed worker had begun is done again."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from pipeline.declarations.problems import InputError
from pipeline.executors import Resources, open_pool, run_jobs
from pipeline.leaf_jobs import JobFailed, LeafJob
from pipeline.project import Project, open_same_project
from pipeline.registers.leaves import split_leaves
from tests.flow.sent_jobs import SECRET, die_once, quote_a_row, tell_opened
from tests.flow.small_build import SmallBuild, places_of, run_soem
from tests.flow.test_interruption import read_tables


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Start two worker processes of one thread each."""
    settings = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "silence_logs": 50}
    with LocalCluster(**settings) as started:
        yield started


def make_jobs(project: Project, folder: Path, n_jobs: int) -> tuple[list[LeafJob], list[Path]]:
    folder.mkdir()
    jobs = [LeafJob(project, leaves, ("all",), {}, 10**8, folder) for leaves in split_leaves(n_jobs)]
    return jobs, [folder / f"{job.leaves.first}.pickle" for job in jobs]


@pytest.mark.slow
def test_a_build_on_a_cluster_is_equal_to_the_bit(
    small: SmallBuild, cluster: LocalCluster, tmp_path: Path
) -> None:
    project = small.open(outputs=tmp_path / "outputs")
    done = run_soem(
        *("build", "--executor", "dask", "--scheduler", cluster.scheduler_address), *places_of(project)
    )
    assert done.returncode == 0, done.stderr
    assert read_tables(project) == read_tables(small.project)
    assert not list(project.tables.root.glob(".*"))


def test_what_a_killed_worker_had_begun_is_done_again(
    small: SmallBuild, cluster: LocalCluster, tmp_path: Path
) -> None:
    jobs, records = make_jobs(small.project, tmp_path / "records", 16)
    found: dict[int, int] = {}
    with open_pool(Resources(scheduler=cluster.scheduler_address), small.project) as pool:
        run_jobs(pool, die_once, jobs, records, lambda leaves, pid: found.update({leaves.first: pid}))
    assert (tmp_path / "records" / "died").exists()
    assert set(found) == {job.leaves.first for job in jobs}
    assert os.getpid() not in found.values()


def test_the_text_of_an_error_does_not_leave_the_worker(
    small: SmallBuild, cluster: LocalCluster, tmp_path: Path
) -> None:
    jobs, records = make_jobs(small.project, tmp_path / "records", 2)
    with (
        open_pool(Resources(scheduler=cluster.scheduler_address), small.project) as pool,
        pytest.raises(JobFailed) as caught,
    ):
        run_jobs(pool, quote_a_row, jobs, records, lambda leaves, result: None)
    assert "ValueError" in str(caught.value)
    assert SECRET not in str(caught.value)
    with Client(cluster.scheduler_address, set_as_default=False) as client:
        logs = client.get_worker_logs()
    assert SECRET not in str(logs)


def test_a_worker_opens_the_project_once_and_refuses_another(
    small: SmallBuild, cluster: LocalCluster, tmp_path: Path
) -> None:
    jobs, records = make_jobs(small.project, tmp_path / "records", 8)
    opened: list[tuple[int, int]] = []
    with open_pool(Resources(scheduler=cluster.scheduler_address), small.project) as pool:
        run_jobs(pool, tell_opened, jobs, records, lambda leaves, found: opened.append(found))
    assert len(opened) == len(jobs)
    assert len(set(opened)) == len({pid for pid, _ in opened})
    own = small.project
    with pytest.raises(InputError, match="other code or declarations"):
        open_same_project(own.registers, own.outputs, own.declarations, "of another checkout")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--executor", "dask"), "without --scheduler"),
        (("--scheduler", "tcp://somewhere:1"), "--executor local with --scheduler"),
        (("--memory", "0", "--jobs", "-1"), r"--memory(.|\n)+--jobs"),
    ],
)
def test_contradicting_options_are_refused(arguments: tuple[str, ...], problem: str) -> None:
    done = run_soem("build", *arguments)
    assert done.returncode == 2
    assert re.search(problem, done.stderr), done.stderr
    assert InputError.__name__ not in done.stderr

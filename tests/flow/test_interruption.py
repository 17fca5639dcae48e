"""A process that is killed or interrupted leaves nothing half done, and the next run goes on from there."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.project import Project
from pipeline.release.versions import list_releases
from tests.flow.small_build import ROOT, SmallBuild, places_of, run_soem

LOST = (
    "estimates",
    "adjustment_by_covariate",
    "estimate_covariance",
    "diagnostics",
    "profiles",
    "profile_weights",
)
SECONDS_TO_BEGIN = 180


def stop_when(command: str, project: Project, *, has_begun: Callable[[], bool], send: signal.Signals) -> str:
    """Start a command, send it a signal as soon as it has begun, return what it said on the terminal."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", *command.split(), *map(str, places_of(project))],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + SECONDS_TO_BEGIN
    while not has_begun():
        assert process.poll() is None, "the command ended before it was stopped"
        assert time.monotonic() < until
        time.sleep(0.02)
    process.send_signal(send)
    _, told = process.communicate(timeout=SECONDS_TO_BEGIN)
    assert process.returncode != 0
    return told


def read_tables(project: Project) -> dict[str, bytes]:
    """Return every Parquet file of every table."""
    root = project.tables.root
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in root.rglob("*.parquet")}


@pytest.fixture
def half_built(small: SmallBuild, tmp_path: Path) -> Project:
    """Open a build that lacks estimates and profiles of every group."""
    project = small.open(outputs=small.copy_outputs(tmp_path / "outputs"))
    for table in LOST:
        shutil.rmtree(project.tables.root / table)
    return project


def has_one_group(project: Project) -> Callable[[], bool]:
    folder = project.tables.root / "estimates"
    return lambda: folder.is_dir() and any(folder.iterdir())


@pytest.mark.parametrize("send", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_a_build_that_was_stopped_goes_on(
    small: SmallBuild, half_built: Project, send: signal.Signals
) -> None:
    told = stop_when("build", half_built, has_begun=has_one_group(half_built), send=send)
    if send == signal.SIGINT:
        lines = [line for line in told.splitlines() if line.strip()]
        assert lines == ["Interrupted. What is built stays built; run the same command again to go on."]
    for group in (half_built.tables.root / "estimates").iterdir():
        assert (group / "built.json").is_file()
        assert list(group.glob("*.parquet"))
    n_done = len(list((half_built.tables.root / "profiles").glob("*")))
    assert n_done < len(half_built.estimated_groups)
    done = run_soem("build", *places_of(half_built))
    assert done.returncode == 0, done.stderr
    assert "built profiles" in done.stderr
    assert not re.search(r"built (target_group_members|person_years|register_)", done.stderr)
    assert read_tables(half_built) == read_tables(small.project)
    assert not list(half_built.tables.root.glob(".*"))


@pytest.mark.slow
def test_a_killed_publication_leaves_no_release(small: SmallBuild, tmp_path: Path) -> None:
    project = small.open(outputs=small.copy_outputs(tmp_path / "outputs"))
    shutil.rmtree(project.releases)
    stop_when(
        "publish next",
        project,
        has_begun=lambda: any(project.releases.glob(".staging-*/*")),
        send=signal.SIGKILL,
    )
    assert list_releases(project.releases) == []
    assert not [path for path in project.releases.iterdir() if not path.name.startswith(".")]
    done = run_soem("publish", "next", *places_of(project))
    assert done.returncode == 0, done.stderr
    assert [version.number for version in list_releases(project.releases)] == [1]
    assert not list(project.releases.glob(".staging-*"))

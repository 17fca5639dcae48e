"""Jobs over leaves: the same sum however leaves are grouped; what had finished is not done again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.executors import LeafPool, Resources, widen_to_blocks
from pipeline.flow import Flow, FlowAsset
from pipeline.leaf_jobs import JobFailed, LeafJob, LeafTree, run_job
from pipeline.project import Project
from pipeline.registers.leaves import ALL_LEAVES, N_LEAVES, LeafRange, split_leaves
from pipeline.task import Task

TABLE = "numbers"


def sum_plainly(values: np.ndarray, leaves: LeafRange) -> np.float64:
    """Add a range up the tree, from its definition: left half plus right half."""
    if leaves.width == 1:
        return values[leaves.first]
    middle = leaves.first + leaves.width // 2
    left, right = LeafRange(leaves.first, middle - 1), LeafRange(middle, leaves.last)
    return sum_plainly(values, left) + sum_plainly(values, right)


def split_unevenly(leaves: LeafRange, choose: Callable[[], bool]) -> list[LeafRange]:
    """Split all leaves into nodes of the tree, of any widths."""
    if leaves.width == 1 or not choose():
        return [leaves]
    middle = leaves.first + leaves.width // 2
    left, right = LeafRange(leaves.first, middle - 1), LeafRange(middle, leaves.last)
    return split_unevenly(left, choose) + split_unevenly(right, choose)


@settings(deadline=None)
@given(st.data())
def test_any_grouping_and_any_order_give_the_same_bits(data: st.DataObject) -> None:
    values = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1))).normal(size=N_LEAVES) * 1e6
    ranges = split_unevenly(ALL_LEAVES, lambda: data.draw(st.booleans()))
    tree = LeafTree(lambda left, right: left + right)
    for leaves in data.draw(st.permutations(ranges)):
        tree.put(leaves, sum_plainly(values, leaves))
    assert tree.total == sum_plainly(values, ALL_LEAVES)


def test_nothing_is_no_number_and_missing_leaves_are_told() -> None:
    tree = LeafTree(lambda left, right: left + right)
    first, *others = split_leaves(8)
    for leaves in others:
        tree.put(leaves, None)
    with pytest.raises(ValueError, match="expected all of them"):
        _ = tree.total
    tree.put(first, 3)
    assert tree.total == 3


@settings(deadline=None)
@given(st.integers(0, 8), st.integers(0, 255))
def test_a_sibling_is_the_other_half_of_the_parent(power: int, leaf: int) -> None:
    width = 2**power
    leaves = LeafRange(leaf // width * width, leaf // width * width + width - 1)
    if leaves == ALL_LEAVES:
        assert leaves.sibling is None
        return
    both = sorted((leaves, leaves.sibling))
    assert (both[0].first, both[1].last) == (leaves.parent.first, leaves.parent.last)
    assert both[1].first == both[0].last + 1
    assert leaves.sibling.sibling == leaves


def test_ranges_follow_the_memory() -> None:
    plenty = Resources(memory=10**12)
    assert len(plenty.split(10**9)) == plenty.n_jobs
    narrow = Resources(memory=10**9)
    assert len(narrow.split(10**9)) > len(narrow.split(10**8))
    assert len(Resources(memory=1).split(10**12)) == N_LEAVES
    assert {leaves.width for leaves in widen_to_blocks(split_leaves(N_LEAVES))} == {16}
    assert widen_to_blocks(split_leaves(4)) == split_leaves(4)


def count_leaves(diary: Path, fail_at: int, job: LeafJob) -> int:
    """Write down that the job was done, and write its file; stop at one leaf as long as the diary says so."""
    if job.leaves.first == fail_at and (diary / "fails").exists():
        raise ValueError("a row of 987654321098")
    (diary / f"{job.leaves.first}.{len(list(diary.glob('*')))}").touch()
    frame = pl.DataFrame({"leaf": range(job.leaves.first, job.leaves.last + 1)})
    frame.write_parquet(job.path(TABLE))
    return frame.height


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    folder = tmp_path / "diary"
    folder.mkdir()
    return folder


def make_flow(diary: Path, fail_at: int, version: str = "1") -> Flow:
    def build(task: Task) -> None:
        parts = task.map_leaves(partial(count_leaves, diary, fail_at))
        task.note(TABLE)["rows"] = sum(rows for _, rows in parts)

    asset = FlowAsset(
        tables=(TABLE,),
        stage="stage_2_person_years",
        inputs=(),
        code=("pipeline/registers",),
        build=build,
        declarations=lambda *_: version,
    )
    return Flow((asset,))


def run(flow: Flow, project: Project, n_ranges: int = 8) -> None:
    # one thread, so that jobs begin in order
    with ThreadPoolExecutor(1) as executor:
        pool = LeafPool(executor, split_leaves(n_ranges), Resources())
        flow.build(project, flow.assets[0], ("all",), lambda table, folders: (), pool)


def done_times(diary: Path) -> dict[int, int]:
    """Return how often the job of each first leaf was done."""
    firsts = [int(file.name.split(".")[0]) for file in diary.glob("*.*")]
    return {first: firsts.count(first) for first in sorted(set(firsts))}


def test_finished_jobs_survive_a_stop_and_are_not_done_again(tmp_path: Path, diary: Path) -> None:
    project = Project(tmp_path / "registers", tmp_path / "outputs")
    (diary / "fails").touch()
    with pytest.raises(JobFailed) as caught:
        run(make_flow(diary, fail_at=160), project)
    assert "987654321098" not in str(caught.value)
    assert {0, 32, 64, 96, 128} <= set(done_times(diary)) < set(range(0, N_LEAVES, 32))
    assert not project.tables.is_built(TABLE)
    (diary / "fails").unlink()
    run(make_flow(diary, fail_at=160), project)
    assert done_times(diary) == dict.fromkeys(range(0, N_LEAVES, 32), 1)
    assert project.tables.note(TABLE)["rows"] == N_LEAVES
    rows = pl.read_parquet(project.tables.pattern(TABLE))
    assert sorted(rows["leaf"]) == list(range(N_LEAVES))
    assert not list(project.tables.root.glob(".*"))


@pytest.mark.parametrize(("version", "n_ranges"), [("2", 8), ("1", 4)], ids=["other version", "other ranges"])
def test_what_another_building_had_finished_is_not_taken(
    tmp_path: Path, diary: Path, version: str, n_ranges: int
) -> None:
    project = Project(tmp_path / "registers", tmp_path / "outputs")
    (diary / "fails").touch()
    with pytest.raises(JobFailed):
        run(make_flow(diary, fail_at=160), project)
    again = Project(tmp_path / "registers", tmp_path / "outputs")
    run(make_flow(diary, fail_at=-1, version=version), again, n_ranges)
    assert done_times(diary)[0] == 2
    rows = pl.read_parquet(project.tables.pattern(TABLE))
    assert sorted(rows["leaf"]) == list(range(N_LEAVES))


def test_a_stop_before_any_job_is_done_leaves_nothing(tmp_path: Path, diary: Path) -> None:
    project = Project(tmp_path / "registers", tmp_path / "outputs")
    (diary / "fails").touch()
    with pytest.raises(JobFailed):
        run(make_flow(diary, fail_at=0), project, n_ranges=2)
    assert not list(project.tables.root.glob("*"))


def test_a_result_is_kept_whole_or_not_at_all(tmp_path: Path, diary: Path) -> None:
    job = LeafJob(Project(tmp_path, tmp_path), ALL_LEAVES, ("all",), {(TABLE, "all"): tmp_path}, 10**8)
    record = tmp_path / "jobs.of.a.module-000-255.pickle"
    assert run_job(partial(count_leaves, diary, -1), job, record) == N_LEAVES
    assert run_job(partial(count_leaves, diary, -1), dataclasses.replace(job), record) == N_LEAVES
    assert done_times(diary) == {0: 1}
    assert [file.name for file in tmp_path.glob("jobs*")] == [record.name]

"""What people see in Dagster: the graph by stage, loaded from the repository root with no set-up."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from pathlib import Path

import dagster as dg
import pytest

from pipeline.checks import check_written
from pipeline.dagster_assets import make_definitions
from pipeline.definitions import defs
from pipeline.project import Project
from pipeline.stages.in_order import FLOW
from tests.flow.small_build import ROOT

GOLDEN = ROOT / "tests" / "golden" / "asset_graph.txt"
SECONDS_TO_START = 120


def tell_graph(definitions: dg.Definitions) -> str:
    """Write the graph as text: a stage, its tables, what each reads; target groups marked."""
    lines, graph = [], definitions.resolve_asset_graph()
    for asset in FLOW.assets:
        for table in asset.tables:
            node = graph.get(dg.AssetKey(table))
            if f"## {node.group_name}" not in lines:
                lines += ["", f"## {node.group_name}"]
            by_group = " (by target group)" if node.partitions_def else ""
            inputs = sorted(key.to_user_string() for key in node.parent_keys)
            lines.append(f"{table}{by_group}")
            lines += [f"    reads {name}" for name in inputs]
    return "\n".join(lines).lstrip() + "\n"


def test_the_graph_is_the_reviewed_one() -> None:
    assert tell_graph(defs) == GOLDEN.read_text("utf-8"), (
        "the graph has changed: look at the difference, then run `python -m tests.flow.test_dagster`"
    )


def test_groups_are_the_nine_stages() -> None:
    graph = defs.resolve_asset_graph()
    groups = sorted({graph.get(key).group_name for key in graph.get_all_asset_keys()})
    assert [group.split("_")[1] for group in groups] == [str(number) for number in range(1, 10)]
    assert groups == sorted({asset.stage for asset in FLOW.assets})
    assert {path.stem for path in (ROOT / "pipeline" / "stages").glob("stage_*.py")} == set(groups)


def test_every_table_has_a_blocking_check_and_a_description() -> None:
    graph = defs.resolve_asset_graph()
    blocked = {key.asset_key for key in graph.asset_check_keys if graph.get(key).blocking}
    assert blocked == set(graph.get_all_asset_keys())
    assert not [key for key in blocked if not graph.get(key).description]


def test_definitions_load_before_any_register_is_drawn(tmp_path: Path) -> None:
    definitions = make_definitions(FLOW, Project(tmp_path / "none", tmp_path / "outputs"), check_written)
    assert tell_graph(definitions) == tell_graph(defs)
    assert not list(tmp_path.iterdir())


def test_dagster_finds_the_definitions_from_the_repository_root() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["dagster"]
    assert settings == {"module_name": "pipeline.definitions"}


def find_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def is_serving(port: int) -> bool:
    query = b'{"query": "{ assetNodes { groupName } }"}'
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql", data=query, headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return b"stage_9_publication" in answer.read()
    except (urllib.error.URLError, OSError):
        return False


@pytest.mark.slow
def test_dagster_dev_serves_from_the_root_and_leaves_nothing_outside_outputs() -> None:
    before = {path.name for path in ROOT.iterdir()}
    port = find_free_port()
    environment = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
    command = [
        str(Path(sys.executable).parent / "dagster"),
        "dev",
        "--port",
        str(port),
        "--host",
        "127.0.0.1",
    ]
    server = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        until = time.monotonic() + SECONDS_TO_START
        while not is_serving(port):
            assert server.poll() is None, "dagster dev ended by itself"
            assert time.monotonic() < until, "dagster dev does not serve the graph"
            time.sleep(1)
    finally:
        os.killpg(server.pid, signal.SIGINT)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
    left = {path.name for path in ROOT.iterdir()} - before
    assert not {name for name in left if name != "outputs" and "cache" not in name}


if __name__ == "__main__":
    GOLDEN.write_text(tell_graph(defs), "utf-8")

"""The house rules as tests: direction of imports, residence of stages, sizes, names, words."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"pipeline", "estimation", "schemas", "sample_registers", "soem_engine"}
MAY_IMPORT = {
    "pipeline": {"pipeline", "estimation", "schemas", "sample_registers"},
    "estimation": {"estimation"},
    "schemas": {"schemas"},
    "sample_registers": {"sample_registers"},
    "calculation_engine/soem_engine": {"soem_engine"},
}
MOST_STATEMENTS_OF_A_TABLE = 20
"""A function may be longer than 40 lines only when it is one long table: few statements, many rows."""
VAGUE = {"utils", "helpers", "common", "misc", "manager", "util", "helper", "tools"}


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imports_of(path: Path) -> set[str]:
    """Top-level packages imported anywhere in a file."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted((imports_of(path) & OURS) - MAY_IMPORT[package])
        for path in python_files(package)
        if (imports_of(path) & OURS) - MAY_IMPORT[package]
    }
    assert not wrong


def test_only_pipeline_knows_dagster() -> None:
    knowing = {
        path.relative_to(ROOT).as_posix()
        for path in python_files(*MAY_IMPORT)
        if {"dagster", "dagster_webserver"} & imports_of(path)
    }
    assert knowing == {"pipeline/dagster_assets.py", "pipeline/build.py"}


def test_only_the_command_line_draws_sample_registers() -> None:
    drawing = {p.name for p in python_files("pipeline") if "sample_registers" in imports_of(p)}
    assert drawing == {"cli.py"}


def test_no_asset_reads_from_a_later_stage() -> None:
    from pipeline.stages.in_order import FLOW

    stage_of = {table: asset.stage for asset in FLOW.assets for table in asset.tables}
    wrong = [
        (asset.tables[0], name)
        for asset in FLOW.assets
        for name in asset.inputs
        if stage_of[name].split("_")[1] > asset.stage.split("_")[1]
    ]
    assert not wrong


def test_modules_and_functions_are_small() -> None:
    long_modules, long_functions = [], []
    for path in python_files(*MAY_IMPORT):
        text = path.read_text("utf-8")
        if text.count("\n") > 400:
            long_modules.append(path.relative_to(ROOT).as_posix())
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                n_lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                n_statements = sum(isinstance(part, ast.stmt) for part in ast.walk(node)) - 1
                if n_lines > 40 and n_statements > MOST_STATEMENTS_OF_A_TABLE:
                    long_functions.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert not long_modules
    assert not long_functions


def test_names_say_what_a_module_holds() -> None:
    assert not [p for p in python_files(*MAY_IMPORT) if {p.stem, p.parent.name} & VAGUE]


def test_every_module_and_public_function_has_a_docstring() -> None:
    silent = []
    for path in python_files(*MAY_IMPORT):
        tree = ast.parse(path.read_text("utf-8"))
        if not ast.get_docstring(tree):
            silent.append(path.relative_to(ROOT).as_posix())
        for node in tree.body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert not silent


def test_no_machine_path_or_registry_host_in_tracked_files() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pattern = re.compile(r"/(?:work|root|home|opt)/\w|pythonhosted|pypi\.org|registry\.npmjs|deb\.debian")
    found = []
    for name in tracked:
        path = ROOT / name
        if name == "tests/test_house.py" or not path.is_file():
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        if pattern.search(text):
            found.append(name)
    assert not found

"""Modules import one way: no circle among them, not even for type checkers."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "soem_engine"


def _name(path: Path) -> str:
    parts = ["soem_engine", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_no_circle() -> None:
    modules = {_name(path): path for path in PACKAGE.rglob("*.py")}
    reads: dict[str, set[str]] = {}
    for name, path in modules.items():
        found = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("soem_engine"):
                for alias in node.names:
                    inner = f"{node.module}.{alias.name}"
                    found.add(inner if inner in modules else node.module)
        reads[name] = {module for module in found if module in modules and module != name}
    assert list(TopologicalSorter(reads).static_order())

"""estimation/ knows numbers only: no package of ours, no table or file library, no open file."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import estimation

MODULES = sorted(Path(estimation.__file__).parent.glob("*.py"))
STANDARD = {
    "__future__",
    "collections",
    "contextlib",
    "dataclasses",
    "enum",
    "functools",
    "threading",
    "typing",
}
ALLOWED = STANDARD | {"estimation", "numpy", "scipy", "threadpoolctl"}


def list_imports(module: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_imports_and_open_files(module):
    extra = {"statsmodels"} if module.stem == "reference" else set()
    assert list_imports(module) <= ALLOWED | extra
    called = [node.func for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Call)]
    assert not [func for func in called if isinstance(func, ast.Name) and func.id in ("open", "print")]

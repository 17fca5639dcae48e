"""Every declaration and every piece of code that numbers come from belongs to exactly one cause."""

from __future__ import annotations

import ast
import tomllib
from fnmatch import fnmatch

import pytest

from pipeline.changes.causes import (
    CAUSE_OF_FILE,
    CAUSE_OF_GROUP,
    CAUSE_OF_METHOD,
    CAUSES,
    CODE,
    DIVIDED,
    ENGINE,
    SCOPE,
    UNEXPLAINED,
    WITHOUT_NUMBERS,
    find_cause,
)
from pipeline.changes.change_words import ChangeWords
from pipeline.declarations.method import METHOD_KEYS
from pipeline.fingerprints import PROJECT
from pipeline.project import DECLARATIONS
from pipeline.release_context import NUMBER_CODE
from pipeline.stages.in_order import FLOW

TEXTS_OF_A_GROUP = {
    *("name", "purpose", "limitations", "notes", "history", "source", "meaningful_to_municipalities"),
    *("basis_membership", "basis_success", "method"),
}
"""Keys of a target group's file that no number depends on, and its own method, divided as method.toml is."""


def test_every_key_of_the_method_has_a_cause() -> None:
    assert set(CAUSE_OF_METHOD) == set(METHOD_KEYS)
    assert set(CAUSE_OF_METHOD.values()) < set(CAUSES)


def test_every_key_of_a_target_group_has_a_cause_or_is_text() -> None:
    found = {
        key
        for file in (DECLARATIONS / "target_groups").glob("*.toml")
        for key in tomllib.loads(file.read_text())
    }
    assert found <= set(CAUSE_OF_GROUP) | TEXTS_OF_A_GROUP
    assert set(CAUSE_OF_GROUP) <= found


def test_every_declaration_file_has_a_cause_or_none_on_purpose() -> None:
    files = [
        file.relative_to(DECLARATIONS).as_posix()
        for file in DECLARATIONS.rglob("*")
        if file.suffix in (".toml", ".csv")
    ]
    kinds = (*CAUSE_OF_FILE, *DIVIDED, *WITHOUT_NUMBERS)
    assert not [file for file in files if sum(fnmatch(file, kind) for kind in kinds) != 1]
    assert {find_cause(file) for file in files} - {None} < set(CAUSES)
    assert find_cause("somebodys_notes.toml") is None


WITHOUT_NUMBERS_CODE = (
    "pipeline/executors.py",
    "pipeline/fingerprints.py",
    "pipeline/passports/find_sources.py",
    "pipeline/passports/tabulate_corrections.py",
    "pipeline/passports/tabulate_passports.py",
    "pipeline/progress.py",
    "pipeline/worker_processes.py",
)
"""Modules that code of numbers imports but no number depends on: who runs a job, hashing, passports, progress."""

LATER_STAGES = ("pipeline/stages/in_order.py", "pipeline/stages/stage_8", "pipeline/stages/stage_9")


def find_imports(file: str) -> set[str]:
    """Return the files of the project that one imports."""
    modules = set()
    for node in ast.walk(ast.parse((PROJECT / file).read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
    places = {module.replace(".", "/") for module in modules}
    return {file for place in places if (PROJECT / (file := f"{place}.py")).is_file()}


def test_whatever_the_code_of_numbers_imports_is_in_the_fingerprint_too() -> None:
    own = [
        file.relative_to(PROJECT).as_posix()
        for name in NUMBER_CODE
        for file in ([PROJECT / name] if name.endswith(".py") else (PROJECT / name).rglob("*.py"))
    ]
    known, waiting = set(), {file for file in own if not file.startswith(LATER_STAGES)}
    while waiting:
        file = waiting.pop()
        known.add(file)
        waiting |= find_imports(file) - known
    others = {file for file in known if not file.startswith((*NUMBER_CODE, "calculation_engine"))}
    assert others == set(WITHOUT_NUMBERS_CODE)


def test_all_code_that_numbers_come_from_is_in_the_fingerprint() -> None:
    code = {name for asset in FLOW.assets if asset.stage < "stage_8" for name in asset.code}
    known = (*NUMBER_CODE, "pipeline/passports")
    assert {name for name in code if not name.startswith(known)} == set()


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_cause_has_a_name(language: str) -> None:
    words = ChangeWords(language)
    for cause in (*CAUSES, ENGINE, SCOPE, UNEXPLAINED):
        assert words.causes(cause) != cause
    assert words.causes(f"{CODE}+{SCOPE}") == f"{words.causes(CODE)} + {words.causes(SCOPE)}"

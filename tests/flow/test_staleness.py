"""What a change makes out of date: the tables that depend on it, and no other."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import fingerprints
from pipeline.fingerprints import hash_code
from pipeline.project import DECLARATIONS, Project
from pipeline.stages.in_order import FLOW
from pipeline.stages.stage_1_registers import table_of
from pipeline.stages.stage_2_person_years import METHOD_READ
from tests.flow.small_build import ROOT, STAGES, SmallBuild, copy_declarations, places_of, run_soem

LAST = {"passports", "passport_sources", "validation_report", "published_release"}
BY_GROUP = {table for asset in FLOW.assets if asset.is_by_group for table in asset.tables}


def list_versions(project: Project) -> dict[tuple[str, str], str]:
    """Return the version every partition of every table should have."""
    return {
        (table, partition): FLOW.version(project, table, partition)
        for asset in FLOW.assets
        for table in asset.tables
        for partition in FLOW.partitions(project, asset)
    }


@pytest.fixture
def find_changed(tmp_path: Path) -> Callable[[str, Callable[[str], str]], set[tuple[str, str]]]:
    """Return what is out of date when one declaration of a copy is written anew; no register is needed for that."""

    def find(name: str, edit: Callable[[str], str]) -> set[tuple[str, str]]:
        before = list_versions(Project(tmp_path / "none", tmp_path / "outputs"))
        file = copy_declarations(tmp_path / "declarations") / name
        text = file.read_text("utf-8")
        assert edit(text) != text
        file.write_text(edit(text), "utf-8")
        after = list_versions(Project(tmp_path / "none", tmp_path / "outputs", tmp_path / "declarations"))
        assert set(before) == set(after)
        return {key for key in before if before[key] != after[key]}

    return find


def test_an_untouched_copy_of_the_declarations_has_the_same_versions(tmp_path: Path) -> None:
    copied = Project(tmp_path, tmp_path, copy_declarations(tmp_path / "declarations"))
    assert list_versions(copied) == list_versions(Project(tmp_path, tmp_path))


def test_a_target_group_touches_itself_and_the_groups_that_name_it(find_changed) -> None:
    changed = find_changed(
        "target_groups/anxiety_depression.toml",
        lambda text: text.replace('[purpose]\nda = "', '[purpose]\nda = "x'),
    )
    groups = {"anxiety_depression_6_13", "anxiety_depression_14_17", "mental_difficulties_0_5"}
    assert {partition for table, partition in changed if table in BY_GROUP} == groups
    assert {table for table, _ in changed} == BY_GROUP | {"target_groups"} | LAST


def test_a_definition_touches_the_dual_groups_that_name_it(find_changed) -> None:
    changed = find_changed(
        "target_groups/alcohol_misuse.toml",
        lambda text: text.replace('[purpose]\nda = "', '[purpose]\nda = "x'),
    )
    groups = {partition for table, partition in changed if table in BY_GROUP}
    assert groups == {"alcohol_misuse"} | {
        file.stem
        for file in (DECLARATIONS / "target_groups").glob("*.toml")
        if 'definition = "alcohol_misuse"' in file.read_text("utf-8")
    }
    assert len(groups) == 5


@pytest.mark.parametrize(
    "name",
    [
        "target_groups/homeless.toml",
        "method.toml",
        "registers/bef.toml",
        "prices/unit_prices.toml",
        "words.toml",
    ],
)
def test_a_comment_rebuilds_no_table_and_is_published_with_the_next_release(find_changed, name: str) -> None:
    assert find_changed(name, lambda text: f"# A remark.\n{text}") == {("published_release", "all")}


def test_a_price_touches_prices_and_validation_only(find_changed) -> None:
    changed = find_changed("prices/figures.csv", lambda text: text.replace(",9000000000,", ",9100000000,"))
    assert {table for table, _ in changed} <= {"unit_prices", "price_figures", "parameters"} | LAST
    assert ("unit_prices", "all") in changed


def test_a_consequence_touches_no_register_person_or_member(find_changed) -> None:
    changed = find_changed(
        "consequences/crime.toml", lambda text: text.replace('name_en = "', 'name_en = "x', 1)
    )
    tables = {table for table, _ in changed}
    members = next(asset.tables for asset in FLOW.assets if "target_group_members" in asset.tables)
    assert {"consequences", "person_year_quantities", "estimates"} <= tables
    assert not tables & {"person_years", *members, "target_groups", "price_index"}
    assert not [table for table in tables if table.startswith("register_")]


def test_a_choice_of_method_for_groups_leaves_registers_and_persons(find_changed) -> None:
    changed = find_changed("method.toml", lambda text: text.replace("value = 5\n", "value = 4\n", 1))
    stages = {FLOW.by_table[table].stage for table, _ in changed}
    assert not stages & {"stage_1_registers", "stage_2_person_years"}
    assert {partition for table, partition in changed if table == "estimates"} == set(
        Project().estimated_groups
    )


def test_stage_2_reads_only_the_choices_of_method_it_names() -> None:
    folders = ("pipeline/quantities", "pipeline/stages/stage_2_person_years.py")
    files = [
        file
        for name in folders
        for file in ([ROOT / name] if name.endswith(".py") else (ROOT / name).glob("*.py"))
    ]
    read = {
        node.attr
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute)
        and (getattr(node.value, "id", None) == "method" or getattr(node.value, "attr", None) == "method")
    }
    assert read == set(METHOD_READ)


def test_a_register_touches_what_reads_it(small: SmallBuild, tmp_path: Path) -> None:
    registers = small.copy_registers(tmp_path / "registers")
    file = registers / "krof" / "2015.parquet"
    content = file.read_bytes()
    file.unlink()
    file.write_bytes((registers / "krof" / "2016.parquet").read_bytes())
    assert file.read_bytes() != content
    before, after = (list_versions(p) for p in (small.open(), small.open(registers=registers)))
    changed = {table for table, partition in before if before[table, partition] != after[table, partition]}
    assert {table for table in changed if FLOW.by_table[table].stage < "stage_3"} == {
        "register_krof",
        "victim_events",
        "person_year_quantities",
    }
    assert not changed & {"target_group_members", "target_groups", "unit_prices", "attrition_by_year"}
    assert {"estimates", "profiles"} | LAST <= changed


def test_a_second_build_does_nothing_and_says_so(small: SmallBuild) -> None:
    assert FLOW.find_stale(small.open()).keys() <= {FLOW.by_table["published_release"]}
    notes = {path: path.stat().st_mtime_ns for path in small.project.tables.root.rglob("built.json")}
    done = run_soem("build", *places_of(small.project))
    assert done.returncode == 0
    assert "Nothing to do: every table is up to date." in done.stderr
    assert notes == {path: path.stat().st_mtime_ns for path in small.project.tables.root.rglob("built.json")}


def test_a_lost_table_is_built_again_and_nothing_else(small: SmallBuild, tmp_path: Path) -> None:
    project = small.open(outputs=small.copy_outputs(tmp_path / "outputs"))
    folder = project.tables.folder("profiles", "homeless")
    (folder / "built.json").unlink()
    done = run_soem("build", *places_of(project))
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == ["built profiles"]
    twin = small.project.tables.folder("profiles", "homeless")
    assert [(f.name, f.read_bytes()) for f in sorted(folder.glob("*.parquet"))] == [
        (f.name, f.read_bytes()) for f in sorted(twin.glob("*.parquet"))
    ]


def test_code_is_what_programmers_write_and_no_declaration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "PROJECT", tmp_path)
    packages = ("a", "pipeline/declarations")
    for package in packages:
        (tmp_path / package / "deep").mkdir(parents=True)
        (tmp_path / package / "deep" / "one.py").write_text("1")

    def hash_now() -> list[str]:
        hash_code.cache_clear()
        return [hash_code(package) for package in packages]

    def change(file: str) -> list[bool]:
        before = hash_now()
        for package in packages:
            (tmp_path / package / "deep" / file).write_text("2")
        return [old != new for old, new in zip(before, hash_now(), strict=True)]

    assert change("one.py") == [True, True]
    assert change("columns.toml") == [True, False]
    assert change("notes.md") == [False, False]
    with pytest.raises(FileNotFoundError):
        hash_code("b")
    hash_code.cache_clear()


PLUMBING = {
    *("flow", "fingerprints", "progress", "project", "tables", "views"),
    *("task", "leaf_jobs", "executors"),
}
"""Modules that move tables and change no number; their code is no part of a data version."""


def find_modules(file: Path) -> set[Path]:
    """Return the project's modules a module imports."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    paths = (ROOT.joinpath(*name.split(".")) for name in names)
    return {p for path in paths for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()}


def is_plumbing(module: Path) -> bool:
    """Say whether a module moves tables only; models of tables are in a data version by their content."""
    name = module.relative_to(ROOT).as_posix()
    return name.startswith(("schemas/", "pipeline/stages/", "pipeline/declarations/problems.py")) or (
        module.parent == ROOT / "pipeline" and module.stem in PLUMBING
    )


@pytest.mark.parametrize("stage", sorted({asset.stage for asset in FLOW.assets} - {"stage_9_publication"}))
def test_the_code_of_a_data_version_is_all_the_code_that_is_run(stage: str) -> None:
    code = {name for asset in FLOW.assets if asset.stage == stage for name in asset.code}
    seen, todo = set(), [ROOT / "pipeline" / "stages" / f"{stage}.py"]
    while todo:
        found = {module for module in find_modules(todo.pop()) - seen if not is_plumbing(module)}
        seen |= found
        todo += found
    counted = tuple(name if name.endswith(".py") else f"{name}/" for name in code)
    names = {module.relative_to(ROOT).as_posix() for module in seen}
    assert not sorted(name for name in names if not name.startswith(counted))


def test_every_stage_but_the_last_is_built_by_the_command_line() -> None:
    assert {asset.stage for asset in FLOW.assets} - set(STAGES) == {"stage_9_publication"}


def test_every_register_declared_is_a_table() -> None:
    declared = set(Project().declared.layouts.registers)
    assert {table_of(name) for name in declared} <= set(FLOW.by_table)


def test_the_fingerprint_of_declarations_does_not_depend_on_what_was_asked_before() -> None:
    asked_before, fresh = Project(), Project()
    asked_before.hash_declared("covariates.toml")
    assert asked_before.hash_declared(".") == fresh.hash_declared(".")
    assert asked_before.hash_declared("covariates.toml") == fresh.hash_declared("covariates.toml")

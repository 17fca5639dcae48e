"""One more target group on a finished build touches that group and what lists all groups, nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.stages.in_order import FLOW
from tests.flow.small_build import FEW, SmallBuild, copy_declarations, places_of, run_soem

NEW = "adhd"
ABOUT_ALL_GROUPS = {"target_groups", "effect_studies", "passports", "passport_sources", "validation_report"}
"""Tables of one partition that list every group."""


def read_notes(root: Path) -> dict[tuple[str, str], tuple[int, str]]:
    """When each partition of each table was put in place, and its note."""
    return {
        (note.parent.parent.name, note.parent.name): (note.stat().st_mtime_ns, note.read_text("utf-8"))
        for note in root.rglob("built.json")
    }


def test_a_new_group_touches_itself_only(small: SmallBuild, tmp_path: Path) -> None:
    declarations = copy_declarations(tmp_path / "declarations", (*FEW, NEW))
    project = small.open(outputs=small.copy_outputs(tmp_path / "outputs"), declarations=declarations)
    before = read_notes(project.tables.root)
    done = run_soem("build", *places_of(project))
    assert done.returncode == 0, done.stderr
    after = read_notes(project.tables.root)
    touched = {key for key in after if after[key] != before.get(key)}
    by_group = {table for asset in FLOW.assets if asset.is_by_group for table in asset.tables}
    assert {key for key in touched if key[0] in by_group} == {(table, NEW) for table in by_group}
    assert {table for table, _ in touched} - by_group <= ABOUT_ALL_GROUPS
    assert "target_groups" in {table for table, _ in touched}
    assert before.keys() <= after.keys()


@pytest.mark.slow
def test_a_new_group_is_the_same_as_in_a_build_of_all(small: SmallBuild, tmp_path: Path) -> None:
    """A group built beside others and the same group built alone later: the same rows."""
    project = small.open(outputs=small.copy_outputs(tmp_path / "outputs"))
    for table in ("target_group_members", "success_status", "estimates", "profiles"):
        (project.tables.folder(table, "homeless") / "built.json").unlink()
    done = run_soem("build", *places_of(project))
    assert done.returncode == 0, done.stderr
    for table in ("target_group_members", "success_status", "attrition", "estimates", "estimate_covariance"):
        own, twin = (p.tables.folder(table, "homeless") for p in (project, small.project))
        files = sorted(file.name for file in twin.glob("*.parquet"))
        assert files
        assert files == sorted(file.name for file in own.glob("*.parquet"))
        assert all((own / name).read_bytes() == (twin / name).read_bytes() for name in files)

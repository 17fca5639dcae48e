"""What a release says of itself: kind of registers, years, commit, hashes, seeds, history of its declarations.

Belongs here: finding these facts. Does not belong here: writing them (`pipeline/release`).
"""

from __future__ import annotations

import json
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.fingerprints import PROJECT, hash_code, hash_text
from pipeline.project import Project
from pipeline.release.manifest import DeclarationChange, ReleaseContext

NUMBER_CODE = (
    *(
        "pipeline/registers",
        "pipeline/quantities",
        "pipeline/cohorts",
        "pipeline/panels",
        "pipeline/knowledge",
    ),
    *("pipeline/declarations", "pipeline/stages", "estimation", "schemas"),
    *("pipeline/flow.py", "pipeline/leaf_jobs.py", "pipeline/project.py", "pipeline/tables.py"),
    *("pipeline/task.py", "pipeline/views.py"),
)
"""The packages and modules that numbers come from."""

_COMMIT, _FIELD = "\x1e", "\x1f"


def describe_release(project: Project, data_version: str) -> ReleaseContext:
    """Describe what a release of the built tables is made from.

    Parameters
    ----------
    project : Project
    data_version : str
        Data version of the publication.

    Returns
    -------
    ReleaseContext
    """
    sample = _read_sample_note(project)
    method = project.declared.method
    files = sorted(project.registers.rglob("*.parquet"))
    return ReleaseContext(
        registers="sample" if sample else "real",
        year_first=method.first_year,
        year_last=method.last_year,
        price_year=method.price_year,
        significance_level=method.significance_level,
        last_year_followed=method.relative_years,
        last_year_of_profile=method.profile_years,
        code_commit=find_commit(),
        code_version=hash_number_code(),
        data_version=data_version,
        declarations=project.declarations,
        engine_project=PROJECT / "calculation_engine",
        register_hashes={
            file.relative_to(project.registers).as_posix(): content
            for file, content in project.file_hashes.hash_files(files).items()
        },
        seeds={"sample_registers": sample["seed"]} if sample else {},
        declaration_changes=list_declaration_changes(project.declarations),
    )


def hash_number_code() -> str:
    """Return the fingerprint of the code that numbers come from."""
    return hash_text(*(hash_code(package) for package in NUMBER_CODE))


def _read_sample_note(project: Project) -> dict[str, Any]:
    """Return what the generator noted beside sample registers; empty for a real delivery."""
    note = project.registers / "sample.json"
    return json.loads(note.read_text("utf-8")) if note.exists() else {}


def find_commit() -> str:
    """Return the commit the code is at, with `+changes` when files differ from it; `unknown` outside a checkout."""
    try:
        commit = _ask_git("rev-parse", "HEAD")
        changed = _ask_git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return commit + ("+changes" if changed else "")


def list_declaration_changes(declarations: Path) -> tuple[DeclarationChange, ...]:
    """Return what git knows of the declarations: who made a change is left out; empty outside a checkout.

    Parameters
    ----------
    declarations : Path

    Returns
    -------
    tuple of DeclarationChange
        By file, the newest change first.
    """
    try:
        told = _ask_git(
            *("log", "--no-renames", "--relative", "--name-only", "--date=short"),
            *(f"--format={_COMMIT}%H{_FIELD}%cd{_FIELD}%s", "--", "."),
            folder=declarations,
        )
    except (OSError, subprocess.CalledProcessError):
        return ()
    counts: dict[str, int] = {}
    changes = []
    for commit in told.split(_COMMIT)[1:]:
        facts, *files = commit.strip().splitlines()
        code_commit, day, change = facts.split(_FIELD)
        for file in filter(None, files):
            if (declarations / file).is_file() and not file.endswith(".py"):
                counts[file] = counts.get(file, 0) + 1
                changes.append(
                    DeclarationChange(file, counts[file], code_commit, date.fromisoformat(day), change or "-")
                )
    return tuple(sorted(changes, key=lambda item: (item.declaration, item.change_number)))


def _ask_git(*arguments: str, folder: Path = PROJECT) -> str:
    command = ["git", "-c", "core.quotepath=off", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return done.stdout.strip()

"""What a release says of itself: kind of registers, years, commit, hashes, seeds.

Belongs here: finding these facts. Does not belong here: writing them (`pipeline/release`).
"""

from __future__ import annotations

import json
import subprocess
from typing import Any

from pipeline.fingerprints import PROJECT
from pipeline.project import Project
from pipeline.release.manifest import ReleaseContext


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
        code_commit=find_commit(),
        data_version=data_version,
        declarations=project.declarations,
        engine_project=PROJECT / "calculation_engine",
        register_hashes={
            file.relative_to(project.registers).as_posix(): project.file_hashes.hash_file(file)
            for file in files
        },
        seeds={"sample_registers": sample["seed"]} if sample else {},
    )


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


def _ask_git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=PROJECT, capture_output=True, text=True, check=True)
    return done.stdout.strip()

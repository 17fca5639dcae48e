"""The hidden folder in which the tables between two releases are built.

Belongs here: opening it with what is built already, and removing it. Does not belong here: building in it
(`build_state`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.failures import BuildFailed
from pipeline.project import Project
from pipeline.release.versions import try_lock

_PREFIX, _LOCK = ".undoing-", "lock"


@contextmanager
def open_workshop(project: Project) -> Iterator[Path]:
    """Open a hidden folder beside the built tables, with links to them, so that only what differs is built.

    Folders that a process left behind when it died are removed; those of a living one are locked.

    Parameters
    ----------
    project : Project

    Yields
    ------
    Path
        With `outputs/tables`; gone afterwards.

    Raises
    ------
    BuildFailed
        When another build replaces the tables meanwhile.
    """
    outputs = project.outputs
    outputs.mkdir(parents=True, exist_ok=True)
    for leftover in outputs.glob(f"{_PREFIX}*"):
        _remove_if_left(leftover)
    workshop = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=outputs))
    lock = (workshop / _LOCK).open("a+b")
    try_lock(lock)
    try:
        if project.tables.root.is_dir():
            _link_tables(project.tables.root, workshop / "outputs" / "tables")
        for name in ("file_hashes.json", "delivery_passed.json"):
            if (outputs / name).exists():
                (workshop / "outputs").mkdir(exist_ok=True)
                shutil.copyfile(outputs / name, workshop / "outputs" / name)
        yield workshop
    finally:
        lock.close()
        shutil.rmtree(workshop, ignore_errors=True)


def _link_tables(tables: Path, folder: Path) -> None:
    try:
        shutil.copytree(tables, folder, copy_function=_link, ignore=shutil.ignore_patterns(".*"))
    except shutil.Error:
        raise BuildFailed(
            "The tables are being replaced by another build: run this again when it has ended"
        ) from None


def _remove_if_left(folder: Path) -> None:
    try:
        with (folder / _LOCK).open("r+b") as lock:  # without one it is just being opened
            is_left = try_lock(lock)
    except OSError:
        return
    if is_left:
        shutil.rmtree(folder, ignore_errors=True)


def _link(source: str, target: str) -> None:
    """Link a file; copy it where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)

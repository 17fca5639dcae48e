"""Versions of releases and the folder they lie in.

Belongs here: naming, listing and locking releases. Does not belong here: what a release holds (`assemble`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pipeline.declarations.problems import InputError, Problem

MANIFEST = "manifest.json"
"""The file of a release that says what it is."""

_FORM = re.compile(r"^(?P<year>\d{4})\.(?P<number>[1-9]\d*)(?P<sample>-sample)?$")


@dataclass(frozen=True, order=True)
class Version:
    """A release's version by calendar: `2026.1`, or `2026.1-sample` when made from sample registers.

    Attributes
    ----------
    year, number : int
    is_sample : bool
    """

    year: int
    number: int
    is_sample: bool

    def __str__(self) -> str:
        """Write the version as the release's folder is named."""
        return f"{self.year}.{self.number}{'-sample' if self.is_sample else ''}"


def parse_version(text: str) -> Version:
    """Read a version.

    Raises
    ------
    InputError
        When the text is no version.
    """
    match = _FORM.match(text)
    if match is None:
        problem = Problem(
            "version", repr(text), "year.number, as 2026.1 or 2026.1-sample", "give such a version"
        )
        raise InputError("Version of a release", [problem])
    return Version(int(match["year"]), int(match["number"]), match["sample"] is not None)


def list_releases(root: Path) -> list[Version]:
    """Return the versions in a releases folder, oldest first; hidden folders and other names are no releases."""
    if not root.is_dir():
        return []
    names = (entry.name for entry in root.iterdir() if (entry / "manifest.json").is_file())
    return sorted(parse_version(name) for name in names if _FORM.match(name))


def find_newest(root: Path, *, is_sample: bool | None = None) -> Path | None:
    """Return the folder of the newest release, of one kind of registers or of any; None when there is none."""
    found = [v for v in list_releases(root) if is_sample is None or v.is_sample == is_sample]
    return root / str(found[-1]) if found else None


def find_next_version(root: Path, year: int, *, is_sample: bool) -> str:
    """Return the next free version of a year.

    Examples
    --------
    >>> find_next_version(Path("/nowhere"), 2026, is_sample=True)
    '2026.1-sample'
    """
    numbers = [v.number for v in list_releases(root) if (v.year, v.is_sample) == (year, is_sample)]
    return str(Version(year, max(numbers, default=0) + 1, is_sample))


@contextmanager
def lock_releases(root: Path) -> Iterator[None]:
    """Hold the releases folder for one publisher at a time; hidden leftovers of one that died are removed.

    The lock belongs to the process: it is gone when the process is.

    Raises
    ------
    InputError
        When another process is publishing here.
    """
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".publishing").open("a+b") as file:
        if not try_lock(file):
            problem = Problem(
                "releases folder",
                "another process is publishing",
                "one publisher at a time",
                "wait for it to end",
            )
            raise InputError("Publishing", [problem])
        for leftover in root.glob(".staging-*"):
            shutil.rmtree(leftover)
        yield


def try_lock(file: BinaryIO) -> bool:
    """Lock an open file for this process, without waiting.

    Parameters
    ----------
    file : binary file
        Open for writing; the lock is gone when it is closed.

    Returns
    -------
    bool
        False when another process holds it.
    """
    try:
        import fcntl
    except ImportError:
        import msvcrt

        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

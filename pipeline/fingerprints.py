"""Fingerprints of files, folders and texts: what a data version is made of.

Belongs here: hashing. Does not belong here: which inputs an asset has (`versions`).
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
FILES_AT_A_TIME = 2


def hash_text(*parts: str) -> str:
    """Return one fingerprint of several texts, in order."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8"))
        digest.update(b"\0")
    return digest.hexdigest()[:32]


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@lru_cache(maxsize=256)
def hash_code(package: str) -> str:
    """Return the code version of a package or module of the project, by path and content of its files.

    Code is Python, and what stands beside it and is written by programmers: column vocabulary and page templates.
    Declarations are not code.

    Parameters
    ----------
    package : str
        Path below the project, as `pipeline/cohorts` or `pipeline/cli.py`.
    """
    root = PROJECT / package
    kinds = {".py"} if package == "pipeline/declarations" else {".py", ".toml", ".j2"}
    files = [root] if root.is_file() else sorted(f for f in root.rglob("*") if f.suffix in kinds)
    if not files:
        raise FileNotFoundError(f"no Python files in {package}")
    return hash_text(*(f"{file.relative_to(PROJECT).as_posix()}={hash_file(file)}" for file in files))


def hash_meaning(path: Path) -> str:
    """Return the fingerprint of what a declaration says: of TOML the content, in order, without its comments."""
    if path.suffix != ".toml":
        return hash_file(path)
    content = tomllib.loads(path.read_text("utf-8"))
    return hash_text(json.dumps(content, ensure_ascii=False, default=str))


class FileHashes:
    """Content hashes of large files, remembered by size and time of change so that unchanged files are read once.

    Parameters
    ----------
    memory : Path
        JSON file that remembers the hashes.
    """

    def __init__(self, memory: Path) -> None:
        self._memory = memory
        self._known: dict[str, list] = json.loads(memory.read_text("utf-8")) if memory.exists() else {}
        self._changed = False

    def hash_file(self, path: Path) -> str:
        """Return the SHA-256 of the file's bytes."""
        stat = path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns]
        key = str(path.resolve())
        known = self._known.get(key)
        if known is None or known[:2] != stamp:
            self._known[key] = known = [*stamp, hash_file(path)]
            self._changed = True
        return known[2]

    def hash_files(self, paths: Sequence[Path]) -> dict[Path, str]:
        """Return the SHA-256 of several files, some of them hashed side by side."""
        with ThreadPoolExecutor(FILES_AT_A_TIME) as pool:
            return dict(zip(paths, pool.map(self.hash_file, paths), strict=True))

    def save(self) -> None:
        """Write what was learnt."""
        if self._changed:
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            scratch = self._memory.with_suffix(".part")
            scratch.write_text(json.dumps(self._known), "utf-8")
            scratch.replace(self._memory)
            self._changed = False

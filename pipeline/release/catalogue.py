"""Which releases there are, from what each says of itself.

Belongs here: reading the facts of every release in a folder, and telling them. Does not belong here: whether a release
is whole and unchanged (`verify`).
"""

from __future__ import annotations

import csv
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

from pipeline.declarations.problems import Problem, Problems
from pipeline.release.versions import MANIFEST, list_releases

_SHORT = 8
"""Digits of a commit that are shown."""


@dataclass(frozen=True)
class ReleaseFacts:
    """What a release says of itself.

    Attributes
    ----------
    version : str
    made_at : str
        ISO time.
    registers : str
        `sample` or `real`.
    contract, price_year : int
    code_commit : str
    n_target_groups, n_consequences : int
    previous : str or None
        Version of the release before, of the same kind of registers.
    """

    version: str
    made_at: str
    registers: str
    contract: int
    price_year: int
    code_commit: str
    n_target_groups: int
    n_consequences: int
    previous: str | None


@dataclass(frozen=True)
class Catalogue:
    """The releases of a folder, the newest first, and those that could not be read."""

    releases: tuple[ReleaseFacts, ...]
    problems: tuple[Problem, ...]

    def to_json(self) -> list[dict]:
        """Return the releases as plain data."""
        return [asdict(release) for release in self.releases]

    def to_table(self) -> Table:
        """Return the releases as a table for the terminal."""
        table = Table("version", "made", "registers", box=None)
        for name in ("contract", "prices of", "groups", "consequences"):
            table.add_column(name, justify="right")
        for name in ("commit", "after"):
            table.add_column(name)
        for release in self.releases:
            table.add_row(
                release.version,
                release.made_at[:16].replace("T", " "),
                release.registers,
                str(release.contract),
                str(release.price_year),
                str(release.n_target_groups),
                str(release.n_consequences),
                shorten_commit(release.code_commit),
                release.previous or "-",
            )
        return table


def shorten_commit(commit: str) -> str:
    """Return the first digits of a commit, and whether files differed from it."""
    digits, plus, rest = commit.partition("+")
    return f"{digits[:_SHORT]}{plus}{rest}"


def read_catalogue(root: Path) -> Catalogue:
    """Read what every release in a folder says of itself.

    Parameters
    ----------
    root : Path
        `outputs/releases`; need not exist.

    Returns
    -------
    Catalogue
    """
    releases, problems = [], Problems()
    for version in reversed(list_releases(root)):
        try:
            releases.append(_read_facts(root / str(version)))
        except (OSError, ValueError, KeyError, StopIteration):
            problems.add(
                str(version),
                f"{MANIFEST} or csv/release.csv that cannot be read",
                "a release as published",
                "see soem verify, and fetch the release again",
            )
    return Catalogue(tuple(releases), tuple(problems.items))


def _read_facts(folder: Path) -> ReleaseFacts:
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    with (folder / "csv" / "release.csv").open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    return ReleaseFacts(
        version=manifest["version"],
        made_at=manifest["made_at"],
        registers=manifest["registers"],
        contract=manifest["contract"],
        price_year=int(row["price_year"]),
        code_commit=manifest["code_commit"],
        n_target_groups=manifest["tables"]["target_groups"]["rows"],
        n_consequences=manifest["tables"]["consequences"]["rows"],
        previous=manifest["previous"],
    )

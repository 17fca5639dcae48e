"""What tests of the flow share: a small country with a few target groups, copies of it, and the command line."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pipeline.declarations.target_groups import load_target_groups
from pipeline.project import DECLARATIONS, Project
from pipeline.stages.in_order import FLOW

ROOT = Path(__file__).resolve().parent.parent.parent
PERSONS, SEED = 1_200, 7
STAGES = tuple({asset.stage for asset in FLOW.assets} - {"stage_9_publication"})
FEW = (
    *("homeless", "alcohol_misuse", "severe_mental_disorder", "anxiety_depression"),
    "alcohol_and_severe_disorder",
)
"""Definitions kept in the small declarations: four, and a dual group that names two of them."""


def copy_declarations(to: Path, definitions: tuple[str, ...] | None = None) -> Path:
    """Copy the declarations; with `definitions`, only those target groups and the effect studies of them."""
    shutil.copytree(DECLARATIONS, to, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    if definitions is not None:
        for file in (to / "target_groups").glob("*.toml"):
            if file.stem not in definitions:
                file.unlink()
        known = {group.target_group for group in load_target_groups(to / "target_groups", to / "method.toml")}
        studies = to / "effect_studies.csv"
        with studies.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        place = header.index("target_group")
        with studies.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *(row for row in rows if row[place] in known)])
    return to


@dataclass(frozen=True)
class SmallBuild:
    """A small country with a few groups, built and published; tests copy what they harm."""

    project: Project

    def open(self, **places: Path) -> Project:
        """Open the project anew, as another run of the program does; other places by name."""
        own = self.project
        known = {"registers": own.registers, "outputs": own.outputs, "declarations": own.declarations}
        return Project(**(known | places))

    def copy_outputs(self, to: Path) -> Path:
        """Copy tables and releases, what is known of files included."""
        return shutil.copytree(self.project.outputs, to, ignore=shutil.ignore_patterns("dagster"))

    def copy_registers(self, to: Path) -> Path:
        """Copy the delivery, by links where a test does not write."""
        return shutil.copytree(self.project.registers, to, copy_function=os.link)


def run_soem(*arguments: str | Path, **settings) -> subprocess.CompletedProcess:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        **settings,
    )


def places_of(project: Project) -> tuple[str | Path, ...]:
    """Return the arguments that say where a project lies."""
    return (
        *("--registers", project.registers),
        *("--outputs", project.outputs),
        *("--declarations", project.declarations),
    )

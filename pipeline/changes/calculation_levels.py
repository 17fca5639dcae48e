"""Why the result of a calculation changed: the engine run on the tables once each cause has done its part.

Belongs here: writing tables as a database the engine reads, running the engine as anybody does, its result in øre. Does
not belong here: the tables between two releases (`walk_back`), calculating (the engine). Engine and pipeline meet in
files: each release is calculated by the engine it carries, what stands between them by that of the new one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from pipeline.changes.attribute import Step, attribute
from pipeline.changes.between import Between
from pipeline.changes.build_state import Tables
from pipeline.changes.causes import ENGINE, JOINT, SCOPE, UNEXPLAINED
from pipeline.changes.walk_back import State, name_causes, walk_back
from pipeline.declarations.problems import InputError, Problem
from pipeline.executors import DEFAULT_RESOURCES, Resources
from pipeline.fingerprints import hash_file
from pipeline.release.table_files import write_database
from schemas.checks import conform_table
from schemas.release_tables import RELEASE_TABLES

PAYERS = ("municipality", "region", "state")
_KIND = "calculation"
_SCOPE = (
    ("unit_prices", ("consequence", "target_group", "payer")),
    ("consequences", ("consequence",)),
)
"""Tables of which a calculation has new rows without any cause, and what names a row."""


def attribute_calculation(
    file: Path, between: Between, new: Path, resources: Resources = DEFAULT_RESOURCES
) -> pl.DataFrame:
    """Tell apart what moved the net present value of a calculation.

    Parameters
    ----------
    file : Path
        An intervention or a plan, as `soem-engine` reads it.
    between : Between
        From `compare_making`.
    new : Path
        Folder of the new release.
    resources : Resources
        For what must be built.

    Returns
    -------
    polars.DataFrame
        Links as in the table `changes`: `total` and a row a payer, in kr.; amounts are whole øre, so that payers and
        causes add up exactly.

    Raises
    ------
    InputError
        When a release refuses the calculation.
    """
    with TemporaryDirectory() as folder:
        scratch = Path(folder)
        engine, old_engine = (
            _unpack_engine(new, scratch / "new"),
            _unpack_engine(between.old, scratch / "old"),
        )
        last, first = (_calculate_release(file, *made) for made in ((new, engine), (between.old, old_engine)))
        states, levels = [], []
        for state in walk_back(between, _list_tables(new), resources):
            states.append(state)
            if state.is_old:
                levels.append(first)
            elif state.undone:
                levels.append(_calculate_state(file, state, new, engine, scratch))
            else:
                levels.append(last)
        steps = list(map(Step, name_causes(states), levels))
        if len(steps) > 1 and _is_scope_other(between.old, new):
            names = [SCOPE, *(name for name in steps[-2].cause.split(JOINT) if name != UNEXPLAINED)]
            steps[-2] = replace(steps[-2], cause=JOINT.join(names))
        if hash_file(_find_wheel(between.old)) != hash_file(_find_wheel(new)):
            steps[-1:] = [Step(ENGINE, _calculate(file, between.old, engine)[0]), Step("", first)]
    return attribute(steps[::-1])


def _is_scope_other(old: Path, new: Path) -> bool:
    """Say whether a price or a consequence is in one release only: every state between has those of the new one."""
    both = [_list_tables(release) for release in (old, new)]
    return any(
        set(pl.read_parquet(both[0][table], columns=list(key)).iter_rows())
        != set(pl.read_parquet(both[1][table], columns=list(key)).iter_rows())
        for table, key in _SCOPE
        if table in both[0] and table in both[1]
    )


def _list_tables(release: Path) -> dict[str, Path]:
    return {path.stem: path for path in (release / "tables").glob("*.parquet")}


def _find_wheel(release: Path) -> Path:
    return next(release.glob("soem_engine-*.whl"))


def _unpack_engine(release: Path, folder: Path) -> Path:
    with zipfile.ZipFile(_find_wheel(release)) as wheel:
        wheel.extractall(folder)
    return folder


def _calculate_release(file: Path, release: Path, engine: Path) -> pl.DataFrame:
    """Calculate on a release with the engine it carries; refuse what it refuses."""
    levels, refusal = _calculate(file, release, engine)
    if levels is None:
        problem = Problem(
            file.name,
            f"release {release.name} refuses it: {refusal}",
            "a calculation that both releases can make",
            f"run soem-engine run {file.name} --release {release}",
        )
        raise InputError("The calculation could not be made", [problem])
    return levels


def _calculate_state(file: Path, state: State, new: Path, engine: Path, scratch: Path) -> pl.DataFrame | None:
    """Calculate on the tables between two releases; None where the engine refuses them."""
    folder = _write_release(state.tables, new, scratch / f"without_{'_'.join(state.undone)}")
    return _calculate(file, folder, engine)[0]


def _write_release(tables: Tables, new: Path, folder: Path) -> Path:
    """Write the tables of a state where the engine looks for a release's; what it lacks is as in the new release."""
    folder.mkdir()
    frames: dict[str, pl.DataFrame] = {}
    for name in RELEASE_TABLES:
        path = tables.get(name, new / "tables" / f"{name}.parquet")
        frames[name] = conform_table(name, path if isinstance(path, pl.DataFrame) else pl.read_parquet(path))
    write_database(frames, folder / "knowledge.duckdb", "")
    return folder


def _calculate(file: Path, release: Path, engine: Path) -> tuple[pl.DataFrame | None, str]:
    """Run the engine; return the net present value by payer and in all as levels, or None and what it says instead."""
    command = [sys.executable, "-P", "-c", "import sys; from soem_engine.cli import main; sys.exit(main())"]
    done = subprocess.run(
        [*command, "combine" if _is_plan(file) else "run", str(file), "--release", str(release), "--json"],
        env={**os.environ, "PYTHONPATH": str(engine)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return (None, done.stderr.strip()) if done.returncode else (_read_result(json.loads(done.stdout)), "")


def _is_plan(file: Path) -> bool:
    """Say whether a file combines several interventions; what cannot be read is left to the engine's own words."""
    try:
        text = file.read_text("utf-8")
        return "interventions" in (json.loads(text) if file.suffix == ".json" else tomllib.loads(text))
    except ValueError:
        return False


def _read_result(result: Mapping[str, Any]) -> pl.DataFrame:
    amounts = result["totals"]["net_present_value_by_payer_dkk"]
    oere = {payer: round(100 * amounts[payer]) for payer in PAYERS}
    levels = {"total": sum(oere.values()), **oere}
    return pl.DataFrame(
        {
            "number_id": [_KIND] * len(levels),
            "measure": list(levels),
            "number_kind": [_KIND] * len(levels),
            "value": [amount / 100 for amount in levels.values()],
        }
    ).with_columns(
        target_group=pl.lit(None, pl.String),
        consequence=pl.lit(None, pl.String),
        relative_year=pl.lit(None, pl.Int16),
        standard_error=pl.lit(None, pl.Float64),
    )

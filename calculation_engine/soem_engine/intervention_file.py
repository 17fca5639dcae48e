"""Reads an intervention from a TOML or JSON file.

Here: files and their syntax. Not here: reading of values (`record_reading`) and their checks
(`intervention_check`).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from soem_engine.errors import InputError, Problem, ProblemList
from soem_engine.file_syntax import find_syntax_problem
from soem_engine.intervention import Intervention
from soem_engine.intervention_check import add_input_problems
from soem_engine.record_reading import read_record
from soem_engine.release import Release
from soem_engine.release_check import add_release_problems
from soem_engine.texts import Text
from soem_engine.written_number import WrittenNumber, read_json_number


def load_intervention(path: Path | str, release: Release | None = None) -> Intervention:
    """Read and check an intervention.

    Parameters
    ----------
    path
        A TOML file, or a JSON file with the same names (`.json`).
    release
        With a release, what the file says is also checked against it (target groups, consequences, years).

    Raises
    ------
    InputError
        With every problem of the file: unreadable, unknown names, missing or impossible values.
    """
    path = Path(path)
    tables = dict(read_tables(path))
    problems = ProblemList()
    if isinstance(tables.get("committees"), str):
        try:
            tables["committees"] = read_tables(path.parent / tables["committees"])
        except InputError as error:
            problems.problems += error.problems
            del tables["committees"]
    return _read(tables, release, path.name, problems)


def load_interventions(
    paths: Mapping[str, Path], release: Release | None = None
) -> tuple[tuple[Intervention, ...], list[Problem]]:
    """Read and check several interventions, and go on past those that cannot be read.

    Parameters
    ----------
    paths
        Files by the name they are called in problems.
    release
        As for `load_intervention`.

    Returns
    -------
    interventions, problems
        Those that can be calculated, and everything wrong with the others; each problem names its file.
    """
    interventions, found = [], []
    for name, path in paths.items():
        try:
            interventions.append(load_intervention(path, release))
        except InputError as error:
            found += [replace(problem, where=f"{name}: {problem.where}") for problem in error.problems]
    return tuple(interventions), found


def read_intervention(
    data: Mapping[str, Any], release: Release | None = None, name: str = "input"
) -> Intervention:
    """Read and check an intervention from nested tables, as a TOML or JSON file gives them.

    Parameters
    ----------
    data
        The tables.
    release
        As for `load_intervention`.
    name
        What to call the input in an error.

    Raises
    ------
    InputError
        With every problem found.
    """
    return _read(data, release, name, ProblemList())


def _read(data: Mapping[str, Any], release: Release | None, name: str, problems: ProblemList) -> Intervention:
    intervention = read_record(Intervention, data, "", problems)
    add_input_problems(intervention, problems)
    if release is not None:
        add_release_problems(intervention, release, problems)
    if problems.problems:
        raise InputError(_heading(name), problems.problems)
    return intervention


def _heading(name: str) -> Text:
    return Text(f"Indsatsen i {name} kan ikke beregnes:", f"The intervention in {name} cannot be calculated:")


def read_tables(path: Path) -> Mapping[str, Any]:
    """Return what a TOML or JSON file holds; an `InputError` if it cannot be read."""
    problems = ProblemList()
    try:
        text = path.read_text(encoding="utf-8-sig")
        tables: Any = (
            json.loads(text, parse_float=read_json_number)
            if path.suffix == ".json"
            else tomllib.loads(text, parse_float=WrittenNumber)
        )
    except FileNotFoundError:
        problems.add(
            path.name,
            Text("ingen fil med det navn", "no file of that name"),
            Text("en TOML- eller JSON-fil med en indsats", "a TOML or JSON file with an intervention"),
            Text("ret stien til filen", "correct the path to the file"),
        )
    except (OSError, UnicodeDecodeError):
        problems.add(
            path.name,
            Text("en fil, der ikke kan læses som tekst", "a file that cannot be read as text"),
            Text("en tekstfil i UTF-8", "a text file in UTF-8"),
            Text("gem filen som UTF-8", "save the file as UTF-8"),
        )
    except (tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
        problems.problems.append(find_syntax_problem(path.name, text, error))
    else:
        return tables if isinstance(tables, Mapping) else {}
    raise InputError(_heading(path.name), problems.problems)

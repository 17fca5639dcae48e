"""What each command of `soem-engine` does: read, calculate, write the files asked for, return what is printed.

Here: one function a command. Not here: arguments and exit codes (`cli`). Reports and workbooks are extras: their
packages are imported only where they are asked for.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Final

from soem_engine.calculation import calculate
from soem_engine.combination import Combination, combine
from soem_engine.comparison import CANNOT_COMPARE, Comparison, compare
from soem_engine.csv_export import Subject, write_csv
from soem_engine.errors import InputError
from soem_engine.intervention_file import load_intervention, load_interventions
from soem_engine.plan import load_plan
from soem_engine.release import Release
from soem_engine.result import Result
from soem_engine.sensitivity import Sensitivity, find_sensitivity
from soem_engine.terminal import format_result
from soem_engine.terminal_analyses import format_monte_carlo, format_sensitivity
from soem_engine.terminal_joint import format_joint
from soem_engine.uncertainty import run_monte_carlo
from soem_engine.value_of_success import find_value_of_success

Options = argparse.Namespace


def check_outputs(options: Options) -> None:
    """Say before calculating that a report or workbook cannot be written.

    Raises
    ------
    MissingExtraError
        If its extra is not installed.
    InputError
        If a report's file is neither .pdf nor .html, or a workbook's not .xlsx.
    """
    for path in getattr(options, "report", []):
        from soem_engine.report import check_path

        check_path(path)
    if getattr(options, "workbook", None):
        from soem_engine.workbook import check_path as check_workbook

        check_workbook(options.workbook)


def _run(options: Options, release: Release) -> str:
    intervention = load_intervention(options.file, release)
    result = calculate(release, intervention)
    if options.workbook:
        from soem_engine.workbook import write_workbook

        write_workbook(result, options.workbook, options.lang)
    if options.report:
        _write_reports(result, options, find_sensitivity(release, intervention))
    return _finish(result, options, lambda: format_result(result, options.lang))


def _compare(options: Options, release: Release) -> str:
    files = {options.new.as_posix(): options.new, options.existing.as_posix(): options.existing}
    if options.new.name != options.existing.name:
        files = {path.name: path for path in files.values()}
    interventions, problems = load_interventions(files, release)
    if problems:
        raise InputError(CANNOT_COMPARE, problems)
    comparison = compare(release, interventions[0], interventions[-1])
    _write_reports(comparison, options)
    return _finish(comparison, options, lambda: format_joint(comparison, options.lang))


def _combine(options: Options, release: Release) -> str:
    combination = combine(release, *load_plan(options.plan, release))
    _write_reports(combination, options)
    return _finish(combination, options, lambda: format_joint(combination, options.lang))


def _find_sensitivity(options: Options, release: Release) -> str:
    sensitivity = find_sensitivity(release, load_intervention(options.file, release))
    return _finish(sensitivity, options, lambda: format_sensitivity(sensitivity, options.lang))


def _run_monte_carlo(options: Options, release: Release) -> str:
    result = calculate(release, load_intervention(options.file, release))
    drawn = run_monte_carlo(result, options.draws, options.seed)
    name = result.intervention.name
    return _finish(drawn, options, lambda: format_monte_carlo(drawn, name, options.lang))


def _find_value(options: Options, release: Release) -> str:
    result = find_value_of_success(release, options.target_group, language=options.lang)
    return _finish(result, options, lambda: format_result(result, options.lang))


def _make_gallery(options: Options, release: Release) -> str:
    from soem_engine.gallery import main

    return main(options, release)


def _write_reports(
    subject: Result | Comparison | Combination, options: Options, sensitivity: Sensitivity | None = None
) -> None:
    if not options.report:
        return
    from soem_engine.report import write_report

    drawn = run_monte_carlo(subject, options.draws, options.seed)
    for path in options.report:
        write_report(subject, path, options.lang, sensitivity, drawn)


def _finish(subject: Subject, options: Options, format_tables: Callable[[], str]) -> str:
    """Write the CSV files asked for; return JSON, or tables for people."""
    if options.csv:
        write_csv(subject, options.csv)
    return subject.to_json() if options.json else format_tables()  # type: ignore[union-attr]


COMMANDS: Final[dict[str, Callable[[Options, Release], str]]] = {
    "run": _run,
    "compare": _compare,
    "combine": _combine,
    "sensitivity": _find_sensitivity,
    "montecarlo": _run_monte_carlo,
    "value": _find_value,
    "gallery": _make_gallery,
}

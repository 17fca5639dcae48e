"""The command `soem`: draw sample registers, build, publish, list, compare and verify releases, explain, rebuild.

Belongs here: arguments and how errors are told. Does not belong here: any work. Imports of
a command's work happen inside it, so that `soem --help` is quick.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from pipeline.change_commands import add_change_commands
from pipeline.declarations.problems import InputError, Problem
from pipeline.failures import BuildFailed, GateError
from pipeline.project import Project
from pipeline.show_progress import show_progress

if TYPE_CHECKING:
    from pipeline.executors import Resources

OK, FAILED, REFUSED = 0, 1, 2
_WIDE = 200
"""Width of a table that is not shown on a terminal: nothing of it is cut off."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Command line without the program; `sys.argv` by default.

    Returns
    -------
    int
        0 done, 1 failed, 2 refused because of bad input.
    """
    options = make_parser().parse_args(arguments)
    console = Console(stderr=True, highlight=False)
    try:
        return options.run(options, console)
    except InputError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return REFUSED
    except GateError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        return FAILED
    except BuildFailed as error:
        console.print(
            f"The build stopped; what was published before is untouched.\n{error}",
            markup=False,
            soft_wrap=True,
        )
        return FAILED
    except KeyboardInterrupt:
        console.print("Interrupted. What is built stays built; run the same command again to go on.")
        return FAILED


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(prog="soem", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    build = commands.add_parser("build", help="build every table that is out of date")
    _add_places(build)
    _add_resources(build)
    build.set_defaults(run=_build)

    _add_releases(commands)
    _add_audit(commands)
    add_change_commands(commands)

    registers = commands.add_parser("registers", help="sample registers")
    actions = registers.add_subparsers(required=True, metavar="ACTION")
    sample = actions.add_parser(
        "sample", help="draw synthetic registers in the shape of Statistics Denmark's"
    )
    sample.add_argument("--out", type=Path, required=True, help="folder to write; refused if it exists")
    sample.add_argument("--persons", type=int, help="number of persons, parents included")
    sample.add_argument("--seed", type=int, help="the same seed and size give the same registers")
    sample.add_argument("--national", action="store_true", help="draw true prevalences")
    sample.add_argument("--if-missing", action="store_true", help="do nothing when the folder is there")
    sample.set_defaults(run=_draw_sample)
    return parser


def _add_releases(commands: argparse._SubParsersAction) -> None:
    """Add the commands that publish, list and verify."""
    publish = commands.add_parser("publish", help="write a release, whole or not at all")
    publish.add_argument("version", help="as 2026.1, or `next`: the next free one if anything changed")
    _add_places(publish)
    publish.add_argument(
        "--previous-registers",
        type=Path,
        metavar="DIR",
        help="the delivery behind the release before: tells what data moved from what code moved",
    )
    publish.set_defaults(run=_publish)

    releases = commands.add_parser("releases", help="list the releases there are, the newest first")
    releases.add_argument(
        "--outputs", type=Path, default=Project().outputs, help="folder that has the folder of releases"
    )
    releases.add_argument("--json", action="store_true", help="print the list as JSON")
    releases.set_defaults(run=_list_releases)

    verify = commands.add_parser("verify", help="check a release: checksums, schema, contract")
    verify.add_argument("release", type=Path)
    verify.set_defaults(run=_verify)


def _add_audit(commands: argparse._SubParsersAction) -> None:
    """Add the commands that say where a number comes from."""
    explain = commands.add_parser(
        "explain", help="where a published number comes from, from the release alone"
    )
    explain.add_argument(
        "number", metavar="ID", help="as homeless/cash_benefit/3 or price/cash_benefit/state/2022"
    )
    _add_release(explain)
    explain.set_defaults(run=_explain)

    rebuild = commands.add_parser(
        "rebuild", help="make one published number again by another path, and show both"
    )
    rebuild.add_argument("number", metavar="ID", help="as soem explain takes it")
    rebuild.add_argument("--registers", type=Path, default=Project().registers, help="folder of the delivery")
    rebuild.add_argument(
        "--work", type=Path, metavar="DIR", help="keep the tables built on the way, for the next number"
    )
    _add_release(rebuild)
    rebuild.set_defaults(run=_rebuild)


def _add_places(parser: argparse.ArgumentParser) -> None:
    default = Project()
    parser.add_argument("--registers", type=Path, default=default.registers, help="folder of the delivery")
    parser.add_argument("--outputs", type=Path, default=default.outputs, help="folder of tables and releases")
    parser.add_argument(
        "--declarations", type=Path, default=default.declarations, help="folder of the declarations"
    )


def _add_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release", type=Path, help="folder of a release; by default the newest in outputs/releases"
    )
    parser.add_argument("--lang", choices=("da", "en"), default="da", help="language of the page")


def _choose_release(options: argparse.Namespace) -> Path:
    """Return the release that is named, or the newest."""
    from pipeline.release.versions import find_newest

    release = options.release or find_newest(Project().releases)
    if release is None:
        problem = Problem(
            "--release", "no release in outputs/releases", "a release", "give --release DIR, or publish one"
        )
        raise InputError("No release", [problem])
    return release


def _add_resources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--executor",
        choices=("local", "threads", "processes", "dask"),
        default="local",
        help="who runs the work on buckets of persons; local: processes of this machine, threads for a small delivery",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="of a running Dask scheduler, as tcp://host:8786"
    )
    parser.add_argument(
        "--memory",
        type=float,
        metavar="GB",
        help="what jobs side by side may hold on one machine (default 6)",
    )
    parser.add_argument("--jobs", type=int, metavar="N", help="jobs side by side on one machine (default 2)")
    parser.add_argument(
        "--profile", action="store_true", help="print seconds, rows, bytes and memory by stage"
    )


def _choose_resources(options: argparse.Namespace) -> Resources:
    """Return what a build may use; refuse what contradicts itself."""
    from pipeline.executors import Resources

    problems = []
    if (options.executor == "dask") != (options.scheduler is not None):
        problems.append(
            Problem(
                where="--executor and --scheduler",
                found=f"--executor {options.executor} {'with' if options.scheduler else 'without'} --scheduler",
                expected="--executor dask together with --scheduler ADDRESS, or neither",
                do="start `dask scheduler` and give its address, or leave both out",
            )
        )
    for name, value in (("--memory", options.memory), ("--jobs", options.jobs)):
        if value is not None and value <= 0:
            problems.append(
                Problem(where=name, found=str(value), expected="more than 0", do=f"give another {name}")
            )
    if problems:
        raise InputError("The build cannot start", problems)
    chosen = {"memory": options.memory and int(options.memory * 1e9), "n_jobs": options.jobs}
    return Resources(
        **{name: value for name, value in chosen.items() if value is not None},
        scheduler=options.scheduler,
        in_processes={"threads": False, "processes": True}.get(options.executor),
    )


def _open_project(options: argparse.Namespace) -> Project:
    return Project(options.registers.resolve(), options.outputs.resolve(), options.declarations.resolve())


def _build(options: argparse.Namespace, console: Console) -> int:
    project, resources = _open_project(options), _choose_resources(options)
    from pipeline.build import build
    from pipeline.checks import check_written
    from pipeline.delivery import check_files, check_registers, note_passed
    from pipeline.stages.in_order import FLOW

    stages = tuple({asset.stage for asset in FLOW.assets} - {"stage_9_publication"})
    with show_progress(console):
        check_files(project)
        try:
            report = build(project, FLOW, check_written, stages, resources)
        except BuildFailed as failed:
            if not failed.is_of_machine and FLOW.is_stale(project, "stage_1_registers"):
                check_registers(project)  # so that all that is wrong with the delivery is told at once
            raise
        note_passed(project)
    if not report.built:
        console.print("Nothing to do: every table is up to date.")
    for table, n_partitions in report.built:
        console.print(f"built {table}" + (f" ({n_partitions} target groups)" if n_partitions > 1 else ""))
    if options.profile:
        _print_profile(project, console)
    return OK


def _print_profile(project: Project, console: Console) -> None:
    """Print what the last build that did anything took, by stage; by asset it lies in the outputs."""
    from pipeline.measure import path_of, sum_by_stage

    if not path_of(project).exists():
        return
    table = Table("stage", *("seconds", "CPU seconds", "rows", "read, MB", "peak memory, MB"), box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for stage, _, seconds, cpu, rows, read, peak in sum_by_stage(project).iter_rows():
        table.add_row(
            stage, f"{seconds:.1f}", f"{cpu:.1f}", f"{rows:,}", f"{read / 1e6:,.0f}", f"{peak / 1e6:,.0f}"
        )
    console.print(table)
    console.print(f"by asset: {path_of(project)}", soft_wrap=True)


def _publish(options: argparse.Namespace, console: Console) -> int:
    from pipeline.publish import publish
    from pipeline.stages.in_order import FLOW

    with show_progress(console):
        outcome = publish(_open_project(options), FLOW, options.version, options.previous_registers)
    console.print(outcome.message, soft_wrap=True)
    return OK


def _list_releases(options: argparse.Namespace, console: Console) -> int:
    from pipeline.declarations.problems import InputError
    from pipeline.release.catalogue import read_catalogue

    folder = options.outputs / "releases"
    catalogue = read_catalogue(folder)
    if options.json:
        print(json.dumps(catalogue.to_json(), ensure_ascii=False, indent=1))
    elif catalogue.releases:
        width = None if sys.stdout.isatty() else _WIDE
        Console(highlight=False, width=width).print(catalogue.to_table())
    elif not catalogue.problems:
        console.print(f"No release in {folder}. Publish one: soem publish next", soft_wrap=True)
    if catalogue.problems:
        console.print(str(InputError("Releases", catalogue.problems)), markup=False, soft_wrap=True)
        return FAILED
    return OK


def _verify(options: argparse.Namespace, console: Console) -> int:
    from pipeline.release.verify import verify_release

    report = verify_release(options.release)
    console.print(str(report), markup=False, soft_wrap=True)
    return OK if report.passed else FAILED


def _explain(options: argparse.Namespace, console: Console) -> int:
    from pipeline.passports.read_passport import read_passport
    from pipeline.passports.tell_passport import tell_passport

    print(tell_passport(read_passport(_choose_release(options), options.number), options.lang), end="")
    return OK


def _rebuild(options: argparse.Namespace, console: Console) -> int:
    from tempfile import TemporaryDirectory

    from pipeline.rebuild.rebuild_number import rebuild_number
    from pipeline.rebuild.tell_rebuilt import is_same, tell_rebuilt

    release = _choose_release(options).resolve()
    with TemporaryDirectory() as scratch, show_progress(console):
        work = options.work or Path(scratch)
        rebuilt = rebuild_number(release, options.number, options.registers.resolve(), work.resolve())
    print(tell_rebuilt(rebuilt, options.lang), end="")
    return OK if is_same(rebuilt) else FAILED


def _draw_sample(options: argparse.Namespace, console: Console) -> int:
    from sample_registers.draw import DEFAULT_SEED
    from sample_registers.write import write_registers

    if options.out.exists():
        if options.if_missing:
            console.print(f"{options.out.name}: already drawn")
            return OK
        console.print(f"{options.out} exists. Choose another folder, or remove it.")
        return REFUSED
    with console.status("drawing sample registers") as status:
        write_registers(
            options.out,
            persons=options.persons,
            seed=DEFAULT_SEED if options.seed is None else options.seed,
            national=options.national,
            progress=status.update,
        )
    return OK


if __name__ == "__main__":
    sys.exit(main())

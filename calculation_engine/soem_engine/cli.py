"""The command `soem-engine`.

Here: arguments, where the newest release is, the exit code (0 done; 1 the input or the release is wrong; 2 the command
is). Not here: what each command does (`commands`), calculating (`calculation`), tables (`terminal`).
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from pathlib import Path
from typing import Literal

from soem_engine import commands
from soem_engine.contract import CONTRACT
from soem_engine.errors import EngineError, ProblemList, ReleaseError
from soem_engine.release import DATABASE, open_release
from soem_engine.schema import find_schema
from soem_engine.texts import LANGUAGES, Text
from soem_engine.uncertainty import N_DRAWS, SEED
from soem_engine.version import VERSION

RELEASES = Path("outputs/releases")


def main(arguments: list[str] | None = None) -> int:
    """Run the command.

    Parameters
    ----------
    arguments
        Without the program's name; default: those of the process.

    Returns
    -------
    int
        Exit code.
    """
    _allow_danish_letters()
    options = _make_parser().parse_args(arguments)
    if options.command == "schema":
        return _print(json.dumps(find_schema(options.of), ensure_ascii=False, indent=2))
    try:
        commands.check_outputs(options)
        with open_release(options.release or find_newest_release(RELEASES)) as release:
            printed = commands.COMMANDS[options.command](options, release)
    except EngineError as error:
        print(error.format(options.lang), file=sys.stderr)
        return 1
    return _print(printed)


def _print(text: str) -> int:
    """Print, and end quietly where the reader of a pipe has gone."""
    try:
        print(text, end="" if text.endswith("\n") else "\n", flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


def find_newest_release(folder: Path) -> Path:
    """Return the newest release in a folder, by version number.

    Raises
    ------
    ReleaseError
        If there is none.
    """
    found = [path.parent for path in folder.glob(f"*/{DATABASE}") if not path.parent.name.startswith(".")]
    if not found:
        problems = ProblemList()
        problems.add(
            folder.as_posix(),
            Text("ingen udgivelse", "no release"),
            Text("mindst en udgivelse", "at least one release"),
            Text("skriv --release MAPPE, eller byg en udgivelse", "write --release DIR, or build a release"),
        )
        raise ReleaseError(
            Text("Der er ingen udgivelse at regne med:", "No release to calculate with:"), problems.problems
        )
    return max(found, key=lambda path: _version_order(path.name))


def _version_order(name: str) -> tuple[list[int], Literal[0, 1], str]:
    """Order versions by their numbers; of two alike, the one without a suffix is the newer."""
    number, _, suffix = name.partition("-")
    return [int(part) for part in re.findall(r"\d+", number)], 0 if suffix else 1, name


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="soem-engine",
        description="Beregn, hvad en social indsats koster og sparer (what an intervention costs and saves).",
    )
    parser.add_argument("--version", action="version", version=f"soem-engine {VERSION} (contract {CONTRACT})")
    add = parser.add_subparsers(dest="command", required=True, metavar="COMMAND").add_parser
    run = add("run", help="beregn en indsats (calculate an intervention)")
    _add_file(run, "file", "FILE", "indsatsen, TOML eller JSON (the intervention)")
    compare = add("compare", help="ny mod eksisterende indsats (new against existing)")
    _add_file(compare, "new", "NEW", "den nye indsats (the new intervention)")
    _add_file(compare, "existing", "EXISTING", "den eksisterende indsats (the existing one)")
    combine = add("combine", help="flere indsatser samlet (several together)")
    _add_file(combine, "plan", "PLAN", "planen, TOML eller JSON (the plan)")
    sensitivity = add(
        "sensitivity", help="følsomhed: et og to input ad gangen (one and two inputs at a time)"
    )
    _add_file(sensitivity, "file", "FILE", "indsatsen (the intervention)")
    monte_carlo = add("montecarlo", help="usikkerhed ved lodtrækning (uncertainty by draws)")
    _add_file(monte_carlo, "file", "FILE", "indsatsen (the intervention)")
    value = add("value", help="værdien af en, der når succes (the value of one person reaching success)")
    value.add_argument("target_group", metavar="TARGET_GROUP", help="målgruppens nøgle (the group's key)")
    schema = add("schema", help="JSON Schema for en indsats eller plan (of an intervention or plan)")
    schema.add_argument("of", nargs="?", choices=("intervention", "plan"), default="intervention")
    gallery = add(
        "gallery", help="de offentliggjorte beregninger som en side, Markdown (the published calculations)"
    )
    for command in (run, compare, combine, sensitivity, monte_carlo, value, gallery):
        _add_release(command)
    for command in (run, compare, combine, sensitivity, monte_carlo, value):
        _add_outputs(command)
    for command in (run, compare, combine):
        _add_report(command)
    for command in (run, compare, combine, monte_carlo):
        command.add_argument(
            "--draws", type=_read_draws, default=N_DRAWS, metavar="N", help="antal træk (draws)"
        )
        command.add_argument("--seed", type=_read_seed, default=SEED, metavar="S", help="frø (seed)")
    workbook = "skriv en projektmappe med formler, .xlsx (a workbook with formulas)"
    run.add_argument("--workbook", type=Path, metavar="FILE", help=workbook)
    return parser


def _add_file(parser: argparse.ArgumentParser, name: str, metavar: str, words: str) -> None:
    parser.add_argument(name, type=Path, metavar=metavar, help=words)


def _add_release(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--release",
        type=Path,
        metavar="DIR",
        help=f"udgivelsen; ellers den nyeste i {RELEASES.as_posix()} (the release; default: the newest)",
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="da", help="sprog (language); default: da")


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", action="store_true", help="skriv JSON i stedet for tabeller (JSON, not tables)"
    )
    parser.add_argument("--csv", type=Path, metavar="DIR", help="skriv CSV-filer i mappen (write CSV files)")


def _add_report(parser: argparse.ArgumentParser) -> None:
    words = "skriv en rapport, .pdf eller .html; kan gives flere gange (write a report)"
    parser.add_argument("--report", type=Path, action="append", default=[], metavar="FILE", help=words)


def _read_draws(text: str) -> int:
    number = int(text)
    if number < 2:
        raise argparse.ArgumentTypeError("mindst 2 (at least 2)")
    return number


def _read_seed(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("mindst 0 (at least 0)")
    return number


def _allow_danish_letters() -> None:
    """Never fail on a terminal without Danish letters: what it cannot show is replaced."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())

"""The command `soem-engine`.

Here: arguments, where the newest release is, what is printed and the exit code (0 done; 1 the input or the
release is wrong; 2 the command is). Not here: calculating (`calculation`), tables (`terminal`).
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path
from typing import Literal

from soem_engine.calculation import calculate
from soem_engine.contract import CONTRACT
from soem_engine.errors import EngineError, ProblemList, ReleaseError
from soem_engine.intervention_file import load_intervention
from soem_engine.release import DATABASE, open_release
from soem_engine.terminal import format_result
from soem_engine.texts import LANGUAGES, Text
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
    try:
        folder = options.release or find_newest_release(RELEASES)
        with open_release(folder) as release:
            result = calculate(release, load_intervention(options.file, release))
    except EngineError as error:
        print(error.format(options.lang), file=sys.stderr)
        return 1
    print(
        result.to_json() if options.json else format_result(result, options.lang),
        end="\n" if options.json else "",
    )
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
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="beregn en indsats (calculate an intervention)")
    run.add_argument("file", type=Path, metavar="FILE", help="indsatsen, TOML eller JSON (the intervention)")
    run.add_argument(
        "--release",
        type=Path,
        metavar="DIR",
        help=f"udgivelsen; ellers den nyeste i {RELEASES.as_posix()} (the release; default: the newest)",
    )
    run.add_argument(
        "--json", action="store_true", help="skriv JSON i stedet for tabeller (JSON, not tables)"
    )
    run.add_argument("--lang", choices=LANGUAGES, default="da", help="sprog (language); default: da")
    return parser


def _allow_danish_letters() -> None:
    """Never fail on a terminal without Danish letters: what it cannot show is replaced."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


if __name__ == "__main__":
    sys.exit(main())

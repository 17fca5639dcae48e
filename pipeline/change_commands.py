"""The commands `soem diff` and `soem why`: what changed between two releases, and what each cause did.

Belongs here: their arguments, finding the releases, printing. Does not belong here: finding changes
(`pipeline.changes`), the other commands (`cli`).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from pipeline.declarations.problems import Problems
from pipeline.project import Project
from pipeline.release.versions import MANIFEST, list_releases
from pipeline.show_progress import show_progress

if TYPE_CHECKING:
    import polars as pl


def add_change_commands(commands: argparse._SubParsersAction) -> None:
    """Add the commands to those of `soem`."""
    usual = Project()
    diff = commands.add_parser("diff", help="what changed between two releases, by table and number")
    why = commands.add_parser("why", help="what each cause did to the numbers, to one, or to a calculation")
    for parser in (diff, why):
        parser.add_argument("old", metavar="OLD", help="version or folder of a release")
        parser.add_argument("new", metavar="NEW", help="version or folder of a later one")
        parser.add_argument(
            "--outputs", type=Path, default=usual.outputs, help="folder of tables and releases"
        )
        parser.add_argument("--lang", choices=("da", "en"), default="da", help="language of the page")
        parser.add_argument("--json", action="store_true", help="as data")
    why.add_argument(
        "subject",
        nargs="?",
        metavar="ID|FILE",
        help="a number, as soem explain takes it, or a calculation, as soem-engine does; left out: all numbers",
    )
    why.add_argument("--registers", type=Path, default=usual.registers, help="the delivery behind NEW")
    why.add_argument("--old-registers", type=Path, metavar="DIR", help="the delivery behind OLD")
    diff.set_defaults(run=_diff)
    why.set_defaults(run=_why)


def _diff(options: argparse.Namespace, console: Console) -> int:
    from pipeline.changes.find_changes import find_differences
    from pipeline.changes.tell_changes import tell_changes

    changes = find_differences(*_find_releases(options))
    if options.json:
        moved = changes.links.drop("link", "cause").to_dicts()
        _print_json({**changes.difference.to_json(), "numbers": moved})
    else:
        print(tell_changes(changes, changes.difference.new, options.lang), end="")
    return 0


def _why(options: argparse.Namespace, console: Console) -> int:
    from pipeline.changes.stored_changes import refuse_unknown
    from pipeline.changes.tell_number import tell_why

    old, new = _find_releases(options)
    subject, versions = options.subject, (old.name, new.name)
    is_calculation = subject is not None and Path(subject).is_file()
    if subject is not None and not is_calculation:
        refuse_unknown(subject, old, new)
    links, page = _find_why(old, new, Path(subject) if is_calculation else None, options, console)
    if subject is not None and not is_calculation:
        links = links.filter(number_id=subject)
    if subject is not None:
        name = Path(subject).name if is_calculation else subject
        page = tell_why(links, name, versions, options.lang, is_calculation=is_calculation)
    if options.json:
        _print_json(links.to_dicts())
    else:
        print(page, end="")
    return 0


def _find_why(
    old: Path, new: Path, calculation: Path | None, options: argparse.Namespace, console: Console
) -> tuple[pl.DataFrame, str]:
    """Return links and page: as the release says, or built where it does not say it or old registers are given."""
    from pipeline.changes.stored_changes import read_stored

    stored = None if calculation or options.old_registers else read_stored(old, new)
    if stored is not None:
        return stored.links, stored.pages[options.lang]
    from pipeline.changes.why import Places, find_why, find_why_of_calculation

    old_registers = options.old_registers and options.old_registers.resolve()
    places = Places(options.registers.resolve(), old_registers, options.outputs.resolve())
    with show_progress(console):
        if calculation is not None:
            return find_why_of_calculation(calculation, old, new, places), ""
        why = find_why(old, new, places)
    return why.links, why.pages[options.lang]


def _print_json(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1))


def _find_releases(options: argparse.Namespace) -> tuple[Path, Path]:
    """Return the folders of the two releases.

    Raises
    ------
    InputError
        When one is not there, with the versions that are.
    """
    problems = Problems()
    root = options.outputs / "releases"
    old, new = (_find_release(name, root, problems) for name in (options.old, options.new))
    problems.raise_if_any("Releases to compare")
    return old, new


def _find_release(name: str, root: Path, problems: Problems) -> Path:
    for folder in (root / name, Path(name)):
        if (folder / MANIFEST).is_file():
            return folder.resolve()
    problems.add_unknown("releases", name, [str(version) for version in list_releases(root)], "release")
    return root

"""The tables of persons and events that one number needs, built anew from registers.

Belongs here: choosing and building them in a folder of their own, with the declarations of the release, and saying
whether the registers are those of the release. Does not belong here: anything about a target group.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pipeline.checks import check_written
from pipeline.delivery import check_registers
from pipeline.executors import DEFAULT_RESOURCES, open_pool
from pipeline.failures import BuildFailed
from pipeline.fingerprints import hash_file
from pipeline.flow import CheckFailed
from pipeline.leaf_jobs import JobFailed
from pipeline.passports.passport import Passport
from pipeline.project import Project
from pipeline.stages.in_order import FLOW
from pipeline.tables import WHOLE


def build_tables(project: Project, tables: Iterable[str], *, is_checked: bool) -> None:
    """Build tables of stage 2 and the registers they are made from; what is up to date is left.

    Parameters
    ----------
    project : Project
        Registers as delivered, declarations of the release, a folder to build in.
    tables : iterable of str
    is_checked : bool
        Whether the delivery needs no check: its files are those that a release was published from.

    Raises
    ------
    InputError
        When the delivery cannot be used.
    BuildFailed
        When a table cannot be built, or is not as its model says.
    """
    if not is_checked:
        check_registers(project)
    needed = _list_needed(tables)
    try:
        with open_pool(DEFAULT_RESOURCES, project) as pool:
            for asset in FLOW.assets:
                if needed & set(asset.tables) and not FLOW.is_current(project, asset, WHOLE):
                    FLOW.build(project, asset, (WHOLE,), check_written, pool)
    except (CheckFailed, JobFailed) as failure:
        raise BuildFailed(str(failure)) from None
    project.file_hashes.save()


def _list_needed(tables: Iterable[str]) -> set[str]:
    needed: set[str] = set()
    waiting = list(tables)
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += FLOW.by_table[name].inputs
    return needed


def compare_registers(registers: Path, passport: Passport) -> tuple[str, ...]:
    """Return the register files behind a number that are missing or not those of the release.

    Parameters
    ----------
    registers : Path
        The delivery.
    passport : Passport

    Returns
    -------
    tuple of str
        Empty when all are the same, byte for byte.
    """
    return tuple(
        name
        for register in passport.registers
        for name, digest in register.files.items()
        if not (registers / name).is_file() or hash_file(registers / name) != digest
    )

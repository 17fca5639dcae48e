"""Building the tables of the new release with some causes as they were in the old one.

Belongs here: one such build, and why it cannot be done. Does not belong here: which causes are undone together, and in
which order (`walk_back`), the declarations (`mix_declarations`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.build import build
from pipeline.changes.between import Between
from pipeline.changes.causes import REGISTER_DATA
from pipeline.changes.mix_declarations import mix_declarations, write_declarations
from pipeline.changes.small_counts import keep_strictest
from pipeline.checks import check_written
from pipeline.declarations.method import Method
from pipeline.declarations.problems import InputError
from pipeline.delivery import check_registers
from pipeline.executors import Resources
from pipeline.failures import BuildFailed
from pipeline.project import Project

TABLES_OF_NUMBERS = (
    *("target_groups", "consequences", "not_measured", "estimates", "estimate_covariance", "profiles"),
    *("profile_weights", "unit_prices", "price_index", "discount_rates", "parameters", "effect_studies"),
)
"""The tables of a release that numbers and calculations are read from."""

SAID_BY_METHOD = {
    "year_first": "first_year",
    "year_last": "last_year",
    "price_year": "price_year",
    "significance_level": "significance_level",
    "last_year_followed": "relative_years",
    "last_year_of_profile": "profile_years",
}
"""Columns of the table `release` that a calculation may read, and the key of the method each stands in."""

Tables = Mapping[str, pl.DataFrame | Path]

NO_OLD_REGISTERS = "no_old_registers"
NOT_LOADED = "not_loaded"
NOT_DELIVERED = "not_delivered"
NOT_BUILT = "not_built"


@dataclass(frozen=True)
class Obstacle:
    """Why causes cannot be undone.

    Attributes
    ----------
    kind : str
        NO_OLD_REGISTERS, NOT_LOADED (declarations that are wrong together), NOT_DELIVERED (registers that do not agree
        with them) or NOT_BUILT.
    detail : str
        What the program said, in its first line.
    """

    kind: str
    detail: str = ""


def build_state(
    between: Between, undone: tuple[str, ...], new: Tables, workshop: Path, resources: Resources
) -> Tables | Obstacle:
    """Build the tables of the new release without some causes.

    Parameters
    ----------
    between : Between
    undone : tuple of str
        Causes.
    new : mapping of str to polars.DataFrame or Path
        Tables of the new release.
    workshop : Path
        From `open_workshop`; built tables of the state before are built on.
    resources : Resources

    Returns
    -------
    mapping of str to polars.DataFrame or Path, or Obstacle
        Files are there until the next state is built.

    Raises
    ------
    BuildFailed
        When the machine failed: no memory, no room on the disk.
    """
    registers = between.old_registers if REGISTER_DATA in undone else between.project.registers
    if registers is None:
        return Obstacle(NO_OLD_REGISTERS)
    folder = workshop / f"declarations_{'_'.join(undone)}"
    mixed = keep_strictest(mix_declarations(*between.declared, undone), *between.declared)
    write_declarations(mixed, between.project.declarations, folder)
    project = Project(registers, workshop / "outputs", folder)
    obstacle = NOT_LOADED
    try:
        method = project.declared.method
        obstacle = NOT_DELIVERED
        check_registers(project)
        obstacle = NOT_BUILT
        build(project, between.numbers, check_written, resources=resources)
    except (InputError, BuildFailed) as error:
        if isinstance(error, BuildFailed) and error.is_of_machine:
            raise
        return Obstacle(obstacle, str(error).splitlines()[0])
    tables = {name: Path(project.tables.pattern(name)) for name in TABLES_OF_NUMBERS}
    return {**tables, "release": _describe_state(new["release"], method)}


def _describe_state(release: pl.DataFrame | Path, method: Method) -> pl.DataFrame:
    """Return the new release's own row with what a state's method says of years, price year and significance."""
    row = release if isinstance(release, pl.DataFrame) else pl.read_parquet(release)
    own = {column: getattr(method, key) for column, key in SAID_BY_METHOD.items() if column in row.columns}
    return row.with_columns(pl.lit(value, row.schema[column]).alias(column) for column, value in own.items())

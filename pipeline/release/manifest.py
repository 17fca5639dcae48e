"""The manifest of a release: what it is, what it was made from, and a checksum of every file.

Belongs here: composing and reading `manifest.json`. Does not belong here: checking a release against it (`verify`).
"""

from __future__ import annotations

import datetime
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path

import polars as pl

from pipeline.fingerprints import hash_file
from pipeline.release.content_hash import hash_content
from pipeline.release.versions import MANIFEST
from schemas.database import SQL_TYPES
from schemas.release_tables import CONTRACT, RELEASE_TABLES


@dataclass(frozen=True)
class DeclarationChange:
    """One change of a declaration file.

    Attributes
    ----------
    declaration : str
        Path below the declarations folder.
    change_number : int
        1 is the newest.
    code_commit : str
    change_date : date
    change : str
        First line of the message.
    """

    declaration: str
    change_number: int
    code_commit: str
    change_date: datetime.date
    change: str


@dataclass(frozen=True)
class ReleaseContext:
    """What a release was made from.

    Attributes
    ----------
    registers : str
        `sample` or `real`.
    year_first, year_last : int
        Years of the registers.
    price_year : int
        The price year of kr. consequences.
    significance_level : float
    last_year_followed, last_year_of_profile : int
        Relative years.
    code_commit : str
    code_version : str
        Fingerprint of the code that numbers come from; a change elsewhere leaves it as it is.
    data_version : str
        Data version of the publication: code, declarations and registers, not the commit.
    declarations : Path
        Folder of the declarations, copied into the release.
    engine_project : Path
        Folder of the engine, whose wheel goes into the release.
    register_hashes : dict of str to str
        Hash of every register file, by path below the delivery.
    seeds : dict of str to int
    declaration_changes : tuple of DeclarationChange
        What is known of how the declarations came about.
    made_at : datetime or None
        Now when None.
    """

    registers: str
    year_first: int
    year_last: int
    price_year: int
    significance_level: float
    last_year_followed: int
    last_year_of_profile: int
    code_commit: str
    code_version: str
    data_version: str
    declarations: Path
    engine_project: Path
    register_hashes: Mapping[str, str] = field(default_factory=dict)
    seeds: Mapping[str, int] = field(default_factory=dict)
    declaration_changes: tuple[DeclarationChange, ...] = ()
    made_at: datetime.datetime | None = None

    @property
    def is_sample(self) -> bool:
        """Whether the registers are invented."""
        return self.registers == "sample"


def list_files(folder: Path) -> list[str]:
    """Return the path of every file below a folder, with forward slashes, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def describe_tables(tables: Mapping[str, pl.DataFrame]) -> dict[str, dict]:
    """Describe every table: rows, content hash, key and columns with type, unit and description.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Conformed.

    Returns
    -------
    dict
        By table name.
    """
    described = {}
    for name, frame in tables.items():
        model = RELEASE_TABLES[name]
        columns = [
            {"name": column.name, "type": SQL_TYPES[column.type], "unit": column.unit.en}
            | {
                "description_da": column.da,
                "description_en": column.en,
                "nullable": column.name in model.nullable,
            }
            for column in model.columns
        ]
        described[name] = {
            "rows": frame.height,
            "content": hash_content(name, frame),
            "description_da": model.da,
            "description_en": model.en,
            "key": list(model.key),
            "csv": model.has_csv,
            "columns": columns,
        }
    return described


def compose_manifest(
    version: str,
    context: ReleaseContext,
    tables: Mapping[str, pl.DataFrame],
    folder: Path,
    previous: str | None,
) -> dict:
    """Compose the manifest once every other file of the release is written.

    Parameters
    ----------
    version : str
    context : ReleaseContext
    tables : mapping of str to polars.DataFrame
        Conformed.
    folder : Path
        The release, still hidden.
    previous : str or None
        Version of the release before.

    Returns
    -------
    dict
    """
    made_at = context.made_at or datetime.datetime.now(datetime.UTC)
    declarations = [name for name in list_files(folder) if name.startswith("declarations/")]
    return {
        "version": version,
        "contract": CONTRACT,
        "registers": context.registers,
        "made_at": made_at.isoformat(timespec="seconds"),
        "previous": previous,
        "code_commit": context.code_commit,
        "data_version": context.data_version,
        **describe_making(context),
        "seeds": dict(sorted(context.seeds.items())),
        "declarations": {name: hash_file(folder / name) for name in declarations},
        "tables": describe_tables(tables),
        "files": describe_files(folder),
    }


def describe_making(context: ReleaseContext) -> dict:
    """Describe what numbers come from besides declarations: code, Python, packages, register files.

    Parameters
    ----------
    context : ReleaseContext

    Returns
    -------
    dict
        Two releases with the same have the same numbers if their declarations say the same.
    """
    return {
        **describe_code(context.code_version),
        "register_files": dict(sorted(context.register_hashes.items())),
    }


def describe_code(code_version: str) -> dict:
    """Describe the code in use: its fingerprint, Python, and the version of every package."""
    return {"code_version": code_version, "python": platform.python_version(), "packages": _list_packages()}


def describe_files(release: Path, within: str = "") -> dict[str, dict]:
    """Describe the files of a release but its manifest: size and checksum.

    Parameters
    ----------
    release : Path
    within : str
        A folder of the release; all of it when empty.

    Returns
    -------
    dict
        By path in the release.
    """
    return {
        name: {"bytes": (release / name).stat().st_size, "sha256": hash_file(release / name)}
        for name in list_files(release)
        if name != MANIFEST and name.startswith(within)
    }


def _list_packages() -> dict[str, str]:
    return dict(sorted({dist.metadata["Name"]: dist.version for dist in distributions()}.items()))

"""A project: the declarations, where registers come in, where outputs go.

Belongs here: loading every declaration at once, and the paths. Does not belong here: any stage of the flow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from pipeline.cohorts.coverage import Coverage
from pipeline.declarations.consequence import Consequence
from pipeline.declarations.corrections import Correction, attach_corrections, load_corrections
from pipeline.declarations.covariates import Covariates, load_covariates
from pipeline.declarations.knowledge import KnowledgeDeclarations, load_knowledge
from pipeline.declarations.method import Method, load_method
from pipeline.declarations.problems import InputError, Problem
from pipeline.declarations.register_layout import RegisterLayouts
from pipeline.declarations.register_layouts import load_register_layouts
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.target_groups import load_target_groups
from pipeline.fingerprints import PROJECT, FileHashes, hash_code, hash_file, hash_meaning, hash_text
from pipeline.tables import TableStore

DECLARATIONS = PROJECT / "pipeline" / "declarations"
BUILDING_CODE = ("pipeline", "estimation", "schemas")


@dataclass(frozen=True)
class Project:
    """What is declared, what comes in, what goes out: a snapshot, read and hashed once.

    Attributes
    ----------
    registers : Path
        The delivery: one folder a register.
    outputs : Path
        Where tables, run records and releases go.
    declarations : Path
        The folder analysts edit.
    """

    registers: Path = PROJECT / "outputs" / "sample_registers"
    outputs: Path = PROJECT / "outputs"
    declarations: Path = DECLARATIONS
    file_hashes: FileHashes = field(init=False, repr=False, compare=False)
    known_versions: dict[tuple[str, str], str] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _known_hashes: dict[tuple[str, ...], str] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Open the memory of file hashes."""
        object.__setattr__(self, "file_hashes", FileHashes(self.outputs / "file_hashes.json"))

    def __reduce__(self) -> tuple:
        """Send the places and what is declared and programmed there, so that another process can tell its own apart."""
        return open_same_project, (self.registers, self.outputs, self.declarations, self.fingerprint)

    @cached_property
    def fingerprint(self) -> str:
        """Fingerprint of all declarations and of the code that builds tables."""
        return hash_text(self.hash_declared("."), *(hash_code(package) for package in BUILDING_CODE))

    @cached_property
    def bytes_delivered(self) -> int:
        """Size of the delivery."""
        return sum(path.stat().st_size for path in self.registers.rglob("*.parquet"))

    @cached_property
    def tables(self) -> TableStore:
        """The folder of built tables."""
        return TableStore(self.outputs / "tables")

    @property
    def releases(self) -> Path:
        """The folder of releases."""
        return self.outputs / "releases"

    @cached_property
    def declared(self) -> Declared:
        """Everything declared, loaded and checked."""
        return load_declarations(self.declarations)

    @cached_property
    def coverage(self) -> Coverage:
        """The declared coverage."""
        return Coverage(self.declared.layouts)

    @cached_property
    def estimated_groups(self) -> tuple[str, ...]:
        """Keys of the target groups that are estimated, in the order of the catalogue."""
        return tuple(group.target_group for group in self.declared.target_groups if group.is_estimated)

    def hash_declared(self, *names: str) -> str:
        """Return the fingerprint of what declaration files or folders say; a comment in TOML does not count."""
        return self._hash(names, hash_meaning)

    def hash_declared_bytes(self, *names: str) -> str:
        """Return the fingerprint of declaration files or folders as they are, comments included."""
        return self._hash(names, hash_file)

    def _hash(self, names: tuple[str, ...], hash_one: Callable[[Path], str]) -> str:
        key = ("several", hash_one.__name__, *names)
        if key not in self._known_hashes:
            paths = [self.declarations / name for name in names]
            files = {
                file
                for path in paths
                for file in (path.rglob("*") if path.is_dir() else [path])
                if file.is_file() and file.suffix != ".py" and "__pycache__" not in file.parts
            }
            parts = []
            for file in sorted(files):
                name = file.relative_to(self.declarations).as_posix()
                single = ("one", hash_one.__name__, name)
                if single not in self._known_hashes:
                    self._known_hashes[single] = hash_one(file)
                parts.append(f"{name}={self._known_hashes[single]}")
            self._known_hashes[key] = hash_text(*parts)
        return self._known_hashes[key]


@dataclass(frozen=True)
class Declared:
    """Every declaration, as typed objects.

    Attributes
    ----------
    method : Method
    target_groups : tuple of TargetGroup
    covariates : Covariates
    knowledge : KnowledgeDeclarations
        Consequences, prices, indices, rates, parameters.
    layouts : RegisterLayouts
    corrections : tuple of Correction
    """

    method: Method
    target_groups: tuple[TargetGroup, ...]
    covariates: Covariates
    knowledge: KnowledgeDeclarations
    layouts: RegisterLayouts
    corrections: tuple[Correction, ...]

    @property
    def consequences(self) -> tuple[Consequence, ...]:
        """Every consequence, in the order of the catalogue."""
        return self.knowledge.consequences

    @cached_property
    def group(self) -> dict[str, TargetGroup]:
        """Target groups by key."""
        return {group.target_group: group for group in self.target_groups}

    def consequences_of(self, group: TargetGroup) -> tuple[Consequence, ...]:
        """Return the consequences followed in a target group, in the order of the catalogue."""
        population = "children" if group.is_children else "adults"
        return tuple(c for c in self.consequences if c.population in (population, "both"))


@lru_cache(maxsize=4)
def open_same_project(registers: Path, outputs: Path, declarations: Path, fingerprint: str) -> Project:
    """Open, in another process, the project a job belongs to; once for all its jobs.

    Parameters
    ----------
    registers, outputs, declarations : Path
        Must be the same folders there, on a file system that processes share.
    fingerprint : str
        Of the process that sends the job.

    Raises
    ------
    InputError
        When code or declarations differ: the numbers would not be those of one build.
    """
    project = Project(registers, outputs, declarations)
    if project.fingerprint != fingerprint:
        problem = Problem(
            where="a worker",
            found="other code or declarations than the build has",
            expected="one checkout for the build and all its workers",
            do="start the workers from the same folder, after the last change",
        )
        raise InputError("The build stopped", [problem])
    return project


def load_declarations(root: Path) -> Declared:
    """Load every declaration and tell all mistakes of all files at once.

    Parameters
    ----------
    root : Path
        The folder analysts edit.

    Returns
    -------
    Declared

    Raises
    ------
    InputError
        With every problem of every file, and what could not be checked because of them.
    """
    problems: list[Problem] = []
    not_checked: list[str] = []

    def attempt(load: Callable[[], Any]) -> Any:
        try:
            return load()
        except InputError as error:
            problems.extend(error.problems)
            not_checked.extend(error.not_checked)
            return None

    groups = attempt(lambda: load_target_groups(root / "target_groups", root / "method.toml"))
    keys = None if groups is None else [group.target_group for group in groups]
    layouts = attempt(lambda: load_register_layouts(root / "registers"))
    corrections = attempt(lambda: load_corrections(root, layouts)) if layouts else None
    if layouts is None:
        not_checked.append("corrections of registers")
    declared = Declared(
        method=attempt(lambda: load_method(root / "method.toml")),
        target_groups=groups,
        covariates=attempt(lambda: load_covariates(root / "covariates.toml")),
        knowledge=attempt(lambda: load_knowledge(root, keys)),
        layouts=attach_corrections(layouts, corrections) if corrections else layouts,
        corrections=corrections or (),
    )
    if groups is None:
        not_checked.append("whether prices and effect studies name declared target groups")
    if problems:
        raise InputError(
            "The declarations cannot be used", dict.fromkeys(problems), dict.fromkeys(not_checked)
        )
    return declared

"""Stage 1: registers as delivered, typed and otherwise unchanged, sorted by leaf bucket of persons.

What lies here: everything a delivery holds under its declared names. Nothing is dropped, filled or recoded.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.declarations.register_layouts import load_register_layouts
from pipeline.flow import FlowAsset
from pipeline.leaf_jobs import open_duckdb
from pipeline.project import Project
from pipeline.registers.delivered_files import find_file
from pipeline.registers.read_register import read_register
from pipeline.task import Task

REGISTERS = tuple(load_register_layouts().registers)


def table_of(register: str) -> str:
    """Return the table that holds a register."""
    return f"register_{register}"


def _build(register: str) -> Callable[[Task], None]:
    def build(task: Task) -> None:
        project, folder = task.project, task.folder(table_of(register))
        with open_duckdb(project, task.memory, n_threads=2) as con:
            counts = read_register(
                con, project.registers, project.declared.layouts, register, folder, task.ranges
            )
        for file in (folder / register).iterdir():
            file.rename(folder / file.name)
        (folder / register).rmdir()
        task.note(table_of(register)).update(
            {
                "rows": counts.rows,
                "rows_delivered": counts.rows_in,
                "drops": counts.drops,
                "bytes_delivered": counts.bytes_in,
            }
        )

    return build


def _fingerprint(register: str) -> Callable[[Project, str], str]:
    def fingerprint(project: Project, _: str) -> str:
        layout = project.declared.layouts[register]
        names = [register]
        if layout.person_through is not None:
            names.append(layout.person_through.register)
        declared = project.hash_declared(
            "registers/delivery.toml", *(f"registers/{name}.toml" for name in names)
        )
        layouts = [project.declared.layouts[name] for name in names]
        files = [find_file(project.registers, own, year) for own in layouts for year in own.years or (None,)]
        hashes = project.file_hashes
        return declared + "".join(
            f"{path.name}={hashes.hash_file(path) if path.is_file() else 'missing'}" for path in files
        )

    return fingerprint


ASSETS = tuple(
    FlowAsset(
        tables=(table_of(register),),
        stage="stage_1_registers",
        inputs=(),
        code=("pipeline/registers", "pipeline/declarations"),
        declarations=_fingerprint(register),
        build=_build(register),
        description=f"The register {register} as delivered, typed.",
    )
    for register in REGISTERS
)

"""Stage 1: registers as delivered, typed and otherwise unchanged, handed out to leaf buckets of persons.

What lies here: what a delivery holds under its declared names, but for columns declared `unread`. Nothing is filled or
recoded; dropped are only rows without a person. The week columns of DREAM are summed by year and kind. A register takes
its place only when every value of it is as declared: it is checked while it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from pipeline.declarations.register_layouts import load_register_layouts
from pipeline.flow import FlowAsset
from pipeline.leaf_jobs import LeafJob
from pipeline.project import Project
from pipeline.registers.delivered_files import find_file
from pipeline.registers.leaves import LeafRange
from pipeline.registers.read_register import PartRead, end_register, judge_register, read_part
from pipeline.registers.register_parts import RegisterPart, list_parts
from pipeline.task import Task

REGISTERS = tuple(load_register_layouts().registers)


def table_of(register: str) -> str:
    """Return the table that holds a register."""
    return f"register_{register}"


def read_part_of_register(ranges: tuple[LeafRange, ...], job: LeafJob) -> PartRead:
    """Read one part of a register and hand its rows out to ranges of leaves."""
    part: RegisterPart = job.payload
    with job.open_connection() as con:
        return read_part(
            con,
            job.project.registers,
            job.project.declared.layouts,
            part,
            job.folder(table_of(part.register)),
            ranges,
        )


def _build(register: str) -> Callable[[Task], None]:
    def build(task: Task) -> None:
        table, root, layouts = table_of(register), task.project.registers, task.project.declared.layouts
        parts = {part.name: part for part in list_parts(root, layouts[register])}
        read = task.map_parts(partial(read_part_of_register, task.ranges), parts)
        tolerated = judge_register(root, layouts, register, read)
        counts = end_register(root, layouts, register, read, task.folder(table), task.ranges)
        task.note(table).update(
            rows=counts.rows,
            rows_delivered=counts.rows_in,
            drops=counts.drops,
            bytes_delivered=counts.bytes_in,
            corrected=counts.corrected,
            tolerated={f"{kind} {column}": n for (kind, column), n in sorted(tolerated.items())},
        )

    return build


def _fingerprint(register: str) -> Callable[[Project, str], str]:
    def fingerprint(project: Project, _: str) -> str:
        layout = project.declared.layouts[register]
        names = [register, *layout.reads_of]
        declared = project.hash_declared(
            "registers/delivery.toml", *(f"registers/{name}.toml" for name in names)
        )
        layouts = [project.declared.layouts[name] for name in names]
        files = [find_file(project.registers, own, year) for own in layouts for year in own.years or (None,)]
        hashes = project.file_hashes.hash_files([path for path in files if path.is_file()])
        corrections = "".join(repr(item) for own in layouts for item in own.corrections)
        return (declared + corrections) + "".join(
            f"{path.name}={hashes.get(path, 'missing')}" for path in files
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

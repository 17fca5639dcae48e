"""Stage 2: persons by calendar year, events harmonised over generations of registers, and quantities.

What lies here: who lives where with which background, what happens to them, and how much of every consequence they
use, in natural units. Nothing here knows of target groups, so a new one touches none of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.flow import FlowAsset
from pipeline.knowledge import calendar_table
from pipeline.leaf_jobs import LeafJob
from pipeline.quantities.hospital import build_hospital_tables
from pipeline.quantities.leaf_tables import LeafTables, TableCounts, add_counts
from pipeline.quantities.person_year_quantities import build_person_year_quantities
from pipeline.quantities.stage_2 import EVENT_BUILDERS, PERSON_BUILDERS, PREPARE, write_coverage
from pipeline.stages.stage_1_registers import table_of
from pipeline.task import Task

STAGE = "stage_2_person_years"
HOSPITAL_REGISTERS = (
    *("psyk_adm", "psyk_diag", "psyk_bes", "lpr_adm", "lpr_diag", "lpr_bes"),
    *("lpr3_kontakter", "lpr3_diagnoser"),
)
REGISTERS_READ = {
    "person_exits": ("dod", "vnds"),
    "person_years": ("bef", "udda", "akm"),
    "practitioner_contacts": ("sssy",),
    "dispensings": ("lmdb",),
    "alcohol_courses": ("nab",),
    "drug_courses": ("sib",),
    "shelter_stays": ("boform110",),
    "adult_services": ("handicap",),
    "child_measures": ("bua", "bufo"),
    "convictions": ("kraf",),
    "prison_stays": ("krin",),
    "charges": ("krsi",),
    "victim_events": ("krof",),
    "education_spells": ("kotre",),
    "school_years": ("grundskole",),
    "benefit_weeks": ("dream",),
    "incomes": ("ind",),
}
METHOD_READ = (
    *("first_year", "last_year", "price_year", "pension_ages"),
    *("course_gap_days", "lpr3_inpatient_hours", "special_support_hours"),
)
"""The choices of method.toml that stage 2 reads; another one changed leaves stage 2 as it is."""
TABLES_READ = {
    "person_exits": (),
    "person_years": ("person_exits",),
    "child_measures": ("person_exits", "person_years"),
}


@dataclass(frozen=True)
class JobTables(LeafTables):
    """The tables of a job: read from where they are built, written into the task's hidden folders.

    A register or table that the asset does not declare as an input is refused, so that nothing can be read that the
    data version does not cover.
    """

    job: LeafJob | None = None
    inputs: tuple[str, ...] = ()

    def register_folder(self, name: str) -> Path:
        """Return the folder of a register of stage 1."""
        return self._folder(table_of(name))

    def table_folder(self, name: str) -> Path:
        """Return the folder of a table of stage 2."""
        return self._folder(name)

    def written_folder(self, name: str) -> Path:
        """Return the folder a table is written into."""
        return self.job.folder(name)

    def kept_folder(self, name: str) -> Path:
        """Return a folder beside the files of the first table, removed when all ranges are written."""
        return next(iter(self.job.folders.values())) / KEPT / name

    def _folder(self, table: str) -> Path:
        if table not in self.inputs:
            raise KeyError(f"{table} is read but not declared as an input")
        return self.job.project.tables.folder(table)


Make = Callable[[LeafTables], TableCounts | tuple[TableCounts, ...]]
Prepare = Callable[[LeafTables], None]
KEPT = "kept"


def build_leaves(make: Make, inputs: tuple[str, ...], job: LeafJob) -> tuple[TableCounts, ...]:
    """Build the tables of one asset in one range of leaves."""
    with _open_tables(inputs, job) as tables:
        counts = make(tables)
    return (counts,) if isinstance(counts, TableCounts) else counts


def prepare_leaves(prepare: Prepare, inputs: tuple[str, ...], job: LeafJob) -> None:
    """Keep what the jobs of other leaves will look up."""
    with _open_tables(inputs, job) as tables:
        prepare(tables)


@contextmanager
def _open_tables(inputs: tuple[str, ...], job: LeafJob) -> Iterator[JobTables]:
    declared = job.project.declared
    with job.open_connection() as con:
        yield JobTables(con, Path(), Path(), declared.layouts, declared.method, job.leaves, job, inputs)


def _build(make: Make, inputs: tuple[str, ...], prepare: Prepare | None) -> Callable[[Task], None]:
    def build(task: Task) -> None:
        found: dict[str, list[TableCounts]] = {}
        if prepare is not None:
            task.map_leaves(partial(prepare_leaves, prepare, inputs))
        for _, counts in task.map_leaves(partial(build_leaves, make, inputs)):
            for part in counts:
                found.setdefault(part.table, []).append(part)
        shutil.rmtree(task.folder(next(iter(found))) / KEPT, ignore_errors=True)
        for table, parts in found.items():
            task.note(table).update(
                rows=sum(part.rows for part in parts), drops=add_counts(*(part.drops for part in parts))
            )

    return build


def build_quantities(tables: JobTables) -> TableCounts:
    """Write `person_year_quantities` with the declared consequences and calendar."""
    declared = tables.job.project.declared
    knowledge, method = declared.knowledge, declared.method
    calendar = calendar_table(
        knowledge.price_index, knowledge.parameters, method.first_year, method.last_year, method.price_year
    )
    return build_person_year_quantities(tables, declared.consequences, calendar)


def _build_coverage(task: Task) -> None:
    folder = task.folder("coverage")
    counts = write_coverage(task.project.declared.layouts, folder)
    (folder / "coverage" / "coverage.parquet").rename(folder / "coverage.parquet")
    (folder / "coverage").rmdir()
    task.note("coverage")["rows"] = counts.rows


def _define(
    tables: Sequence[str],
    make: Callable,
    registers: Sequence[str],
    read: Sequence[str],
    description: str,
    declared: Sequence[str] = (),
) -> FlowAsset:
    inputs = (*(table_of(register) for register in registers), *read)
    files = [f"registers/{register}.toml" for register in registers]
    return FlowAsset(
        tables=tuple(tables),
        stage=STAGE,
        inputs=inputs,
        code=("pipeline/quantities", "pipeline/declarations", "pipeline/registers", "pipeline/knowledge"),
        declarations=lambda project, _: (
            project.hash_declared("registers/delivery.toml", *files, *declared)
            + repr([getattr(project.declared.method, name) for name in METHOD_READ])
        ),
        build=_build(make, inputs, PREPARE.get(tables[0])),
        description=description,
    )


_SINGLE = tuple(
    _define((table,), make, REGISTERS_READ[table], TABLES_READ.get(table, ("person_exits",)), _first_line)
    for table, make in {**PERSON_BUILDERS, **EVENT_BUILDERS}.items()
    for _first_line in [(make.__doc__ or table).splitlines()[0]]
)

ASSETS = (
    *_SINGLE,
    _define(
        ("hospital_contacts", "hospital_diagnoses"),
        build_hospital_tables,
        HOSPITAL_REGISTERS,
        ("person_exits",),
        "Bed days, visits and diagnoses, comparable over LPR2 and LPR3.",
    ),
    FlowAsset(
        tables=("coverage",),
        stage=STAGE,
        inputs=(),
        code=("pipeline/quantities", "pipeline/declarations", "pipeline/registers"),
        declarations=lambda project, _: project.hash_declared("registers"),
        build=_build_coverage,
        description="Which events are covered, in which years and municipalities.",
    ),
    _define(
        ("person_year_quantities",),
        build_quantities,
        (),
        ("person_years", *EVENT_TABLES),
        "All consequences of all residents in natural units: person by calendar year, non-zero only.",
        ("consequences", "prices/price_index.toml", "parameters.toml", "registers"),
    ),
)

"""Stage 7: what is known beside the estimates: target groups in words, consequences, prices, indices, rates, studies.

What lies here: published tables made from declarations; of persons only the counts of each target group. And the
passports: a name for every published number, and the sources behind it.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from pipeline.cohorts.target_group_table import tabulate_target_groups
from pipeline.flow import FlowAsset
from pipeline.knowledge import (
    consequences_table,
    discount_rates_table,
    effect_studies_table,
    not_measured_table,
    parameters_table,
    price_figures_table,
    price_index_table,
    unit_prices_table,
)
from pipeline.passports.find_sources import tabulate_sources
from pipeline.passports.tabulate_corrections import tabulate_corrections
from pipeline.passports.tabulate_passports import tabulate_passports
from pipeline.project import Project
from pipeline.stages.stage_1_registers import REGISTERS, table_of
from pipeline.task import Task
from pipeline.views import open_tables

NUMBERED = ("estimates", "profiles", "attrition_by_year", "unit_prices", "corrections")
"""The tables that passports are named from."""

KNOWLEDGE = {
    "consequences": (consequences_table, ("consequences",)),
    "not_measured": (not_measured_table, ("consequences",)),
    "unit_prices": (unit_prices_table, ("consequences", "prices", "parameters.toml")),
    "price_figures": (price_figures_table, ("consequences", "prices", "parameters.toml")),
    "price_index": (price_index_table, ("prices/price_index.toml",)),
    "discount_rates": (discount_rates_table, ("discount_rates.toml",)),
    "parameters": (parameters_table, ("parameters.toml", "prices")),
}
"""Table to what makes it and the declarations it is made from."""


def _build_from_declarations(table: str, make: Callable) -> Callable[[Task], None]:
    def build(task: Task) -> None:
        task.write(table, make(task.project.declared.knowledge))

    return build


def build_effect_studies(task: Task) -> None:
    """Read the effect studies and put them on a common scale."""
    groups = [group.target_group for group in task.project.declared.target_groups]
    path = task.project.declarations / "effect_studies.csv"
    task.write("effect_studies", effect_studies_table(path, groups))


def build_target_groups(task: Task) -> None:
    """Describe every target group: definition in prose and SQL, basis, limitations, counts."""
    with open_tables(task.project, ("target_group_members", "success_status")) as con:
        frame = tabulate_target_groups(con, task.project.declared.target_groups)
    task.write("target_groups", frame)


def build_corrections(task: Task) -> None:
    """Tell every declared correction, and how many rows of its register it hit."""
    declared, store = task.project.declared, task.project.tables
    hits = {
        item.key: store.note(table_of(item.register)).get("corrected", {}).get(item.key, 0)
        for item in declared.corrections
    }
    frame = tabulate_corrections(declared.corrections, hits, declared.method.min_published_count)
    task.write("corrections", frame)


def build_passports(task: Task) -> None:
    """Name every published number, and every source behind a target group, a consequence or a price."""
    sources = tabulate_sources(task.project, task.flow)
    events = [(consequence.key, consequence.events) for consequence in task.project.declared.consequences]
    with open_tables(task.project, NUMBERED) as con:
        con.register("passport_sources", sources.to_arrow())
        con.register(
            "measured", pl.DataFrame(events, schema=["consequence", "events"], orient="row").to_arrow()
        )
        passports = tabulate_passports(con)
    task.write("passports", passports)
    task.write("passport_sources", sources)


def _registers_corrected(project: Project, _: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(table_of(item.register) for item in project.declared.corrections))


ASSETS = (
    FlowAsset(
        tables=("target_groups",),
        stage="stage_7_knowledge",
        inputs=("target_group_members", "success_status"),
        code=("pipeline/cohorts", "pipeline/declarations", "pipeline/knowledge"),
        declarations=lambda project, _: project.hash_declared(
            "target_groups", "method.toml", "words.toml", "covariates.toml"
        ),
        build=build_target_groups,
        description="Every target group in words, with basis, limitations and counts.",
    ),
    FlowAsset(
        tables=("effect_studies",),
        stage="stage_7_knowledge",
        inputs=(),
        code=("pipeline/knowledge", "pipeline/declarations"),
        declarations=lambda project, _: (
            project.hash_declared("effect_studies.csv")
            + repr([group.target_group for group in project.declared.target_groups])
        ),
        build=build_effect_studies,
        description="Estimates from the effect literature on a common scale.",
    ),
    *(
        FlowAsset(
            tables=(table,),
            stage="stage_7_knowledge",
            inputs=(),
            code=("pipeline/knowledge", "pipeline/declarations"),
            declarations=lambda project, _, names=names: project.hash_declared(*names),
            build=_build_from_declarations(table, make),
            description=(make.__doc__ or "").splitlines()[0],
        )
        for table, (make, names) in KNOWLEDGE.items()
    ),
    FlowAsset(
        tables=("corrections",),
        stage="stage_7_knowledge",
        inputs=tuple(table_of(register) for register in REGISTERS),
        inputs_used=_registers_corrected,
        code=("pipeline/passports", "pipeline/declarations"),
        declarations=lambda project, _: project.hash_declared("corrections.toml", "method.toml"),
        build=build_corrections,
        description="Known errors of registers, what was done about them and how many rows that hit.",
    ),
    FlowAsset(
        tables=("passports", "passport_sources"),
        stage="stage_7_knowledge",
        inputs=NUMBERED,
        code=(
            "pipeline/passports",
            "pipeline/declarations",
            "pipeline/stages",
            "pipeline/panels",
            "pipeline/cohorts",
        ),
        declarations=lambda project, _: project.hash_declared(
            "target_groups", "consequences", "registers", "corrections.toml", "method.toml"
        ),
        build=build_passports,
        description="A name for every published number, and what lies behind it.",
    ),
)

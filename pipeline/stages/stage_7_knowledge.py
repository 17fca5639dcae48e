"""Stage 7: what is known beside the estimates: target groups in words, consequences, prices, indices, rates, studies.

What lies here: published tables made from declarations; of persons only the counts of each target group.
"""

from __future__ import annotations

from collections.abc import Callable

from pipeline.cohorts.target_group_table import tabulate_target_groups
from pipeline.flow import FlowAsset
from pipeline.knowledge import (
    consequences_table,
    discount_rates_table,
    effect_studies_table,
    not_measured_table,
    parameters_table,
    price_index_table,
    unit_prices_table,
)
from pipeline.task import Task
from pipeline.views import open_tables

KNOWLEDGE = {
    "consequences": (consequences_table, ("consequences",)),
    "not_measured": (not_measured_table, ("consequences",)),
    "unit_prices": (unit_prices_table, ("consequences", "prices", "parameters.toml")),
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
)

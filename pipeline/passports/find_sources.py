"""What lies behind the numbers of a target group, a consequence or a price: registers, declarations, event tables.

Belongs here: following the flow back from a table to registers, and naming the declarations that were read. Does not
belong here: what the flow reads (`stages`), hashes of files (`manifest.json`).
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from pipeline.cohorts.base_years import what_is_read
from pipeline.cohorts.coverage import Read
from pipeline.declarations.consequence import Consequence
from pipeline.declarations.corrections import CORRECTIONS_FILE
from pipeline.declarations.register_layout import RegisterLayouts
from pipeline.declarations.rule_reads import list_reads
from pipeline.declarations.target_group import TargetGroup
from pipeline.declarations.vocabulary import EVENT_TABLES
from pipeline.flow import Flow
from pipeline.panels.patterns import read_of
from pipeline.project import Project
from pipeline.tables import WHOLE

_REGISTER = "register_"
_OF_PRICES = (
    "prices/unit_prices.toml",
    "prices/figures.csv",
    "prices/reimbursement_rules.toml",
    "prices/price_index.toml",
)
SCHEMA = dict.fromkeys(("subject_kind", "subject", "source_kind", "source"), pl.String)


def tabulate_sources(project: Project, flow: Flow) -> pl.DataFrame:
    """Return the table `passport_sources`.

    Parameters
    ----------
    project : Project
    flow : Flow
        All stages: what every table reads.

    Returns
    -------
    polars.DataFrame
        One row a source of an estimated target group, of a consequence or of its prices.
    """
    rows: list[tuple[str, str, str, str]] = []
    for group in project.declared.target_groups:
        if group.is_estimated:
            found = _find_of_group(group, project, flow)
            rows += [("target_group", group.target_group, *source) for source in found]
    for consequence in project.declared.consequences:
        found = _find_of_consequence(consequence, project, flow)
        rows += [("consequence", consequence.key, *source) for source in found]
        rows += [("price", consequence.key, "declaration", name) for name in _OF_PRICES]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _find_of_group(group: TargetGroup, project: Project, flow: Flow) -> list[tuple[str, str]]:
    registers = find_registers(project, flow, "target_group_members", group.target_group)
    names = [f"target_groups/{name}.toml" for name, _ in group.definition.file_hashes]
    names += ["method.toml", "covariates.toml", *_declare_registers(registers)]
    reads = [what_is_read(read) for read in list_reads(group)]
    return _list_sources(registers, names, reads, project.declared.layouts)


def _find_of_consequence(consequence: Consequence, project: Project, flow: Flow) -> list[tuple[str, str]]:
    registers = find_registers(project, flow, consequence.events)
    names = [f"consequences/{consequence.area}.toml", "method.toml", *_declare_registers(registers)]
    if consequence.real_kr is not None:
        names += ["parameters.toml", "prices/price_index.toml"]
    return _list_sources(registers, names, [read_of(consequence)], project.declared.layouts)


def find_registers(project: Project, flow: Flow, table: str, partition: str = WHOLE) -> tuple[str, ...]:
    """Return the registers that a table is made from, by way of every table between.

    Parameters
    ----------
    project : Project
    flow : Flow
    table : str
    partition : str
        A target group, for a table by target group.

    Returns
    -------
    tuple of str
        In alphabetical order.
    """
    seen: set[str] = set()
    waiting = [table]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        asset = flow.by_table[name]
        waiting += asset.inputs_used(project, partition) if asset.inputs_used else asset.inputs
    return tuple(sorted(name.removeprefix(_REGISTER) for name in seen if name.startswith(_REGISTER)))


def _declare_registers(registers: Iterable[str]) -> list[str]:
    return ["registers/delivery.toml", *(f"registers/{name}.toml" for name in registers), CORRECTIONS_FILE]


def _list_sources(
    registers: Iterable[str], declarations: Iterable[str], reads: Iterable[Read], layouts: RegisterLayouts
) -> list[tuple[str, str]]:
    events = [name for read in reads for name in name_events(read, layouts)]
    return [
        *(("register", name) for name in registers),
        *(("declaration", name) for name in declarations),
        *(("events", name) for name in dict.fromkeys(events)),
    ]


def name_events(read: Read, layouts: RegisterLayouts) -> list[str]:
    """Name the events a rule or a consequence counts as the table `coverage` has them.

    Returns
    -------
    list of str
        The event table, or `event_table: value` for each value where coverage is declared by value.
    """
    covers = [c for layout in layouts.registers.values() for c in layout.covers if c.events == read.events]
    attribute = next((cover.attribute for cover in covers if cover.attribute), None)
    if attribute is None:
        return [read.events]
    declared = EVENT_TABLES[read.events].attribute(attribute)
    values = read.values.get(attribute) or (declared.values if declared else ())
    known = {value for cover in covers for value in cover.values}
    return [f"{read.events}: {value}" for value in values if value in known]

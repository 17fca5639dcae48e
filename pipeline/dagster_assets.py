"""The flow as Dagster assets with blocking checks: the graph people see, and how a table is built in it.

Belongs here: everything that turns a `FlowAsset` into Dagster. Does not belong here: what is built.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import dagster as dg

from pipeline.declarations.problems import InputError
from pipeline.executors import DEFAULT_RESOURCES, LeafPool, open_pool
from pipeline.failures import GateError
from pipeline.fingerprints import hash_text
from pipeline.flow import Check, CheckFailed, Flow, FlowAsset
from pipeline.leaf_jobs import JobFailed, tell_error
from pipeline.measure import measure
from pipeline.project import Project
from pipeline.tables import WHOLE


def make_definitions(
    flow: Flow, project: Project, check: Check, pool: LeafPool | None = None
) -> dg.Definitions:
    """Turn the flow into Dagster definitions.

    Parameters
    ----------
    flow : Flow
    project : Project
    check : callable
        `check(table, folders)` gives the failures of freshly written partitions of a table.
    pool : LeafPool, optional
        What runs the jobs of all assets; opened for each asset when not given.

    Returns
    -------
    dagster.Definitions
    """
    groups = dg.StaticPartitionsDefinition(list(project.estimated_groups))
    return dg.Definitions(
        assets=[_make_asset(flow, asset, project, check, pool, groups) for asset in flow.assets],
        executor=dg.in_process_executor,
    )


def _make_asset(
    flow: Flow,
    asset: FlowAsset,
    project: Project,
    check: Check,
    pool: LeafPool | None,
    groups: dg.StaticPartitionsDefinition,
) -> dg.AssetsDefinition:
    specs = [
        dg.AssetSpec(
            table,
            deps=list(asset.inputs),
            group_name=asset.stage,
            description=asset.description,
            kinds={"parquet"},
        )
        for table in asset.tables
    ]

    @dg.multi_asset(
        name=asset.tables[0],
        specs=specs,
        check_specs=[dg.AssetCheckSpec("schema", asset=table, blocking=True) for table in asset.tables],
        partitions_def=groups if asset.is_by_group else None,
        backfill_policy=dg.BackfillPolicy.single_run() if asset.is_by_group else None,
    )
    def compute(context: dg.AssetExecutionContext) -> Iterator[Any]:
        partitions = tuple(context.partition_keys) if asset.is_by_group else (WHOLE,)
        yield from _build_partitions(context, flow, asset, project, check, pool, partitions)

    return compute


def _build_partitions(
    context: dg.AssetExecutionContext,
    flow: Flow,
    asset: FlowAsset,
    project: Project,
    check: Check,
    pool: LeafPool | None,
    partitions: tuple[str, ...],
) -> Iterator[Any]:
    """Build what is out of date among the partitions of one run, then tell what became of each table."""
    stale = tuple(p for p in partitions if not flow.is_current(project, asset, p))
    try:
        if stale:
            opened = nullcontext(pool) if pool else open_pool(DEFAULT_RESOURCES, project)
            with measure(project, asset, len(stale)), opened as own:
                flow.build(project, asset, stale, check, own)
    except CheckFailed as failed:
        yield _tell_failure(failed)
        raise dg.Failure(str(failed), allow_retries=False) from None
    except (InputError, GateError, JobFailed) as error:
        raise dg.Failure(f"{asset.tables[0]}: {error}", allow_retries=False) from None
    except Exception as error:
        raise dg.Failure(tell_error(error, asset.tables[0]), allow_retries=False) from None
    for table in asset.tables:
        if asset.is_by_group:
            for partition in partitions:
                context.add_asset_metadata(_describe(project, table, partition), table, partition)
        yield dg.MaterializeResult(
            asset_key=table,
            metadata={} if asset.is_by_group else _describe(project, table, WHOLE),
            data_version=dg.DataVersion(
                hash_text(*(project.tables.version(table, partition) or "" for partition in partitions))
            ),
            check_results=[dg.AssetCheckResult(asset_key=table, check_name="schema", passed=True)],
        )


def _tell_failure(failed: CheckFailed) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=failed.table,
        check_name="schema",
        passed=False,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={failure.check: failure.message for failure in failed.failures},
    )


def _describe(project: Project, table: str, partition: str) -> dict[str, Any]:
    """Return what was noted when a table was built: rows, seconds, drops, data version; never a person."""
    return {
        name: (dg.MetadataValue.json(value) if isinstance(value, dict | list) else value)
        for name, value in project.tables.note(table, partition).items()
    }

"""The flow as Dagster assets with blocking checks: the graph people see, and how a table is built in it.

Belongs here: everything that turns a `FlowAsset` into Dagster. Does not belong here: what is built.
"""

import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import dagster as dg
from threadpoolctl import threadpool_limits

from pipeline.declarations.problems import InputError
from pipeline.fingerprints import hash_text
from pipeline.flow import CheckFailed, Failure, Flow, FlowAsset
from pipeline.project import Project
from pipeline.release.gate import GateError
from pipeline.tables import WHOLE
from pipeline.views import THREADS

Check = Callable[[str, Path], tuple[Failure, ...]]


def make_definitions(flow: Flow, project: Project, check: Check) -> dg.Definitions:
    """Turn the flow into Dagster definitions.

    Parameters
    ----------
    flow : Flow
    project : Project
    check : callable
        `check(table, folder)` gives the failures of a freshly written table.

    Returns
    -------
    dagster.Definitions
    """
    groups = dg.StaticPartitionsDefinition(list(project.estimated_groups))
    return dg.Definitions(
        assets=[_make_asset(flow, asset, project, check, groups) for asset in flow.assets],
        executor=dg.in_process_executor,
    )


def _make_asset(
    flow: Flow, asset: FlowAsset, project: Project, check: Check, groups: dg.StaticPartitionsDefinition
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
        yield from _build_partitions(context, flow, asset, project, check, partitions)

    return compute


def _build_partitions(
    context: dg.AssetExecutionContext,
    flow: Flow,
    asset: FlowAsset,
    project: Project,
    check: Check,
    partitions: tuple[str, ...],
) -> Iterator[Any]:
    """Build what is out of date among the partitions of one run, then tell what became of each table."""
    stale = [p for p in partitions if not flow.is_current(project, asset, p)]
    flow.tell_progress(asset, 0, len(stale))
    failure: tuple[str, BaseException] | None = None
    with threadpool_limits(1), ThreadPoolExecutor(THREADS) as pool:
        builds = {pool.submit(flow.build, project, asset, partition, check): partition for partition in stale}
        try:
            for done, built in enumerate(as_completed(builds), 1):
                error = built.exception()
                if error is not None:
                    failure = (builds[built], error)
                    break
                flow.tell_progress(asset, done, len(stale))
        finally:
            pool.shutdown(cancel_futures=True)
    if failure is not None:
        partition, error = failure
        if isinstance(error, CheckFailed):
            yield _tell_failure(error)
        raise dg.Failure(_tell_error(asset, partition, error), allow_retries=False) from None
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


def _tell_error(asset: FlowAsset, partition: str, error: Exception) -> str:
    """Tell where an unexpected error arose. Its own text may quote a row of a register, so it is left out."""
    if isinstance(error, InputError | GateError | CheckFailed):
        return str(error)
    where = [
        f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    return (
        f"{asset.tables[0]} ({partition}) stopped with {type(error).__name__}; its text is left out because "
        f"it may quote a person's row\n    at: {' > '.join(where[-6:])}"
    )


def _describe(project: Project, table: str, partition: str) -> dict[str, Any]:
    """Return what was noted when a table was built: rows, seconds, drops, data version; never a person."""
    return {
        name: (dg.MetadataValue.json(value) if isinstance(value, dict | list) else value)
        for name, value in project.tables.note(table, partition).items()
    }

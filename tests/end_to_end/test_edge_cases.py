"""The edge-case persons through stages 1 to 3: what comes out is what their files expect, worked by hand."""

from __future__ import annotations

import pytest

from pipeline.checks import check_written
from pipeline.executors import DEFAULT_RESOURCES, open_pool
from pipeline.project import Project
from pipeline.registers.delivery import check_delivery
from pipeline.stages.in_order import FLOW
from sample_registers.edge_cases import EdgeCase, edge_case_registers, load_edge_cases
from tests.end_to_end.conftest import SampleBuild
from tests.end_to_end.edge_build import Found

CASES = load_edge_cases()
PNRS = tuple(int(case.pnr) for case in CASES)
STAGES = ("stage_1_registers", "stage_2_person_years", "stage_3_cohorts")


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """The edge-case persons in a delivery of their own, checked and built to stage 3."""
    root = tmp_path_factory.mktemp("edge_cases")
    project = Project(edge_case_registers(root / "registers"), root / "outputs")
    check_delivery(project.registers, project.declared.layouts, empty_registers_allowed=True)
    with open_pool(DEFAULT_RESOURCES, project) as pool:
        for asset in FLOW.assets:
            if asset.stage in STAGES:
                FLOW.build(project, asset, FLOW.partitions(project, asset), check_written, pool)
    return Found(project, PNRS)


@pytest.mark.xdist_group("edge_cases")
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_person_comes_out_as_expected(alone: Found, case: EdgeCase) -> None:
    differences = alone.tell_differences(case)
    assert not differences, "\n".join((case.why_en, *differences))


@pytest.mark.xdist_group("edge_cases")
def test_nobody_else_is_in_the_delivery(alone: Found) -> None:
    everybody = Found(alone.project, PNRS)
    assert set(everybody.person_years["pnr"]) <= set(PNRS)
    assert everybody.statuses.height >= sum(
        entry.status != "not_member" for case in CASES for entry in case.memberships
    )


@pytest.mark.xdist_group("edge_cases")
def test_persons_reach_every_status(alone: Found) -> None:
    assert set(alone.statuses["status"]) == {"success", "other", "not_assessable"}


@pytest.mark.xdist_group("edge_cases")
def test_somebody_enters_by_every_definition(alone: Found) -> None:
    declared = alone.project.declared
    entered = {declared.group[group].definition.definition for group in set(alone.members["target_group"])}
    estimated = {declared.group[group].definition.definition for group in alone.project.estimated_groups}
    assert not estimated - entered


def test_persons_come_out_the_same_among_all_others(sample: SampleBuild) -> None:
    found = Found(sample.project, PNRS)
    differences = {case.name: told for case in CASES if (told := found.tell_differences(case))}
    assert not differences

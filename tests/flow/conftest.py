"""The small country: registers drawn once, built and published once; tests copy what they harm."""

from __future__ import annotations

import pytest

from pipeline.build import build
from pipeline.checks import check_written
from pipeline.delivery import check_registers
from pipeline.project import Project
from pipeline.publish import NEXT, publish
from pipeline.stages.in_order import FLOW
from sample_registers.write import write_registers
from tests.flow.small_build import FEW, PERSONS, SEED, STAGES, SmallBuild, copy_declarations


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallBuild:
    root = tmp_path_factory.mktemp("small")
    write_registers(root / "registers", persons=PERSONS, seed=SEED)
    places = root / "registers", root / "outputs", copy_declarations(root / "declarations", FEW)
    project = Project(*places)
    check_registers(project)
    build(project, FLOW, check_written, STAGES)
    publish(Project(*places), FLOW, NEXT)
    return SmallBuild(Project(*places))


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep everything that uses the small build on one worker: one build a session."""
    for item in items:
        if "small" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("flow"))

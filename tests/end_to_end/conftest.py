"""One sample build a test session: registers drawn, latent tables kept, tables built, a release published."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.build import build
from pipeline.checks import check_written
from pipeline.delivery import check_registers
from pipeline.project import Project
from pipeline.publish import NEXT, publish
from pipeline.stages.in_order import FLOW
from sample_registers.draw import DEFAULT_SEED
from sample_registers.write import write_registers

PERSONS = 16_000
SEED = 7
STAGES = tuple({asset.stage for asset in FLOW.assets} - {"stage_9_publication"})


@dataclass(frozen=True)
class SampleBuild:
    """What a session's sample build left behind."""

    project: Project
    latent: Path
    release: Path


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleBuild:
    root = tmp_path_factory.mktemp("sample")
    write_registers(root / "registers", persons=PERSONS, seed=SEED, keep_latent=root / "latent")
    project = Project(root / "registers", root / "outputs")
    check_registers(project)
    build(project, FLOW, check_written, STAGES)
    outcome = publish(Project(root / "registers", root / "outputs"), FLOW, NEXT)
    return SampleBuild(project, root / "latent", project.releases / outcome.version)


@dataclass(frozen=True)
class DefaultSample:
    """A build at default size, to stage 8; for slow tests only."""

    project: Project
    latent: Path


@pytest.fixture(scope="session")
def default_sample(tmp_path_factory: pytest.TempPathFactory) -> DefaultSample:
    root = tmp_path_factory.mktemp("default_sample")
    write_registers(root / "registers", seed=DEFAULT_SEED, keep_latent=root / "latent")
    project = Project(root / "registers", root / "outputs")
    check_registers(project)
    build(project, FLOW, check_written, STAGES)
    return DefaultSample(project, root / "latent")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep everything that uses the same build on one worker: one build of it a session."""
    for item in items:
        for name in ("sample", "default_sample"):
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(name))

"""A small build whose declarations or registers were changed since its release, and what is found to have changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline.build import build
from pipeline.changes.between import compare_making
from pipeline.changes.find_changes import Changes, find_changes
from pipeline.checks import check_written
from pipeline.delivery import check_registers
from pipeline.project import Project
from pipeline.publish import describe_content
from pipeline.published_tables import gather_tables
from pipeline.release.manifest import describe_making
from pipeline.release.versions import find_newest
from pipeline.release_context import describe_release
from pipeline.stages.in_order import FLOW
from tests.flow.small_build import FEW, STAGES, SmallBuild, copy_declarations

EDITS: Mapping[str, tuple[str, str, str]] = {
    "consequence_definition": ("consequences/health.toml", '{ not = ["80"] }', '{ not = ["80", "24"] }'),
    "cohort_definition": ("target_groups/homeless.toml", "age_to = 65", "age_to = 60"),
    "success_criterion": (
        "target_groups/homeless.toml",
        '  { events = "prison_stays", within = "year_1" },\n',
        "",
    ),
    "covariates": ("covariates.toml", "band_years_adults = 5", "band_years_adults = 10"),
    "filter_and_taper": (
        "method.toml",
        "[significance_level]\nvalue = 0.05",
        "[significance_level]\nvalue = 0.1",
    ),
    "prices": ("prices/figures.csv", ",9000000000,", ",9900000000,"),
    "index_and_discounting": ("prices/price_index.toml", "2021 = 96.0", "2021 = 97.0"),
    "reimbursement": ("prices/reimbursement_rules.toml", "[0.05, 0.15, 0.10, 0.70]", "[0.1, 0.1, 0.1, 0.7]"),
    "other_knowledge": ("effect_studies.csv", ",0.6701,", ",0.7701,"),
}
"""One edit a cause: file, text, other text."""

YEAR_DROPPED = 2012


def edit_declarations(folder: Path, *causes: str) -> Path:
    """Copy the declarations of the small build and change something for each cause."""
    declarations = copy_declarations(folder, FEW)
    for cause in causes:
        file, text, other = EDITS[cause]
        content = (declarations / file).read_text("utf-8")
        assert text in content
        (declarations / file).write_text(content.replace(text, other, 1), "utf-8")
    return declarations


def drop_year(small: SmallBuild, registers: Path, declarations: Path) -> Path:
    """Copy the delivery without a year of the alcohol treatment register, and declare it missing."""
    small.copy_registers(registers)
    (registers / "nab" / f"{YEAR_DROPPED}.parquet").unlink()
    layout = declarations / "registers" / "nab.toml"
    text = layout.read_text("utf-8")
    layout.write_text(f"missing_years = [{YEAR_DROPPED}]\n{text}", "utf-8")
    return registers


def build_changed(
    small: SmallBuild, outputs: Path, declarations: Path, registers: Path | None = None
) -> Project:
    """Go on from the small build with other declarations, and registers if given."""
    places = {"outputs": small.copy_outputs(outputs), "declarations": declarations}
    project = small.open(**places | ({} if registers is None else {"registers": registers}))
    check_registers(project)
    build(project, FLOW, check_written, STAGES)
    return project


def find_changes_since(old: Path, project: Project, old_registers: Path | None = None) -> Changes:
    """Find what changed since a release, as publishing does."""
    context = describe_release(project, "0" * 32)
    content = describe_content("2026.2-sample", gather_tables(project), project, context)
    return find_changes(compare_making(old, project, FLOW, describe_making(context), old_registers), content)


def find_first(small: SmallBuild) -> Path:
    """Return the folder of the small build's release."""
    release = find_newest(small.project.releases)
    assert release is not None
    return release

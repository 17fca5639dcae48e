"""What changed between two releases and why, found by building: each cause alone, all together, what cannot be told."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from pipeline.build import build
from pipeline.changes.build_state import NO_OLD_REGISTERS, TABLES_OF_NUMBERS
from pipeline.changes.calculation_levels import PAYERS
from pipeline.changes.causes import CAUSES, JOINT
from pipeline.changes.mix_declarations import mix_declarations, read_declarations, write_declarations
from pipeline.changes.number_levels import list_levels, list_released
from pipeline.checks import check_written
from pipeline.delivery import check_registers
from pipeline.project import Project
from pipeline.release.versions import find_newest
from pipeline.stages.in_order import FLOW
from tests.flow.changed_build import (
    EDITS,
    build_changed,
    drop_year,
    edit_declarations,
    find_changes_since,
    find_first,
)
from tests.flow.small_build import STAGES, SmallBuild, places_of, run_soem

KINDS = {
    "consequence_definition": {"difference"},
    "cohort_definition": {"difference", "group"},
    "success_criterion": {"difference", "group"},
    "covariates": {"difference"},
    "filter_and_taper": {"difference"},
    "prices": {"price"},
    "index_and_discounting": {"difference", "rate"},
    "reimbursement": {"price", "rate"},
    "other_knowledge": {"study"},
}
"""The kinds of number that the edit of each cause moves, and no other."""

CALCULATION = Path("calculation_engine/examples/icm_homeless.toml").resolve()


def refuse_to_build(*_, **__) -> None:
    raise AssertionError("built although only one thing differs")


def sum_links(links: pl.DataFrame) -> dict[tuple[str, str], Fraction]:
    """Add up, exactly, what the causes did to each number that is in both releases."""
    total: dict[tuple[str, str], Fraction] = {}
    for row in links.drop_nulls(["value_before", "value_after"]).iter_rows(named=True):
        key = row["number_id"], row["measure"]
        total[key] = (
            total.get(key, Fraction(0)) + Fraction(row["value_after"]) - Fraction(row["value_before"])
        )
    return total


@pytest.mark.slow
@pytest.mark.parametrize("cause", EDITS)
def test_releases_that_differ_in_one_thing_give_everything_to_it(
    small: SmallBuild, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cause: str
) -> None:
    project = build_changed(small, tmp_path / "outputs", edit_declarations(tmp_path / "declarations", cause))
    monkeypatch.setattr("pipeline.changes.build_state.build", refuse_to_build)
    changes = find_changes_since(find_first(small), project)
    assert changes.causes == (cause,)
    assert set(changes.links["cause"]) == {cause}
    assert set(changes.links["number_kind"]) == KINDS[cause]
    assert not changes.not_told_apart


@pytest.mark.slow
def test_a_dropped_year_of_a_register_is_data_only(small: SmallBuild, tmp_path: Path) -> None:
    declarations = edit_declarations(tmp_path / "declarations")
    registers = drop_year(small, tmp_path / "registers", declarations)
    project = build_changed(small, tmp_path / "outputs", declarations, registers)
    changes = find_changes_since(find_first(small), project)
    assert changes.causes == ("register_data",)
    assert set(changes.links["cause"]) == {"register_data"}
    moved = set(changes.links["target_group"].drop_nulls())
    assert {"alcohol_misuse", "alcohol_and_severe_disorder"} <= moved


def change_all(small: SmallBuild, tmp_path: Path) -> Project:
    declarations = edit_declarations(tmp_path / "declarations", *EDITS)
    registers = drop_year(small, tmp_path / "registers", declarations)
    return build_changed(small, tmp_path / "outputs", declarations, registers)


@pytest.mark.slow
def test_causes_together_add_up_and_each_level_is_that_of_a_build_of_its_own(
    small: SmallBuild, tmp_path: Path
) -> None:
    """The walk goes backwards over linked tables; one level in between is built from nothing and compared."""
    project, old = change_all(small, tmp_path), find_first(small)
    before = {path: path.stat().st_mtime_ns for path in project.tables.root.rglob("*") if path.is_file()}
    changes = find_changes_since(old, project, small.project.registers)
    assert changes.causes == tuple(cause for cause in CAUSES if cause in {"register_data", *EDITS})
    assert not changes.not_told_apart
    joint = {part for cause in changes.links["cause"] for part in cause.split(JOINT)}
    assert joint == set(changes.causes)
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert not list(project.outputs.glob(".undoing-*"))

    tables = {name: Path(project.tables.pattern(name)) for name in TABLES_OF_NUMBERS}
    ends = [
        levels.filter(pl.col("value").is_not_null()).select("number_id", "measure", "value")
        for levels in (list_released(old), list_levels(tables))
    ]
    both = ends[0].join(ends[1], on=["number_id", "measure"], suffix="_new")
    added_up = sum_links(changes.links)
    for number, measure, first, last in both.iter_rows():
        assert added_up.get((number, measure), 0) == Fraction(last) - Fraction(first)

    undone = changes.causes[changes.causes.index("covariates") + 1 :]
    mixed = mix_declarations(
        read_declarations(old / "declarations"), read_declarations(project.declarations), undone
    )
    folder = write_declarations(mixed, project.declarations, tmp_path / "mixed")
    alone = Project(project.registers, tmp_path / "alone", folder)
    check_registers(alone)
    build(alone, FLOW, check_written, STAGES)
    levels = list_levels({name: Path(alone.tables.pattern(name)) for name in TABLES_OF_NUMBERS})
    done = changes.links.filter(cause="covariates").join(
        levels, on=["number_id", "measure"], nulls_equal=True
    )
    assert done.height > 100
    assert done["value_after"].equals(done["value"], null_equal=True)


@pytest.mark.slow
def test_without_the_old_registers_data_and_code_stand_together(small: SmallBuild, tmp_path: Path) -> None:
    declarations = edit_declarations(tmp_path / "declarations", "prices")
    registers = drop_year(small, tmp_path / "registers", declarations)
    project = build_changed(small, tmp_path / "outputs", declarations, registers)
    old = shutil.copytree(find_first(small), tmp_path / "old" / find_first(small).name)
    manifest = json.loads((old / "manifest.json").read_text("utf-8"))
    (old / "manifest.json").write_text(json.dumps(manifest | {"code_version": "of last year"}), "utf-8")
    changes = find_changes_since(old, project)
    together = JOINT.join(("code", "register_data"))
    assert changes.causes == ("code", "register_data", "prices")
    assert set(changes.links["cause"]) == {together, "prices"}
    assert [(cause, met.kind) for cause, met in changes.not_told_apart] == [(together, NO_OLD_REGISTERS)]
    apart = find_changes_since(old, project, small.project.registers)
    assert set(apart.links["cause"]) == {"register_data", "prices"}
    assert sum_links(apart.links) == sum_links(changes.links)


def test_numbers_that_move_with_the_code_alone_are_the_codes(small: SmallBuild, tmp_path: Path) -> None:
    """As if last year's code had made other numbers of the same registers and declarations."""
    old = shutil.copytree(find_first(small), tmp_path / "old" / find_first(small).name)
    manifest = json.loads((old / "manifest.json").read_text("utf-8"))
    (old / "manifest.json").write_text(json.dumps(manifest | {"code_version": "of last year"}), "utf-8")
    for name, column in (("profiles", "value"), ("estimates", "adjusted_difference")):
        file = old / "tables" / f"{name}.parquet"
        pl.read_parquet(file).with_columns(pl.col(column) + 0.25).write_parquet(file)
    changes = find_changes_since(old, small.open())
    assert changes.causes == ("code",)
    assert set(changes.links["cause"]) == {"code"}
    moves = changes.links["value_change"]
    assert moves.len() > 1000 and (moves + 0.25).abs().max() < 1e-9


def write_calculations(folder: Path) -> tuple[Path, Path]:
    """Write the example in both views: of 1,200 persons only shelter is shown, but every estimate is used."""
    text = CALCULATION.read_text("utf-8")
    estimated = folder / "estimated.toml"
    estimated.write_text(text.replace('view = "soem_classic"', 'view = "all_estimates"'), "utf-8")
    return CALCULATION, estimated


def calculate(release: Path, calculation: Path) -> dict[str, int]:
    """Return the net present value by payer and in all, in whole øre."""
    engine = Path(sys.executable).with_name("soem-engine")
    command = (engine, "run", calculation, "--release", release, "--json")
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    amounts = json.loads(done.stdout)["totals"]["net_present_value_by_payer_dkk"]
    oere = {payer: round(100 * amounts[payer]) for payer in PAYERS}
    return oere | {"total": sum(oere.values())}


@pytest.mark.slow
def test_the_command_publishes_tells_and_attributes_a_calculation(small: SmallBuild, tmp_path: Path) -> None:
    declarations = edit_declarations(tmp_path / "declarations", "prices", "reimbursement")
    outputs = small.copy_outputs(tmp_path / "outputs")
    project = small.open(outputs=outputs, declarations=declarations)
    for command in (("build",), ("publish", "next")):
        done = run_soem(*command, *places_of(project))
        assert done.returncode == 0, done.stderr
    old, new = find_first(small).name, find_newest(project.releases)
    changes = pl.read_parquet(new / "changes.parquet")
    assert set(changes["cause"]) == {"prices", "reimbursement"}
    assert set(changes["number_kind"]) == {"price", "rate"}
    assert changes.equals(pl.read_parquet(new / "tables" / "changes.parquet"))
    text = (new / "CHANGES.md").read_text("utf-8")
    assert f"Hvad er ændret i {new.name} siden {old}" in text and "**PATCH:" in text
    assert run_soem("verify", new).returncode == 0

    where = ("--outputs", outputs)
    page = run_soem("why", old, new.name, *where)
    assert page.returncode == 0 and page.stdout == text.split("\n---\n\n")[0]
    price = "price/gp_contacts/region/2022"
    told = run_soem("why", old, new.name, price, *where, "--lang", "en").stdout
    assert "159.00 → 174.90" in told and "Prices" in told and "Reimbursement" not in told
    same = run_soem("why", old, new.name, "homeless/cash_benefit/3", *where).stdout
    assert same == f"homeless/cash_benefit/3 er det samme i {old} og {new.name}.\n"
    refused = run_soem("why", old, new.name, "homeless/cash_benefits/3", *where)
    assert refused.returncode == 2 and "did you mean 'homeless/cash_benefit/3'" in refused.stderr
    found = json.loads(run_soem("diff", old, new.name, *where, "--json").stdout)
    assert found["change_class"] == "PATCH"
    assert {row["table"] for row in found["tables"]} >= {"unit_prices", "parameters", "price_figures"}

    registers = ("--registers", project.registers)
    shown, estimated = write_calculations(tmp_path)
    done = run_soem("why", old, new.name, estimated, *where, *registers, "--json")
    assert done.returncode == 0, done.stderr
    links = pl.DataFrame(json.loads(done.stdout), infer_schema_length=None)
    assert set(links.filter(measure="total")["cause"]) == {"prices"}
    assert set(links.filter(measure="state")["cause"]) == {"reimbursement"}
    oere = (100 * (links["value_after"] - links["value_before"])).round().cast(pl.Int64)
    by_measure = dict(links.with_columns(oere=oere).group_by("measure").agg(pl.col("oere").sum()).iter_rows())
    ends = [calculate(release, estimated) for release in (find_first(small), new)]
    assert by_measure == {payer: ends[1][payer] - ends[0][payer] for payer in by_measure}
    assert by_measure.pop("total") == sum(by_measure.values()) != 0
    same = run_soem("why", old, new.name, shown, *where, *registers)
    assert same.stdout == f"Beregningen {shown.name} giver det samme i {old} og {new.name}.\n", same.stderr


def test_releases_that_are_not_there_and_registers_that_are_others_are_told(
    small: SmallBuild, tmp_path: Path
) -> None:
    first = find_first(small)
    done = run_soem("diff", first.name, "2026.9-sample", "--outputs", small.project.outputs)
    assert done.returncode == 2 and f"did you mean '{first.name}'" in done.stderr
    assert "Traceback" not in done.stderr
